"""What Helm makes of the chart: Kubernetes would take it, and its parts fit together."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.helm.charts import CUSTOM, EXAMPLES, KUBERNETES, Chart, Manifest, named, of_kind, pods
from tests.helm.programs import failed_checks, schema_faults

PROCESSES = {"api": "serve", "worker": "work", "schedule": "schedule", "migrate": "migrate"}
NAME = "app.kubernetes.io/component"


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_takes_every_manifest(chart: Chart, version: str, tmp_path: Path) -> None:
    manifests = [each for example in EXAMPLES for each in chart.manifests(example)]
    held = [each for each in manifests if each["kind"] not in CUSTOM]

    assert len(held) > 60
    assert schema_faults(held, version, tmp_path) == []


def test_a_number_in_quotes_would_not_be_taken(minimal: Chart, tmp_path: Path) -> None:
    api = named(minimal.manifests("small"), "Deployment", "trial-api")
    api["spec"]["replicas"] = "2"

    (fault,) = schema_faults([api], KUBERNETES[0], tmp_path)

    assert "spec.replicas: '2' is not of type 'integer'" in fault


# By rule, why it is right as it is.
JUSTIFIED = {
    "CKV_K8S_8": "`schedule` and the migration are asked nothing: one outlives what happens, the other ends",
    "CKV_K8S_9": "the same of readiness",
    "CKV_K8S_21": "a manifest of a chart names no namespace: the release has one",
    "CKV_K8S_35": "settings come as variables, by the names that every platform uses",
}


def test_checkov_finds_nothing_that_is_not_justified(chart: Chart, tmp_path: Path) -> None:
    passed, failed = failed_checks(chart.manifests("default") + chart.manifests("production"), tmp_path)

    assert passed > 300
    assert failed == set(JUSTIFIED)


def test_checkov_does_find_a_privileged_container(minimal: Chart, tmp_path: Path) -> None:
    api = named(minimal.manifests("default"), "Deployment", "trial-api")
    api["spec"]["template"]["spec"]["containers"][0]["securityContext"]["privileged"] = True

    assert "CKV_K8S_16" in failed_checks([api], tmp_path)[1]


def test_a_custom_resource_has_the_shape_that_its_operator_reads(minimal: Chart) -> None:
    manifests = minimal.manifests("istio") + of_kind(minimal.manifests("production"), "ServiceMonitor")
    custom = {one["kind"]: (one["apiVersion"], one["spec"]) for one in of_kind(manifests, *CUSTOM)}

    host = "trial-api.default.svc.cluster.local"
    every_pod = {"app.kubernetes.io/name": "acme-api", "app.kubernetes.io/instance": "trial"}
    assert custom == {
        "ServiceMonitor": (
            "monitoring.coreos.com/v1",
            {
                "selector": {"matchLabels": every_pod},
                "endpoints": [{"port": "metrics", "path": "/metrics", "interval": "30s"}],
            },
        ),
        "VirtualService": (
            "networking.istio.io/v1",
            {
                "hosts": ["api.staging.example.com"],
                "gateways": ["istio-ingress/public"],
                "http": [
                    {
                        "route": [{"destination": {"host": host, "port": {"number": 80}}}],
                        "retries": {"attempts": 2, "retryOn": "connect-failure,refused-stream"},
                    }
                ],
            },
        ),
        "DestinationRule": (
            "networking.istio.io/v1",
            {
                "host": host,
                "trafficPolicy": {
                    "tls": {"mode": "ISTIO_MUTUAL"},
                    "outlierDetection": {
                        "consecutiveGatewayErrors": 5,
                        "interval": "10s",
                        "baseEjectionTime": "30s",
                        "maxEjectionPercent": 50,
                    },
                },
            },
        ),
        "PeerAuthentication": (
            "security.istio.io/v1",
            {
                "selector": {"matchLabels": every_pod},
                "mtls": {"mode": "STRICT"},
                "portLevelMtls": {9464: {"mode": "PERMISSIVE"}},
            },
        ),
    }


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_process_a_pod_with_the_image_by_its_digest(chart: Chart, example: str) -> None:
    found = {}
    for process, pod in pods(chart.manifests(example)).items():
        (container,) = pod["spec"]["containers"]
        found[process] = container["command"]
        assert container["name"] == process
        assert "@sha256:" in container["image"]

    assert found == {process: [command] for process, command in PROCESSES.items()}


@pytest.mark.parametrize("process", PROCESSES)
def test_a_pod_has_no_right_that_it_does_not_need(minimal: Chart, process: str) -> None:
    spec = pods(minimal.manifests("default"))[process]["spec"]

    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 10001,
        "runAsGroup": 10001,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert spec["containers"][0]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert spec["volumes"] == [{"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}}]


@pytest.mark.parametrize("process", PROCESSES)
def test_services_around_it_set_none_of_its_variables(minimal: Chart, process: str) -> None:
    assert pods(minimal.manifests("default"))[process]["spec"]["enableServiceLinks"] is False


@pytest.mark.parametrize(
    ("example", "seconds"),
    [
        ("default", {"api": 45, "worker": 45, "schedule": 15, "migrate": 30}),
        # 30 s of drain and 40 to end what was begun.
        ("production", {"api": 70, "worker": 45, "schedule": 15, "migrate": 30}),
        ("small", {"api": 30, "worker": 45, "schedule": 15, "migrate": 30}),
    ],
)
def test_a_pod_is_given_its_drain_and_the_end_of_its_work(
    minimal: Chart, example: str, seconds: dict[str, int]
) -> None:
    found = {
        process: pod["spec"]["terminationGracePeriodSeconds"]
        for process, pod in pods(minimal.manifests(example)).items()
    }

    assert found == seconds


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_selector_finds_pods_of_its_own_process(chart: Chart, example: str) -> None:
    manifests = chart.manifests(example)
    labels = {process: pod["metadata"]["labels"] for process, pod in pods(manifests).items()}

    for one in of_kind(manifests, "Deployment", "PodDisruptionBudget", "Service"):
        selector = one["spec"]["selector"]
        process = one["metadata"]["labels"][NAME]
        assert _found(selector.get("matchLabels", selector), labels) == {process}, one["metadata"]["name"]
    for one in of_kind(manifests, "Deployment", "Job"):
        spec = one["spec"]["template"]["spec"]
        for constraint in spec["topologySpreadConstraints"]:
            found = _found(constraint["labelSelector"]["matchLabels"], labels)
            assert found == {one["metadata"]["labels"][NAME]}


def test_what_scales_or_leads_somewhere_names_what_is_there(chart: Chart) -> None:
    manifests = chart.manifests("production")

    for scaler in of_kind(manifests, "HorizontalPodAutoscaler"):
        scaled = named(manifests, "Deployment", scaler["spec"]["scaleTargetRef"]["name"])
        assert "replicas" not in scaled["spec"]
    (ingress,) = of_kind(manifests, "Ingress")
    (rule,) = ingress["spec"]["rules"]
    backend = rule["http"]["paths"][0]["backend"]["service"]
    ports = named(manifests, "Service", backend["name"])["spec"]["ports"]
    assert (rule["host"], ingress["spec"]["tls"][0]["hosts"]) == ("api.example.com", ["api.example.com"])
    assert backend["port"]["name"] in {port["name"] for port in ports}


def test_a_port_by_name_is_a_port_of_the_container(chart: Chart) -> None:
    manifests = chart.manifests("production")
    ports = {
        process: {
            port["name"]: port["containerPort"] for port in pod["spec"]["containers"][0].get("ports", [])
        }
        for process, pod in pods(manifests).items()
    }

    assert ports == {
        "api": {"http": 3000, "metrics": 9464},
        "worker": {"metrics": 9464},
        "schedule": {},
        "migrate": {},
    }
    for service in of_kind(manifests, "Service"):
        own = ports[service["metadata"]["labels"][NAME]]
        assert {port["targetPort"] for port in service["spec"]["ports"]} == set(own)
    data = named(manifests, "ConfigMap", "trial")["data"]
    assert (data["PORT"], data["METRICS_PORT"]) == ("3000", "9464")


def test_a_changed_setting_rolls_every_pod_and_nothing_else_does(minimal: Chart) -> None:
    before = _templates(minimal.manifests("default"))
    changed = _templates(minimal.manifests("default", "--set-string=config.LOG_LEVEL=warning"))
    scaled = _templates(minimal.manifests("default", "--set=api.autoscaling.maxReplicas=20"))

    assert [process for process in before if before[process] != changed[process]] == [
        "api",
        "worker",
        "schedule",
    ]
    assert scaled == before


def test_another_secret_rolls_every_pod(minimal: Chart) -> None:
    before = _templates(minimal.manifests("default"))
    changed = _templates(minimal.manifests("default", "--set=secret.name=service-2026-02-02"))

    assert [process for process in before if before[process] != changed[process]] == [
        "api",
        "worker",
        "schedule",
    ]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_migration_needs_nothing_of_the_release_that_it_precedes(chart: Chart, example: str) -> None:
    manifests = chart.manifests(example)
    hooks = [one for one in manifests if "helm.sh/hook" in one["metadata"].get("annotations", {})]
    job = named(manifests, "Job", "trial-migrate")
    container = job["spec"]["template"]["spec"]["containers"][0]

    assert {one["metadata"]["annotations"]["helm.sh/hook"] for one in hooks} == {"pre-install,pre-upgrade"}
    weights = {one["kind"]: int(one["metadata"]["annotations"]["helm.sh/hook-weight"]) for one in hooks}
    with_policy = {} if example == "small" else {"NetworkPolicy": -10}
    assert weights == {"Job": 0, "ServiceAccount": -10, **with_policy}
    account = job["spec"]["template"]["spec"]["serviceAccountName"]
    assert named(hooks, "ServiceAccount", account)
    assert "envFrom" not in container


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_migration_has_the_environment_of_the_others(chart: Chart, example: str) -> None:
    manifests = chart.manifests(example)
    data = named(manifests, "ConfigMap", "trial")["data"]
    environments = {process: pod["spec"]["containers"][0] for process, pod in pods(manifests).items()}
    plain = {one["name"]: one["value"] for one in environments["migrate"]["env"] if "value" in one}
    secret = [one for one in environments["migrate"]["env"] if "valueFrom" in one]

    assert plain == data
    for process in ("api", "worker", "schedule"):
        assert environments[process]["envFrom"] == [{"configMapRef": {"name": "trial"}}]
        assert environments[process]["env"] == secret


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_environment_holds_settings_of_the_service_alone(chart: Chart, example: str) -> None:
    text = (chart.service / ".env.example").read_text(encoding="utf-8")
    environment = pods(chart.manifests(example))["migrate"]["spec"]["containers"][0]["env"]

    # OpenTelemetry has more than the service reads itself.
    names = {one["name"] for one in environment} - {"OTEL_EXPORTER_OTLP_TIMEOUT"}
    assert {name for name in names if f"\n{name}=" not in text and f"\n#{name}=" not in text} == set()


@pytest.mark.parametrize(
    ("variant", "secrets"),
    [
        (
            "full",
            {
                "DATABASE_URL": False,
                "ELASTICSEARCH_URL": False,
                "JWT_PRIVATE_KEY": False,
                "JWT_PUBLIC_KEY": False,
                "MINIO_ACCESS_KEY": True,
                "MINIO_SECRET_KEY": True,
                "MONGODB_URL": False,
                "REDIS_URL": False,
                "SECRET_KEY": False,
                "SENDGRID_API_KEY": True,
                "SMTP_PASSWORD": True,
            },
        ),
        (
            "minimal",
            {
                "DATABASE_URL": False,
                "JWT_PRIVATE_KEY": False,
                "JWT_PUBLIC_KEY": False,
                "REDIS_URL": False,
                "SECRET_KEY": False,
            },
        ),
    ],
)
def test_secrets_come_from_the_one_that_is_there(
    variant: str, secrets: dict[str, bool], request: pytest.FixtureRequest
) -> None:
    chart: Chart = request.getfixturevalue(variant)

    env = pods(chart.manifests("default"))["api"]["spec"]["containers"][0]["env"]
    references = {one["name"]: one["valueFrom"]["secretKeyRef"] for one in env}
    assert {name: one["optional"] for name, one in references.items()} == secrets
    assert {one["name"] for one in references.values()} == {"service-2026-01-01"}
    assert [name for name, one in references.items() if one["key"] != name] == []


@pytest.mark.parametrize(
    ("variant", "example", "ports"),
    [
        ("full", "default", {443, 587, 3310, 6379, 9200, 27017}),
        ("full", "production", {443, 587, 3310, 4318, 6379, 9200, 27017}),
        ("minimal", "default", {443, 6379}),
    ],
)
def test_api_and_worker_reach_their_servers_and_nothing_else(
    variant: str, example: str, ports: set[int], request: pytest.FixtureRequest
) -> None:
    chart: Chart = request.getfixturevalue(variant)
    policy = named(chart.manifests(example), "NetworkPolicy", "trial-servers")["spec"]

    assert _found_by(policy["podSelector"], chart.manifests(example)) == {"api", "worker"}
    assert {port["port"] for rule in policy["egress"] for port in rule["ports"]} == ports
    assert [rule for rule in policy["egress"] if not rule["to"]] == []


@pytest.mark.parametrize("name", ["trial", "trial-migrate"])
def test_all_pods_reach_names_and_postgresql_and_nobody_reaches_them(minimal: Chart, name: str) -> None:
    policy = named(minimal.manifests("default"), "NetworkPolicy", name)["spec"]

    found = _found_by(policy["podSelector"], minimal.manifests("default"))
    assert found == ({"migrate"} if name == "trial-migrate" else {"api", "worker", "schedule", "migrate"})
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in policy
    assert [[port["port"] for port in rule["ports"]] for rule in policy["egress"]] == [[53, 53], [5432]]


def test_the_api_is_reached_by_those_in_front_and_metrics_by_those_who_read_them(minimal: Chart) -> None:
    manifests = minimal.manifests("production")
    policies = {
        name: named(manifests, "NetworkPolicy", f"trial-{name}")["spec"] for name in ("api", "metrics")
    }

    assert {name: _found_by(one["podSelector"], manifests) for name, one in policies.items()} == {
        "api": {"api"},
        "metrics": {"api", "worker"},
    }
    assert [len(rule["from"]) for rule in policies["api"]["ingress"]] == [2]
    assert [len(rule["from"]) for rule in policies["metrics"]["ingress"]] == [1]
    ports = {name: [port["port"] for port in one["ingress"][0]["ports"]] for name, one in policies.items()}
    assert ports == {"api": ["http"], "metrics": ["metrics"]}


def test_the_proxies_of_a_mesh_reach_its_heart_and_last_as_long_as_the_process(minimal: Chart) -> None:
    manifests = minimal.manifests("istio")
    policy = named(manifests, "NetworkPolicy", "trial")["spec"]
    templates = pods(manifests)

    assert [rule["ports"][0]["port"] for rule in policy["egress"]] == [53, 5432, 15012]
    for process in ("api", "worker", "schedule"):
        told = yaml.safe_load(templates[process]["metadata"]["annotations"]["proxy.istio.io/config"])
        seconds = templates[process]["spec"]["terminationGracePeriodSeconds"]
        assert told == {"holdApplicationUntilProxyStarts": True, "terminationDrainDuration": f"{seconds}s"}
    assert templates["migrate"]["metadata"]["labels"]["sidecar.istio.io/inject"] == "false"


def test_settings_of_the_service_s_own_are_taken_from_a_file_of_its_own(
    minimal: Chart, tmp_path: Path
) -> None:
    service = _with_own_settings(minimal, tmp_path)

    manifests = service.manifests("default", "--set-string=config.INVOICE_PREFIX=INV")
    assert named(manifests, "ConfigMap", "trial")["data"]["INVOICE_PREFIX"] == "INV"
    env = pods(manifests)["worker"]["spec"]["containers"][0]["env"]
    assert "BANK_TOKEN" in {one["name"] for one in env}
    policy = named(manifests, "NetworkPolicy", "trial-servers")["spec"]
    assert {port["port"] for rule in policy["egress"] for port in rule["ports"]} == {443, 6379, 8443}


def _with_own_settings(chart: Chart, folder: Path) -> Chart:
    for path in chart.folder.rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(chart.service)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    own = {
        "names": ["INVOICE_PREFIX"],
        "secrets": {"BANK_TOKEN": "needed"},
        "egress": [{"port": 8443, "to": "internet"}],
    }
    (folder / "deploy/helm/settings/own.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    return Chart(folder)


def _templates(manifests: list[Manifest]) -> dict[str, Any]:
    deployments = of_kind(manifests, "Deployment")
    by_process = {one["metadata"]["labels"][NAME]: one["spec"]["template"] for one in deployments}
    return {process: by_process[process] for process in ("api", "worker", "schedule")}


def _found(selector: Manifest, labels: dict[str, Manifest]) -> set[str]:
    return {process for process, own in labels.items() if selector.items() <= own.items()}


def _found_by(selector: Manifest, manifests: list[Manifest]) -> set[str]:
    labels = {process: pod["metadata"]["labels"] for process, pod in pods(manifests).items()}
    found = _found(selector["matchLabels"], labels)
    for expression in selector.get("matchExpressions", []):
        assert (expression["key"], expression["operator"]) == (NAME, "In")
        found &= set(expression["values"])
    return found
