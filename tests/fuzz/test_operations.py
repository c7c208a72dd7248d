"""schemathesis over the whole OpenAPI document, once as each role and once as nobody."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.renders import REPOSITORY
from tests.services import Service
from tests.tools import attempt

# A role comes after those that it may change: the administrators give other roles and end activity.
PEOPLE = ("nobody", "guest", "member", "manager", "admin", "superadmin")
LONGEST_PASS = 1800
CONFIGURATION = REPOSITORY / "tests/fuzz/schemathesis.toml"
# An environment of its own, made from this repository's group: in the shared one its plugin would cost every
# start of pytest most of a second.
SCHEMATHESIS = ("uv", "run", "--quiet", "--isolated", "--only-group", "fuzz", "schemathesis")


@pytest.fixture(autouse=True)
def _afterwards_the_service_is_well(service: Service) -> Iterator[None]:
    yield
    service.check()


@pytest.mark.parametrize("who", PEOPLE)
def test_every_answer_is_one_that_the_document_promises(
    service: Service, who: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    examples, seed = request.config.getoption("examples"), request.config.getoption("seed")
    again = f"uvx nox -s fuzz -- --seed {seed} --examples {examples} -k '{request.node.name}'"
    found = _fuzz(service, who, report=tmp_path / "report.json", examples=examples, seed=seed, again=again)
    accepted = _accepted(found["valid_rates"])
    figures = (
        f"{who}: {found['test_cases']['generated']} requests in {found['running_time']:.0f} s, "
        f"{len(accepted)} of {found['operations']['total']} operations done at least once, "
        f"{found['filtered']} refusals that no schema foresees, "
        f"{service.resident_mib() - service.settled_mib:+.0f} MiB since the start (seed {seed})"
    )
    request.node.user_properties.append(("figures", figures))
    if who == PEOPLE[0]:
        # Threads keep what their first large requests took: from here on a leak alone makes it more.
        service.settled_mib = service.resident_mib()

    assert (found["complete"], found["operations"]["tested"]) == (True, found["operations"]["total"])
    # Else the pass has shown nothing but 401.
    assert (who == "nobody") != ("GET /api/v1/auth/me" in accepted)


def _fuzz(
    service: Service, who: str, *, report: Path, examples: int, seed: int, again: str
) -> dict[str, Any]:
    done = attempt(
        *SCHEMATHESIS,
        *("--config-file", str(CONFIGURATION), "run", f"{service.base_url}/openapi.json", "--no-color"),
        *("--seed", str(seed), "--max-examples", str(examples)),
        *("--report", "json", "--report-json-path", str(report)),
        folder=REPOSITORY,
        seconds=LONGEST_PASS,
        FUZZ_BASE_URL=service.base_url,
        FUZZ_WHO="" if who == "nobody" else who,
        PYTHONPATH=str(REPOSITORY),
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\nTo repeat it: {again}"
    written: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return written


def _accepted(rates: dict[str, dict[str, dict[str, int]]]) -> set[str]:
    """The operations that did what they are for, in any phase."""
    return {operation for operation, phases in rates.items() if any(p["accepted"] for p in phases.values())}
