"""docs/imports.md, written from what the formats say about themselves.

To write it: python -m tests.services.portfolios.broker_formats.imports_page
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sigmasight_ui.services.portfolios.broker_formats import all_formats
from sigmasight_ui.services.portfolios.broker_formats.contract import Format
from sigmasight_ui.services.portfolios.schemas import MAPPED_FIELDS
from tests.architecture.rules import ROOT

PAGE = ROOT / "docs" / "imports.md"

_INTRODUCTION = """# What can be imported

Every format is one module in `sigmasight_ui/services/portfolios/broker_formats/`; this page is written from what those
modules say about themselves. How to add one: [the walk](walks/new-broker-format.md).

A file is recognised by its column names, trimmed and in any case, wherever its header stands among the first lines and
whatever the order of its columns. Text may be UTF-8, UTF-16 or Windows-1252, separated by commas, semicolons or tabs.
Cost is always kept per share (per 100 of face for bonds) with as many decimals as give the broker's total back to the
cent; a market price is never taken for a cost. Account numbers are cut to their last four characters before anything
leaves the reader. What a row cannot tell is asked: one question for all missing days, one for all missing costs.
"""


_OF_ANY_OTHER = """\
A file nobody knows is shown with its own titles and first rows, and somebody says which column is what. Such
a choice can be kept under a name: it fits every later file that has these titles, in whatever order. A table that looks
like a list of trades is read only after somebody has confirmed that it lists holdings."""


def imports_page(formats: Iterable[Format]) -> str:
    ordered = sorted(formats, key=lambda form: (form.broker.casefold(), form.label))
    sections = (line for form in ordered for line in _section(form))
    return "\n".join([_INTRODUCTION, *_overview(ordered), *_any_other_table(), *sections])


def _any_other_table() -> Iterator[str]:
    yield "## Any other table"
    yield ""
    yield _OF_ANY_OTHER
    yield ""
    yield "| Field | Proposed for the titles |"
    yield "|---|---|"
    for field in MAPPED_FIELDS:
        required = " (required)" if field.is_required else ""
        yield _row(field.label + required, ", ".join(field.titles))
    yield ""


def _overview(formats: Iterable[Format]) -> Iterator[str]:
    yield "| File | Kind | Cost | Entry date | Cash |"
    yield "|---|---|---|---|---|"
    for form in formats:
        yield _row(form.label, form.kind, form.cost, form.entry_date, form.cash)
    yield ""


def _section(form: Format) -> Iterator[str]:
    yield f"## {form.label}"
    yield ""
    yield f"Where to get it: {form.where}"
    yield ""
    for found in form.fingerprints:
        title = f", below a line that begins with “{found.title}”" if found.title else ""
        yield f"* Recognised by the columns {', '.join(sorted(found.names))}{title}."
    for missing in form.cannot_know:
        yield f"* It cannot tell: {missing}."
    yield ""
    if form.columns:
        yield "| Column | What it becomes |"
        yield "|---|---|"
        for column in form.columns:
            yield _row(" / ".join(column.titles), column.meaning or column.field)
        yield ""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    PAGE.write_text(imports_page(all_formats()), encoding="utf-8")


if __name__ == "__main__":
    main()
