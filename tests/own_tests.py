"""Which of a service's own tests a session runs: `nox -s service` runs all of them, in both flavours.

They are chosen by the name of a folder or file, wherever it stands below `tests/`.
"""

from pathlib import Path

# Log-in, roles and hostile input, the programs of development, processes that are known by their commands and
# their wire, sockets, what is cut off in the middle: the same whatever components are on, whatever a team has
# edited, wherever a server runs.
SAME_EVERYWHERE = (
    *("auth", "authorization", "hostile", "dev", "processes"),
    *("test_connection.py", "test_database_hangs.py", "test_edge.py", "test_interruptions.py"),
    *("test_grant_role.py", "test_operation.py", "test_operations.py", "test_outages.py", "test_serve.py"),
    "test_tracing.py",
)
# What asks no server, or is of commands.
NO_SERVERS = (
    *("contract", "terraform", "unit"),
    *("test_commands.py", "test_openapi.py", "test_seed.py"),
)
# What tests/update edits, and the release after that: settings, tables of core, health, projects.
TOUCHED = (
    *("unit", "migrations", "organizations", "projects", "test_black_box.py", "test_docs.py"),
    *("test_health.py", "test_models.py", "test_openapi.py", "test_slices.py"),
)


def files(service: Path, *left_out: str) -> list[Path]:
    """The files of tests outside these folders and files, relative to the service."""
    found = sorted(path.relative_to(service) for path in (service / "tests").rglob("test_*.py"))
    return [path for path in found if not set(path.parts) & set(left_out)]


def chosen(service: Path, *names: str, left_out: tuple[str, ...] = ()) -> list[Path]:
    """The files of tests in these folders, and these files, relative to the service; without some."""
    return [path for path in files(service, *left_out) if set(path.parts) & set(names)]


def ignored(service: Path, *left_out: str) -> list[str]:
    """Options of pytest that leave these folders and files out."""
    return [f"--ignore={path}" for path in chosen(service, *left_out)]
