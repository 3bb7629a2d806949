"""Events out of damaged files: all of them but those that lay where the damage is."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.progress import salvage as module
from trainer.progress.salvage import Gap, Salvaged, salvage

LOG = """CREATE TABLE log (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,
type TEXT NOT NULL, card TEXT, target TEXT, body TEXT NOT NULL, crc INTEGER NOT NULL)"""
BESIDE = (
    "CREATE INDEX log_order ON log (at, id)",
    "CREATE INDEX log_target ON log (target) WHERE target IS NOT NULL",
    "CREATE TABLE memory (card TEXT PRIMARY KEY, phase TEXT NOT NULL, stability REAL NOT NULL)",
    "CREATE TABLE review (seq INTEGER PRIMARY KEY, card TEXT NOT NULL, day INTEGER NOT NULL, "
    "rating INTEGER NOT NULL, phase TEXT NOT NULL, elapsed_ms INTEGER NOT NULL)",
    "CREATE TABLE draft (card TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID",
    "PRAGMA application_id = 0x54524E52",
    "PRAGMA user_version = 2",
)
COUNT = 340
START = 1_770_000_000_000
PAGE = 4096
Events = dict[str, str]


def instant(number: int) -> int:
    return START + number * 60_000


def name(number: int) -> str:
    """Return the id of the event of this number."""
    time = f"{instant(number):012x}"
    return f"{time[:8]}-{time[8:]}-7abc-8def-{number:012x}"


def line(number: int, answer: str | None = None) -> str:
    """Return an event; most are short, some need one further page and a few need many."""
    length = 5000 if number % 97 == 0 else 900 if number % 23 == 0 else 30 + number % 50
    answer = f"größer als {number}: " + "数é" * length if answer is None else answer
    event: dict[str, Any] = {"answer": answer, "id": name(number), "type": "review"}
    event["at"] = f"2026-02-02T{number // 60:02}:{number % 60:02}:00.000Z"
    if number % 9 == 0 and number:
        event |= {"type": "undo", "target": name(number - 1)}
    return json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def add(db: sqlite3.Connection, number: int, body: str | None = None) -> None:
    body = line(number) if body is None else body
    event = json.loads(body)
    db.execute(
        "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number, name(number), instant(number), event["type"], f"d/{number % 40}",
            event.get("target"), body, zlib.crc32(body.encode()),
        ),
    )  # fmt: skip
    db.execute("INSERT INTO review VALUES (?, 'd/c', 739000, 3, 'review', 900)", (number,))


def opened(path: Path, page_size: int = PAGE, wal: bool = False) -> sqlite3.Connection:
    """Make an empty progress file."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(f"PRAGMA page_size = {page_size}")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA secure_delete = OFF")
    if wal:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA wal_autocheckpoint = 0")
    for statement in (LOG, *BESIDE):
        db.execute(statement)
    return db


