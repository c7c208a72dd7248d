"""What a project is and which changes it allows (sample: yours after the first render)."""

from typing import Literal

from app.kit.resource import Resource

Visibility = Literal["organization", "public"]
Sort = Literal["created_at", "-created_at", "updated_at", "-updated_at", "name", "-name"]

project = Resource(name="project", plural="projects", searchable=("name", "description"), attachable=True)
