"""What requests and replies about tasks hold (sample: yours after the first render)."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api.lists import ListQuery
from app.api.rows import ResourceBody
from app.domain.tasks import Priority, Sort, Status
from app.kit.text import Description, Name
from app.kit.times import GivenTime, Time


class TaskInput(BaseModel):
    """A whole task, as `POST` and `PUT` send it."""

    model_config = ConfigDict(extra="forbid")

    project_id: UUID
    title: Name
    description: Description = ""
    status: Status = "todo"
    priority: Priority = "normal"
    assignee_id: UUID | None = None
    due_at: GivenTime | None = None


class TaskPatch(BaseModel):
    """The fields to change, as a JSON merge patch (RFC 7396); null takes the assignee or the due time away."""

    model_config = ConfigDict(extra="forbid")

    # A default is never used: only what was sent is applied.
    project_id: UUID = UUID(int=0)
    title: Name = ""
    description: Description = ""
    status: Status = "todo"
    priority: Priority = "normal"
    assignee_id: UUID | None = None
    due_at: GivenTime | None = None


class TaskAssignment(BaseModel):
    """Who is to do the task; null: nobody."""

    model_config = ConfigDict(extra="forbid")

    assignee_id: UUID | None


class TaskBody(ResourceBody):
    """A task."""

    project_id: UUID
    title: str
    description: str
    status: Status
    priority: Priority
    assignee_id: UUID | None
    due_at: Time | None


class TaskPage(BaseModel):
    """A page of tasks."""

    items: list[TaskBody]
    next_cursor: str | None


class TaskQuery(ListQuery):
    """Filters and sort keys of the list; tasks without a due time come last, whichever way it is sorted."""

    sort: Sort = Field("-created_at", description="Key, with - for the latest first")
    project_id: UUID | None = None
    status: Status | None = None
    priority: Priority | None = None
    assignee_id: UUID | None = None
    due_before: GivenTime | None = Field(None, description="Only tasks that are due before this time")
