"""What pydantic found wrong, as the contract says it (template-owned; contract, "HTTP", Errors)."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.kit import problems as kinds
from app.kit.problems import FieldError, ProblemError

UNKNOWN_FIELD = "Extra inputs are not permitted"
NO_OBJECT = "Input should be a valid dictionary or object to extract fields from"
MISSING_FIELD = "Field required"
# However much is wrong with a request, its answer stays small.
MOST_ERRORS = 50
_LONGEST_POINTER = 200


def fault_message(fault: Mapping[str, Any]) -> str:
    """The words of one fault, without what was sent."""
    message = str(fault["msg"]).removeprefix("Value error, ")
    # Parsers say after the comma what they found, which is the caller's own text.
    return message.split(",", 1)[0] if str(fault["type"]).endswith("_parsing") else message


def pointer_of(location: Iterable[str | int]) -> str:
    """Where a fault is: `/body/email`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


def invalid_request(faults: Iterable[tuple[str, str]]) -> ProblemError:
    """The 422 about some pointers and what is wrong at each."""
    errors = [FieldError(pointer[:_LONGEST_POINTER], message) for pointer, message in faults]
    return ProblemError(kinds.INVALID, "See errors for what to change.", errors=errors[:MOST_ERRORS])
