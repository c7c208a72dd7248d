"""`just preflight`: the checklist before a deployment (template-owned; the guide's playbook), asked of AWS itself.

The checks are in `checks/`, a module for each part of the list and for each component that has something at AWS.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.dev.processes import DevelopmentError, say
from app.dev.terraform import checks as checks_package
from app.dev.terraform.account import Account, Check, MissingError
from app.dev.terraform.aws import Asks, AwsError
from app.dev.terraform.environment import Environment

PARTS = ("Infrastructure", "Secrets", "Application", "Monitoring")
BY_HAND = (
    "a plan without changes: terraform plan in the environment's folder",
    "the alarms' topic has a subscriber who confirmed it",
    "a restore was tried this quarter (docs/playbook.md, Restore the database)",
    "the release notes name no step by hand between this release and the one that runs",
    "somebody who can roll back is there for the next hour",
)


@dataclass(frozen=True)
class Finding:
    """What one check found: `fix` is a command, or nothing where all is well."""

    part: str
    name: str
    text: str
    fix: str

    def __str__(self) -> str:
        mark, fix = ("✗", f"\n      fix: {self.fix}") if self.fix else ("✓", "")
        return f"  {mark} {self.name}: {self.text}{fix}"


def preflight(aws: Asks, environment: Environment) -> None:
    """Check what can be asked of AWS, print it all, then what is to be looked at by hand.

    Raises:
        DevelopmentError: something is missing.
    """
    findings = look(Account(aws, environment), find_checks())
    for part in PARTS:
        say("\n".join((part, *(str(one) for one in findings if one.part == part))))
    say("\n".join(("Look at by hand", *(f"  · {text}" for text in BY_HAND))))
    if faults := [one for one in findings if one.fix]:
        raise DevelopmentError(f"{len(faults)} of {len(findings)} checks failed; each has its fix above")
    say(f"All {len(findings)} checks passed. Next: just deploy {environment.name}")


def find_checks() -> list[Check]:
    """The checks of every module that is there: a component that is off has none."""
    names = sorted(module.name for module in pkgutil.iter_modules(checks_package.__path__))
    modules = [importlib.import_module(f"{checks_package.__name__}.{name}") for name in names]
    found: list[Check] = [one for module in modules for one in module.CHECKS]
    return sorted(found, key=lambda one: PARTS.index(one.part))


def look(account: Account, checks: Iterable[Check]) -> Sequence[Finding]:
    """What each check finds; what AWS refuses to tell is a fault of that check alone.

    Raises:
        AwsError: nobody is logged in.
    """
    return [_look(account, one) for one in checks]


def _look(account: Account, check: Check) -> Finding:
    try:
        return Finding(check.part, check.name, check.look(account), "")
    except MissingError as missing:
        return Finding(check.part, check.name, str(missing), missing.fix or account.environment.apply)
    except AwsError as error:
        if not error.code:
            raise
        return Finding(check.part, check.name, str(error), "log in with a role that may read this")
