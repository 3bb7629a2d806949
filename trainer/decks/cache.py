"""The cache of read decks: one SQLite file that may vanish, tear or lie locked at any time.

It is never the only place of anything. Whatever goes wrong with it, reading gives nothing and
writing does nothing; a file that is damaged or of another version is made anew. Each row carries
a checksum, since a flipped byte in a text is one that SQLite doesn't notice.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from trainer import __version__

_FORMAT: Final = 3
_NAME: Final = "decks.sqlite"
_WAIT: Final = 0.25  # seconds for another process to finish writing

_TABLES: Final = """
CREATE TABLE files (path BLOB PRIMARY KEY, stamp TEXT, digest BLOB, entry TEXT, checksum INTEGER)
    WITHOUT ROWID;
CREATE TABLE cards (digest BLOB, id TEXT, card BLOB, checksum INTEGER, PRIMARY KEY (digest, id))
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

_Result = TypeVar("_Result")


# A file as cached: its stamp and digest when it was read, and its entry as JSON.
Row = tuple[str, bytes, str]
# A file to be cached: its path, its row, and its cards and frameworks by name; None where they are
# there already.
Addition = tuple[str, Row, list[tuple[str, bytes]] | None]


class Cache:
    """The cache in a folder, which is made when something is to be kept in it.

    Each call opens the file and closes it again: that costs a fraction of a millisecond, works
    from any thread, and never holds a lock.
    """

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, _NAME)
        self._damaged = False

    def rows(self) -> dict[bytes, Row]:
        """Return all cached files by path (as bytes)."""

        def query(connection: sqlite3.Connection) -> dict[bytes, Row]:
            found = connection.execute("SELECT path, stamp, digest, entry, checksum FROM files")
            return {
                path: (stamp, digest, entry)
                for path, stamp, digest, entry, checksum in found
                if zlib.crc32(entry.encode()) == checksum
            }

        return self._read(query) or {}

    def card(self, digest: bytes, name: str) -> bytes | None:
        """Return a card or framework of the file with this digest, as it was packed."""

        def query(connection: sqlite3.Connection) -> bytes | None:
            for card, checksum in connection.execute(
                "SELECT card, checksum FROM cards WHERE digest = ? AND id = ?", (digest, name)
            ):
                if zlib.crc32(card) == checksum:
                    return bytes(card)
            return None

        return self._read(query)

    def cards(self, digest: bytes) -> list[bytes]:
        """Return all cards of the file with this digest, as they were packed.

        Frameworks, whose names begin with a slash, are left out.
        """

        def query(connection: sqlite3.Connection) -> list[bytes]:
            found = connection.execute(
                "SELECT card, checksum FROM cards WHERE digest = ? AND substr(id, 1, 1) <> '/'",
                (digest,),
            )
            return [bytes(card) for card, checksum in found if zlib.crc32(card) == checksum]

        return self._read(query) or []

    def keep(self, additions: Iterable[Addition], gone: Iterable[bytes] = ()) -> None:
        """Add files, replacing those of the same path, and forget those that are gone."""
        additions, gone = list(additions), list(gone)
        if not self._damaged and self._write(additions, gone):
            return
        self._remove()
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
            return _is_passing(error)
        except OSError:
            return True
        finally:
            if connection is not None:
                connection.close()
        return True

    @staticmethod
    def _put(connection: sqlite3.Connection, additions: list[Addition], gone: list[bytes]) -> None:
        connection.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])
        for path, (stamp, digest, entry), cards in additions:
            file = os.fsencode(path)
            if cards is None:
                connection.execute(
                    "UPDATE files SET stamp = ? WHERE path = ? AND digest = ?",
                    (stamp, file, digest),
                )
                continue
            connection.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                (file, stamp, digest, entry, zlib.crc32(entry.encode())),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?)",
                [(digest, name, card, zlib.crc32(card)) for name, card in cards],
            )
        connection.execute("DELETE FROM cards WHERE digest NOT IN (SELECT digest FROM files)")

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
    code: int = getattr(error, "sqlite_errorcode", None) or 0
    return code & 0xFF in _PASSING


def _version() -> int:
    """Return what marks a cache that this Trainer wrote: another one may read decks otherwise."""
    return zlib.crc32(f"{__version__} {_FORMAT}".encode()) & 0x7FFFFFFF
