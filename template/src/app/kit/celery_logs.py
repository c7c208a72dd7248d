"""What of Celery's own words is logged (template-owned)."""

import logging
import warnings

# It says of every message that it was received and done: the job's own line has said so.
_TALKATIVE = ("celery.worker.strategy", "celery.app.trace", "celery.bootsteps", "kombu")


def quieten() -> None:
    """Keep warnings and errors, once logs are configured."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # In a container of development it runs as root; it reads JSON alone, which is what that warning is about.
    warnings.filterwarnings("ignore", "You're running the worker with superuser privileges")
