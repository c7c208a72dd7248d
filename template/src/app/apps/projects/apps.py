"""Projects as a slice (sample: yours after the first render)."""

from app.apps import slices
from app.domain.projects import project


class ProjectsConfig(slices.Slice):
    """Projects."""

    name = "app.apps.projects"
    resources = (project,)
