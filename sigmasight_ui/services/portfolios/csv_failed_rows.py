"""The rows to correct as a CSV of their own, safe to open in a spreadsheet program and to upload again."""

from __future__ import annotations

import csv
import io

from sigmasight_ui.services.portfolios.csv_formulas import without_formula
from sigmasight_ui.services.portfolios.csv_header import COLUMNS
from sigmasight_ui.services.portfolios.csv_template import FailedRecord, ParsedCsv

PROBLEM = "Problem"


def failed_rows_csv(parsed: ParsedCsv) -> bytes:
    """UTF-8 with mark, because Excel takes it for Windows-1252 otherwise and our reader accepts both."""
    text = io.StringIO(newline="")
    # Quoted throughout, so that a row beginning with # does not come back as a comment.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    titles = parsed.titles or COLUMNS
    width = max([len(titles), *(len(record.cells) for record in parsed.failed_records)])
    writer.writerow([*_safe(titles, width), PROBLEM])
    for record in parsed.failed_records:
        writer.writerow([*_safe(record.cells, width), _explanation(record)])
    return text.getvalue().encode("utf-8-sig")


def _safe(cells: tuple[str, ...], width: int) -> list[str]:
    return [without_formula(cell) for cell in cells] + [""] * (width - len(cells))


def _explanation(record: FailedRecord) -> str:
    return " ".join(f"{found.field or 'Row'}: {found.message} {found.hint} ({found.code})" for found in record.problems)
