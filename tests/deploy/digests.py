"""Images of the tests: what becomes of one on the stand-in for AWS is written in its digest."""

REPOSITORY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/acme-api"
# The first letters of a digest.
FAILS_TO_MIGRATE, FAILS_TO_START, STARTS_FOR_EVER, IS_NEVER_READY = "e1", "e2", "e3", "e4"


def image(number: int, becomes: str = "0") -> str:
    """A reference by digest: one image for each number and fate."""
    return f"{REPOSITORY}@sha256:{becomes}{number:0{64 - len(becomes)}}"


def fate(reference: str) -> str:
    """What becomes of an image, as the first letters of its digest."""
    return reference.partition("@sha256:")[2][:2]
