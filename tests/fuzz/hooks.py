"""What schemathesis can't read in the document: who asks, and what no schema can say.

It runs in schemathesis's process and environment (`schemathesis.toml` names it): the standard library alone.
"""

import contextlib
import itertools
import json
import os
import re
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import schemathesis

BASE_URL = os.environ["FUZZ_BASE_URL"]
# guest, member, manager, admin, superadmin; empty: nobody.
WHO = os.environ.get("FUZZ_WHO", "")
PASSWORD = "correct horse battery staple"  # what `seed` gives
API = "/api/v1/"
ACCOUNTS = f"{API}auth/"
USUAL_KEY = re.compile(r"[!-~]{1,240}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# These values are right or wrong by what is stored, signed, well known, set (the largest `size`) or given
# beside them (a `resource` of an `id`), which no schema can say.
BEYOND_SCHEMAS = re.compile(
    r"/query/(cursor|resource)|/header/Idempotency-Key|/body/(current_password|new_password|password)|/body/\w+_id|/body/(size|content_type)"
)

_numbers = itertools.count()
_created: Counter[str] = Counter()
# The ids that answers have shown lately, by the collection: "projects".
_shown: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=20))


class Session:
    """A log-in of one demo user, made anew once it has ended."""

    def __init__(self, email: str) -> None:
        self._email = email
        self._token = ""
        self._good_until = 0.0

    @property
    def token(self) -> str:
        """An access token that is good for minutes yet."""
        if time.monotonic() > self._good_until:
            given = json.dumps({"email": self._email, "password": PASSWORD}).encode()
            tokens = _ask(f"{ACCOUNTS}login", {"Content-Type": "application/json"}, given)
            self._token = tokens["access_token"]
            self._good_until = time.monotonic() + tokens["expires_in"] / 2
        return self._token

    def read(self, path: str) -> Any:
        return _ask(path, {"Authorization": f"Bearer {self.token}"})

    def look_whether_it_stands(self) -> None:
        """Have the next call log in again where this one ended the session."""
        try:
            self.read(f"{ACCOUNTS}me")
        except urllib.error.HTTPError as error:
            error.close()
            self._good_until = 0.0


def _ask(path: str, headers: dict[str, str], body: bytes | None = None) -> Any:
    request = urllib.request.Request(f"{BASE_URL}{path}", body, headers)
    with urllib.request.urlopen(request, timeout=15) as reply:
        return json.load(reply)


class Person:
    """Gives each call its token.

    A call about accounts may end every session of whoever makes it, so somebody else of the same role makes
    those: the other calls go on. Lower roles have their turn before those that may change them.
    """

    usual = Session(f"{WHO}@acme.example")
    expendable = Session(f"{WHO}@globex.example")

    def get(self, case: Any, _: Any) -> str:
        return (self.expendable if case.operation.path.startswith(ACCOUNTS) else self.usual).token

    def set(self, case: Any, token: str, _: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


def before_load_schema(_: Any, document: dict[str, Any]) -> None:
    """Give examples that pass where no random text does: else nothing behind would be tried."""
    for parameter in _parameters(document):
        if parameter["name"] == "If-Match":
            parameter["schema"]["examples"] = ["*"]
    for schema in document["components"]["schemas"].values():
        if "password" in schema.get("properties", {}):
            schema["properties"]["password"]["examples"] = [PASSWORD]
    if WHO:
        _look_around(document)


def _look_around(document: dict[str, Any]) -> None:
    """Know rows of every kind that this person may see, before the first call."""
    for path, item in document["paths"].items():
        if "get" in item and path.startswith(API) and "{" not in path:
            with contextlib.suppress(urllib.error.HTTPError):
                _remember(path, Person.usual.read(path))


def _remember(path: str, document: dict[str, Any]) -> None:
    rows = document.get("items", [document])
    _shown[path.split("/")[3]].extend(row["id"] for row in rows if "id" in row)


def _parameters(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        for operation in item.values():
            yield from operation.get("parameters", ())


def before_call(_: Any, case: Any, __: Any) -> None:
    """Have most ids in bodies and filters be of rows that there are, and most Idempotency-Keys be new."""
    for values in (case.body, case.query):
        if isinstance(values, dict):
            values |= {name: _id_that_is_there(name, value) for name, value in values.items()}
    key = (case.headers or {}).get("Idempotency-Key")
    number = next(_numbers)
    if isinstance(key, str) and USUAL_KEY.fullmatch(key) and number % 4:
        case.headers["Idempotency-Key"] = f"{key}-{number}"


def _id_that_is_there(name: str, value: Any) -> Any:
    """`project_id` is one of a project, any other of a user; a value that is no id is left as it is."""
    noun, _, kind = name.rpartition("_")
    if kind not in ("id", "by") or not isinstance(value, str) or not UUID.fullmatch(value):
        return value
    known = _shown.get(f"{noun}s") or _shown.get("users") or ()
    number = int(value[-6:], 16)
    return known[number % len(known)] if known and number % 4 else value


def after_call(_: Any, case: Any, response: Any) -> None:
    """Notice ids, and log-ins that a call has ended: log-out and the like are tried as any other call."""
    if response.status_code == 201:
        _created[urlsplit(response.headers["location"][0]).path] += 1
    path = case.operation.path
    if response.status_code in (200, 201) and path.startswith(API):
        document = response.json()
        _shown[path.split("/")[3]].extend(
            row["id"] for row in document.get("items", [document]) if "id" in row
        )
    if WHO and case.method.upper() != "GET" and response.status_code < 300 and path.startswith(ACCOUNTS):
        Person.expendable.look_whether_it_stands()


def filter_failure(_: Any, failure: Any, __: Any, response: Any) -> bool:
    """Drop what is right.

    A refusal for reasons beyond schemas; and the absence of a row that was deleted, and told of once more
    by a repeated Idempotency-Key.
    """
    if failure.code == "ST302":
        path = urlsplit(response.request.url).path
        return not any(times > 1 and path.startswith(made) for made, times in _created.items())
    if failure.code != "ST202" or response.status_code != 422:
        return True
    pointers = [error["pointer"] for error in response.json().get("errors", [])]
    return not pointers or not all(BEYOND_SCHEMAS.fullmatch(pointer) for pointer in pointers)


schemathesis.hook(before_load_schema)
schemathesis.hook(before_call)
schemathesis.hook(after_call)
schemathesis.hook(filter_failure)
if WHO:
    # Asked before each call: what is no longer good is noticed at once.
    schemathesis.auth(refresh_interval=None)(Person)
