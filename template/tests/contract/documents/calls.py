"""How to make the operation on the audit trail succeed (template-owned)."""

from tests.contract.operations import Call

AUDIT = "/api/v1/audit"
CALLS = [Call("GET", AUDIT, "audit:read", 200)]
