"""The cache of read decks: one SQLite file that may vanish, tear or lie locked at any time.

It is never the only place of anything. Whatever goes wrong with it, reading gives nothing and
writing does nothing; a file that is damaged or of another version is made anew. Each row carries
a checksum, since a flipped byte in a text is one that SQLite doesn't notice.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

from trainer import __version__

_FORMAT: Final = 5
_NAME: Final = "decks.sqlite"
_WAIT: Final = 0.25  # seconds for another process to finish writing

_TABLES: Final = """
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path BLOB UNIQUE, stamp TEXT, digest BLOB, about BLOB, cards BLOB,
    checksum INTEGER
);
CREATE TABLE outlines (
    file INTEGER PRIMARY KEY, digest BLOB, outline BLOB, checksum INTEGER
);
CREATE TABLE cards (file INTEGER, key BLOB, card BLOB, checksum INTEGER, PRIMARY KEY (file, key))
    WITHOUT ROWID;
"""

# What says that the file is fine and only can't be used now.
_PASSING: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
}
# What another process causes, or a person who has enough.
_SOON_OVER: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT}

_Result = TypeVar("_Result")


class Row(NamedTuple):
    """A file as cached: its number, its stamp and digest when it was read, its packed entry."""

    id: int
    stamp: str
    digest: bytes
    about: bytes
    cards: bytes


class Addition(NamedTuple):
    """A file to be cached: its path, its stamp, its digest, and what of it is another than before.

    `entry` is packed, `outline` too and empty for a file that isn't cut; both are None where only
    the stamp is new. `cards` are those to be added, by key. `before` is the digest of the row to
    be changed, whose other cards stay but for those `gone`; where it is empty, there are no others.
    """

    path: str
    stamp: str
    digest: bytes
    entry: tuple[bytes, bytes] | None = None
    outline: bytes = b""
    cards: Sequence[tuple[bytes, bytes]] = ()
    before: bytes = b""
    gone: Collection[bytes] = ()


class Cache:
    """The cache in a folder, which is made when something is to be kept in it.

    `refusal` is the system's reason why nothing could be kept, where that won't pass by itself.
    Each call opens the file and closes it again: that costs a fraction of a millisecond, works
    from any thread, and never holds a lock.
    """

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, _NAME)
        self._damaged = False
        self.refusal = ""

    def rows(self) -> dict[bytes, Row]:
        """Return all cached files by path (as bytes)."""

        def query(connection: sqlite3.Connection) -> dict[bytes, Row]:
            found = connection.execute(
                "SELECT path, checksum, id, stamp, digest, about, cards FROM files"
            )
            return {
                path: Row(*row) for path, checksum, *row in found if _checksum(*row[2:]) == checksum
            }

        return self._read(query) or {}

    def outline(self, file: int, digest: bytes) -> bytes:
        """Return the packed outline of a file of this digest, empty where there is none."""

        def query(connection: sqlite3.Connection) -> bytes:
            sql = "SELECT outline, checksum FROM outlines WHERE file = ? AND digest = ?"
            for outline, checksum in connection.execute(sql, (file, digest)):
                if _checksum(digest, outline) == checksum:
                    return bytes(outline)
            return b""

        return self._read(query) or b""

    def card(self, file: int, key: bytes) -> bytes | None:
        """Return the card or framework of a file that has this key, as it was packed."""

        def query(connection: sqlite3.Connection) -> bytes | None:
            sql = "SELECT card, checksum FROM cards WHERE file = ? AND key = ?"
            for card, checksum in connection.execute(sql, (file, key)):
                if _checksum(card) == checksum:
                    return bytes(card)
            return None

        return self._read(query)

    def cards(self, file: int) -> dict[bytes, bytes]:
        """Return all cards and frameworks of a file by key, as they were packed."""

        def query(connection: sqlite3.Connection) -> dict[bytes, bytes]:
            sql = "SELECT key, card, checksum FROM cards WHERE file = ?"
            found = connection.execute(sql, (file,))
            return {key: card for key, card, checksum in found if zlib.crc32(card) == checksum}

        return self._read(query) or {}

    def keep(self, additions: Iterable[Addition], gone: Iterable[bytes] = ()) -> None:
        """Add files, replacing those of the same path, and forget those that are gone."""
        additions, gone = list(additions), list(gone)
        if not self._damaged and self._write(additions, gone):
            return
        self._remove()
        self.refusal = ""
        self._write(additions, [])

    def _read(self, query: Callable[[sqlite3.Connection], _Result]) -> _Result | None:
        if not os.path.exists(self._path):
            return None
        connection = None
        try:
            connection = sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None)
            if not self._is_ours(connection):
                return None
            return query(connection)
        except sqlite3.Error as error:
            self._damaged = not _is_passing(error)
            return None
        except (ValueError, TypeError, AttributeError):
            # Not what was written: SQLite keeps what it is given, of any type.
            self._damaged = True
            return None
        finally:
            if connection is not None:
                connection.close()

    def _write(self, additions: list[Addition], gone: list[bytes]) -> bool:
        """Write in one transaction; return False when the file has to be made anew first."""
        connection = None
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            if not self._is_ours(connection):
                if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    return False
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_version()}")
            self._put(connection, additions, gone)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            passing = _is_passing(error)
            if not (passing and _code(error) in _SOON_OVER):
                self.refusal = str(error)
            return passing
        except OSError as error:
            self.refusal = (error.strerror or "no reason given").lower()
            return True
        finally:
            if connection is not None:
                connection.close()
        return True

    @staticmethod
    def _put(connection: sqlite3.Connection, additions: list[Addition], gone: list[bytes]) -> None:
        for each in additions:
            path = os.fsencode(each.path)
            if each.entry is None:
                connection.execute(
                    "UPDATE files SET stamp = ? WHERE path = ? AND digest = ?",
                    (each.stamp, path, each.digest),
                )
                continue
            row = connection.execute(
                "SELECT id, digest FROM files WHERE path = ?", (path,)
            ).fetchone()
            number, digest = row or (None, b"")
            if each.before:
                if digest != each.before:  # another process was here: the next reading has it all
                    continue
                connection.executemany(
                    "DELETE FROM cards WHERE file = ? AND key = ?",
                    [(number, key) for key in each.gone],
                )
            elif each.cards:
                connection.execute("DELETE FROM cards WHERE file = ?", (number,))
            number = connection.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, path, each.stamp, each.digest, *each.entry,
                 _checksum(each.digest, *each.entry)),
            ).lastrowid  # fmt: skip
            if not each.cards and not each.outline:
                continue  # a sitting may go on with what the file held before it broke
            connection.execute(
                "INSERT OR REPLACE INTO outlines VALUES (?, ?, ?, ?)",
                (number, each.digest, each.outline, _checksum(each.digest, each.outline)),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?)",
                # In the order of the keys, which is that of the table.
                [(number, key, card, _checksum(card)) for key, card in sorted(each.cards)],
            )
        if gone:
            connection.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])
            for table in ("cards", "outlines"):
                connection.execute(f"DELETE FROM {table} WHERE file NOT IN (SELECT id FROM files)")

    @staticmethod
    def _is_ours(connection: sqlite3.Connection) -> bool:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return bool(version == _version())

    def _remove(self) -> None:
        for ending in ("-journal", "-wal", "-shm", ""):
            try:
                os.remove(self._path + ending)
            except OSError:
                continue


def _is_passing(error: sqlite3.Error) -> bool:
    """Whether the cache is merely not to be used now: extended codes have the kind below."""
    return _code(error) in _PASSING


def _code(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", None) or 0
    return code & 0xFF


def _checksum(*parts: bytes) -> int:
    checksum = 0
    for part in parts:
        checksum = zlib.crc32(part, checksum)
    return checksum


def _version() -> int:
    """Return what marks a cache that this Trainer wrote: another one may read decks otherwise."""
    return zlib.crc32(f"{__version__} {_FORMAT}".encode()) & 0x7FFFFFFF
