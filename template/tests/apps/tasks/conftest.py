"""The OrgAdmin of Acme and a project (sample: yours after the first render)."""

import pytest
from tests.apps.people import caller_as

from app.apps.projects.models import Project
from app.apps.projects.services import create_project
from app.domain.caller import Caller


@pytest.fixture
def caller(seeded: None) -> Caller:
    return caller_as()


@pytest.fixture
def project(caller: Caller) -> Project:
    return create_project(caller, {"name": "Apollo"})
