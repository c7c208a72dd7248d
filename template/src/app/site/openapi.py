"""`openapi`: write openapi.json, for those who make clients of it (template-owned)."""

from argparse import Namespace
from pathlib import Path

import orjson

from app.site.command_line import parse_command_line, set_up_or_exit

DESCRIPTION = "Write openapi.json in this folder."


def main() -> None:
    """Write the document of the service as it is configured."""
    arguments = parse_command_line(DESCRIPTION)
    set_up_or_exit()
    run(arguments)


def run(_: Namespace) -> None:
    """The same where Django is ready."""
    from app.site.docs import openapi_document  # only now: the framework reads its settings as it is imported

    path = Path("openapi.json")
    path.write_bytes(orjson.dumps(openapi_document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    print(f"{path} has been written.")


if __name__ == "__main__":
    main()
