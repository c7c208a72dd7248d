"""Who may do what: every operation by role, organization and ownership (template-owned; contract, "Roles", "Order").

The expected status follows from the contract's table alone.
"""

from typing import Any

import pytest
from httpx2 import Client
from tests.contract.operations import (
    Call,
    Cast,
    Kind,
    described_operations,
    expected_status,
    known_calls,
    roles_and_nobody,
)
from tests.contract.problems import assert_problem

CASES: list[tuple[Call, str | None, Kind | None]] = [
    (call, role, kind)
    for call in known_calls()
    for role in roles_and_nobody()
    for kind in (call.rows.kinds if call.rows else (None,))
]


def _name(case: tuple[Call, str | None, Kind | None]) -> str:
    return " ".join(str(word) for word in case if word is not None)


def test_the_matrix_knows_every_operation_of_the_document(document: dict[str, Any]) -> None:
    calls = [(call.method, call.path) for call in known_calls()]
    assert sorted(calls) == sorted(described_operations(document)), (
        "tell in tests/contract/<noun>/calls.py how to make each operation succeed"
    )


def test_every_operation_declares_the_permission_of_the_contract(document: dict[str, Any]) -> None:
    described = described_operations(document)
    declared = {key: operation.get("x-permission") for key, operation in described.items()}
    assert declared == {(call.method, call.path): call.permission for call in known_calls()}


def test_what_stands_outside_the_api_asks_nobody_who_they_are(document: dict[str, Any], anonymous: Client) -> None:
    outside = [path for path in document["paths"] if not path.startswith("/api/")]
    assert [path for path in outside if set(document["paths"][path]) != {"get"}] == []
    assert [path for path in outside if anonymous.get(path).status_code != 200] == []


@pytest.mark.parametrize(("call", "role", "kind"), CASES, ids=map(_name, CASES))
def test_an_operation_answers_by_role_organization_and_ownership(
    cast: Cast, call: Call, role: str | None, kind: Kind | None
) -> None:
    row_id = call.rows.make(cast, role, kind) if call.rows and kind else ""
    response = call.send(cast, cast.client(role), row_id)
    cast.after(call)
    expected = expected_status(call, role, kind)
    if expected >= 400:
        assert_problem(response, expected, *(call.pointers if expected == 422 else ()))
    assert response.status_code == expected, response.text
