"""Bytes of an upload -> records with their physical line numbers, or one refusal that says why not.

Knows encodings, quotes, separators, comments and limits; knows nothing about positions.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

MAX_BYTES = 10 * 1024 * 1024
# A row of ours is some 200 characters long; a longer line or record is no table row but an open quote or binary data.
MAX_RECORD_CHARACTERS = 131_072
DELIMITERS = (",", ";", "\t")
COMMENT = "#"
# First line of our own export. No comma, so that spreadsheet programs keep it as it is.
EXPORT_MARK = "# SigmaSight export: prices in full and one row per lot"

_UTF8 = "utf-8-sig"
_WINDOWS = "cp1252"
_AFTER_QUOTE = re.compile(r'" +(?=[,;\t\r\n]|$)')
_NO_WINDOWS_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What people rename to .csv, by first bytes.
_OTHER_FORMATS = (
    (b"PK\x03\x04", "an Excel workbook or zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"{\\rtf", "a rich-text document"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
)


class Refusal(Exception):
    """The file as a whole cannot be used; ends as exactly one problem."""

    def __init__(
        self, code: str, message: str | None = None, hint: str | None = None, *, line: int | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.message, self.hint, self.line = code, message, hint, line


# Physical line on which it begins, and its cells as found.
Record = tuple[int, list[str]]


def refuse_by_size_or_name(size: int, file_name: str) -> None:
    if size > MAX_BYTES:
        raise Refusal("ERR_CSV_001")
    if not file_name.strip().lower().endswith(".csv"):
        raise Refusal("ERR_CSV_002")


def detect_encoding(content: bytes, *, also_windows: bool = False) -> str:
    """UTF-8 with or without mark, or UTF-16 with one; raises Refusal for anything that is not such text.

    Brokers' own files may also be Windows-1252: nobody can be asked to save them again."""
    start = content[:64].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for signature, name in _OTHER_FORMATS:
        if start.startswith(signature.lower()):
            raise Refusal("ERR_CSV_006", f"The file is {name}, only its name ends in .csv.")
    encoding = "utf-16" if content.startswith(_UTF16_MARKS) else _UTF8
    if encoding == _UTF8 and b"\0" in content:
        raise _binary(content.count(b"\n", 0, content.index(b"\0")) + 1)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if not also_windows or encoding != _UTF8 or not _is_windows_text(content):
            raise _undecodable(content, encoding, error) from error
        encoding, text = _WINDOWS, content.decode(_WINDOWS)
    if "\0" in text:
        raise _binary(text.count("\n", 0, text.index("\0")) + 1)
    if not text.strip():
        raise Refusal("ERR_CSV_003")
    return encoding


def _is_windows_text(content: bytes) -> bool:
    """Almost any bytes decode as Windows-1252; text has no control characters besides tabs and line ends."""
    return not _NO_WINDOWS_TEXT.search(content)


def is_own_export(content: bytes, encoding: str) -> bool:
    start = content[: 4 * len(EXPORT_MARK)].decode(encoding, errors="ignore")
    return start.lstrip('" \t\r\n').startswith(EXPORT_MARK)


def _undecodable(content: bytes, encoding: str, error: UnicodeDecodeError) -> Refusal:
    if encoding != _UTF8:
        return Refusal("ERR_CSV_006", "The file begins as UTF-16 text, but is damaged or cut off.")
    line = 1 + content.count(b"\n", 0, error.start)
    wrong = content[error.start : error.start + 1]
    windows = wrong.decode("cp1252", errors="ignore")
    found = f"“{windows}” as in Windows-1252 (Excel's plain “CSV”)" if windows else f"the byte 0x{wrong.hex().upper()}"
    return Refusal("ERR_CSV_006", f"The file is not UTF-8 text: line {line} has {found}.", line=line)


def _binary(line: int) -> Refusal:
    message = f"Line {line} has NUL characters: the file is binary, or UTF-16 without its mark."
    return Refusal("ERR_CSV_006", message, line=line)


class _Lines(Iterator[str]):
    """Feeds csv.reader and drops comments and blank lines, but only between records, never inside a quoted cell."""

    def __init__(self, content: bytes, encoding: str, comments: bool = True) -> None:
        self._comment = COMMENT if comments else None
        self._is_brokers = not comments
        # Decoding as we go keeps one line in memory instead of the whole text in four bytes per character.
        self._lines = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
        self._number = 0
        self._size = 0
        self.record_line = 0  # physical line on which the current record began; 0 between records

    def __next__(self) -> str:
        if self.record_line:
            return self._continuation()
        number = self._number
        for line in self._lines:
            number += 1
            if line[0] == self._comment or line.isspace():
                continue
            self._number = self.record_line = number
            self._size = len(line)
            return self._mended(line) if self._size <= MAX_RECORD_CHARACTERS else self._shortened(line)
        raise StopIteration

    def _mended(self, line: str) -> str:
        """Merrill writes blanks between a closing quote and the separator."""
        return _AFTER_QUOTE.sub('"', line) if self._is_brokers and '" ' in line else line

    def _continuation(self) -> str:
        line = next(self._lines)
        self._number += 1
        self._size += len(line)
        if self._size > MAX_RECORD_CHARACTERS:
            raise self._open_quote()
        return self._mended(line)

    def _shortened(self, line: str) -> str:
        text = line.rstrip()
        if len(text) <= MAX_RECORD_CHARACTERS:
            return text
        limit, number = f"{MAX_RECORD_CHARACTERS:,}", self.record_line
        raise Refusal(
            "ERR_CSV_006", f"Line {number} is longer than {limit} characters: no row of a table.", line=number
        )

    def _open_quote(self) -> Refusal:
        line = self.record_line
        return Refusal("ERR_CSV_006", f"A quote opened on line {line} is never closed.", _QUOTE_HINT, line=line)


_QUOTE_HINT = "Remove the quote, or close it. Inside a quoted cell a quote is written twice."


def records(content: bytes, encoding: str, delimiter: str, *, comments: bool = True) -> Iterator[Record]:
    """Every record that is no comment; quoted line breaks stay inside their cell. Only our own template has comments:
    without them every record that is not blank is one of the table."""
    lines = _Lines(content, encoding, comments)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        lines.record_line = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _malformed(lines.record_line, str(error)) from error
        if not comments or cells[0][:1] != COMMENT or not _is_quoted_comment(cells):
            yield lines.record_line, cells


def _malformed(line: int, reason: str) -> Refusal:
    if "unexpected end" in reason:
        return Refusal("ERR_CSV_006", f"A quote opened on line {line} is never closed.", _QUOTE_HINT, line=line)
    return Refusal("ERR_CSV_006", f"Line {line}: a quote ends in the middle of a cell.", _QUOTE_HINT, line=line)


def _is_quoted_comment(cells: list[str]) -> bool:
    """Spreadsheet programs quote a comment that has a comma; such a record has nothing else in it."""
    return not any(cell.strip() for cell in cells[1:])


def first_lines(content: bytes, encoding: str, count: int) -> list[tuple[int, str]]:
    """The first lines that are no comments, with their numbers, for finding separator and header."""
    lines = _Lines(content, encoding)
    found: list[tuple[int, str]] = []
    for line in lines:
        found.append((lines.record_line, line))
        lines.record_line = 0
        if len(found) == count:
            break
    return found


def split_line(line: str, delimiter: str) -> list[str]:
    """One line on its own, forgiving: for recognising a header, not for reading data."""
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
