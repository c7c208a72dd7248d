"""`just put-secrets`: the service's own keys into Secrets Manager (template-owned); no value is ever printed.

The keys of an environment are made and kept in `keys/ENV/`, which Git ignores, by the code behind `just keys`.
"""

from pathlib import Path
from typing import Literal

from app.dev.key_file import KeyFile
from app.dev.keys import make_keys
from app.dev.processes import DevelopmentError, say
from app.dev.terraform.aws import Asks, AwsError
from app.dev.terraform.environment import Environment

# The public half before the private one: nothing is signed with a key that nobody can check.
FILES = {"SECRET_KEY": "secret.key", "JWT_PUBLIC_KEY": "public.pem", "JWT_PRIVATE_KEY": "private.pem"}
PAIR = ("JWT_PUBLIC_KEY", "JWT_PRIVATE_KEY")
Change = Literal["make", "replace", "rotate", "prune"]
_ABSENT = ("ResourceNotFoundException", "InvalidRequestException")


def put_secrets(aws: Asks, environment: Environment, change: Change = "make", folder: Path = Path("keys")) -> None:
    """Put what has no value yet; with another `change` put new keys first, remove old ones, or put what the files hold.

    Raises:
        DevelopmentError: a secret isn't there, or files and values don't fit; nothing was put then.
    """
    files = key_files(environment, folder)
    stored = {variable: _stored(aws, environment, variable) for variable in FILES}
    if change == "make" and all(stored.values()):
        say(f"All have a value and were kept: {', '.join(FILES)}. To put new keys first: --rotate")
        return
    if change in ("rotate", "prune"):
        _fetch(files, stored)
    paths = {f"{variable}_PATH": str(file.path) for variable, file in files.items()}
    say(make_keys(paths, "make" if change == "replace" else change))
    values = {variable: file.read() for variable, file in files.items()}
    if change == "make":
        _check_pair(values, stored)
    for variable in to_put(values, stored, change):
        aws.ask(
            "secretsmanager",
            "put_secret_value",
            SecretId=environment.secret(variable),
            SecretString=values[variable],
        )
        say(f"Put {environment.secret(variable)}")
    say(_next(environment, change))


def key_files(environment: Environment, folder: Path) -> dict[str, KeyFile]:
    """The file of each variable."""
    return {variable: KeyFile(f"{variable}_PATH", folder / environment.name / name) for variable, name in FILES.items()}


def to_put(values: dict[str, str], stored: dict[str, str], change: Change) -> list[str]:
    """Which values are put: never over another one unless that was asked for.

    A rotation leaves the private key for later: every task has to know the new public one before.
    """
    if change == "make":
        return [variable for variable in values if not stored[variable]]
    differ = [variable for variable in values if values[variable] != stored[variable]]
    return [variable for variable in differ if not (change == "rotate" and variable == "JWT_PRIVATE_KEY")]


def _stored(aws: Asks, environment: Environment, variable: str) -> str:
    """The value of a secret; nothing where it has none."""
    name = environment.secret(variable)
    try:
        described = aws.ask("secretsmanager", "describe_secret", SecretId=name)
    except AwsError as error:
        if error.code not in _ABSENT:
            raise
        raise DevelopmentError(f"there is no secret {name}; `{environment.apply}` makes it, without a value") from None
    if described.get("DeletedDate"):
        raise DevelopmentError(f"the secret {name} is about to be deleted; `aws secretsmanager restore-secret` first")
    if not has_value(described):
        return ""
    return str(aws.ask("secretsmanager", "get_secret_value", SecretId=name)["SecretString"]).strip()


def has_value(described: dict[str, object]) -> bool:
    """Whether a secret, as AWS describes it, has a value that is in use."""
    stages = described.get("VersionIdsToStages")
    return isinstance(stages, dict) and any("AWSCURRENT" in names for names in stages.values())


def _fetch(files: dict[str, KeyFile], stored: dict[str, str]) -> None:
    """Begin with what is in use: the files may have been made on another machine."""
    for variable, file in files.items():
        if not stored[variable]:
            raise DevelopmentError(
                f"{variable} has no value yet, so there is nothing to change; run it without options"
            )
        here = file.read()
        if here and here != stored[variable]:
            raise DevelopmentError(
                f"{file.path} is not what Secrets Manager holds. If a rotation has begun here, finish it with "
                "--replace; else move the file away"
            )
        if not here:
            file.write(f"{stored[variable]}\n")


def _check_pair(values: dict[str, str], stored: dict[str, str]) -> None:
    """One half of another pair would make every token worthless."""
    given = [variable for variable in PAIR if stored[variable]]
    if len(given) == 1 and stored[given[0]] != values[given[0]]:
        raise DevelopmentError(
            f"{given[0]} has a value that isn't in the files here, and the other half has none; "
            "bring the files from where it was made, or put both anew with --replace"
        )


def _next(environment: Environment, change: Change) -> str:
    restart = f"`just deploy {environment.name} --restart`, for tasks read secrets when they start"
    put = f"`just put-secrets {environment.name}"
    if change == "rotate":
        return f"Next: {restart}; then {put} --replace`, which puts the new private key, and restart again"
    if change == "prune":
        return f"What the old keys made is refused after the next start: {restart}"
    return f"Next: {restart}; keep keys/{environment.name}/ from others, or remove it: Secrets Manager has what it held"
