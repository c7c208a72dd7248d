"""The RSA pair that `keys` makes (template-owned), read as the service reads it."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from tests.environment import core_settings, signing_keys

from app.dev.key_pair import KeyPair
from app.dev.processes import DevelopmentError
from app.kit.settings import CoreSettings
from app.kit.signing_keys import signing_key, verifying_keys

PRIVATE, PUBLIC = signing_keys()


@dataclass(frozen=True)
class Folder:
    """A folder for a pair, and how `keys` and the service see it."""

    private: Path
    public: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"JWT_PRIVATE_KEY_PATH": str(self.private), "JWT_PUBLIC_KEY_PATH": str(self.public)}

    @property
    def pair(self) -> KeyPair:
        return KeyPair.of(self.environment)

    @property
    def settings(self) -> CoreSettings:
        return core_settings(**self.environment, JWT_PRIVATE_KEY="", JWT_PUBLIC_KEY="")

    @property
    def signs(self) -> str:
        return signing_key(self.settings).id

    @property
    def accepts(self) -> list[str]:
        return list(verifying_keys(self.settings))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "keys" / "private.pem", tmp_path / "keys" / "public.pem")


def test_the_service_signs_with_it_and_only_the_owner_reads_its_secret_half(folder: Folder) -> None:
    said = folder.pair.make()

    assert said == f"Made {folder.private} and {folder.public}; the first is secret, neither is ever committed"
    assert folder.accepts == [folder.signs]
    assert folder.public.read_text().startswith("-----BEGIN PUBLIC KEY-----\n")
    assert folder.private.read_text().startswith("-----BEGIN PRIVATE KEY-----\n")
    assert signing_key(folder.settings).key.key_size == 2048
    assert [path.stat().st_mode & 0o777 for path in (folder.private, folder.public, folder.private.parent)] == [
        *(0o600, 0o644, 0o700)
    ]


def test_a_pair_that_is_there_is_kept(folder: Folder) -> None:
    folder.pair.make()
    before = (folder.private.read_bytes(), folder.public.read_bytes())

    assert "are there and were kept; `just keys --rotate` puts a new pair first" in folder.pair.make()
    assert (folder.private.read_bytes(), folder.public.read_bytes()) == before


def test_rotation_signs_with_a_new_key_and_accepts_the_old_one(folder: Folder) -> None:
    folder.pair.make()
    first = folder.signs
    said = folder.pair.rotate()
    second = folder.signs
    folder.pair.rotate()
    third = folder.signs

    assert len({first, second, third}) == 3
    assert folder.accepts == [third, second, first]
    assert said == (
        f"Put a new pair into {folder.private} and {folder.public}; older public keys that stay accepted: 1"
    )
    assert sorted(folder.private.parent.iterdir()) == [folder.private, folder.public]


def test_rotation_makes_the_first_pair(folder: Folder) -> None:
    folder.pair.rotate()

    assert folder.accepts == [folder.signs]


def test_a_rotation_that_breaks_off_leaves_a_service_that_signs(folder: Folder) -> None:
    folder.pair.make()
    first = folder.signs
    blocked = folder.private.with_name("private.pem.new")
    blocked.mkdir()

    with pytest.raises(DevelopmentError, match=r"private\.pem\.new: .*; set JWT_PRIVATE_KEY_PATH to another file"):
        folder.pair.rotate()
    assert folder.signs == first
    assert len(folder.accepts) == 2

    # What was accepted but never signed with is not what pruning keeps.
    assert folder.pair.prune() == f"Removed 1 from {folder.public}: access tokens signed with them are refused"
    assert folder.accepts == [first]


def test_pruning_leaves_the_key_that_signs(folder: Folder) -> None:
    folder.pair.make()
    folder.pair.rotate()
    folder.pair.prune()

    assert folder.accepts == [folder.signs]
    assert folder.pair.prune() == f"{folder.public} holds one key: nothing was removed"
    assert folder.public.stat().st_mode & 0o777 == 0o644


def test_a_missing_public_file_is_written_from_the_private_one(folder: Folder) -> None:
    folder.pair.make()
    before = folder.accepts
    folder.public.unlink()

    assert not folder.pair.is_there
    assert folder.pair.make() == f"Put the public half of {folder.private} into {folder.public}"
    assert folder.accepts == before == [folder.signs]


@pytest.mark.parametrize("change", ["make", "rotate"])
def test_a_public_file_that_lacks_the_half_gets_it_and_keeps_the_others(folder: Folder, change: str) -> None:
    folder.pair.make()
    own = folder.signs
    folder.public.write_text(PUBLIC)
    (other,) = folder.accepts

    assert not folder.pair.is_there
    getattr(folder.pair, change)()
    assert folder.accepts == [*dict.fromkeys((folder.signs, own)), other]


def test_a_lost_private_key_is_replaced_and_its_tokens_stay_valid(folder: Folder) -> None:
    folder.pair.make()
    lost = folder.signs
    folder.private.unlink()

    assert not folder.pair.is_there
    assert folder.pair.make() == (
        f"Made {folder.private} and {folder.public}; the first is secret, neither is ever committed; "
        "older public keys that stay accepted: 1"
    )
    assert folder.accepts == [folder.signs, lost]


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> tuple[str, str]:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private.decode(), key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


ELLIPTIC = _pem(ec.generate_private_key(ec.SECP256R1()))
SHORT = _pem(rsa.generate_private_key(65537, 1024))
NOT_PRIVATE = ["hunter2", PUBLIC, ELLIPTIC[0], SHORT[0], PRIVATE[:500]]
NOT_PUBLIC = ["hunter2", PRIVATE, ELLIPTIC[1], SHORT[1], PUBLIC.replace("M", "N"), PUBLIC + ELLIPTIC[1]]


@pytest.mark.parametrize("text", NOT_PRIVATE, ids=["text", "public", "elliptic", "short", "cut off"])
def test_a_private_file_of_something_else_is_refused_and_left(folder: Folder, text: str) -> None:
    folder.private.parent.mkdir()
    folder.private.write_text(text)

    with pytest.raises(DevelopmentError) as refused:
        folder.pair.make()
    assert str(refused.value) == (
        f"{folder.private} holds no RSA private key of 2048 bits or more (PEM, without a password); move it away and "
        "run `just keys`, or set JWT_PRIVATE_KEY_PATH to another file"
    )
    assert folder.private.read_text() == text
    assert not folder.public.exists()


@pytest.mark.parametrize("text", NOT_PUBLIC, ids=["text", "private", "elliptic", "short", "damaged", "one of two"])
def test_a_public_file_of_something_else_is_refused_and_left(folder: Folder, text: str) -> None:
    folder.public.parent.mkdir()
    folder.public.write_text(text)

    with pytest.raises(DevelopmentError) as refused:
        folder.pair.rotate()
    assert str(refused.value) == (
        f"{folder.public} holds something else than RSA public keys of 2048 bits or more (PEM); move it away and run "
        "`just keys`, or set JWT_PUBLIC_KEY_PATH to another file"
    )
    assert folder.public.read_text() == text
    assert not folder.private.exists()


def test_a_file_that_is_no_text_is_refused(folder: Folder) -> None:
    folder.private.parent.mkdir()
    folder.private.write_bytes(b"\xff\xfe")

    with pytest.raises(
        DevelopmentError, match=r"private\.pem is no text; move it away and run `just keys`, or set JWT"
    ):
        folder.pair.make()


def test_one_file_for_both_is_refused(tmp_path: Path) -> None:
    both = {"JWT_PRIVATE_KEY_PATH": f"{tmp_path}/key.pem", "JWT_PUBLIC_KEY_PATH": f"{tmp_path}/./key.pem"}

    with pytest.raises(DevelopmentError, match=r"^JWT_PRIVATE_KEY_PATH and JWT_PUBLIC_KEY_PATH both name .*; set two"):
        KeyPair.of(both)


def test_one_half_in_the_environment_decides_and_wants_the_other(folder: Folder) -> None:
    pair = KeyPair.of({**folder.environment, "JWT_PRIVATE_KEY": PRIVATE})

    assert pair.is_there
    assert pair.rotate() == (
        "JWT_PRIVATE_KEY set in the environment, which decides: no key pair was written; "
        "give the other half as JWT_PUBLIC_KEY"
    )
    assert not folder.private.parent.exists()
