"""A chart of each distinct render, made once a session: read it only."""

import pytest

from tests.conftest import Render
from tests.helm.charts import VARIANTS, Chart


@pytest.fixture(params=VARIANTS)
def chart(request: pytest.FixtureRequest, render: Render) -> Chart:
    return Chart(render(**VARIANTS[request.param]))


@pytest.fixture
def full(render: Render) -> Chart:
    return Chart(render(**VARIANTS["full"]))


@pytest.fixture
def minimal(render: Render) -> Chart:
    return Chart(render(**VARIANTS["minimal"]))
