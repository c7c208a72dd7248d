"""Documents as a slice (template-owned)."""

from app.api.documents.handlers import write_entry
from app.api.documents.routes import router
from app.api.documents.trails import open_trail
from app.api.slices import Slice

slice_ = Slice(name="documents", routers=(router,), follow=write_entry, open=open_trail)
