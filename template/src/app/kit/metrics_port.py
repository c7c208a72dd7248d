"""METRICS_PORT: what any process counts, away from the API's own port (template-owned; contract, "Processes")."""

from prometheus_client import start_http_server

from app.kit.settings import CoreSettings, SettingsError


def serve_metrics(core: CoreSettings) -> None:
    """Serve them on METRICS_PORT, where that is set.

    Raises:
        SettingsError: the port is taken.
    """
    if core.metrics_port is None:
        return
    try:
        start_http_server(core.metrics_port, addr=core.host)
    except OSError as error:
        raise SettingsError(
            f"METRICS_PORT: {core.metrics_port} can't be used ({error.strerror}); set it to a free one"
        ) from None
