"""Backups: whole or not there, thinned as promised, put back with what they replace kept."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.errors import DamagedError, ProgressError
from trainer.progress import backup as module
from trainer.progress.backup import (
    Taken,
    backup_now,
    backups,
    check_file,
    copy_to,
    latest,
    restore,
    thin,
    to_keep,
)
from trainer.scheduling.days import Moment, parse_day, parse_iso

SCHEMA = """CREATE TABLE log (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,
type TEXT NOT NULL, card TEXT, target TEXT, body TEXT NOT NULL, crc INTEGER NOT NULL);
PRAGMA application_id = 0x54524E52;
PRAGMA user_version = 2;"""
AT = Moment(parse_iso("2026-11-22T10:15:00.750Z"), 60)
NAME = "progress-20261122T101500Z.db"


def make(path: Path, count: int = 3, wal: bool = True) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        if wal:
            db.execute("PRAGMA journal_mode = WAL")
        db.executescript(SCHEMA)
        add(db, count)


def add(db: sqlite3.Connection, count: int = 1) -> None:
    for _ in range(count):
        db.execute(
            "INSERT INTO log SELECT count(*) + 1, 'id' || count(*), 5, 'x', NULL, NULL, ?, 1 "
            "FROM log",
            ("word " * 300,),
        )


def rows(path: Path | str) -> int:
    """Return how many events the file has, read from a copy of it and what is beside it."""
    path = Path(path)
    with tempfile.TemporaryDirectory() as folder:
        for end in ("", "-wal"):
            if (beside := path.with_name(path.name + end)).exists():
                Path(folder, "db" + end).write_bytes(beside.read_bytes())
        with closing(sqlite3.connect(Path(folder, "db"))) as db:
            return int(db.execute("SELECT count(*) FROM log").fetchone()[0])


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@contextmanager
def refused(says: str, place: Path | str | None = None) -> Iterator[None]:
    with pytest.raises(ProgressError, match=says) as caught:
        yield
    assert caught.value.mend
    assert caught.value.place
    if place is not None:
        assert caught.value.place == str(place)


@contextmanager
def closed(folder: Path, mode: int = 0o444) -> Iterator[None]:
    """Have nobody write the folder, not even root, and have its files be of this mode."""
    for file in folder.iterdir():
        file.chmod(mode)
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "progress.db"
    make(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that others may go to, which pytest's are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


# Making a backup


def test_a_backup_is_one_sound_file_named_by_its_time(source: Path, folder: Path) -> None:
    path = backup_now(str(source), str(folder), AT)
    assert path == str(folder / NAME)
    assert names(folder) == [NAME]
    assert Path(path).read_bytes()[18:20] == b"\1\1"  # not one that logs ahead
    assert rows(path) == 3
    check_file(path)


def test_a_second_one_in_the_same_second_gets_another_name(source: Path, folder: Path) -> None:
    made = [backup_now(str(source), str(folder), AT) for _ in range(3)]
    assert names(folder) == [
        "progress-20261122T101500Z-2.db", "progress-20261122T101500Z-3.db", NAME,
    ]  # fmt: skip
    assert [backup.path for backup in backups(str(folder))] == made[::-1]


def test_what_others_are_writing_is_in_it_once_committed(source: Path, folder: Path) -> None:
    with closing(sqlite3.connect(source, isolation_level=None)) as other:
        add(other)  # in the write-ahead log only
        other.execute("BEGIN IMMEDIATE")
        add(other)
        path = backup_now(str(source), str(folder), AT)
        other.execute("COMMIT")
    assert rows(path) == 4
    assert rows(source) == 5


def test_names_that_a_uri_would_take_amiss(tmp_path: Path) -> None:
    odd = tmp_path / "a?mode=memory#b%20c ü"
    odd.mkdir()
    make(odd / "progress.db")
    path = backup_now(str(odd / "progress.db"), str(odd / "x#y"), AT)
    assert rows(path) == 3
    assert names(tmp_path) == [odd.name]


def test_there_is_nothing_to_copy(tmp_path: Path, folder: Path) -> None:
    with refused("there is no progress file yet", tmp_path / "progress.db"):
        backup_now(str(tmp_path / "progress.db"), str(folder), AT)
    assert names(tmp_path) == []


def test_a_damaged_file_gives_no_backup(source: Path, folder: Path) -> None:
    damage(source)
    with refused("damaged", source):
        backup_now(str(source), str(folder), AT)
    assert names(folder) == []


def damage(path: Path) -> None:
    """Write over all pages but the first."""
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\x55" * (len(data) - 4096))


def test_a_full_disk_leaves_no_part(source: Path, folder: Path) -> None:
    resource = pytest.importorskip("resource")
    with closing(sqlite3.connect(source, isolation_level=None)) as db:
        add(db, 60)
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, former[1]))
    try:
        with refused("disk", folder / NAME):
            backup_now(str(source), str(folder), AT)
        with refused("disk", folder.parent / "b.db"):
            copy_to(str(source), str(folder.parent / "b.db"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    assert names(folder) == []
    assert not (folder.parent / "b.db").exists()


@pytest.mark.parametrize("function", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_at_the_end_leaves_nothing(
    source: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    function: str,
    error: BaseException,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, function, fail)
    with pytest.raises((ProgressError, KeyboardInterrupt)) as caught:
        backup_now(str(source), str(folder), AT)
    if isinstance(error, OSError):
        assert str(caught.value) == (
            f"{folder / NAME}: the disk is full; free some space and try again"
        )
    assert names(folder) == []


def test_a_folder_that_can_not_be_written_is_told(open_to_all: Path) -> None:
    make(open_to_all / "progress.db")
    (open_to_all / "backups").mkdir(mode=0o755)
    with closed(open_to_all / "backups"), refused("permission denied"):
        backup_now(str(open_to_all / "progress.db"), str(open_to_all / "backups"), AT)


def test_a_file_where_the_folder_should_be(source: Path, folder: Path) -> None:
    folder.write_text("")
    with refused("can't be used", folder):
        backup_now(str(source), str(folder), AT)


def test_progress_on_a_read_only_medium_can_be_copied(open_to_all: Path, folder: Path) -> None:
    place = open_to_all / "medium"
    place.mkdir()
    make(place / "progress.db")
    (open_to_all / "backups").mkdir()
    (open_to_all / "backups").chmod(0o777)
    with closed(place):
        path = backup_now(str(place / "progress.db"), str(open_to_all / "backups"), AT)
    assert rows(path) == 3
    assert names(place) == ["progress.db"]


KILLED = """
import os, sys
from trainer.progress import backup
from trainer.scheduling.days import Moment
step, steps = int(sys.argv[1]), 0
def stops(function):
    def run(*args, **named):
        global steps
        if steps == step:
            os._exit(9)  # as if the power went: nothing is cleared away
        steps += 1
        return function(*args, **named)
    return run
