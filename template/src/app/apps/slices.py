"""Which slices there are: a folder of `app/apps` with an `apps.py` is one (template-owned).

A slice is a noun (`projects`) or the Django side of a component (`mail`). Nothing lists them. Django takes `models`,
`migrations` and `admin` from it; the service takes `urls.py` where there is one, and what its `Slice` names. An
`apps.py` imports this module, not the class: Django wants but one configuration in it.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any, ClassVar
from uuid import UUID

from django.apps import AppConfig, apps
from django.utils.module_loading import import_string

import app.apps
from app.components import Settings, find_components
from app.domain.caller import Caller
from app.kit.events import Event
from app.kit.jobs import Job, Queue
from app.kit.resource import Resource

# Both run in the transaction of the record that they are done.
Handler = Callable[[Event], None]
JobFunction = Callable[[Job], None]
# Caller, id of the parent, deletion_id.
Follow = Callable[[Caller, UUID, UUID], None]


class Slice(AppConfig):
    """What a folder below `apps/` adds.

    Functions are named by their path below the folder, as `handlers.tell_creator`, since models can't be imported yet.
    `handlers` are by the event's name, `jobs` by their own, and each may run more than once; `schedule` says how often
    which of `jobs` is done. `cascades` are by the parent's name ("project"): how rows go and come back with it
    (`delete`, `restore`), in its transaction, held by its row, under its `deletion_id`.
    """

    resources: ClassVar[tuple[Resource, ...]] = ()
    handlers: ClassVar[Mapping[str, str]] = {}
    # Handles the events of all resources that its component follows.
    follow: ClassVar[str | None] = None
    jobs: ClassVar[Mapping[str, str]] = {}
    schedule: ClassVar[Mapping[str, timedelta]] = {}
    cascades: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    # Gives a component's client, with `backend`, `is_resting` and `ping()`, which /health asks; what a ping gives, if
    # anything, it shows.
    client: ClassVar[str | None] = None

    def find(self, path: str) -> Any:
        """The function of this folder that a path names.

        Raises:
            ImportError: there is none.
        """
        return import_string(f"{self.name}.{path}")

    @property
    def short_name(self) -> str:
        """The folder's name, also where Django's label is another."""
        return self.name.rpartition(".")[2]


@cache
def slice_names() -> tuple[str, ...]:
    """The dotted names of all slices, for `INSTALLED_APPS`: components in the order of their needs, then nouns."""
    order = [component.name for component in find_components()]
    names = [name for _, name, is_package in iter_modules(app.apps.__path__) if is_package]
    found = [name for name in names if find_spec(f"app.apps.{name}.apps")]
    found.sort(key=lambda name: (order.index(name) if name in order else len(order), name))
    return tuple(f"app.apps.{name}" for name in found)


def slice_settings(settings: Settings) -> dict[str, Any]:
    """What slices add to Django's settings: those that have a `settings.py`, by its `django_settings`."""
    added: dict[str, Any] = {}
    for name in slice_names():
        if find_spec(f"{name}.settings"):
            added |= import_module(f"{name}.settings").django_settings(settings)
    return added


def find_slices() -> tuple[Slice, ...]:
    """All slices, in that order."""
    return tuple(one for one in apps.get_app_configs() if isinstance(one, Slice))


def find_handlers() -> dict[str, dict[str, Handler]]:
    """Who acts on which event: by its name, then by the slice's."""
    found: dict[str, dict[str, Handler]] = {}
    for one in find_slices():
        for event, path in {**_followed(one), **one.handlers}.items():
            found.setdefault(event, {})[one.short_name] = one.find(path)
    return found


def queue_of(name: str) -> Queue:
    """The queue of a slice's jobs: its component's, or the default one."""
    return next((component.queue for component in find_components() if component.name == name), "default")


def cascades_of(parent: str, what: str) -> list[Follow]:
    """What follows a resource ("project") on `delete` or `restore`: its slice doesn't know who hangs on it."""
    return [one.find(one.cascades[parent][what]) for one in find_slices() if parent in one.cascades]


def _followed(one: Slice) -> dict[str, str]:
    """The events that a component's slice follows, and by which function."""
    if one.follow is None:
        return {}
    resources = [resource for other in find_slices() for resource in other.resources]
    components = [component for component in find_components() if component.name == one.short_name]
    return {event: one.follow for component in components for event in component.followed(resources)}
