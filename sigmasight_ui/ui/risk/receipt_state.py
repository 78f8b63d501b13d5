"""The receipt that is open: one at a time, fetched when its figure is pressed."""

from __future__ import annotations

import reflex as rx

from sigmasight_ui.ui.risk.receipts import Receipt
from sigmasight_ui.ui.risk.state import RiskState, known_receipt


class ReceiptState(rx.State):
    receipt: Receipt = Receipt()

    @rx.event
    async def show(self, key: str):
        self.receipt = known_receipt(await self.get_state(RiskState), str(key))
