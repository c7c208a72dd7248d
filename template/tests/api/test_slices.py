"""Which slices there are: a folder with a `slice.py` (template-owned)."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from tests.additions import added_to
from tests.api.conftest import SettingsOf
from tests.api.service import open_service
from tests.published import event_names

import app.api
import app.components
from app.api.layers.operation import Operation
from app.api.slices import cascades_of, find_slices, import_tables
from app.components import ComponentError, find_components
from app.domain.operations import AccessError

Add = Callable[[dict[str, str]], None]

SLICE = """
from fastapi import APIRouter
from app.domain.operations import open_to
from app.api.layers.operation import Operation
from app.api.slices import Slice

router = APIRouter(prefix="/alphas", route_class=Operation)

@router.get("", openapi_extra=open_to("public"))
async def list_alphas() -> list[str]:
    return ["a"]

slice_ = Slice(name="alpha", routers=(router,))
"""
HANDLING = """
from app.api.slices import Slice

async def handle(runtime, session, event):
    pass

slice_ = Slice(name="alpha", handlers={"note.created": handle})
"""
CASCADING = """
from app.api.slices import Cascade, Slice

async def follow(session, caller, parent_id, deletion_id):
    pass

slice_ = Slice(name="alpha", cascades={"note": Cascade(delete=follow, restore=follow)})
"""


@pytest.fixture
def add(tmp_path: Path) -> Iterator[Add]:
    """Put packages beside the service's slices, and components beside its components (`components/…`)."""
    with ExitStack() as stack:

        def add(files: dict[str, str]) -> None:
            below = {name: text for name, text in files.items() if not name.startswith("components/")}
            beside = {name.removeprefix("components/"): text for name, text in files.items() if name not in below}
            forget = (find_components, find_slices)
            stack.enter_context(added_to(app.components, tmp_path / "components", beside, forget=forget))
            stack.enter_context(added_to(app.api, tmp_path / "api", below, forget=forget))

        yield add


def test_a_package_without_a_slice_is_none(add: Add) -> None:
    before = find_slices()
    add({"alpha/__init__.py": "", "beta.py": ""})

    assert [one.name for one in find_slices()] == [one.name for one in before]


async def test_a_folder_is_enough_to_serve_its_routes(add: Add, settings: SettingsOf) -> None:
    add({"alpha/__init__.py": "", "alpha/slice.py": SLICE})

    async with open_service(settings()) as service:
        response = await service.client.get("/api/v1/alphas")

    assert (response.status_code, response.json()) == (200, ["a"])


async def test_a_route_that_nothing_guards_stops_the_start(add: Add, settings: SettingsOf) -> None:
    add({"alpha/__init__.py": "", "alpha/slice.py": SLICE.replace(", route_class=Operation", "")})

    with pytest.raises(AccessError, match="make its router with route_class=Operation"):
        async with open_service(settings()):
            pass


async def test_a_folder_that_is_gone_takes_its_routes_with_it(settings: SettingsOf) -> None:
    async with open_service(settings()) as service:
        assert (await service.client.get("/api/v1/alphas")).status_code == 404


@pytest.mark.parametrize("text", ["", "slice_ = 1", SLICE.replace('name="alpha"', 'name="beta"')])
def test_a_slice_that_is_none_is_refused(add: Add, text: str) -> None:
    add({"alpha/__init__.py": "", "alpha/slice.py": text})

    with pytest.raises(ComponentError, match=r'app/api/alpha/slice\.py must hold slice_ = Slice\(name="alpha"'):
        find_slices()


def test_a_component_handles_what_it_declares(add: Add) -> None:
    declares = "from app.kit.component import Component\ncomponent = Component(name='alpha', handles=('note.gone',))\n"
    add({"components/alpha.py": declares, "alpha/__init__.py": "", "alpha/slice.py": HANDLING})

    with pytest.raises(ComponentError, match=r"alpha: `handles` in app/components and the handlers in app/api/alpha"):
        find_slices()


def test_a_schedule_is_of_the_slices_own_jobs(add: Add) -> None:
    scheduled = HANDLING.replace('name="alpha"', 'name="alpha", schedule={"sweep": None}')
    add({"alpha/__init__.py": "", "alpha/slice.py": scheduled})

    with pytest.raises(ComponentError, match=r"slice\.py: `schedule` names sweep, which is not in `jobs`"):
        find_slices()


FOLLOWING = HANDLING.replace('handlers={"note.created": handle}', "follow=handle")
FOLLOWS = "from app.kit.component import Component\ncomponent = Component(name='alpha', follows='audited')\n"


