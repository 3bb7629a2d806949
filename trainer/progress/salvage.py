"""Reads the events out of a damaged progress file, without SQLite.

SQLite reaches a row by way of the pages above it, so that one bad page hides many sound rows.
Here every page is searched for what a row of `log` begins with, wherever in the page it lies: an
SQLite record whose first columns are a NULL (`seq`, which is the row's number), a text (`id`) and
an integer (`at`). What is found is believed only where it proves itself: its body has the
checksum that is stored after it or, where none is, is the canonical JSON of an event; and it
names the id that the row has.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from trainer.progress.events import encode
from trainer.scheduling.days import parse_iso

_SIZES = (4096, 8192, 16384, 32768, 65536, 2048, 1024, 512)
_MAGIC = b"SQLite format 3\0"
_WAL_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_WAL_HEADER = 32
_FRAME_HEADER = 24
_LEAF = 0x0D
_CHUNK = 1 << 20
# How much is given up where the disk refuses to read.
_BLOCK = 4096
# No row of the log is shorter; a number above what the file can hold is damage.
_SHORTEST_ROW = 100
# SQLite's types of a column (https://sqlite.org/fileformat2.html#record_format), by their bytes.
_WIDTHS = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
# seq, id, at, type, card, target, body
_FEWEST_COLUMNS = 7
_INTEGERS = b"[\x01-\x06\x08\x09]"

# After the length of a record's header: NULL, a text, an integer.
_ROW = re.compile(rb"\x00(?=(?:[\x0f-\x7f]|[\x81-\xff][\x00-\x7f])" + _INTEGERS + rb")")
# An entry of an index on ids: the types of a UUIDv7 and of the row's number, and the two.
_ENTRY = re.compile(
    rb"\x03\x55(" + _INTEGERS + rb")([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})"
)


class Gap(NamedTuple):
    """Rows `first` to `last` of the log, of which none was found.

    `after` and `before` are the instants of the events that arrived just before and after them;
    None where the gap is at an end of the log, or that event has no readable instant.
    """

    first: int
    last: int
    after: int | None
    before: int | None

    @property
    def rows(self) -> int:
        """How many rows the gap has."""
        return self.last - self.first + 1


class Salvaged(NamedTuple):
    """What was found. Rows are numbered from 1 without a gap in the order of their arrival.

    `events` are the lines of JSON by id, `seqs` the ids of those whose row's number is known, by
    that number. `last` is the highest number seen, also of a row that is lost; what was lost
    after that left no trace. `damaged` are the numbers of rows that were seen and not one sound
    copy of them. Of the file's `pages`, `blank` were empty, cut short, or refused by the disk.
    """

    events: dict[str, str]
    seqs: dict[int, str]
    last: int
    damaged: frozenset[int]
    pages: int
    blank: int

    def gaps(self) -> list[Gap]:
        """Return where rows are missing, lowest numbers first."""
        found = []
        before: int | None = None
        for seq in [*sorted(self.seqs), self.last + 1]:
            first = (before or 0) + 1
            if first < seq:
                found.append(Gap(first, seq - 1, self._instant(before), self._instant(seq)))
            before = seq
        return found

    def _instant(self, seq: int | None) -> int | None:
        if seq not in self.seqs:
            return None
        try:
            return parse_iso(json.loads(self.events[self.seqs[seq]])["at"])
        except (ValueError, OverflowError):
            return None


def salvage(path: str) -> Salvaged:
    """Return the events that can be read from the file and the write-ahead log beside it.

    The file may be damaged in any way, or be no SQLite file at all. It is not changed. Events
    are found too on pages that are no longer in use, and those of a transaction that was cut
    off. Of two different bodies under one id, the smaller text is taken.

    Raises OSError where the file can't be read at all.
    """
    main = _read(path)
    try:
        wal = _read(path + "-wal")
    except FileNotFoundError:
        wal = b""
    return _Search(main, wal).run()


def _read(path: str) -> bytes | bytearray:
    """Return the file's bytes, zeros where the disk refuses to read some.

    Raises OSError where it refuses them all.
    """
    data = bytearray()
    size_of_piece = _CHUNK
    refusal: OSError | None = None
    something = False
    with open(path, "rb", buffering=0) as file:
        size = file.seek(0, 2)
        while len(data) < size:
            wanted = min(size_of_piece, size - len(data))
            try:
                file.seek(len(data))
                piece = file.read(wanted)
                something = True
            except OSError as error:
                refusal = error
                if size_of_piece > _BLOCK:
                    size_of_piece = _BLOCK
                    continue
                piece = bytes(wanted)
            if not piece:  # cut short just now
                break
            data += piece
    if refusal and not something:
        raise refusal
    return data


class _Search:
    """One search through a file's bytes and those of its write-ahead log."""

    def __init__(self, main: bytes | bytearray, wal: bytes | bytearray) -> None:
        self._main = main
        self._wal = wal
        self._size = self._page_size()
        self._frames = self._newest_frames()
        claimed = int.from_bytes(main[28:32], "big") if main.startswith(_MAGIC) else 0
        self._highest = max(len(main) + len(wal), claimed * self._size) // _SHORTEST_ROW
        # Each overflow page belongs to one row. That, with some room for copies of rows in the
        # write-ahead log, bounds the time that garbage can cost.
        self._steps = 1000 + 8 * (len(main) + len(wal)) // self._size
        self._chains: set[tuple[int, int, int]] = set()
        self._events: dict[str, str] = {}
        self._damaged: set[int] = set()
        self._numbers: dict[str, int] = {}

    def run(self) -> Salvaged:
        pages = blank = 0
        nothing = bytes(self._size)
        for start in range(0, len(self._main), self._size):
            page = bytes(self._main[start : start + self._size])
            pages += 1
            blank += len(page) < self._size or page == nothing
            self._look(page)
        stride = _FRAME_HEADER + self._size
        for start in range(_WAL_HEADER + _FRAME_HEADER, len(self._wal), stride):
            self._look(bytes(self._wal[start : start + self._size]))
        seqs = {number: name for name, number in self._numbers.items() if name in self._events}
        last = max([0, *self._numbers.values(), *self._damaged])
        damaged = frozenset(self._damaged - seqs.keys())
        return Salvaged(self._events, seqs, last, damaged, pages, blank)

    def _page_size(self) -> int:
        """Return the size of page at which most pages look like pages of rows."""
        sizes = list(_SIZES)
        claims = [int.from_bytes(self._wal[8:12], "big")] if self._wal[:4] in _WAL_MAGIC else []
        if self._main.startswith(_MAGIC):
            claim = int.from_bytes(self._main[16:18], "big")
            claims.append(65536 if claim == 1 else claim)
        for claim in claims:
            if claim in _SIZES:
                sizes.insert(0, claim)

        def likeness(size: int) -> int:
            wal = _WAL_HEADER + _FRAME_HEADER
            return _leaves(self._main, 0, size, size) + _leaves(
                self._wal, wal, _FRAME_HEADER + size, size
            )

        return max(sizes, key=likeness)

    def _newest_frames(self) -> dict[int, int]:
        """Return where in the write-ahead log the newest copy of each page begins, by its number.

        The log is written again from its beginning: behind the frames of now there may be older
        ones, which the salts in their headers tell.
        """
        older: dict[int, int] = {}
        newest: dict[int, int] = {}
        salts = self._wal[_WAL_HEADER + 8 : _WAL_HEADER + 16]
        whole = len(self._wal) - _FRAME_HEADER - self._size
        for start in range(_WAL_HEADER, whole + 1, _FRAME_HEADER + self._size):
            number = int.from_bytes(self._wal[start : start + 4], "big")
            now = self._wal[start + 8 : start + 16] == salts
            (newest if now else older)[number] = start + _FRAME_HEADER
        return older | newest

    def _look(self, page: bytes) -> None:
        for match in _ROW.finditer(page):
            if match.start():
                self._try_row(page, match.start() - 1)
        for match in _ENTRY.finditer(page):
            width = _WIDTHS[match[1][0]]
            number = _integer(page[match.end() : match.end() + width], match[1][0])
            self._number(match[2].decode(), number)

    def _number(self, name: str, number: int) -> None:
        """Note what an event's number is said to be, by its row or by an index.

        Where they differ, the lowest is believed: an index names an event also at the number of
        what takes it back later, and a high number that is wrong would feign a large loss.
        """
        if 0 < number <= self._highest:
            self._numbers[name] = min(number, self._numbers.get(name, number))

    def _try_row(self, page: bytes, start: int) -> None:
        """Take the row whose record begins at `start`, where there is one that proves itself."""
        types = _types(page, start)
        if len(types) < _FEWEST_COLUMNS or not _is_text(types[3]):
            return
        size = page[start] + sum(_width(kind) for kind in types)
        number = _number_before(page, start, size)
        for record in self._contents(page, start, size):
            name = self._take(_values(record, types))
            if name is not None:
                self._number(name, number)
                return
        if 0 < number <= self._highest:
            self._damaged.add(number)

    def _take(self, values: list[int | str | None]) -> str | None:
        """Return the id of the event that a row of these columns holds, and keep its body."""
        body, texts = "", []
        check: list[int | str | None] = []
        for value in values:
            if isinstance(value, str):
                if body:
                    texts.append(body)
                body, check = value, []
            else:
                check.append(value)
        if check and (len(check) > 1 or zlib.crc32(body.encode()) != check[0]):
            return None
        for text in texts:
            if self._events.get(text) == body:
                return text
        try:
            event = json.loads(body)
            if not isinstance(event, dict) or (not check and encode(event) != body):
                return None
        except (ValueError, RecursionError):
            return None
        identity = event.get("id")
        if not isinstance(identity, str) or identity not in texts:
            return None
        if not isinstance(event.get("type"), str) or not isinstance(event.get("at"), str):
            return None
        if identity not in self._events or body < self._events[identity]:
            self._events[identity] = body
        return identity

    def _contents(self, page: bytes, start: int, size: int) -> Iterator[bytes]:
        """Yield what the record may hold in full: one that overflows is tried in two ways.

        Its further pages are those of the write-ahead log or, where that was begun again, those
        of the file.
        """
        local = self._local(size)
        if local == size:
            if start + size <= len(page):
                yield page[start : start + size]
            return
        end = start + local
        if end + 4 > len(page) or size > len(self._main) + len(self._wal):
            return
        beginning = page[start:end]
        first = int.from_bytes(page[end : end + 4], "big")
        chain = (first, size, zlib.crc32(beginning))
        if chain in self._chains:
            return
        self._chains.add(chain)
        for newest in (True, False):
            rest = self._overflow(first, size - local, newest)
            if rest is not None:
                yield beginning + rest
            if not self._frames:
                return

    def _local(self, size: int) -> int:
        """Return how many bytes of a record of this size lie in the row's own page."""
        if size <= self._size - 35:
            return size
        least = (self._size - 12) * 32 // 255 - 23
        fitting = least + (size - least) % (self._size - 4)
        return fitting if fitting <= self._size - 35 else least

    def _overflow(self, number: int, size: int, newest: bool) -> bytes | None:
        """Return `size` bytes from the chain of pages that begins at `number`."""
        pieces = []
        while size > 0:
            page = self._page(number, newest)
            self._steps -= 1
            piece = page[4 : 4 + size]
            if len(piece) < min(size, self._size - 4) or self._steps < 0:
                return None
            pieces.append(piece)
            size -= len(piece)
            number = int.from_bytes(page[:4], "big")
        return b"".join(pieces)

    def _page(self, number: int, newest: bool) -> bytes:
        """Return the page of this number, an empty one where there is none."""
        if number < 1:
            return b""
        start = (number - 1) * self._size
        from_file = bytes(self._main[start : start + self._size])
        frame = self._frames.get(number)
        if frame is None or (from_file and not newest):
            return from_file
        return bytes(self._wal[frame : frame + self._size])


