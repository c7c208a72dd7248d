"""What is removed once it is old (template-owned)."""

from datetime import timedelta

from app.kit.housekeeping import RULES, rule_of_deleted
from app.kit.settings import CoreSettings


def test_every_rule_has_its_setting_with_a_default() -> None:
    found = {rule.table: CoreSettings.model_fields[rule.setting].default for rule in (*RULES, rule_of_deleted("tasks"))}

    assert found == {
        "jobs": timedelta(days=7),
        "outbox": timedelta(days=7),
        "idempotency_keys": timedelta(hours=24),
        "refresh_tokens": timedelta(days=1),
        "sessions": timedelta(days=30),
        "tasks": timedelta(days=90),
    }
