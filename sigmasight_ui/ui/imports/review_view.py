"""What the review screen holds in its state: ready text, a page of rows at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

from sigmasight_ui.ui.kit.paging import Paging
from sigmasight_ui.ui.kit.receipt import Fact


@dataclass(frozen=True)
class Choice:
    value: str
    words: str


@dataclass(frozen=True)
class AccountLine:
    """One account of the file. `goes_to` is a portfolio's id, "new" or "none"; the names and the balance are asked for
    where a portfolio is made. `balance_note`: where a balance comes from that nobody typed."""

    label: str
    is_included: bool
    goes_to: str
    is_new: bool
    account_name: str
    account_type: str
    equity_balance: str
    balance_note: str
    name_problem: str
    positions: str
    value: str


@dataclass(frozen=True)
class Totals:
    title: str = ""
    finding: str = ""
    chip: str = ""
    tone: str = "plain"
    facts: list[Fact] = field(default_factory=list)


@dataclass(frozen=True)
class Question:
    """`choices` with the one taken; `typed` is an answer in somebody's own words, where one `takes_text`."""

    id: str
    title: str
    text: str
    choices: list[Choice]
    chosen: str
    takes_text: bool
    typed: str
    placeholder: str


@dataclass(frozen=True)
class ReviewLine:
    """A position to be created. `against` says what it is beside the present holdings, `tone` how it looks."""

    line: int
    symbol: str
    name: str
    quantity: str
    at: str
    price: str
    date: str
    is_estimated: bool
    cost: str
    against: str
    tone: str
    is_hidden: bool
    is_skipped: bool
    lacks_price: bool
    lacks_date: bool


@dataclass(frozen=True)
class PlainLine:
    """A line of the file and what is said about it."""

    line: str
    text: str
    why: str


@dataclass(frozen=True)
class DuplicateLine:
    line: int
    what: str
    why: str
    is_added: bool


@dataclass(frozen=True)
class ProblemLine:
    """A row that cannot be read. `field` is what may be typed again; `can_skip` where it is a line of its own."""

    line: int
    where: str
    symbol: str
    column: str
    found: str
    advice: str
    code: str
    field: str
    can_skip: bool


@dataclass(frozen=True)
class Lines:
    """One page of one account's rows."""

    rows: list[ReviewLine] = field(default_factory=list)
    paging: Paging = Paging()


@dataclass(frozen=True)
class MappedField:
    """`title` is the column of the file that is chosen or proposed for it."""

    name: str
    label: str
    is_required: bool
    title: str


@dataclass(frozen=True)
class PresetChoice:
    """`columns` in words, `mapping` for the service; `fits`: the file has all of them."""

    id: str
    name: str
    columns: str
    fits: bool
    mapping: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    """A file nobody knows; `presets` are what the person has named, whether or not they fit it."""

    titles: list[str] = field(default_factory=list)
    first_rows: list[list[str]] = field(default_factory=list)
    fields: list[MappedField] = field(default_factory=list)
    presets: list[PresetChoice] = field(default_factory=list)


@dataclass(frozen=True)
class ReviewPage:
    """Everything the screen shows; `can_confirm` false says in `why_not` what is in the way."""

    outcome: str
    file_title: str
    file_line: str
    format: str
    accounts: list[AccountLine]
    totals: Totals
    questions: list[Question]
    tabs: list[Choice]
    shown_account: str
    section: str
    against: str
    has_present: bool
    mode: str
    lines: Lines
    going: list[PlainLine]
    negative: str
    skipped: list[PlainLine]
    skipped_finding: str
    duplicates: list[DuplicateLine]
    duplicates_finding: str
    problems: list[ProblemLine]
    problems_finding: str
    mapping: Mapping
    needs_mapping: bool
    guide_missing: str
    guide_where: str
    summary: str
    summary_rest: str
    confirm_label: str
    can_confirm: bool
    why_not: str
