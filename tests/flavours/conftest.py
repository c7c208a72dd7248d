"""A service of each flavour, on the same servers, with the same keys."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from extensions.answers import FRAMEWORKS
from tests.renders import Template
from tests.services import SETTINGS, Service, installed, own_command, psql, servers, serving

KEYS = {
    "SECRET_KEY_PATH": "secret.key",
    "JWT_PRIVATE_KEY_PATH": "private.pem",
    "JWT_PUBLIC_KEY_PATH": "public.pem",
}


@dataclass(frozen=True)
class Flavours:
    """A rendered service of each, by the framework's name, and the settings that all of them run with."""

    folder: Path
    services: dict[str, Path]
    environment: dict[str, str]

    @contextmanager
    def serving(self, maker: str) -> Iterator[dict[str, Service]]:
        """All of them at once on a database that one flavour has made and seeded."""
        service, database = self.services[maker], f"made_by_{maker}"
        psql(service, self.environment["DATABASE_URL"], f"CREATE DATABASE {database}")
        url = urlsplit(self.environment["DATABASE_URL"])._replace(path=f"/{database}")
        # What is cached is told apart by ids, which seeded rows have in common.
        redis = urlsplit(self.environment["REDIS_URL"])._replace(path=f"/{FRAMEWORKS.index(maker) + 1}")
        environment = {**self.environment, "DATABASE_URL": url.geturl(), "REDIS_URL": redis.geturl()}
        for command in ("migrate", "seed"):
            own_command(service, command, environment)
        with ExitStack() as stack:
            yield {
                name: stack.enter_context(serving(one, environment, self.folder / f"{name}-on-{maker}s.log"))
                for name, one in self.services.items()
            }


@pytest.fixture(scope="session")
def flavours() -> Iterator[Flavours]:
    # Not below pytest's own folder, which is closed to the user that PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="flavours-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        template = Template.snapshot(folder / "template")
        services = {
            framework: installed(template, folder / framework, {"framework": framework})
            for framework in FRAMEWORKS
        }
        first = services[FRAMEWORKS[0]]
        with servers(first, folder / "servers.json") as urls:
            keys = {variable: str(folder / file) for variable, file in KEYS.items()}
            environment = {**SETTINGS, **urls, **keys}
            own_command(first, "keys", environment)
            yield Flavours(folder, services, environment)


@pytest.fixture(scope="session", params=FRAMEWORKS)
def running(flavours: Flavours, request: pytest.FixtureRequest) -> Iterator[dict[str, Service]]:
    """Both on a database that one of them has made."""
    with flavours.serving(request.param) as services:
        yield services
