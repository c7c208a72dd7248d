"""Slices as a service may add them, rightly and wrongly declared (template-owned)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from app.apps import slices


class Alpha(slices.Slice):
    """All that it names is there."""

    name = "tests.apps.alpha"
    handlers: ClassVar[Mapping[str, str]] = {"note.created": "steps.handle"}
    jobs: ClassVar[Mapping[str, str]] = {"sweep": "steps.sweep"}
    schedule: ClassVar[Mapping[str, timedelta]] = {"sweep": timedelta(hours=1)}
    cascades: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "note": {"delete": "steps.follow", "restore": "steps.follow"}
    }


class Lost(slices.Slice):
    """Nothing that it names is there."""

    name = "tests.apps.alpha"
    handlers: ClassVar[Mapping[str, str]] = {"note.created": "steps.nothing"}
    jobs: ClassVar[Mapping[str, str]] = {"sweep": "steps.no_sweep"}
    schedule: ClassVar[Mapping[str, timedelta]] = {"clean": timedelta(hours=1)}
    cascades: ClassVar[Mapping[str, Mapping[str, str]]] = {"note": {"delete": "nowhere.follow"}}
    client = "steps.no_client"


class Follower(slices.Slice):
    """Acts on what its component follows."""

    name = "tests.apps.alpha"
    follow = "steps.handle"
