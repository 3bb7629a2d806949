"""What follows from the log, worked out from it alone."""

from __future__ import annotations

import json
import sqlite3

from trainer.scheduling.days import Moment
from trainer.scheduling.schedule import Memory, Rating, advance
from trainer.scheduling.settings import Settings

MEMORY_COLUMNS = ", ".join(Memory._fields)
# The events that a later one took back.
UNDONE = "SELECT target FROM log WHERE target IS NOT NULL"


def derive(db: sqlite3.Connection, card: str) -> None:
    """Work out the card's derived rows anew, from its events alone.

    A card has few events, so replaying them all costs little, and what is derived can't drift
    from the log, whatever order events came in. To be called inside a transaction.
    """
    present = present_name(db, card)
    if present != card:
        forget(db, card)
        card = present
    names = [card]
    for (former,) in db.execute("SELECT former FROM alias WHERE card = ?", (card,)):
        names.append(former)
    forget(db, card)
    marks = ", ".join("?" * len(names))
    events = db.execute(
        "SELECT seq, card, at, id, day, rating, counts, "
        "coalesce(json_extract(body, '$.offset'), 0), "
        "coalesce(json_extract(body, '$.elapsed_ms'), 0) FROM log "
        f"WHERE card IN ({marks}) AND type = 'review' AND id NOT IN ({UNDONE}) "
        "ORDER BY at, id",
        names,
    ).fetchall()
    timeline = settings_timeline(db)
    settings, at_setting = Settings(), 0
    memory: Memory | None = None
    for seq, logged, instant, event, day, rating, counts, offset, elapsed_ms in events:
        while at_setting < len(timeline) and timeline[at_setting][:2] <= (instant, event):
            settings, at_setting = timeline[at_setting][2], at_setting + 1
        if not counts:
            continue
        phase = _phase(memory, day)
        db.execute(
            "INSERT INTO review VALUES (?, ?, ?, ?, ?, ?)",
            (seq, card, day, rating, phase, elapsed_ms),
        )
        at = Moment(instant, offset)
        # Under the name it had then, so that a rename doesn't draw past intervals anew.
        memory = advance(logged, memory, Rating(rating), at, day, settings)
    if memory:
        marks = ", ".join("?" * len(memory))
        db.execute(
            f"INSERT INTO memory (card, {MEMORY_COLUMNS}) VALUES (?, {marks})", (card, *memory)
        )


def _phase(memory: Memory | None, day: int) -> str:
    """Return what the review of a card is: of a `new` one, in steps, due, or `early`."""
    if memory is None:
        return "new"
    return "early" if memory.phase == "review" and day < memory.due_day else memory.phase


def forget(db: sqlite3.Connection, card: str) -> None:
    """Drop what was derived for the card under this name."""
    db.execute("DELETE FROM memory WHERE card = ?", (card,))
    db.execute("DELETE FROM review WHERE card = ?", (card,))


def present_name(db: sqlite3.Connection, card: str) -> str:
    """Return the card's present name; a window opened before a rename still has the former."""
    row = db.execute("SELECT card FROM alias WHERE former = ?", (card,)).fetchone()
    return str(row[0]) if row else card


def settings_timeline(db: sqlite3.Connection) -> list[tuple[int, str, Settings]]:
    """Return (instant, event id, settings) of every change of settings, oldest first."""
    rows = db.execute(
        "SELECT at, id, body FROM log WHERE type = 'settings' ORDER BY at, id"
    ).fetchall()
    return [(at, event, Settings.from_json(json.loads(body))) for at, event, body in rows]
