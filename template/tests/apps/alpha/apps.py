"""Slices as a service may add them, rightly and wrongly declared (template-owned)."""

from collections.abc import Mapping
from typing import ClassVar

from app.apps import slices


class Alpha(slices.Slice):
    """All that it names is there."""

    name = "tests.apps.alpha"
    handlers: ClassVar[Mapping[str, str]] = {"note.created": "steps.handle"}
    cascades: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "note": {"delete": "steps.follow", "restore": "steps.follow"}
    }


class Lost(slices.Slice):
    """Nothing that it names is there."""

    name = "tests.apps.alpha"
    handlers: ClassVar[Mapping[str, str]] = {"note.created": "steps.nothing"}
    cascades: ClassVar[Mapping[str, Mapping[str, str]]] = {"note": {"delete": "nowhere.follow"}}
    client = "steps.no_client"


class Follower(slices.Slice):
    """Acts on what its component follows."""

    name = "tests.apps.alpha"
    follow = "steps.handle"
