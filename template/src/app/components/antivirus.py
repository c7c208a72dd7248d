"""Antivirus: no file is given out before a scanner has found nothing in it (template-owned; guide, "File Storage")."""

from collections.abc import Iterator
from datetime import timedelta

from pydantic import Field

from app.components.storage import COMPLETED
from app.kit.component import Component
from app.kit.durations import Duration
from app.kit.settings import Backend, SettingsModel


class AntivirusSettings(SettingsModel):
    """Which scanner: where none is named one that knows the EICAR test file alone, which production refuses."""

    clamav_host: str | None = Field(
        None,
        description="Host of clamd, or path of its socket; unset: a scanner that knows only the EICAR test file",
    )
    clamav_port: int = Field(3310, ge=1, le=65535, description="Port of clamd")
    clamav_timeout: Duration = Field(timedelta(seconds=10), description="Longest wait for the scan of one file")

    @property
    def backend(self) -> Backend:
        return "real" if self.clamav_host else "embedded"

    def production_faults(self) -> Iterator[tuple[str, str]]:
        if not self.clamav_host:
            yield "CLAMAV_HOST", "is not set; the embedded scanner knows one test file and no virus: give a clamd"


component = Component(
    name="antivirus", settings=AntivirusSettings, needs=("storage",), handles=(COMPLETED,), queue="scan"
)
