"""Projects as a slice (sample: yours after the first render)."""

from app.api.projects.routes import router
from app.api.slices import Slice
from app.domain.projects import project

slice_ = Slice(name="projects", routers=(router,), resources=(project,))
