"""Fidelity: the history of an account, of at most some years, whose columns change from year to year."""

from __future__ import annotations

from sigmasight_ui.services.portfolios.broker_formats.contract import ACTIVITY, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.guided import guided_format

FORMAT = guided_format(
    "fidelity_history",
    "Fidelity",
    ACTIVITY,
    "Fidelity account history",
    (
        fingerprint("Run Date", "Action", "Symbol"),
        fingerprint("Run Date", "Account", "Action"),
        fingerprint("Run Date", "Account Number", "Action"),
    ),
    missing="Transactions of a period: what was held before it is not in the file.",
    where="At fidelity.com: Accounts & Trade, Portfolio, Positions; the three dots at the top right, Download.",
)
