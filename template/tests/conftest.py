"""What all tests share: real servers, started once, and a rule for those that only a user can give (template-owned).

The process that pytest was started as starts what is missing and exports the URLs; workers inherit them.
"""

import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import structlog
from hypothesis import settings as hypothesis_settings

from app.dev.embedded import EmbeddedServer
from app.dev.reaper import Reaper
from app.dev.servers import ServerKind, missing_servers, urls_of

# No deadline, since a busy machine is no fault of the code; no folder of examples in the service.
hypothesis_settings.register_profile("service", deadline=None, database=None, print_blob=True)
hypothesis_settings.load_profile("service")


class Servers:
    """The embedded servers of one run, in a folder that goes with them; none outlives us, even killed."""

    def __init__(self, kinds: Sequence[ServerKind]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tests-", ignore_cleanup_errors=True)
        self._reaper = Reaper.start()
        data = Path(self._folder.name)

        def start(kind: ServerKind) -> EmbeddedServer:
            return kind.start(data, durable=False, reaper=self._reaper)

        with ThreadPoolExecutor() as pool:
            self._servers = list(pool.map(start, kinds))

    @property
    def urls(self) -> dict[str, str]:
        return urls_of(self._servers)

    def stop(self) -> None:
        for server in self._servers:
            server.stop()
        self._reaper.close()
        self._folder.cleanup()


_running = pytest.StashKey[Servers]()


@pytest.fixture(autouse=True)
def _put_loggers_back() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


def pytest_configure(config: pytest.Config) -> None:
    os.environ["ENVIRONMENT"] = "test"
    if hasattr(config, "workerinput"):
        _take_database(config.workerinput["workerid"])
        return
    if config.option.collectonly or config.option.help:
        return
    kinds = missing_servers(os.environ)
    if kinds:
        config.stash[_running] = Servers(kinds)
        os.environ.update(config.stash[_running].urls)


def _take_database(worker: str) -> None:
    """Give each worker a database of Redis to itself: 1 to gw0, 2 to gw1 … 7; the contract suite's follow."""
    url = urlsplit(os.environ["REDIS_URL"])
    if url.path in ("", "/", "/0") and url.scheme != "unix":
        os.environ["REDIS_URL"] = url._replace(path=f"/{int(worker.removeprefix('gw')) % 7 + 1}").geturl()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _running in config.stash:
        config.stash[_running].stop()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test marked `integration("SMTP_HOST")` needs the real server that this variable names.

    Where CI asks for such tests (`just test-integration`) none is skipped.
    """
    is_asked_for = item.config.option.markexpr == "integration" and os.environ.get("CI") == "true"
    for mark in item.iter_markers("integration"):
        missing = [name for name in mark.args if not _is_given(name)]
        if missing:
            why = f"set {' and '.join(missing)} to a real server"
            if is_asked_for:
                pytest.fail(f"{why}: in CI it must be there", pytrace=False)
            pytest.skip(why)


def _is_given(variable: str) -> bool:
    embedded = os.environ.get("EMBEDDED_SERVERS", "").split(",")
    brought = {"DATABASE_URL": "postgres", "REDIS_URL": "redis"}.get(variable)
    return bool(os.environ.get(variable)) and brought not in embedded
