"""Uniting another machine's log with this one."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

from trainer.errors import ProgressError
from trainer.progress.database import connect_for_reading, explained, transaction
from trainer.progress.events import Event, companions, encode, parse
from trainer.progress.log import cards_of, present_name
from trainer.progress.replay import derive, forget, rebuild
from trainer.progress.store import append, note_companions
from trainer.scheduling.days import parse_iso
from trainer.text import clean

_SQLITE = b"SQLite format 3\0"
# With more cards to replay than this, replaying all of them at once is quicker.
_MANY = 500


class Problem(NamedTuple):
    """A line that could not be taken in, or (`torn`) the last one, cut in the midst of a write."""

    place: str
    message: str
    torn: bool


class Merged(NamedTuple):
    """What came of uniting logs: events `added`, events that were there already (`known`), the ids
    of those that were there with other contents (`differing`), and what could not be taken in."""

    added: int
    known: int
    differing: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_log(path: str) -> tuple[list[Event], list[Problem]]:
    """Return the events of a log, and what of it is none.

    It is JSON Lines as `trainer log` prints them, or a progress file. Raises ProgressError where
    it can't be read at all.
    """
    place = clean(path)
    try:
        with open(path, "rb") as file:
            head = file.read(len(_SQLITE))
            data = b"" if head == _SQLITE else head + file.read()
    except OSError as error:
        raise ProgressError(
            f"this log can't be read ({error.strerror})", place=place, mend="name a file that can"
        ) from error
    if head == _SQLITE:
        with explained(path), closing(connect_for_reading(path)) as db:
            lines = [body for (body,) in db.execute("SELECT body FROM log ORDER BY at, id")]
        return _events((line.encode() for line in lines), place, ends=True)
    ends = data.endswith(b"\n")
    return _events(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), place, ends=ends)


def _events(lines: Iterable[bytes], place: str, *, ends: bool) -> tuple[list[Event], list[Problem]]:
    events: list[Event] = []
    problems: list[Problem] = []
    number = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            events.append(parse(line.decode()))
        except UnicodeDecodeError:
            problems.append(Problem(f"{place}:{number}", "it is not UTF-8", torn=False))
        except ValueError as error:
            problems.append(Problem(f"{place}:{number}", str(error), torn=False))
    if problems and not ends and problems[-1].place == f"{place}:{number}":
        problems[-1] = problems[-1]._replace(message="the last line was cut short", torn=True)
    return events, problems


def unite(db: sqlite3.Connection, events: Sequence[Event]) -> tuple[int, list[str]]:
    """Add the events to the log that aren't there, and derive anew what follows.

    Returns how many were added, and the ids of those that were there with other contents: of these
    the one whose JSON is smaller is kept, so that all machines keep the same one.
    """
    added = 0
    differing: list[str] = []
    touched: set[str] = set()
    settings = False
    if len(events) > _MANY:  # room for what is written, or SQLite puts it down half-way
        db.execute("PRAGMA cache_size = -65536")
    with transaction(db):
        for event in events:
            there = _there(db, event["id"])
            if there is None:
                append(db, event)
                added += 1
            else:
                body = encode(event)
                if body == there:
                    continue
                differing.append(event["id"])
                if body > there:
                    continue
                former = parse(there)
                touched.update(_cards(db, former))
                settings = settings or former["type"] == "settings"
                _replace(db, event, body)
            touched.update(_cards(db, event))
            settings = settings or event["type"] == "settings"
        if settings or len(touched) > _MANY:
            rebuild(db)
        else:
            cards = sorted({present_name(db, card) for card in touched})
            for card in cards:  # a review may have gone from one to another
                forget(db, card)
            for card in cards:
                derive(db, card)
    return added, differing


def unknown(db: sqlite3.Connection, events: Iterable[Event]) -> int:
    """Return how many of the events aren't in the log."""
    return sum(_there(db, name) is None for name in {event["id"] for event in events})


def _there(db: sqlite3.Connection, event_id: str) -> str | None:
    row = db.execute("SELECT body FROM log WHERE id = ?", (event_id,)).fetchone()
    return str(row[0]) if row else None


def _replace(db: sqlite3.Connection, event: Event, body: str) -> None:
    db.execute(
        "UPDATE log SET at = ?, type = ?, card = ?, target = ?, body = ?, crc = ? WHERE id = ?",
        (
            parse_iso(event["at"]),
            event["type"],
            event.get("card"),
            event.get("target"),
            body,
            zlib.crc32(body.encode()),
            event["id"],
        ),
    )
    (seq,) = db.execute("SELECT seq FROM log WHERE id = ?", (event["id"],)).fetchone()
    db.execute("DELETE FROM companion WHERE seq = ?", (seq,))
    note_companions(db, seq, event)


def _cards(db: sqlite3.Connection, event: Event) -> Iterator[str]:
    """Yield the cards whose history an event is part of."""
    if event.get("card"):
        yield event["card"]
        yield from companions(event)
    if event.get("target"):
        yield from cards_of(db, event["target"])
