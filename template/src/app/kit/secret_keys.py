"""The service's secret keys and what is derived from them (template-owned; RFC 5869).

Each purpose has a key of its own, so that a leak of one tells nothing of another.
"""

from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.kit.key_files import read_keys
from app.kit.settings import CoreSettings, SettingsError

LEAST_CHARACTERS = 32


def derived_keys(settings: CoreSettings, purpose: str) -> tuple[bytes, ...]:
    """Keys of 32 bytes for `purpose`, newest first: make with the first, check with each.

    A changed key file is read again.

    Raises:
        SettingsError: there is no key, or one is too short.
    """
    return tuple(_derive(secret, purpose) for secret in read_keys(settings, "secret_key", _lines))


def _lines(content: str, variable: str) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in content.splitlines() if line.strip())
    if not lines or min(map(len, lines)) < LEAST_CHARACTERS:
        raise SettingsError(f"{variable}: each line must have {LEAST_CHARACTERS} characters or more; run `just keys`")
    return lines


@cache
def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
