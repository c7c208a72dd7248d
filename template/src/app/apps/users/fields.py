"""Passwords as plain PHC strings in the table, and as Django's hashers want them in Python (template-owned)."""

from typing import Any

from django.db import models

_ALGORITHM = "argon2"


class PasswordField(models.TextField):  # type: ignore[type-arg]
    """Stored as `$argon2id$…`, which every program knows; Django's hashers put the name of theirs before it."""

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return self.shown(value)

    def get_prep_value(self, value: Any) -> Any:
        return self.stored(super().get_prep_value(value))

    @staticmethod
    def shown(stored: str | None) -> str | None:
        """With the algorithm's name, as `check_password` reads it."""
        return f"{_ALGORITHM}{stored}" if stored is not None else None

    @staticmethod
    def stored(shown: str | None) -> str | None:
        """Without it."""
        return shown.removeprefix(_ALGORITHM) if shown is not None else None
