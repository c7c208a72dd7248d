"""What Django and the service find of this folder (template-owned)."""

from app.apps import slices
from app.kit.resource import Resource


class OrganizationsConfig(slices.Slice):
    """Organizations."""

    name = "app.apps.organizations"
    resources = (Resource(name="organization", plural="organizations", also=("erased",)),)
