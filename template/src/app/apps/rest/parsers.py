"""The parser of all bodies: size, kind and syntax, in the contract's order 413, 415, 400 (template-owned)."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from app.apps.runtime import core_settings
from app.kit.bodies import JSON_TYPES, PATCH_TYPES, check_media_type, parse_body, too_large, too_late

_CHUNK = 65_536


class StrictJsonParser(BaseParser):
    """JSON with one meaning; reads the server's own stream, since Django takes a chunked body for none."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any] | None = None,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The document of the request in `parser_context`.

        Raises:
            ProblemError: 413, 408, 415, 400.
        """
        request: Request = (parser_context or {})["request"]
        body = read_body(request.META, core_settings().body_limit)
        check_media_type(media_type or "", PATCH_TYPES if request.method == "PATCH" else JSON_TYPES)
        return parse_body(body)


def read_body(environ: Mapping[str, Any], limit: int) -> bytes:
    """All of a body.

    Raises:
        ProblemError: 413, 408.
    """
    declared = str(environ.get("CONTENT_LENGTH") or "")
    most = int(declared) if declared.isdigit() else limit + 1
    if declared.isdigit() and most > limit:
        raise too_large(limit)
    chunks, size, source = [], 0, environ["wsgi.input"]
    try:
        while size < most and (chunk := source.read(min(_CHUNK, most - size))):
            chunks.append(chunk)
            size += len(chunk)
    except TimeoutError:
        raise too_late() from None
    if size > limit:
        raise too_large(limit)
    return b"".join(chunks)
