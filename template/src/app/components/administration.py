"""Pages of administration: whether they are served (template-owned)."""

from pydantic import Field

from app.kit.component import Component
from app.kit.settings import CoreSettings, SettingsModel


class AdministrationSettings(SettingsModel):
    """Whether /admin is there."""

    admin_enabled: bool | None = Field(None, description="Serve /admin; unset: not in production")

    def is_served(self, core: CoreSettings) -> bool:
        """Whether people may administer the service by its own pages."""
        return not core.is_production if self.admin_enabled is None else self.admin_enabled


component = Component(name="administration", settings=AdministrationSettings)
