"""The progress file, opened: its library, its tidying up."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Self

from trainer.progress.database import explained, in_memory, transaction, version_of
from trainer.progress.records import Placed

# A write-ahead log larger than this is folded in when nobody waits, in bytes.
_MUCH_AHEAD = 1 << 20

# Its fingerprint, its cards, and the order in which new ones are met.
_Library = tuple[str, Iterable["Placed"], Callable[[], Iterable[str]] | None]


class Opened:
    """An open progress file. Every method raises ProgressError where SQLite fails."""

    def __init__(self, db: sqlite3.Connection, path: str, *, for_reading: bool = False) -> None:
        self._db = db
        self.path = path
        self._device = ""
        self._for_reading = for_reading
        self._library: _Library | None = None

    def close(self) -> None:
        """Close the file; SQLite folds its write-ahead log into it."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def device(self) -> str:
        """The id of this progress file's machine, in every event it adds."""
        if not self._device:
            with explained(self.path):
                row = self._db.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
            self._device = str(row[0])
        return self._device

    def use_aliases(self, aliases: Mapping[str, str], decks: Collection[str]) -> None:
        """Give present cards the history of their former names; the log stays as it is.

        `decks` are those that are loaded; what is known of renames in others stays.
        """
        with explained(self.path):
            known = dict(self._db.execute("SELECT former, card FROM alias").fetchall())
            absent = {f: card for f, card in known.items() if card.partition("/")[0] not in decks}
            wanted = _followed({**absent, **aliases})
            changed = set(wanted.items()) ^ set(known.items())
            if not changed:
                return
            from trainer.progress.replay import derive, forget

            self._for_writing()
            with transaction(self._db):
                self._db.execute("DELETE FROM alias")
                self._db.executemany("INSERT INTO alias VALUES (?, ?)", sorted(wanted.items()))
                cards = {name for names in changed for name in names}
                for card in cards:
                    forget(self._db, card)
                for card in sorted(cards):
                    derive(self._db, card)

    def use_cards(
        self,
        fingerprint: str,
        cards: Iterable[Placed],
        introduction: Callable[[], Iterable[str]] | None = None,
    ) -> None:
        """Have these be the cards of the library; `fingerprint` tells it apart.

        `introduction` gives their references in the order in which new ones are met, where that
        is another than theirs. Both are asked only when the library is taken in, maybe again.
        """
        self._library = fingerprint, cards, introduction
        with explained(self.path):
            self._keep_step()

    def _keep_step(self) -> None:
        """Take in the library again where another trainer, with other decks, took in its own."""
        if self._library is None:
            return
        fingerprint, cards, introduction = self._library
        row = self._db.execute("SELECT value FROM meta WHERE key = 'library'").fetchone()
        if row and row[0] == fingerprint:
            return
        from trainer.progress.mirror import mirror

        self._for_writing()
        with transaction(self._db):
            mirror(self._db, fingerprint, tuple(cards), introduction and introduction())

    def _for_writing(self) -> None:
        """Where the file was opened for reading and can't be written, go on with a copy of it."""
        if not self._for_reading:
            return
        try:
            # A transaction alone may begin where nothing can be written.
            with transaction(self._db):
                self._db.execute(f"PRAGMA user_version = {version_of(self._db)}")
        except sqlite3.OperationalError:
            original, self._db = self._db, in_memory(self._db)
            original.close()

    def rest(self) -> None:
        """Fold a long write-ahead log into the file; to be called while nobody waits."""
        with explained(self.path):
            try:
                size = os.path.getsize(f"{self.path}-wal")
            except OSError:
                return
            if size > _MUCH_AHEAD:
                self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _followed(aliases: Mapping[str, str]) -> dict[str, str]:
    """Return each former name with the present one, where a card was renamed again and again."""
    present = {}
    for former, card in aliases.items():
        seen = {former}
        while card in aliases and card not in seen:
            seen.add(card)
            card = aliases[card]
        present[former] = card
    return present
