"""JSON of columns as the contract writes it (template-owned)."""

import json
from typing import Any

from app.kit.strict_json import write_json


class JsonEncoder(json.JSONEncoder):
    """Times with microseconds and Z, ids as texts."""

    def encode(self, o: Any) -> str:
        return write_json(o).decode()
