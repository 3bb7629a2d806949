"""Copies of the progress file: made whole or not at all, thinned with age, and put back."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple

from trainer.errors import DamagedError, ProgressError
from trainer.progress.database import explained
from trainer.progress.schema import APPLICATION_ID, SCHEMA_VERSION
from trainer.scheduling.days import Moment, parse_iso
from trainer.text import clean

# Seconds to wait for another trainer that is writing.
_WAIT = 5.0
_DAYS, _WEEKS, _MONTHS = 12, 10, 9
_NAME = re.compile(r"progress-([12]\d{7}T\d{6})Z(?:-([1-9]\d{0,8}))?\.db")
# What a copy is called until it is whole, and what SQLite lays beside it meanwhile.
_PART = r"\.[0-9a-f]{8}\.part(?:-journal|-wal|-shm)?"
_BESIDE = ("-journal", "-wal", "-shm")
# A part that wasn't written to for so many seconds was left by a trainer that was cut off.
_LEFT_OVER = 3600


class Backup(NamedTuple):
    """A backup in the backups folder. `instant` is when it was made, by its name."""

    instant: int
    number: int
    path: str


class Taken(NamedTuple):
    """When a backup was made: on which study day, and what orders those of one day."""

    day: int
    instant: int
    number: int = 0


# Making


def backup_now(source_path: str, folder: str, at: Moment) -> str:
    """Copy the progress file into the folder of backups, making it; return the copy's path.

    Others may be writing meanwhile. Raises ProgressError where there is no progress file, it is
    damaged, or the copy can't be written; then there is no new file.
    """
    with _opened(source_path) as source:
        with _explained(folder):
            os.makedirs(folder, exist_ok=True)
        target = _free(os.path.join(folder, f"progress-{_stamp(at)}"), ".db")
        _copy(source, source_path, target)
    return target


def copy_to(source_path: str, target_path: str) -> None:
    """Copy the progress file to a new file, as `backup_now` does.

    Raises ProgressError also where there is something of this name, or no such folder.
    """
    folder = os.path.dirname(os.path.abspath(target_path))
    if os.path.lexists(target_path):
        raise ProgressError(
            "there is something of this name already",
            place=clean(target_path),
            mend="name a new file; nothing is overwritten",
        )
    if not os.path.isdir(folder):
        raise ProgressError(
            "there is no such folder", place=clean(folder), mend="make it, or name another"
        )
    with _opened(source_path) as source:
        _copy(source, source_path, target_path)


def _copy(source: sqlite3.Connection, source_path: str, target: str) -> None:
    with _explained(target), _written(source, source_path, target) as part:
        os.replace(part, target)
        _sync_folder(target)


@contextlib.contextmanager
def _written(source: sqlite3.Connection, source_path: str, target: str) -> Iterator[str]:
    """Write what the source holds to a file beside the target: one file, checked and durable.

    It is to be renamed to the target; at the end it is gone if it was not.
    """
    part = f"{target}.{os.urandom(4).hex()}.part"
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        _sweep(part, os.path.basename(target))
        with contextlib.closing(_connect(part, "mode=rw")) as copy:
            copy.execute("PRAGMA synchronous = OFF")  # it is synced as a whole below
            _fill(copy, source, part)
            # It takes from the source to log ahead; a copy is to be one file.
            _refuse_damage(
                copy,
                source_path,
                ("PRAGMA journal_mode = DELETE", "PRAGMA quick_check(1)"),
                "run `trainer doctor`, or restore a backup",
            )
        _sync(part)
        yield part
    finally:
        for name in (part, *(part + end for end in _BESIDE)):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)


def _fill(copy: sqlite3.Connection, source: sqlite3.Connection, path: str) -> None:
    """Replace all that the database `copy`, at `path`, holds by what the source does."""

    def not_for_ever(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise ProgressError(
                "another program holds the progress file",
                place=clean(path),
                mend="close it and try again",
            )

    source.backup(copy, progress=not_for_ever)


def _sweep(part: str, target: str) -> None:
    left_over = re.compile(f"(?:{_NAME.pattern}|{re.escape(target)}){_PART}")
    # Both times are the file system's: no other clock has to agree with it.
    present = os.stat(part).st_mtime
    with os.scandir(os.path.dirname(part) or ".") as entries:
        for entry in entries:
            if left_over.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    if abs(present - entry.stat().st_mtime) > _LEFT_OVER:
                        os.unlink(entry.path)


# Looking after them


def backups(folder: str) -> list[Backup]:
    """Return the backups in the folder, newest first; none where there is no such folder.

    Raises ProgressError where it can't be read.
    """
    found = []
    with _explained(folder), contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            if match and entry.is_file():
                with contextlib.suppress(ValueError):  # no such day or hour
                    instant = parse_iso(match[1])
                    found.append(Backup(instant, int(match[2] or 1), entry.path))
    return sorted(found, reverse=True)


def latest(folder: str) -> Backup | None:
    """Return the newest backup in the folder, None where there is none."""
    return next(iter(backups(folder)), None)


def thin(folder: str, at: Moment, rollover: int) -> list[str]:
    """Remove the backups that `to_keep` doesn't name, and return their paths.

    `at` is the present moment and `rollover` the hour at which a study day begins. Raises
    ProgressError where the folder can't be read, or a backup not be removed.
    """
    taken = {
        Taken(Moment(backup.instant, at.offset).day(rollover), backup.instant, backup.number): (
            backup.path
        )
        for backup in backups(folder)
    }
    kept = to_keep(taken, at.day(rollover))
    removed = []
    with _explained(folder):
        for when, path in taken.items():
            if when not in kept:
                with contextlib.suppress(FileNotFoundError):  # another trainer was quicker
                    os.unlink(path)
                    removed.append(path)
    return removed


def to_keep(taken: Iterable[Taken], today: int) -> set[Taken]:
    """Return which backups are to be kept on the study day `today`.

    All of today, yesterday and, by a clock since set back, of days to come; of those before, the
    last of each of 12 days, then the last of each of 10 weeks, then the last of each of 9 months.
    Days, weeks and months without a backup don't count.
    """
    kept = set()
    levels = [(_DAYS, _day), (_WEEKS, _week), (_MONTHS, _month)]
    newer: Taken | None = None
    for one in sorted(taken, reverse=True):
        if one.day >= today - 1:
            kept.add(one)
            newer = one
            continue
        while levels and not levels[0][0]:
            del levels[0]
        if not levels:
            break
        left, period = levels[0]
        # The last of its period: the backup kept before it, which is newer, is of another.
        if newer is None or period(newer.day) != period(one.day):
            levels[0] = (left - 1, period)
            kept.add(one)
            newer = one
    return kept


def _day(day: int) -> int:
    return day


def _week(day: int) -> int:
    return (day - 1) // 7  # the first day of all was a Monday


def _month(day: int) -> int:
    that = date.fromordinal(day)
    return that.year * 12 + that.month


# Putting back


def check_file(path: str) -> None:
    """See that the file is a sound progress file that can be restored. It is not changed.

    Raises DamagedError where it is damaged, or no SQLite file, and ProgressError where it is
    missing, isn't one of ours or of a newer format.
    """
    with _checked(path):
        pass


def restore(path: str, into: str, folder: str, at: Moment) -> str | None:
    """Replace what the progress file `into` holds by what the file `path` holds.

    What is replaced is kept, and the return value is where: as a backup in `folder` or, where
    `into` is damaged or no progress file, as it is, in a file beside it. None where there was no
    file. Other trainers that have a sound `into` open see the change as one transaction.

    Raises ProgressError as `check_file` does for `path`, and where something can't be written;
    then `into` is as it was.
    """
    into = os.path.realpath(into)  # a link stays one
    with _checked(path) as source:
        if os.path.exists(into) and os.path.samefile(path, into):
            raise ProgressError(
                "this is the progress file itself", place=clean(path), mend="name a backup of it"
            )
        if not os.path.exists(into) or not _is_sound(into):
            return _swap(source, path, into, at)
        kept = backup_now(into, folder, at)
        with _explained(into), contextlib.closing(_connect(into, "mode=rw")) as live:
            live.execute("PRAGMA synchronous = FULL")
            live.execute("PRAGMA fullfsync = 1")
            _fill(live, source, into)
        return kept


def _swap(source: sqlite3.Connection, source_path: str, into: str, at: Moment) -> str | None:
    """Put a copy of the source in the place of the file `into`, and that one aside."""
    with _explained(into):
        os.makedirs(os.path.dirname(into), exist_ok=True)
        with _written(source, source_path, into) as part:
            present = [end for end in ("", *_BESIDE) if os.path.lexists(into + end)]
            kept = _free(f"{into}.damaged-{_stamp(at)}") if present else None
            if kept:
                _keep(into, kept, present)
            # What was logged ahead for the old file must never meet the new one.
            for end in present:
                if end:
                    os.unlink(into + end)
            os.replace(part, into)
            _sync_folder(into)
    return kept


def _keep(path: str, kept: str, ends: list[str]) -> None:
    """Have the file, and those beside it of these endings, under another name too, or none."""
    made = []
    try:
        for end in ends:
            made.append(kept + end)
            try:
                os.link(path + end, kept + end)
            except OSError:  # not every file system has links
                _copy_bytes(path + end, kept + end)
                _sync(kept + end)
        _sync_folder(kept)
    except BaseException:
        for name in made:
            with contextlib.suppress(OSError):
                os.unlink(name)
        raise


def _is_sound(path: str) -> bool:
    # To read a damaged file may not change it, not even by folding in what was logged ahead.
    with _explained(path), contextlib.closing(_connect(path, "mode=ro")) as db:
        try:
            (application,) = db.execute("PRAGMA application_id").fetchone()
            sound = db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        except UnicodeDecodeError:
            return False
        except sqlite3.DatabaseError as error:
            if _is_damage(error):
                return False
            raise
    return sound and bool(application == APPLICATION_ID)


# Opening


@contextlib.contextmanager
def _opened(path: str) -> Iterator[sqlite3.Connection]:
    """Open the live progress file to read it, while others may be writing."""
    if not os.path.lexists(path):
        raise ProgressError(
            "there is no progress file yet", place=clean(path), mend="answer a question first"
        )
    with _explained(path), contextlib.ExitStack() as stack:
        db = stack.enter_context(contextlib.closing(_connect(path, "mode=rw")))
        try:
            _version(db)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise
            db.close()
            db = stack.enter_context(reading(path))  # its folder can't be written
        yield db


@contextlib.contextmanager
def reading(path: str) -> Iterator[sqlite3.Connection]:
    """Open a file to read it that can't or mustn't be changed; nothing is left beside it.

    Whether it is a progress file is not looked at. Raises ProgressError where it can't be opened,
    and for what SQLite and the system say while it is open.
    """
    path = os.path.realpath(path)
    with _explained(path), contextlib.ExitStack() as stack:
        options = "mode=ro"
        ahead = path + "-wal"
        if not os.path.exists(ahead) or not os.path.getsize(ahead):
            options = "immutable=1"
        elif not os.path.exists(path + "-shm"):
            # SQLite would make that file. Without it nobody has this one open: it can be copied.
            from tempfile import TemporaryDirectory

            folder = stack.enter_context(TemporaryDirectory(prefix="trainer-"))
            whole = os.path.join(folder, "progress.db")
            _copy_bytes(path, whole)
            _copy_bytes(ahead, whole + "-wal")
            path, options = whole, "mode=rw"
        yield stack.enter_context(contextlib.closing(_connect(path, options)))


@contextlib.contextmanager
def _checked(path: str) -> Iterator[sqlite3.Connection]:
    place = clean(path)
    if not os.path.exists(path):
        raise ProgressError("there is no such file", place=place, mend="see `trainer paths`")
    if not os.path.isfile(path):
        raise ProgressError("this is not a file", place=place, mend="name a backup")
    with _explained(path), open(path, "rb"):
        pass  # SQLite wouldn't say that it is the permission that is missing
    with reading(path) as db:
        try:
            (application,) = db.execute("PRAGMA application_id").fetchone()
            version = _version(db)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            raise DamagedError(
                "this is not a Trainer progress file, or its beginning is damaged",
                place=place,
                mend="name another backup",
            ) from error
        if application != APPLICATION_ID:
            raise ProgressError(
                "this is not a Trainer progress file", place=place, mend="name another backup"
            )
        if version > SCHEMA_VERSION:
            raise ProgressError(
                f"this was written by a newer Trainer (its format is {version}, "
                f"this one knows {SCHEMA_VERSION})",
                place=place,
                mend="upgrade Trainer",
            )
        _refuse_damage(db, path, ("PRAGMA integrity_check(1)",), "name another backup")
        yield db


def _connect(path: str, options: str) -> sqlite3.Connection:
    name = os.path.abspath(path).replace(os.sep, "/")
    for special in "%?#":
        name = name.replace(special, f"%{ord(special):02x}")
    uri = f"file://{name}" if name.startswith("/") else f"file:///{name}"
    db = sqlite3.connect(f"{uri}?{options}", uri=True, isolation_level=None, timeout=_WAIT)
    db.text_factory = lambda text: text.decode(errors="replace")  # what is damaged is not UTF-8
    return db


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


# Saying what is wrong


def _refuse_damage(db: sqlite3.Connection, path: str, checks: tuple[str, ...], mend: str) -> None:
    """Raise DamagedError where the last of these statements doesn't say `ok`, or one can't run."""
    try:
        answers = [db.execute(check).fetchone() for check in checks]
    except UnicodeDecodeError:  # what SQLite says of the damage names some of it
        answers = [None]
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise
        answers = [None]
    if answers[-1] != ("ok",):
        raise DamagedError("this progress file is damaged", place=clean(path), mend=mend)


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Return whether this says that the file is wrong, not its surroundings."""
    name = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
    return name == "SQLITE_ERROR" or name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


