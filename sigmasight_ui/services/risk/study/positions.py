"""Holdings as exposures to symbols: what they are worth, options as the dollars of the underlying they move like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sigmasight_ui.services.risk import inputs
from sigmasight_ui.services.risk.held import Contract, Held
from sigmasight_ui.services.risk.schemas import SymbolLeftOut

PRIVATE = "private: it has no market returns"
NO_GREEKS = "its Greeks are not calculated"
NO_PRICE = "no price"


@dataclass(frozen=True, eq=False, slots=True)
class Positions:
    """values: signed dollars by symbol of what has returns of its own. exposures: the same plus the delta-adjusted
    dollars of options. options: those with Greeks. unmodelled: gross value of what has neither. left_out: its names."""

    held: tuple[Held, ...]
    values: dict[str, float]
    exposures: dict[str, float]
    options: tuple[tuple[Held, Contract], ...]
    unmodelled: float
    left_out: tuple[SymbolLeftOut, ...]

    @property
    def symbols(self) -> tuple[str, ...]:
        """Everything that has an exposure, in a fixed order."""
        return tuple(sorted(self.exposures))

    @property
    def names(self) -> dict[str, str]:
        return {held.symbol: held.name for held in self.held}


def positions(holdings: Sequence[Held]) -> Positions:
    values = {held.symbol: held.value for held in holdings if held.has_returns and held.value is not None}
    exposures = dict(values)
    options: list[tuple[Held, Contract]] = []
    unmodelled, left_out = 0.0, []
    for held in holdings:
        contract = contract_of(held)
        if contract is not None and contract.exposure is not None:
            options.append((held, contract))
            exposures[contract.underlying] = exposures.get(contract.underlying, 0.0) + contract.exposure
        elif not held.is_cash and not held.has_returns:
            unmodelled += held.gross or 0.0
            left_out.append(SymbolLeftOut(held.symbol, _why(held, contract), inputs.money(held.gross)))
    return Positions(tuple(holdings), values, exposures, tuple(options), unmodelled, tuple(left_out))


def contract_of(held: Held) -> Contract | None:
    return None if held.greeks is None else Contract(**held.greeks)


def _why(held: Held, contract: Contract | None) -> str:
    if held.investment_class == "PRIVATE":
        return PRIVATE
    if held.investment_class == "OPTIONS":
        return NO_GREEKS if contract is None or contract.reason is None else contract.reason
    return NO_PRICE
