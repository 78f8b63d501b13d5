"""What brokers export: every module in this folder that declares a FORMAT reads one kind of file of one broker."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType

from sigmasight_ui.services.portfolios.broker_formats import mapping
from sigmasight_ui.services.portfolios.broker_formats.contract import Format, Reading
from sigmasight_ui.services.portfolios.broker_formats.mapping import MappingOffer
from sigmasight_ui.services.portfolios.broker_formats.reading import Sheet, open_sheet
from sigmasight_ui.services.portfolios.csv_problems import problem
from sigmasight_ui.services.portfolios.csv_reading import Refusal


@cache
def all_formats(extra_folder: Path | None = None) -> tuple[Format, ...]:
    """Every format by key; `extra_folder` adds the modules of a folder outside the package."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    modules += [_module_of(path) for path in sorted(extra_folder.glob("*.py"))] if extra_folder else []
    formats = [found for module in modules if isinstance(found := getattr(module, "FORMAT", None), Format)]
    return tuple(sorted(formats, key=lambda found: found.key))


def _module_of(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"broker_format_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def find_format(key: str, formats: Iterable[Format] | None = None) -> Format | None:
    return next((found for found in formats or all_formats() if found.key == key), None)


def recognise(sheet: Sheet, formats: Iterable[Format] | None = None) -> Format | None:
    """The format whose column names fit most precisely; None for a file nobody knows."""
    best = max(formats or all_formats(), key=lambda found: found.score(sheet), default=None)
    return best if best and best.score(sheet) else None


def read(content: bytes, today: date, format_key: str | None = None, *, extra_folder: Path | None = None) -> Reading:
    """Bytes -> what they say; never raises for bytes. `format_key` is somebody's own choice and beats recognition."""
    formats = all_formats(extra_folder)

    def read_sheet(sheet: Sheet) -> Reading:
        chosen = find_format(format_key, formats) if format_key else recognise(sheet, formats)
        return chosen.read(sheet, today) if chosen else Reading()

    return _unless_refused(content, read_sheet)


def read_mapped(content: bytes, columns: Mapping[str, str], today: date) -> Reading:
    """The same for a file nobody knows; `columns` says by field which of its titles is meant."""
    return _unless_refused(content, lambda sheet: mapping.read_mapped(sheet, columns, today))


def mapping_offer(content: bytes) -> MappingOffer | None:
    """What can be chosen in a file nobody knows; None for one that is no table."""
    try:
        return mapping.offer(open_sheet(content))
    except Refusal:
        return None


def _unless_refused(content: bytes, reader: Callable[[Sheet], Reading]) -> Reading:
    try:
        return reader(open_sheet(content))
    except Refusal as refusal:
        found = problem(refusal.code, line=refusal.line, message=refusal.message, hint=refusal.hint)
        return Reading(problems=(found,))


def raw_lines(content: bytes, lines: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Nothing for a file that is no table."""
    try:
        wanted = frozenset(lines)
        return {row.line: row.cells for row in open_sheet(content).rows if row.line in wanted}
    except Refusal:
        return {}
