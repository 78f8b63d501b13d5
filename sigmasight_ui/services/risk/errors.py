"""The risk room's sentences of refusal."""

from __future__ import annotations

from sigmasight_ui.core.errors import AppError, ErrorKind, rate_limited

MOST_CHANGES = 50


def not_calculated() -> AppError:
    return AppError(
        ErrorKind.CONFLICT,
        "ERR_RISK_001",
        "This portfolio has no figures yet.",
        hint="Calculate it first.",
    )


def too_many_computations(wait: int) -> AppError:
    return rate_limited("You have asked for many computations in a short time.", wait)


def no_changes() -> AppError:
    return AppError(
        ErrorKind.INVALID,
        "ERR_RISK_002",
        "There is no change to try.",
        hint="Name a symbol and a quantity other than 0.",
    )


def too_many_changes() -> AppError:
    return AppError(
        ErrorKind.INVALID,
        "ERR_RISK_003",
        f"There are more than {MOST_CHANGES} changes.",
        hint="Try fewer at a time.",
    )


def bad_quantity(symbol: str) -> AppError:
    return AppError(
        ErrorKind.INVALID,
        "ERR_RISK_004",
        f"The quantity of {symbol} is no number a position can have.",
        hint="Use at most six decimals and less than a billion.",
        field="quantity_delta",
        details={"symbol": symbol},
    )


def unknown_symbol(symbol: str) -> AppError:
    return AppError(
        ErrorKind.INVALID,
        "ERR_RISK_005",
        f"{symbol or 'This'} is not a symbol we know.",
        hint="Check its spelling.",
        field="symbol",
        details={"symbol": symbol},
    )


def no_price(symbol: str) -> AppError:
    return AppError(
        ErrorKind.INVALID,
        "ERR_RISK_006",
        f"There is no price of {symbol} within ten days.",
        hint="Prices are fetched for what somebody holds; try it with one that has a price.",
        field="symbol",
        details={"symbol": symbol},
    )


def private_asset(symbol: str) -> AppError:
    return AppError(
        ErrorKind.INVALID,
        "ERR_RISK_007",
        f"{symbol} is private: it has no market to trade in.",
        hint="Try listed symbols.",
        field="symbol",
        details={"symbol": symbol},
    )


def unknown_figure() -> AppError:
    return AppError(
        ErrorKind.NOT_FOUND,
        "ERR_RISK_008",
        "There is no figure of this name.",
        hint="Figures are named in the analytics answers.",
    )
