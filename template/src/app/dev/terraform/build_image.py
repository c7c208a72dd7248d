"""`just build-image`: builds the image, pushes it to ECR, and prints its reference by digest (template-owned)."""

import base64
import os
import subprocess
from pathlib import Path

from app.dev.processes import DevelopmentError, say
from app.dev.terraform.aws import Asks
from app.dev.terraform.images import repository_uri, tagged_digest

# What Fargate runs unless its task definitions say otherwise, whatever the machine here is.
PLATFORM = "linux/amd64"


def build_image(aws: Asks, repository: str, *, platform: str = PLATFORM) -> str:
    """The reference of the image of this commit, which is built unless it is there already.

    Raises:
        DevelopmentError: something isn't committed, or a program fails.
    """
    tag = _commit()
    uri = repository_uri(aws, repository)
    if not (digest := tagged_digest(aws, repository, tag)):
        _build_and_push(aws, uri, tag, platform)
        digest = tagged_digest(aws, repository, tag)
    else:
        say(f"{uri}:{tag} is there already")
    return f"{uri}@{digest}"


def _build_and_push(aws: Asks, uri: str, tag: str, platform: str) -> None:
    name = f"{uri}:{tag}"
    version = ("--build-arg", f"SERVICE_VERSION={tag}")
    _run("docker", "build", "--platform", platform, *version, "--tag", name, ".")
    given = aws.ask("ecr", "get_authorization_token")["authorizationData"][0]
    user, _, password = base64.b64decode(given["authorizationToken"]).decode().partition(":")
    _run("docker", "login", "--username", user, "--password-stdin", uri.partition("/")[0], entered=password)
    _run("docker", "push", name)


def _commit() -> str:
    """The commit that the image is made of, as its tag."""
    if not Path("uv.lock").exists():
        raise DevelopmentError("there is no uv.lock, which the image is built from; run `uv lock` and commit it")
    if _said("git", "status", "--porcelain"):
        raise DevelopmentError("there are uncommitted changes, and an image is named after its commit; commit first")
    return _said("git", "rev-parse", "--short=12", "HEAD")


def _said(*command: str) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise DevelopmentError(f"{' '.join(command)} fails: {getattr(error, 'stderr', '') or error}".strip()) from None


def _run(*command: str, entered: str | None = None) -> None:
    """Run a program whose output goes to standard error: standard output is the reference alone."""
    shown = " ".join(command[:2])
    try:
        done = subprocess.run(command, check=False, text=True, input=entered, stdout=2, env=dict(os.environ))
    except OSError as error:
        raise DevelopmentError(f"{command[0]} can't be started ({error.strerror}); install it") from None
    if done.returncode:
        raise DevelopmentError(f"`{shown}` failed, see above")
