"""This repository's own workflow, made of the lists that nox uses; `COMMAND` writes it."""

import json
import sys
from collections.abc import Iterable, Sequence

from tests.renders import REPOSITORY
from tests.tools import run
from tests.variants import VARIANTS

COMMAND = "uv run python -m tests.workflows.generate"
FILE = REPOSITORY / ".github/workflows/ci.yml"

CHECKOUT = """\
- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
- uses: astral-sh/setup-uv@20cfd1bf945f4377ade1205e4dbc17946fc9a30d # v10.0.1
  with:
    version: "0.13.9"
"""
TERRAFORM = """\
- uses: hashicorp/setup-terraform@dfe3c3f87815947d99a8997f908cb6525fc44e9e # v4.0.1
  with:
    terraform_version: "1.11.4"
    terraform_wrapper: false
"""
# Built from its source: without that file it refuses to start.
FERRETDB = """\
- run: |
    git clone --quiet --depth 1 --branch v1.24.2 https://github.com/FerretDB/FerretDB "$RUNNER_TEMP/ferretdb"
    cd "$RUNNER_TEMP/ferretdb"
    echo v1.24.2 >build/version/version.txt
    go build -buildvcs=false -o "$(go env GOPATH)/bin/ferretdb" ./cmd/ferretdb
    echo "$(go env GOPATH)/bin" >>"$GITHUB_PATH"
"""


def installed(*packages: str) -> str:
    """The step that builds programs which neither the runner nor PyPI has."""
    lines = "".join(f"    go install {package}\n" for package in packages)
    return f'- run: |\n{lines}    echo "$(go env GOPATH)/bin" >>"$GITHUB_PATH"\n'


def packages(*names: str) -> str:
    """The step that installs servers which tests start, each with settings of its own."""
    install = f"    sudo apt-get install --yes --no-install-recommends {' '.join(names)}\n"
    return f"- run: |\n    sudo apt-get update\n{install}"


# The runner has one too, of whatever version.
HELM = "helm.sh/helm/v3/cmd/helm@v3.22.0"
# What a session needs besides uv and what is on the runner: Docker, Go.
TOOLS = {
    "scan": installed("github.com/zricethezav/gitleaks/v8@v8.30.1"),
    "servers": packages("clamav-daemon", "postgresql", "redis-server")
    + FERRETDB
    + installed("github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c"),
    "helm": installed(HELM),
    "terraform": TERRAFORM
    + packages("postgresql", "redis-server")
    + installed("github.com/terraform-linters/tflint@v0.64.0"),
    "deploy": TERRAFORM,
    "workflows": TERRAFORM + installed("github.com/rhysd/actionlint/cmd/actionlint@v1.7.12", HELM),
}
# Too large to be started for each run of the tests.
HEALTH = (
    '--health-cmd "curl -fs http://127.0.0.1:9200/_cluster/health" --health-interval 5s --health-retries 30'
)
SERVERS = f"""\
env:
  ELASTICSEARCH_URL: http://127.0.0.1:9200
  OPENSEARCH_URL: http://127.0.0.1:9201
services:
  elasticsearch:
    image: elasticsearch:8.19.3
    env:
      discovery.type: single-node
      xpack.security.enabled: "false"
      ES_JAVA_OPTS: -Xms512m -Xmx512m
    ports: ["9200:9200"]
    options: {HEALTH}
  opensearch:
    image: opensearchproject/opensearch:3.4.0
    env:
      discovery.type: single-node
      DISABLE_SECURITY_PLUGIN: "true"
      DISABLE_INSTALL_DEMO_CONFIG: "true"
      OPENSEARCH_JAVA_OPTS: -Xms512m -Xmx512m
    ports: ["9201:9200"]
    options: {HEALTH}
"""
HEAD = f"""\
# Generated from the sessions of noxfile.py and the variants of tests/variants.py: {COMMAND}
# Each job is one session, so that a red job is run again on your machine: `uvx nox -s NAME`.
name: CI

on:
  push:
    branches: [main]
  pull_request:
  # At night also what takes hours.
  schedule:
    - cron: "17 2 * * *"

# None by default; each job asks for what it needs.
permissions: {{}}

# A newer push to a pull request ends the run of the older one; each push to main is checked to its end.
concurrency:
  group: ${{{{ github.workflow }}}}-${{{{ github.event.pull_request.number || github.run_id }}}}
  cancel-in-progress: true

jobs:
"""


def main() -> None:
    """Write the workflow."""
    FILE.write_text(workflow(sessions(), list(VARIANTS)), encoding="utf-8")
    sys.stdout.write(f"{FILE}\n")


def sessions() -> list[str]:
    """The sessions that CI runs, as nox lists them."""
    listed = run(sys.executable, "-m", "nox", "--list", "--json", folder=REPOSITORY, CI="true").stdout
    return [one["session"] for one in json.loads(listed)]


def workflow(names: Sequence[str], variants: Iterable[str]) -> str:
    """The whole file: sessions that need nothing in one matrix, variants in another, the rest a job each."""
    plain = [name for name in names if name not in TOOLS and name != "service"]
    jobs = [
        _job("nox", _matrix("session", plain), _command("${{ matrix.session }}")),
        _job("service", _matrix("variant", variants), _command("service", "${{ matrix.variant }}")),
        *(
            _job(name, _extra(name), TOOLS[name] + f"- run: uvx nox -s {name}\n")
            for name in names
            if name in TOOLS
        ),
        _job("whole-pairs", _at_night(), "- run: uvx nox -s pairs -- --no-quick\n", minutes=350),
    ]
    return HEAD + "\n".join(jobs)


def _job(name: str, more: str, steps: str, *, minutes: int = 60) -> str:
    text = f"""\
runs-on: ubuntu-24.04
timeout-minutes: {minutes}
permissions:
  contents: read # to check out
{more}steps:
{_indented(CHECKOUT + steps, 2)}"""
    return f"  {name}:\n{_indented(text, 4)}"


def _matrix(name: str, values: Iterable[str]) -> str:
    lines = "".join(f"      - {value}\n" for value in values)
    return f"""\
name: ${{{{ matrix.{name} }}}}
strategy:
  fail-fast: false
  matrix:
    {name}:
{lines}"""


def _command(session: str, argument: str = "") -> str:
    """One session, of a matrix: what it gives reaches the shell through the environment."""
    if argument:
        return f'- run: uvx nox -s {session} -- "$VARIANT"\n  env:\n    VARIANT: {argument}\n'
    return f'- run: uvx nox -s "$SESSION"\n  env:\n    SESSION: {session}\n'


def _extra(name: str) -> str:
    return SERVERS if name == "servers" else ""


def _at_night() -> str:
    return "name: all tests of every variant\nif: github.event_name == 'schedule'\n"


def _indented(text: str, width: int) -> str:
    return "".join(f"{' ' * width}{line}\n" if line else "\n" for line in text.splitlines())


if __name__ == "__main__":
    main()
