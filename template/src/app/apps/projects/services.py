"""What can be done with projects, in the caller's transaction (sample: yours after the first render)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from app.apps.outbox.publish import publish_change
from app.apps.projects.models import Project
from app.apps.projects.selectors import rows
from app.apps.slices import cascades_of
from app.domain.access import check_row
from app.domain.caller import Caller
from app.domain.changes import deletion_fields, first_fields
from app.domain.projects import project as resource
from app.kit.versions import check_if_match


def create_project(caller: Caller, values: Mapping[str, Any]) -> Project:
    """A new project of the caller's organization; publishes `project.created`."""
    made = rows.make(caller, values)
    publish_change(caller, "project.created", made, {"name": made.name, "changes": first_fields(values)})
    return made


def change_project(caller: Caller, project_id: UUID, if_match: str | None, values: Mapping[str, Any]) -> Project:
    """Set the given fields; a change of nothing leaves the version. Publishes `project.updated`.

    Raises:
        ProblemError: 404, 403, 428, 412.
    """
    found = rows.hold_live(caller, project_id, "update")
    check_if_match(if_match, found.version)
    changes = found.change(caller, values)
    if changes:
        publish_change(caller, "project.updated", found, {"changes": changes})
    return found


def delete_project(caller: Caller, project_id: UUID, if_match: str | None) -> None:
    """Delete softly, and all that hangs on it; publishes `project.deleted`.

    Raises:
        ProblemError: 404, 403, 428, 412.
    """
    found = rows.hold_live(caller, project_id, "delete")
    check_if_match(if_match, found.version)
    deletion_id = uuid4()
    changes = found.change(caller, {"deleted_at": datetime.now(UTC), "deletion_id": deletion_id})
    publish_change(caller, "project.deleted", found, {"changes": deletion_fields(changes)})
    for delete in cascades_of(resource.name, "delete"):
        delete(caller, found.id, deletion_id)


def restore_project(caller: Caller, project_id: UUID) -> Project:
    """Bring a deleted project back, with what was deleted by its deletion; a live one is left as it is.

    Publishes `project.restored`.

    Raises:
        ProblemError: 404, 403.
    """
    found = rows.hold(caller, project_id)
    check_row(caller, resource.plural, "delete", found.facts)
    if found.deleted_at is None:
        return found
    deletion_id = found.deletion_id
    changes = found.change(caller, {"deleted_at": None, "deletion_id": None})
    publish_change(caller, "project.restored", found, {"changes": deletion_fields(changes)})
    if deletion_id is not None:
        for restore in cascades_of(resource.name, "restore"):
            restore(caller, found.id, deletion_id)
    return found
