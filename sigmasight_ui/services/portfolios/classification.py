"""What a position is: its class, its subtypes and its type. Decided once, at import, and stored as columns."""

from __future__ import annotations

from decimal import Decimal

from sigmasight_ui.services.securities.symbols import CALL, has_occ_shape

PUBLIC, OPTIONS, PRIVATE = "PUBLIC", "OPTIONS", "PRIVATE"

SUBTYPES: dict[str, tuple[str, ...]] = {
    PUBLIC: ("STOCK", "ETF", "MUTUAL_FUND", "BOND", "CASH"),
    OPTIONS: ("CALL", "PUT"),
    PRIVATE: (
        "PRIVATE_EQUITY",
        "VENTURE_CAPITAL",
        "HEDGE_FUND",
        "PRIVATE_REIT",
        "REAL_ESTATE",
        "CRYPTOCURRENCY",
        "ART",
        "MONEY_MARKET",
        "TREASURY_BILLS",
        "CASH",
        "COMMODITY",
        "OTHER",
    ),
}
SUBTYPE_ALIASES = {"CRYPTO": "CRYPTOCURRENCY"}
_PRIVATE_ONLY = frozenset(SUBTYPES[PRIVATE]) - frozenset(SUBTYPES[PUBLIC])
_CASH_PREFIX = "CASH_"


def investment_class_of(symbol: str, subtype: str | None = None, *, has_option_columns: bool = False) -> str:
    """The class of a position that names none."""
    if has_option_columns or has_occ_shape(symbol):
        return OPTIONS
    if symbol.upper().startswith(_CASH_PREFIX) or subtype in _PRIVATE_ONLY:
        return PRIVATE
    return PUBLIC


def subtype_of(symbol: str, investment_class: str, subtype: str | None) -> str | None:
    """The subtype of a position, as stated; CASH_USD says it by its name."""
    is_named_cash = investment_class == PRIVATE and symbol.upper().startswith(_CASH_PREFIX)
    return subtype or ("CASH" if is_named_cash else None)


def position_type_of(investment_class: str, quantity: Decimal, option_type: str | None) -> str:
    """LONG or SHORT by the sign of the quantity; options add their right: LC, SC, LP, SP."""
    is_short = quantity < 0
    if investment_class == OPTIONS:
        side = "S" if is_short else "L"
        return side + ("C" if option_type == CALL else "P")
    return "SHORT" if is_short else "LONG"
