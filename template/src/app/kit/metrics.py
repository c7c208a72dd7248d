"""The guide's metrics that every process has, under their exact names and labels (template-owned).

Guide, "Prometheus Metrics"; no other series but the client library's own `process_…` and `python_…`.
"""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

# No series beside the guide's names.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SECONDS_OF_A_QUERY = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_SECONDS_OF_THE_CACHE = (0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)
_SECONDS_OF_A_JOB = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
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
DB_QUERY_SECONDS = Histogram(
    "db_query_duration_seconds",
    "Time of a statement to a database; query_type is select, insert, update, delete or other.",
    ["query_type"],
    buckets=_SECONDS_OF_A_QUERY,
)
DB_CONNECTIONS_ACTIVE = Gauge("db_connections_active", "Database connections of this process that are in use.")
DB_CONNECTIONS_IDLE = Gauge("db_connections_idle", "Open database connections of this process that are not in use.")
CACHE_HITS = Counter("cache_hits_total", "Values found in the cache.", ["cache_name"])
CACHE_MISSES = Counter("cache_misses_total", "Values that the cache did not have.", ["cache_name"])
CACHE_SECONDS = Histogram(
    "cache_operation_duration_seconds",
    "Time of an operation on Redis.",
    ["operation"],
    buckets=_SECONDS_OF_THE_CACHE,
)
QUEUE_JOBS = Counter("queue_jobs_total", "Attempts at jobs; status is done, failed or given_up.", ["queue", "status"])
QUEUE_SECONDS = Histogram(
    "queue_job_duration_seconds", "Time of an attempt at a job.", ["queue"], buckets=_SECONDS_OF_A_JOB
)
QUEUE_DEPTH = Gauge("queue_depth", "Jobs that are not done, those that wait to be tried again too.", ["queue"])
USERS_ACTIVE = Counter("users_active_total", "First requests of a user on a UTC day.")
OPERATIONS = Counter("operations_total", "Operations done, as <resource>.<action>.", ["operation_type"])