_FULL = ("the disk is full", "free some space and try again")
_CLOSED = ("this can't be read or written (permission denied)", "allow it, or choose another place")
_REASONS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.EROFS: ("this can't be written (read-only)", "choose another folder"),
}


@contextlib.contextmanager
def _explained(path: str) -> Iterator[None]:
    """Turn the errors of SQLite and of the system into a ProgressError."""
    try:
        with explained(path):
            yield
    except OSError as error:
        message, mend = _REASONS.get(
            error.errno or 0,
            (f"this can't be used ({error.strerror or error})", "see that its folder is sound"),
        )
        raise ProgressError(message, place=clean(path), mend=mend) from error


# Names and syncing


def _stamp(at: Moment) -> str:
    return f"{datetime.fromtimestamp(at.instant // 1000, UTC):%Y%m%dT%H%M%SZ}"


def _free(beginning: str, end: str = "") -> str:
    """Return the first of the names `beginning``end`, `beginning`-2`end`, … that is not taken."""
    path, number = beginning + end, 1
    while os.path.lexists(path):
        number += 1
        path = f"{beginning}-{number}{end}"
    return path


def _copy_bytes(path: str, target: str) -> None:
    from shutil import copyfile  # 10 ms that the daily backup at the start does without

    copyfile(path, target)


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(path: str) -> None:
    """Have what the file's folder says of it last, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
