"""Access tokens that nobody gave: taken apart and signed by somebody else (template-owned; RFC 7515, RFC 8725)."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    RSAPublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def header_of(token: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(decode(token.split(".")[0]))
    return read


def with_header(token: str, **changes: Any) -> str:
    """The token with another header; its signature is as good as none. A member that is `...` is left out."""
    header = {name: value for name, value in {**header_of(token), **changes}.items() if value is not ...}
    return ".".join([encode(json.dumps(header).encode()), *token.split(".")[1:]])


def with_claims(token: str, **changes: Any) -> str:
    """The token with other claims, under the old signature."""
    header, payload, signature = token.split(".")
    claims = {**json.loads(decode(payload)), **changes}
    return f"{header}.{encode(json.dumps(claims).encode())}.{signature}"


def signed_with_hmac(token: str, secret: bytes) -> str:
    """The token signed by HS256."""
    message = with_header(token, alg="HS256").rpartition(".")[0]
    return f"{message}.{encode(hmac.digest(secret, message.encode(), 'sha256'))}"


def signed_with_own_key(token: str, **header: Any) -> str:
    """The token signed by RS256 with a key of ours."""
    message = with_header(token, **header).rpartition(".")[0]
    return f"{message}.{encode(own_key().sign(message.encode(), PKCS1v15(), SHA256()))}"


def is_signed_by(token: str, jwk: Mapping[str, str]) -> bool:
    """Whether the key that a JWK tells made the signature."""
    message, _, signature = token.rpartition(".")
    try:
        public_key(jwk).verify(decode(signature), message.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def public_key(jwk: Mapping[str, str]) -> RSAPublicKey:
    e, n = (int.from_bytes(decode(jwk[name])) for name in ("e", "n"))
    return RSAPublicNumbers(e=e, n=n).public_key()


def public_texts(jwk: Mapping[str, str]) -> list[bytes]:
    """A public key in the forms that a careless checker may take for a secret."""
    key = public_key(jwk)
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    pkcs1 = key.public_bytes(Encoding.PEM, PublicFormat.PKCS1)
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return [pem, pem.strip(), pkcs1, der, decode(jwk["n"]), jwk["n"].encode(), json.dumps(dict(jwk)).encode(), b""]


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The id of a key (RFC 7638)."""
    members = {name: jwk[name] for name in ("e", "kty", "n")}
    return encode(hashlib.sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest())


def own_jwk() -> dict[str, str]:
    """Our own key as a JWK."""
    numbers = own_key().public_key().public_numbers()
    e, n = (encode(number.to_bytes(length)) for number, length in ((numbers.e, 3), (numbers.n, 256)))
    return {"kty": "RSA", "e": e, "n": n, "alg": "RS256", "use": "sig"}


@cache
def own_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
