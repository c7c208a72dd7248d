"""The component table, who owns which file of the template, and the hook that leaves files out.

A flavour, a component or the sample owns whatever bears one of its names, wherever it stands: a path part
`mail`, `mail.*`, `test_mail` or `test_mail.*`. `paths` adds what the name rule can't see. What nobody owns
is core. Pure, and one file: Copier loads it alone, so it can import no sibling.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import PurePosixPath
from typing import Any, Literal

from copier.errors import UserMessageError
from copier_template_extensions import ContextHook
from jinja2 import Environment

Kind = Literal["flavour", "component", "delivery", "sample"]


@dataclass(frozen=True)
class Owner:
    """One row of the table: a flavour, a component, a way of delivery or the sample, with what it owns.

    `name` is the word of `#% if`, and for all but a flavour the question. `needs` names the
    components without which it can't be on. `paths` are relative to the service's root.
    """

    kind: Kind
    name: str
    names: tuple[str, ...]
    paths: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def patterns(self) -> tuple[str, ...]:
        """What `_exclude` needs to leave out all that is owned, folders included (so no trailing slash)."""
        by_name = (
            f"{start}{name}{end}" for name in self.names for start in ("", "test_") for end in ("", ".*")
        )
        return (*by_name, *(f"/{path}" for path in self.paths))

    def owns(self, path: str) -> bool:
        """Say whether a path of a rendered service (without `.jinja`) belongs to this owner."""
        parts = PurePosixPath(path).parts
        by_name = any(part.split(".")[0].removeprefix("test_") in self.names for part in parts)
        return by_name or any(PurePosixPath(path).is_relative_to(own) for own in self.paths)


def _component(name: str, *paths: str, needs: tuple[str, ...] = ()) -> Owner:
    return Owner("component", name, (name,), paths, needs)


def _delivery(name: str, *paths: str) -> Owner:
    # A kind of its own, so that a file may be of both: infrastructure/modules/service/search.tf.
    return Owner("delivery", name, (name,), paths)


FLAVOURS = (
    Owner("flavour", "fastapi", ("fastapi", "api"), ("src/app/migrations",)),
    # Its migrations are with the models: src/app/apps/users/migrations.
    Owner("flavour", "django", ("django", "apps", "site", "administration")),
)
# The one file of two ways of delivery.
DEPLOY_WORKFLOW = ".github/workflows/deploy.yml"
COMPONENTS = (
    # Terraform's modules bear the names of what AWS and others call the servers.
    _component("antivirus", "infrastructure/modules/clamav", needs=("storage",)),
    _component(
        "documents",
        "infrastructure/modules/documentdb",
        "src/app/site/management/commands/migrate_documents.py",
    ),
    _delivery("github_actions", ".github"),
    # Its folder, or an empty one would be left where it is off.
    _delivery("helm", "deploy"),
    _component("mail", "infrastructure/modules/ses"),
    _component("search", "infrastructure/modules/opensearch", "src/app/site/management/commands/reindex.py"),
    _component("storage"),
    # Its workflow is in the folder of github_actions, and left out where either is off.
    _delivery("terraform", "infrastructure", DEPLOY_WORKFLOW),
)
SAMPLE = Owner(
    "sample",
    "sample",
    ("projects", "tasks"),
    ("src/app/migrations/own/r0001_projects.py", "src/app/migrations/own/r0002_tasks.py"),
)
OWNERS = (*FLAVOURS, *COMPONENTS, SAMPLE)


def owners_of(path: str, owners: Iterable[Owner] = OWNERS) -> tuple[Owner, ...]:
    """List who owns a path of a rendered service; nobody: it is core."""
    return tuple(owner for owner in owners if owner.owns(path))


@lru_cache(maxsize=64)
def paths_left_out(off: frozenset[str]) -> str:
    """Give the patterns, one a line, of everything that the owners in `off` own."""
    return "\n".join(pattern for owner in OWNERS if owner.name in off for pattern in owner.patterns)


def need_faults(on: Iterable[str], components: Iterable[Owner] = COMPONENTS) -> list[str]:
    """Name each component that is on while one it needs is off."""
    chosen = frozenset(on)
    return [
        f"{component.name}: needs {need}, which is off; answer {need}=true or {component.name}=false"
        for component in components
        if component.name in chosen
        for need in component.needs
        if need not in chosen
    ]


def source_fault(source: str) -> str:
    """Refuse a relative template source: an update from inside the service would look in the wrong place."""
    if source.startswith(("/", "~")) or ":" in source.partition("/")[0]:
        return ""
    return (
        f"The template's source `{source}` is a relative path: no later update could find it."
        " Give an absolute path or a Git URL (in an existing service: as `_src_path` in .copier-answers.yml)."
    )


class ServiceContext(ContextHook):
    """Tells each render which files stay away and which blocks stand, and stops on answers that can't be.

    Copier calls `hook` for every string it renders, with whatever is answered so far: no I/O, and what is
    refused is found once a phase. The phase that writes begins with a check of all answers, so a refusal
    leaves nothing behind.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._verdicts: dict[str, str] = {}
        # answers.py puts its functions here: extensions share an environment, but can't import one another.
        self._rules: Any = environment
        # Copier compiles each part of each path by itself: thousands of times the same few words.
        environment.from_string = lru_cache(maxsize=None)(environment.from_string)  # type: ignore[method-assign,assignment]

    def hook(self, context: dict[str, Any]) -> None:
        """Add `paths_left_out` and the booleans of `#% if`, or raise UserMessageError (no traceback)."""
        self._refuse(context)
        truth = self._rules.truth
        for flavour in FLAVOURS:
            context[flavour.name] = context.get("framework") == flavour.name
        # Where the commands of a flavour's components are.
        context["entry_package"] = "api" if context["fastapi"] else "site"
        for component in (*COMPONENTS, SAMPLE):
            context[component.name] = truth(context.get(component.name)) is True
        for flavour, component in product(FLAVOURS, COMPONENTS):
            # A block, as a file, may be of both.
            context[f"{flavour.name}_{component.name}"] = context[flavour.name] and context[component.name]
        off = {owner.name for owner in OWNERS if not context[owner.name]}
        if context.get("_copier_operation") == "update":
            # The sample is the service's own from its first render on.
            off.add(SAMPLE.name)
        context["paths_left_out"] = paths_left_out(frozenset(off))

    def _refuse(self, context: Mapping[str, Any]) -> None:
        phase = str(context.get("_copier_phase"))
        if phase not in self._verdicts:
            self._verdicts[phase] = "\n".join(self._faults(context))
        if self._verdicts[phase]:
            raise UserMessageError(self._verdicts[phase])

    def _faults(self, context: Mapping[str, Any]) -> list[str]:
        given = context["_copier_conf"].get("data") or {}
        answers = {**given, **context}
        rules = self._rules
        known = rules.known_answers | {owner.name for owner in COMPONENTS}
        found = [source_fault(str(context.get("_copier_answers", {}).get("_src_path", "/")))]
        found += [_unknown(name, known) for name in given if name not in known and not name.startswith("_")]
        for name in sorted(known & answers.keys()):
            why = rules.answer_fault(name, answers[name], answers)
            found.append(f"{name}: {why}" if why else "")
        found += need_faults(owner.name for owner in COMPONENTS if rules.truth(answers.get(owner.name)))
        return [fault for fault in found if fault]


def _unknown(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"{name}: no question has this name" + (f"; did you mean `{near[0]}`?" if near else "")
