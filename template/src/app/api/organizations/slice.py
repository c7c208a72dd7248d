"""Organizations as a slice (template-owned)."""

from app.api.organizations.routes import router
from app.api.slices import Slice
from app.kit.resource import Resource

slice_ = Slice(
    name="organizations",
    routers=(router,),
    resources=(Resource(name="organization", plural="organizations", also=("erased",)),),
)
