"""The chart by itself: Helm takes it, in every form that it comes in, and it holds what is on alone."""

import re
import tarfile
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.helm.charts import EXAMPLES, RELEASE, VARIANTS, Chart, lint, of_kind, template_command
from tests.tools import run, tool

# Of .env.example: what the image sets, what is for development, and what is given by its content.
NOT_IN_A_CLUSTER = {
    *("HOST", "SERVICE_VERSION"),
    *("DATA_DIR", "EMBEDDED_SERVERS", "LISTEN_FD", "SEED_PASSWORD"),
    *("JWT_PRIVATE_KEY_PATH", "JWT_PUBLIC_KEY_PATH", "SECRET_KEY_PATH"),
}
SERVERS_OF_COMPONENTS = re.compile(
    r"antivirus|clam|mongo|documents|smtp|mail|elastic|search|minio|storage", re.IGNORECASE
)
CORE = [
    *["ConfigMap", "Deployment", "Deployment", "Deployment"],
    *["Job", "Service", "Service", "ServiceAccount", "ServiceAccount"],
]


def test_it_is_clean_before_anybody_gave_a_value(chart: Chart) -> None:
    assert "1 chart(s) linted, 0 chart(s) failed" in lint(chart)


@pytest.mark.parametrize("example", EXAMPLES)
def test_it_is_clean_with_every_example(chart: Chart, example: str) -> None:
    printed = lint(chart, *chart.example(example))

    assert "1 chart(s) linted, 0 chart(s) failed" in printed
    assert "[WARNING]" not in printed


def test_every_example_is_checked(chart: Chart) -> None:
    assert {path.name for path in chart.folder.glob("ci/*.yaml")} == {
        f"{name}-values.yaml" for name in EXAMPLES
    }


@pytest.mark.parametrize(
    ("example", "more"),
    [
        ("default", ["HorizontalPodAutoscaler"] * 2 + ["NetworkPolicy"] * 3 + ["PodDisruptionBudget"] * 2),
        (
            "production",
            ["HorizontalPodAutoscaler"] * 2
            + ["Ingress"]
            + ["NetworkPolicy"] * 5
            + ["PodDisruptionBudget"] * 2
            + ["ServiceMonitor"],
        ),
        (
            "istio",
            ["DestinationRule", "PeerAuthentication", "VirtualService"]
            + ["HorizontalPodAutoscaler"] * 2
            + ["NetworkPolicy"] * 4
            + ["PodDisruptionBudget"] * 2,
        ),
        ("small", []),
    ],
)
def test_an_example_has_what_it_asks_for(chart: Chart, example: str, more: list[str]) -> None:
    assert sorted(one["kind"] for one in chart.manifests(example)) == sorted([*CORE, *more])


def test_every_resource_bears_the_name_of_the_release(chart: Chart) -> None:
    names = {one["metadata"]["name"] for one in chart.manifests("production")}

    assert {name for name in names if not re.fullmatch(RELEASE + r"(-[a-z]+)?", name)} == set()


def test_the_same_values_give_the_same_bytes(chart: Chart) -> None:
    command = (*template_command("deploy/helm"), *chart.example("production"))
    again = run(*command, folder=chart.service).stdout

    assert again == chart.rendered("production")


def test_a_package_has_all_but_the_examples(chart: Chart, tmp_path: Path) -> None:
    versions = ("--version", "1.2.3", "--app-version", "1.2.4", "--destination", str(tmp_path))

    run(tool("helm"), "package", "deploy/helm", *versions, folder=chart.service)

    with tarfile.open(tmp_path / "acme-api-1.2.3.tgz") as package:
        packed = {name.removeprefix("acme-api/") for name in package.getnames()}
    files = {str(path.relative_to(chart.folder)) for path in chart.folder.rglob("*") if path.is_file()}
    assert packed == {name for name in files if not name.startswith("ci/")}


def test_a_release_of_a_package_is_that_of_the_folder(full: Chart, tmp_path: Path) -> None:
    run(tool("helm"), "package", "deploy/helm", "--destination", str(tmp_path), folder=full.service)

    command = (*template_command(str(tmp_path / "acme-api-0.1.0.tgz")), *full.example("production"))
    assert run(*command, folder=full.service).stdout == full.rendered("production")


def test_it_knows_every_setting_of_the_service_and_no_other(chart: Chart) -> None:
    example = (chart.service / ".env.example").read_text(encoding="utf-8")
    known = [
        name
        for one in chart.settings().values()
        for part in ("names", "fixed", "secrets")
        for name in one.get(part, [])
    ]

    assert len(known) == len(set(known))
    assert set(known) == set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE)) - NOT_IN_A_CLUSTER


def test_what_is_needed_or_has_a_default_is_a_setting_of_the_same_file(chart: Chart) -> None:
    for owner, one in chart.settings().items():
        assert {*one.get("needed", {}), *one.get("defaults", {})} <= set(one.get("names", [])), owner


@pytest.mark.parametrize(
    ("variant", "owners"),
    [
        ("full", {"antivirus", "core", "documents", "mail", "search", "storage"}),
        ("django-full", {"administration", "antivirus", "core", "documents", "mail", "search", "storage"}),
        ("minimal", {"core"}),
    ],
)
def test_a_component_has_a_file_of_settings_while_it_is_on(
    variant: str, owners: set[str], render: Render
) -> None:
    assert set(Chart(render(**VARIANTS[variant])).settings()) == owners


def test_a_component_that_is_off_leaves_no_trace(minimal: Chart) -> None:
    files = [path for path in minimal.folder.rglob("*") if path.is_file()]
    texts = {path.name: path.read_text(encoding="utf-8") for path in files}

    assert len(files) > 20
    assert {name for name, text in texts.items() if SERVERS_OF_COMPONENTS.search(text)} == set()
    assert SERVERS_OF_COMPONENTS.search(minimal.rendered("production")) is None


def test_without_helm_there_is_no_chart_and_no_page_of_it(render: Render) -> None:
    service = render(preset="minimal")
    texts = [path.read_text(encoding="utf-8") for path in service.glob("docs/*.md")]

    assert not (service / "deploy/helm").exists()
    assert [text for text in texts if "helm" in text.lower()] == []


def test_it_holds_no_value_of_a_secret(chart: Chart) -> None:
    assert of_kind(chart.manifests("production"), "Secret") == []
