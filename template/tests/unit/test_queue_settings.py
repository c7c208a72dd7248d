"""How Celery is told of Redis (template-owned)."""

import ssl

import pytest
from kombu.utils.url import parse_url

from app.kit.queue_settings import broker_tls, broker_url, queue_key
from app.kit.urls import parse_redis_url


def test_a_url_reaches_celery_with_all_that_it_says() -> None:
    found = parse_url(broker_url(parse_redis_url("redis://ann:p%40ss%2Fword@redis.example:6380/3")))

    kept = {name: found[name] for name in ("transport", "hostname", "port", "userid", "password", "virtual_host")}
    assert kept == {
        "transport": "redis",
        "hostname": "redis.example",
        "port": 6380,
        "userid": "ann",
        "password": "p@ss/word",
        "virtual_host": "3",
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("redis://localhost", "redis://localhost:6379/0"),
        ("redis://:secret@[::1]:7/1", "redis://:secret@[::1]:7/1"),
        ("unix://:secret@/run/redis.sock?db=2", "redis+socket://:secret@/run/redis.sock?virtual_host=2"),
        ("rediss://redis.example", "rediss://redis.example:6379/0"),
    ],
)
def test_urls_are_those_that_celery_reads(given: str, told: str) -> None:
    assert broker_url(parse_redis_url(given)) == told


def test_over_tls_the_certificate_and_its_name_are_checked() -> None:
    own = broker_tls(parse_redis_url("rediss://redis.example?ssl_ca_certs=/etc/root.pem"))
    public = broker_tls(parse_redis_url("rediss://redis.example"))

    assert own == {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True, "ssl_ca_certs": "/etc/root.pem"}
    assert public == {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
    assert broker_tls(parse_redis_url("redis://redis.example")) is None


def test_the_keys_of_queues_bear_their_names() -> None:
    assert queue_key("mail") == "queue:mail"
