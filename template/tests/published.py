"""The names of events that the sources hold (template-owned)."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import app

_NAME = re.compile(r"[a-z_]+\.[a-z_]+")


def event_names(resources: Iterable[str]) -> set[str]:
    """Every text in the sources that names an event about one of these resources, as `task.assigned`."""
    (root,), known = map(Path, app.__path__), set(resources)
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in root.rglob("*.py"))
    texts = {str(node.value) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {text for text in texts if _NAME.fullmatch(text) and text.partition(".")[0] in known}
