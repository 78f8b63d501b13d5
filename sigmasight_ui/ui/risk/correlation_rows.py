"""How the holdings move together: the heat map, its clusters, and the average in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from sigmasight_ui.services.risk.schemas import CorrelationCluster, CorrelationMatrix
from sigmasight_ui.ui import format
from sigmasight_ui.ui.kit.heat_geometry import HeatMap, heat_map
from sigmasight_ui.ui.risk import wording
from sigmasight_ui.ui.risk.cards import MISSING, SHOWN, Card
from sigmasight_ui.ui.risk.receipts import receipt

NAMED_CLUSTERS = 4
AGAINST = -0.05
"""Mean correlation with the others below which a holding is said to move against them."""


@dataclass(frozen=True)
class Correlation(Card):
    heat: HeatMap = field(default_factory=HeatMap)
    clusters: str = ""
    average: str = ""
    effective: str = ""


def correlation(found: CorrelationMatrix) -> Correlation:
    if found.reason is not None:
        return Correlation(MISSING, reason=wording.sentence(found.reason))
    clusters = [cluster.members for cluster in found.clusters]
    map_ = heat_map(found.symbols, found.matrix, clusters, short, "–")
    average, effective = format.ratio(found.average.value), format.ratio(found.effective_number.value, 1)
    return Correlation(
        SHOWN,
        finding=_finding(found),
        foot=_foot(found),
        heat=map_,
        clusters=_clusters(found),
        average=average,
        effective=effective,
        receipts={
            "correlation_average": receipt(
                "Average correlation", found.average, average, "Mean over all pairs of holdings that are shown."
            ),
            "correlation_effective_n": receipt(
                "Independent positions",
                found.effective_number,
                effective,
                "How many independent positions of equal size would vary as these do.",
            ),
        },
    )


def short(value: float) -> str:
    """Without leading zero, as maps write it: .53, −.13, 1"""
    text = format.ratio(value)
    return "1" if text == "1.00" else text.replace("0.", ".", 1)


def _finding(found: CorrelationMatrix) -> str:
    known = [(cluster, cluster.correlation) for cluster in found.clusters if cluster.correlation is not None]
    parts = []
    if known:
        tightest, correlation_ = max(known, key=lambda pair: pair[1])
        parts.append(f"{_named(tightest)} move together at {format.ratio(correlation_)}.")
    against = _against(found)
    if against:
        verb = "moves" if len(against) == 1 else "move"
        parts.append(f"{format.listed(against, 3)} {verb} against the others.")
    if not parts and found.average.value is not None:
        parts.append(f"Two holdings correlate at {format.ratio(found.average.value)} on average.")
    return " ".join(parts) or "No two holdings have enough days in common."


def _against(found: CorrelationMatrix) -> list[str]:
    """Holdings whose mean correlation with the others is negative."""
    names = []
    for at, (symbol, line) in enumerate(zip(found.symbols, found.matrix, strict=True)):
        others = [value for across, value in enumerate(line) if across != at and value is not None]
        if others and sum(others) / len(others) < AGAINST:
            names.append(symbol)
    return names


def _named(cluster: CorrelationCluster) -> str:
    return f"{cluster.name} ({format.listed(cluster.members, 4)})"


def _clusters(found: CorrelationMatrix) -> str:
    if not found.clusters:
        return "No cluster stands out."
    named = [_named(cluster) for cluster in found.clusters[:NAMED_CLUSTERS]]
    more = len(found.clusters) - NAMED_CLUSTERS
    rest = [format.plural(more, "more cluster")] if more > 0 else []
    return f"Framed, in order: {'; '.join(named + rest)}."


def _foot(found: CorrelationMatrix) -> str:
    count = f"{found.shown} largest of {found.of}" if found.shown < found.of else f"all {found.shown} holdings"
    hidden = format.plural(found.hidden_pairs, "hidden pair") if found.hidden_pairs else ""
    return wording.joined(f"{found.window} days", count, hidden, wording.left_out(found.left_out))
