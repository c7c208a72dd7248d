"""Which slices there are: a folder with a `slice.py` is one (template-owned).

A slice is a noun (`projects`) or the FastAPI side of a component (`mail`). Nothing lists them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

import app.api
from app.api.runtime import Opener, Runtime
from app.components import ComponentError, find_components
from app.domain.caller import Caller
from app.kit.component import Component
from app.kit.events import Event
from app.kit.jobs import Job, Queue
from app.kit.resource import Resource

# What they write by the session is committed with the record that they are done, or not at all.
Handler = Callable[[Runtime, AsyncSession, Event], Awaitable[None]]
JobFunction = Callable[[Runtime, AsyncSession, Job], Awaitable[None]]
# Session, caller, id of the parent, deletion_id.
Follow = Callable[[AsyncSession, Caller, UUID, UUID], Awaitable[None]]


@dataclass(frozen=True)
class Cascade:
    """How rows go and come back with their parent, in its transaction, held by its row, under its `deletion_id`."""

    delete: Follow
    restore: Follow


@dataclass(frozen=True)
class Slice:
    """What a folder below `api/` adds.

    `handlers` are by the event's name, `jobs` by their own, and each may run more than once; `follow` handles the
    events of all resources that its component follows, `extend` makes the operations that its component adds to one;
    `schedule` says how often which of `jobs` is done; `cascades` are by the parent's name ("project").
    """

    name: str
    routers: tuple[APIRouter, ...] = ()
    resources: tuple[Resource, ...] = ()
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    follow: Handler | None = None
    extend: Callable[[Resource], APIRouter] | None = None
    jobs: Mapping[str, JobFunction] = field(default_factory=dict)
    schedule: Mapping[str, timedelta] = field(default_factory=dict)
    cascades: Mapping[str, Cascade] = field(default_factory=dict)
    open: Opener | None = None


@cache
def find_slices() -> tuple[Slice, ...]:
    """All slices: components in the order of their needs first, then nouns by name; `handlers` hold what they follow.

    Raises:
        ComponentError: a `slice.py` without `slice_`, or one whose handlers are not what its component declares, or
            whose schedule names no job of its own.
    """
    names = [name for _, name, is_package in iter_modules(app.api.__path__) if is_package]
    components = {c.name: c for c in find_components()}
    names.sort(key=lambda name: (list(components).index(name) if name in components else len(components), name))
    found = tuple(_slice(name) for name in names if find_spec(f"app.api.{name}.slice"))
    resources = [resource for one in found for resource in one.resources]
    return tuple(_whole(one, components.get(one.name), resources) for one in found)


def queue_of(name: str) -> Queue:
    """The queue of a slice's jobs: its component's, or the default one."""
    return next((component.queue for component in find_components() if component.name == name), "default")


def cascades_of(parent: str) -> list[Cascade]:
    """What follows a resource ("project") that is deleted or restored: its slice doesn't know who hangs on it."""
    return [one.cascades[parent] for one in find_slices() if parent in one.cascades]


def import_tables() -> None:
    """Import every module of tables, so that their metadata is whole."""
    for _, name, is_package in iter_modules(app.api.__path__):
        if is_package and find_spec(f"app.api.{name}.tables"):
            import_module(f"app.api.{name}.tables")


def _whole(one: Slice, component: Component | None, resources: Sequence[Resource]) -> Slice:
    """The slice with what it adds for the resources there are; a component's declares the same as that."""
    if component and set(component.handles) != set(one.handlers):
        raise ComponentError(f"{one.name}: `handles` in app/components and the handlers in app/api/{one.name} differ")
    if lost := sorted(set(one.schedule) - set(one.jobs)):
        raise ComponentError(f"app/api/{one.name}/slice.py: `schedule` names {lost[0]}, which is not in `jobs`")
    for name, declared in (("follow", "follows"), ("extend", "extends")):
        if (getattr(one, name) is None) != (getattr(component, declared, None) is None):
            raise ComponentError(f"{one.name}: only one of app/components (`{declared}`) and app/api (`{name}`) has it")
    if component is None:
        return one
    followed = dict.fromkeys(component.followed(resources), one.follow) if one.follow else {}
    extensions = [one.extend(resource) for resource in component.extended(resources)] if one.extend else []
    return replace(one, handlers={**followed, **one.handlers}, routers=(*one.routers, *extensions))


def _slice(name: str) -> Slice:
    value = getattr(import_module(f"app.api.{name}.slice"), "slice_", None)
    if not isinstance(value, Slice) or value.name != name:
        raise ComponentError(f'app/api/{name}/slice.py must hold slice_ = Slice(name="{name}", …)')
    return value
