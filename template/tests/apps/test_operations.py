"""Operations and what they take: declared, strict, without a guess (template-owned)."""

from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from pydantic import Field
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from app.apps.rest.operations import OperationView, operation
from app.apps.rest.problems import invalid_fields
from app.apps.rest.serializers import StrictSerializer, Typed
from app.domain.operations import AccessError, needs, open_to
from app.kit.text import Name


class Note(StrictSerializer):
    """With a field of each kind."""

    title = Typed(Name)
    count = Typed(Annotated[int, Field(ge=1)], default=1)
    parent_id = Typed(UUID | None, required=False)


def validated(given: Any) -> dict[str, Any]:
    found: dict[str, Any] = Note().run_validation(given)
    return found


def faults(given: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        Note().run_validation(given)
    return {error.pointer: error.message for error in invalid_fields(caught.value, "/body").errors}


def test_a_method_that_does_not_say_who_may_use_it_makes_no_view() -> None:
    with pytest.raises(AccessError, match=r"Open\.get: say who may use it"):

        class Open(OperationView):
            def get(self, request: Request) -> HttpResponse:
                return HttpResponse()


@pytest.mark.parametrize("extra", [{}, {"x-permission": ""}, needs("notes"), needs(":read"), needs("notes:reed")])
def test_a_permission_that_is_none_makes_no_operation(extra: dict[str, Any]) -> None:
    with pytest.raises(AccessError, match="read_note: say who may use it"):
        operation("read_note", extra)


def test_a_view_has_the_methods_that_are_operations() -> None:
    class Notes(OperationView):
        @operation("list_notes", needs("notes:read"))
        def get(self, request: Request) -> HttpResponse:
            return HttpResponse()

        @operation("create_note", open_to("authenticated"), body=Note)
        def post(self, request: Request) -> HttpResponse:
            return HttpResponse()

    assert Notes().allowed_methods == ["GET", "POST"]
    assert {method: made.name for method, made in Notes.operations.items()} == {
        "GET": "list_notes",
        "POST": "create_note",
    }


def test_what_was_not_sent_has_its_default_or_is_not_there() -> None:
    assert validated({"title": "Apollo"}) == {"title": "Apollo", "count": 1}


def test_null_is_a_value_where_it_is_one() -> None:
    row_id = uuid4()
    assert validated({"title": "Apollo", "parent_id": None})["parent_id"] is None
    assert validated({"title": "Apollo", "parent_id": str(row_id)})["parent_id"] == row_id
    assert faults({"title": None, "count": None}) == {
        "/body/title": "Input should be a valid string",
        "/body/count": "Input should be a valid integer",
    }


def test_nothing_is_trimmed_or_made_a_text() -> None:
    assert validated({"title": " Apollo\t"})["title"] == " Apollo\t"
    for value in (7, True, 1.5, ["Apollo"], {"title": "Apollo"}):
        assert faults({"title": value}) == {"/body/title": "Input should be a valid string"}


@pytest.mark.parametrize("given", [None, [], "text", 7, True])
def test_what_is_no_object_is_wrong_as_a_whole(given: Any) -> None:
    assert list(faults(given)) == ["/body"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert faults({"count": 0, "x": 1, "non_field_errors": 2, "a/b": 3}) == {
        "/body/title": "Field required",
        "/body/count": "Input should be greater than or equal to 1",
        "/body/x": "Extra inputs are not permitted",
        "/body/non_field_errors": "Extra inputs are not permitted",
        "/body/a~1b": "Extra inputs are not permitted",
    }


def test_many_unknown_fields_are_not_all_told() -> None:
    assert len(faults({"title": "Apollo", **{f"x{number}": 1 for number in range(1_000)}})) == 50


def test_the_document_shows_the_type() -> None:
    fields = Note().fields
    assert fields["title"].schema(is_reply=False) == {  # type: ignore[attr-defined]
        "maxLength": 200,
        "minLength": 1,
        "pattern": "^[^\\u0000]*$",
        "type": "string",
    }
