"""Which slices there are, and the checks of what they name (template-owned)."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.additions import added_to
from tests.apps.alpha import steps
from tests.published import event_names

import app.components
from app.apps.outbox.functions import find_functions
from app.apps.outbox.models import OutboxEvent
from app.apps.slices import cascades_of, find_handlers, find_slices, slice_names
from app.components import find_components
from app.site.checks import check_operations, check_slices


def install(settings: Any, name: str) -> None:
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, f"tests.apps.alpha.apps.{name}"]


def test_every_folder_with_an_apps_module_is_a_slice() -> None:
    assert {f"app.apps.{name}" for name in ("auth", "organizations", "sessions", "users")} <= set(slice_names())
    assert {"app.apps.redis", "app.apps.rest", "app.apps.postgres"}.isdisjoint(slice_names())
    assert [one.name for one in find_slices()] == list(slice_names())


def test_the_service_declares_nothing_wrongly() -> None:
    assert [*check_slices(), *check_operations()] == []


def test_what_a_slice_names_is_found(settings: Any) -> None:
    install(settings, "Alpha")
    (job,) = find_functions().jobs_of(OutboxEvent(id=UUID(int=1), name="note.created"))
    assert (job.name, job.queue) == ("alpha.note.created", "default")
    assert find_functions().named("alpha.sweep") is steps.sweep
    assert cascades_of("note", "delete") == cascades_of("note", "restore") == [steps.follow]
    assert cascades_of("alpha", "delete") == []
    assert check_slices() == []


def test_what_is_not_there_is_said_before_the_start(settings: Any) -> None:
    install(settings, "Lost")
    faults = check_slices()
    assert [fault.id for fault in faults] == ["service.E001"] * 4 + ["service.E004"]
    assert [str(fault.hint) for fault in faults[:4]] == ["Write it, or correct the path in tests.apps.alpha.apps."] * 4
    assert all(fault.msg.startswith("alpha: ") for fault in faults)


def test_a_component_that_follows_hears_of_every_resource_that_says_so(settings: Any, tmp_path: Path) -> None:
    text = "from app.kit.component import Component\ncomponent = Component(name='alpha', follows='audited')\n"
    install(settings, "Follower")
    with added_to(app.components, tmp_path, {"alpha.py": text}, forget=(find_components,)):
        handlers = find_handlers()
        assert check_slices() == []

    audited = [resource for one in find_slices() for resource in one.resources if resource.audited]
    assert {"organization", "user"} <= {one.name for one in audited}
    assert {event for event, by in handlers.items() if by.get("alpha") == steps.handle} == {
        event for one in audited for event in one.events
    }


def test_a_slice_that_follows_is_of_a_component_that_does(settings: Any) -> None:
    install(settings, "Follower")
    assert [fault.id for fault in check_slices()] == ["service.E002"]


def test_a_resource_declares_every_event_that_is_published_about_it() -> None:
    resources = [resource for one in find_slices() for resource in one.resources]

    declared = {event for one in resources for event in one.events}
    assert {"user.updated", "user.password_changed"} <= event_names(one.name for one in resources) <= declared


@pytest.mark.parametrize(("declared", "ids"), [("note.created", []), ("note.gone", ["service.E002"])])
def test_a_component_handles_what_it_declares(settings: Any, tmp_path: Path, declared: str, ids: list[str]) -> None:
    text = f"from app.kit.component import Component\ncomponent = Component(name='alpha', handles=({declared!r},))\n"
    install(settings, "Alpha")
    with added_to(app.components, tmp_path, {"alpha.py": text}, forget=(find_components,)):
        assert [fault.id for fault in check_slices()] == ids
