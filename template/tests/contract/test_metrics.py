"""Metrics: the guide's names and labels, and no label that a caller can multiply (template-owned)."""

from uuid import uuid4

import pytest
from httpx2 import Client
from tests.contract.exposition import label_names, label_values, scrape, value


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
    before = scrape(anonymous)
    for number in range(20):
        anonymous.request(f"M{number}", "/health/live")
        anonymous.get(f"/{uuid4()}", params={"n": number}, headers={"Host": f"h{number}.example"})
    after = scrape(anonymous)
    for label in ("method", "path", "status"):
        new = label_values(after, "http_requests_total", label) - label_values(before, "http_requests_total", label)
        assert new <= {"unmatched", "400", "404"}
