"""The grammar of permissions (template-owned; contract, "Roles")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.permissions import ACTIONS, SCOPES, granted_scopes, parse_permission

RESOURCES = st.sampled_from(["projects", "tasks", "users", "org"])
ACTION = st.sampled_from(ACTIONS)
SCOPE = st.sampled_from(SCOPES)
PERMISSIONS = st.builds(
    ":".join,
    st.tuples(RESOURCES | st.just("*"))
    | st.tuples(RESOURCES | st.just("*"), ACTION | st.sampled_from(["write", "*"]))
    | st.tuples(RESOURCES | st.just("*"), ACTION | st.sampled_from(["write", "*"]), SCOPE | st.just("*")),
)
EVERY_ACTION = ("create", "read", "update", "delete", "execute")
EVERY_SCOPE = ("all", "own", "assigned", "public")


def test_the_words_are_those_of_the_contract() -> None:
    assert ACTIONS == ("create", "read", "update", "delete", "execute")
    assert SCOPES == ("all", "own", "assigned", "public")


@pytest.mark.parametrize(
    ("permission", "resource", "actions", "scopes"),
    [
        ("tasks:update:own", "tasks", ("update",), ("own",)),
        ("tasks:read:assigned", "tasks", ("read",), ("assigned",)),
        ("projects:read:public", "projects", ("read",), ("public",)),
        ("users:read", "users", ("read",), EVERY_SCOPE),
        ("users:read:all", "users", ("read",), EVERY_SCOPE),
        ("users:read:*", "users", ("read",), EVERY_SCOPE),
        ("tasks:write:own", "tasks", ("create", "update"), ("own",)),
        ("tasks:write", "tasks", ("create", "update"), EVERY_SCOPE),
        ("tasks:*", "tasks", EVERY_ACTION, EVERY_SCOPE),
        ("tasks:*:own", "tasks", EVERY_ACTION, ("own",)),
        ("tasks", "tasks", EVERY_ACTION, EVERY_SCOPE),
        ("*:read", "*", ("read",), EVERY_SCOPE),
        ("*:*", "*", EVERY_ACTION, EVERY_SCOPE),
        ("*", "*", EVERY_ACTION, EVERY_SCOPE),
    ],
)
def test_what_a_permission_leaves_out_is_filled_in(
    permission: str, resource: str, actions: tuple[str, ...], scopes: tuple[str, ...]
) -> None:
    assert parse_permission(permission) == (resource, actions, scopes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        ":read",
        "tasks:",
        "tasks:read:",
        "tasks::own",
        "tasks:read:own:",
        "tasks:read:own:all",
        "tasks:READ",
        "tasks: read",
        "tasks:reads",
        "tasks:read:Own",
        "tasks:read:mine",
        "tasks:own",
        "tasks:write:create",
        "tasks:read,update",
        "tasks:**",
    ],
)
def test_what_is_not_of_the_grammar_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(ValueError, match="is no permission: write resource:action:scope, as in tasks:update:own"):
        parse_permission(text)


@given(st.text(max_size=20) | st.lists(st.sampled_from(["tasks", "read", "own", "*", ""])).map(":".join))
def test_any_text_is_a_permission_or_refused(text: str) -> None:
    try:
        resource, actions, scopes = parse_permission(text)
    except ValueError:
        return
    assert resource == text.partition(":")[0]
    assert 0 < len(actions) <= 5
    assert len(scopes) in (1, 4)


@given(PERMISSIONS)
def test_every_permission_of_the_grammar_is_read(permission: str) -> None:
    _, actions, scopes = parse_permission(permission)
    assert set(actions) <= set(EVERY_ACTION)
    assert set(scopes) <= set(EVERY_SCOPE)


@given(RESOURCES, ACTION, SCOPE)
def test_a_permission_grants_its_own_action_in_its_own_scope(resource: str, action: str, scope: str) -> None:
    granted = granted_scopes([f"{resource}:{action}:{scope}"], resource, action)  # type: ignore[arg-type]
    assert granted == (set(EVERY_SCOPE) if scope == "all" else {scope})


@given(RESOURCES, ACTION, ACTION)
def test_a_permission_grants_no_other_action(resource: str, action: str, other: str) -> None:
    granted = granted_scopes([f"{resource}:{action}"], resource, other)  # type: ignore[arg-type]
    assert bool(granted) == (action == other)


@given(PERMISSIONS, ACTION)
def test_a_permission_grants_nothing_on_another_resource(permission: str, action: str) -> None:
    granted = granted_scopes([permission], "invoices", action)  # type: ignore[arg-type]
    assert not granted or permission.startswith("*")


@given(RESOURCES, ACTION)
@pytest.mark.parametrize("wildcard", ["*", "*:*", "*:*:*", "*:*:all"])
def test_a_wildcard_grants_everything(wildcard: str, resource: str, action: str) -> None:
    assert granted_scopes([wildcard], resource, action) == set(EVERY_SCOPE)  # type: ignore[arg-type]


@given(RESOURCES, ACTION, SCOPE)
def test_write_is_create_and_update(resource: str, action: str, scope: str) -> None:
    granted = granted_scopes([f"{resource}:write:{scope}"], resource, action)  # type: ignore[arg-type]
    apart = granted_scopes([f"{resource}:create:{scope}", f"{resource}:update:{scope}"], resource, action)  # type: ignore[arg-type]
    assert granted == apart
    assert bool(granted) == (action in ("create", "update"))


@given(st.lists(PERMISSIONS, max_size=5), st.lists(PERMISSIONS, max_size=5), RESOURCES, ACTION)
def test_permissions_add_up_and_none_takes_away(some: list[str], more: list[str], resource: str, action: str) -> None:
    first, second = (granted_scopes(each, resource, action) for each in (some, more))  # type: ignore[arg-type]
    assert granted_scopes([*some, *more], resource, action) == first | second  # type: ignore[arg-type]
    assert granted_scopes([*more, *some], resource, action) == first | second  # type: ignore[arg-type]


@given(RESOURCES, ACTION)
def test_without_permissions_nothing_is_granted(resource: str, action: str) -> None:
    assert granted_scopes([], resource, action) == set()  # type: ignore[arg-type]


def test_one_wrong_permission_is_never_passed_over() -> None:
    with pytest.raises(ValueError, match="'tasks:fly' is no permission"):
        granted_scopes(["projects:read", "tasks:fly"], "projects", "read")
