"""The ports of development (template-owned): `dev` holds the API's socket, so that a reload never loses the port."""

import contextlib
import http.client
import socket
from collections.abc import Mapping

from app.dev.processes import DevelopmentError

DEFAULT_PORT = 3000


def open_listener(environment: Mapping[str, str]) -> socket.socket:
    """Bind HOST and PORT (127.0.0.1 and 3000 if unset), or a free port if that one is taken.

    It is not listening yet: until the API does, connections are refused rather than kept waiting.

    Raises:
        DevelopmentError: HOST or PORT is no address or port.
    """
    host, text = environment.get("HOST") or "127.0.0.1", environment.get("PORT") or str(DEFAULT_PORT)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise DevelopmentError("PORT is not a number from 1 to 65535; set it to a free port, such as 3000")
    with contextlib.suppress(OSError):
        return _bind(host, int(text))
    try:
        return _bind(host, 0)
    except OSError as error:
        raise DevelopmentError(f"HOST can't be listened on ({error.strerror}); unset it, or set 127.0.0.1") from None


def free_port() -> int:
    """A port of this machine that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody answers a request within half a second, whatever it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=0.5)
    try:
        connection.request("GET", "/health/live")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _bind(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
