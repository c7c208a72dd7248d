"""Settings for tests: exactly what a test gives, whatever a developer's `.env` holds (template-owned)."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app.components import Settings, find_components, load_settings
from app.kit.settings import CoreSettings, SettingsModel

SECRET_KEY = "of-the-tests-" * 3
# All tests of a run share one Redis.
_NO_LIMITS = {f"RATE_LIMIT_{name}": "1000000/1m" for name in ("API", "REGISTER", "LOGIN_ADDRESS")}


@cache
def signing_keys() -> tuple[str, str]:
    """The keys of all tests of a process: none is in the repository."""
    return new_signing_keys()


def new_signing_keys() -> tuple[str, str]:
    """A private key and its public half (PEM)."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def setting_names() -> tuple[str, ...]:
    """The variables that this service reads."""
    classes: list[type[SettingsModel]] = [CoreSettings, *(c.settings for c in find_components() if c.settings)]
    return tuple(field.upper() for cls in classes for field in cls.model_fields)


def service_environment(**given: str) -> dict[str, str]:
    """This process's environment with no settings but the tests' servers, a key and what is given."""
    kept = {name: value for name, value in os.environ.items() if name not in setting_names()}
    private, public = signing_keys()
    given = {"JWT_PRIVATE_KEY": private, "JWT_PUBLIC_KEY": public, "REDIS_TIMEOUT": "2s", **_NO_LIMITS, **given}
    servers = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL", "EMBEDDED_SERVERS")}
    return {**kept, **servers, "ENVIRONMENT": "test", "SECRET_KEY": SECRET_KEY, **given}


def settings_of(**given: str) -> Settings:
    """The settings that a process with `service_environment(**given)` would have."""
    with environment(service_environment(**given)):
        return load_settings()


def core_settings(**given: str) -> CoreSettings:
    """The same, the core's alone."""
    return settings_of(**given).core


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Have these environment variables, and no others, for a while."""
    with patch.dict(os.environ, variables, clear=True):
        yield
