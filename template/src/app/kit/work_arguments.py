"""The command line of `work` (template-owned; contract, "Processes")."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from app.kit.jobs import QUEUES


def parse_arguments() -> Namespace:
    """`queues`, all where none are named, and `with_schedule`."""
    parser = ArgumentParser(description="Relay events and do jobs; settings come from the environment.")
    parser.add_argument("--queues", type=_queues, default=list(QUEUES), help="only these, comma-separated")
    parser.add_argument("--with-schedule", action="store_true", help="be `schedule` too, as `just dev` wants it")
    return parser.parse_args()


def _queues(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(QUEUES):
        raise ArgumentTypeError(f"no such queue: {', '.join(sorted(unknown))}; choose from {', '.join(QUEUES)}")
    return names
