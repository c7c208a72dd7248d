"""Writes the pages of `docs/` that say what the code says: settings, errors, metrics (template-owned; `just docs`).

A page belongs to one owner, so that none differs with the components that are on: `docs/settings/mail.md` is
there where `mail` is. Own settings get a page once there are some.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from prometheus_client.metrics import MetricWrapperBase
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from app.components import find_components
from app.dev.processes import say
from app.kit import metrics, problems
from app.kit.rates import Rate
from app.kit.settings import CoreSettings, SettingsModel

ROOT = Path(__file__).parents[3]
GENERATED = "<!-- Generated from the code by `just docs`: an edit here is lost, change the code instead. -->"
DESCRIPTION = "Write the reference pages below docs/ anew: settings, errors and metrics, as the code has them."
_UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_READING = """An empty one counts as unset. A list is comma-separated, a duration a whole number with its unit, as in
`15m` or `7d` (`ms`, `s`, `m`, `h`, `d`), a rate a number and a duration, as in `300/1m`, or `off`. What is missing,
wrong or refused in production stops the start-up: the message names each variable and the fix, all of them at once."""
_ERRORS = """Every error is a problem document (RFC 9457, `application/problem+json`) with `type`, `title`, `status`,
`detail`, `instance` and `request_id`; a 422 adds `errors`, a list of `pointer` and `message`. One exception: an
unready `/health/ready` answers 503 with its own body. Tell errors apart by `type`; give `request_id` to whoever reads
the logs."""
_METRICS = """Prometheus reads them at `/metrics`, or on `METRICS_PORT` where that is set. A histogram has `_bucket`,
`_sum` and `_count`. `path` is the route's template, `unmatched` for none."""


def main() -> int:
    """Write every page that differs, and remove those of settings that are gone."""
    ArgumentParser(prog="just docs", description=DESCRIPTION).parse_args()
    changed = stale_pages(ROOT)
    for name in changed:
        text = pages().get(name)
        if text is None:
            (ROOT / name).unlink()
        else:
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(text, encoding="utf-8")
    say("\n".join(f"Wrote {name}" for name in changed) or "Nothing to write: docs/ says what the code says")
    return 0


def pages() -> dict[str, str]:
    """Every generated page: its path below the service's root, and its text."""
    owners = {"core": CoreSettings} | {c.name: c.settings for c in find_components() if c.settings}
    settings = {
        f"docs/settings/{owner}.md": settings_page(owner, cls) for owner, cls in owners.items() if cls.model_fields
    }
    return settings | {"docs/errors.md": errors_page(), "docs/metrics.md": metrics_page()}


def stale_pages(root: Path) -> list[str]:
    """The pages below `root` that are missing, are not as `pages` has them, or are of settings that are gone."""
    written = pages()
    found = {path.relative_to(root).as_posix(): path for path in (root / "docs/settings").glob("*.md")}
    gone = [name for name, path in found.items() if name not in written and GENERATED in path.read_text("utf-8")]
    differs = [name for name, text in written.items() if _read(root / name) != text]
    return sorted(gone + differs)


def settings_page(owner: str, cls: type[SettingsModel]) -> str:
    """The table of one owner's settings: variable, values, default, meaning."""
    rows = [
        (f"`{name.upper()}`", _takes(field), _default(field), _sentence(field.description or ""))
        for name, field in cls.model_fields.items()
    ]
    whose = {"core": "every service", "own": "this service alone"}.get(owner, f"the component `{owner}`")
    text = f"Environment variables of {whose}.\n{_READING}"
    return _page(f"Settings: {owner}", text, _table(("variable", "takes", "default", "meaning"), rows))


def errors_page() -> str:
    """The table of problem types, by status."""
    kinds = [value for value in vars(problems).values() if isinstance(value, problems.ProblemType)]
    rows = [
        (str(kind.status), f"`urn:problem:{kind.slug}`", kind.title) for kind in sorted(kinds, key=lambda k: k.status)
    ]
    return _page("Errors", _ERRORS, _table(("status", "type", "title"), rows))


def metrics_page() -> str:
    """The table of the metrics that every process has."""
    found = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
    rows = [_metric(each) for each in found]
    return _page("Metrics", _METRICS, _table(("metric", "type", "labels", "meaning"), rows))


def _metric(each: MetricWrapperBase) -> tuple[str, str, str, str]:
    (family,) = each.describe()
    name = f"{family.name}_total" if family.type == "counter" else family.name
    labels = ", ".join(f"`{label}`" for label in each._labelnames)
    return f"`{name}`", family.type, labels, _sentence(family.documentation)


def _takes(field: FieldInfo) -> str:
    """Which values a setting takes, as far as its type says."""
    kinds = [kind for kind in _alternatives(field.annotation) if kind is not type(None)]
    if choices := [str(value) for kind in kinds if get_origin(kind) is Literal for value in get_args(kind)]:
        return ", ".join(f"`{choice}`" for choice in choices)
    kind = kinds[0]
    if get_origin(kind) is tuple:
        return "list"
    least = [str(limit.ge) for limit in field.metadata if isinstance(limit, Ge)]
    most = [str(limit.le) for limit in field.metadata if isinstance(limit, Le)]
    if least:
        return " to ".join(least + most) if most else f"{least[0]} or more"
    names: dict[Any, str] = {bool: "`true`, `false`", int: "number", float: "number", Path: "path"}
    names |= {timedelta: "duration", Rate: "rate"}
    return names.get(kind, "text" if kind in (str, SecretStr) else "URL")


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    is_choice = annotation is None or get_origin(annotation) in (None, Literal, tuple)
    return (annotation,) if is_choice else get_args(annotation)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is None or value == ():
        return "unset"
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, timedelta):
        value = _duration(value)
    if isinstance(value, tuple):
        value = ",".join(value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _duration(value: timedelta) -> str:
    milliseconds = value // timedelta(milliseconds=1)
    unit = next(unit for unit, size in _UNITS.items() if milliseconds % size == 0)
    return f"{milliseconds // _UNITS[unit]}{unit}"


def _sentence(text: str) -> str:
    # Markdown would read it as HTML.
    plain = text.replace("<", r"\<")
    return plain if plain.endswith(".") or not plain else f"{plain}."


def _page(title: str, text: str, table: Iterable[str]) -> str:
    return "\n".join([GENERATED, "", f"# {title}", "", text, "", *table, ""])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(head)
    yield _row(("---",) * len(head))
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    escaped = (cell.replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
