"""A mock of AWS for the tests of delivery: moto's server, patched, in an environment of its own."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.programs import MOTO, isolated
from tests.renders import REPOSITORY
from tests.servers.real import free_port
from tests.tools import is_up, missing, service_environment

# Its environment may have to be made first.
_START_SECONDS = 180.0


@contextmanager
def moto(folder: Path, module: str, *arguments: str) -> Iterator[str]:
    """Start `module`, which patches moto and serves it at the port that it is given first; the server's URL.

    Its log and its recording, where one is made, are in `folder`.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = (*isolated(MOTO, "python"), "-m", module, str(port), *arguments)
    variables = {**service_environment(), "MOTO_RECORDER_FILEPATH": str(folder / "moto.recording")}
    log = folder / "moto.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, env=variables, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        until = time.monotonic() + _START_SECONDS
        while not is_up(f"{url}/moto-api/", seconds=5):
            if process.poll() is not None or time.monotonic() > until:
                missing(f"moto does not start: {log.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(30)
