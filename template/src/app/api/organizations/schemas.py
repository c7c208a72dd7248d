"""What requests and replies about organizations hold (template-owned)."""

from pydantic import BaseModel, ConfigDict

from app.api.rows import ResourceBody
from app.kit.text import Name


class OrganizationBody(ResourceBody):
    """An organization: a tenant."""

    name: str


class OrganizationPatch(BaseModel):
    """The fields to change, as a JSON merge patch (RFC 7396); none of them can be null."""

    model_config = ConfigDict(extra="forbid")

    # A default is never used: only what was sent is applied.
    name: Name = ""