def written(numbers: range, page_size: int = PAGE) -> bytes:
    """Return the bytes of a progress file with these events."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "progress.db"
        with closing(opened(path, page_size)) as db:
            db.execute("BEGIN")
            for number in numbers:
                add(db, number)
            db.execute("COMMIT")
        return path.read_bytes()


@cache
def sound() -> bytes:
    return written(range(1, COUNT + 1))


EVENTS = {name(number): line(number) for number in range(1, COUNT + 1)}


@cache
def pages() -> dict[str, frozenset[int]]:
    """Return on which pages of the sound file each event lies, as SQLite would go there."""
    data = sound()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "progress.db"
        path.write_bytes(data)
        with closing(sqlite3.connect(path)) as db:
            (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'log'").fetchone()
    found = {}

    def walk(number: int) -> None:
        page = data[(number - 1) * PAGE : number * PAGE]
        interior = page[0] == 5
        for cell in range(int.from_bytes(page[3:5], "big")):
            at = (12 if interior else 8) + 2 * cell
            at = int.from_bytes(page[at : at + 2], "big")
            if interior:
                walk(int.from_bytes(page[at : at + 4], "big"))
                continue
            size, at = varint(page, at)
            seq, at = varint(page, at)
            on = {number}
            if size > PAGE - 35:
                least = (PAGE - 12) * 32 // 255 - 23
                local = least + (size - least) % (PAGE - 4)
                at += local if local <= PAGE - 35 else least
                further = int.from_bytes(page[at : at + 4], "big")
                while further:
                    on.add(further)
                    start = (further - 1) * PAGE
                    further = int.from_bytes(data[start : start + 4], "big")
            found[name(seq)] = frozenset(on)
        if interior:
            walk(int.from_bytes(page[8:12], "big"))

    walk(root)
    assert found.keys() == EVENTS.keys()
    assert max(map(len, found.values())) > 5
    return found


def varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    while True:
        value = value << 7 | page[at] & 0x7F
        at += 1
        if page[at - 1] < 0x80:
            return value, at


def untouched(bad: set[int]) -> Events:
    """Return the events of which nothing lies on these pages."""
    return {name: EVENTS[name] for name, on in pages().items() if not on & bad}


def salvaged(data: bytes, wal: bytes | None = None) -> Salvaged:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "progress.db"
        path.write_bytes(data)
        if wal is not None:
            path.with_name("progress.db-wal").write_bytes(wal)
        return salvage(str(path))


def missing(found: Salvaged) -> int:
    """Return how many rows are known to have been there and were not found."""
    return sum(gap.rows for gap in found.gaps())


def assert_no_false_one(found: Salvaged) -> None:
    assert found.events.items() <= EVENTS.items()
    assert {*found.seqs.values()} <= found.events.keys()


def zeroed(data: bytes, page: int, size: int = PAGE) -> bytes:
    start = (page - 1) * size
    return data[:start] + bytes(size) + data[start + size :]


# One file


def test_a_sound_file_gives_everything() -> None:
    found = salvaged(sound())
    assert found.events == EVENTS
    assert found.seqs == {number: name(number) for number in range(1, COUNT + 1)}
    assert (found.last, missing(found), found.gaps()) == (COUNT, 0, [])
    assert not found.damaged
    assert (found.pages, found.blank) == (len(sound()) // PAGE, 0)


def test_the_file_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    path.write_bytes(sound())
    salvage(str(path))
    assert path.read_bytes() == sound()
    assert [*tmp_path.iterdir()] == [path]


def test_an_empty_page_costs_only_what_lay_on_it() -> None:
    for page in range(1, len(sound()) // PAGE + 1):
        found = salvaged(zeroed(sound(), page))
        expected = untouched({page})
        assert_no_false_one(found)
        assert found.events.items() >= expected.items()
        # Few more: of some rows SQLite left a copy where it moved them from.
        assert len(found.events) <= len(expected) + 20
        assert found.blank == 1
        # The index of ids knows of them, were they the last.
        assert found.last == COUNT
        assert missing(found) == COUNT - len(found.events)


def test_two_halves_of_a_page_from_different_times() -> None:
    # The disk wrote the second half of a page, and no longer the first.
    for page in range(1, len(sound()) // PAGE + 1, 2):
        start = (page - 1) * PAGE
        torn = sound()[:start] + bytes(PAGE // 2) + sound()[start + PAGE // 2 :]
        found = salvaged(torn)
        assert_no_false_one(found)
        assert found.events.items() >= untouched({page}).items()


def test_the_first_page_gone_and_every_page_above_the_rows() -> None:
    interior = {
        number
        for number in range(2, len(sound()) // PAGE + 1)
        if sound()[(number - 1) * PAGE] in (2, 5)
    }
    assert interior
    data = sound()
    for page in interior | {1}:
        data = zeroed(data, page)
    assert salvaged(data).events == EVENTS


@given(st.integers(0, len(sound())))
@settings(max_examples=40)
def test_a_file_cut_short_gives_what_is_before_the_cut(length: int) -> None:
    found = salvaged(sound()[:length])
    assert_no_false_one(found)
    gone = set(range(length // PAGE + 1, len(sound()) // PAGE + 1))
    assert found.events.items() >= untouched(gone).items()
    assert found.blank == (length % PAGE > 0)


flips = st.lists(
    st.tuples(st.integers(0, len(sound()) - 1), st.integers(1, 255)), min_size=1, max_size=20
)


@given(flips)
@settings(max_examples=50)
def test_wrong_bytes_cost_only_what_lay_on_their_pages(changes: list[tuple[int, int]]) -> None:
    data = bytearray(sound())
    for at, change in changes:
        data[at] ^= change
    found = salvaged(bytes(data))
    assert_no_false_one(found)
    assert found.events.items() >= untouched({at // PAGE + 1 for at, _ in changes}).items()
    # A number that is wrong doesn't feign a large loss.
    assert missing(found) <= COUNT - len(found.events) + 2 * len(changes)


@given(st.integers(0, 99), st.integers(1, 255))
@settings(max_examples=40)
def test_the_header_of_the_file_may_say_anything(at: int, change: int) -> None:
    data = bytearray(sound())
    data[at] ^= change
    assert salvaged(bytes(data)).events == EVENTS


@given(st.integers(0, len(sound())), st.binary(max_size=3 * PAGE))
@settings(max_examples=30)
def test_garbage_in_the_middle(at: int, garbage: bytes) -> None:
    data = sound()[:at] + garbage + sound()[at + len(garbage) :]
    found = salvaged(data)
    assert_no_false_one(found)
    bad = set(range(at // PAGE + 1, (at + len(garbage)) // PAGE + 2))
    assert found.events.items() >= untouched(bad).items()


@pytest.mark.parametrize("garbage", [b"\0", b"\xff" * 5000, b'{"id":"x"}\n' * 999, bytes(9999)])
def test_garbage_behind_the_file_does_no_harm(garbage: bytes) -> None:
    assert salvaged(sound() + garbage).events == EVENTS


@pytest.mark.parametrize("data", [b"", b"\0", b"SQLite format 3\0", b"Dear diary\n" * 999])
def test_a_file_that_never_was_one_gives_nothing(data: bytes) -> None:
    found = salvaged(data, data)
    assert (found.events, found.last, missing(found)) == ({}, 0, 0)


@given(st.binary(max_size=2000), st.binary(max_size=2000))
def test_garbage_gives_nothing(data: bytes, wal: bytes) -> None:
    found = salvaged(data * 5, wal * 5)
    assert found.events == {}
    assert missing(found) == found.last


def test_pages_that_name_each_other_in_a_circle_end() -> None:
    # Every page says that the row goes on in itself, and every row claims to be long.
    row = b"\x84\x80\x00\x05\x0b\x00\x55\x05\x19\x00\x00\x84\x80\x01\x04" + b"x" * 45
    data = b"".join(number.to_bytes(4, "big") + (row * 99)[: PAGE - 4] for number in range(1, 400))
    assert salvaged(data, data).events == {}


@pytest.mark.parametrize("size", [512, 1024, 8192, 65536])
def test_every_size_of_page_even_where_the_file_does_not_tell_it(size: int) -> None:
    data = zeroed(written(range(1, 100), size), 1, size)
    assert salvaged(data).events == {name(number): line(number) for number in range(1, 100)}


# What is believed


def test_a_row_that_disagrees_with_its_checksum_is_told_and_not_taken() -> None:
    body = f"größer als 200: {'数'}".encode()
    assert sound().count(body) == 1
    found = salvaged(sound().replace(body, body.replace("ö".encode(), "ä".encode())))
    assert found.events == {key: body for key, body in EVENTS.items() if key != name(200)}
    assert found.damaged == {200}
    assert (found.last, missing(found)) == (COUNT, 1)
    assert found.gaps() == [Gap(200, 200, at("03:19"), at("03:21"))]


def at(time: str) -> int:
    hours, minutes = time.split(":")
    return 1769990400000 + (int(hours) * 60 + int(minutes)) * 60_000


def test_a_gap_is_told_by_the_events_around_it() -> None:
    gone = {name(number) for number in (1, 2, 3, 50, 51, COUNT)}
    data = sound()
    for number in (1, 2, 3, 50, 51, COUNT):
        body = line(number)[:40].encode()
        data = data.replace(body, bytes(len(body)))
    found = salvaged(data)
    assert found.events.keys() == EVENTS.keys() - gone
    assert missing(found) == 6
    assert found.gaps() == [
        Gap(1, 3, None, at("00:04")),
        Gap(50, 51, at("00:49"), at("00:52")),
        Gap(COUNT, COUNT, at("05:39"), None),
    ]


def changed(pattern: bytes, before: bytes, after: bytes) -> bytes:
    """Return the sound file with a change in each place where the pattern is found."""
    data, places = re.subn(pattern, lambda m: m[0].replace(before, after), sound(), flags=re.S)
    assert places
    return data


ROW_200 = rb"\x81\x48[\x09-\x0c]\x00\x55\x05"
ENTRY_200 = rb"\x03\x55\x02" + name(200).encode() + rb"\x00\xc8"


@pytest.mark.parametrize(
    "data",
    [
        changed(ROW_200, b"\x81\x48", b"\x87\x48"),
        changed(ROW_200, b"\x81\x48", b"\xff\x7f"),
        changed(ENTRY_200, b"\x00\xc8", b"\x04\xc8"),
        changed(ENTRY_200, b"\x00\xc8", b"\x7f\xff"),
    ],
)
def test_a_wrong_number_feigns_no_loss(data: bytes) -> None:
    found = salvaged(data)
    assert found.events == EVENTS
    assert found.seqs == {number: name(number) for number in range(1, COUNT + 1)}
    assert (found.last, missing(found)) == (COUNT, 0)


def test_a_number_beyond_what_the_file_can_hold_is_not_believed() -> None:
    data = changed(ROW_200, b"\x81\x48", b"\xff\x7f")
    for page in range(1, len(data) // PAGE + 1):
        if data[(page - 1) * PAGE] in (2, 10):  # no index tells better
            data = zeroed(data, page)
    found = salvaged(data)
    assert found.events == EVENTS
    assert (found.last, found.gaps()) == (COUNT, [Gap(200, 200, at("03:19"), at("03:21"))])


@pytest.mark.parametrize(
    "body",
    [
        '{"at":"2026","id":1,"type":"x"}',
        '{"at":"2026","id":"another","type":"x"}',
        f'{{"at":"2026","id":"{name(1)}"}}',
        f'{{"at":1,"id":"{name(1)}","type":"x"}}',
        f'{{"at":"2026","id":"{name(1)}","type":"x"',
        f'["{name(1)}"]',
        "[" * 100_000,
        f'{{"at":"2026","id":"{name(1)}","type":"x","n":' + "1" * 5000 + "}",
        "",
    ],
)
def test_what_is_no_event_is_not_taken(tmp_path: Path, body: str) -> None:
    with closing(opened(tmp_path / "progress.db")) as db:
        crc = zlib.crc32(body.encode())
        db.execute("INSERT INTO log VALUES (1, ?, 5, 'x', NULL, NULL, ?, ?)", (name(1), body, crc))
        add(db, 2)
    found = salvage(str(tmp_path / "progress.db"))
    assert found.events == {name(2): line(2)}
    assert missing(found) == 1


@pytest.mark.parametrize(("former", "present"), [("a", "b"), ("b", "a")])
def test_of_two_contents_of_one_event_the_smaller_is_taken(
    tmp_path: Path, former: str, present: str
) -> None:
    path = tmp_path / "progress.db"
    with closing(opened(path, wal=True)) as db:
        add(db, 1, line(1, former))
        add(db, 2)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        body = line(1, present)
        db.execute(
            "UPDATE log SET body = ?, crc = ? WHERE seq = 1", (body, zlib.crc32(body.encode()))
        )
        found = salvage(str(path))
    assert found.events == {name(1): line(1, "a"), name(2): line(2)}


def test_rows_of_the_first_format_which_has_no_checksum(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(
            "CREATE TABLE log (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "
            "at INTEGER NOT NULL, type TEXT NOT NULL, card TEXT, target TEXT, day INTEGER, "
            "rating INTEGER, counts INTEGER, body TEXT NOT NULL)"
        )
        for number in range(1, 60):
            values = (number, name(number), instant(number), "review", "d/c", line(number))
            db.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, NULL, 739000, 3, 1, ?)", values)
    data = path.read_bytes()
    assert salvaged(data).events == {name(number): line(number) for number in range(1, 60)}
    body = line(40).encode()
    # What our own writer would have written otherwise, here in another order, is damage.
    for wrong in (body.replace(b":", b" ", 1), body.replace(b"answer", b"bnswer", 1)):
        found = salvaged(data.replace(body, wrong))
        assert found.events.keys() == {name(n) for n in range(1, 60) if n != 40}
        assert found.damaged == {40}


def test_rows_on_pages_no_longer_in_use_are_found(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    path.write_bytes(sound())
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("DROP TABLE log")
    found = salvage(str(path))
    assert_no_false_one(found)
    assert len(found.events) > COUNT * 0.9


# The write-ahead log


def test_what_is_only_in_the_write_ahead_log_is_found(tmp_path: Path) -> None:
    path = tmp_path / "progress.db"
    with closing(opened(path, wal=True)) as db:
        for number in range(1, 100):
            add(db, number)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for number in range(100, 140):
            add(db, number)
        data, wal = path.read_bytes(), path.with_name("progress.db-wal").read_bytes()
    expected = {name(number): line(number) for number in range(1, 140)}
    assert salvaged(data).events.keys() == {name(number) for number in range(1, 100)}
    assert salvaged(data, wal).events == expected
    assert salvaged(zeroed(data, 1), bytes(32) + wal[32:]).events == expected
    recent = {name(number) for number in range(100, 140)}
    assert salvaged(b"", wal).events.keys() >= recent
    assert salvaged(b"", bytes(32) + wal[32:]).events.keys() >= recent


@cache
def growing() -> tuple[bytes, bytes, list[int]]:
    """Return a file of 30 events, a log of 30 more, and how long that was after each of them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "progress.db"
        ahead = path.with_name("progress.db-wal")
        lengths = []
        with closing(opened(path, wal=True)) as db:
            for number in range(1, 31):
                add(db, number)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            for number in range(31, 61):
                db.execute("BEGIN")
                add(db, number)
                db.execute("COMMIT")
                lengths.append(ahead.stat().st_size)
            return path.read_bytes(), ahead.read_bytes(), lengths


