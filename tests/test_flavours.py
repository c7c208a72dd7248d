"""What both flavours have is the same bytes, and neither shows that there is another."""

import re

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
# What a service of the framework has no reason to name.
FOREIGN = {
    "fastapi": re.compile(r"django|\bdrf|gunicorn|app[./](apps|site)\b|tests[./]apps\b", re.IGNORECASE),
    "django": re.compile(
        r"fastapi|sqlalchemy|alembic|asyncpg|uvicorn|starlette|app[./](api|migrations)\b|tests[./]api\b",
        re.IGNORECASE,
    ),
}


def test_what_both_have_is_the_same_but_for_files_with_a_block_for_each(render: Render) -> None:
    first, second = (files(render(framework=framework)) for framework in FRAMEWORKS)

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
