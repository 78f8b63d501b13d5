"""The page about imports says what the modules say."""

from __future__ import annotations

from sigmasight_ui.services.portfolios.broker_formats import all_formats
from tests.services.portfolios.broker_formats.imports_page import PAGE, imports_page


def test_the_page_is_what_the_modules_say() -> None:
    hint = "write it anew: python -m tests.services.portfolios.broker_formats.imports_page"
    assert PAGE.read_text(encoding="utf-8") == imports_page(all_formats()), hint


def test_every_format_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [form.key for form in all_formats() if f"## {form.label}\n" not in page] == []