@given(st.integers(0, growing()[2][-1]))
@settings(max_examples=40)
def test_a_write_ahead_log_cut_short_gives_what_was_committed_before(length: int) -> None:
    data, wal, lengths = growing()
    found = salvaged(data, wal[:length])
    assert_no_false_one(found)
    committed = 30 + sum(end <= length for end in lengths)
    assert found.events.keys() >= {name(number) for number in range(1, committed + 1)}


def test_frames_of_before_the_log_was_begun_again_are_not_mistaken_for_newer_ones(
    tmp_path: Path,
) -> None:
    path = tmp_path / "progress.db"
    with closing(opened(path, wal=True)) as db:
        for number in range(1, 100):
            # What is freed here is what later rows overflow into.
            db.execute("INSERT INTO draft VALUES (?, ?)", (str(number), "x" * 9000))
        db.execute("PRAGMA wal_checkpoint(RESTART)")
        db.execute("DELETE FROM draft")
        for number in range(1, 63):
            add(db, number)
        db.execute("PRAGMA wal_checkpoint(RESTART)")
        for number in range(63, 94):
            add(db, number)
        found = salvage(str(path))
    assert found.events == {name(number): line(number) for number in range(1, 94)}
    assert (found.last, missing(found)) == (93, 0)


# Files that can't be read


