"""Reviews as plain values, for tests of what the screen makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sigmasight_ui.services.imports.schemas.choices import AS_OF, ENTRY_DATE, Mode
from sigmasight_ui.services.imports.schemas.history import ImportState
from sigmasight_ui.services.imports.schemas.review import (
    AccountView,
    Change,
    Difference,
    Duplicate,
    HoldingChange,
    Outcome,
    QuestionView,
    Recognised,
    Review,
    ReviewRow,
    RowStatus,
    SkippedLine,
    Totals,
)

D = Decimal
DAY = date(2026, 11, 12)
NOW = datetime(2026, 11, 20, 9, 41, tzinfo=UTC)
TAXABLE = UUID(int=1)
NAMES = {TAXABLE: "Schwab Taxable"}
INDIVIDUAL, ROTH, TRUST = "Individual ...417", "Roth ...032", "Education trust ...180"


def account(label: str = INDIVIDUAL, **other: Any) -> AccountView:
    values: dict[str, Any] = {
        "include": True, "is_new": False, "portfolio_id": TAXABLE, "portfolio_name": "Core",
        "account_name": "Schwab Taxable", "account_type": "taxable", "equity_balance": None,
        "proposed_equity": D("412806.55"), "to_import": 3, "name_taken": False, "positions": 3, "cash": D("14777.59"),
        "file_value": D("412806.55"), **other,
    }  # fmt: skip
    return AccountView(label, **values)


def new_account(label: str = ROTH, **other: Any) -> AccountView:
    values: dict[str, Any] = {
        "is_new": True, "portfolio_id": None, "account_name": "Schwab Roth IRA", "positions": 1,
        "proposed_equity": D("64220.18"), "file_value": D("64220.18"), **other,
    }  # fmt: skip
    return account(label, **values)


def line(number: int = 4, symbol: str = "NVDA", **other: Any) -> ReviewRow:
    values: dict[str, Any] = {
        "account": INDIVIDUAL, "name": "NVIDIA", "quantity": D(110), "entry_price": D("149.71"), "entry_date": DAY,
        "entry_date_estimated": True, "investment_class": "PUBLIC", "investment_subtype": None,
        "underlying_symbol": None, "strike_price": None, "expiration_date": None, "option_type": None,
        "exit_date": None, "exit_price": None, "cost": D("16468.10"), "market_value": D("20059.60"), "broker_id": None,
        "status": RowStatus.IMPORT, "duplicate": None, "change": Change.ADDED, "present_quantity": None,
        "edited": False, "is_complete": True, "raw": (), **other,
    }  # fmt: skip
    return ReviewRow(line=number, symbol=symbol, **values)


def duplicate(**other: Any) -> Duplicate:
    values: dict[str, Any] = {
        "position_id": UUID(int=9), "import_id": UUID(int=8), "label": "Schwab positions", "line": 17,
        "imported_at": datetime(2026, 10, 15, tzinfo=UTC), **other,
    }  # fmt: skip
    return Duplicate(**values)


def change(symbol: str, kind: Change, present: str, of_file: str, **other: Any) -> HoldingChange:
    values: dict[str, Any] = {"resulting_quantity": D(of_file), "goes_negative": False, **other}
    return HoldingChange(TAXABLE, symbol, kind, D(present), D(of_file), **values)


ROWS = (
    line(),
    line(5, "MSFT", name="Microsoft", quantity=D(70), entry_price=D("351.2"), cost=D("24584.00"),
         change=Change.UNCHANGED, present_quantity=D(70)),
    line(9, "SPY261218P00560000", name="Put on SPY", quantity=D(3), entry_price=D("9.85"), cost=D("2955.00")),
    line(10, "SGOV", name="iShares 0-3 Month Treasury ETF", quantity=D(120), entry_price=D("100.42"),
         cost=D("12050.40"), change=Change.CHANGED, present_quantity=D(90)),
    line(7, "BRK.B", name="Berkshire Hathaway B", quantity=D(38), entry_price=D("352.77"), cost=D("13405.26"),
         entry_date=date(2023, 2, 3), entry_date_estimated=False, change=Change.UNCHANGED, present_quantity=D(38)),
    line(19, "SHOP", name="Shopify", status=RowStatus.DUPLICATE, duplicate=duplicate(), change=Change.UNCHANGED,
         present_quantity=D(110)),
    line(40, "VTI", name="Vanguard Total Stock Market ETF", account=ROTH),
)  # fmt: skip
DIFFERENCE = Difference((
    change("NVDA", Change.ADDED, "0", "110"), change("MSFT", Change.UNCHANGED, "70", "70"),
    change("SGOV", Change.CHANGED, "90", "120"), change("KO", Change.CLOSED, "40", "0"),
))  # fmt: skip
REVIEW = Review(
    import_id=UUID(int=3),
    state=ImportState.REVIEW,
    outcome=Outcome.NEEDS_ANSWERS,
    file_name="all-accounts-positions.csv",
    size=5800,
    created_at=NOW,
    expires_at=NOW,
    portfolio_id=None,
    mode=Mode.REPLACE,
    recognised=Recognised(
        "schwab_positions", "Schwab", "positions", "Schwab positions", DAY,
        (account(), new_account(), new_account(TRUST, include=False, positions=0, file_value=D(0))),
    ),
    positions=ROWS,
    skipped=(SkippedLine(11, "Cash & Cash Inv…", "Cash, counted once: $14,777.59"),
             SkippedLine(27, "Account Total", "Sum line, used to check the total")),
    questions=(QuestionView(ENTRY_DATE, "When were they bought?", (4, 5, 9, 10, 19, 40), AS_OF, None),),
    problems=(),
    totals=Totals(D("477026.73"), D("477026.73"), D("459899.38"), D("17127.35"), D(0), D("285931.07")),
    guide=None,
    difference=DIFFERENCE,
    mapping=None,
)  # fmt: skip


def review(**other: Any) -> Review:
    return replace(REVIEW, **other)
