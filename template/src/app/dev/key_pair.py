"""The RSA key pair of access tokens (template-owned; contract, "Environment"): one key signs, several are accepted.

The public file is written before the private one. A service that runs reads changed files again at any moment, and
so never signs with a key that nobody can check.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from app.dev.key_file import PUBLIC_MODE, KeyFile
from app.dev.processes import DevelopmentError

BITS = 2048
CONTENTS = ("JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY")
_PUBLIC_KEY = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)


@dataclass(frozen=True)
class KeyPair:
    """The two files; a public one may hold several keys, newest first.

    `given` are the variables that hold a key's content: where one is set, no file is written.
    """

    given: tuple[str, ...]
    private_file: KeyFile
    public_file: KeyFile
    private: RSAPrivateKey | None
    public: tuple[RSAPublicKey, ...]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "KeyPair":
        """As the environment gives it: contents, or the files of JWT_PRIVATE_KEY_PATH and JWT_PUBLIC_KEY_PATH.

        Raises:
            DevelopmentError: a file can't be read or holds something else, or both are one file.
        """
        private = KeyFile.of(environment, "JWT_PRIVATE_KEY_PATH", "./keys/private.pem")
        public = KeyFile.of(environment, "JWT_PUBLIC_KEY_PATH", "./keys/public.pem")
        given = tuple(name for name in CONTENTS if environment.get(name))
        if given:
            return cls(given, private, public, None, ())
        if private.path.resolve() == public.path.resolve():
            raise DevelopmentError(
                f"JWT_PRIVATE_KEY_PATH and JWT_PUBLIC_KEY_PATH both name {public.path}; set two files"
            )
        return cls(given, private, public, _private_key(private), _public_keys(public))

    @property
    def is_there(self) -> bool:
        """Whether nothing has to be made; what the environment gives is the service's to judge."""
        return bool(self.given) or self._is_whole

    def make(self) -> str:
        """Make what is missing of it; what was done."""
        if self.given:
            return self._environment_decides()
        if self._is_whole:
            return f"{self._names} are there and were kept; `just keys --rotate` puts a new pair first"
        if self.private is None:
            kept = self._write(_new_key())
            return f"Made {self._names}; the first is secret, neither is ever committed{kept}"
        kept = self._write(self.private)
        return f"Put the public half of {self.private_file.path} into {self.public_file.path}{kept}"

    def rotate(self) -> str:
        """Put a new pair first; what was done."""
        if self.given or self.private is None:
            return self.make()
        kept = self._write(_new_key())
        return f"Put a new pair into {self._names}{kept}"

    def prune(self) -> str:
        """Of a pair that is there, remove all public keys but the private key's; what is no longer valid."""
        if self.private is None:
            return self.make()
        own = self.private.public_key()
        old = [key for key in self.public if key != own]
        if not old:
            return f"{self.public_file.path} holds one key: nothing was removed"
        self.public_file.write(_public_pem(own), mode=PUBLIC_MODE)
        return f"Removed {len(old)} from {self.public_file.path}: access tokens signed with them are refused"

    @property
    def _is_whole(self) -> bool:
        return self.private is not None and self.private.public_key() in self.public

    @property
    def _names(self) -> str:
        return f"{self.private_file.path} and {self.public_file.path}"

    def _environment_decides(self) -> str:
        said = f"{' and '.join(self.given)} set in the environment, which decides: no key pair was written"
        missing = [name for name in CONTENTS if name not in self.given]
        return f"{said}; give the other half as {missing[0]}" if missing else said

    def _write(self, key: RSAPrivateKey) -> str:
        """Write `key`, first in the public file; what else is accepted."""
        halves = [each.public_key() for each in (key, self.private) if each]
        accepted = tuple(dict.fromkeys(map(_public_pem, (*halves, *self.public))))
        self.public_file.write("".join(accepted), mode=PUBLIC_MODE)
        if key is not self.private:
            self.private_file.write(_private_pem(key))
        return f"; older public keys that stay accepted: {len(accepted) - 1}" if len(accepted) > 1 else ""


def _private_key(file: KeyFile) -> RSAPrivateKey | None:
    text = file.read()
    if not text:
        return None
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < BITS:
        raise file.refusal(f"holds no RSA private key of {BITS} bits or more (PEM, without a password)")
    return key


def _public_keys(file: KeyFile) -> tuple[RSAPublicKey, ...]:
    text = file.read()
    found = tuple(map(_public_key, _PUBLIC_KEY.findall(text)))
    keys = tuple(key for key in found if key is not None)
    if len(keys) < len(found) or (text and not keys):
        raise file.refusal(f"holds something else than RSA public keys of {BITS} bits or more (PEM)")
    return keys


def _public_key(pem: str) -> RSAPublicKey | None:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size >= BITS else None


def _new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=BITS)


def _private_pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public_pem(key: RSAPublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
