"""Many portfolios in one go: facts read once for all, everything computed from memory, results written together.

The phases are those of a single run; only where they ask and where they keep is different.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlmodel import Session

from sigmasight_ui.services.market_data.schemas import Quote as MarketQuote
from sigmasight_ui.services.risk import inputs, measuring, reference, valuing
from sigmasight_ui.services.risk.computation import Computation
from sigmasight_ui.services.risk.estimates import Known
from sigmasight_ui.services.risk.held import Held
from sigmasight_ui.services.risk.inputs import Scope
from sigmasight_ui.services.risk.repository.results import FigureRow, Stamp, StoredBook
from sigmasight_ui.services.risk.repository.views import SectorSum
from sigmasight_ui.services.risk.repository.writing import PackedResults, pack
from sigmasight_ui.services.risk.schemas import NightNeed, PhaseResult, ScenarioView
from sigmasight_ui.services.risk.study.figures import NavFact
from sigmasight_ui.services.risk.valuation import LOOKBACK_DAYS
from sigmasight_ui.services.securities.schemas import SecurityView

if TYPE_CHECKING:
    from sigmasight_ui.services.market_data.service import MarketDataService, PriceTable
    from sigmasight_ui.services.securities.service import SecuritiesService

BATCH = 10  # portfolios that are sent to another process together
_AMOUNT, _QUANTITY = Decimal("1e-8"), Decimal("1e-6")
"""How amounts and quantities are rounded where they are stored."""


@dataclass(frozen=True, eq=False, slots=True)
class MemoryFacts:
    """Read beforehand; what is not in it is not known."""

    described: Mapping[str, SecurityView]
    newest: Mapping[str, MarketQuote]
    prices: PriceTable
    known: Known
    definitions: tuple[ScenarioView, ...]

    def describe(self, symbols: Iterable[str]) -> dict[str, SecurityView]:
        return {symbol: self.described[symbol] for symbol in symbols}

    def quotes(self, symbols: Sequence[str]) -> Mapping[str, MarketQuote]:
        return {symbol: self.newest[symbol] for symbol in symbols if symbol in self.newest}

    def closes(self, symbols: Sequence[str], first: date, last: date) -> PriceTable:
        return self.prices.part(list(dict.fromkeys(symbols)), first, last)

    def refresh(self, names: Sequence[str]) -> Known:
        return replace(self.known, symbols=self.known.symbols.pick(list(dict.fromkeys(names))), changed=())

    def recall(self, names: Sequence[str], _with_returns: Collection[str] = ()) -> Known:
        """All have their returns."""
        return self.refresh(names)

    def scenarios(self) -> Sequence[ScenarioView]:
        return self.definitions

    def part(self, symbols: Collection[str], names: Sequence[str], first: date, last: date) -> MemoryFacts:
        """What one portfolio needs: small enough to be sent to another process."""
        return MemoryFacts(
            described={symbol: self.described[symbol] for symbol in symbols},
            newest=self.quotes(sorted(symbols)),
            prices=self.prices.part(sorted(symbols), first, last),
            known=self.refresh(names),
            definitions=self.definitions,
        )


@dataclass(eq=False, slots=True)
class MemoryStore:
    """Keeps the results of one portfolio as the database would, until they are written."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    snapshots: dict[date, dict[str, Any]] = field(default_factory=dict)
    first: date | None = None
    keys: list[str] = field(default_factory=list)
    figures: list[FigureRow] = field(default_factory=list)
    exhibits: dict[str, str] = field(default_factory=dict)
    kept_book: StoredBook | None = None
    held: list[Held] | None = None

    def forget_other_results(self, _stamp: Stamp) -> None:
        """Nothing is here yet; the database is told when the results are written."""

    def put_holdings(self, _stamp: Stamp, rows: Sequence[dict[str, Any]]) -> None:
        self.rows = {row["symbol"]: row for row in rows}
        self.kept_book = self.held = None

    def put_greeks(self, _stamp: Stamp, greeks: Mapping[str, str]) -> None:
        for symbol, content in greeks.items():
            self.rows[symbol] = {**self.rows[symbol], "greeks": json.loads(content)}
        self.kept_book = self.held = None

    def put_snapshots(self, _stamp: Stamp, rows: Sequence[dict[str, Any]], first: date | None = None) -> None:
        self.snapshots |= {row["session"]: row for row in rows}
        self.first = first if first is not None else self.first

    def put_figures(self, _stamp: Stamp, keys: Collection[str], rows: Sequence[FigureRow]) -> None:
        self.keys += keys
        self.figures += rows

    def put_exhibit(self, _stamp: Stamp, name: str, content: str) -> None:
        self.exhibits[name] = content

    def put_book(self, _stamp: Stamp, book: StoredBook) -> None:
        self.kept_book = book

    def holdings(self, _stamp: Stamp) -> list[Held]:
        """Eight phases ask."""
        if self.held is None:
            self.held = [_held(self.rows[symbol]) for symbol in sorted(self.rows)]
        return self.held

    def sector_sums(self, _stamp: Stamp) -> list[SectorSum]:
        sums: dict[str, SectorSum] = {}
        for row in self.rows.values():
            if row["market_value"] is not None:
                before = sums.get(row["sector"], SectorSum(row["sector"], Decimal(0), Decimal(0), 0))
                net, gross = before.net + _stored(row["market_value"]), before.gross + _stored(row["gross_value"])
                sums[row["sector"]] = SectorSum(row["sector"], net, gross, before.symbols + 1)
        return [sums[sector] for sector in sorted(sums)]

    def nav(self, stamp: Stamp) -> NavFact | None:
        row = self.snapshots.get(stamp.as_of)
        return None if row is None else NavFact(row["nav"], row["coverage"])

    def book(self, _stamp: Stamp) -> StoredBook | None:
        return self.kept_book

    def packed(self) -> PackedResults:
        return pack(
            self.rows.values(), self.snapshots.values(), self.first, self.keys, self.figures, self.exhibits,
            self.kept_book,
        )  # fmt: skip


