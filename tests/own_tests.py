"""Which of a service's own tests a session leaves out, since `nox -s service` runs them in both flavours.

They are left out by the name of a folder or file, wherever it stands below `tests/`.
"""

from pathlib import Path

# Log-in, roles and hostile input, the programs of development, sockets, what is cut off in the middle: the
# same whatever components are on, whatever a team has edited, wherever a server runs.
SAME_EVERYWHERE = (
    *("auth", "authorization", "hostile", "dev"),
    *("test_connection.py", "test_database_hangs.py", "test_edge.py", "test_interruptions.py"),
)
# What asks no server, or starts processes that it knows by their commands and their wire alone.
NO_SERVERS = (
    *("contract", "processes", "terraform", "unit"),
    *("test_openapi.py", "test_operation.py", "test_operations.py", "test_serve.py", "test_tracing.py"),
)
# What a team's edits and the next release don't reach: other components, each resource's every field.
UNEDITED = ("antivirus", "documents", "processes", "redis", "resources", "search", "storage", "worker")


def files(service: Path, *left_out: str) -> list[Path]:
    """The files of tests outside these folders and files, relative to the service."""
    found = sorted(path.relative_to(service) for path in (service / "tests").rglob("test_*.py"))
    return [path for path in found if not set(path.parts) & set(left_out)]


def ignored(service: Path, *left_out: str) -> list[str]:
    """Options of pytest that leave these folders and files out."""
    kept = files(service, *left_out)
    return [f"--ignore={path}" for path in files(service) if path not in kept]
