"""Bodies that can't be read, and the operations that take one (template-owned; RFC 8259)."""

from tests.contract.operations import MERGE_PATCH, known_calls

JSON = "application/json"
MIB = 1_048_576
CANARY = "c4n4ry-7d1e"
WITH_BODY = [call for call in known_calls() if call.body]
MALFORMED = [
    b"",
    b" ",
    b"{",
    b"}",
    b'{"name": "Apollo"',
    b'{"name": "Apollo",}',
    b"{'name': 'Apollo'}",
    b'{"name": "Apollo"} {}',
    b'{name: "Apollo"}',
    b'{"name": "Apollo" /* comment */}',
    b'{"name": "line\nbreak"}',
    b"True",
    b"name=Apollo",
    b"\x00",
    b'{"name": "\xff"}',
    b'{"name": "\xc0\xaf"}',
    b'{"name": "\xed\xa0\x80"}',
    b'{"name": "\xf5\x80\x80\x80"}',
    b'\xef\xbb\xbf{"name": "Apollo"}',
    '{"name": "Apollo"}'.encode("utf-16"),
    '{"name": "Apollo"}'.encode("utf-32-le"),
    rb'{"name": "\ud800"}',
    rb'{"name": "\udc00\ud800"}',
    rb'{"name": "Apollo", "\udfff": 1}',
    b'{"name": NaN}',
    b'{"name": Infinity}',
    b'{"name": "Apollo", "x": [-Infinity]}',
    b'{"name": 01}',
    b'{"name": 1e999}',
    b'{"name": -1E+400}',
    b'{"name": "Apollo", "name": "Gemini"}',
    b'{"name": "Apollo", "x": {"y": 1, "y": 1}}',
    rb'{"name": "Apollo", "n\u0061me": "Gemini"}',
    b'{"name": ' + b"1" * 100_000 + b"}",
    b"[" * 100_000,
    b'{"x":' * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
]
OTHER_TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonx",
    "application/json-patch+json",
    "application/vnd.api+json",
    "application/xml",
    "json",
    "application/",
    "*/*",
    ", application/json",
    "",
]


def nested(levels: int) -> bytes:
    """An object whose one unknown member makes it `levels` deep in all."""
    inner = levels - 1
    return b'{"x": ' + b"[" * inner + b"]" * inner + b"}"


def other_types(method: str) -> list[str]:
    """Media types that an operation does not take."""
    return OTHER_TYPES if method == "PATCH" else [*OTHER_TYPES, MERGE_PATCH]
