"""The RSA keys of access tokens (template-owned; RFC 7517, RFC 7638)."""

import base64
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from tests.environment import core_settings

from app.kit.settings import SettingsError
from app.kit.signing_keys import key_id, key_set, signing_key, verifying_keys

# The example of RFC 7638, section 3.1.
EXAMPLE_N = (
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj"
    "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQv"
    "RL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnq"
    "DKgw"
)
EXAMPLE_ID = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@cache
def key(number: int, bits: int = 2048) -> RSAPrivateKey:
    """One of a few keys, each made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def private_pem(
    private: RSAPrivateKey | ec.EllipticCurvePrivateKey,
    *,
    form: PrivateFormat = PrivateFormat.PKCS8,
    encryption: KeySerializationEncryption | None = None,
) -> str:
    return private.private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


def public_pem(private: RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def number_of(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def test_the_id_of_a_key_is_its_thumbprint() -> None:
    example = RSAPublicNumbers(e=65537, n=number_of(EXAMPLE_N)).public_key()

    assert key_id(example) == EXAMPLE_ID


def test_the_key_that_signs_bears_the_id_of_its_public_half() -> None:
    core = core_settings(JWT_PRIVATE_KEY=private_pem(key(1)), JWT_PUBLIC_KEY=public_pem(key(1)))

    assert signing_key(core).id == key_id(key(1).public_key())
    assert list(verifying_keys(core)) == [signing_key(core).id]


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_the_key_that_signs_may_be_written_in_either_form(form: PrivateFormat) -> None:
    core = core_settings(JWT_PRIVATE_KEY=private_pem(key(1), form=form), JWT_PUBLIC_KEY=public_pem(key(1)))

    assert signing_key(core).key.private_numbers() == key(1).private_numbers()


def test_several_keys_are_checked_with_the_newest_first() -> None:
    core = core_settings(
        JWT_PRIVATE_KEY=private_pem(key(2)), JWT_PUBLIC_KEY=f"# new\n{public_pem(key(2))}\n# old\n{public_pem(key(1))}"
    )

    assert list(verifying_keys(core)) == [key_id(key(2).public_key()), key_id(key(1).public_key())]
    assert signing_key(core).id == key_id(key(2).public_key())


def test_keys_may_stand_in_one_line() -> None:
    core = core_settings(
        JWT_PRIVATE_KEY=private_pem(key(1)).replace("\n", "\\n"), JWT_PUBLIC_KEY=public_pem(key(1)).replace("\n", "\\n")
    )

    assert signing_key(core).id in verifying_keys(core)


def test_the_same_keys_are_the_same_object_until_the_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "public.pem"
    file.write_text(public_pem(key(1)))
    core = core_settings(JWT_PUBLIC_KEY="", JWT_PUBLIC_KEY_PATH=str(file))
    first = verifying_keys(core)

    assert verifying_keys(core) is first
    file.write_text(public_pem(key(2)) + public_pem(key(1)))
    assert list(verifying_keys(core)) == [key_id(key(2).public_key()), key_id(key(1).public_key())]


def test_the_key_set_tells_what_a_checker_needs_and_nothing_else() -> None:
    core = core_settings(JWT_PRIVATE_KEY=private_pem(key(2)), JWT_PUBLIC_KEY=public_pem(key(2)) + public_pem(key(1)))
    newest, oldest = key_set(core)["keys"]

    assert set(newest) == {"kty", "n", "e", "kid", "use", "alg"}
    assert (newest["kty"], newest["e"], newest["use"], newest["alg"]) == ("RSA", "AQAB", "sig", "RS256")
    assert number_of(newest["n"]) == key(2).public_key().public_numbers().n
    assert newest["kid"] == key_id(key(2).public_key())
    assert oldest["kid"] == key_id(key(1).public_key())


@pytest.mark.parametrize(
    "text",
    [
        "no key",
        public_pem(key(1)),
        private_pem(key(1, 1024)),
        private_pem(ec.generate_private_key(ec.SECP256R1())),
        private_pem(key(1), encryption=BestAvailableEncryption(b"passphrase")),
        private_pem(key(1))[:-200],
    ],
    ids=["text", "public", "1024 bits", "elliptic curve", "encrypted", "cut"],
)
def test_another_private_key_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        signing_key(core_settings(JWT_PRIVATE_KEY=text))

    assert str(caught.value) == "JWT_PRIVATE_KEY: holds no RSA private key of 2048 bits (PEM); run `just keys`"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no key", "holds no public key (PEM)"),
        (private_pem(key(1)), "holds no public key (PEM)"),
        (public_pem(key(1, 1024)), "holds a key that is no RSA key of 2048 bits"),
        (public_pem(ec.generate_private_key(ec.SECP256R1())), "holds a key that is no RSA key of 2048 bits"),
        (public_pem(key(1)) + public_pem(key(1, 1024)), "holds a key that is no RSA key of 2048 bits"),
        (public_pem(key(1)).replace("MII", "MIX"), "holds a key that is no RSA key of 2048 bits"),
    ],
    ids=["text", "private", "1024 bits", "elliptic curve", "one of two", "broken"],
)
def test_other_public_keys_are_refused_and_not_shown(text: str, why: str) -> None:
    with pytest.raises(SettingsError) as caught:
        verifying_keys(core_settings(JWT_PUBLIC_KEY=text))

    assert str(caught.value) == f"JWT_PUBLIC_KEY: {why}; run `just keys`"


def test_a_key_that_nobody_could_check_does_not_sign() -> None:
    core = core_settings(JWT_PRIVATE_KEY=private_pem(key(1)), JWT_PUBLIC_KEY=public_pem(key(2)))

    with pytest.raises(SettingsError, match=r"^JWT_PUBLIC_KEY_PATH: lacks the public half of JWT_PRIVATE_KEY_PATH"):
        signing_key(core)
