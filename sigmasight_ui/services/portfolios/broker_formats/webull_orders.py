"""Webull: orders, without the splits, transfers, expirations and assignments that also change what is held."""

from __future__ import annotations

from sigmasight_ui.services.portfolios.broker_formats.contract import ORDERS, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.guided import guided_format

FORMAT = guided_format(
    "webull_orders",
    "Webull",
    ORDERS,
    "Webull orders",
    (
        fingerprint("Symbol", "Side", "Status", "Filled", "Time-in-Force", "Placed Time", "Filled Time"),
        fingerprint("Symbol", "B/S", "Qty", "Filled Qty", "Filled Time", "Status"),
    ),
    missing="Orders only: splits, transfers, expirations and assignments are not in the file, nor is what was held.",
    where=(
        "Webull offers no file of positions. Copy symbol, quantity and average cost from the page Positions into our "
        "template, or into any table with these columns: you can say which column is which."
    ),
)
