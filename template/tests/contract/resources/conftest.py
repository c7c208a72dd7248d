"""Every noun in turn; without any there is nothing to test here (template-owned)."""

import pytest
from tests.contract.nouns import Noun, known_nouns

collect_ignore_glob = [] if known_nouns() else ["test_*.py"]


@pytest.fixture(params=known_nouns(), ids=str)
def noun(request: pytest.FixtureRequest) -> Noun:
    """The resource that is held against the contract."""
    given: Noun = request.param
    return given
