"""The commands of `infrastructure/deploy.just` (template-owned): `python -m app.dev.terraform COMMAND …`.

Status: 0 done, 1 failed with a text that says what runs now and what to do, 130 stopped in the middle.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from app.dev.processes import DevelopmentError, say
from app.dev.terraform.aws import Aws, account_number
from app.dev.terraform.build_image import PLATFORM, build_image
from app.dev.terraform.deploy import SMOKE_TEST_SECONDS, StoppedError, deploy
from app.dev.terraform.environment import ENVIRONMENTS, Environment
from app.dev.terraform.preflight import preflight
from app.dev.terraform.put_secrets import put_secrets
from app.dev.terraform.rollback import list_releases, roll_back
from app.kit.service import this_service

WITHIN_SECONDS = 900.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the status."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        _run(options)
    except StoppedError as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return 130
    except DevelopmentError as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{options.command}: stopped", file=sys.stderr)
        return 130
    return 0


def _run(options: argparse.Namespace) -> None:
    aws = Aws(options.region)
    slug = this_service().slug
    if options.command == "build-image":
        say(build_image(aws, slug, platform=options.platform))
        return
    environment = Environment(slug, options.environment)
    say(f"{environment.cluster} in {options.region}, account {account_number(aws)}")
    match options.command:
        case "deploy":
            waits = {"within": options.within, "smoke_within": options.smoke_within}
            deploy(aws, environment, image=options.image, restart=options.restart, **waits)
        case "rollback":
            roll_back(aws, environment, to=options.to, within=options.within, smoke_within=options.smoke_within)
        case "releases":
            list_releases(aws, environment)
        case "preflight":
            preflight(aws, environment)
        case _:
            put_secrets(aws, environment, options.change)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="just", description="Brings this service to AWS; see docs/playbook.md.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    command = _command(commands, "deploy", "Bring an image to an environment; what fails is rolled back.")
    command.add_argument(
        "--image", metavar="REPOSITORY@sha256:…", help="by digest (default: the newest of the ECR repository)"
    )
    command.add_argument("--restart", action="store_true", help="start new tasks of the same image: they read secrets")
    _add_waits(command)
    command = _command(commands, "rollback", "Bring an environment back to the release before; migrations stay.")
    command.add_argument("--to", metavar="RELEASE", help="a name that `just releases` shows")
    _add_waits(command)
    _command(commands, "releases", "Show what was deployed, newest first; * runs now.")
    _command(commands, "preflight", "Check what a deployment needs; 1 if something is missing.")
    _add_changes(_command(commands, "put-secrets", "Put the service's keys into Secrets Manager where they have none."))
    command = _command(commands, "build-image", "Build, push to ECR, print the reference by digest.", anywhere=True)
    command.add_argument("--platform", default=PLATFORM, help="what the tasks run on (default: %(default)s)")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, *, anywhere: bool = False
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    command.add_argument("--region", default=region, required=region is None, help="(default: AWS_REGION)")
    if not anywhere:
        command.add_argument("environment", choices=ENVIRONMENTS, metavar="ENV", help=", ".join(ENVIRONMENTS))
    return command


def _add_waits(command: argparse.ArgumentParser) -> None:
    """How long to wait, in seconds."""
    command.add_argument(
        "--within", type=float, default=WITHIN_SECONDS, metavar="SECONDS", help="for AWS (default: %(default)g)"
    )
    command.add_argument(
        "--smoke-within",
        type=float,
        default=SMOKE_TEST_SECONDS,
        metavar="SECONDS",
        help="for the public address to answer (default: %(default)g)",
    )


def _add_changes(command: argparse.ArgumentParser) -> None:
    changes = command.add_mutually_exclusive_group()
    for change, text in (
        ("replace", "put what keys/ENV/ holds over the values that are there"),
        ("rotate", "put new keys first, but keep the old private key in use until --replace"),
        ("prune", "remove all keys but the newest; wait for JWT_REFRESH_TOKEN_TTL after a rotation"),
    ):
        changes.add_argument(f"--{change}", dest="change", action="store_const", const=change, help=text)
    command.set_defaults(change="make")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
