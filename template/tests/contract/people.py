"""People who use the service: registered, logged in, each with a client of their own (template-owned)."""

import json
import os
import ssl
import time
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from httpx2 import Client, Response

AUTH = "/api/v1/auth"
SEED_PASSWORD = os.environ.get("SEED_PASSWORD", "correct horse battery staple")
PASSWORD = "lanterns drift over quiet harbours"
SECONDS = 10
_LONGEST_TEST = 300  # seconds
_SECRETS = (b'"password_hash"', b"$argon2", b"PRIVATE KEY")


@dataclass
class Person:
    """Somebody with a log-in. `tokens` is the last reply of log-in or refresh; `client` sends its access token."""

    email: str
    password: str
    client: Client
    tokens: dict[str, Any]

    @property
    def claims(self) -> dict[str, Any]:
        """What the access token says; unchecked."""
        return claims_of(self.tokens["access_token"])

    @property
    def id(self) -> str:
        return str(self.claims["sub"])

    @property
    def session_id(self) -> str:
        return str(self.claims["sid"])

    def is_let_in(self) -> bool:
        """Whether the access token is still good."""
        response = self.client.get(f"{AUTH}/me")
        assert response.status_code in (200, 401), response.text
        return response.status_code == 200

    def refresh(self) -> Response:
        """Exchange the refresh token, and go on with the new tokens where there are any."""
        response = self.client.post(f"{AUTH}/refresh", json={"refresh_token": self.tokens["refresh_token"]})
        if response.status_code == 200:
            self.tokens = response.json()
            self.client.headers["Authorization"] = f"Bearer {self.tokens['access_token']}"
        return response


class People:
    """Opens clients and log-ins of one service, and closes them all."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._clients: list[Client] = []

    def anonymous(self, **headers: str) -> Client:
        """A client of somebody without a log-in; every reply that it gets is searched for secrets."""
        client = Client(
            base_url=self._base_url,
            headers=headers,
            timeout=SECONDS,
            trust_env=False,
            verify=trusted(),
            event_hooks={"response": [refuse_secrets]},
        )
        self._clients.append(client)
        return client

    def log_in(self, email: str, password: str = SEED_PASSWORD, **headers: str) -> Person:
        """A new session of an account."""
        client = self.anonymous(**headers)
        response = client.post(f"{AUTH}/login", json={"email": email, "password": password})
        assert response.status_code == 200, response.text
        tokens = response.json()
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        return Person(email, password, client, tokens)

    def register(self, **fields: Any) -> Person:
        """A new account, OrgAdmin of a new organization, logged in."""
        given = registration(**fields)
        response = self.anonymous().post(f"{AUTH}/register", json=given)
        assert response.status_code == 201, response.text
        return self.log_in(given["email"], given["password"])

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self._clients.clear()


class SeededPeople:
    """Those that `seed` makes, each logged in when first asked for, until a test changes what they may do."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._known: dict[str, Person] = {}

    def __call__(self, email: str) -> Person:
        """A session of `guest@`, `member@`, `manager@`, `admin@` or `superadmin@` an organization's domain."""
        person = self._known.get(email)
        # On a slow machine the suite takes longer than a token is good for.
        if person is None or person.claims["exp"] - time.time() < _LONGEST_TEST:
            person = self._known[email] = self._people.log_in(email)
        return person

    def forget(self, domain: str) -> None:
        """Log everybody of a domain in again, when next asked for."""
        self._known = {email: person for email, person in self._known.items() if not email.endswith(f"@{domain}")}


def unique_email(word: str = "ada") -> str:
    """An address that no other account has, whatever ran on this database before."""
    return f"{word}-{uuid4()}@example.org"


def registration(**fields: Any) -> dict[str, Any]:
    """The body of a registration, with an address of its own unless one is given."""
    return {"email": unique_email(), "password": PASSWORD, "name": "Ada Lovelace", **fields}


def claims_of(token: str) -> dict[str, Any]:
    """The claims of an access token, whoever signed it."""
    payload = token.split(".")[1]
    read: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return read


def secrets_in(content: bytes) -> list[str]:
    """What of this content no reply may ever hold."""
    return [word.decode() for word in _SECRETS if word in content]


def refuse_secrets(response: Response) -> None:
    """Fail on a reply that holds what no reply may ever hold."""
    found = secrets_in(response.read())
    assert found == [], f"{response.request.method} {response.request.url.path} answers with {found}"


@cache
def trusted() -> ssl.SSLContext:
    """Which servers are believed: OpenSSL's authorities, or those of SSL_CERT_FILE; made once, as it costs time."""
    return ssl.create_default_context()
