"""A form with one file, read as it arrives: the file is kept up to its limit and dropped beyond it, so that memory
stays flat whatever is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from fastapi import Depends, Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from sigmasight_ui.api.deps import SignedIn
from sigmasight_ui.api.middleware import declared_length
from sigmasight_ui.core.actor import Actor
from sigmasight_ui.core.errors import AppError, ErrorKind

FILE_FIELD = "csv_file"
MAX_FIELDS = 64 * 1024  # all text fields together
MAX_PARTS = 50
MAX_OVERHEAD = 256 * 1024  # fields, part headers and boundaries
MOST_HELD = 42 * 1024 * 1024  # four files of the largest size


def multipart(fields: Mapping[str, dict[str, str]], required: Sequence[str] = ()) -> dict[str, Any]:
    """What the OpenAPI says of a form with these text fields and one file."""
    file = {"type": "string", "format": "binary", "description": "CSV, 10 MB at most"}
    schema = {"type": "object", "required": [*required, FILE_FIELD], "properties": {**fields, FILE_FIELD: file}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@dataclass
class Received:
    """`content` is None when the file is larger than the limit; `file_name` None when no file was chosen."""

    fields: dict[str, str] = field(default_factory=dict)
    file_name: str | None = None
    content: bytes | None = b""


class Room:
    """What the uploads of one person that are under way keep in memory together, so that nobody fills it with many
    that never end."""

    _held: ClassVar[Counter[str]] = Counter()

    def __init__(self, actor: Actor) -> None:
        self._whose = str(actor.user_id)
        self._taken = 0

    def take(self, size: int) -> None:
        if self._held[self._whose] + size > MOST_HELD:
            raise _too_many_at_once()
        self._held[self._whose] += size
        self._taken += size

    def leave(self) -> None:
        self._held[self._whose] -= self._taken
        self._taken = 0
        if not self._held[self._whose]:
            del self._held[self._whose]


async def _room(door: SignedIn) -> AsyncIterator[Room]:
    room = Room(door.actor)
    try:
        yield room
    finally:
        room.leave()


UploadRoom = Annotated[Room, Depends(_room, scope="function")]


async def receive_form(request: Request, file_field: str, max_file: int, room: Room) -> Received:
    """Raises AppError for a body that is no such form, or stops in the middle."""
    media_type, options = parse_options_header(request.headers.get("content-type"))
    if media_type != b"multipart/form-data" or not options.get(b"boundary"):
        raise _malformed("The body is not multipart/form-data.")
    if declared_length(request.headers) > max_file + MAX_OVERHEAD:
        return Received(file_name="", content=None)
    try:
        reading = _Reading(options[b"boundary"], file_field, max_file)
        async for chunk in request.stream():
            room.take(len(chunk))
            reading.take(chunk)
            if reading.total > max_file + MAX_OVERHEAD:
                return Received(reading.fields, "", None)
        return reading.finish()
    except FormParserError as error:
        raise _malformed("The form data cannot be read.") from error
    except ClientDisconnect as error:
        raise _malformed("The upload was broken off.") from error


class _Reading:
    def __init__(self, boundary: bytes, file_field: str, max_file: int) -> None:
        self.fields: dict[str, str] = {}
        self.total = 0
        self._file_field = file_field
        self._max_file = max_file
        self._file_name: str | None = None
        self._file: bytearray | None = bytearray()
        self._parts = self._field_bytes = 0
        self._is_file, self._name, self._part = False, "", bytearray()
        self._header, self._value, self._disposition = bytearray(), bytearray(), b""
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin_content,
                "on_part_data": self._take_content,
                "on_part_end": self._end_part,
            },
        )

    def take(self, chunk: bytes) -> None:
        self.total += len(chunk)
        self._parser.write(chunk)

    def finish(self) -> Received:
        self._parser.finalize()
        if not self._file_name and not self._file and self._file is not None:
            return Received(self.fields, None)  # what a browser sends for an empty file input
        content = None if self._file is None else bytes(self._file)
        return Received(self.fields, self._file_name or "", content)

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise _malformed("The form has too many fields.")
        self._is_file, self._name, self._part, self._disposition = False, "", bytearray(), b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header, self._value = bytearray(), bytearray()

    def _begin_content(self) -> None:
        _, options = parse_options_header(self._disposition.decode("latin-1"))
        self._name = _text(options.get(b"name", b""))
        self._is_file = self._name == self._file_field
        if self._is_file:
            self._file_name, self._file = _text(options.get(b"filename", b"")), bytearray()

    def _take_content(self, data: bytes, start: int, end: int) -> None:
        if not self._is_file:
            self._field_bytes += end - start
            if self._field_bytes > MAX_FIELDS:
                raise _malformed("The text fields are too long.")
            self._part += data[start:end]
        elif self._file is not None:
            self._file += memoryview(data)[start:end]
            if len(self._file) > self._max_file:
                self._file = None

    def _end_part(self) -> None:
        if not self._is_file:
            self.fields[self._name] = _text(bytes(self._part))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _malformed(message: str) -> AppError:
    hint = "Send the fields and the file as one multipart/form-data form."
    return AppError(ErrorKind.UNPROCESSABLE, "ERR_REQUEST_001", message, hint=hint)


def _too_many_at_once() -> AppError:
    return AppError(
        ErrorKind.RATE_LIMITED,
        "ERR_REQUEST_004",
        "Several large uploads of yours are under way.",
        hint="Wait until they are done.",
        retry_after=10,
    )
