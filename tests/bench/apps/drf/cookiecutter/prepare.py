"""The tables that a request needs besides those of the service, and the user who logs in: once a database."""

import os
from uuid import NAMESPACE_DNS, uuid5

import django
from django.db import connection


def prepare() -> None:
    # Models can't be imported before Django is set up.
    from accounts.models import User
    from rest_framework.authtoken.models import Token

    with connection.schema_editor() as editor:
        editor.create_model(User)
        editor.create_model(Token)
    made = User(
        id=uuid5(NAMESPACE_DNS, "admin@acme.example"),
        organization_id=uuid5(NAMESPACE_DNS, "acme.example"),
        username="admin",
    )
    made.set_password(os.environ["PEER_PASSWORD"])
    made.save(force_insert=True)


if __name__ == "__main__":
    django.setup()
    prepare()
