"""`openapi`: write openapi.json, for those who make clients of it (template-owned)."""

from pathlib import Path

import orjson
from fastapi import FastAPI

from app.api.application import make_fastapi
from app.api.command_line import parse_command_line, settings_or_exit
from app.api.runtime import make_runtime


def main() -> None:
    """Write the document of the service as it is configured."""
    parse_command_line("Write openapi.json in this folder.")
    settings = settings_or_exit()
    application: FastAPI = make_fastapi(make_runtime(settings))
    path = Path("openapi.json")
    path.write_bytes(orjson.dumps(application.openapi(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    print(f"{path} has been written.")


if __name__ == "__main__":
    main()
