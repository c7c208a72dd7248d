"""The physical schema of the tables that are the same in every service, as SQL that migrations run (template-owned).

A file is frozen once released; a change is a new file of the next number.
"""

from importlib.resources import files


def read_schema(name: str) -> str:
    """The SQL of `name`, such as `core/0001`, after `standard.sql`, which it builds on."""
    folder = files(__name__)
    parts = ("standard.sql", f"{name}.sql")
    return "\n".join(folder.joinpath(part).read_text(encoding="utf-8") for part in parts)