def _leaves(data: bytes | bytearray, first: int, stride: int, size: int) -> int:
    """Return how many pages of this size look like those that hold a table's rows.

    Their rows are laid from the end of the page to its beginning, so that a page that is taken
    for a smaller one points outside of itself.
    """
    found = 0
    flags = bytes(data[first::stride])
    at = flags.find(_LEAF)
    while at >= 0:
        start = first + at * stride
        head = data[start : start + 8]
        cells = int.from_bytes(head[3:5], "big")
        content = int.from_bytes(head[5:7], "big") or 65536
        if cells > 0 and 8 + 2 * cells <= content < size:
            pointers = bytes(data[start + 8 : start + 8 + 2 * cells])
            if len(pointers) == 2 * cells:
                offsets = struct.unpack(f">{cells}H", pointers)
                found += content <= min(offsets) and max(offsets) < size
        at = flags.find(_LEAF, at + 1)
    return found


def _types(page: bytes, start: int) -> list[int]:
    """Return the types of the columns of the record at `start`, none where it isn't one."""
    end = start + page[start]
    if page[start] > 0x7F or end > len(page):
        return []
    found = []
    at = start + 1
    while at < end:
        kind, at = _varint(page, at)
        if kind in (10, 11):
            return []
        found.append(kind)
    return found if at == end else []


