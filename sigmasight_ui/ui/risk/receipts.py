"""What opens from a figure: the figure with its error, the formula in words, and what it stands on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sigmasight_ui.services.risk.schemas import FigureView, Recomputed
from sigmasight_ui.services.risk.schemas import Receipt as StoredReceipt
from sigmasight_ui.ui import format
from sigmasight_ui.ui.kit.receipt import Fact
from sigmasight_ui.ui.risk import wording

HASH = 8


@dataclass(frozen=True)
class Receipt:
    """`digest`: of the result with its inputs, shortened; empty where nothing is stored behind the figure."""

    title: str = ""
    value: str = ""
    error: str = ""
    formula: str = ""
    digest: str = ""
    facts: list[Fact] = field(default_factory=list)


def receipt(title: str, figure: FigureView, value: str, formula: str, *facts: Fact, error: str = "") -> Receipt:
    """`facts` are the section's own; window, observations, date and coverage are every figure's."""
    found = [*facts, *_facts(figure)]
    return Receipt(title, value, f"{error} standard error" if error else "", formula, facts=found)


def stored(shown: Receipt, found: StoredReceipt) -> Receipt:
    """With what is stored behind the figure: the sessions, the source, what was left out, the hash of the result."""
    facts = {fact.term: fact.value for fact in shown.facts}
    method = facts.pop("Method", found.formula)
    if found.first_session is not None and found.last_session is not None:
        facts["Window"] = f"{format.day(found.first_session)} to {format.day(found.last_session)}"
    if found.view.n_obs is not None:
        of = "" if found.view.window is None else f" of {found.view.window:,}"
        facts["Observations"] = f"{found.view.n_obs:,}{of}"
    facts["Positions"] = f"{found.holdings_total:,}"
    facts["Left out"] = wording.left_out(found.left_out).removeprefix("leaves out ") or "nothing"
    if found.origin is not None:
        facts["Source"] = found.origin.label
    if found.computed_at is not None:
        facts["Calculated"] = format.moment(found.computed_at)
    facts["Method"] = method
    return replace(
        shown, digest=short_hash(found.result_hash), facts=[Fact(term, value) for term, value in facts.items()]
    )


def short_hash(digest: str) -> str:
    """9f3c 41ab"""
    return f"{digest[: HASH // 2]} {digest[HASH // 2 : HASH]}"


def different(found: Recomputed) -> str:
    """What changed since; the new hash where nothing else is known."""
    changes = " ".join(wording.sentence(change) for change in found.changes)
    return f"Different: {changes}" if changes else f"Different: the hash is now {short_hash(found.after.result_hash)}."


def _facts(figure: FigureView) -> list[Fact]:
    facts = []
    if figure.reason is not None:
        facts.append(Fact("Unknown because", figure.reason))
    if figure.window is not None:
        facts.append(Fact("Window", f"{figure.window:,} trading days"))
    if figure.n_obs is not None:
        facts.append(Fact("Observations", f"{figure.n_obs:,}"))
    if figure.as_of is not None:
        facts.append(Fact("As of", format.day(figure.as_of)))
    if figure.coverage_nav is not None:
        facts.append(Fact("Coverage", f"{format.covered(figure.coverage_nav)} of the portfolio"))
    facts.append(Fact("Method", figure.method))
    return facts
