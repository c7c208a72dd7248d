"""The RSA keys of access tokens: one signs, several may be checked with (template-owned; RFC 7517, RFC 7638)."""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from jwt.algorithms import RSAAlgorithm

from app.kit.key_files import read_keys
from app.kit.settings import CoreSettings, SettingsError

LEAST_BITS = 2048
_PUBLIC_KEY = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)


@dataclass(frozen=True)
class SigningKey:
    """The key that signs, and the id under which its public half is known."""

    id: str
    key: RSAPrivateKey


def signing_key(settings: CoreSettings) -> SigningKey:
    """The key of JWT_PRIVATE_KEY_PATH.

    Raises:
        SettingsError: there is none, it is no RSA key of 2048 bits or more, or nobody could check what it signs.
    """
    found = read_keys(settings, "jwt_private_key", _parse_private)
    if found.id not in verifying_keys(settings):
        raise SettingsError("JWT_PUBLIC_KEY_PATH: lacks the public half of JWT_PRIVATE_KEY_PATH; run `just keys`")
    return found


def verifying_keys(settings: CoreSettings) -> Mapping[str, RSAPublicKey]:
    """The keys of JWT_PUBLIC_KEY_PATH by their ids, newest first; the same object until the file changes.

    Raises:
        SettingsError: there are none, or one is no RSA key of 2048 bits or more.
    """
    return read_keys(settings, "jwt_public_key", _parse_public)


def key_set(settings: CoreSettings) -> dict[str, Any]:
    """The verifying keys for everyone who checks our tokens: a JWK Set (RFC 7517, section 5)."""
    keys = verifying_keys(settings)
    return {"keys": [{**_public_jwk(key), "kid": key_id, "use": "sig", "alg": "RS256"} for key_id, key in keys.items()]}


def key_id(key: RSAPublicKey) -> str:
    """The thumbprint of a key, the same wherever it is computed (RFC 7638)."""
    canonical = json.dumps(_public_jwk(key), sort_keys=True, separators=(",", ":"))
    return urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()


def _public_jwk(key: RSAPublicKey) -> dict[str, str]:
    jwk = RSAAlgorithm.to_jwk(key, as_dict=True)
    return {name: jwk[name] for name in ("e", "kty", "n")}


def _parse_private(text: str, variable: str) -> SigningKey:
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise SettingsError(f"{variable}: holds no RSA private key of {LEAST_BITS} bits (PEM); run `just keys`")
    return SigningKey(key_id(key.public_key()), key)


def _parse_public(text: str, variable: str) -> Mapping[str, RSAPublicKey]:
    found: dict[str, RSAPublicKey] = {}
    for block in _PUBLIC_KEY.findall(text):
        try:
            key = load_pem_public_key(block.encode())
        except ValueError:
            key = None
        if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_BITS:
            raise SettingsError(f"{variable}: holds a key that is no RSA key of {LEAST_BITS} bits; run `just keys`")
        found[key_id(key)] = key
    if not found:
        raise SettingsError(f"{variable}: holds no public key (PEM); run `just keys`")
    return found
