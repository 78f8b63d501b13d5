"""A person's own scenario, as it goes in and comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ScenarioForm:
    """As sent: nothing is checked yet. For a change, None leaves a field as it is."""

    name: str | None = None
    shocks: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class CustomScenarioView:
    """shocks: by factor, decimal. severity: by the largest of them."""

    id: UUID
    name: str
    severity: str
    shocks: dict[str, float]
    updated_at: datetime

    @property
    def key(self) -> str:
        """Its name among the scenarios everybody has."""
        return f"custom:{self.id}"
