"""Schwab: the history of transactions, which begins somewhere and says nothing about what was held then."""

from __future__ import annotations

from sigmasight_ui.services.portfolios.broker_formats.contract import ACTIVITY, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.guided import guided_format

FORMAT = guided_format(
    "schwab_transactions",
    "Schwab",
    ACTIVITY,
    "Schwab transactions",
    (fingerprint("Date", "Action", "Symbol", "Description", "Quantity", "Price", "Fees & Comm", "Amount"),),
    missing="Transactions of a period: what was held before it is not in the file.",
    where="At schwab.com: Accounts, Positions; choose the account or All Accounts, then Export at the top right.",
)
