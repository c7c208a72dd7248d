"""What every render must be, whatever was answered."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.renders import REPOSITORY, Template, commit, files, git
from tests.tools import service_environment
from tests.variants import VARIANTS

# Ours have a space inside (test_density.py): `<{ value }>`; Python's f"<{address}>" is none.
OURS = re.compile(rb"<[{%#]-? | -?[}%#]>|^\s*#%", re.MULTILINE)
LAST_LINE = re.compile(r"# Yours: `uv add[^`]*` writes below this line\.")

each_variant = pytest.mark.parametrize("variant", VARIANTS)


@pytest.fixture
def service(variant: str, render: Render) -> Path:
    return render(**VARIANTS[variant])


@each_variant
def test_nothing_of_the_template_language_is_left(service: Path) -> None:
    rendered = files(service)

    assert [path for path in rendered if path.endswith(".jinja")] == []
    assert [path for path, content in rendered.items() if OURS.search(content)] == []


@each_variant
def test_no_folder_is_empty(service: Path) -> None:
    assert [path for path in service.rglob("*") if path.is_dir() and not any(path.iterdir())] == []


@each_variant
def test_two_renders_are_the_same_bytes(
    variant: str, service: Path, template: Template, tmp_path: Path
) -> None:
    assert files(template.render(tmp_path / "again", VARIANTS[variant])) == files(service)


@each_variant
def test_git_ignores_no_rendered_file(variant: str, template: Template, tmp_path: Path) -> None:
    service = template.render(tmp_path / "service", VARIANTS[variant])
    commit(service, "Render the service.")

    assert git(service, "ls-files", "--others").splitlines() == []


@each_variant
def test_text_files_end_lines_as_unix_does(service: Path) -> None:
    assert [path for path, content in files(service).items() if b"\r\n" in content] == []


@each_variant
def test_text_files_end_with_one_line_end(service: Path) -> None:
    # Python's own files are held by ruff, in place and in the service.
    texts = {
        path: content for path, content in files(service).items() if content and not path.endswith(".py")
    }

    assert [path for path, content in texts.items() if not re.search(rb"[^\n]\n\Z", content)] == []


@each_variant
def test_every_list_of_pyproject_leaves_room_for_uv_add(service: Path) -> None:
    text = (service / "pyproject.toml").read_text(encoding="utf-8")
    parsed = tomllib.loads(text)
    lists = [parsed["project"]["dependencies"], *parsed["dependency-groups"].values()]

    # uv appends below the comment, and only to a list that isn't in alphabetical order.
    endings = re.findall(r"^(?:dependencies|[a-z-]+) = \[\n(?:.*\n)*?\s*(.*)\n\]", text, re.MULTILINE)
    marked = [ending for ending in endings if LAST_LINE.fullmatch(ending)]
    assert len(marked) == len(lists)
    assert [names for names in lists if names == sorted(names, key=str.lower)] == []


def _what_uv_says(service: Path) -> str:
    done = subprocess.run(
        ["uv", "tree", "--frozen", "--offline"],
        cwd=service,
        env=dict(service_environment()),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    return done.stderr


@each_variant
def test_uv_ignores_no_setting_of_pyproject(service: Path) -> None:
    said = _what_uv_says(service)

    # No lock yet, so uv stops after it has read the settings.
    assert "Unable to find lockfile" in said
    assert "will be ignored" not in said


def test_uv_warns_of_a_setting_in_the_wrong_file(template: Template, tmp_path: Path) -> None:
    service = template.render(tmp_path / "service")
    with (service / "pyproject.toml").open("a", encoding="utf-8") as pyproject:
        pyproject.write("\n[tool.uv.pip]\nno-build = true\n")

    said = _what_uv_says(service)

    assert "will be ignored" in said


def test_the_service_and_this_repository_pin_the_same_moment() -> None:
    pins = {
        tomllib.loads((REPOSITORY / name).read_text(encoding="utf-8"))["exclude-newer"]
        for name in ("uv.toml", "template/uv.toml")
    }

    assert len(pins) == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", pins.pop())


def test_caches_in_a_working_copy_are_never_rendered(
    template: Template, tmp_path: Path, render: Render
) -> None:
    copy = Template(tmp_path / "template")
    git(template.path, "clone", "--quiet", str(template.path), str(copy.path))
    # Committed by force: a source without .git, where .gitignore keeps nothing away, is the same.
    for lying_about in (
        ".venv/bin/python",
        ".env",
        ".dev/postgres/PG_VERSION",
        ".DS_Store",
        "uv.lock",
        "src/app/__pycache__/own.cpython-311.pyc",
        "src/app/kit/own.pyc",
        "src/app/kit/.mypy_cache/3.11/x.json",
        "tests/.hypothesis/examples/x",
        ".pytest_cache/README.md",
        ".ruff_cache/x",
        ".import_linter_cache/x",
        ".coverage",
        ".coverage.host.1.x",
    ):
        path = copy.path / "template" / lying_about
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"not for rendering")
    git(copy.path, "add", "--all", "--force")
    copy.release("1.0.1")

    service = copy.render(tmp_path / "service")

    assert set(files(service)) == set(files(render()))
