"""The guide's metrics that every process has, under their exact names and labels (template-owned)."""

from prometheus_client import Counter, Histogram, disable_created_metrics

# No series beside the guide's names.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_BYTES = (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)

HTTP_REQUESTS = Counter("http_requests_total", "HTTP requests answered.", ["method", "path", "status"])
HTTP_SECONDS = Histogram(
    "http_request_duration_seconds", "Time to answer an HTTP request.", ["method", "path"], buckets=_SECONDS
)
HTTP_REQUEST_BYTES = Histogram(
    "http_request_size_bytes", "Size of the body of HTTP requests.", ["method", "path"], buckets=_BYTES
)
HTTP_RESPONSE_BYTES = Histogram(
    "http_response_size_bytes", "Size of the body of HTTP responses.", ["method", "path"], buckets=_BYTES
)
OPERATIONS = Counter("operations_total", "Operations done, as <resource>.<action>.", ["operation_type"])
