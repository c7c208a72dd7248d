"""How to make the operations on projects succeed (sample: yours after the first render)."""

from tests.contract.nouns import unique
from tests.contract.operations import Call, Cast, Kind
from tests.contract.projects.steps import NOUN, PROJECTS


class Projects:
    """Projects: the caller's own, published, neither, and those of another organization."""

    kinds: tuple[Kind, ...] = ("own", "public", "other", "foreign")

    def __init__(self, *, deleted: bool = False) -> None:
        self._deleted = deleted

    def make(self, cast: Cast, role: str | None, kind: Kind) -> str:
        fields = {"visibility": "public"} if kind in ("public", "foreign") else {}
        author = cast.author(role, kind)
        if kind == "own" and role is not None:
            with cast.as_manager(role) as caller:
                project = NOUN.make(caller)
        else:
            project = NOUN.make(author, **fields)
        if self._deleted:
            NOUN.delete(author, project)
        return str(project["id"])


ONE = f"{PROJECTS}/{{}}"
CALLS = [
    Call("GET", PROJECTS, "projects:read", 200),
    Call("POST", PROJECTS, "projects:create", 201, body=lambda _cast: {"name": unique()}),
    Call("GET", ONE, "projects:read", 200, rows=Projects()),
    Call("PUT", ONE, "projects:update", 200, body=lambda _cast: {"name": "x"}, rows=Projects(), needs_version=True),
    Call("PATCH", ONE, "projects:update", 200, body=lambda _cast: {"name": "x"}, rows=Projects(), needs_version=True),
    Call("DELETE", ONE, "projects:delete", 204, rows=Projects(), needs_version=True),
    Call("POST", f"{ONE}/restore", "projects:delete", 200, rows=Projects(deleted=True)),
]
