"""Files that released versions made, opened by this one."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workbench import Clock, Placed, closed, rebuilt, review, table

from trainer.errors import ProgressError
from trainer.progress.backup import backups
from trainer.progress.database import connect, version_of
from trainer.progress.records import Draft
from trainer.progress.schema import SCHEMA_VERSION
from trainer.progress.store import Store
from trainer.scheduling.schedule import Memory

RELEASED = Path(__file__).parent / "released"
MEMORIES = {
    "d/a": ("review", 0, 13.835840133660218, 2.1043313908464483, 29, 739779, None,
            739750, 739747, 3, 0),
    "d/b": ("learning", 0, 0.212, 7.604209769076838, 0, 739747, 1778492460000,
            739747, 739747, 2, 0),
    "d/c": ("learning", 1, 2.3065, 2.118103970459016, 0, 739748, 1778578800000,
            739748, 739748, 1, 0),
}  # fmt: skip


def rows(path: str, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def schema(path: str) -> list[tuple[Any, ...]]:
    """Return all tables, indexes and triggers, with the white space of their text evened out."""
    found = rows(path, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2")
    return [(*names, " ".join((sql or "").replace('"', "").split())) for *names, sql in found]


@pytest.fixture(params=range(1, SCHEMA_VERSION))
def version(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def old(version: int) -> Iterator[str]:
    """A file as an earlier version left it, in a folder that others may go to."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "progress.db")
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.executescript((RELEASED / f"{version}.sql").read_text(encoding="utf-8"))
            assert version_of(db) == version
        yield path


def check(store: Store) -> None:
    found = store.memories()
    assert found.keys() == MEMORIES.keys()
    for card, expected in MEMORIES.items():
        wanted = Memory(*expected)
        memory = found[card]
        assert memory.stability == pytest.approx(wanted.stability, rel=1e-12)
        assert memory.difficulty == pytest.approx(wanted.difficulty, rel=1e-12)
        assert memory._replace(stability=0.0, difficulty=0.0) == wanted._replace(
            stability=0.0, difficulty=0.0
        )


def test_every_released_version_is_here() -> None:
    made = {int(path.stem) for path in RELEASED.glob("*.sql")}
    assert made == {*range(1, SCHEMA_VERSION)}


