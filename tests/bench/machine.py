"""What the figures were measured on: they mean nothing without it."""

import datetime
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

from tests.bench.stage import Stage
from tests.bench.variants import RENDERED

# How it was compiled: without PGO an interpreter needs about a quarter more time.
BUILD = """
import sys, sysconfig
flags = sysconfig.get_config_var("CONFIG_ARGS") or ""
print(sys.version.split()[0], "with PGO" if "--enable-optimizations" in flags else "without PGO")
"""
VERSIONS = """
import sys
from importlib.metadata import version
print(", ".join(f"{name} {version(name)}" for name in sys.argv[1:]))
"""


def machine() -> dict[str, str]:
    """The machine as it is now, before anything is measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "CPU": f"{_cpu_name()}, {len(os.sched_getaffinity(0))} cores",
        "memory": f"{memory:.0f} GiB",
        "system": f"{system}, Linux {platform.release()}",
        "load before the run": f"{os.getloadavg()[0]:.1f} (from 0.5 on, other work disturbed it)",
    }


def template_facts() -> dict[str, str]:
    """What rendered."""
    git = subprocess.check_output(["git", "--version"], encoding="utf-8").strip()
    return {"rendered with": f"{_python(sys.executable, 'copier', 'jinja2')}, {git.replace(' version', '')}"}


def service_facts(stage: Stage) -> dict[str, str]:
    """What served."""
    flavour, server = stage.flavour, stage.service.query("SHOW server_version")
    served = {flavour.name: (RENDERED, flavour.packages)}
    served |= {peer.name: (peer, peer.packages) for peer in flavour.peers}
    return {
        **{
            f"{name} served with": _python(stage.program(variant, "python"), *packages)
            for name, (variant, packages) in served.items()
        },
        "servers": f"PostgreSQL {server} with synchronous_commit off, Valkey; both embedded",
    }


def _python(program: Path | str, *packages: str) -> str:
    printed = [
        subprocess.check_output([str(program), "-c", script, *packages], encoding="utf-8").strip()
        for script in (BUILD, VERSIONS)
    ]
    return f"Python {', '.join(printed)}"


def _cpu_name() -> str:
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()