for name in ("replace", "link", "unlink", "fsync"):
    setattr(os, name, stops(getattr(os, name)))
backup._fill = stops(backup._fill)
at = Moment(1795342500750, 60)
if sys.argv[2] == "backup":
    backup.backup_now(sys.argv[3], sys.argv[4], at)
else:
    backup.restore(sys.argv[4], sys.argv[3], sys.argv[5], at)
"""


def killed(step: int, *arguments: object) -> bool:
    """Run it in a process that ends at the given step, and return whether it came so far."""
    environment = {**os.environ, "PYTHONPATH": str(Path(module.__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(step), *map(str, arguments)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode in (0, 9), done.stderr
    return done.returncode == 9


def test_one_cut_off_at_any_step_leaves_no_half_backup(source: Path, folder: Path) -> None:
    step = 0
    while killed(step, "backup", source, folder):
        for backup in backups(str(folder)):
            assert rows(backup.path) == 3
            os.unlink(backup.path)
        step += 1
    assert step >= 3
    # What those left behind is gone with the next backup, once it is old.
    left = [name for name in names(folder) if name.endswith(".part")]
    assert left
    for name in names(folder):
        os.utime(folder / name, (0, 0))
    (folder / f"{NAME}.0123abcd.part").write_text("another trainer is at it just now")
    (folder / "mine.part").write_text("")
    os.utime(folder / "mine.part", (0, 0))
    backup_now(str(source), str(folder), AT)
    assert names(folder) == sorted(
        [NAME, "progress-20261122T101500Z-2.db", f"{NAME}.0123abcd.part", "mine.part"]
    )


# `trainer backup FILE`


def test_a_copy_to_a_file_of_any_name(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "my progress"
    copy_to(str(source), str(target))
    assert rows(target) == 3
    assert names(tmp_path) == ["my progress", "progress.db"]


def test_a_copy_beside_where_one_is(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    copy_to("progress.db", "copy.db")
    assert rows("copy.db") == 3


@pytest.mark.parametrize("what", ["file", "folder", "link"])
def test_a_copy_overwrites_nothing(source: Path, tmp_path: Path, what: str) -> None:
    target = tmp_path / "target"
    if what == "file":
        target.write_text("precious")
    elif what == "folder":
        target.mkdir()
    else:
        target.symlink_to("nowhere")
    before = names(tmp_path)
    with refused("there is something of this name already", target):
        copy_to(str(source), str(target))
    assert names(tmp_path) == before
    assert what != "file" or target.read_text() == "precious"


def test_a_copy_needs_a_folder(source: Path, tmp_path: Path) -> None:
    with refused("there is no such folder", tmp_path / "no"):
        copy_to(str(source), str(tmp_path / "no" / "x.db"))


def test_names_in_messages_do_nothing_to_the_terminal(source: Path, tmp_path: Path) -> None:
    with refused("no such folder", tmp_path / "\ufffd[31m"):
        copy_to(str(source), str(tmp_path / "\x1b[31m" / "x.db"))


# What is there


def test_backups_are_listed_newest_first_and_nothing_else_is(folder: Path) -> None:
    assert backups(str(folder)) == []
    assert latest(str(folder)) is None
    folder.mkdir()
    for name in (
        NAME,
        "progress-20270101T000000Z.db",
        "progress-20261122T101500Z-2.db",
        "progress-20261122T101500Z-10.db",
        "progress-20261199T101500Z.db",
        "progress-20261122T101500Z.db.0123abcd.part",
        "progress.db",
        "Progress-20261122T101500Z.db",
        "progress-٢٠٢٦١١٢٢T101500Z.db",
    ):
        (folder / name).write_text("")
    (folder / "progress-20280101T000000Z.db").mkdir()
    found = [os.path.basename(backup.path) for backup in backups(str(folder))]
    assert found == [
        "progress-20270101T000000Z.db",
        "progress-20261122T101500Z-10.db",
        "progress-20261122T101500Z-2.db",
        NAME,
    ]
    newest = latest(str(folder))
    assert newest is not None
    assert newest.instant == parse_iso("2027-01-01T00:00:00Z")


# Thinning

TODAY = parse_day("2026-11-22")
days = st.integers(TODAY - 900, TODAY + 5)
takens = st.sets(st.builds(Taken, days, st.integers(0, 3)), max_size=120)


@given(takens)
def test_thinning_again_changes_nothing(taken: set[Taken]) -> None:
    kept = to_keep(taken, TODAY)
    assert kept <= taken
    assert to_keep(kept, TODAY) == kept


@given(takens)
def test_what_is_always_kept_and_how_many_at_most(taken: set[Taken]) -> None:
    kept = to_keep(taken, TODAY)
    recent = {one for one in taken if one.day >= TODAY - 1}
    assert recent <= kept
    assert len(kept - recent) <= 31
    if taken:
        assert max(taken) in kept
    older = {one.day for one in taken - recent}
    for day in sorted(older)[-12:]:
        assert max(one for one in taken if one.day == day) in kept


@given(takens, st.integers(0, 900))
def test_a_clock_set_back_deletes_nothing_of_later(taken: set[Taken], days_back: int) -> None:
    today = TODAY - days_back
    assert to_keep(taken, today) >= {one for one in taken if one.day >= today}


@pytest.mark.parametrize("pause", [1, 2, 5])
def test_two_years_of_daily_thinning_leave_the_whole_ladder(pause: int) -> None:
    kept: set[Taken] = set()
    for today in range(TODAY - 730, TODAY + 1, pause):
        kept |= {Taken(today, 1), Taken(today, 2)}
        kept = to_keep(kept, today)
    ladder = sorted((one.day for one in kept if one.day < TODAY - 1), reverse=True)
    assert len(ladder) == 31
    assert all(one.instant == 2 for one in kept if one.day < TODAY - 1)
    daily, weekly, monthly = ladder[:12], ladder[11:22], ladder[21:]
    assert daily == [day for day in range(TODAY, 0, -pause) if day < TODAY - 1][:12]
    weeks = [(day - 1) // 7 for day in weekly]
    assert weeks == [*range(weeks[0], weeks[0] - 11, -1)]
    assert len({month(day) for day in monthly}) >= 9
    # The last step reaches back about as far as it says.
    assert TODAY - ladder[-1] >= 12 + 10 * 7 + 8 * 28


def month(day: int) -> tuple[int, int]:
    return date.fromordinal(day).year, date.fromordinal(day).month


def test_thinning_removes_only_backups(folder: Path) -> None:
    folder.mkdir()
    strangers = ["progress.db", "progress-20200101T000000Z.db.bak", "notes", "progress-x.db"]
    for day in range(1, 31):
        for hour in (9, 21):
            (folder / f"progress-202609{day:02}T{hour:02}0000Z.db").write_text("")
    for name in strangers:
        (folder / name).write_text("")
    removed = thin(str(folder), Moment(parse_iso("2026-09-30T22:00:00Z"), 60), 4)
    left = set(names(folder))
    assert set(strangers) <= left
    assert len(removed) == 64 - len(left)
    assert {name for name in left if name.startswith("progress-202609")} == {
        # today and yesterday, 12 days, the weeks before them
        *(f"progress-202609{day:02}T{hour:02}0000Z.db" for day in (29, 30) for hour in (9, 21)),
        *(f"progress-202609{day:02}T210000Z.db" for day in range(17, 29)),
        "progress-20260913T210000Z.db",
        "progress-20260906T210000Z.db",
    }
    assert thin(str(folder), Moment(parse_iso("2026-09-30T22:00:00Z"), 60), 4) == []


def test_a_study_day_runs_to_the_rollover(folder: Path) -> None:
    folder.mkdir()
    # One evening and the night after it, by a clock two hours east, the day beginning at four.
    for time in ("20260910T190000", "20260911T010000", "20260911T030000"):
        (folder / f"progress-{time}Z.db").write_text("")
    thin(str(folder), Moment(parse_iso("2026-09-20T12:00:00Z"), 120), 4)
    assert names(folder) == ["progress-20260911T010000Z.db", "progress-20260911T030000Z.db"]


def test_thinning_where_there_is_no_folder(folder: Path) -> None:
    assert thin(str(folder), AT, 4) == []


# Checking a file before it is restored


def snapshot(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def strange(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (x)")


def newer(path: Path) -> None:
    make(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA user_version = 99")


def damaged(path: Path) -> None:
    make(path)
    damage(path)


def disordered(path: Path) -> None:
    make(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = replace(sql, 'type TEXT', 'kind BLOB NOT NULL')")
        db.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'log'")


BAD: list[tuple[Callable[[Path], object], str]] = [
    (lambda path: None, "there is no such file"),
    (lambda path: path.mkdir(), "this is not a file"),
    (lambda path: path.write_bytes(b""), "this is not a Trainer progress file"),
    (lambda path: path.write_text("Dear diary\n" * 99), "this is not a Trainer progress file"),
    (strange, "this is not a Trainer progress file"),
    (newer, r"written by a newer Trainer \(its format is 99"),
    (damaged, "this progress file is damaged"),
    (disordered, "this progress file is damaged"),
]


@pytest.mark.parametrize(("prepare", "says"), BAD)
def test_what_can_not_be_restored(
    source: Path, folder: Path, tmp_path: Path, prepare: Callable[[Path], object], says: str
) -> None:
    place = tmp_path / "there"
    place.mkdir()
    prepare(place / "x.db")
    before = source.read_bytes()
    for attempt in (check_file, lambda path: restore(path, str(source), str(folder), AT)):
        with refused(says, place / "x.db"):
            attempt(str(place / "x.db"))
    assert source.read_bytes() == before
    assert names(tmp_path) == ["progress.db", "there"]


@pytest.mark.parametrize("page", [0, 1, 2])
def test_damage_is_told_from_what_never_was_ours(source: Path, page: int) -> None:
    data = bytearray(source.read_bytes())
    data[page * 4096 : (page + 1) * 4096] = bytes(4096)
    source.write_bytes(data)
    with pytest.raises(DamagedError):
        check_file(str(source))
    strange(source.with_name("strange.db"))
    with pytest.raises(ProgressError) as caught:
        check_file(str(source.with_name("strange.db")))
    assert not isinstance(caught.value, DamagedError)


def test_to_check_a_file_leaves_it_and_its_folder_alone(tmp_path: Path) -> None:
    make(tmp_path / "progress.db")
    before = snapshot(tmp_path)
    check_file(str(tmp_path / "progress.db"))
    assert snapshot(tmp_path) == before


def copied_while_open(path: Path) -> None:
    """Make a file of which most lies in the write-ahead log beside it, as a bare copy has it."""
    make(path.with_name("live.db"))
    with closing(sqlite3.connect(path.with_name("live.db"), isolation_level=None)) as db:
        add(db, 5)
        for end in ("", "-wal"):
            live = path.with_name("live.db" + end)
            path.with_name(path.name + end).write_bytes(live.read_bytes())
    path.with_name("live.db").unlink()


def test_a_file_with_its_write_ahead_log(source: Path, folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "there"
    place.mkdir()
    copied_while_open(place / "x.db")
    before = snapshot(place)
    assert before.keys() == {"x.db", "x.db-wal"}
    check_file(str(place / "x.db"))
    restore(str(place / "x.db"), str(source), str(folder), AT)
    assert snapshot(place) == before
    assert rows(source) == 8


def test_a_file_that_is_open_elsewhere(source: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(source, isolation_level=None)) as other:
        add(other)
        check_file(str(source))
        add(other)
    assert rows(source) == 5


@pytest.mark.parametrize("prepare", [make, copied_while_open])
def test_a_file_on_a_read_only_medium(open_to_all: Path, prepare: Callable[[Path], None]) -> None:
    prepare(open_to_all / "x.db")
    before = snapshot(open_to_all)
    with closed(open_to_all):
        check_file(str(open_to_all / "x.db"))
    assert snapshot(open_to_all) == before


def test_a_file_that_one_may_not_read(open_to_all: Path) -> None:
    make(open_to_all / "x.db")
    with closed(open_to_all, 0), refused("permission denied", open_to_all / "x.db"):
        check_file(str(open_to_all / "x.db"))


@given(st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(0, 255)), max_size=30))
@settings(max_examples=60)
def test_a_damaged_file_is_refused_or_sound_and_never_a_crash(
    changes: list[tuple[int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "x.db")
        path.write_bytes(whole_file())
        data = bytearray(path.read_bytes())
        for at, value in changes:
            data[at % len(data)] = value
        path.write_bytes(data)
        refusal = None
        try:
            check_file(str(path))
        except ProgressError as error:
            refusal = error
        if refusal:
            assert refusal.mend
            live, good = Path(name, "live.db"), Path(name, "good.db")
            live.write_bytes(data)
            good.write_bytes(whole_file())
            assert restore(str(good), str(live), name, AT)
            assert rows(live) == 12
        assert path.read_bytes() == data


_WHOLE: list[bytes] = []


def whole_file() -> bytes:
    if not _WHOLE:
        with tempfile.TemporaryDirectory() as name:
            make(Path(name, "x.db"), 12)
            _WHOLE.append(Path(name, "x.db").read_bytes())
    return _WHOLE[0]


# Restoring


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A backup of seven events."""
    (tmp_path / "elsewhere").mkdir()
    make(tmp_path / "elsewhere" / "good.db", 7, wal=False)
    return tmp_path / "elsewhere" / "good.db"


