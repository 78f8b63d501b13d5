"""The lead panel's figures: what everything is worth, how it changed, and what is not in it."""

from __future__ import annotations

from dataclasses import dataclass

from sigmasight_ui.services.risk.schemas import Overview
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import Amounts, Change
from sigmasight_ui.ui.words import price_note, symbol_in_words

_NAMED = 3


@dataclass(frozen=True)
class Lead:
    """`reason` stands in place of the value where there is none; `day_when` is a date, or why there is no change.
    `deposits`: net of the last 30 days, empty where there never were any."""

    whole: str = ""
    cents: str = ""
    reason: str = ""
    day: Change = Change()
    day_when: str = ""
    unrealised: Change = Change()
    realised: Change = Change()
    deposits: str = ""
    left_out: str = ""
    prices: str = ""
    is_sample: bool = False


def lead(head: Overview, amounts: Amounts) -> Lead:
    whole, cents = amounts.lead(head.nav)
    return Lead(
        whole=whole,
        cents=cents,
        reason=head.reason or "",
        day=amounts.moved(head.day_pnl, head.day_return),
        day_when=f"on {format.day(head.as_of)}" if head.day_pnl is not None else head.day_reason or "",
        unrealised=amounts.moved(head.unrealised_pnl),
        realised=amounts.moved(head.realised_this_year),
        deposits=amounts.signed(head.net_deposits_30d) if head.net_deposits or head.net_deposits_30d else "",
        left_out=left_out(head),
        prices=price_note(head.origin, head.as_of),
        is_sample=head.origin is not None and head.origin.is_sample,
    )


def left_out(head: Overview) -> str:
    """Leaves out ATVI and XYZ, without a price."""
    names = [account.account_name for account in head.left_out]
    without_price = format.listed([symbol_in_words(symbol) for symbol in head.left_out_symbols], _NAMED)
    parts = [f"{without_price} without a price"] if without_price else []
    parts += [f"{format.listed(names, _NAMED)}, not calculated at these prices"] if names else []
    return f"Leaves out {'; '.join(parts)}." if parts else ""
