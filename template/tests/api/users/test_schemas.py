"""What a request about users may hold (template-owned)."""

import pytest
from pydantic import ValidationError

from app.api.users.schemas import UserPatch


@pytest.mark.parametrize("value", [0, 1, "false", "off", "", None])
def test_activity_is_true_or_false_and_nothing_that_could_be_taken_for_it(value: object) -> None:
    with pytest.raises(ValidationError):
        UserPatch.model_validate({"is_active": value})
