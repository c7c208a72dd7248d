"""`just put-secrets`: keys get there once, over a value only where that was asked for, and never out."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.account import KEYS
from tests.deploy.conftest import Delivery


@pytest.fixture
def keys(delivery: Delivery) -> Iterator[Path]:
    """The folder of this environment's keys, which isn't there yet."""
    folder = delivery.service / "keys/staging"
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def stored(delivery: Delivery) -> dict[str, str]:
    return {name: delivery.account.secret(name) for name in KEYS}


def files(folder: Path) -> dict[str, str]:
    names = ("secret.key", "public.pem", "private.pem")
    return {
        key: (folder / name).read_text(encoding="utf-8").strip()
        for key, name in zip(KEYS, names, strict=True)
    }


def test_keys_are_made_and_put_once_and_nothing_of_them_is_said(delivery: Delivery, keys: Path) -> None:
    said = delivery.done("put-secrets", "staging")
    first = stored(delivery)

    assert first == files(keys)
    assert first["JWT_PRIVATE_KEY"].startswith("-----BEGIN PRIVATE KEY-----")
    assert len(first["SECRET_KEY"]) == 64
    said += delivery.done("put-secrets", "staging")
    assert stored(delivery) == first
    assert "All have a value and were kept" in said
    assert first["SECRET_KEY"] not in said
    assert "BEGIN" not in said
    assert (keys / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_run_that_broke_off_is_finished_by_the_next(delivery: Delivery, keys: Path) -> None:
    delivery.done("put-secrets", "staging")
    first = stored(delivery)
    delivery.account.client("secretsmanager").delete_secret(
        SecretId="acme-api/staging/JWT_PRIVATE_KEY", ForceDeleteWithoutRecovery=True
    )
    delivery.account.make_secret("JWT_PRIVATE_KEY")

    delivery.done("put-secrets", "staging")

    assert stored(delivery) == first


def test_half_a_pair_is_never_completed_by_a_half_of_another(delivery: Delivery, keys: Path) -> None:
    secrets = delivery.account.client("secretsmanager")
    secrets.put_secret_value(SecretId="acme-api/staging/JWT_PUBLIC_KEY", SecretString="of somebody else")

    said = delivery.refused("put-secrets", "staging")

    assert "JWT_PUBLIC_KEY has a value that isn't in the files here, and the other half has none" in said
    assert delivery.account.secret("JWT_PUBLIC_KEY") == "of somebody else"
    assert "VersionIdsToStages" not in secrets.describe_secret(SecretId="acme-api/staging/SECRET_KEY")


def test_a_rotation_goes_public_key_first_also_from_another_machine(delivery: Delivery, keys: Path) -> None:
    delivery.done("put-secrets", "staging")
    first = stored(delivery)
    shutil.rmtree(keys)

    said = delivery.done("put-secrets", "staging", "--rotate")

    rotated = stored(delivery)
    assert rotated["JWT_PRIVATE_KEY"] == first["JWT_PRIVATE_KEY"]
    assert rotated["JWT_PUBLIC_KEY"].endswith(first["JWT_PUBLIC_KEY"])
    assert rotated["JWT_PUBLIC_KEY"].count("BEGIN PUBLIC KEY") == 2
    assert rotated["SECRET_KEY"].splitlines()[1:] == [first["SECRET_KEY"]]
    assert "`just deploy staging --restart`" in said
    assert "finish it with --replace" in delivery.refused("put-secrets", "staging", "--rotate")

    delivery.done("put-secrets", "staging", "--replace")
    assert stored(delivery) == files(keys)
    assert stored(delivery)["JWT_PRIVATE_KEY"] != first["JWT_PRIVATE_KEY"]

    delivery.done("put-secrets", "staging", "--prune")
    pruned = stored(delivery)
    assert pruned["JWT_PUBLIC_KEY"].count("BEGIN PUBLIC KEY") == 1
    assert pruned["SECRET_KEY"] == rotated["SECRET_KEY"].splitlines()[0]


def test_without_the_secrets_of_terraform_nothing_is_made(delivery: Delivery, keys: Path) -> None:
    delivery.account.client("secretsmanager").delete_secret(
        SecretId="acme-api/staging/SECRET_KEY", ForceDeleteWithoutRecovery=True
    )

    said = delivery.refused("put-secrets", "staging")

    assert "there is no secret acme-api/staging/SECRET_KEY" in said
    assert not keys.exists()