def test_a_file_that_can_not_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        salvage(str(tmp_path / "progress.db"))
    with pytest.raises(OSError, match=r"directory|denied"):
        salvage(str(tmp_path))


class Disk(io.BytesIO):
    """A file of which the disk refuses some bytes."""

    bad = range(0)

    def read(self, size: int | None = -1) -> bytes:
        start = self.tell()
        assert size is not None
        assert size > 0
        if start < self.bad.stop and start + size > self.bad.start:
            raise OSError(5, "Input/output error")
        return super().read(size)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Disk]]:
    def fake(path: str, *_: object, **__: object) -> Disk:
        if path.endswith("-wal"):
            raise FileNotFoundError
        return Disk(sound())

    monkeypatch.setattr(module, "open", fake, raising=False)
    yield Disk
    Disk.bad = range(0)


def test_what_the_disk_refuses_costs_only_what_lay_there(disk: type[Disk]) -> None:
    disk.bad = range(20 * PAGE + 100, 22 * PAGE + 7)
    found = salvage("progress.db")
    assert_no_false_one(found)
    assert found.events.items() >= untouched({21, 22, 23}).items()
    assert found.blank == 3


def test_a_disk_that_refuses_everything_is_an_error(disk: type[Disk]) -> None:
    disk.bad = range(len(sound()))
    with pytest.raises(OSError, match="Input/output"):
        salvage("progress.db")
