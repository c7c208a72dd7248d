"""System checks: what is declared wrongly stops `serve`, `work`, `schedule`, `migrate`, `manage` (template-owned)."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from app.apps.slices import Slice, find_slices
from app.components import find_components
from app.domain.operations import AccessError


@register()
def check_slices(**_: Any) -> Sequence[CheckMessage]:
    """Each function that a slice names is there, its schedule is of its jobs, and a component handles what it says."""
    return [fault for one in find_slices() for fault in (*_missing(one), *_unknown(one), *_undeclared(one))]


@register("urls")
def check_operations(**_: Any) -> Sequence[CheckMessage]:
    """Each operation says who may use it."""
    try:
        from app.site import urls  # noqa: F401 - a view without its access can't be imported
    except AccessError as error:
        return [Error(str(error), id="service.E003")]
    return []


def _missing(one: Slice) -> list[CheckMessage]:
    of_cascades = (path for steps in one.cascades.values() for path in steps.values())
    paths = [*one.handlers.values(), *one.jobs.values(), *of_cascades]
    paths += [path for path in (one.client, one.follow) if path]
    return [_fault for path in paths if (_fault := _fault_of(one, path))]


def _fault_of(one: Slice, path: str) -> CheckMessage | None:
    try:
        one.find(path)
    except ImportError as error:
        hint = f"Write it, or correct the path in {one.name}.apps."
        return Error(f"{one.short_name}: {error}", hint=hint, id="service.E001")
    return None


def _unknown(one: Slice) -> list[CheckMessage]:
    hint = f"Name it in `jobs` of {one.name}.apps, or take it off `schedule`."
    lost = sorted(set(one.schedule) - set(one.jobs))
    return [
        Error(f"{one.short_name}: {name} is on its schedule and no job", hint=hint, id="service.E004") for name in lost
    ]


def _undeclared(one: Slice) -> list[CheckMessage]:
    has = set(one.handlers), one.follow is not None
    declared = {c.name: (set(c.handles), c.follows is not None) for c in find_components()}
    # A noun declares nothing, and follows nothing.
    if declared.get(one.short_name, (has[0], False)) == has:
        return []
    names = "`handles` and `follows`", "`handlers` and `follow`"
    hint = f"Make {names[0]} in app/components/{one.short_name}.py and {names[1]} in {one.name}.apps the same."
    return [Error(f"{one.short_name}: it handles other events than it declares", hint=hint, id="service.E002")]
