"""Which components are on: those whose module is there (template-owned)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.additions import added_to
from tests.environment import environment, service_environment

import app.components
from app.components import ComponentError, find_components, load_settings
from app.kit.settings import SettingsError

Add = Callable[..., None]


@pytest.fixture
def add(tmp_path: Path) -> Iterator[Add]:
    """Put modules beside the service's components: `add(alpha='component = …')`."""
    with ExitStack() as stack:

        def add(**modules: str) -> None:
            files = {f"{name}.py": text for name, text in modules.items()}
            stack.enter_context(added_to(app.components, tmp_path, files, forget=(find_components,)))

        yield add


def _component(name: str, *needs: str) -> str:
    return f"from app.kit.component import Component\ncomponent = Component(name={name!r}, needs={needs!r})\n"


def _order() -> list[str]:
    return [component.name for component in find_components()]


def test_the_services_own_component_is_always_on() -> None:
    assert "own" in _order()


def test_a_file_is_enough_to_turn_a_component_on(add: Add) -> None:
    before = _order()
    add(zeta=_component("zeta"))

    assert sorted(_order()) == sorted([*before, "zeta"])


def test_a_component_comes_after_those_it_needs(add: Add) -> None:
    add(alpha=_component("alpha", "beta", "gamma"), beta=_component("beta", "gamma"), gamma=_component("gamma"))

    assert [name for name in _order() if name in ("alpha", "beta", "gamma")] == ["gamma", "beta", "alpha"]


def test_a_need_that_is_off_is_named(add: Add) -> None:
    add(alpha=_component("alpha", "missing"))

    with pytest.raises(ComponentError, match="the component alpha needs missing, which is off: turn it on, or alpha"):
        find_components()


def test_a_circle_of_needs_is_shown(add: Add) -> None:
    add(alpha=_component("alpha", "beta"), beta=_component("beta", "gamma"), gamma=_component("gamma", "alpha"))

    with pytest.raises(ComponentError, match="in a circle: alpha → beta → gamma → alpha"):
        find_components()


@pytest.mark.parametrize("text", ["", "component = 1", _component("beta")], ids=["none", "no component", "other name"])
def test_a_module_that_declares_no_component_of_its_name_is_refused(add: Add, text: str) -> None:
    add(alpha=text)

    with pytest.raises(ComponentError, match=r'app/components/alpha\.py must hold component = Component\(name="alpha"'):
        find_components()


ALPHA_SETTINGS = """
from collections.abc import Iterator
from pydantic import Field
from app.kit.component import Component
from app.kit.settings import SettingsModel

class AlphaSettings(SettingsModel):
    alpha_size: int = Field(ge=1)

    def production_faults(self) -> Iterator[tuple[str, str]]:
        yield "ALPHA_SIZE", "is never large enough for production"

component = Component(name="alpha", settings=AlphaSettings)
"""


def test_a_components_settings_are_read_with_the_cores(add: Add) -> None:
    add(alpha=ALPHA_SETTINGS)
    (alpha,) = [component for component in find_components() if component.name == "alpha"]
    assert alpha.settings is not None

    with environment(service_environment(ALPHA_SIZE="3")):
        assert load_settings().of(alpha.settings).model_dump() == {"alpha_size": 3}


def test_a_components_faults_are_listed_with_the_cores(add: Add) -> None:
    add(alpha=ALPHA_SETTINGS)

    with environment(service_environment(ALPHA_SIZE="0", PORT="0")), pytest.raises(SettingsError) as caught:
        load_settings()

    assert [line.partition(":")[0] for line in str(caught.value).splitlines()[1:]] == ["  ALPHA_SIZE", "  PORT"]


def test_a_component_may_refuse_production(add: Add) -> None:
    add(alpha=ALPHA_SETTINGS)

    with (
        environment(service_environment(ALPHA_SIZE="3", ENVIRONMENT="production")),
        pytest.raises(SettingsError, match="ALPHA_SIZE: is never large enough for production"),
    ):
        load_settings()
