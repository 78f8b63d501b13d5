"""docs/benchmarks.md and the same on the terminal, from the figures of one run."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.figure import Figure
from tests.bench.machine import Machine

_COLUMNS = ("Figure", "Target", "Median", "p95", "n", "", "Peer", "Ratio to peer")


def markdown(figures: Sequence[Figure], machine: Machine) -> str:
    rows = [_COLUMNS, ("---",) * len(_COLUMNS), *(_row(figure) for figure in figures)]
    notes = [f"* **{figure.name}**: {figure.note}" for figure in figures if figure.note]
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench`, which starts the product with `up` over a fresh data folder and measures from",
            "outside. The target is about the number in bold. A ratio compares the median with the peer's median.",
            "",
            *(f"* {line}" for line in machine.lines()),
            "",
            *("| " + " | ".join(row) + " |" for row in rows),
            "",
            "## How each is measured",
            "",
            *notes,
            "",
        ]
    )


def terminal(figures: Sequence[Figure]) -> str:
    rows = [_COLUMNS, *(_row(figure) for figure in figures)]
    plain = [[cell.replace("**", "") for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in plain) for column in range(len(_COLUMNS))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in plain)
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, ...]:
    middle, high = number(figure.median), number(figure.p95) if len(figure.samples) > 1 else ""
    if figure.judged == "p95" and high:
        high = f"**{high}**"
    else:
        middle = f"**{middle}**"
    peer = f"{figure.peer.name}: {number(figure.peer.value)} {figure.unit}".rstrip() if figure.peer else ""
    ratio = f"{number(figure.ratio)}" if figure.ratio is not None else ""
    return (figure.name, _target(figure), _with(middle, figure.unit), _with(high, figure.unit),
            str(len(figure.samples)), _verdict(figure), peer, ratio)  # fmt: skip


def number(value: float) -> str:
    """Three digits that mean something, two of what is less than a tenth."""
    if 0 < abs(value) < 0.1:
        return f"{value:.2g}" if abs(value) >= 1e-4 else f"{value:.1e}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _with(text: str, unit: str) -> str:
    return f"{text} {unit}".rstrip() if text else ""


def _target(figure: Figure) -> str:
    if figure.of_peer is not None:
        share = f"1/{1 / figure.of_peer:g}" if figure.of_peer < 1 else f"{figure.of_peer:g} x"
        return f"≤ {share} the peer"
    if figure.target is None:
        return ""
    return _with(f"{'≥' if figure.at_least else '≤'} {figure.target:g}", figure.unit)


def _verdict(figure: Figure) -> str:
    return {None: "", True: "met", False: "missed"}[figure.is_met]
