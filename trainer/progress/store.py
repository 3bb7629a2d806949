"""The progress file: every answer in the log, and beside it what follows from the log."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from trainer.paths import make_folder
from trainer.progress.database import connect, connect_for_reading, explained, transaction
from trainer.progress.events import (
    Event,
    Review,
    encode,
    forget_event,
    review_event,
    settings_event,
    teach_event,
    undo_event,
)
from trainer.progress.replay import (
    MEMORY_COLUMNS,
    UNDONE,
    derive,
    forget,
    present_name,
    settings_timeline,
)
from trainer.scheduling.days import Moment, parse_day, parse_iso
from trainer.scheduling.schedule import Memory
from trainer.scheduling.settings import Settings

# A card's name and its former ones; takes the name twice.
_NAMES = "SELECT ? UNION SELECT former FROM alias WHERE card = ?"


class DayCounts(NamedTuple):
    """What was done on one study day: cards met for the first time, and reviews of others."""

    new: int
    reviews: int


class Undone(NamedTuple):
    """A review that was taken back, with what was answered."""

    id: str
    card: str
    answer: str


class Draft(NamedTuple):
    """An answer not rated yet. `submitted`: the model answer was shown; `hint`: the hint was."""

    answer: str = ""
    submitted: bool = False
    hint: bool = False


class Taught(NamedTuple):
    """A phrase that the person said counts for a point. `at` is an instant."""

    id: str
    at: int
    card: str
    point: str
    phrase: str


class Store:
    """One person's progress file. Every method raises ProgressError where SQLite fails."""

    def __init__(self, db: sqlite3.Connection, path: str) -> None:
        self._db = db
        self.path = path
        self._device = ""

    @classmethod
    def open(cls, path: str) -> Store:
        """Open the file for answers, making it and its folder where they aren't there yet."""
        make_folder(os.path.dirname(path))
        return cls(connect(path), path)

    @classmethod
    def open_for_reading(cls, path: str) -> Store:
        """Open the file to look things up. Where there is none, it is an empty store."""
        return cls(connect_for_reading(path), path)

    def close(self) -> None:
        """Close the file; SQLite folds its write-ahead log into it."""
        self._db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What is known

    def memory(self, card: str) -> Memory | None:
        """Return what is known of the card, None where it was never reviewed."""
        with explained(self.path):
            row = self._db.execute(
                f"SELECT {MEMORY_COLUMNS} FROM memory WHERE card = ?",
                (present_name(self._db, card),),
            )
            found = row.fetchone()
        return Memory(*found) if found else None

    def memories(self) -> dict[str, Memory]:
        """Return what is known of every card that was ever reviewed, by card."""
        with explained(self.path):
            rows = self._db.execute(f"SELECT card, {MEMORY_COLUMNS} FROM memory").fetchall()
        return {card: Memory(*fields) for card, *fields in rows}

    def day_counts(self, day: int) -> DayCounts:
        """Return what counts towards the limits of the study day."""
        with explained(self.path):
            (new,) = self._db.execute(
                "SELECT count(*) FROM memory WHERE first_day = ?", (day,)
            ).fetchone()
            (reviews,) = self._db.execute(
                "SELECT count(*) FROM review WHERE day = ? AND phase = 'review'", (day,)
            ).fetchone()
        return DayCounts(new, reviews)

    def failures(self, since: int) -> list[tuple[str, int]]:
        """Return (card, study day) of every Again since the study day `since`, oldest first."""
        with explained(self.path):
            return self._db.execute(
                "SELECT card, day FROM review WHERE day >= ? AND rating = 1 ORDER BY seq", (since,)
            ).fetchall()

    def review_days(self, since: int = 0) -> list[tuple[int, str, int, int, int]]:
        """Return (study day, phase, rating, reviews, milliseconds) rows since a study day.

        `phase` is what the review was of: a `new` card, one in `learning` or `relearning`, one due
        for `review`, or one asked `early`.
        """
        with explained(self.path):
            return self._db.execute(
                "SELECT day, phase, rating, count(*), sum(elapsed_ms) FROM review "
                "WHERE day >= ? GROUP BY day, phase, rating ORDER BY day",
                (since,),
            ).fetchall()

    def lines(self) -> Iterator[str]:
        """Yield every event as a line of JSON, oldest first."""
        with explained(self.path):
            for (body,) in self._db.execute("SELECT body FROM log ORDER BY at, id"):
                yield body

    def draft(self, card: str) -> Draft:
        """Return the answer given to the card and never rated, an empty one where there is none."""
        with explained(self.path):
            row = self._db.execute(
                f"SELECT answer, submitted, hint FROM draft WHERE card IN ({_NAMES}) "
                "ORDER BY at DESC",
                (card, card),
            ).fetchone()
        return Draft(row[0], bool(row[1]), bool(row[2])) if row else Draft()

    def taught(self, card: str = "") -> list[Taught]:
        """Return what was taught and not forgotten, oldest first; of one card where it is named."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT id, at, coalesce(alias.card, log.card), json_extract(body, '$.point'), "
                "json_extract(body, '$.phrase') FROM log LEFT JOIN alias ON former = log.card "
                f"WHERE type = 'teach' AND id NOT IN ({UNDONE}) ORDER BY at, id"
            ).fetchall()
        return [taught for row in rows if (taught := Taught(*row)).card == card or not card]

    # What happens

    def add_review(self, review: Review, at: Moment, day: int) -> str:
        """Add a rated answer to the log and return its id; when this returns, it is durable."""
        event = review_event(review, at, day, self.device)
        with explained(self.path), transaction(self._db):
            self._append(event, card=review.card)
            derive(self._db, review.card)
            self._forget_draft(review.card)
        return str(event["id"])

    def undo_last(self, at: Moment) -> Undone | None:
        """Take back the review saved last, and return it; None where there is none."""
        with explained(self.path), transaction(self._db):
            last = self._db.execute(
                "SELECT log.id, review.card, json_extract(body, '$.answer') "
                "FROM review JOIN log USING (seq) "
                "ORDER BY seq DESC LIMIT 1"
            ).fetchone()
            if last is None:
                return None
            undone = Undone(*last)
            self._append(undo_event(undone.id, at, self.device), target=undone.id)
            derive(self._db, undone.card)
        return undone

    def teach(self, card: str, point: str, phrase: str, at: Moment) -> str:
        """Have `phrase` count for a point of the card from now on; return the event's id."""
        event = teach_event(card, point, phrase, at, self.device)
        with explained(self.path), transaction(self._db):
            self._append(event, card=card)
        return str(event["id"])

    def forget(self, taught_id: str, at: Moment) -> Taught | None:
        """Take back what was taught under this id, and return it; None where there is none."""
        known = next((taught for taught in self.taught() if taught.id == taught_id), None)
        if known is not None:
            event = forget_event(taught_id, at, self.device)
            with explained(self.path), transaction(self._db):
                self._append(event, target=taught_id)
        return known

    def keep_draft(self, card: str, draft: Draft, at: Moment) -> None:
        """Keep an unrated answer; an empty one forgets what was kept.

        It survives the end of the program. It isn't worth a sync of its own: the power's end
        may take it.
        """
        with explained(self.path):
            self._db.execute("PRAGMA synchronous = NORMAL")
            try:
                if draft.answer:
                    self._db.execute(
                        "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?)",
                        (card, draft.answer, at.instant, draft.submitted, draft.hint),
                    )
                else:
                    self._forget_draft(card)
            finally:
                self._db.execute("PRAGMA synchronous = FULL")

    def use_settings(self, settings: Settings, at: Moment) -> None:
        """Have these settings decide due dates from `at` on; logged where they are a change."""
        with explained(self.path):
            # Those of a later instant, logged before the clock was set back, aren't in force yet.
            earlier = [row[2] for row in settings_timeline(self._db) if row[0] <= at.instant]
            if settings == (earlier[-1] if earlier else Settings()):
                return
            with transaction(self._db):
                self._append(settings_event(settings.to_json(), at, self.device))

    def use_aliases(self, aliases: Mapping[str, str], decks: Collection[str]) -> None:
        """Give present cards the history of their former names; the log stays as it is.

        `decks` are those that are loaded; what is known of renames in others stays.
        """
        with explained(self.path):
            known = dict(self._db.execute("SELECT former, card FROM alias").fetchall())
            absent = {f: card for f, card in known.items() if card.partition("/")[0] not in decks}
            wanted = {**absent, **aliases}
            changed = set(wanted.items()) ^ set(known.items())
            if not changed:
                return
            with transaction(self._db):
                self._db.execute("DELETE FROM alias")
                self._db.executemany("INSERT INTO alias VALUES (?, ?)", sorted(wanted.items()))
                cards = {name for names in changed for name in names}
                for card in cards:
                    forget(self._db, card)
                for card in sorted(cards):
                    derive(self._db, card)

    # The log

    @property
    def device(self) -> str:
        """The id of this progress file's machine, in every event it adds."""
        if not self._device:
            with explained(self.path):
                row = self._db.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
            self._device = str(row[0])
        return self._device

    def _append(self, event: Event, card: str | None = None, target: str | None = None) -> None:
        day = event.get("day")
        self._db.execute(
            "INSERT INTO log (id, at, type, card, target, day, rating, counts, body) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                event["id"],
                parse_iso(event["at"]),
                event["type"],
                card,
                target,
                parse_day(day) if day else None,
                event.get("rating"),
                event.get("counts"),
                encode(event),
            ),
        )

    def _forget_draft(self, card: str) -> None:
        self._db.execute(f"DELETE FROM draft WHERE card IN ({_NAMES})", (card, card))
