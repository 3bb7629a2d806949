"""The progress file: every answer in the log, and beside it what follows from the log."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from trainer.paths import make_folder
from trainer.progress.asking import Asking
from trainer.progress.database import (
    connect,
    connect_for_reading,
    explained,
    in_memory,
    refuse_emptied,
    transaction,
    version_of,
)
from trainer.progress.events import (
    Event,
    Review,
    card_event,
    companions,
    encode,
    forget_event,
    retry_event,
    review_event,
    settings_event,
    teach_event,
    undo_event,
)
from trainer.progress.log import FORGOTTEN, UNDONE, Timeline, cards_of, names_of, present_name
from trainer.progress.records import Draft, Taught, Undone
from trainer.progress.schema import SCHEMA_VERSION
from trainer.progress.sums import Sums
from trainer.scheduling.days import DAY, Moment, day_iso, parse_iso
from trainer.scheduling.settings import Settings

if TYPE_CHECKING:
    from trainer.progress.merge import Merged

# A card's name and its former ones; takes the name twice.
_NAMES = "SELECT ? UNION SELECT former FROM alias WHERE card = ?"


class Store(Asking, Sums):
    """One person's progress file. Every method raises ProgressError where SQLite fails."""

    @classmethod
    def open(cls, path: str) -> Store:
        """Open the file for answers, making it and its folder where they aren't there yet.

        A file of an earlier version is brought up to this one, after a backup of it.
        """
        make_folder(os.path.dirname(path))
        refuse_emptied(path)
        db = connect(path)
        if version_of(db) < SCHEMA_VERSION:
            from trainer.progress.migrate import migrate_file

            with explained(path):
                migrate_file(db, path)
        return cls(db, path)

    @classmethod
    def open_for_reading(cls, path: str) -> Store:
        """Open the file to look things up. Where there is none, it is an empty store."""
        refuse_emptied(path)
        db = connect_for_reading(path)
        if version_of(db) < SCHEMA_VERSION:
            from trainer.progress.migrate import migrate

            with explained(path), closing(db):
                db = in_memory(db)
                migrate(db)
        return cls(db, path, for_reading=True)

    def lines(self) -> Iterator[str]:
        """Yield every event as a line of JSON, oldest first."""
        with explained(self.path):
            for (body,) in self._db.execute("SELECT body FROM log ORDER BY at, id"):
                yield body

    def last_event(self) -> str:
        """Return the id of the event added last, empty where there is none."""
        with explained(self.path):
            row = self._db.execute("SELECT id FROM log ORDER BY seq DESC LIMIT 1").fetchone()
        return str(row[0]) if row else ""

    def draft(self, card: str, since: int = 0) -> Draft:
        """Return the answer given to the card and never rated, an empty one where there is none.

        One submitted before the instant `since` is as good as one never submitted.
        """
        with explained(self.path):
            row = self._db.execute(
                "SELECT answer, submitted AND at >= ?, hint, prompt FROM draft "
                f"WHERE card IN ({_NAMES}) ORDER BY at DESC",
                (since, card, card),
            ).fetchone()
        return Draft(row[0], bool(row[1]), bool(row[2]), row[3]) if row else Draft()

    def taught(self, card: str = "") -> list[Taught]:
        """Return what was taught and not forgotten, oldest first; of one card where it is named."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT id, at, coalesce(alias.card, log.card), json_extract(body, '$.point'), "
                "json_extract(body, '$.phrase') FROM log LEFT JOIN alias ON former = log.card "
                f"WHERE type = 'teach' AND id NOT IN ({FORGOTTEN}) ORDER BY at, id"
            ).fetchall()
        return [taught for row in rows if (taught := Taught(*row)).card == card or not card]

    def add_review(self, review: Review, at: Moment, day: int) -> str:
        """Add a rated answer to the log and return its id; when this returns, it is durable."""
        with explained(self.path), transaction(self._db):
            return self._add_review(review, at, day)

    def change_review(self, review_id: str, review: Review, at: Moment, day: int) -> str:
        """Take back a review and add another in its place, both or neither; return its id."""
        with explained(self.path), transaction(self._db):
            self._undo(review_id, at)
            return self._add_review(review, at, day)

    def add_retry(self, review: Review, at: Moment, day: int) -> str:
        """Add an answer given after the model answer was shown: logged, and not trained on."""
        with explained(self.path), transaction(self._db):
            return self._append(retry_event(review, self._after(at), day, self.device, at))

    def undo_last(self, at: Moment) -> Undone | None:
        """Take back the review saved last on this machine; None where there is none."""
        with explained(self.path), transaction(self._db):
            last = self._db.execute(
                "SELECT id, coalesce(alias.card, log.card), "
                "coalesce(json_extract(body, '$.answer'), ''), "
                "coalesce(iif(json_extract(body, '$.rubric') IS NULL, '', "
                "json_extract(body, '$.prompt')), '') "
                "FROM log LEFT JOIN alias ON former = log.card WHERE type = 'review' "
                f"AND json_extract(body, '$.device') = ? AND id NOT IN ({UNDONE}) "
                "ORDER BY seq DESC LIMIT 1",
                (self.device,),
            ).fetchone()
            if last is None:
                return None
            undone = Undone(*last)
            self._undo(undone.id, at)
        return undone

    def suspend(self, card: str, at: Moment, *, suspended: bool = True) -> None:
        """Leave the card out of every queue, or take it in again."""
        self._add_card_event("suspend" if suspended else "unsuspend", card, at)

    def bury(self, card: str, at: Moment, day: int) -> None:
        """Leave the card out until the study day after `day`."""
        self._add_card_event("bury", card, at, day=day_iso(day))

    def flag(self, card: str, at: Moment, value: int) -> None:
        """Flag the card, 1..7, or take its flag off, 0."""
        self._add_card_event("flag", card, at, value=value)

    def reset(self, card: str, at: Moment) -> None:
        """Have the card be new again; its history stays in the log."""
        self._add_card_event("reset", card, at)

    def teach(self, card: str, point: str, phrase: str, at: Moment) -> str:
        """Have `phrase` count for a point of the card from now on; return the event's id."""
        with explained(self.path), transaction(self._db):
            return self._append(teach_event(card, point, phrase, at, self.device))

    def forget(self, taught_id: str, at: Moment) -> Taught | None:
        """Take back what was taught under this id, and return it; None where there is none."""
        known = next((taught for taught in self.taught() if taught.id == taught_id), None)
        if known is not None:
            with explained(self.path), transaction(self._db):
                self._append(forget_event(taught_id, at, self.device))
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
                        "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?)",
                        (card, draft.answer, at.instant, *draft[1:]),
                    )
                else:
                    self._forget_draft(card)
            finally:
                self._db.execute("PRAGMA synchronous = FULL")

    def use_settings(self, settings: Settings, at: Moment) -> None:
        """Have these settings decide due dates from `at` on; logged where they are a change."""
        with explained(self.path):
            at = self._after(at)
            # Those of a later instant, logged before the clock was set back, aren't in force yet.
            if settings == Timeline(self._db).at(at.instant):
                return
            with transaction(self._db):
                self._append(settings_event(settings.to_json(), at, self.device))
                (last,) = self._db.execute("SELECT max(at) FROM log").fetchone()
                if last > at.instant:  # the clock was set back far: they rule what is there
                    from trainer.progress.replay import rebuild

                    rebuild(self._db)

    def rebuild(self) -> dict[str, int]:
        """Work out anew all that follows from the log; return by table how many rows differed."""
        from trainer.progress.replay import rebuild_and_compare

        with explained(self.path), transaction(self._db):
            return rebuild_and_compare(self._db)

    def fill(
        self, events: Iterable[Event], device: str, drafts: Iterable[tuple[object, ...]]
    ) -> None:
        """Fill an empty file with what was saved of a damaged one."""
        from trainer.progress.replay import rebuild

        with explained(self.path), transaction(self._db):
            for event in events:
                append(self._db, event)
            self._db.executemany("INSERT OR IGNORE INTO draft VALUES (?, ?, ?, ?, ?, ?)", drafts)
            if device:
                self._db.execute("UPDATE meta SET value = ? WHERE key = 'device'", (device,))
            rebuild(self._db)

    def unite(self, paths: Iterable[str]) -> Merged:
        """Unite other machines' logs with this one; what follows from them is derived anew."""
        from trainer.progress.merge import read_log

        events, problems = [], []
        for path in paths:
            found, refused = read_log(path)
            events += found
            problems += refused
        return self.unite_events(events)._replace(problems=tuple(problems))

    def unite_events(self, events: Sequence[Event]) -> Merged:
        """Unite events from elsewhere with the log; what follows from them is derived anew."""
        from trainer.progress.merge import Merged, unite

        with explained(self.path):
            added, differing = unite(self._db, events)
        return Merged(added, len(events) - added - len(differing), tuple(differing), ())

    def unknown(self, events: Sequence[Event]) -> int:
        """Return how many events from elsewhere the log lacks."""
        from trainer.progress.merge import unknown

        with explained(self.path):
            return unknown(self._db, events)

    def _add_review(self, review: Review, at: Moment, day: int) -> str:
        event = review_event(review, self._after(at), day, self.device, at)
        added = self._append(event)
        for card in (review.card, *companions(event)):
            self._derive(card)
        self._forget_draft(review.card)
        return added

    def _undo(self, review_id: str, at: Moment) -> None:
        self._append(undo_event(review_id, self._after(at), self.device))
        for card in cards_of(self._db, review_id):
            self._derive(card)

    def _add_card_event(self, kind: str, card: str, at: Moment, **fields: str | int) -> None:
        with explained(self.path), transaction(self._db):
            at = self._after(at)
            if kind != "reset":  # what is said of a card last holds, however far it is set back
                names = names_of(self._db, present_name(self._db, card))
                marks = ", ".join("?" * len(names))
                (last,) = self._db.execute(
                    f"SELECT max(at) FROM log WHERE card IN ({marks})", names
                ).fetchone()
                at = at._replace(instant=max(at.instant, (last or 0) + 1))
            self._append(card_event(kind, card, at, self.device, **fields))
            self._derive(card)

    def _derive(self, card: str) -> None:
        from trainer.progress.replay import derive

        derive(self._db, card)

    def _after(self, at: Moment) -> Moment:
        """Return `at`, or the moment after the log's last event where that is later.

        Events are replayed in the order of time. Where the clock was set back a little, or that of
        another machine is ahead, what happens later shall still come later.
        """
        (last,) = self._db.execute(
            "SELECT max(at) FROM log WHERE at < ?", (at.instant + DAY,)
        ).fetchone()
        return at._replace(instant=last + 1) if last and last > at.instant else at

    def _append(self, event: Event) -> str:
        append(self._db, event)
        return str(event["id"])

    def _forget_draft(self, card: str) -> None:
        self._db.execute(f"DELETE FROM draft WHERE card IN ({_NAMES})", (card, card))


def append(db: sqlite3.Connection, event: Event) -> None:
    """Add an event to the log. To be called inside a transaction."""
    body = encode(event)
    added = db.execute(
        "INSERT INTO log (id, at, type, card, target, body, crc) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            event["id"],
            parse_iso(event["at"]),
            event["type"],
            _text(event, "card"),
            _text(event, "target"),
            body,
            zlib.crc32(body.encode()),
        ),
    )
    note_companions(db, added.lastrowid, event)


def note_companions(db: sqlite3.Connection, seq: int | None, event: Event) -> None:
    """Have a logged event be found by the cards that it is part of the history of, too."""
    if rows := [(card, seq) for card in companions(event)]:
        db.executemany("INSERT INTO companion VALUES (?, ?)", rows)


def _text(event: Event, field: str) -> str | None:
    """Return a field of an event, None where it has none or, of an unknown kind, another type."""
    value = event.get(field)
    return value if isinstance(value, str) else None
