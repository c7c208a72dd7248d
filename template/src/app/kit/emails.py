"""E-mail addresses as they are stored: trimmed, NFC, lower-cased (template-owned; contract, "Roles" and before)."""

from typing import Annotated
from unicodedata import normalize

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field

LONGEST = 254


def normalize_email(text: str) -> str:
    """The one form of an address.

    Raises:
        ValueError: it is none. Whether anyone reads it is not asked.
    """
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        # The library's own words hold parts of the input.
        raise ValueError("must be an e-mail address") from None
    return normalize("NFC", found.normalized.lower())


Email = Annotated[
    str,
    Field(max_length=LONGEST, json_schema_extra={"format": "email"}),
    AfterValidator(normalize_email),
]
