"""Both flavours applied at once to a mock of AWS, while other tests go on: mostly they wait."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from extensions.answers import FRAMEWORKS
from tests.conftest import Render
from tests.moto import moto
from tests.terraform.applying import Applied, apply


@pytest.fixture(scope="session")
def applies(render: Render, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Applied]]]:
    """Each flavour's production environment, being applied to a mock of its own."""
    with ExitStack() as stack, ThreadPoolExecutor(len(FRAMEWORKS)) as threads:
        futures = {}
        for framework in FRAMEWORKS:
            # The mock refuses DocumentDB: that is planned by `terraform test` alone.
            service = render(preset="full", framework=framework, documents=False)
            folder: Path = tmp_path_factory.mktemp(framework)
            url = stack.enter_context(moto(folder, "tests.terraform.moto_server", "example.com"))
            futures[framework] = threads.submit(apply, service, folder, url)
        yield futures


@pytest.fixture(scope="session", params=FRAMEWORKS)
def applied(request: pytest.FixtureRequest, applies: dict[str, Future[Applied]]) -> Applied:
    """A flavour's production environment as it is applied."""
    return applies[request.param].result()