def test_a_component_that_follows_hears_of_every_resource_that_says_so(add: Add) -> None:
    add({"components/alpha.py": FOLLOWS, "alpha/__init__.py": "", "alpha/slice.py": FOLLOWING})

    slices = {one.name: one for one in find_slices()}
    audited = [one for each in slices.values() for one in each.resources if one.audited]
    assert {"organization", "user"} <= {one.name for one in audited}
    assert set(slices["alpha"].handlers) == {event for one in audited for event in one.events}
    assert set(slices["alpha"].handlers.values()) == {slices["alpha"].follow}


def test_a_component_that_follows_has_a_slice_that_does(add: Add) -> None:
    add({"components/alpha.py": FOLLOWS, "alpha/__init__.py": "", "alpha/slice.py": SLICE})

    with pytest.raises(ComponentError, match="alpha: only one of app/components"):
        find_slices()


EXTENDS = "from app.kit.component import Component\ncomponent = Component(name='alpha', extends='audited')\n"
EXTENDING = """
from fastapi import APIRouter
from app.api.layers.operation import Operation
from app.api.slices import Slice
from app.domain.operations import open_to

def extend(resource):
    router = APIRouter(prefix=f"/{resource.plural}/alphas", route_class=Operation)

    @router.get("", name=f"list_{resource.name}_alphas", openapi_extra=open_to("public"))
    async def list_alphas() -> list[str]:
        return [resource.name]

    return router

slice_ = Slice(name="alpha", extend=extend)
"""


async def test_a_component_that_extends_adds_operations_to_every_resource_that_says_so(
    add: Add, settings: SettingsOf
) -> None:
    add({"components/alpha.py": EXTENDS, "alpha/__init__.py": "", "alpha/slice.py": EXTENDING})

    async with open_service(settings()) as service:
        found = [await service.client.get(f"/api/v1/{plural}/alphas") for plural in ("users", "organizations")]
    assert [(each.status_code, each.json()) for each in found] == [(200, ["user"]), (200, ["organization"])]


def test_a_component_that_extends_has_a_slice_that_does(add: Add) -> None:
    add({"components/alpha.py": EXTENDS, "alpha/__init__.py": "", "alpha/slice.py": SLICE})

    with pytest.raises(ComponentError, match=r"only one of app/components \(`extends`\)"):
        find_slices()


def test_a_resource_declares_every_event_that_is_published_about_it() -> None:
    resources = [resource for one in find_slices() for resource in one.resources]

    declared = {event for one in resources for event in one.events}
    assert {"user.updated", "user.password_changed"} <= event_names(one.name for one in resources) <= declared


def test_what_hangs_on_a_resource_is_found(add: Add) -> None:
    add({"alpha/__init__.py": "", "alpha/slice.py": CASCADING})

    (cascade,) = cascades_of("note")
    assert cascade is find_slices()[[one.name for one in find_slices()].index("alpha")].cascades["note"]
    assert cascades_of("alpha") == []


def test_components_come_before_nouns_in_the_order_of_their_needs(add: Add) -> None:
    def component(name: str, *needs: str) -> str:
        return f"from app.kit.component import Component\ncomponent = Component(name={name!r}, needs={needs!r})\n"

    def empty(name: str) -> str:
        return f"from app.api.slices import Slice\nslice_ = Slice(name={name!r})\n"

    files = {f"{name}/__init__.py": "" for name in ("aaa", "yyy", "zzz")}
    files |= {f"{name}/slice.py": empty(name) for name in ("aaa", "yyy", "zzz")}
    add({**files, "components/yyy.py": component("yyy", "zzz"), "components/zzz.py": component("zzz")})

    names = [one.name for one in find_slices()]
    assert [name for name in names if name in ("aaa", "yyy", "zzz")] == ["zzz", "yyy", "aaa"]


def test_tables_are_found_in_every_package(add: Add) -> None:
    add({"alpha/__init__.py": "", "alpha/tables.py": "raise LookupError('found')"})

    with pytest.raises(LookupError, match="found"):
        import_tables()


def test_no_operation_waits_for_a_thread() -> None:
    # FastAPI runs plain functions, endpoints and dependencies alike, in a thread: twice the time of a short request.
    routes = [route for one in find_slices() for router in one.routers for route in router.routes]
    calls = [call for route in routes if isinstance(route, Operation) for call in _calls(route.dependant)]

    assert len(calls) > len(routes) > 10
    assert [call for call in calls if not inspect.iscoroutinefunction(call)] == []


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    yield dependant.call
    for each in dependant.dependencies:
        yield from _calls(each)
