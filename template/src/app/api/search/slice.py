"""Search as a slice (template-owned)."""

from datetime import timedelta

from app.api.search.handlers import forget, update_index
from app.api.search.index import open_index
from app.api.search.routes import router
from app.api.slices import Slice

slice_ = Slice(
    name="search",
    routers=(router,),
    follow=update_index,
    jobs={"forget": forget},
    schedule={"forget": timedelta(hours=1)},
    open=open_index,
)
