"""Tasks as a slice; they go and come back with their project (sample: yours after the first render)."""

from app.api.slices import Slice
from app.api.tasks.cascade import with_project
from app.api.tasks.routes import router
from app.domain.tasks import task

slice_ = Slice(
    name="tasks",
    routers=(router,),
    resources=(task,),
    cascades={"project": with_project},
)
