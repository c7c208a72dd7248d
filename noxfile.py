"""Every check by name: `uvx nox` runs the default ones, `uvx nox -l` lists all; needs only git and uv.

With `CI=true` the defaults also hold `pairs`, `readme`, `faults`, `fuzz`, `scan`, `workflows`, `helm`,
`terraform`, `deploy`, `servers` and `docker`, and what a machine lacks is a failure instead of a skip.
"""

import os
import shutil
from pathlib import Path

import nox

ON_CI = os.environ.get("CI") == "true"
# What needs more than git and uv, or an hour.
WITH_TOOLS = [
    *("pairs", "readme", "faults", "fuzz"),
    *("scan", "workflows", "helm", "terraform", "deploy", "servers", "docker"),
]
RENDERS = Path(".nox").resolve() / "renders"
FAULTY = ("full", "django-full", "minimal", "django-minimal")
SOME_FAULTS = ("tests/faults/test_process.py", "tests/faults/test_redis.py")
UNTRACED = "--no-cov -W ignore::pytest_cov.CovDisabledWarning"

nox.needs_version = ">=2026"
nox.options.default_venv_backend = "uv"
nox.options.stop_on_first_error = True
nox.options.sessions = [
    "lint",
    "unit",
    "render",
    "service",
    "contract",
    "flavours",
    "update",
    *(WITH_TOOLS if ON_CI else []),
]

# Where uv is one of pyenv's shims, it fails in a service whose .python-version names another Python: use the
# uv that runs us (it says where it is), and let each folder choose its Python and its environment.
if "UV" in os.environ:
    os.environ["PATH"] = f"{Path(os.environ['UV']).parent}{os.pathsep}{os.environ['PATH']}"
for foreign in ("VIRTUAL_ENV", "PYTHONPATH", "UV_PROJECT_ENVIRONMENT"):
    os.environ.pop(foreign, None)
# A shim leaves the one version it chose here; a list of several was somebody's wish.
if ":" not in os.environ.get("PYENV_VERSION", ""):
    os.environ.pop("PYENV_VERSION", None)

# All sessions share this repository's one environment, which uv makes or brings up to date in a moment.
session = nox.session(venv_backend="none")


def tools(session: nox.Session, *command: str | Path, **environment: str) -> None:
    """Run a program of this repository's own environment."""
    session.run("uv", "run", "--quiet", *map(str, command), env=environment)


def pytest(session: nox.Session, *arguments: str) -> None:
    """Run tests on two processes; what follows `--` on nox's command line goes to pytest."""
    tools(session, "pytest", "-n", "2", *arguments, *session.posargs)


def rendered(session: nox.Session, *names: str) -> list[Path]:
    """Render the variants of these names, or all; those with the same effective answers come once."""
    folder = RENDERS / session.name
    shutil.rmtree(folder, ignore_errors=True)
    printed = session.run(
        "uv", "run", "--quiet", "python", "-m", "tests.variants", str(folder), *names, silent=True, log=True
    )
    return [Path(line) for line in str(printed).splitlines() if line.startswith(str(folder))]


def in_service(session: nox.Session, folder: Path, *command: str, **environment: str) -> None:
    """Run a command in a rendered service. Its environment is kept and shared: making one takes longest."""
    shared = {"UV_PROJECT_ENVIRONMENT": str(RENDERS.parent / "service-environment")}
    with session.chdir(folder):
        session.run("uv", "run", "--quiet", *command, env=shared | environment)


@session
def lint(session: nox.Session) -> None:
    """Ruff and mypy on this repository and on the template in place; import-linter on a full render."""
    tools(session, "ruff", "check", "docs", "extensions", "tests", "noxfile.py")
    tools(session, "ruff", "format", "--check", "docs", "extensions", "tests", "noxfile.py")
    tools(session, "mypy", "docs", "extensions", "tests", "noxfile.py")

    for name in ("full", "django-full"):
        (service,) = rendered(session, name)
        lint_in_place(session, service)


def lint_in_place(session: nox.Session, service: Path) -> None:
    """Check template/ where it stands with the settings of a render, as far as that has its files."""
    in_service(session, service, "lint-imports")
    # In place: what an editor shows in template/ is what a service's own checks will say.
    template = Path("template").resolve()
    in_place = ["--project", str(service)]
    in_service(session, template, *in_place, "ruff", "check", "src", "tests")
    in_service(session, template, *in_place, "ruff", "format", "--check", "src", "tests")
    types = ["mypy", "--config-file", str(service / "pyproject.toml")]
    rendered_files = [*(service / "src").rglob("*.py"), *(service / "tests").rglob("*.py")]
    own = sorted(str(path.relative_to(service)) for path in rendered_files)
    # What runs in a service's environment, from here.
    names = ["fastapi"] if framework_of(service) == "fastapi" else ["django", "drf"]
    apps = [Path("tests/bench/apps").resolve() / name for name in names]
    sources = os.pathsep.join(map(str, (template / "src", *apps)))
    kept = {"MYPY_CACHE_DIR": types_cache(service), "MYPYPATH": sources}
    in_service(session, template, *in_place, *types, *own, *map(str, apps), **kept)


