"""Files that are recognised by name and kind and hold no open positions: never read, always answered with a way on."""

from __future__ import annotations

from datetime import date

from sigmasight_ui.services.portfolios.broker_formats.contract import (
    Fingerprint,
    Format,
    Guide,
    Reading,
    Recognition,
)
from sigmasight_ui.services.portfolios.broker_formats.reading import Sheet


def guided_format(
    key: str, broker: str, kind: str, label: str, fingerprints: tuple[Fingerprint, ...], *, missing: str, where: str
) -> Format:
    recognition = Recognition(key, broker, kind, label, None, ())

    def read(_sheet: Sheet, _today: date) -> Reading:
        return Reading(recognition, guide=Guide(missing, where))

    return Format(
        key=key,
        broker=broker,
        kind=kind,
        label=label,
        fingerprints=fingerprints,
        columns=(),
        read=read,
        cost="not read: guided to another file",
        entry_date="not read",
        cash="not read",
        cannot_know=("what is held",),
        where=where,
    )
