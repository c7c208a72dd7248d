"""Metrics: the guide's names and labels, and no label that a caller can multiply (template-owned)."""

from uuid import uuid4

import pytest
from httpx2 import Client
from tests.contract.exposition import families, label_names, label_values, scrape, value

# The guide's table; `queue_…` has samples where the worker runs.
GUIDES = {
    "http_requests_total": ("counter", {"method", "path", "status"}),
    "http_request_duration_seconds": ("histogram", {"method", "path"}),
    "http_request_size_bytes": ("histogram", {"method", "path"}),
    "http_response_size_bytes": ("histogram", {"method", "path"}),
    "db_query_duration_seconds": ("histogram", {"query_type"}),
    "db_connections_active": ("gauge", set()),
    "db_connections_idle": ("gauge", set()),
    "cache_hits_total": ("counter", {"cache_name"}),
    "cache_misses_total": ("counter", {"cache_name"}),
    "cache_operation_duration_seconds": ("histogram", {"operation"}),
    "queue_jobs_total": ("counter", {"queue", "status"}),
    "queue_job_duration_seconds": ("histogram", {"queue"}),
    "queue_depth": ("gauge", {"queue"}),
    "users_active_total": ("counter", set()),
    "operations_total": ("counter", {"operation_type"}),
}
# What has samples as soon as a database and Redis were asked for something.
ALWAYS_LABELLED = {name for name in GUIDES if name.startswith(("http_", "db_query", "cache_operation"))}


def test_the_guides_metrics_are_there_with_its_types_and_labels_and_no_others(
    anonymous: Client, client: Client
) -> None:
    for path in ("/health/ready", "/api/v1/auth/me", "/no/such/path"):
        anonymous.get(path)
        client.get(path)
    found = families(anonymous)
    ours = {name: family for name, family in found.items() if not name.startswith(("process_", "python_"))}

    assert {name: family.type for name, family in ours.items()} == {name: kind for name, (kind, _) in GUIDES.items()}
    for name, family in ours.items():
        # Without samples there are no labels to see.
        assert family.labels in (GUIDES[name][1], frozenset()), name
    assert {name for name, family in ours.items() if family.labels} >= ALWAYS_LABELLED


def test_each_metric_says_what_it_counts_and_is_named_by_the_rules_of_promtool(anonymous: Client) -> None:
    for name, family in families(anonymous).items():
        assert len(family.help) > 10, name
        assert (family.type == "counter") == name.endswith("_total"), name
        assert not name.endswith(("_created", "_count", "_sum", "_bucket", "_info")) or name == "python_info", name
        assert family.labels.isdisjoint({"le", "quantile", "job", "instance"}), name


def test_statements_are_counted_by_type(anonymous: Client) -> None:
    anonymous.get("/health/ready")
    samples = scrape(anonymous)
    types = label_values(samples, "db_query_duration_seconds_count", "query_type")
    assert types == {"select", "insert", "update", "delete", "other"}
    assert value(samples, "db_query_duration_seconds_count", query_type="select") >= 1


def test_connections_are_counted_as_they_are(anonymous: Client) -> None:
    anonymous.get("/health/ready")
    samples = scrape(anonymous)
    active, idle = value(samples, "db_connections_active"), value(samples, "db_connections_idle")
    assert active >= 0
    assert 1 <= active + idle <= 100


def test_metrics_are_in_prometheus_text_format(anonymous: Client) -> None:
    response = anonymous.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    assert "# TYPE http_requests_total counter" in response.text
    assert "# TYPE http_request_duration_seconds histogram" in response.text
    assert "# TYPE http_request_size_bytes histogram" in response.text
    assert "# TYPE http_response_size_bytes histogram" in response.text


def test_requests_are_counted_by_method_path_and_status(anonymous: Client) -> None:
    labels = {"method": "GET", "path": "/openapi.json", "status": "200"}
    before = value(scrape(anonymous), "http_requests_total", **labels)
    for _ in range(3):
        anonymous.get("/openapi.json")
    samples = scrape(anonymous)
    assert value(samples, "http_requests_total", **labels) == before + 3
    assert label_names(samples, "http_requests_total") == {frozenset({"method", "path", "status"})}


@pytest.mark.parametrize(
    "name", ["http_request_duration_seconds", "http_request_size_bytes", "http_response_size_bytes"]
)
def test_durations_and_sizes_are_histograms_by_method_and_path(anonymous: Client, name: str) -> None:
    labels = {"method": "GET", "path": "/openapi.json"}
    before = value(scrape(anonymous), f"{name}_count", **labels)
    anonymous.get("/openapi.json")
    samples = scrape(anonymous)
    assert value(samples, f"{name}_count", **labels) == before + 1
    assert value(samples, f"{name}_bucket", **labels, le="+Inf") == before + 1
    assert label_names(samples, f"{name}_sum") == {frozenset({"method", "path"})}
    assert label_names(samples, f"{name}_bucket") == {frozenset({"method", "path", "le"})}


def test_the_size_of_a_reply_is_that_of_its_body(anonymous: Client) -> None:
    labels = {"method": "GET", "path": "/openapi.json"}
    before = value(scrape(anonymous), "http_response_size_bytes_sum", **labels)
    body = anonymous.get("/openapi.json").content
    assert value(scrape(anonymous), "http_response_size_bytes_sum", **labels) == before + len(body)


def test_unknown_paths_share_one_label(anonymous: Client) -> None:
    labels = {"method": "GET", "path": "unmatched", "status": "404"}
    before = value(scrape(anonymous), "http_requests_total", **labels)
    for _ in range(3):
        anonymous.get(f"/api/v1/{uuid4()}")
    assert value(scrape(anonymous), "http_requests_total", **labels) == before + 3


def test_a_method_that_is_refused_counts_for_its_path(anonymous: Client) -> None:
    labels = {"method": "DELETE", "path": "/openapi.json", "status": "405"}
    before = value(scrape(anonymous), "http_requests_total", **labels)
    anonymous.delete("/openapi.json")
    assert value(scrape(anonymous), "http_requests_total", **labels) == before + 1


def test_callers_cannot_multiply_the_labels(anonymous: Client) -> None:
    anonymous.request("QUERY", "/health/live")
    scrape(anonymous)  # which counts too, once it is answered
    before = scrape(anonymous)
    for number in range(20):
        anonymous.request(f"M{number}", "/health/live")
        anonymous.get(f"/{uuid4()}", params={"n": number}, headers={"Host": f"h{number}.example"})
    after = scrape(anonymous)
    for label in ("method", "path", "status"):
        new = label_values(after, "http_requests_total", label) - label_values(before, "http_requests_total", label)
        assert new <= {"unmatched", "400", "404"}
