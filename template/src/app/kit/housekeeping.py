"""What is removed once it is old, a setting for each table; what is left of a person who is erased (template-owned).

SQL of the tables that are the same in every service.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

BATCH: Final = 1000
# A job ends well before its time is up; what is left is removed by the next.
LONGEST_SECONDS: Final = 20.0

# Or a row that others name would be found at the end alone, when all that was removed is undone with it.
AT_ONCE: Final = "SET CONSTRAINTS ALL IMMEDIATE"

# What a block of PL/pgSQL, which takes no parameters, is told, `{}` a driver's placeholder, and what it tells.
GIVEN: Final = "SELECT set_config('housekeeping.given', CAST(CAST({} AS text[]) AS text), TRUE)"
LEFT: Final = "SELECT CAST(current_setting('housekeeping.left') AS text[])"

# Tables of resources: those with soft deletion. Rows of people and tenants stay, since others name them.
SOFT_DELETED: Final = """
SELECT quote_ident(table_name) FROM information_schema.columns
WHERE table_schema = current_schema() AND column_name = 'deleted_at' AND table_name NOT IN ('users', 'organizations')
ORDER BY table_name
"""


@dataclass(frozen=True)
class Rule:
    """Rows of `table` go once `age`, an SQL expression, is older than the setting `setting` says."""

    table: str
    setting: str
    age: str
    condition: str = "TRUE"

    def selection(self, cutoff: str, kept: str) -> str:
        """Locks a batch of rows older than `cutoff`, but for `kept`, and tells where they are; those in use are left.

        The parameters are a driver's placeholders; places are an array of text.
        """
        old = f"{self.age} < {cutoff} AND {self.condition} AND ctid <> ALL({_places(kept)})"
        return f"SELECT CAST(ctid AS text) FROM {self.table} WHERE {old} LIMIT {BATCH} FOR UPDATE SKIP LOCKED"  # noqa: S608 - constants

    def removal(self, places: str) -> str:
        """Removes the rows at these places; fails where others name one of them."""
        return f"DELETE FROM {self.table} WHERE ctid = ANY({_places(places)})"  # noqa: S608 - constants

    @property
    def removal_by_row(self) -> str:
        """Removes those of the rows that `GIVEN` was told of which no others name; `LEFT` tells of the rest."""
        return f"""
DO $$
DECLARE
    place tid;
    named text[] := '{{}}';
BEGIN
    FOREACH place IN ARRAY CAST(current_setting('housekeeping.given') AS tid[]) LOOP
        BEGIN
            DELETE FROM {self.table} WHERE ctid = place;
        EXCEPTION WHEN integrity_constraint_violation THEN
            named := named || CAST(place AS text);
        END;
    END LOOP;
    PERFORM set_config('housekeeping.left', CAST(named AS text), TRUE);
END
$$"""  # noqa: S608 - constants


_ENDED = "LEAST(expires_at, COALESCE(revoked_at, expires_at))"
_ENDED_SESSION = f"(SELECT {_ENDED} FROM sessions WHERE sessions.id = session_id)"  # noqa: S608 - constants
RULES: Final = (
    # Dead letters stay until somebody has looked at them.
    Rule("jobs", "job_retention", "finished_at", "error IS NULL"),
    Rule("outbox", "outbox_retention", "relayed_at", "NOT EXISTS (SELECT FROM jobs WHERE jobs.event_id = outbox.id)"),
    Rule("idempotency_keys", "idempotency_retention", "created_at"),
    Rule("refresh_tokens", "token_retention", _ENDED_SESSION),
    Rule("sessions", "session_retention", _ENDED),
)


def rule_of_deleted(table: str) -> Rule:
    """Rows that were deleted softly; `table` is quoted."""
    return Rule(table, "deleted_retention", "deleted_at")


def _places(placeholder: str) -> str:
    # Drivers have types of their own for a place, and all know text.
    return f"CAST(CAST({placeholder} AS text[]) AS tid[])"


# By the person's id, `%(id)s` to one driver and `:id` to the other.
_ERASURE = (
    "UPDATE users SET email = 'erased-' || id || '@erased.invalid', name = 'Erased user', password_hash = NULL,"
    " deleted_at = COALESCE(deleted_at, NOW()) WHERE id = {id}",
    "UPDATE sessions SET device = 'erased', ip = NULL WHERE user_id = {id}",
    "DELETE FROM idempotency_keys WHERE user_id = {id}",
    # Which fields changed is kept, not what they held.
    "UPDATE outbox SET data = data - 'name' - 'changes' WHERE resource = 'user' AND resource_id = {id}",
    "UPDATE outbox SET data = data - 'device' - 'ip' WHERE data ->> 'user_id' = CAST(CAST({id} AS uuid) AS text)",
)
# Of an organization that was called as the person.
UNNAMED: Final = "Unnamed organization"
_ERASURE_OF_NAME = (
    "UPDATE outbox SET data = data - 'changes' WHERE resource = 'organization'"
    " AND resource_id = (SELECT organization_id FROM users WHERE id = {id})",
)


def erasure(placeholder: str, *, is_namesake: bool) -> tuple[str, ...]:
    """The statements that leave nothing of a person but the row that others name.

    `is_namesake`: the organization was called as the person, and its events say so.
    """
    statements = (*_ERASURE, *_ERASURE_OF_NAME) if is_namesake else _ERASURE
    return tuple(statement.format(id=placeholder) for statement in statements)


def parameters(user_id: UUID) -> Mapping[str, UUID]:
    """What those statements are about."""
    return {"id": user_id}
