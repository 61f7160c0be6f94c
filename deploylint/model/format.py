"""How plain data is written in a sentence of a message."""

from __future__ import annotations

import json

from deploylint.model.types import Plain


def format_value(data: Plain) -> str:
    """Plain data as one writes it in a sentence."""
    if isinstance(data, str):
        return data if data and data.isprintable() and data == data.strip() else json.dumps(data)
    if isinstance(data, (list, dict)):
        return json.dumps(data, ensure_ascii=False)
    return "null" if data is None else json.dumps(data)
