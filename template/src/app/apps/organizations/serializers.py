"""What requests and replies about organizations hold (template-owned)."""

from app.apps.rest.serializers import ResourceBody, StrictSerializer, Typed
from app.kit.text import Name


class OrganizationBody(ResourceBody):
    """An organization: a tenant."""

    name = Typed(str)


class OrganizationPatch(StrictSerializer):
    """The fields to change, as a JSON merge patch (RFC 7396); none of them can be null."""

    name = Typed(Name, required=False)
