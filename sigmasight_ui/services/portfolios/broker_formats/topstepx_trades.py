"""TopstepX: round trips in futures that were opened and closed again."""

from __future__ import annotations

from sigmasight_ui.services.portfolios.broker_formats.contract import TRADES, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.guided import guided_format

FORMAT = guided_format(
    "topstepx_trades",
    "TopstepX",
    TRADES,
    "TopstepX trades",
    (fingerprint("ContractName", "EnteredAt", "ExitedAt", "EntryPrice", "ExitPrice", "Size"),),
    missing="Closed trades in futures only: nothing in the file is held today, and futures cannot be valued.",
    where="TopstepX has no file of open positions. Holdings of another broker can be imported from that broker's file.",
)
