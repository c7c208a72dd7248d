"""The grammar of permissions: `{resource}:{action}:{scope}` (template-owned; guide, "RBAC"; contract, "Roles")."""

from collections.abc import Iterable, Iterator
from typing import Literal, cast, get_args

Action = Literal["create", "read", "update", "delete", "execute"]
Scope = Literal["all", "own", "assigned", "public"]

ACTIONS: tuple[Action, ...] = get_args(Action)
SCOPES: tuple[Scope, ...] = get_args(Scope)
_SHORT: dict[str, tuple[Action, ...]] = {"write": ("create", "update"), "*": ACTIONS}


def granted_scopes(permissions: Iterable[str], resource: str, action: Action) -> frozenset[Scope]:
    """The scopes in which `permissions` allow `action` on `resource` ("tasks"); empty: in none.

    Raises:
        ValueError: a permission is not of the grammar.
    """
    found: set[Scope] = set()
    for permission in permissions:
        name, actions, scopes = parse_permission(permission)
        if name in ("*", resource) and action in actions:
            found.update(scopes)
    return frozenset(found)


def parse_permission(permission: str) -> tuple[str, tuple[Action, ...], tuple[Scope, ...]]:
    """Read a permission: resource, actions and scopes, with everything that it leaves out filled in.

    `write` is create and update; a missing scope is `all`; `*` is a wildcard, as is whatever is missing after it.

    Raises:
        ValueError: it is not of the grammar.
    """
    resource, *rest = permission.split(":")
    action, scope = [*rest, *_missing(rest)][:2] if len(rest) <= 2 else ("", "")
    actions = tuple(_actions(action))
    if not resource or not actions or scope not in (*SCOPES, "*"):
        raise ValueError(f"{permission!r} is no permission: write resource:action:scope, as in tasks:update:own")
    # Whoever may act on all of them may act in any narrower sense too.
    return resource, actions, SCOPES if scope in ("*", "all") else (cast("Scope", scope),)


def _missing(rest: list[str]) -> list[str]:
    return ["*", "all"] if not rest else ["all"]


def _actions(word: str) -> Iterator[Action]:
    yield from (action for action in ACTIONS if action == word)
    yield from _SHORT.get(word, ())
