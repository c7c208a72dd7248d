"""Requests as bytes: ambiguous, broken, odd and slow ones, and what each must get."""

LIVE = b"/health/live"
LOG_IN = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
SECOND = b"GET /smuggled HTTP/1.1\r\nHost: here\r\n\r\n"


def get(path: bytes, headers: bytes = b"") -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\nHost: here\r\nConnection: close\r\n" + headers + b"\r\n"


def log_in(headers: bytes, body: bytes = b"{}") -> bytes:
    length = b"" if b"Transfer-Encoding" in headers else b"Content-Length: %d\r\n" % len(body)
    return LOG_IN + length + b"Connection: close\r\n" + headers + b"\r\n" + body


def as_method(method: bytes, target: bytes = LIVE) -> bytes:
    return get(target).replace(b"GET", method, 1)


# What stands after the first line and headers of LOG_IN; a proxy may see its end elsewhere than we do.
AMBIGUOUS = {
    "length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}",
    "one length twice": b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "list of lengths": b"Content-Length: 2, 2\r\n\r\n{}",
    "length with a sign": b"Content-Length: +2\r\n\r\n{}",
    "negative length": b"Content-Length: -2\r\n\r\n{}",
    "hexadecimal length": b"Content-Length: 0x2\r\n\r\n{}",
    "length past 64 bits": b"Content-Length: 99999999999999999999\r\n\r\n{}",
    "length in other digits": "Content-Length: \u0662\r\n\r\n{}".encode(),
    "unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "coding after chunks": b"Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "chunks twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "space before the colon": b"Transfer-Encoding : chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "vertical tab": b"Transfer-Encoding:\x0bchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "folded line": b"X-A: 1\r\n 2\r\nContent-Length: 2\r\n\r\n{}",
    "folded coding": b"Transfer-Encoding:\r\n chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "chunk size of no digits": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "negative chunk": b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
    "chunk with 0x": b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "chunk past 64 bits": b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    "chunk longer than said": b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}X0\r\n\r\n",
    "bare line feeds": b"Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
    "length as a trailer": b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n",
    "upgrade with a body": b"Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\n{}",
    "upgrade, chunks": b"Connection: upgrade\r\nUpgrade: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}

# The server's to answer: nothing of them ever became a request.
NO_REQUEST = {
    "bare line feeds": get(LIVE).replace(b"\r\n", b"\n"),
    "bare carriage returns": get(LIVE).replace(b"\r\n", b"\r"),
    "method that nobody knows": as_method(b"BREW"),
    "method in small letters": as_method(b"get"),
    "no version that there is": get(LIVE).replace(b"HTTP/1.1", b"HTTP/9.9"),
    "HTTP/2 without asking": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "every byte": bytes(range(256)),
    "NUL in a value": get(LIVE, b"X-A: a\x00b\r\n"),
    "NUL in a name": get(LIVE, b"X\x00A: ab\r\n"),
    "carriage return in a value": get(LIVE, b"X-A: a\rb: c\r\n"),
    "header without a name": get(LIVE, b": a\r\n"),
    "control character in a value": get(LIVE, b"X-Forwarded-For: \x01\r\n"),
    "space in the target": get(b"/health live"),
    "tab in the target": get(b"/health/\tlive"),
    "NUL in the target": get(b"/health/\x00"),
    "Latin-1 in the target": get(b"/health/\xe9"),
    "UTF-8 in the target": get("/health/\u00e9".encode()),
    "target without a slash": get(b"health/live"),
    "target of a proxy's tunnel": as_method(b"CONNECT", b"elsewhere.example:80"),
    "absolute target without a path": get(b"http://elsewhere.example"),
    "absolute target with an impossible port": get(b"http://u:p@elsewhere.example:99999999/"),
}

