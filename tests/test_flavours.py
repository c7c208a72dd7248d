"""What both flavours have is the same bytes, and neither shows that there is another."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from extensions.answers import FRAMEWORKS
from extensions.components import FLAVOURS, owners_of
from tests.conftest import Render
from tests.renders import files

# Each holds a block for each flavour.
DIFFERENT = {
    ".copier-answers.yml",
    ".env.example",
    "AGENTS.md",
    "docs/architecture.md",
    "docs/commands.md",
    "docs/guide-corrections.md",
    "docs/index.md",
    "pyproject.toml",
}
SHARED = (
    *("src/app/kit/", "src/app/domain/", "src/app/components/", "src/app/dev/"),
    *("tests/contract/", "tests/unit/", "tests/dev/", "tests/faults/", "tests/migrations/"),
)
# What a service of the framework has no reason to name; the guide names flavours of its own for Node.js.
FOREIGN = {
    "fastapi": re.compile(
        r"(?<!Node.js )flavour|django|\bdrf|gunicorn|app[./](apps|site)\b|tests[./]apps\b", re.IGNORECASE
    ),
    "django": re.compile(
        r"(?<!Node.js )flavour|fastapi|sqlalchemy|alembic|asyncpg|uvicorn|starlette|app[./](api|migrations)\b"
        r"|tests[./]api\b",
        re.IGNORECASE,
    ),
}

# By what a package's modules are called, where that isn't its own name.
MODULES = {
    "argon2-cffi": "argon2",
    "django-cors-headers": "corsheaders",
    "django-filter": "django_filters",
    "djangorestframework": "rest_framework",
    "opensearch-py": "opensearchpy",
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry",
    "opentelemetry-sdk": "opentelemetry",
    "pyjwt": "jwt",
}
# What no module of the service imports, since another package or a setting names it.
USED_BY_NAME: dict[str, set[str]] = {
    "fastapi": {"packaging", "fastapi-offline", "httptools"},
    "django": {"packaging", "django-cors-headers", "drf-spectacular-sidecar"},
}


@pytest.mark.parametrize("preset", ["standard", "full"])
def test_what_both_have_is_the_same_but_for_files_with_a_block_for_each(preset: str, render: Render) -> None:
    first, second = (files(render(preset=preset, framework=framework)) for framework in FRAMEWORKS)

    assert {path for path in first.keys() & second.keys() if first[path] != second[path]} == DIFFERENT


@pytest.mark.parametrize("preset", ["full", "minimal"])
def test_both_have_all_of_what_is_shared(preset: str, render: Render) -> None:
    first, second = (
        {
            path: content
            for path, content in files(render(preset=preset, framework=framework)).items()
            # As `administration`, which is Django's: its settings are a component's.
            if path.startswith(SHARED) and not owners_of(path, FLAVOURS)
        }
        for framework in FRAMEWORKS
    )

    assert len(first) > 100
    assert first == second


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_file_of_a_service_shows_that_there_is_another_flavour(framework: str, render: Render) -> None:
    found = {
        f"{path}: {match[0]}"
        for path, content in files(render(preset="full", framework=framework)).items()
        for match in FOREIGN[framework].finditer(content.decode("utf-8", "replace"))
    }

    assert found == set()


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("preset", ["full", "minimal"])
def test_a_service_depends_on_nothing_that_it_does_not_use(
    framework: str, preset: str, render: Render
) -> None:
    service = render(preset=preset, framework=framework)
    declared = tomllib.loads((service / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    used = {module for path in service.glob("src/**/*.py") for module in _imported(path)}

    names = {re.split(r"[\[><=]", one)[0] for one in declared["dependencies"]}
    assert {name for name in names if not used & {MODULES.get(name, name.replace("-", "_"))}} == USED_BY_NAME[
        framework
    ]


def _imported(path: Path) -> set[str]:
    """The packages that a module imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in named}
