"""The smoke test (template-owned): where it asks, and which answers are good."""

import pytest
from tests.terraform.definitions import revision

from app.dev.processes import DevelopmentError
from app.dev.terraform.revisions import Revision
from app.dev.terraform.smoke_test import fault_of, public_url


def with_hosts(hosts: str) -> Revision:
    made = revision("api", 3)
    container = {**made.container, "environment": [{"name": "ALLOWED_HOSTS", "value": hosts}]}
    return Revision("api", {**made.definition, "containerDefinitions": [container]}, {})


def test_it_asks_the_first_of_the_allowed_hosts() -> None:
    assert public_url(with_hosts("api.acme.example, internal.acme.example")) == (
        "https://api.acme.example/health/ready"
    )


@pytest.mark.parametrize("hosts", ["", "*", ".acme.example"])
def test_without_a_host_to_ask_it_says_what_to_set(hosts: str) -> None:
    with pytest.raises(DevelopmentError, match="acme-api-staging-api:3 gives no host as the first of ALLOWED_HOSTS"):
        public_url(with_hosts(hosts))


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (200, {"status": "ok"}, ""),
        (200, {"status": "degraded"}, ""),
        (200, None, "status 200, but not from this service: no `status` of readiness in it"),
        (200, {"status": "unavailable"}, "status 200, but not from this service: no `status` of readiness in it"),
        (
            503,
            {"status": "unavailable", "checks": {"postgres": {"status": "unavailable"}, "redis": {"status": "ok"}}},
            "status 503, postgres in trouble",
        ),
        (502, None, "status 502"),
    ],
)
def test_only_readiness_is_good(status: int, body: object, fault: str) -> None:
    assert fault_of(status, body) == fault
