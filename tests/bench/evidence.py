"""That the layers were on while they were measured: lines logged, Redis asked, traces exported."""

import re
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.progress import BenchError
from tests.bench.sink import exports


@dataclass(frozen=True)
class Evidence:
    """What the layers have left behind so far."""

    log_lines: int
    redis_commands: int
    exports: int

    @classmethod
    def gather(cls, *, log: Path, redis_url: str, collector: int) -> "Evidence":
        """Look at it now."""
        with log.open("rb") as file:
            lines = sum(1 for _ in file)
        return cls(lines, redis_commands(redis_url), exports(collector))

    def check_since(self, before: "Evidence", *, requests: int) -> None:
        """Hold what was left since then against the requests of that time.

        Raises:
            BenchError: a layer was off, or cut off by its circuit breaker: the figures would be too good.
        """
        if self.log_lines - before.log_lines < requests:
            raise BenchError("not every request was logged: is LOG_LEVEL or LOG_FORMAT set?")
        if self.redis_commands - before.redis_commands < requests:
            raise BenchError(
                "Redis was not asked for every request: the breaker was open, or the limits were off"
            )
        if self.exports == before.exports:
            raise BenchError("no trace was exported")


def redis_commands(url: str) -> int:
    """How many commands the server has carried out since its start."""
    server = urlsplit(url)
    with socket.create_connection((server.hostname or "", server.port or 6379), timeout=10) as connection:
        connection.sendall(f"AUTH {server.password}\r\nINFO stats\r\nQUIT\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    found = re.search(rb"total_commands_processed:(\d+)", answer)
    if found is None:
        raise BenchError("Redis does not say how many commands it carried out")
    return int(found[1])
