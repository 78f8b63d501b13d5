"""Tradier: gain and loss, in which every row is a position that was closed."""

from __future__ import annotations

from sigmasight_ui.services.portfolios.broker_formats.contract import TRADES, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.guided import guided_format

FORMAT = guided_format(
    "tradier_gain_loss",
    "Tradier",
    TRADES,
    "Tradier gain and loss",
    (
        fingerprint("close_date", "cost", "gain_loss", "open_date", "proceeds", "quantity", "symbol"),
        fingerprint("symbol", "quantity", "cost", "proceeds", "gain_loss", "close_date"),
    ),
    missing="Closed positions only: what is held today is not in the file.",
    where=(
        "Save the positions instead: GET /v1/accounts/{id}/positions with the columns symbol, quantity, cost_basis and "
        "date_acquired. Or copy them from the dashboard into our template."
    ),
)