def _values(record: bytes, types: list[int]) -> list[int | str | None]:
    """Return the columns of a record, None for what is neither text nor integer.

    None at all where a text is not UTF-8.
    """
    found: list[int | str | None] = []
    at = record[0]
    for kind in types:
        piece = record[at : at + _width(kind)]
        at += len(piece)
        if _is_text(kind):
            try:
                found.append(piece.decode())
            except UnicodeDecodeError:
                return []
        elif kind in (0, 7) or kind >= 12:
            found.append(None)
        else:
            found.append(_integer(piece, kind))
    return found


def _integer(piece: bytes, kind: int) -> int:
    return kind - 8 if kind in (8, 9) else int.from_bytes(piece, "big", signed=True)


def _is_text(kind: int) -> bool:
    return kind >= 13 and kind % 2 == 1


def _width(kind: int) -> int:
    return _WIDTHS[kind] if kind in _WIDTHS else (kind - 12) // 2


def _number_before(page: bytes, start: int, size: int) -> int:
    """Return the row's number, which stands before its record, after the record's size.

    0 where they don't agree with the record.
    """
    for at in range(start - 2, max(-1, start - 19), -1):
        claimed, behind = _varint(page, at)
        if claimed == size:
            number, end = _varint(page, behind)
            if end == start:
                return number
    return 0


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """Return SQLite's integer of 1 to 9 bytes, and where it ends. Past the page, it reads zeros."""
    value = 0
    for byte in page[at : at + 8]:
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    if at < len(page):
        value = value << 8 | page[at]
    return value, at + 1
