"""How to make the operation of search succeed (template-owned)."""

from tests.contract.operations import Call

SEARCH = "/api/v1/search"
CALLS = [Call("GET", SEARCH, "authenticated", 200, query={"q": "rocket"})]
