"""TD Ameritrade: the history of transactions as its web site exported it."""

from __future__ import annotations

from sigmasight_ui.services.portfolios.broker_formats.contract import ACTIVITY, fingerprint
from sigmasight_ui.services.portfolios.broker_formats.guided import guided_format

FORMAT = guided_format(
    "td_ameritrade_transactions",
    "TD Ameritrade",
    ACTIVITY,
    "TD Ameritrade transactions",
    (fingerprint("DATE", "TRANSACTION ID", "DESCRIPTION", "QUANTITY", "SYMBOL", "PRICE", "COMMISSION", "AMOUNT"),),
    missing="Transactions of a period: what was held before it is not in the file.",
    where=(
        "These accounts are at Schwab today: at schwab.com Accounts, Positions, Export; or in thinkorswim Monitor, "
        "Activity and Positions, the menu of Position Statement, Export to file."
    ),
)
