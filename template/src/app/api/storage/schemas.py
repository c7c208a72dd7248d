"""What requests and replies about attachments hold (template-owned)."""

from pydantic import BaseModel, ConfigDict, Field

from app.api.rows import ResourceBody
from app.domain.storage import ContentType, Filename, Size, Status
from app.kit.storage.links import LONGEST_TOKEN
from app.kit.times import Time


class AttachmentInput(BaseModel):
    """A file that is to be uploaded."""

    model_config = ConfigDict(extra="forbid")

    filename: Filename
    size: Size
    content_type: ContentType


class AttachmentBody(ResourceBody):
    """A file that is attached to a row."""

    filename: str
    size: int
    content_type: str
    status: Status


class UploadLink(BaseModel):
    """The request that uploads the file: this method, these headers, its bytes as the body."""

    method: str
    url: str
    headers: dict[str, str]
    expires_at: Time


class NewAttachment(AttachmentBody):
    """An attachment that was announced, and how to upload it."""

    upload: UploadLink


class DownloadLink(BaseModel):
    """Where the file can be fetched, for a while."""

    url: str
    expires_at: Time


class AttachmentPage(BaseModel):
    """A page of attachments."""

    items: list[AttachmentBody]
    next_cursor: str | None


class LinkQuery(BaseModel):
    """What a link of the service itself holds."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(max_length=LONGEST_TOKEN)
