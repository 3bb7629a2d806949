"""Opening the file: made when missing, and never one that isn't ours."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from workbench import Clock, review

from trainer.errors import ProgressError, TrainerError
from trainer.progress import database
from trainer.progress.database import APPLICATION_ID, SCHEMA_VERSION
from trainer.progress.store import Draft, Store

OPENINGS = pytest.mark.parametrize("opening", [Store.open, Store.open_for_reading])
Opening = Callable[[str], Store]


def look(opening: Opening, path: str) -> None:
    with opening(path) as store:
        list(store.lines())
        store.memories()


def refused(opening: Opening, path: str, says: str) -> None:
    with pytest.raises(ProgressError, match=says) as caught:
        look(opening, path)
    assert caught.value.place == path
    assert caught.value.mend


def filled(path: str, cards: int = 1) -> None:
    """Make a progress file of some reviews, all of it in the one file."""
    clock = Clock()
    with Store.open(path) as store:
        for number in range(cards):
            store.add_review(review(f"d/{number}"), clock(), clock.day)


@pytest.fixture
def guarded() -> Iterator[Path]:
    """A folder with a progress file that can be read and not written, not even by root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filled(str(folder / "progress.db"))
        (folder / "progress.db").chmod(0o444)
        folder.chmod(0o555)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)


def test_opening_makes_the_file_and_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "progress.db"
    look(Store.open, str(path))
    assert path.is_file()
    assert not path.with_name("progress.db-wal").exists()


def test_reading_a_missing_file_makes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "progress.db"
    with Store.open_for_reading(str(path)) as store:
        assert store.memories() == {}
        assert [*store.lines()] == []
        assert store.day_counts(1) == (0, 0, 0)
        assert store.review_days() == []
        assert store.draft("d/c").answer == ""
    assert [*tmp_path.iterdir()] == []


@OPENINGS
def test_an_empty_file_is_an_empty_store(opening: Opening, db: str) -> None:
    Path(db).touch()
    with opening(db) as store:
        assert store.memories() == {}
        assert [*store.lines()] == []


@OPENINGS
def test_not_sqlite(opening: Opening, db: str) -> None:
    Path(db).write_text("my shopping list\n" * 100)
    refused(opening, db, "not an SQLite database")
    assert Path(db).read_text() == "my shopping list\n" * 100


@OPENINGS
def test_another_programs_database(opening: Opening, db: str) -> None:
    with sqlite3.connect(db) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    before = Path(db).read_bytes()
    refused(opening, db, "not a progress file")
    assert Path(db).read_bytes() == before


@OPENINGS
def test_another_programs_database_with_a_version_of_its_own(opening: Opening, db: str) -> None:
    with sqlite3.connect(db) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
        other.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    other.close()
    refused(opening, db, "not a progress file")


@OPENINGS
def test_a_newer_format(opening: Opening, db: str) -> None:
    filled(db)
    with sqlite3.connect(db) as newer:
        newer.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    newer.close()
    before = Path(db).read_bytes()
    refused(opening, db, "newer Trainer")
    assert Path(db).read_bytes() == before


@OPENINGS
def test_a_damaged_file(opening: Opening, db: str) -> None:
    filled(db, cards=50)
    with open(db, "r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (os.path.getsize(db) - 4096))
    refused(opening, db, "damaged")


@OPENINGS
def test_a_file_cut_short(opening: Opening, db: str) -> None:
    filled(db, cards=50)
    os.truncate(db, os.path.getsize(db) // 2)
    refused(opening, db, "damaged")


@OPENINGS
def test_a_folder_in_its_place(opening: Opening, db: str) -> None:
    os.mkdir(db)
    refused(opening, db, "can't be opened")


def test_a_file_in_place_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(TrainerError) as caught:
        Store.open(str(tmp_path / "data" / "progress.db"))
    assert caught.value.place == str(tmp_path / "data")
    assert caught.value.mend


def test_a_folder_that_only_lets_itself_be_read(guarded: Path) -> None:
    path = str(guarded / "progress.db")
    with Store.open_for_reading(path) as store:
        assert [*store.memories()] == ["d/0"]
    with pytest.raises(ProgressError) as caught:
        Store.open(path)
    assert caught.value.place == path
    assert caught.value.mend
    # Where the folder has no file yet, none can be made.
    with pytest.raises(ProgressError) as caught:
        Store.open(str(guarded / "other.db"))
    assert caught.value.mend


def test_a_name_that_looks_like_an_address(tmp_path: Path) -> None:
    path = str(tmp_path / "100% ?mode=x#y.db")
    filled(path)
    with Store.open_for_reading(path) as store:
        assert [*store.memories()] == ["d/0"]


def test_hostile_names_pass_the_door(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31mb.db"
    path.write_text("no database at all " * 50)
    with pytest.raises(ProgressError) as caught:
        Store.open(str(path))
    assert "\x1b" not in str(caught.value)


def test_the_file_says_what_it_is(db: str) -> None:
    filled(db)
    plain = sqlite3.connect(db)
    assert plain.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()


def test_each_commit_is_synced(store: Store) -> None:
    assert store._db.execute("PRAGMA synchronous").fetchone() == (2,)
    store.keep_draft("d/c", Draft("half an answer"), Clock()())
    assert store._db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_many_may_open_a_new_file_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Barrier(4, timeout=10)
    check = database._check

    def check_and_meet(db: sqlite3.Connection, path: str) -> int:
        version = check(db, path)
        gate.wait()
        return version

    monkeypatch.setattr(database, "_check", check_and_meet)
    failed: list[Exception] = []

    def opened(path: str) -> None:
        try:
            Store.open(path).close()
        except Exception as error:
            failed.append(error)

    for number in range(20):
        path = str(tmp_path / f"{number}.db")
        threads = [threading.Thread(target=opened, args=(path,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
