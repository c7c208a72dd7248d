"""ETag and If-Match (template-owned; RFC 9110, section 13.1.1)."""

import pytest

from app.kit.problems import ProblemError
from app.kit.versions import check_if_match, entity_tag


def test_the_tag_is_the_version_in_quotes() -> None:
    assert entity_tag(3) == '"3"'


@pytest.mark.parametrize("header", ['"3"', 'W/"3"', "*", " * ", '"2", "3"', '"1" , W/"3"', ' "3" '])
def test_the_rows_version_goes_through(header: str) -> None:
    check_if_match(header, 3)


@pytest.mark.parametrize(
    "header", ['"2"', "3", '"03"', '"3', "", "w/'3'", 'w/"3"', '"*"', '"33"', '"3""', "**", '"٣"', '"3"; "3"']
)
def test_any_other_version_is_a_mismatch(header: str) -> None:
    with pytest.raises(ProblemError) as caught:
        check_if_match(header, 3)

    assert (caught.value.kind.status, caught.value.kind.slug) == (412, "version-mismatch")


def test_a_missing_header_is_required() -> None:
    with pytest.raises(ProblemError) as caught:
        check_if_match(None, 3)

    assert (caught.value.kind.status, caught.value.kind.slug) == (428, "version-required")
