"""Tasks as a slice; they go and come back with their project (sample: yours after the first render)."""

from collections.abc import Mapping
from typing import ClassVar

from app.apps import slices
from app.domain.tasks import task


class TasksConfig(slices.Slice):
    """Tasks."""

    name = "app.apps.tasks"
    resources = (task,)
    cascades: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "project": {"delete": "cascade.delete", "restore": "cascade.restore"}
    }