def test_restoring_keeps_what_it_replaces(source: Path, folder: Path, good: Path) -> None:
    kept = restore(str(good), str(source), str(folder), AT)
    assert kept == str(folder / NAME)
    assert rows(kept) == 3
    assert rows(source) == 7
    assert rows(good) == 7
    assert source.read_bytes()[18:20] == b"\2\2"  # it still logs ahead


def test_other_trainers_see_what_was_restored(source: Path, folder: Path, good: Path) -> None:
    with closing(sqlite3.connect(source, isolation_level=None)) as other:
        add(other)
        assert other.execute("SELECT count(*) FROM log").fetchone() == (4,)
        kept = restore(str(good), str(source), str(folder), AT)
        assert other.execute("SELECT count(*) FROM log").fetchone() == (7,)
        add(other)
    assert rows(source) == 8
    assert kept
    assert rows(kept) == 4


def test_another_that_is_writing_is_not_waited_for_for_ever(
    source: Path, folder: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WAIT", 0.01)
    with closing(sqlite3.connect(source, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with refused("another program holds the progress file", source):
            restore(str(good), str(source), str(folder), AT)
        other.execute("ROLLBACK")
    assert rows(source) == 3


def test_restoring_where_nothing_is(tmp_path: Path, folder: Path, good: Path) -> None:
    into = tmp_path / "new" / "progress.db"
    assert restore(str(good), str(into), str(folder), AT) is None
    assert rows(into) == 7
    assert names(into.parent) == ["progress.db"]


def ruined(path: Path) -> dict[str, bytes]:
    """Damage the file while something is still in its write-ahead log; return all its bytes."""
    copied_while_open(path)
    damage(path)
    return {file.name: file.read_bytes() for file in path.parent.glob(path.name + "*")}


def test_a_damaged_file_is_put_aside_as_it_is(folder: Path, good: Path, tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.mkdir()
    before = ruined(place / "progress.db")
    kept = restore(str(good), str(place / "progress.db"), str(folder), AT)
    assert kept == str(place / "progress.db.damaged-20261122T101500Z")
    after = snapshot(place)
    for end in ("", "-wal"):
        assert after[f"progress.db.damaged-20261122T101500Z{end}"] == before[f"progress.db{end}"]
    # Nothing of the old one's log is left beside the new one.
    assert "progress.db-wal" not in after
    assert rows(place / "progress.db") == 7


@pytest.mark.parametrize("length", [0, 1, 99, 100, 4095, 4096, 9000, -4096])
@pytest.mark.parametrize("ahead", [None, b"", b"garbage" * 999])
def test_a_file_cut_short_is_put_aside(
    folder: Path, good: Path, tmp_path: Path, length: int, ahead: bytes | None
) -> None:
    place = tmp_path / "data"
    place.mkdir()
    into = place / "progress.db"
    into.write_bytes(whole_file()[:length])
    if ahead is not None:
        (place / "progress.db-wal").write_bytes(ahead)
    kept = restore(str(good), str(into), str(folder), AT)
    assert kept is not None
    assert Path(kept).read_bytes() == whole_file()[:length]
    assert rows(into) == 7
    assert not (place / "progress.db-wal").exists()


def test_without_links_the_damaged_file_is_copied(
    folder: Path, good: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    damage(source)
    before = source.read_bytes()
    kept = restore(str(good), str(source), str(folder), AT)
    assert kept
    assert Path(kept).read_bytes() == before
    assert rows(source) == 7


def test_a_log_left_without_its_file_does_not_meet_the_new_one(
    folder: Path, good: Path, tmp_path: Path
) -> None:
    place = tmp_path / "data"
    place.mkdir()
    copied_while_open(place / "progress.db")
    (place / "progress.db").unlink()
    kept = restore(str(good), str(place / "progress.db"), str(folder), AT)
    assert kept
    assert names(place) == ["progress.db", "progress.db.damaged-20261122T101500Z-wal"]
    assert rows(place / "progress.db") == 7


def test_another_programs_database_is_put_aside_too(
    folder: Path, good: Path, tmp_path: Path
) -> None:
    strange(tmp_path / "progress.db")
    kept = restore(str(good), str(tmp_path / "progress.db"), str(folder), AT)
    assert kept is not None
    assert ".damaged-" in kept
    assert rows(tmp_path / "progress.db") == 7


def test_a_link_stays_a_link(source: Path, folder: Path, good: Path, tmp_path: Path) -> None:
    damage(source)
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(source)
    restore(str(good), str(link), str(folder), AT)
    assert link.is_symlink()
    assert rows(source) == 7


def test_the_file_itself_is_no_backup_of_it(source: Path, folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(source)
    for path in (source, link):
        with refused("this is the progress file itself", path):
            restore(str(path), str(source), str(folder), AT)
    assert rows(source) == 3


def test_a_full_disk_while_restoring_loses_nothing(source: Path, folder: Path, good: Path) -> None:
    resource = pytest.importorskip("resource")
    with closing(sqlite3.connect(good, isolation_level=None)) as db:
        add(db, 60)
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    for sound in (True, False):
        if not sound:
            damage(source)
        before = source.read_bytes()
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, former[1]))
        try:
            with refused("disk"):
                restore(str(good), str(source), str(folder), AT)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, former)
        assert source.read_bytes() == before


@pytest.mark.parametrize("state", ["sound", "damaged"])
def test_restoring_cut_off_at_any_step(
    folder: Path, good: Path, tmp_path: Path, state: str
) -> None:
    place = tmp_path / "data"
    place.mkdir()
    into = place / "progress.db"
    step = 0
    while True:
        for file in place.iterdir():
            file.unlink()
        if state == "sound":
            make(into)
            before = snapshot(place)
        else:
            before = ruined(into)
        came_so_far = killed(step, "restore", into, good, folder)
        after = snapshot(place)
        if state == "sound":
            assert rows(into) in (3, 7)
            assert all(rows(backup.path) in (3, 7) for backup in backups(str(folder)))
        else:
            beside = {name[11:]: data for name, data in after.items() if "damaged" not in name}
            kept = {
                f"progress.db{name.partition('Z')[2]}": data
                for name, data in after.items()
                if "damaged" in name
            }
            old = all(after.get(name) == data for name, data in before.items())
            assert old or before.items() <= kept.items()
            if after["progress.db"] != before["progress.db"]:
                assert rows(into) == 7
                assert "-wal" not in beside
        if not came_so_far:
            assert rows(into) == 7
            break
        step += 1
    assert step >= 5
