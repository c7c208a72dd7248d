"""Runs one command with the servers of development (template-owned): `python -m app.dev.with_servers COMMAND …`.

DATABASE_URL and REDIS_URL stay as set; those missing lead to the servers of a running `just dev` of this
folder, else to servers started for the time of the command.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from app.dev.keys import has_keys, make_keys
from app.dev.lifeline import EndedError, Lifeline
from app.dev.processes import DevelopmentError, entry_point, say
from app.dev.servers import missing_servers, server_urls

USAGE = "usage: python -m app.dev.with_servers COMMAND [ARGUMENT …]"
# The terminal sends Ctrl-C to the command as well: it may end by itself first.
INTERRUPT_SECONDS = 1.0
KILL_SECONDS = 15.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit status."""
    command = list(sys.argv[1:] if arguments is None else arguments)
    if not command or command[0] in ("-h", "--help"):
        print(f"{USAGE}\n\n{__doc__}")
        return 0 if command else 2
    try:
        return run_with_servers(command, os.environ)
    except EndedError as ended:
        say(f"{command[0]}: stopped ({ended})")
        return 130
    except DevelopmentError as error:
        print(f"{command[0]}: {error}", file=sys.stderr)
        return 1


def run_with_servers(command: Sequence[str], given: Mapping[str, str]) -> int:
    """Run a command with the missing URLs filled in; its exit status, 128 + n if signal n ended it.

    Raises:
        DevelopmentError: a server can't start, or there is no such command.
        EndedError: a signal came before the command was started.
    """
    lifeline = Lifeline()
    program = [entry_point(command[0]), *command[1:]]
    if not missing_servers(given):
        return _run(program, given, lifeline)
    with server_urls(given, check=lifeline.check) as urls:
        environment = {"ENVIRONMENT": "development", **given, **urls}
        if not has_keys(environment):
            say(make_keys(environment))
        return _run(program, environment, lifeline)


def _run(program: Sequence[str], environment: Mapping[str, str], lifeline: Lifeline) -> int:
    """Not in a session of its own: a command may ask something on the terminal."""
    with subprocess.Popen(program, env=environment) as process:
        while process.poll() is None and lifeline.signal is None:
            time.sleep(0.02)
        if process.poll() is None:
            _end(process, lifeline.signal)
        status = process.wait()
    return 128 - status if status < 0 else status


def _end(process: subprocess.Popen[bytes], received: signal.Signals | None) -> None:
    for ask, seconds in (
        (None, INTERRUPT_SECONDS if received == signal.SIGINT else 0),
        (process.terminate, KILL_SECONDS),
        (process.kill, None),
    ):
        if ask:
            ask()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return


if __name__ == "__main__":
    sys.exit(main())
