"""The renders whose delivery files differ from each other."""

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
WORKFLOW = ".github/workflows/ci.yml"
THE_TEMPLATE = "the template's own"
# A repository that has a workflow: this one, or a render with github_actions on.
REPOSITORIES = [THE_TEMPLATE, *(name for name in VARIANTS if name != "minimal")]
