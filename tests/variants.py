"""The answer sets that every check runs over; `python -m tests.variants FOLDER [NAME …]` renders them."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tests.renders import Template

VARIANTS: dict[str, dict[str, Any]] = {
    "full": {"preset": "full"},
    "standard": {"preset": "standard"},
    "minimal": {"preset": "minimal"},
    "django": {"preset": "standard", "framework": "django"},
    "django-full": {"preset": "full", "framework": "django"},
    "django-minimal": {"preset": "minimal", "framework": "django"},
}
# By preset. What holds of `full`, which has all that `standard` has, and of `minimal` holds of every preset.
FULL = ("full", "django-full")
STANDARD = ("standard", "django")
MINIMAL = ("minimal", "django-minimal")


def effective_answers(service: Path) -> str:
    """Write down what a service was rendered with; the preset's name itself changes nothing."""
    recorded = yaml.safe_load((service / ".copier-answers.yml").read_text(encoding="utf-8"))
    return yaml.safe_dump({name: answer for name, answer in recorded.items() if name != "preset"})


def render_distinct(template: Template, folder: Path, names: list[str]) -> list[Path]:
    """Render the named variants into `folder`, each effective answer set once."""
    distinct: dict[str, Path] = {}
    for name in names:
        service = template.render(folder / name, VARIANTS[name])
        distinct.setdefault(effective_answers(service), service)
    return list(distinct.values())


def main() -> None:
    """Print the folder of each distinct service."""
    folder, *names = sys.argv[1:]
    if unknown := set(names) - VARIANTS.keys():
        sys.exit(f"unknown variant {', '.join(sorted(unknown))}; choose from {', '.join(VARIANTS)}")
    with TemporaryDirectory() as scratch:
        template = Template.snapshot(Path(scratch) / "template")
        for service in render_distinct(template, Path(folder), names or list(VARIANTS)):
            print(service)


if __name__ == "__main__":
    main()
