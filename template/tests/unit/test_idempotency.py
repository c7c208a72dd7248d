"""What a request with an Idempotency-Key may be told (template-owned)."""

from app.kit.idempotency import in_progress, other_body, request_hash
from app.kit.problems import FieldError


def test_the_order_of_members_makes_no_other_body() -> None:
    assert request_hash({"a": 1, "b": {"c": 2, "d": 3}}) == request_hash({"b": {"d": 3, "c": 2}, "a": 1})
    assert request_hash([1, 2]) != request_hash([2, 1])


def test_a_request_that_is_being_worked_on_may_be_sent_again_soon() -> None:
    assert (in_progress().kind.status, in_progress().headers) == (409, {"Retry-After": "1"})


def test_another_body_is_a_fault_of_the_key() -> None:
    fault = FieldError("/header/Idempotency-Key", "was used with another body; send a new key")
    assert (other_body().kind.status, other_body().errors) == (422, (fault,))
