"""Which image is deployed (template-owned): always by digest, since a tag can mean another one tomorrow."""

from app.dev.processes import DevelopmentError
from app.dev.terraform.aws import Asks, AwsError
from app.dev.terraform.revisions import is_by_digest


def check_reference(image: str) -> str:
    """The reference, if it is by digest.

    Raises:
        DevelopmentError: it is a tag.
    """
    if not is_by_digest(image):
        raise DevelopmentError(
            f"--image {image} is no digest, and a tag can mean another image tomorrow; "
            "give REPOSITORY@sha256:…, as `just build-image` prints it, or leave --image out for the newest one"
        )
    return image


def find_image(aws: Asks, repository: str, given: str | None) -> str:
    """The image that was asked for, or the newest of the ECR repository.

    Raises:
        DevelopmentError: it is given by a tag, or it isn't there.
    """
    uri = repository_uri(aws, repository)
    if given is None:
        return f"{uri}@{_newest(aws, repository)}"
    name, _, digest = check_reference(given).partition("@")
    # Of another registry only the cluster can tell.
    if name.startswith(uri) and not _is_there(aws, repository, digest):
        raise DevelopmentError(f"{uri} holds no image {digest}; run `just build-image`, which prints what it pushed")
    return given


def repository_uri(aws: Asks, repository: str) -> str:
    """The address of an ECR repository.

    Raises:
        DevelopmentError: there is none.
    """
    try:
        found = aws.ask("ecr", "describe_repositories", repositoryNames=[repository])["repositories"]
    except AwsError as error:
        if error.code != "RepositoryNotFoundException":
            raise
        raise DevelopmentError(
            f"there is no ECR repository {repository}; run `terraform -chdir=infrastructure/shared/ecr apply`"
        ) from None
    return str(found[0]["repositoryUri"])


def tagged_digest(aws: Asks, repository: str, tag: str) -> str:
    """The digest that a tag means now; nothing where there is no such tag."""
    try:
        found = aws.ask("ecr", "describe_images", repositoryName=repository, imageIds=[{"imageTag": tag}])
    except AwsError as error:
        if error.code != "ImageNotFoundException":
            raise
        return ""
    return str(found["imageDetails"][0]["imageDigest"])


def _newest(aws: Asks, repository: str) -> str:
    """What was pushed last under a tag: what has none, or that of a signature, is a part of another one."""
    found = aws.ask_all("ecr", "describe_images", "imageDetails", repositoryName=repository)
    named = [one for one in found if any(not tag.startswith("sha256-") for tag in one.get("imageTags") or ())]
    if not named:
        raise DevelopmentError(f"the ECR repository {repository} holds no image yet; run `just build-image`")
    return str(max(named, key=lambda one: one["imagePushedAt"])["imageDigest"])


def _is_there(aws: Asks, repository: str, digest: str) -> bool:
    try:
        aws.ask("ecr", "describe_images", repositoryName=repository, imageIds=[{"imageDigest": digest}])
    except AwsError as error:
        if error.code != "ImageNotFoundException":
            raise
        return False
    return True
