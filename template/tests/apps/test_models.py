"""Models and tables: the same columns, and what the base of models does (template-owned)."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.db import connection, models

import app.kit.schema
from app.apps.organizations.models import Organization
from app.apps.slices import Slice
from app.apps.users.models import User
from app.domain.caller import Caller
from app.kit.passwords import hash_password, is_password

pytestmark = pytest.mark.django_db
PASSWORD = "a long sentence of the tests"
SCHEMA = "".join(path.read_text(encoding="utf-8") for path in Path(app.kit.schema.__path__[0]).rglob("*.sql"))


@pytest.fixture
def user() -> Iterator[User]:
    organization = Organization.objects.create(name="Acme")
    yield User.objects.create(
        organization=organization, email="ann@acme.example", name="Ann", role="Member", password=make_password(PASSWORD)
    )


def ours() -> list[type[models.Model]]:
    found = [model for model in apps.get_models() if isinstance(apps.get_app_config(model._meta.app_label), Slice)]
    return [model for model in found if model._meta.managed]


@pytest.mark.parametrize("model", ours(), ids=lambda model: model._meta.db_table)
def test_a_model_has_the_columns_of_its_table(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, model._meta.db_table)
        cursor.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [model._meta.db_table],
        )
        types = dict(cursor.fetchall())
    declared = {field.column: (field.db_type(connection), bool(field.null)) for field in model._meta.concrete_fields}
    declared.pop(None, None)  # a key of several columns is none itself
    assert {column.name: (types[column.name], column.null_ok) for column in found} == declared


@pytest.mark.parametrize("model", ours(), ids=lambda model: model._meta.db_table)
def test_a_model_names_its_indexes_and_constraints_as_its_table_does(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    named = {one.name for one in (*model._meta.indexes, *model._meta.constraints)}
    rest = {name for name, one in found.items() if not (one["primary_key"] or one["foreign_key"])}
    # A service may have put others on the template's tables.
    assert named - rest == set()
    assert [name for name in rest - named if re.search(rf"\b{re.escape(name)}\b", SCHEMA)] == []


def test_a_change_gives_the_version_that_the_trigger_made(user: User) -> None:
    caller = Caller(user.id, user.organization_id, "OrgAdmin", uuid4())
    before = user.updated_at

    changes = user.change(caller, {"name": "Anna", "role": "Member"})

    assert changes == {"name": {"from": "Ann", "to": "Anna"}}
    assert (user.version, user.updated_at > before, user.updated_by_id) == (2, False, user.id)
    user.refresh_from_db()
    assert (user.version, user.name) == (2, "Anna")


def test_what_changes_nothing_writes_nothing(user: User) -> None:
    caller = Caller(user.id, user.organization_id, "OrgAdmin", uuid4())
    assert user.change(caller, {"name": "Ann"}) == {}
    user.refresh_from_db()
    assert user.version == 1


def test_a_password_is_a_plain_phc_string_in_the_table(user: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT password_hash FROM users WHERE id = %s", [user.id])
        (stored,) = cursor.fetchone()
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password(PASSWORD, stored)
    assert user.password_hash == stored


def test_django_checks_the_password_that_the_service_made(user: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE users SET password_hash = %s", [hash_password("another long sentence")])
    assert authenticate(username="ann@acme.example", password="another long sentence") == user
    assert authenticate(username="ann@acme.example", password=PASSWORD) is None
