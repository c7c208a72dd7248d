"""The bucket of files (template-owned; the guide's list "Infrastructure")."""

from app.dev.terraform.account import Account, Check, MissingError
from app.dev.terraform.aws import AwsError


def bucket(account: Account) -> str:
    """The bucket that the API is told to use, closed to the public."""
    if "api" not in account.revisions:
        raise MissingError("there is no task definition of api, whose MINIO_BUCKET would name the bucket")
    given = {one["name"]: one["value"] for one in account.revisions["api"].container.get("environment") or ()}
    name = given.get("MINIO_BUCKET", "")
    if not name:
        raise MissingError("the task definition of api names no MINIO_BUCKET")
    try:
        account.aws.ask("s3", "head_bucket", Bucket=name)
        blocked = account.aws.ask("s3", "get_public_access_block", Bucket=name)["PublicAccessBlockConfiguration"]
    except AwsError as error:
        if error.code == "404":
            raise MissingError(f"there is no bucket {name}") from None
        if error.code == "NoSuchPublicAccessBlockConfiguration":
            raise MissingError(f"{name} is not closed to the public") from None
        raise
    if not all(blocked.values()):
        raise MissingError(f"{name} is not closed to the public")
    return str(name)


CHECKS = (Check("Infrastructure", "S3 bucket", bucket),)
