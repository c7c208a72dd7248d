"""The renders whose delivery files differ from each other."""

from pathlib import Path
from typing import Any

VARIANTS: dict[str, dict[str, Any]] = {
    "standard": {},
    "full": {"preset": "full"},
    "minimal": {"preset": "minimal"},
    "without-documents": {"preset": "custom", "documents": False},
    "without-mail": {"preset": "custom", "mail": False},
    "without-search": {"preset": "custom", "search": False},
    "without-storage": {"preset": "custom", "storage": False},
    "python-3.14": {"python_version": "3.14"},
}
# Those with workflows, which no component but antivirus and no flavour changes.
ON_GITHUB: dict[str, dict[str, Any]] = {
    "standard": {},
    "full": {"preset": "full"},
    "django-full": {"preset": "full", "framework": "django"},
    "minimal-on-github": {"preset": "minimal", "github_actions": True},
    "without-terraform": {"preset": "custom", "terraform": False},
    "helm-alone": {"preset": "custom", "helm": True, "terraform": False},
}
THE_TEMPLATE = "the template's own"
# A repository that has workflows: this one, or a render with github_actions on.
REPOSITORIES = [THE_TEMPLATE, *ON_GITHUB]


def workflows(repository: Path) -> list[str]:
    """The paths of its workflows, from its root."""
    return sorted(str(path.relative_to(repository)) for path in repository.glob(".github/workflows/*.yml"))
