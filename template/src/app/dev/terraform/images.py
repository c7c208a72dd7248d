"""Which image is deployed (template-owned): always by digest, since a tag can mean another one tomorrow."""

from app.dev.processes import DevelopmentError
from app.dev.terraform.aws import Asks, AwsError, account_number
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
    if name.startswith(uri) and not _digest(aws, repository, imageDigest=digest):
        raise DevelopmentError(f"{uri} holds no image {digest}; run `just build-image`, which prints what it pushed")
    return given


def repository_uri(aws: Asks, repository: str) -> str:
    """The address of a repository of this account, whether it is there or not."""
    return f"{account_number(aws)}.dkr.ecr.{aws.region}.amazonaws.com/{repository}"


def tagged_digest(aws: Asks, repository: str, tag: str) -> str:
    """The digest that a tag means now; nothing where there is no such tag.

    Raises:
        DevelopmentError: there is no repository.
    """
    return _digest(aws, repository, imageTag=tag)


def _newest(aws: Asks, repository: str) -> str:
    """What was pushed last under a tag: what has none, or that of a signature, is a part of another one."""
    try:
        found = aws.ask_all("ecr", "describe_images", "imageDetails", repositoryName=repository)
    except AwsError as error:
        raise _explained(error, repository) from None
    named = [one for one in found if any(not tag.startswith("sha256-") for tag in one.get("imageTags") or ())]
    if not named:
        raise DevelopmentError(f"the ECR repository {repository} holds no image yet; run `just build-image`")
    return str(max(named, key=lambda one: one["imagePushedAt"])["imageDigest"])


def _digest(aws: Asks, repository: str, **image: str) -> str:
    """The digest of one image, named by a tag or by its digest; nothing where it isn't there."""
    try:
        found = aws.ask("ecr", "describe_images", repositoryName=repository, imageIds=[image])
    except AwsError as error:
        if error.code == "ImageNotFoundException":
            return ""
        raise _explained(error, repository) from None
    return str(found["imageDetails"][0]["imageDigest"])


def _explained(error: AwsError, repository: str) -> DevelopmentError:
    if error.code != "RepositoryNotFoundException":
        return error
    return DevelopmentError(
        f"there is no ECR repository {repository}; run `terraform -chdir=infrastructure/shared/ecr apply`"
    )
