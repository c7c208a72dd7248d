"""How to make the operations on organizations succeed (template-owned)."""

from tests.contract.operations import Call

CURRENT = "/api/v1/organizations/current"

CALLS = [
    Call("GET", CURRENT, "authenticated", 200),
    Call("PATCH", CURRENT, "org:update", 200, body=lambda _cast: {"name": "Globex"}, needs_version=True),
]
