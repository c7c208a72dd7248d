"""Tasks, as their tests see them (sample: yours after the first render)."""

from functools import cache

from httpx2 import Client
from tests.contract.nouns import ABSENT, Noun, Row
from tests.contract.projects.steps import NOUN as PROJECTS

HOME = "Home of tasks"
"""The project of each organization that its tasks are in, unless a test says otherwise; no test deletes it."""


@cache
def home(client: Client) -> str:
    """The id of that project, for somebody who may make one."""
    known = [project["id"] for project in PROJECTS.walk(client, sort="name") if project["name"] == HOME]
    return str(known[0] if known else PROJECTS.make(client, name=HOME)["id"])


def _needed(client: Client) -> Row:
    return {"project_id": home(client)}


NOUN = Noun(
    plural="tasks",
    attachable=True,
    title="title",
    needed=_needed,
    defaults={"description": "", "status": "todo", "priority": "normal", "assignee_id": None, "due_at": None},
    others={
        "description": "Softly.",
        "status": "doing",
        "priority": "high",
        "due_at": "2026-01-02T03:04:05.000006Z",
    },
    fits={
        "description": ["", "x" * 5000, "🚀" * 5000],
        "status": ["todo", "doing", "done"],
        "priority": ["low", "normal", "high"],
        "due_at": [None, "0001-01-01T00:00:00.000001Z", "9999-12-31T23:59:59.999998Z"],
    },
    wrong={
        "project_id": ["", "1", None, 1, [], "not-a-uuid", "\x00", ABSENT],
        "title": ["", "x" * 201, "NUL\x00", None, 1, True, ["x"], {"x": 1}, 10**30, 0.5],
        "description": ["x" * 5001, "NUL\x00", None, 1, False, [], {}],
        "status": ["", "open", "Todo", "todo ", None, 1, ["todo"], "todo\x00"],
        "priority": ["", "urgent", "High", None, 2, ["high"]],
        "assignee_id": ["", "me", 1, [], "\x00", ABSENT],
        "due_at": [
            "",
            "tomorrow",
            "2026-01-02",
            "2026-01-02T03:04:05",
            "2026-01-02 03:04:05Z",
            "2026-13-02T03:04:05Z",
            "2026-01-02T25:04:05Z",
            "2026-01-02T03:04:05+25:00",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "10000-01-01T00:00:00Z",
            "infinity",
            "\x00",
            0,
            1767323045,
            1e308,
            True,
            [],
        ],
    },
    sorts=("created_at", "updated_at", "due_at"),
    filters={
        "project_id": ABSENT,
        "status": "doing",
        "priority": "high",
        "assignee_id": ABSENT,
        "due_before": "2026-01-01T00:00:00Z",
    },
    few=lambda client: {"project_id": PROJECTS.make(client)["id"]},
)
TASKS = NOUN.path
