"""Storage as a slice (template-owned)."""

from datetime import timedelta

from app.api.slices import Slice
from app.api.storage.cleaning import clean, sweep
from app.api.storage.routes import router_on
from app.api.storage.stores import open_store
from app.api.storage.transfers import router
from app.domain.storage import attachment

slice_ = Slice(
    name="storage",
    routers=(router,),
    resources=(attachment,),
    extend=router_on,
    jobs={"clean": clean, "sweep": sweep},
    schedule={"clean": timedelta(hours=1), "sweep": timedelta(days=1)},
    open=open_store,
)
