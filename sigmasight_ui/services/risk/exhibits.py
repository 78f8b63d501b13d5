"""What is more than a number: views kept whole as JSON, and the figures in them that are kept by date."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from sigmasight_ui.services.risk import rules
from sigmasight_ui.services.risk.repository.results import FigureRow
from sigmasight_ui.services.risk.schemas import (
    CorrelationMatrix,
    FactorExposures,
    FigureView,
    GreeksView,
    StressResults,
    TailRisk,
    VolatilityProfile,
)

View = TypeVar("View")


@dataclass(frozen=True, slots=True)
class Exhibit(Generic[View]):
    """keys: of the figures that are kept by date with it; one that ends with a colon stands for all that begin so."""

    name: str
    shape: type[View]
    keys: tuple[str, ...]

    def has(self, key: str) -> bool:
        return any(key == each or (each.endswith(":") and key.startswith(each)) for each in self.keys)

    def pack(self, view: View) -> str:
        return self._adapter.dump_json(view).decode()

    def unpack(self, content: str) -> View:
        view: View = self._adapter.validate_json(content)
        return view

    @property
    def _adapter(self) -> TypeAdapter[Any]:
        shape: Any = self.shape
        return _adapter_of(shape)


@cache
def _adapter_of(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


FACTORS = Exhibit(
    "factors", FactorExposures, (rules.FACTOR, rules.CONTRIBUTION, rules.SPREAD, *rules.FACTOR_MODEL)
)  # fmt: skip
VOLATILITY = Exhibit("volatility", VolatilityProfile, (*rules.VOLATILITIES, *rules.FORECASTS, rules.TREND))
TAIL = Exhibit("tail", TailRisk, (*rules.TAILS, *rules.NORMAL_TAILS))
CORRELATIONS = Exhibit("correlations", CorrelationMatrix, rules.CORRELATION)
GREEKS = Exhibit("greeks", GreeksView, rules.GREEKS)
STRESS = Exhibit("stress", StressResults, (rules.STRESS,))


def of_factors(view: FactorExposures) -> dict[str, FigureView]:
    model = (
        view.r_squared, view.volatility, view.factor_volatility, view.specific_volatility, view.specific_contribution,
    )  # fmt: skip
    return {
        **dict(zip(rules.FACTOR_MODEL, model, strict=True)),
        **{f"{rules.FACTOR}{row.key}": row.beta for row in view.rows},
        **{f"{rules.CONTRIBUTION}{row.key}": row.contribution for row in view.rows},
        **{f"{rules.SPREAD}{spread.key}": spread.beta for spread in view.spreads},
    }


def of_volatility(view: VolatilityProfile) -> dict[str, FigureView]:
    realised = (view.volatility_21, view.volatility_63, view.volatility_252, view.percentile)
    return {
        **dict(zip(rules.VOLATILITIES, realised, strict=True)),
        **dict(zip(rules.FORECASTS, (view.ewma, view.forecast), strict=True)),
        rules.TREND: view.trend,
    }


def of_tail(view: TailRisk) -> dict[str, FigureView]:
    found = {}
    for keys, estimates in ((rules.TAILS, view.historical), (rules.NORMAL_TAILS, view.normal)):
        for key, name in zip(keys, rules.TAILS, strict=True):
            found[key] = getattr(estimates, name).figure
    return found


def of_correlations(view: CorrelationMatrix) -> dict[str, FigureView]:
    return dict(zip(rules.CORRELATION, (view.average, view.effective_number), strict=True))


def of_greeks(view: GreeksView) -> dict[str, FigureView]:
    return dict(
        zip(rules.GREEKS, (view.delta, view.gamma, view.vega, view.theta, view.rho, view.exposure), strict=True)
    )


def of_stress(view: StressResults) -> dict[str, FigureView]:
    return {f"{rules.STRESS}{row.key}": row.total for row in view.rows}


def figure_rows(figures: dict[str, FigureView]) -> list[FigureRow]:
    return list(_rows(figures))


def _rows(figures: dict[str, FigureView]) -> Iterator[FigureRow]:
    for key, view in figures.items():
        yield FigureRow(
            key, view.value, view.reason, view.std_error, view.n_obs, view.window, view.coverage_nav,
            view.method, json.dumps(view.details),
        )  # fmt: skip