# Whole requests, and the status that each gets.
ODD: dict[str, tuple[int, bytes]] = {
    "no headers": (200, b"GET /health/live HTTP/1.0\r\n\r\n"),
    "empty lines first": (200, b"\r\n\r\n" + get(LIVE)),
    "absolute target": (200, get(b"http://elsewhere.example/health/live")),
    "fragment": (200, get(b"/health/live#part")),
    "bytes of no text in headers": (200, get(LIVE, b"User-Agent: \xff\xfe\r\nCookie: \xe9\r\n")),
    "trace of another kind": (200, get(LIVE, b"traceparent: 00-\xff-x-zz\r\ntracestate: \xff\r\n")),
    "ranges and dates": (
        200,
        get(LIVE, b"Range: bytes=9-1\r\nIf-Modified-Since: x\r\nIf-None-Match: \xff\r\n"),
    ),
    "double slash": (404, get(b"//health/live")),
    "double slash and a host": (404, get(b"//elsewhere.example/health/live")),
    "dots": (404, get(b"/docs/../../etc/passwd")),
    "encoded dots": (404, get(b"/docs/%2e%2e/%2e%2e/etc/passwd")),
    "encoded slash in an id": (404, get(b"/api/v1/projects/%2f..%2f")),
    "encoded NUL": (404, get(b"/health/live%00")),
    "encoded NUL in an id": (404, get(b"/api/v1/users/%00")),
    "encoding of no text": (404, get(b"/health/%ff%fe")),
    "encoded surrogate": (404, get(b"/health/%ed%a0%80")),
    "encoding that is none": (404, get(b"/health/%zz%")),
    "encoded line break": (404, get(b"/%0d%0aX-Injected:%20yes%0d%0a%1b[2J")),
    "backslashes": (404, get(b"/\\health\\live")),
    "long path": (404, get(b"/" + b"a" * 30_000)),
    "many segments": (404, get(b"/a" * 15_000)),
    "server as a whole": (404, as_method(b"OPTIONS", b"*")),
    "query of no text": (401, get(b"/api/v1/projects?cursor=%00&limit=%ff&sort=%ed%a0%80&%zz=%&&=")),
    "number of thousands of digits": (401, get(b"/api/v1/projects?limit=" + b"9" * 20_000)),
    "TRACE": (405, as_method(b"TRACE")),
    "HEAD": (405, as_method(b"HEAD")),
    "OPTIONS": (405, as_method(b"OPTIONS")),
    "PROPFIND": (405, as_method(b"PROPFIND")),
    "tunnel to a path": (405, as_method(b"CONNECT")),
    "token of no text": (401, get(b"/api/v1/auth/me", b"Authorization: Bearer \xff.\xfe.\xe9\r\n")),
    "token of 30,000 characters": (
        401,
        get(b"/api/v1/auth/me", b"Authorization: Bearer " + b"a" * 30_000 + b"\r\n"),
    ),
    "two tokens": (401, get(b"/api/v1/auth/me", b"Authorization: Bearer a\r\n" * 2)),
    "media type of no text": (415, log_in(b"").replace(b"application/json", b"\xff/\xfe; charset=\xe9")),
    "media type of a form": (
        415,
        log_in(b"").replace(b"application/json", b"multipart/form-data; boundary=x"),
    ),
    "charset that is ignored": (
        422,
        log_in(b"").replace(b"application/json", b'APPLICATION/JSON; charset="\xff'),
    ),
    "coding before chunks": (
        422,
        log_in(b"Transfer-Encoding: identity, chunked\r\n", b"2\r\n{}\r\n0\r\n\r\n"),
    ),
    "body of no JSON": (400, log_in(b"", b"\xff\xfe{")),
    "byte order mark": (400, log_in(b"", b"\xef\xbb\xbf{}")),
    "lone surrogate": (400, log_in(b"", b'{"email": "\\ud800", "password": "a"}')),
    "number of thousands of digits in a body": (400, log_in(b"", b'{"email": ' + b"9" * 20_000 + b"}")),
    "infinity": (400, log_in(b"", b'{"email": 1e999, "password": Infinity}')),
    "the same key twice": (400, log_in(b"", b'{"email": "a", "email": "b", "password": "c"}')),
    "NUL in a text": (422, log_in(b"", b'{"email": "a@b.example", "password": "\\u0000"}')),
    "null as a body": (422, log_in(b"", b"null")),
    "two documents": (400, log_in(b"", b"{}{}")),
    "larger than it may be": (413, LOG_IN + b"Content-Length: 9999999999\r\nConnection: close\r\n\r\n{}"),
}

# Pieces that are sent one after the other, and the statuses of all answers.
SLOW = {
    "nothing after the first line": ([b"GET /health/live HTTP/1.1\r\n"], [408]),
    "a head in drops": ([b"GET /health/live HTTP/1.1\r\nX-A: ", *[b"a"] * 100], [408]),
    "empty lines": ([b"\r\n"] * 100, [408]),
    "no body": ([LOG_IN + b"Content-Length: 2\r\n\r\n"], [408]),
    "a body in drops": ([LOG_IN + b"Content-Length: 1000\r\n\r\n", *[b" "] * 100], [408]),
    "chunks in drops": ([LOG_IN + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\n \r\n"] * 100], [408]),
    "a body after its answer": (
        [LOG_IN.replace(b"login", b"logout") + b"Content-Length: 1000\r\n\r\n", *[b" "] * 100],
        [401],
    ),
}