def _held(row: Mapping[str, Any]) -> Held:
    value, gross, price = (_number(row[name]) for name in ("market_value", "gross_value", "price"))
    quantity = float(row["quantity"].quantize(_QUANTITY, ROUND_HALF_UP))
    return Held(
        row["symbol"], row["name"], row["investment_class"], row["sector"], row["is_cash"], quantity, price,
        row["price_session"], value, gross, row.get("greeks"),
    )  # fmt: skip


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(_stored(amount))


def _stored(amount: Decimal) -> Decimal:
    return amount.quantize(_AMOUNT, ROUND_HALF_UP)


# The work


@dataclass(frozen=True, eq=False, slots=True)
class Task:
    """One portfolio, with everything its computation needs."""

    scope: Scope
    run_id: UUID
    now: datetime
    facts: MemoryFacts


@dataclass(frozen=True, eq=False, slots=True)
class Done:
    """phases: how far each came. packed: what is to be written. trouble: the traceback of what went wrong instead."""

    stamp: Stamp
    phases: Mapping[str, PhaseResult]
    packed: PackedResults | None
    trouble: str | None = None


def compute(tasks: Sequence[Task]) -> list[Done]:
    """Several at a time, so that sending them costs less than the work."""
    return [_compute(task) for task in tasks]


def _compute(task: Task) -> Done:
    store = MemoryStore()
    c = Computation(task.scope, task.run_id, task.now, task.facts, store)
    phases: dict[str, PhaseResult] = {}
    try:
        phases["value_positions"] = valuing.value_positions(c)
        phases["profit_and_loss"] = valuing.profit_and_loss(c)
        for part, measure in measuring.PARTS.items():
            phases[part] = measure(c)
    except Exception:  # logged with a reference by whoever takes it; the portfolio is then done by itself
        return Done(c.stamp, {}, None, traceback.format_exc())
    return Done(c.stamp, phases, store.packed())


# The facts


@dataclass(frozen=True, slots=True)
class Member:
    """One portfolio of the night."""

    scope: Scope
    run_id: UUID

    @property
    def symbols(self) -> set[str]:
        return {lot.symbol for lot in self.scope.lots}

    @property
    def names(self) -> list[str]:
        """What may have an exposure: what is listed, and what options are on."""
        found = {lot.symbol for lot in self.scope.lots if lot.investment_class == "PUBLIC"}
        return sorted(found | {lot.underlying_symbol for lot in self.scope.lots if lot.underlying_symbol})

    @property
    def first(self) -> date:
        """The earliest close its history needs; its returns come with the estimates."""
        entry = min((lot.entry_date for lot in self.scope.lots), default=self.scope.as_of)
        longest = self.scope.as_of - timedelta(days=inputs.HISTORY_DAYS)
        return max(min(entry, self.scope.as_of), longest) - 2 * timedelta(days=LOOKBACK_DAYS)

    def need(self, fixed_price: Collection[str], now: datetime) -> NightNeed:
        lots, entry = self.scope.lots, min((lot.entry_date for lot in self.scope.lots), default=None)
        return NightNeed(
            self.run_id, inputs.needed_symbols(lots, fixed_price, now), inputs.needed_from(entry, self.scope.as_of),
            len(lots), self.scope.portfolio.is_sample, self,
        )  # fmt: skip


def facts_of(
    session: Session, market: MarketDataService, securities: SecuritiesService, members: Sequence[Member], now: datetime
) -> MemoryFacts:
    """Read once for all members, who share source and session; estimates that are new are stored."""
    from sigmasight_ui.services.risk import estimates

    source, as_of = members[0].scope.source, members[0].scope.as_of
    symbols = sorted(set().union(*(member.symbols for member in members)))
    names = sorted({name for member in members for name in member.names})
    first = min(member.first for member in members)
    return MemoryFacts(
        described=securities.describe(session, symbols),
        newest=market.latest_quotes(session, source, symbols, as_of),
        prices=market.closes(session, source, symbols, first, as_of),
        known=estimates.refresh(estimates.MarketDay(session, market, source, as_of), names, now),
        definitions=reference.scenarios(session),
    )


def batches(members: Sequence[Member], facts: MemoryFacts, now: datetime) -> Iterator[list[Task]]:
    for begin in range(0, len(members), BATCH):
        yield [_task(member, facts, now) for member in members[begin : begin + BATCH]]


def _task(member: Member, facts: MemoryFacts, now: datetime) -> Task:
    own = facts.part(member.symbols, member.names, member.first, member.scope.as_of)
    return Task(member.scope, member.run_id, now, own)
