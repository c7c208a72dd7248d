"""Wrong values are refused before anything is sent, with what to do about them."""

import pytest

from tests.helm.charts import EXAMPLES, Chart

WRONG = [
    # By the schema.
    (["--set=imagee.tag=1"], "additional properties 'imagee' not allowed"),
    (["--set=image.tag=1"], "additional properties 'tag' not allowed"),
    (["--set=image.digest=latest"], "at '/image/digest'"),
    (["--set=image.digest=sha256:0"], "at '/image/digest'"),
    (["--set=image.repository=registry.example.com/team/service:1.2.3"], "at '/image/repository'"),
    (["--set=secret.name=My_Secret"], "at '/secret/name'"),
    (["--set=config.BODY_LIMIT=1048576"], "at '/config/BODY_LIMIT': got number, want string"),
    (["--set=config.DOCS_ENABLED=true"], "at '/config/DOCS_ENABLED': got boolean, want string"),
    (["--set=config.ENVIRONMENT=prod"], "at '/config/ENVIRONMENT'"),
    (["--set-string=config.SHUTDOWN_DRAIN_SECONDS=15s"], "at '/config/SHUTDOWN_DRAIN_SECONDS'"),
    (["--set-string=config.SHUTDOWN_DRAIN_SECONDS=301"], "at '/config/SHUTDOWN_DRAIN_SECONDS'"),
    (["--set-string=config.TRUSTED_PROXY_HOPS=11"], "at '/config/TRUSTED_PROXY_HOPS'"),
    (["--set=api.replicas=two"], "at '/api/replicas': got string, want integer"),
    (["--set=api.replicas=-1"], "at '/api/replicas'"),
    (["--set=worker.stopSeconds=1"], "at '/worker/stopSeconds'"),
    (["--set=schedule.autoscaling.enabled=true"], "additional properties 'autoscaling' not allowed"),
    (["--set=api.resources.limits.memory=512"], "at '/api/resources/limits/memory'"),
    (["--set=api.resources.limits.cpu=null"], "missing property 'cpu'"),
    (["--set=migrate.deadlineSeconds=0"], "at '/migrate/deadlineSeconds'"),
    # Without peers a rule would let all through.
    (["--set=networkPolicy.servers=null"], "missing property 'servers'"),
    (["--set-json=networkPolicy.dns=[]"], "at '/networkPolicy/dns'"),
    (["--set=api.autoscaling=null"], "missing property 'autoscaling'"),
    (
        ['--set-json=networkPolicy.clients=[{"cidr":"10.0.0.0/8"}]'],
        "additional properties 'cidr' not allowed",
    ),
    (["--set-json=networkPolicy.clients=[{}]"], "at '/networkPolicy/clients/0'"),
    (['--set-json=networkPolicy.extraEgress=[{"ports":[{"port":1}]}]'], "missing property 'to'"),
    (["--set=serviceMonitor.interval=often"], "at '/serviceMonitor/interval'"),
    (["--set=istio.gateway=public"], "at '/istio/gateway'"),
    # By what several values together say.
    (["--set=image.repository="], "image.repository: is not set; give the image without tag"),
    (["--set=image.digest="], "image.digest: is not set; give what the registry calls the image"),
    (
        ["--set=secret.name="],
        "secret.name: is not set; make a Secret whose keys are the names of the settings",
    ),
    (["--set=config.ALLOWED_HOSTS="], "config.ALLOWED_HOSTS: is not set; give the host names"),
    (["--set-string=config.SHUTDOWN_DRAIN_SECONDS="], "/config/SHUTDOWN_DRAIN_SECONDS"),
    (
        ["--set=config.DATABASE_URL=x"],
        "config.DATABASE_URL: is a secret; put it into the Secret of secret.name",
    ),
    (["--set-string=config.PORT=80"], "config.PORT: can't be changed here; remove it"),
    (["--set=config.TRUSTED_PROXY_HOP=a"], "config.TRUSTED_PROXY_HOP: no setting of this service"),
    (["--set=config.log_level=info"], "config.log_level: no setting of this service"),
    (["--set=config.SECRET_KEY_PATH=a"], "config.SECRET_KEY_PATH: no setting of this service"),
    (["--set=config.EMBEDDED_SERVERS=redis"], "config.EMBEDDED_SERVERS: no setting of this service"),
    (["--set=worker.autoscaling.minReplicas=7"], "worker.autoscaling.minReplicas: is more than maxReplicas"),
    (["--set=ingress.enabled=true"], "config.TRUSTED_PROXY_HOPS: is 0, so all callers would be one address"),
    (["--set=ingress.enabled=true"], "networkPolicy.clients: is empty, so nobody could reach the API"),
    (["--set=ingress.enabled=true,istio.enabled=true"], "istio.enabled: so is ingress; choose one of them"),
    (["--set=istio.enabled=true"], "istio.gateway: is not set; give the gateway that is there"),
]
OF_COMPONENTS = {
    "CLAMAV_HOST": "is not set; give the host of a clamd",
    "MINIO_BUCKET": "is not set; give the bucket that files go into",
    "MINIO_ENDPOINT": "is not set; give the host of MinIO or any S3",
    "SMTP_FROM": "is not set; give the address that mail comes from",
}


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_a_wrong_value_is_refused(minimal: Chart, arguments: list[str], message: str) -> None:
    assert message in minimal.refusal(*minimal.example("default"), *arguments)


@pytest.mark.parametrize("name", OF_COMPONENTS)
def test_a_setting_that_a_component_needs_is_asked_for(full: Chart, name: str) -> None:
    said = full.refusal(*full.example("default"), f"--set=config.{name}=")

    assert f"config.{name}: {OF_COMPONENTS[name]}" in said


@pytest.mark.parametrize("name", OF_COMPONENTS)
def test_a_setting_of_a_component_that_is_off_is_no_setting(minimal: Chart, name: str) -> None:
    said = minimal.refusal(*minimal.example("default"), f"--set=config.{name}=a")

    assert f"config.{name}: no setting of this service" in said


def test_everything_is_said_at_once(minimal: Chart) -> None:
    said = minimal.refusal()

    assert "acme-api can't be installed, 4 value(s) to mend:" in said
    for value in ("image.repository", "image.digest", "secret.name", "config.ALLOWED_HOSTS"):
        assert f"  {value}: is not set" in said


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_without_its_components_settings_is_refused_where_they_are_on(
    full: Chart, example: str
) -> None:
    said = full.refusal(f"--values=deploy/helm/ci/{example}-values.yaml")

    assert "4 value(s) to mend:" in said
