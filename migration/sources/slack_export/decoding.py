"""The JSON of an export, even with byte-order marks, in Latin-1, with damaged parts or truncated.

A file is a list. An intact one is parsed at once; otherwise it is split into items, so that a broken item does not
affect the others. A large file is read in pieces, so that memory stays bounded.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

import orjson

from migration.reading.records import Note

#: Files above this many bytes are read in pieces.
LARGE = 4 * 1024**2
PIECE = 1024**2
#: The longest item in bytes; one that is longer is damaged.
LONGEST_ITEM = 16 * 1024**2
#: The most brackets of one item, and the most that are examined to find the next item after damage.
_MOST_BRACKETS, _LOOKS = 100_000, 500_000
_MOST_FAULTS = 1_000  # in one piece; a file with more is given up
_TRIES = 8  # attempts to split a piece at the end of an item

#: A byte-order mark, or the beginning of a list among zero bytes.
_WIDE = re.compile(rb"\xff\xfe|\xfe\xff|\x00\x00\xfe\xff|\x00*[\s\[{]\x00|\x00+[\s\[{]")
_GAP = re.compile(rb"[\s,]*+")
_PARTED = re.compile(rb"\s*(?:[,\]{]|$)")
_OPENING = re.compile(rb'[\s,]*\{\s*"([^"]*)"')
_COMMA = re.compile(rb'\s*,\s*\{\s*"([^"]*)"')
_NEXT = re.compile(rb",\s*(?=\{)")
#: The text up to the next bracket outside of strings, and that bracket.
_BRACKET = re.compile(rb'(?:[^{}\[\]"\\]|"(?:[^"\\]|\\.)*+"|\\)*+([{}\[\]])', re.DOTALL)
_SCALAR = re.compile(rb'"(?:[^"\\]|\\.)*+"|[^\s,\[\]{}"]+', re.DOTALL)
#: Single halves of surrogate pairs, which databases refuse.
_LONE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


class Fault(NamedTuple):
    """A fault of a file: the code of its note, a detail, and whether something was lost."""

    code: str
    detail: str = ""
    lost: bool = False

    def note(self, where: str, kind: str) -> Note:
        """Return the note of the fault; ``kind`` is the kind of record that an item of the file becomes."""
        return Note(self.code, where, self.detail, ("entry" if self.code == "not_a_list" else kind) * self.lost)


def decode(data: bytes) -> tuple[list[Any], list[Fault]]:
    """Return the items of a JSON list, and the faults of the file.

    Codes: ``latin1`` (not UTF-8: read as Windows Latin), ``damaged_text`` (a few bytes of it are not UTF-8),
    ``cut_file`` (broken off: what stands before is kept), ``damaged_part`` (an item could not be read: those before and
    after it are kept), ``not_a_list`` (nothing can be kept).
    """
    if b"\\u0000" not in data:
        try:
            value = orjson.loads(data)  # fast and strict; the code below handles what it refuses
            return (value, []) if isinstance(value, list) else ([], [Fault("not_a_list", "", True)])
        except orjson.JSONDecodeError:
            pass
    rescue = _Rescue()
    items, _ = rescue.items(rescue.opened(_decoder(data)(data, True)), last=True)
    return items, rescue.faults


def pieces(stream: BinaryIO) -> Iterator[tuple[list[Any], list[Fault]]]:
    """Decode a large file like :func:`decode`, some items at a time.

    Raises:
        migration.reading.bundle.InputError: the stream cannot be read to its end.
    """
    rescue = _Rescue()
    first = stream.read(PIECE)
    in_utf8 = _decoder(first)
    buffer, last = rescue.opened(in_utf8(first, False)), False
    while not last:
        more = stream.read(PIECE)
        last = not more
        buffer += in_utf8(more, last)
        items, used = (None, 0) if last else _whole(buffer)
        if items is None:
            items, used = rescue.items(buffer, last)
        else:
            rescue.at += used
        buffer = buffer[used:]
        yield items, rescue.taken()


def _decoder(data: bytes) -> Callable[[bytes, bool], bytes]:
    """Return a function that converts a file to UTF-8, piece by piece; some systems write UTF-16 or UTF-32.

    Args:
        data: the first bytes of the file; a byte-order mark or the positions of zeros reveal the encoding.
    """
    encoding = json.detect_encoding(data[:4])
    if encoding in ("utf-8", "utf-8-sig") or not _WIDE.match(data):
        return lambda piece, _last: piece
    decode = codecs.getincrementaldecoder(encoding)("replace").decode
    return lambda piece, last: decode(piece, last).encode()


def _whole(buffer: bytes) -> tuple[list[Any] | None, int]:
    """Return the items of the longest intact part that a few attempts find, and its end.

    The buffer is split before an item that begins with the same field as the first one, since such an item is hardly
    ever part of another.
    """
    opening = _OPENING.match(buffer)
    end, tries = len(buffer), _TRIES
    while opening and tries and b"\\u0000" not in buffer:
        end = buffer.rfind(b"}", 0, end)
        if end < 0:
            break
        comma = _COMMA.match(buffer, end + 1)
        if comma is not None and comma[1] == opening[1]:
            tries -= 1
            try:
                return orjson.loads(b"[" + buffer[: end + 1].lstrip(b", \t\r\n") + b"]"), end + 1
            except orjson.JSONDecodeError:
                continue
    return None, 0


@dataclass(slots=True)
class _Rescue:
    """Reads the items of a list one by one.

    Attributes:
        at: the number of bytes of the file before the buffer.
        faults: the faults so far.
    """

    at: int = 0
    faults: list[Fault] = field(default_factory=list)
    _codes: set[str] = field(default_factory=set)
    _closed: bool = False

    def taken(self) -> list[Fault]:
        """Return the faults since the last call."""
        faults, self.faults = self.faults, []
        return faults

    def opened(self, data: bytes) -> bytes:
        """Return the data after the opening bracket of the list; ``None`` if the file is not a list."""
        text = data.removeprefix(codecs.BOM_UTF8).lstrip()
        if text[:1] == b"[":
            self.at = len(data) - len(text) + 1
            return text[1:]
        self.faults += [Fault("cut_file")] * (not text) + [Fault("not_a_list", "", True)]
        self._closed = True
        return b""

    def items(self, buffer: bytes, last: bool) -> tuple[list[Any], int]:
        """Return the items of a buffer and the bytes that they take, without an item that may continue after it."""
        items: list[Any] = []
        at, looks = 0, _LOOKS
        while (at := _after(_GAP, buffer, at)) < len(buffer):
            if buffer[at : at + 1] == b"]":
                self._closed, at = True, at + 1
                continue
            end = _end(buffer, at)
            if end is None and not last and len(buffer) - at < LONGEST_ITEM:
                break
            item = _NOTHING if end is None else self._read(buffer[at:end])
            if end is None or item is _NOTHING or not (_PARTED.match(buffer, end) or _stands_alone(item)):
                end, looks = self._mended(buffer, at, end, looks)
                self._lose(at, end, cut=last and end >= len(buffer))
            elif self._closed and isinstance(item, list):
                items += item  # some tools concatenate files, so another list may follow
            else:
                items.append(item)
            at = end
        if last and not self._closed:
            self._fault("cut_file")
        self.at += at
        return items, at

    def _read(self, raw: bytes) -> Any:
        try:
            if b"\\u0000" not in raw:
                return orjson.loads(raw)
        except orjson.JSONDecodeError:
            pass
        try:
            return json.loads(self._text(raw))
        except (ValueError, RecursionError):
            return _NOTHING

    def _text(self, raw: bytes) -> str:
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = self._guessed(raw)
        if "\\ud" in text or "\\uD" in text:
            text = _LONE.sub(r"\\ufffd", text)
        return text.replace("\\u0000", "")

    def _guessed(self, raw: bytes) -> str:
        """Return the text of bytes that are not UTF-8: a few of them are damaged, or they have another encoding."""
        text = raw.decode("utf-8", "replace")
        damaged = text.count("\ufffd")
        if sum(not letter.isascii() for letter in text) - damaged > damaged:
            self._fault("damaged_text")
            return text
        self._fault("latin1")
        return raw.decode("cp1252", "replace")

    def _mended(self, buffer: bytes, at: int, end: int | None, looks: int) -> tuple[int, int]:
        """Return where reading can continue after an unreadable item, and how many brackets may still be examined.

        Its apparent end may be wrong because a quotation mark is missing, so a complete item before that end counts.
        """
        ended = end is not None and _PARTED.match(buffer, end) is not None
        before = end if ended and end is not None else len(buffer)
        if len(self.faults) >= _MOST_FAULTS:
            return len(buffer), 0
        for gap in _NEXT.finditer(buffer, at, before):
            start = gap.end()
            following = _end(buffer, start)
            if following is not None and _stands_alone(self._read(buffer[start:following])):
                return start, looks
            looks -= buffer.count(b"{", start, following) if following else _MOST_BRACKETS
            if looks <= 0:
                break
        return before, looks

    def _lose(self, start: int, end: int, *, cut: bool) -> None:
        detail = f"{self.at + start}–{self.at + end}: {end - start} B"
        if cut and not self._closed:
            self._codes.add("cut_file")
            self.faults.append(Fault("cut_file", detail, True))
        else:
            self.faults.append(Fault("damaged_part", detail, True))

    def _fault(self, code: str) -> None:
        """Note a fault that is reported only once for a file."""
        if code not in self._codes:
            self._codes.add(code)
            self.faults.append(Fault(code))


_NOTHING = object()
_CLOSING = {b"{": b"}", b"[": b"]"}


def _after(pattern: re.Pattern[bytes], buffer: bytes, at: int) -> int:
    match = pattern.match(buffer, at)
    return match.end() if match else at


def _end(buffer: bytes, at: int) -> int | None:
    """Return the end of the value that begins at a position, or ``None`` if it does not end in the buffer."""
    if buffer[at : at + 1] not in (b"{", b"["):
        match = _SCALAR.match(buffer, at)
        return match.end() if match else at + 1
    expected = bytearray()  # the closing brackets, the innermost last
    for match in islice(_BRACKET.finditer(buffer, at), _MOST_BRACKETS):
        if match[1] in b"{[":
            expected += _CLOSING[match[1]]
        elif expected.pop() != match[1][0]:
            return None
        if not expected:
            return match.end()
    return None


def _stands_alone(item: object) -> bool:
    """Whether an object is a message, channel or person, and not a part of one."""
    return isinstance(item, dict) and (
        ("ts" in item and "type" in item) or ("id" in item and ("members" in item or "profile" in item))
    )
