"""This repository's workflow is the one that its generator writes, and runs what nox and the variants are."""

import yaml

from tests.variants import VARIANTS
from tests.workflows.generate import COMMAND, FILE, TOOLS, sessions, workflow


def test_the_workflow_is_as_generated() -> None:
    assert FILE.read_text(encoding="utf-8") == workflow(sessions(), VARIANTS), f"write it anew: {COMMAND}"


def test_every_session_and_every_variant_has_a_job() -> None:
    jobs = yaml.safe_load(FILE.read_text(encoding="utf-8"))["jobs"]
    named = {*jobs, *jobs["nox"]["strategy"]["matrix"]["session"]}

    assert set(sessions()) <= named
    assert jobs["service"]["strategy"]["matrix"]["variant"] == list(VARIANTS)


def test_a_job_has_the_servers_that_its_tests_start() -> None:
    assert {"clamav-daemon", "postgresql", "redis-server"} <= set(TOOLS["servers"].split())
    # For the image, which tests/terraform/test_image.py runs with them.
    assert {"postgresql", "redis-server"} <= set(TOOLS["terraform"].split())


def test_a_session_that_is_not_there_has_no_job() -> None:
    jobs = yaml.safe_load(workflow(["lint", "scan"], ["full"]))["jobs"]

    assert list(jobs) == ["nox", "service", "scan", "whole-pairs"]
    assert jobs["nox"]["strategy"]["matrix"]["session"] == ["lint"]
    assert [step["run"] for step in jobs["scan"]["steps"] if "run" in step][-1] == "uvx nox -s scan"
    assert set(TOOLS) >= {"scan", "servers", "workflows"}