def types_cache(service: Path) -> str:
    """What mypy remembers of a flavour: `lint`, `service` and `pairs` check nearly the same files."""
    return str(RENDERS.parent / "mypy" / framework_of(service))


def framework_of(service: Path) -> str:
    """What a rendered service is built on."""
    return "fastapi" if (service / "src/app/api").is_dir() else "django"


@session
def unit(session: nox.Session) -> None:
    """The template's pure parts on their own: answers, filters, component table."""
    pytest(session, "tests/unit")


@session
def render(session: nox.Session) -> None:
    """What every render must be: owners, density, hostile answers, presets, delivery files."""
    pytest(session, "tests/infra", *sorted(str(path) for path in Path("tests").glob("test_*.py")))


@session
def service(session: nox.Session) -> None:
    """A rendered service's own `just check`, for each distinct variant, or those named (`-- django`)."""
    for folder in rendered(session, *session.posargs):
        # Measuring coverage doubles the time, and all that a minimal service has is measured in the others.
        untraced = {"PYTEST_ADDOPTS": UNTRACED} if folder.name.endswith("minimal") else {}
        in_service(session, folder, "just", "check", MYPY_CACHE_DIR=types_cache(folder), **untraced)


@session
def contract(session: nox.Session) -> None:
    """The black-box suite against a running service, which it starts itself and knows by HTTP alone."""
    for service in rendered(session, "standard", "django"):
        in_service(session, service, "pytest", "--numprocesses=3", "tests/contract", *session.posargs)


@session
def flavours(session: nox.Session) -> None:
    """The flavours side by side: one OpenAPI document, one database, one token."""
    # One process: the services are started once.
    tools(session, "pytest", "tests/flavours", *session.posargs)


@session
def update(session: nox.Session) -> None:
    """Updates of edited services: nothing of the user's is lost, and what was green stays green."""
    pytest(session, "tests/update")


@session
def readme(session: nox.Session) -> None:
    """README's first command for real: in a clone, until the service answers, then Ctrl-C."""
    tools(session, "pytest", "tests/readme", *session.posargs)


@session
def faults(session: nox.Session) -> None:
    """A service under load whose servers are killed, hung, slowed and cut off, and who is itself replaced.

    Of full and minimal ones, or of those named (`-- django`).
    """
    for service in rendered(session, *(session.posargs or FAULTY)):
        # A minimal service has the same servers: it could lack something of its process or sessions.
        few = SOME_FAULTS if service.name.endswith("minimal") else ()
        in_service(session, service, "just", "test-faults", *few)


@session
def fuzz(session: nox.Session) -> None:
    """Bad input to a running service, each role, each byte (`-- --quick`, `--examples N`, `--seed N`)."""
    # One process: the roles take their turns on one service.
    tools(session, "pytest", "tests/fuzz", *session.posargs)


@session
def scan(session: nox.Session) -> None:
    """Scanners for security on a full render: bandit, zizmor, hadolint, checkov, gitleaks."""
    # One process: the tests share one render, and checkov alone takes a core.
    tools(session, "pytest", "tests/scan", *session.posargs)


@session
def helm(session: nox.Session) -> None:
    """The chart: linted, rendered, held against Kubernetes' schemas; a service with its environment."""
    # One process: the tests share their renders, and checkov alone takes a core.
    tools(session, "pytest", "tests/helm", *session.posargs)


@session
def workflows(session: nox.Session) -> None:
    """GitHub's workflows: linted, and each `run:` block run that needs no cloud, no engine, no minutes."""
    # One process: its tests share a service of each flavour.
    tools(session, "pytest", "tests/workflows", *session.posargs)


@session
def servers(session: nox.Session) -> None:
    """A service on real servers: PostgreSQL, Redis, MongoDB, MinIO, clamd, Elasticsearch, OpenSearch."""
    tools(session, "pytest", "tests/servers", *session.posargs)


@session
def deploy(session: nox.Session) -> None:
    """Deployment, roll-back, checklist and secrets of a service, on an AWS that moto stands in for."""
    # One process: its tests take turns on one account.
    tools(session, "pytest", "tests/deploy", *session.posargs)


@session
def docker(session: nox.Session) -> None:
    """Image and Compose stack, built and brought up for real (`-- --quick`: a part)."""
    # One process: all its tests share one image and one stack.
    tools(session, "pytest", "tests/docker", *session.posargs)


@session
def terraform(session: nox.Session) -> None:
    """Infrastructure: format, validity, lint, policy, modules on a mock, both flavours applied to moto."""
    # A file is one process's: the applies wait on one, while the other does the rest.
    pytest(session, "tests/terraform")


@session
def pairs(session: nox.Session) -> None:
    """Variants in which every two answers meet, each with its own checks (`-- --quick`, `-- --help`)."""
    tools(session, "python", "-m", "tests.pairs", *session.posargs)


@session
def bench(session: nox.Session) -> None:
    """A benchmark, for a quiet machine with two cores and wrk: `uvx nox -s bench -- --help`."""
    command = ("uv", "run", "--quiet", "python", "-m", "tests.bench")
    # At Ctrl-C it needs a moment to end its servers.
    session.run(*command, *session.posargs, interrupt_timeout=60, terminate_timeout=60)
