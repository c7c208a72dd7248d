"""What requests and replies about attachments hold (template-owned)."""

from typing import Annotated, Any

from pydantic import Field
from rest_framework import serializers

from app.apps.rest.serializers import ResourceBody, StrictSerializer, Typed
from app.domain.storage import ContentType, Filename, Size, Status
from app.kit.storage.links import LONGEST_TOKEN
from app.kit.times import Time


class AttachmentInput(StrictSerializer):
    """A file that is to be uploaded."""

    filename = Typed(Filename)
    size = Typed(Size)
    content_type = Typed(ContentType)


class AttachmentBody(ResourceBody):
    """A file that is attached to a row."""

    filename = Typed(str)
    size = Typed(int)
    content_type = Typed(str)
    status = Typed(Status)


class UploadLink(serializers.Serializer[Any]):
    """The request that uploads the file: this method, these headers, its bytes as the body."""

    method = Typed(str)
    url = Typed(str)
    headers = Typed(dict[str, str])
    expires_at = Typed(Time)


class NewAttachment(AttachmentBody):
    """An attachment that was announced, and how to upload it."""

    upload = UploadLink()


class DownloadLink(serializers.Serializer[Any]):
    """Where the file can be fetched, for a while."""

    url = Typed(str)
    expires_at = Typed(Time)


class AttachmentPage(serializers.Serializer[Any]):
    """A page of attachments."""

    items = AttachmentBody(many=True)
    next_cursor = Typed(str | None)


class LinkQuery(StrictSerializer):
    """What a link of the service itself holds."""

    token = Typed(Annotated[str, Field(max_length=LONGEST_TOKEN)])
