"""The progress file: every answer in the log, and beside it what follows from the log."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

from trainer.paths import make_folder
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
    encode,
    forget_event,
    retry_event,
    review_event,
    settings_event,
    teach_event,
    undo_event,
)
from trainer.progress.log import FORGOTTEN, UNDONE, Timeline, present_name
from trainer.progress.schema import SCHEMA_VERSION
from trainer.scheduling.days import DAY, Moment, day_iso, parse_iso
from trainer.scheduling.schedule import Memory
from trainer.scheduling.settings import Settings

if TYPE_CHECKING:
    from trainer.progress.merge import Merged

_MEMORY = ", ".join(f"memory.{field}" for field in Memory._fields)
# A card's name and its former ones; takes the name twice.
_NAMES = "SELECT ? UNION SELECT former FROM alias WHERE card = ?"
# Cards that aren't asked on a study day; takes the day.
_HIDDEN = "SELECT card FROM mark WHERE suspended OR buried_day >= ?"
# A write-ahead log larger than this is folded in when nobody waits, in bytes.
_MUCH_AHEAD = 1 << 20


class Placed(Protocol):
    """What the store needs to know of a card of the library."""

    @property
    def ref(self) -> str: ...
    @property
    def deck(self) -> str: ...
    @property
    def topic(self) -> str: ...


class DayCounts(NamedTuple):
    """What was done on one study day: cards met for the first time, and reviews of others."""

    new: int
    reviews: int
    milliseconds: int


class TopicCounts(NamedTuple):
    """What there is to ask in one topic, apart from what is suspended or buried.

    `number` is the store's own for it; `cards` are all of its cards, `suspended` ones among them;
    `learning` are in steps, `steps` of them over by now; `due` are reviews; `next_day` and
    `next_at` are when the next review and step fall due.
    """

    deck: str
    topic: str
    number: int
    cards: int
    suspended: int
    new: int
    learning: int
    steps: int
    due: int
    next_day: int | None
    next_at: int | None


class Mark(NamedTuple):
    """What the person said of a card: `buried_day` is the study day it is hidden until the end of,
    `flag` 0 for none."""

    suspended: bool = False
    buried_day: int = 0
    flag: int = 0


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


class PointSum(NamedTuple):
    """How often a point was asked for and made."""

    card: str
    point: str
    asked: int
    made: int


class SureAndWrong(NamedTuple):
    """An answer of which the person was sure (`confidence` 3 or 4) and that failed."""

    card: str
    confidence: int
    day: int
    answer: str


class Miss(NamedTuple):
    """A point that was missed; `point` is empty where the answer as a whole failed."""

    card: str
    point: str
    day: int


class Store:
    """One person's progress file. Every method raises ProgressError where SQLite fails."""

    def __init__(self, db: sqlite3.Connection, path: str, *, for_reading: bool = False) -> None:
        self._db = db
        self.path = path
        self._device = ""
        self._for_reading = for_reading
        self._library: tuple[str, tuple[Placed, ...]] | None = None

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

            with explained(path):
                db = in_memory(db)
                migrate(db)
        return cls(db, path, for_reading=True)

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
                f"SELECT {_MEMORY} FROM memory WHERE card = ?", (present_name(self._db, card),)
            ).fetchone()
        return Memory(*row) if row else None

    def memories(self) -> dict[str, Memory]:
        """Return what is known of every card that was ever reviewed, by card."""
        return self._memories("true")

    def due_memories(self, day: int) -> dict[str, Memory]:
        """Return the cards of the library that are due for review on the study day."""
        return self._memories(
            f"ask_at IS NULL AND topic IS NOT NULL AND ask_day <= ? AND card NOT IN ({_HIDDEN})",
            day,
            day,
        )

    def _memories(self, condition: str, *values: int) -> dict[str, Memory]:
        with explained(self.path):
            self._keep_step()
            rows = self._db.execute(
                f"SELECT card, {_MEMORY} FROM memory WHERE {condition}", values
            ).fetchall()
        return {card: Memory(*fields) for card, *fields in rows}

    def steps(self, until: int) -> list[str]:
        """Return the cards whose learning step ends by the instant `until`, the earliest first."""
        with explained(self.path):
            self._keep_step()
            rows = self._db.execute(
                "SELECT card FROM memory WHERE ask_at <= ? AND topic IS NOT NULL "
                "ORDER BY ask_at, card",
                (until,),
            ).fetchall()
        return [card for (card,) in rows]

    def new_cards(self, day: int) -> Iterator[str]:
        """Yield the cards of the library that were never reviewed, in the order of the decks."""
        with explained(self.path):
            self._keep_step()
            for (card,) in self._db.execute(
                "SELECT card FROM card WHERE card NOT IN (SELECT card FROM memory) "
                f"AND card NOT IN ({_HIDDEN}) ORDER BY place",
                (day,),
            ):
                yield card

    def is_askable(self, card: str, day: int, instant: int, *, early: bool = False) -> bool:
        """Whether the card is neither hidden on the study day nor, unless `early`, yet to wait."""
        with explained(self.path):
            card = present_name(self._db, card)
            if self._db.execute(f"SELECT ? IN ({_HIDDEN})", (card, day)).fetchone()[0]:
                return False
            row = self._db.execute(
                "SELECT ask_day, ask_at FROM memory WHERE card = ?", (card,)
            ).fetchone()
        if early or row is None:
            return True
        ask_day, ask_at = row
        return bool(ask_day <= day if ask_at is None else ask_at <= instant)

    def topic_counts(self, day: int, instant: int) -> list[TopicCounts]:
        """Return what there is to ask at the instant, on the study day, topic by topic."""
        with explained(self.path):
            self._keep_step()
            query = self._db.execute
            topics = query(
                "SELECT id, deck, topic, cards, "
                "(SELECT count(*) FROM memory WHERE memory.topic = id AND ask_at IS NULL), "
                "(SELECT count(*) FROM memory "
                "WHERE memory.topic = id AND ask_at IS NULL AND ask_day <= ?), "
                "(SELECT min(ask_day) FROM memory WHERE memory.topic = id AND ask_at IS NULL) "
                "FROM topic ORDER BY id",
                (day,),
            ).fetchall()
            steps = {
                topic: row
                for topic, *row in query(
                    "SELECT topic, count(*), sum(ask_at <= ?), min(ask_at) FROM memory "
                    "WHERE ask_at IS NOT NULL AND topic IS NOT NULL GROUP BY topic",
                    (instant,),
                )
            }
            # Suspended cards are in no topic's memories; new ones that are buried in no count.
            hidden = {
                topic: row
                for topic, *row in query(
                    "SELECT card.topic, sum(suspended), sum(NOT suspended) "
                    "FROM mark JOIN card USING (card) LEFT JOIN memory USING (card) "
                    "WHERE suspended OR (buried_day >= ? AND memory.card IS NULL) "
                    "GROUP BY card.topic",
                    (day,),
                )
            }
        counts = []
        for number, deck, name, cards, met, due, next_day in topics:
            learning, over, next_at = steps.get(number, (0, 0, None))
            suspended, buried = hidden.get(number, (0, 0))
            new = cards - met - learning - suspended - buried
            waiting = learning, over, due, next_day, next_at
            counts.append(TopicCounts(deck, name, number, cards, suspended, new, *waiting))
        return counts

    def marks(self) -> dict[str, Mark]:
        """Return the cards that are suspended, were buried, or are flagged."""
        with explained(self.path):
            rows = self._db.execute("SELECT card, suspended, buried_day, flag FROM mark")
            return {card: Mark(bool(off), until, flag) for card, off, until, flag in rows}

    def hidden(self, day: int) -> set[str]:
        """Return the cards that are suspended, or buried on the study day."""
        with explained(self.path):
            return {card for (card,) in self._db.execute(_HIDDEN, (day,))}

    def day_counts(self, day: int) -> DayCounts:
        """Return what counts towards the limits of the study day."""
        with explained(self.path):
            (new,) = self._db.execute(
                "SELECT count(*) FROM memory WHERE first_day = ?", (day,)
            ).fetchone()
            reviews, milliseconds = self._db.execute(
                "SELECT coalesce(sum(reviews) FILTER (WHERE phase IN ('young', 'mature')), 0), "
                "coalesce(sum(elapsed_ms), 0) FROM day WHERE day = ?",
                (day,),
            ).fetchone()
        return DayCounts(new, reviews, milliseconds)

    def run(self, day: int) -> tuple[int, int] | None:
        """Return the first and the last of the study days in a row with a review, up to `day` or
        the one before it; None where neither has one."""
        first = last = 0
        with explained(self.path):
            for (reviewed,) in self._db.execute(
                "SELECT DISTINCT day FROM day WHERE day <= ? ORDER BY day DESC", (day,)
            ):
                if not last and reviewed >= day - 1:
                    first = last = reviewed
                elif last and reviewed == first - 1:
                    first = reviewed
                else:
                    break
        return (first, last) if last else None

    def spent(self, since: int) -> tuple[int, int]:
        """Return how many reviews there were since a study day, and their milliseconds."""
        with explained(self.path):
            row = self._db.execute(
                "SELECT coalesce(sum(reviews), 0), coalesce(sum(elapsed_ms), 0) FROM day "
                "WHERE day >= ?",
                (since,),
            ).fetchone()
        return row[0], row[1]

    def review_days(self, since: int = 0) -> list[tuple[int, str, int, int, int]]:
        """Return (study day, phase, rating, reviews, milliseconds) rows since a study day.

        `phase` is what the review was of: a `new` card, one in `learning` or `relearning`, one due
        for review (`young`, or `mature` from an interval of three weeks on), or one asked `early`.
        """
        with explained(self.path):
            return self._db.execute(
                "SELECT * FROM day WHERE day >= ? ORDER BY day, phase, rating", (since,)
            ).fetchall()

    def totals(self) -> tuple[int, int]:
        """Return how many reviews there were, and on how many study days."""
        with explained(self.path):
            row = self._db.execute(
                "SELECT coalesce(sum(reviews), 0), count(DISTINCT day) FROM day"
            ).fetchone()
        return row[0], row[1]

    def falling_due(self, until: int) -> list[tuple[int, int]]:
        """Return (study day, cards) of what falls due by a study day, as it stands."""
        with explained(self.path):
            self._keep_step()
            return self._db.execute(
                "SELECT ask_day, count(*) FROM memory WHERE topic IS NOT NULL AND ask_at IS NULL "
                "AND ask_day <= ? GROUP BY ask_day",
                (until,),
            ).fetchall()

    def strengths(self) -> list[tuple[int, float, int]]:
        """Return (number of the topic, stability, last study day) of every card of the library
        that was reviewed and isn't suspended."""
        with explained(self.path):
            self._keep_step()
            return self._db.execute(
                "SELECT topic, stability, last_day FROM memory WHERE topic IS NOT NULL"
            ).fetchall()

    def weakest_points(self, most: int) -> list[PointSum]:
        """Return the points made least often, of the cards of the library."""
        with explained(self.path):
            self._keep_step()
            rows = self._db.execute(
                "SELECT point.card, point, asked, made FROM point JOIN card USING (card) "
                "WHERE made < asked ORDER BY made * 1.0 / asked, asked DESC, card, point LIMIT ?",
                (most,),
            )
            return [PointSum(*row) for row in rows]

    def hardest(self, most: int) -> list[tuple[str, int, float]]:
        """Return (card, lapses, difficulty 1..10) of the cards forgotten most often."""
        with explained(self.path):
            self._keep_step()
            return self._db.execute(
                "SELECT card, lapses, difficulty FROM memory WHERE lapses > 0 "
                "AND EXISTS (SELECT 1 FROM card WHERE card.card = memory.card) "
                "ORDER BY lapses DESC, difficulty DESC, card LIMIT ?",
                (most,),
            ).fetchall()

    def calibration(self) -> list[tuple[int, int, int]]:
        """Return (confidence, rating, reviews) of the reviews before which one was given."""
        with explained(self.path):
            return self._db.execute("SELECT * FROM calibration").fetchall()

    def sure_and_wrong(self, most: int) -> list[SureAndWrong]:
        """Return the reviews answered confidently and rated Again, the surest and latest first."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT review.card, confidence, day, coalesce(json_extract(body, '$.answer'), '') "
                "FROM review JOIN log USING (seq) WHERE confidence >= 3 AND rating = 1 "
                "ORDER BY confidence DESC, seq DESC LIMIT ?",
                (most,),
            )
            return [SureAndWrong(*row) for row in rows]

    def orphans(self) -> list[tuple[str, int]]:
        """Return (card, reviews) of every card with a history that isn't in the library."""
        with explained(self.path):
            self._keep_step()
            return self._db.execute(
                "SELECT card, reps FROM memory WHERE card NOT IN (SELECT card FROM card) "
                "ORDER BY card"
            ).fetchall()

    def misses(self, since: int) -> list[Miss]:
        """Return every point missed since the study day `since`, oldest first."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT card, point, day FROM miss WHERE day >= ? ORDER BY day, seq, point",
                (since,),
            )
            return [Miss(*row) for row in rows]

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
                "SELECT answer, submitted AND at >= ?, hint FROM draft "
                f"WHERE card IN ({_NAMES}) ORDER BY at DESC",
                (since, card, card),
            ).fetchone()
        return Draft(row[0], bool(row[1]), bool(row[2])) if row else Draft()

    def taught(self, card: str = "") -> list[Taught]:
        """Return what was taught and not forgotten, oldest first; of one card where it is named."""
        with explained(self.path):
            rows = self._db.execute(
                "SELECT id, at, coalesce(alias.card, log.card), json_extract(body, '$.point'), "
                "json_extract(body, '$.phrase') FROM log LEFT JOIN alias ON former = log.card "
                f"WHERE type = 'teach' AND id NOT IN ({FORGOTTEN}) ORDER BY at, id"
            ).fetchall()
        return [taught for row in rows if (taught := Taught(*row)).card == card or not card]

    # What happens

    def add_review(self, review: Review, at: Moment, day: int) -> str:
        """Add a rated answer to the log and return its id; when this returns, it is durable."""
        with explained(self.path), transaction(self._db):
            return self._add_review(review, at, day)

    def change_review(self, review_id: str, review: Review, at: Moment, day: int) -> str:
        """Take back a review and add another in its place, both or neither; return its id."""
        with explained(self.path), transaction(self._db):
            self._undo(review_id, review.card, at)
            return self._add_review(review, at, day)

    def add_retry(self, review: Review, at: Moment, day: int) -> str:
        """Add an answer given after the model answer was shown: logged, and not trained on."""
        with explained(self.path), transaction(self._db):
            return self._append(retry_event(review, self._after(at), day, self.device))

    def undo_last(self, at: Moment) -> Undone | None:
        """Take back the review saved last on this machine; None where there is none."""
        with explained(self.path), transaction(self._db):
            last = self._db.execute(
                "SELECT id, coalesce(alias.card, log.card), "
                "coalesce(json_extract(body, '$.answer'), '') "
                "FROM log LEFT JOIN alias ON former = log.card WHERE type = 'review' "
                f"AND json_extract(body, '$.device') = ? AND id NOT IN ({UNDONE}) "
                "ORDER BY seq DESC LIMIT 1",
                (self.device,),
            ).fetchone()
            if last is None:
                return None
            undone = Undone(*last)
            self._undo(undone.id, undone.card, at)
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
            if settings == Timeline(self._db).at(at.instant):
                return
            with transaction(self._db):
                self._append(settings_event(settings.to_json(), at, self.device))

    def rebuild(self) -> dict[str, int]:
        """Work out anew all that follows from the log; return by table how many rows differed."""
        from trainer.progress.replay import rebuild

        with explained(self.path), transaction(self._db):
            return rebuild(self._db)

    def fill(
        self, events: Iterable[Event], device: str, drafts: Iterable[tuple[object, ...]]
    ) -> None:
        """Fill an empty file with what was saved of a damaged one."""
        from trainer.progress.replay import rebuild

        with explained(self.path), transaction(self._db):
            for event in events:
                append(self._db, event)
            self._db.executemany("INSERT OR IGNORE INTO draft VALUES (?, ?, ?, ?, ?)", drafts)
            if device:
                self._db.execute("UPDATE meta SET value = ? WHERE key = 'device'", (device,))
            rebuild(self._db)

    def unite(self, paths: Iterable[str]) -> Merged:
        """Unite other machines' logs with this one; what follows from them is derived anew."""
        from trainer.progress.merge import Merged, read_log, unite

        events, problems = [], []
        for path in paths:
            found, refused = read_log(path)
            events += found
            problems += refused
        with explained(self.path):
            added, differing = unite(self._db, events)
        known = len(events) - added - len(differing)
        return Merged(added, known, tuple(differing), tuple(problems))

    # The library

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

    def use_cards(self, fingerprint: str, cards: Iterable[Placed]) -> None:
        """Have these be the cards of the library, in this order; `fingerprint` tells it apart."""
        self._library = fingerprint, tuple(cards)
        with explained(self.path):
            self._keep_step()

    def _keep_step(self) -> None:
        """Take in the library again where another trainer, with other decks, took in its own."""
        if self._library is None:
            return
        fingerprint, cards = self._library
        row = self._db.execute("SELECT value FROM meta WHERE key = 'library'").fetchone()
        if row and row[0] == fingerprint:
            return
        from trainer.progress.mirror import mirror

        self._for_writing()
        with transaction(self._db):
            mirror(self._db, fingerprint, cards)

    def _for_writing(self) -> None:
        """Where the file was opened for reading and can't be written, go on with a copy of it."""
        if not self._for_reading:
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("ROLLBACK")
        except sqlite3.OperationalError:
            original, self._db = self._db, in_memory(self._db)
            original.close()

    # The log

    @property
    def device(self) -> str:
        """The id of this progress file's machine, in every event it adds."""
        if not self._device:
            with explained(self.path):
                row = self._db.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
            self._device = str(row[0])
        return self._device

    def rest(self) -> None:
        """Fold a long write-ahead log into the file; to be called while nobody waits."""
        with explained(self.path):
            try:
                size = os.path.getsize(f"{self.path}-wal")
            except OSError:
                return
            if size > _MUCH_AHEAD:
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _add_review(self, review: Review, at: Moment, day: int) -> str:
        added = self._append(review_event(review, self._after(at), day, self.device))
        self._derive(review.card)
        self._forget_draft(review.card)
        return added

    def _undo(self, review_id: str, card: str, at: Moment) -> None:
        self._append(undo_event(review_id, self._after(at), self.device))
        self._derive(card)

    def _add_card_event(self, kind: str, card: str, at: Moment, **fields: str | int) -> None:
        with explained(self.path), transaction(self._db):
            self._append(card_event(kind, card, self._after(at), self.device, **fields))
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
    db.execute(
        "INSERT INTO log (id, at, type, card, target, body, crc) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            event["id"],
            parse_iso(event["at"]),
            event["type"],
            event.get("card"),
            event.get("target"),
            body,
            zlib.crc32(body.encode()),
        ),
    )
