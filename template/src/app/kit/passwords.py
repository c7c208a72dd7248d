"""Passwords as PHC strings of Argon2id (template-owned; OWASP's and the contract's m=19 MiB, t=2, p=1)."""

from argon2 import PasswordHasher

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(password: str) -> str:
    """`$argon2id$…` with a fresh salt. Takes tens of milliseconds of CPU: never on an event loop."""
    return _hasher.hash(password)
