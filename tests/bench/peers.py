"""Services of other templates, to compare with: own code, with the packages and settings that those have."""

import os
from pathlib import Path

from tests.bench.progress import say
from tests.bench.service import Service
from tests.bench.variants import Variant


def install(peer: Variant, service: Service, environment: Path) -> None:
    """Make the peer's environment, of the service's Python; it is kept from run to run."""
    say(f"{peer.name}: installing its packages")
    assert peer.folder
    uv = os.environ.get("UV", "uv")
    service.run(uv, "venv", "--quiet", "--allow-existing", "--python", service.program("python"), environment)
    requirements = ("--requirements", peer.folder / "requirements.txt")
    service.run(uv, "pip", "install", "--quiet", "--python", environment, *requirements)
