"""The questions a file leaves open, one card each, with its proposed answer taken."""

from __future__ import annotations

from dataclasses import replace

from sigmasight_ui.services.imports.schemas.choices import AS_OF, ENTRY_DATE, ENTRY_PRICE, MAPPING, SKIP
from sigmasight_ui.services.imports.schemas.review import QuestionView, Review
from sigmasight_ui.ui import format
from sigmasight_ui.ui.format import plural
from sigmasight_ui.ui.imports.review_view import Choice, Question

ONE_DATE = "one date"


def question_cards(review: Review) -> list[Question]:
    """All but the mapping of columns, which has a screen of its own."""
    asked = [question for question in review.questions if question.id != MAPPING]
    cards = [_card(question, review) for question in asked]
    if len(cards) == 1:
        return [replace(cards[0], title=f"One question: {cards[0].title}")]
    return [replace(card, title=f"Question {n} of {len(cards)}: {card.title}") for n, card in enumerate(cards, 1)]


def _card(question: QuestionView, review: Review) -> Question:
    if question.id == ENTRY_DATE:
        return _entry_dates(question, review)
    if question.id == ENTRY_PRICE:
        return _entry_prices(question)
    chosen = question.answer or question.default or ""
    return Question(
        id=question.id,
        title=question.text,
        text=f"About {plural(len(question.lines), 'line')} of the file." if question.lines else "",
        choices=[Choice(value, value) for value in question.choices],
        chosen=chosen,
        takes_text=not question.choices,
        typed="" if chosen in question.choices else chosen,
        placeholder="",
    )


def _entry_dates(question: QuestionView, review: Review) -> Question:
    """When were 22 positions bought?"""
    as_of = review.recognised.as_of if review.recognised else None
    answer = question.answer or (AS_OF if question.default else "")
    of_file = f"Use the date of the file, {format.day(as_of)}, marked estimated" if as_of else ""
    choices = [Choice(AS_OF, of_file or "Use today, marked estimated"), Choice(ONE_DATE, "Use one date")]
    is_of_file = answer == AS_OF or (as_of is not None and answer == as_of.isoformat())
    is_date = bool(answer) and not is_of_file
    return Question(
        id=question.id,
        title=f"when {_were(len(question.lines))} bought?",
        text=f"The file has no entry {_dates(len(question.lines))}. The date moves profit since entry, not risk.",
        choices=choices,
        chosen=ONE_DATE if is_date else AS_OF if is_of_file else "",
        takes_text=True,
        typed=answer if is_date else "",
        placeholder="2024-03-14",
    )


def _entry_prices(question: QuestionView) -> Question:
    """They are typed where the positions stand; the alternative is to do without those lines."""
    lines = plural(len(question.lines), "line")
    return Question(
        id=question.id,
        title=question.text,
        text=f"Type the cost of {lines} in the table below. Or do without:",
        choices=[Choice(SKIP, f"Leave {lines} out")],
        chosen=SKIP if question.answer == SKIP else "",
        takes_text=False,
        typed="",
        placeholder="",
    )


def _were(count: int) -> str:
    return "was 1 position" if count == 1 else f"were {count:,} positions"


def _dates(count: int) -> str:
    return "date for it" if count == 1 else "dates for them"
