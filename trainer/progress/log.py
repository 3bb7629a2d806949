"""Looking things up in the log."""

from __future__ import annotations

import json
import sqlite3

from trainer.progress.events import companions
from trainer.scheduling.settings import Settings

# The events that a later one took back; those that aren't there yet are waited for.
UNDONE = "SELECT target FROM log WHERE target IS NOT NULL AND type = 'undo'"
FORGOTTEN = "SELECT target FROM log WHERE target IS NOT NULL AND type = 'forget'"


_DEFAULT = Settings()


class Timeline:
    """The settings in force at any event of a log."""

    def __init__(self, db: sqlite3.Connection) -> None:
        rows = db.execute(
            "SELECT at, id, body FROM log WHERE type = 'settings' ORDER BY at DESC, id DESC"
        )
        self._changes = [
            (at, event, Settings.from_json(json.loads(body))) for at, event, body in rows
        ]

    def at(self, instant: int, event: str = "\U0010ffff") -> Settings:
        """Return the settings in force at an event, or at the end of an instant."""
        for since, change, settings in self._changes:
            if (since, change) <= (instant, event):
                return settings
        return _DEFAULT


def cards_of(db: sqlite3.Connection, event: str) -> list[str]:
    """Return the cards whose history a logged event is part of, as they were named then."""
    row = db.execute("SELECT card, body FROM log WHERE id = ?", (event,)).fetchone()
    return [row[0], *companions(json.loads(row[1]))] if row and row[0] else []


def present_name(db: sqlite3.Connection, card: str) -> str:
    """Return the card's present name; a window opened before a rename still has the former."""
    row = db.execute("SELECT card FROM alias WHERE former = ?", (card,)).fetchone()
    return str(row[0]) if row else card


def names_of(db: sqlite3.Connection, card: str) -> list[str]:
    """Return the card's name and its former ones."""
    former = db.execute("SELECT former FROM alias WHERE card = ? ORDER BY former", (card,))
    return [card, *(name for (name,) in former)]
