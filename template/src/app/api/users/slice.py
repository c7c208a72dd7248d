"""Users as a slice (template-owned)."""

from app.api.slices import Slice
from app.api.users.routes import router
from app.kit.resource import Resource

slice_ = Slice(
    name="users",
    routers=(router,),
    resources=(Resource(name="user", plural="users", also=("password_changed", "erased")),),
)
