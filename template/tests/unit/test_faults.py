"""What is wrong with a request, in the contract's words (template-owned)."""

from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from app.kit.emails import Email
from app.kit.faults import fault_message, invalid_request, pointer_of


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (str, 7, "Input should be a valid string"),
        (Annotated[int, Field(ge=1)], 0, "Input should be greater than or equal to 1"),
        (Email, "ada", "must be an e-mail address"),
    ],
)
def test_a_message_says_what_should_be(kind: type, value: object, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    assert [fault_message(fault) for fault in caught.value.errors()] == [message]


@pytest.mark.parametrize("kind", [int, float, bool])
def test_a_message_leaves_out_what_was_sent(kind: type) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python("canary, and more")
    [message] = [fault_message(fault) for fault in caught.value.errors()]
    assert message.startswith("Input should be a valid ")
    assert "canary" not in message
    assert "," not in message


@pytest.mark.parametrize(
    ("location", "pointer"),
    [
        (("body",), "/body"),
        (("body", "email"), "/body/email"),
        (("body", "tags", 0), "/body/tags/0"),
        (("query", "a/b~c"), "/query/a~1b~0c"),
    ],
)
def test_a_pointer_is_as_rfc_6901_has_it(location: tuple[str | int, ...], pointer: str) -> None:
    assert pointer_of(location) == pointer


def test_many_faults_and_long_names_make_a_short_answer() -> None:
    problem = invalid_request((f"/body/{number}{'x' * 500}", "is wrong") for number in range(1_000))
    assert problem.kind.status == 422
    assert len(problem.errors) == 50
    assert {len(error.pointer) for error in problem.errors} == {200}
