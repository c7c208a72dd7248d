"""`openapi`: write openapi.json, for those who make clients of it (template-owned)."""

from pathlib import Path

import orjson

from app.site.command_line import parse_command_line, set_up_or_exit


def main() -> None:
    """Write the document of the service as it is configured."""
    parse_command_line("Write openapi.json in this folder.")
    set_up_or_exit()
    from app.site.docs import openapi_document  # only now: the framework reads its settings as it is imported

    path = Path("openapi.json")
    path.write_bytes(orjson.dumps(openapi_document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    print(f"{path} has been written.")


if __name__ == "__main__":
    main()
