"""The image by itself: what is in it, and how it behaves where nothing around it is kind."""

import json
import tomllib
from pathlib import Path
from typing import Any

from tests.tools import attempt, run

HARDENED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")
DISTRIBUTIONS = "import importlib.metadata as m; print('\\n'.join(d.name for d in m.distributions()))"


def _inspect(image: str, service: Path) -> Any:
    return json.loads(run("docker", "image", "inspect", image, folder=service).stdout)[0]


def _inside(image: str, service: Path, *command: str) -> str:
    return run("docker", "run", "--rm", *HARDENED, image, *command, folder=service).stdout


def test_it_says_how_it_is_run(image: str, service: Path) -> None:
    config = _inspect(image, service)["Config"]

    assert (config["User"], config["StopSignal"], config["Cmd"]) == ("10001:10001", "SIGTERM", ["serve"])
    assert config["Healthcheck"]["Test"][:3] == ["CMD", "python", "-c"]
    assert {"ENVIRONMENT=production", "PORT=3000", "SERVICE_VERSION=1.2.3"} <= set(config["Env"])
    assert config["Labels"]["org.opencontainers.image.version"] == "1.2.3"


def test_its_size_is_printed(image: str, service: Path, capsys: Any) -> None:
    environment = _inside(image, service, "du", "-sm", "/app").split()[0]
    with capsys.disabled():
        print(f"\nimage {_inspect(image, service)['Size'] / 1e6:.0f} MB, of which /app {environment} MiB")


def test_it_runs_as_an_unprivileged_user_on_a_read_only_root(image: str, service: Path) -> None:
    assert _inside(image, service, "id", "-u").strip() == "10001"
    assert (
        "Read-only file system"
        in attempt("docker", "run", "--rm", *HARDENED, image, "touch", "/app/x", folder=service).stderr
    )


def test_it_holds_the_packages_of_the_lock_without_the_development_ones(image: str, service: Path) -> None:
    flags = ("--locked", "--no-dev", "--no-emit-project", "--no-hashes", "--no-header", "--no-annotate")
    locked = run("uv", "export", *flags, folder=service).stdout
    allowed = {line.split("==")[0].split("[")[0] for line in locked.splitlines()}

    installed = {
        name.lower().replace("_", "-")
        for name in _inside(image, service, "python", "-c", DISTRIBUTIONS).split()
    }

    assert installed - allowed == {"docker-trial-service"}


def test_it_holds_no_app_dev_and_none_of_its_commands(image: str, service: Path) -> None:
    scripts = tomllib.loads((service / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    commands = set(_inside(image, service, "ls", "/app/bin").split())
    package = _inside(image, service, "python", "-c", "import app; print(app.__path__[0])").strip()

    assert {name for name in scripts if name in commands} == {
        name for name, target in scripts.items() if not target.startswith("app.dev.")
    }
    assert "dev" not in _inside(image, service, "ls", package).split()


def test_it_holds_compiled_bytecode(image: str, service: Path) -> None:
    find = "find /app/lib -name 'serve.*.pyc' -path '*/app/*'"

    assert len(_inside(image, service, "sh", "-c", find).split()) == 1


def test_without_settings_it_ends_with_what_to_mend_and_no_traceback(image: str, service: Path) -> None:
    done = attempt("docker", "run", "--rm", *HARDENED, image, folder=service)

    assert done.returncode == 1
    assert "DATABASE_URL: is not set" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout


def test_a_stale_lock_stops_the_build(image: str, service: Path, tmp_path: Path) -> None:
    for name in ("Dockerfile", ".dockerignore", "uv.toml", "uv.lock", "README.md"):
        (tmp_path / name).write_bytes((service / name).read_bytes())
    (tmp_path / "src").mkdir()
    text = (service / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        text.replace("dependencies = [", 'dependencies = [\n    "idna",', 1)
    )

    done = attempt("docker", "build", ".", folder=tmp_path, DOCKER_BUILDKIT="1")

    assert done.returncode != 0
    assert "needs to be updated" in done.stderr + done.stdout
