"""The entry point `keys` (template-owned): makes and rotates the secret key and the RSA pair of access tokens."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Literal

from app.dev.key_pair import KeyPair
from app.dev.processes import DevelopmentError, say
from app.dev.secret_key import SecretKey

Change = Literal["make", "rotate", "prune"]

DESCRIPTION = """Make the service's keys: the secret key that cursors, refresh tokens and signed URLs are derived from,
in the file that SECRET_KEY_PATH names (./keys/secret.key if unset), and the RSA key pair of access tokens, in
JWT_PRIVATE_KEY_PATH (./keys/private.pem) and JWT_PUBLIC_KEY_PATH (./keys/public.pem). Keys that are there are kept.
A service that runs reads changed files by itself; for containers run `just up`, then `docker compose restart api`."""
ROTATE = """put new keys first: from now on they are used, and what was made with the previous ones stays valid until
you remove those"""
PRUNE = """remove all keys but the newest: what was made with the others is no longer valid; after a rotation, wait as
long as a session lives (JWT_REFRESH_TOKEN_TTL)"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, rotate or remove the keys that the environment names."""
    parser = argparse.ArgumentParser(prog="keys", description=DESCRIPTION)
    changes = parser.add_mutually_exclusive_group()
    for change, text in (("rotate", ROTATE), ("prune", PRUNE)):
        changes.add_argument(f"--{change}", dest="change", action="store_const", const=change, help=text)
    parser.set_defaults(change="make")
    chosen: Change = parser.parse_args(arguments).change
    try:
        say(make_keys(os.environ, chosen))
    except DevelopmentError as error:
        print(f"keys: {error}", file=sys.stderr)
        return 1
    return 0


def make_keys(environment: Mapping[str, str], change: Change = "make") -> str:
    """Make what is missing of the keys, or change them; what was done, a line for each kind.

    Raises:
        DevelopmentError: a file can't be used, or there is nothing to prune; no file was changed, unless it is writing
            that failed.
    """
    # All are read before one is written.
    kinds = (SecretKey.of(environment), KeyPair.of(environment))
    if change == "prune" and not all(kind.is_there for kind in kinds):
        raise DevelopmentError("not all keys are there, so there is nothing to remove; run `just keys` first")
    return "\n".join(getattr(kind, change)() for kind in kinds)


def has_keys(environment: Mapping[str, str]) -> bool:
    """Whether every key is there, given or in its file.

    Raises:
        DevelopmentError: a file can't be used.
    """
    return SecretKey.of(environment).is_there and KeyPair.of(environment).is_there


if __name__ == "__main__":
    sys.exit(main())
