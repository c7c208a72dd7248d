"""Problem documents (template-owned; RFC 9457)."""

from app.kit import problems
from app.kit.problems import FieldError, ProblemError, ProblemType, invalid, problem_document, unavailable

TYPES = [value for value in vars(problems).values() if isinstance(value, ProblemType)]


def test_the_list_of_types_is_this() -> None:
    assert {kind.slug: kind.status for kind in TYPES} == {
        "malformed-request": 400,
        "unknown-host": 400,
        "unauthenticated": 401,
        "forbidden": 403,
        "not-found": 404,
        "method-not-allowed": 405,
        "request-too-late": 408,
        "conflict": 409,
        "request-in-progress": 409,
        "version-mismatch": 412,
        "body-too-large": 413,
        "unsupported-media-type": 415,
        "invalid-request": 422,
        "version-required": 428,
        "too-many-requests": 429,
        "internal-error": 500,
        "unavailable": 503,
        "timed-out": 503,
    }


def test_no_two_types_share_a_slug() -> None:
    assert len({kind.slug for kind in TYPES}) == len(TYPES)


def test_a_document_has_the_standards_members_and_the_requests_id() -> None:
    error = ProblemError(problems.NOT_FOUND, "Nothing with this id.")

    assert problem_document(error, instance="/api/v1/things/1", request_id="r-1") == {
        "type": "urn:problem:not-found",
        "title": "There is nothing here",
        "status": 404,
        "detail": "Nothing with this id.",
        "instance": "/api/v1/things/1",
        "request_id": "r-1",
    }


def test_wrong_values_are_listed_by_pointer() -> None:
    errors = [FieldError("/body/name", "too long"), FieldError("/query/limit", "too large")]
    error = ProblemError(problems.INVALID, "See errors.", errors=errors)

    assert problem_document(error, instance="/", request_id="")["errors"] == [
        {"pointer": "/body/name", "message": "too long"},
        {"pointer": "/query/limit", "message": "too large"},
    ]


def test_one_wrong_value_is_a_422() -> None:
    error = invalid("/body/name", "too long")

    assert (error.kind.status, error.errors) == (422, (FieldError("/body/name", "too long"),))


def test_a_silent_server_is_a_503_that_says_when_to_come_back() -> None:
    error = unavailable("PostgreSQL", seconds=7)

    assert (error.kind.status, error.headers) == (503, {"Retry-After": "7"})
    assert str(error) == "PostgreSQL does not answer; try again soon."
