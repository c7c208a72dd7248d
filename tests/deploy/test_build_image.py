"""`just build-image` with a Docker that only notes what it is told, and pushes by asking AWS itself."""

import json
from pathlib import Path

import pytest

from tests.deploy.conftest import Delivery
from tests.deploy.digests import REPOSITORY, image
from tests.renders import git

DOCKER = """\
#!{python}
import json, os, sys
with open({notes!r}, "a") as notes:
    notes.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1] == "login":
    assert sys.stdin.read()
if sys.argv[1] == "push":
    import boto3
    manifest = {{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []}}
    boto3.client("ecr", region_name=os.environ["AWS_REGION"]).put_image(
        repositoryName="acme-api",
        imageManifest=json.dumps(manifest),
        imageTag=sys.argv[2].rpartition(":")[2],
        imageDigest={digest!r},
    )
print("what docker says")
"""


@pytest.fixture
def notes(delivery: Delivery, tmp_path: Path) -> Path:
    """What Docker was told, a line each."""
    path = tmp_path / "notes"
    docker = tmp_path / "bin/docker"
    docker.parent.mkdir()
    python = delivery.service / ".venv/bin/python"
    digest = image(5).partition("@")[2]
    docker.write_text(DOCKER.format(python=python, notes=str(path), digest=digest), encoding="utf-8")
    docker.chmod(0o755)
    delivery.environment["PATH"] = f"{docker.parent}:{delivery.path}"
    return path


def test_an_image_is_built_and_pushed_once_and_named_by_its_digest(delivery: Delivery, notes: Path) -> None:
    first = delivery.done("build-image")

    tag = f"{REPOSITORY}:{git(delivery.service, 'rev-parse', '--short=12', 'HEAD').strip()}"
    version = f"SERVICE_VERSION={tag.rpartition(':')[2]}"
    assert first == f"{image(5)}\n"
    assert [json.loads(line) for line in notes.read_text(encoding="utf-8").splitlines()] == [
        ["build", "--platform", "linux/amd64", "--build-arg", version, "--tag", tag, "."],
        ["login", "--username", "AWS", "--password-stdin", REPOSITORY.partition("/")[0]],
        ["push", tag],
    ]

    notes.unlink()
    assert delivery.done("build-image").splitlines()[-1] == image(5)
    assert not notes.exists()


def test_what_is_not_committed_is_not_built(delivery: Delivery, notes: Path) -> None:
    new = delivery.service / "src/app/new.py"
    new.write_text("", encoding="utf-8")
    try:
        said = delivery.refused("build-image")
    finally:
        new.unlink()

    assert "there are uncommitted changes, and an image is named after its commit; commit first" in said
    assert not notes.exists()
