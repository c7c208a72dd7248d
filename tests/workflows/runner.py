"""Runs the `run:` blocks of a workflow as GitHub does: job after job, each in a clone of its own.

What actions do is done here as far as the blocks need it: check out, and hand files from one job to another.
"""

import graphlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.renders import GIT_ENVIRONMENT, git
from tests.tools import service_environment
from tests.workflows.expressions import evaluate, fill_in

SECONDS = 900
NAMES = {name for name in GIT_ENVIRONMENT if not name.startswith("GIT_CONFIG")}
Job = Mapping[str, Any]


@dataclass(frozen=True)
class Block:
    """One `run:` that ended: of which job it was, what it said, and its status."""

    job: str
    text: str
    status: int
    said: str


@dataclass
class Runner:
    """A repository at GitHub, and one run of one of its workflows there.

    `home` holds the clones. `programs` comes first on PATH. `left_out` names blocks that aren't run here.
    """

    origin: Path
    workflow: str
    home: Path
    programs: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, Any] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    blocks: list[Block] = field(default_factory=list)
    ended: dict[str, dict[str, Any]] = field(default_factory=dict)

    def run(self, *names: str, **matrix: str) -> None:
        """Run the jobs of these names, or all, in the order of `needs`; `matrix` picks one of each matrix."""
        workflow = yaml.safe_load((self.origin / ".github/workflows" / self.workflow).read_text("utf-8"))
        for name in in_order(workflow["jobs"]):
            job = workflow["jobs"][name]
            if name in (names or workflow["jobs"]) and "steps" in job:
                self._run_job(name, job, workflow.get("env", {}), matrix)

    def said(self, job: str) -> str:
        """All that the blocks of a job said."""
        return "".join(block.said for block in self.blocks if block.job == job)

    def failed(self) -> list[str]:
        """The blocks that ended badly, with what they said."""
        return [f"{one.job}: {one.text}\n{one.said}" for one in self.blocks if one.status]

    def _run_job(self, name: str, job: Job, env: Mapping[str, str], matrix: Mapping[str, str]) -> None:
        needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
        states = {need: self.ended.get(need, {"result": "skipped", "outputs": {}}) for need in needs}
        is_well = all(state["result"] == "success" for state in states.values())
        contexts = {
            "github": {"ref": "refs/heads/main", "event_name": "push", "token": "of-the-workflow"},
            "matrix": dict(matrix),
            "needs": states,
            "always": True,
            "cancelled": False,
            "failure": not is_well,
            **self.contexts,
        }
        condition = str(job.get("if", "true"))
        if not (is_well or "()" in condition) or ("if" in job and not evaluate(condition, contexts)):
            self.ended[name] = {"result": "skipped", "outputs": {}}
            return
        is_whole = any(step.get("with", {}).get("fetch-depth") == 0 for step in job["steps"])
        steps = _Steps(self, name, contexts, self._clone("-".join((name, *matrix.values())), whole=is_whole))
        steps.run(job, {**env, **job.get("env", {})})
        outputs = {key: fill_in(text, steps.contexts) for key, text in job.get("outputs", {}).items()}
        self.ended[name] = {"result": "failure" if steps.is_red else "success", "outputs": outputs}

    def _clone(self, name: str, *, whole: bool) -> Path:
        folder = self.home / f"job-{name}"
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "temp").mkdir(parents=True)
        # Without history, unless a job asks for it.
        depth = () if whole else ("--depth", "1")
        git(folder, "clone", "--quiet", *depth, "--branch", "main", f"file://{self.origin}", "work")
        return folder


@dataclass
class _Steps:
    """The steps of one job while they run."""

    runner: Runner
    job: str
    contexts: dict[str, Any]
    folder: Path
    is_red: bool = False

    def run(self, job: Job, env: Mapping[str, str]) -> None:
        self.contexts["runner"] = {"temp": str(self.folder / "temp")}
        self.contexts["steps"] = {}
        self.contexts["env"] = {key: fill_in(text, self.contexts) for key, text in env.items()}
        for step in job["steps"]:
            wanted = evaluate(step["if"], {**self.contexts, "failure": self.is_red}) if "if" in step else True
            # After a failure only what asks for one runs.
            if wanted and (not self.is_red or "failure()" in step.get("if", "")):
                self._step(step)

    def _step(self, step: Job) -> None:
        action = step.get("uses", "").partition("@")[0]
        given = {key: fill_in(text, self.contexts) for key, text in step.get("with", {}).items()}
        if action == "actions/upload-artifact":
            self._upload(self.runner.home / "artifacts" / given["name"], self.folder / "work" / given["path"])
        elif action == "actions/download-artifact":
            found = self.runner.home / "artifacts" / given["name"]
            self.is_red = self.is_red or not found.exists()
            if found.exists():
                shutil.copytree(found, given["path"], dirs_exist_ok=True)
        elif "run" in step and step["run"] not in self.runner.left_out:
            self._block(step)

    def _upload(self, kept: Path, path: Path) -> None:
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        found = sorted(path.parent.glob(path.name))
        self.is_red = self.is_red or not found
        for each in found:
            shutil.copytree(each, kept, dirs_exist_ok=True) if each.is_dir() else shutil.copy(each, kept)

    def _block(self, step: Job) -> None:
        output = self.folder / "temp/output"
        output.write_text("", encoding="utf-8")
        script = self.folder / "temp/step.sh"
        script.write_text(step["run"], encoding="utf-8")
        env = {key: fill_in(text, self.contexts) for key, text in step.get("env", {}).items()}
        done = subprocess.run(
            # As GitHub, where no shell is named.
            ["bash", "-e", str(script)],
            cwd=self.folder / "work",
            env={**self._environment(output), **self.contexts["env"], **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        self.is_red = self.is_red or done.returncode != 0
        self.runner.blocks.append(Block(self.job, step["run"], done.returncode, done.stdout))
        if "id" in step:
            lines = output.read_text(encoding="utf-8").splitlines()
            outputs = dict(line.split("=", 1) for line in lines)
            self.contexts["steps"] = {**self.contexts["steps"], step["id"]: {"outputs": outputs}}

    def _environment(self, output: Path) -> dict[str, str]:
        return {
            # As on a runner, where nobody has a name that Git knows.
            **{name: text for name, text in service_environment().items() if name not in NAMES},
            "CI": "true",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_REPOSITORY": "acme/service",
            "RUNNER_TEMP": str(self.folder / "temp"),
            **self.runner.variables,
            "PATH": f"{self.runner.programs}{os.pathsep}{os.environ['PATH']}",
        }


def in_order(jobs: Mapping[str, Job]) -> Iterator[str]:
    """The names of a workflow's jobs, each after those that it needs."""
    needs = {name: job.get("needs", []) for name, job in jobs.items()}
    graph = {name: [need] if isinstance(need, str) else need for name, need in needs.items()}
    yield from graphlib.TopologicalSorter(graph).static_order()


def run_blocks(repository: Path) -> dict[str, list[str]]:
    """The `run:` blocks of each workflow of a repository."""
    found: dict[str, list[str]] = {}
    for path in sorted(repository.glob(".github/workflows/*.yml")):
        jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
        steps = [step for job in jobs.values() for step in job.get("steps", [])]
        found[path.name] = [step["run"] for step in steps if "run" in step]
    return found
