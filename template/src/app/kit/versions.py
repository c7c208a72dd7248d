"""Optimistic locking over HTTP: ETag and If-Match (template-owned; RFC 9110, sections 8.8.3 and 13.1.1)."""

import re

from app.kit.problems import VERSION_MISMATCH, VERSION_REQUIRED, ProblemError

_ENTITY_TAG = re.compile(r'\s*(?:W/)?"([\x21\x23-\x7e]*)"\s*')


def entity_tag(version: int) -> str:
    """The ETag of a row: its version in quotes."""
    return f'"{version}"'


def check_if_match(header: str | None, version: int) -> None:
    """Hold the caller's If-Match against the row's version; `*` and a weak tag (`W/`) are accepted.

    Raises:
        ProblemError: 428 without the header, 412 where no tag in it is the row's.
    """
    if header is None:
        raise ProblemError(VERSION_REQUIRED, "Send If-Match with the ETag that you read.")
    if header.strip() == "*":
        return
    tags = {match[1] for part in header.split(",") if (match := _ENTITY_TAG.fullmatch(part))}
    if str(version) not in tags:
        raise ProblemError(VERSION_MISMATCH, "Read the resource again and repeat the change on its new version.")
