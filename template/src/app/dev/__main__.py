"""`just dev`, that is `python -m app.dev` (template-owned): runs the whole service for development."""

import argparse
import os
import sys

DESCRIPTION = """Run the whole service for development: embedded PostgreSQL and Valkey where DATABASE_URL and
REDIS_URL are not set, keys, migrations, demo data, API and worker, which restart when their sources change.
Ctrl-C stops everything."""
EPILOG = """Settings are environment variables (.env is read by just): PORT (3000, or a free one if that is taken),
HOST, DATA_DIR (.dev), DATABASE_URL, REDIS_URL; .env.example lists all."""


def main() -> int:
    """Read the command line, then run until the end."""
    argparse.ArgumentParser(prog="just dev", description=DESCRIPTION, epilog=EPILOG).parse_args()
    from app.dev.run import run  # only now: --help needs none of it

    return run(os.environ)


if __name__ == "__main__":
    sys.exit(main())
