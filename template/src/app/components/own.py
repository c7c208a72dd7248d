"""The service's own settings (seeded once: yours, no update touches it).

Add a field, such as `invoice_prefix: str = Field("INV", description="Prefix of invoice numbers")`, and read it with
`settings.of(OwnSettings).invoice_prefix`. Its variable is INVOICE_PREFIX; add a line for it to `.env.example`.
"""

from app.kit.component import Component
from app.kit.settings import SettingsModel


class OwnSettings(SettingsModel):
    """Settings that only this service has."""


component = Component(name="own", settings=OwnSettings)
