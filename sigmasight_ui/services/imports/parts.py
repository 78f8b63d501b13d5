"""What the use cases of this room are made of, handed from one to the other."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sigmasight_ui.core.clock import Clock
from sigmasight_ui.core.crypto import MasterKey, SealBroken
from sigmasight_ui.services.access.service import AccessService
from sigmasight_ui.services.audit.service import AuditService
from sigmasight_ui.services.batch.service import BatchService
from sigmasight_ui.services.equity_changes.service import EquityChangeService
from sigmasight_ui.services.identity.service import IdentityService
from sigmasight_ui.services.portfolios.service import PortfolioService, PositionService


@dataclass(frozen=True)
class Parts:
    clock: Clock
    key: MasterKey
    audit: AuditService
    access: AccessService
    identity: IdentityService
    portfolios: PortfolioService
    positions: PositionService
    equity_changes: EquityChangeService
    batch: BatchService

    def seal(self, content: bytes, place: str) -> str:
        return self.key.seal(zlib.compress(content, 1), place)

    def unseal(self, sealed: str | None, place: str) -> bytes | None:
        """None when it is gone, or was sealed with a key we no longer have."""
        if sealed is None:
            return None
        try:
            return zlib.decompress(self.key.open(sealed, place))
        except SealBroken:
            return None

    def seal_lines(self, lines: Mapping[int, tuple[str, ...]], import_id: UUID, portfolio_id: UUID) -> str:
        return self.seal(json.dumps(lines).encode(), _lines_of(import_id, portfolio_id))

    def lines(self, sealed: str | None, import_id: UUID, portfolio_id: UUID) -> dict[int, tuple[str, ...]]:
        content = self.unseal(sealed, _lines_of(import_id, portfolio_id))
        found: dict[str, Any] = json.loads(content) if content else {}
        return {int(line): tuple(cells) for line, cells in found.items()}


def file_of(import_id: UUID) -> str:
    return f"imports.{import_id}"


def _lines_of(import_id: UUID, portfolio_id: UUID) -> str:
    return f"portfolio_imports.{import_id}.{portfolio_id}"
