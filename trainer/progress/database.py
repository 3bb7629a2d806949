"""The SQLite file: its schema, opening it, and saying in a sentence what is wrong with it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from time import monotonic, sleep

from trainer.errors import DamagedError, ProgressError
from trainer.paths import backups_of
from trainer.progress.schema import APPLICATION_ID, SCHEMA_VERSION, WHOLE
from trainer.text import clean

# Seconds to wait for another trainer that is writing.
_WAIT = 5.0


def connect(path: str) -> sqlite3.Connection:
    """Open the progress file for answers, making it where it isn't there yet.

    Raises ProgressError where it can't be opened or written, or isn't a progress file.
    """
    with explained(path):
        db = sqlite3.connect(path, isolation_level=None, timeout=_WAIT)
        try:
            _prepare(db, path)
            # A folder or file that only lets itself be read is told now, not at the first answer.
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
        except BaseException:
            db.close()
            raise
    return db


def refuse_emptied(path: str) -> None:
    """Raise DamagedError where the file is empty and there are backups from when it was not."""
    try:
        emptied = os.path.getsize(path) == 0 and bool(os.listdir(backups_of(path)))
    except OSError:
        return
    if emptied and not os.path.exists(f"{path}-wal"):  # a new file begins empty, with one
        raise DamagedError(
            "the progress file is empty, and there are backups of it",
            place=clean(path),
            mend="run `trainer doctor`",
        )


def connect_for_reading(path: str) -> sqlite3.Connection:
    """Open the progress file to look something up; where there is none, an empty one in memory.

    Works on a read-only file and folder. Raises ProgressError where it can't be read.
    """
    if not os.path.lexists(path):
        return _empty()
    name = (
        os.path.abspath(path)
        .replace(os.sep, "/")
        .replace("%", "%25")
        .replace("?", "%3f")
        .replace("#", "%23")
    )
    uri = f"file://{name}" if name.startswith("/") else f"file:///{name}"
    # A write-ahead log can't be opened in a read-only folder; with none there, nobody writes, and
    # the file may be read as it stands.
    modes = ["mode=rw", "mode=ro"]
    if not os.path.exists(path + "-wal"):
        modes.append("immutable=1")
    with explained(path):
        for mode in modes:
            db = sqlite3.connect(f"{uri}?{mode}", uri=True, isolation_level=None, timeout=_WAIT)
            try:
                version = _check(db, path)
            except sqlite3.OperationalError:
                db.close()
                if mode == modes[-1]:
                    raise
            except BaseException:
                db.close()
                raise
            else:
                if version:
                    return db
                db.close()  # made a moment ago, and not filled yet
                return _empty()
    raise AssertionError("the last way in either returns or raises")


def _empty() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    _fill(db)
    return db


def _fill(db: sqlite3.Connection) -> None:
    for statement in WHOLE:
        db.execute(statement)


def _prepare(db: sqlite3.Connection, path: str) -> None:
    version = _check(db, path)
    _log_ahead(db)
    db.execute("PRAGMA synchronous = FULL")
    # On macOS a sync alone leaves data in the disk's own cache; elsewhere this says nothing.
    db.execute("PRAGMA fullfsync = 1")
    # One sync an answer: the write-ahead log is folded in when the file is closed.
    db.execute("PRAGMA wal_autocheckpoint = 0")
    if version:
        return
    with transaction(db):
        if not version_of(db):  # another trainer may have been quicker
            _fill(db)


def _log_ahead(db: sqlite3.Connection) -> None:
    """Have SQLite write ahead. Where several trainers do so on a new file, it doesn't wait."""
    give_up = monotonic() + _WAIT
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or monotonic() > give_up:
                raise
            sleep(0.005)
        else:
            return


def _check(db: sqlite3.Connection, path: str) -> int:
    """Return the schema's version, 0 for an empty file; raise where it isn't one of ours."""
    version = version_of(db)
    if version == 0 and not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return 0
    (application,) = db.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise ProgressError(
            "this database is not a progress file",
            place=clean(path),
            mend="move it away, or name another folder with --data DIR",
        )
    if version > SCHEMA_VERSION:
        raise ProgressError(
            f"the progress file was written by a newer Trainer (its format is {version}, "
            f"this one knows {SCHEMA_VERSION})",
            place=clean(path),
            mend="upgrade Trainer; the file was left as it is",
        )
    return version


def in_memory(db: sqlite3.Connection) -> sqlite3.Connection:
    """Return a copy of the whole database that can be written to and is never kept."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    db.backup(copy)
    return copy


def version_of(db: sqlite3.Connection) -> int:
    """Return the version of the tables, 0 where there are none."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside is kept, or none of it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                db.execute("ROLLBACK")
        raise


_SENTENCES = {
    "SQLITE_FULL": ("the disk is full", "free some space and try again"),
    "SQLITE_READONLY": ("the progress file can't be written (read-only)", "make it writable"),
    "SQLITE_PERM": ("the progress file can't be opened (permission denied)", "make it readable"),
    "SQLITE_CANTOPEN": (
        "the progress file can't be opened",
        "see that its folder exists and can be written",
    ),
    "SQLITE_BUSY": ("another program holds the progress file", "close it and try again"),
    "SQLITE_IOERR": (
        "the disk failed while the progress file was read or written",
        "see that the disk is sound and not full, then try again",
    ),
    "SQLITE_NOTADB": (
        "this is not a progress file (not an SQLite database)",
        "if it was one, run `trainer doctor`; else move it away",
    ),
    "SQLITE_CORRUPT": (
        "the progress file is damaged",
        "run `trainer doctor`: it keeps the damaged file and saves what can be read",
    ),
}


@contextlib.contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn SQLite's errors into a ProgressError that names the file and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        family = "_".join(name.split("_")[:2])
        message, mend = _SENTENCES.get(
            family, (f"the progress file can't be used ({error})", "see that it is sound")
        )
        raise ProgressError(message, place=clean(path), mend=mend) from error
