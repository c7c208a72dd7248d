"""The contract suite itself: it knows the service by HTTP alone (template-owned)."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
MODULES = sorted(FOLDER.rglob("*.py"))
ALLOWED = {*sys.stdlib_module_names, "cryptography", "httpx2", "hypothesis", "pytest"}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(FOLDER).as_posix())
def test_the_suite_imports_nothing_of_the_service(module: Path) -> None:
    foreign = [
        name
        for name in imported_names(ast.parse(module.read_text(encoding="utf-8")))
        if name.partition(".")[0] not in ALLOWED and not name.startswith("tests.contract.")
    ]
    assert foreign == [], "the contract suite runs against any framework: ask over HTTP instead"


def imported_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
