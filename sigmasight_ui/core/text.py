"""What people typed, as far as the database can keep it."""

from __future__ import annotations

from typing import Any


def storable(value: Any) -> Any:
    """PostgreSQL keeps neither NUL nor half a surrogate pair; everything else stays as it is, in lists and mappings
    too."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {storable(name): storable(item) for name, item in value.items()}
    return [storable(item) for item in value] if isinstance(value, list) else value
