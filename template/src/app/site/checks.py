"""System checks: what is declared wrongly stops `serve` and `manage check` (template-owned)."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from app.apps.slices import Slice, find_slices
from app.components import find_components
from app.domain.operations import AccessError


@register()
def check_slices(**_: Any) -> Sequence[CheckMessage]:
    """Each function that a slice names is there, and a component's handlers are those that it declares."""
    return [fault for one in find_slices() for fault in (*_missing(one), *_undeclared(one))]


@register("urls")
def check_operations(**_: Any) -> Sequence[CheckMessage]:
    """Each operation says who may use it."""
    try:
        from app.site import urls  # noqa: F401 - a view without its access can't be imported
    except AccessError as error:
        return [Error(str(error), id="service.E003")]
    return []


def _missing(one: Slice) -> list[CheckMessage]:
    paths = [*one.handlers.values(), *(path for steps in one.cascades.values() for path in steps.values())]
    if one.client:
        paths.append(one.client)
    return [_fault for path in paths if (_fault := _fault_of(one, path))]


def _fault_of(one: Slice, path: str) -> CheckMessage | None:
    try:
        one.find(path)
    except ImportError as error:
        hint = f"Write it, or correct the path in {one.name}.apps."
        return Error(f"{one.short_name}: {error}", hint=hint, id="service.E001")
    return None


def _undeclared(one: Slice) -> list[CheckMessage]:
    declared = {component.name: set(component.handles) for component in find_components()}
    if declared.get(one.short_name, set(one.handlers)) == set(one.handlers):
        return []
    hint = f"Make `handles` in app/components/{one.short_name}.py and `handlers` in {one.name}.apps the same."
    return [Error(f"{one.short_name}: it handles other events than it declares", hint=hint, id="service.E002")]
