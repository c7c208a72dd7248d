"""Argon2id as the service computes it, wherever Django makes or checks a password (template-owned)."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from app.apps.users.hashing import in_turn
from app.kit.passwords import hash_password, is_outdated, is_password

_PREFIX = "argon2"


class Argon2id(Argon2PasswordHasher):
    """Makes and checks the hashes of `app.kit.passwords`, few at once.

    Raises:
        ProblemError: 503 where too many wait.
    """

    def encode(self, password: str, salt: str) -> str:
        return f"{_PREFIX}{in_turn(lambda: hash_password(password))}"

    def verify(self, password: str, encoded: str) -> bool:
        return in_turn(lambda: is_password(password, encoded.removeprefix(_PREFIX)))

    def must_update(self, encoded: str) -> bool:
        return is_outdated(encoded.removeprefix(_PREFIX))