def test_what_is_known_is_kept(old: str) -> None:
    log = rows(old, "SELECT seq, id, at, type, card, target, body FROM log ORDER BY seq")
    drafts = rows(old, "SELECT * FROM draft ORDER BY card")
    aliases = rows(old, "SELECT * FROM alias ORDER BY former")
    device = rows(old, "SELECT value FROM meta WHERE key = 'device'")
    assert len(log) == 12
    assert drafts
    assert aliases == [("d/old", "d/a")]
    with Store.open(old) as store:
        check(store)
        assert [body for *_, body in sorted(log, key=lambda row: (row[2], row[1]))] == [
            *store.lines()
        ]
        assert [(store.device,)] == device
        for card, answer, _, submitted, hint in drafts:
            assert store.draft(card) == Draft(answer, bool(submitted), bool(hint))
        forgotten = {json.loads(row[-1])["target"] for row in log if row[3] == "forget"}
        taught = [row[1] for row in log if row[3] == "teach" and row[1] not in forgotten]
        assert [each.id for each in store.taught()] == taught
        assert taught
        assert rebuilt(store) == {}
    assert rows(old, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert rows(old, "SELECT seq, id, at, type, card, target, body FROM log ORDER BY seq") == log
    assert rows(old, "SELECT * FROM draft ORDER BY card") == [(*row, "") for row in drafts]
    assert rows(old, "SELECT * FROM alias ORDER BY former") == aliases
    assert rows(old, "PRAGMA integrity_check") == [("ok",)]


def test_the_tables_are_those_of_a_new_file(old: str, tmp_path: Path) -> None:
    with Store.open(old):
        pass
    with Store.open(str(tmp_path / "new.db")):
        pass
    assert schema(old) == schema(str(tmp_path / "new.db"))


def test_every_line_has_its_checksum(old: str) -> None:
    import zlib

    with Store.open(old):
        pass
    for body, crc in rows(old, "SELECT body, crc FROM log"):
        assert zlib.crc32(body.encode()) == crc


def test_the_file_as_it_was_is_kept_beside_it(old: str, version: int) -> None:
    before = {
        name: rows(old, f"SELECT * FROM {name} ORDER BY 1")
        for name in ("log", "memory", "draft", "meta", "review", "alias")
    }
    with Store.open(old):
        pass
    (kept,) = backups(os.path.join(os.path.dirname(old), "backups"))
    assert rows(kept.path, "PRAGMA user_version") == [(version,)]
    for name, wanted in before.items():
        assert rows(kept.path, f"SELECT * FROM {name} ORDER BY 1") == wanted
    # A file that is up to date is opened without another.
    with Store.open(old):
        pass
    assert len(backups(os.path.join(os.path.dirname(old), "backups"))) == 1


def test_the_backup_can_be_brought_up_to_date_too(old: str) -> None:
    with Store.open(old) as store:
        memories = store.memories()
    (kept,) = backups(os.path.join(os.path.dirname(old), "backups"))
    with Store.open_for_reading(kept.path) as store:
        assert store.memories() == memories


def test_it_goes_on_from_there(old: str) -> None:
    clock = Clock("2026-05-15T09:00:00Z", offset=120)
    with Store.open(old) as store:
        store.use_cards("x", [Placed("d/a", "t"), Placed("d/b", "t"), Placed("d/z", "t")])
        store.use_aliases({"d/old": "d/a"}, {"d"})
        store.add_review(review("d/a", 1), clock(), clock.day)
        memory = store.memory("d/a")
        assert memory is not None
        assert (memory.reps, memory.lapses) == (4, 1)
        (counts,) = store.topic_counts(clock.day, clock.instant)
        assert (counts.new, counts.learning, counts.steps) == (1, 2, 1)
        store.undo_last(clock())
        check(store)
        # One of before the migration can be taken back, too.
        assert store.undo_last(clock()) is not None
        assert rebuilt(store) == {}
    with Store.open(old) as store:
        assert rebuilt(store) == {}


def test_a_read_only_file_is_read_and_left_as_it_is(old: str) -> None:
    folder = Path(old).parent
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with closed(folder), Store.open_for_reading(old) as store:
        check(store)
        store.use_aliases({}, {"d"})
        store.use_cards("x", [Placed("d/a", "t"), Placed("d/c", "t")])
        (counts,) = store.topic_counts(739_760, 1_779_000_000_000)
        assert (counts.cards, counts.learning, counts.new) == (2, 1, 0)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_looking_things_up_does_not_bring_it_up_to_date(old: str, version: int) -> None:
    with Store.open_for_reading(old) as store:
        check(store)
        assert rebuilt(store) == {}
    assert rows(old, "PRAGMA user_version") == [(version,)]
    assert not os.path.exists(os.path.join(os.path.dirname(old), "backups"))


def test_what_fails_midway_leaves_it_as_it_was(
    old: str, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(old, "SELECT * FROM log ORDER BY seq")
    with monkeypatch.context() as patched:
        patched.setattr("trainer.progress.migrate.rebuild", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Store.open(old)
    assert rows(old, "PRAGMA user_version") == [(version,)]
    assert rows(old, "SELECT * FROM log ORDER BY seq") == before
    with Store.open(old) as store:
        check(store)


def test_two_at_once_bring_it_up_to_date_once(old: str) -> None:
    from trainer.progress.migrate import migrate

    with contextlib.closing(connect(old)) as one, contextlib.closing(connect(old)) as other:
        migrate(one)
        migrate(other)
        assert version_of(one) == version_of(other) == SCHEMA_VERSION
    with Store.open(old) as store:
        check(store)


def test_a_disk_without_room_for_it_is_told(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        with contextlib.closing(sqlite3.connect(":memory:")) as db:
            db.execute("PRAGMA max_page_count = 1")
            db.execute("CREATE TABLE t (x)")
            db.execute("CREATE TABLE u (x)")

    with monkeypatch.context() as patched:
        patched.setattr("trainer.progress.migrate.rebuild", fails)
        with pytest.raises(ProgressError, match="disk is full"):
            Store.open(old)
    with Store.open(old) as store:
        check(store)


def test_a_newer_version_is_refused(old: str) -> None:
    with contextlib.closing(sqlite3.connect(old)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    for opened in (Store.open, Store.open_for_reading):
        with pytest.raises(ProgressError, match="newer Trainer"):
            opened(old)


def test_merging_a_file_of_an_earlier_version(old: str, version: int, tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "new.db")) as store:
        assert store.unite([old])[:3] == (12, 0, ())
        store.use_aliases({"d/old": "d/a"}, {"d"})
        check(store)
        assert table(store, "point")
    assert rows(old, "PRAGMA user_version") == [(version,)]
