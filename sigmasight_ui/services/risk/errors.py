"""The risk room's sentences of refusal."""

from __future__ import annotations

from sigmasight_ui.core.errors import AppError, ErrorKind, rate_limited

MOST_CHANGES = 50


def not_calculated() -> AppError:
    return AppError(
        ErrorKind.CONFLICT, "ERR_RISK_001", "This portfolio has no figures yet.", hint="Calculate it first."
    )  # fmt: skip


def too_many_computations(wait: int) -> AppError:
    return rate_limited("You have asked for many computations in a short time.", wait)


def no_changes() -> AppError:
    return _invalid("ERR_RISK_002", "There is no change to try.", "Name a symbol and a quantity other than 0.")


def too_many_changes() -> AppError:
    return _invalid("ERR_RISK_003", f"There are more than {MOST_CHANGES} changes.", "Try fewer at a time.")


def bad_quantity(symbol: str) -> AppError:
    message = f"The quantity of {symbol} is no number a position can have."
    return _invalid(
        "ERR_RISK_004", message, "Use at most six decimals and less than a billion.", "quantity_delta", symbol
    )


def unknown_symbol(symbol: str) -> AppError:
    message = f"{symbol or 'This'} is not a symbol we know."
    return _invalid("ERR_RISK_005", message, "Check its spelling.", "symbol", symbol)


def no_price(symbol: str) -> AppError:
    hint = "Prices are fetched for what somebody holds; try it with one that has a price."
    return _invalid("ERR_RISK_006", f"There is no price of {symbol} within ten days.", hint, "symbol", symbol)


def private_asset(symbol: str) -> AppError:
    message = f"{symbol} is private: it has no market to trade in."
    return _invalid("ERR_RISK_007", message, "Try listed symbols.", "symbol", symbol)


def unknown_figure() -> AppError:
    hint = "Figures are named in the analytics answers."
    return AppError(ErrorKind.NOT_FOUND, "ERR_RISK_008", "There is no figure of this name.", hint=hint)


def _invalid(
    code: str, message: str, hint: str, field: str | None = None, symbol: str | None = None
) -> AppError:  # fmt: skip
    details = None if symbol is None else {"symbol": symbol}
    return AppError(ErrorKind.INVALID, code, message, hint=hint, field=field, details=details)
