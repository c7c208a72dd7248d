"""What the service's own roles have besides the template's (seeded once: yours, no update touches it).

A role has what those below it have: Guest, Member, Manager, OrgAdmin. Add permissions of a resource of yours as
`"Member": ("notes:read", "notes:write:own")`, and the same to `tests/contract/own_roles.py`.
"""

from collections.abc import Mapping

OWN_PERMISSIONS: Mapping[str, tuple[str, ...]] = {}
