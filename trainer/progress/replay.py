"""What follows from the log, worked out from it alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.json import Decoder

from trainer.garbage import uncollected
from trainer.progress.events import companions
from trainer.progress.log import UNDONE, Timeline, names_of, present_name
from trainer.progress.schema import DERIVED, DERIVED_INDEXES, DERIVED_TABLES, SUMS, TRIGGERS
from trainer.scheduling.days import Moment, parse_day, parse_iso
from trainer.scheduling.schedule import Memory, Rating, advance
from trainer.scheduling.settings import Settings

# A point with less credit than this was missed.
MADE = 0.5
# From this interval on, in days, a card is mature.
_MATURE = 21
# Cards whose rows are written together.
_BATCH = 500
_RATINGS = tuple(Rating)
_REPLAYED = "('review', 'reset', 'suspend', 'unsuspend', 'bury', 'flag')"
# A logged event, as replay reads it: seq, card, instant, id, type, body.
_Row = tuple[int, str, int, str, str, str]
# The columns that tell a derived table's rows apart; they stand first.
_KEYS = {
    "memory": ("card",),
    "mark": ("card",),
    "miss": ("card", "seq", "point"),
    "review": ("seq",),
    "point": ("card", "point"),
    "day": ("day", "phase", "rating"),
    "calibration": ("confidence", "rating"),
}
_EVENTS = "SELECT seq, card, at, id, type, body FROM log"


class _Body(Struct):
    """What of an event's body replay needs; what a merged one lacks is as it is here."""

    rating: int = 0
    counts: bool = True
    day: str | None = None
    offset: int = 0
    clock: str | None = None
    elapsed_ms: int = 0
    confidence: int | None = None
    points: dict[str, float] | None = None
    rubric: Any = None
    value: int | bool = 0


_decode = Decoder(_Body).decode


class History:
    """What a card's events lead to. `reviews` and `misses` are rows without the card's name."""

    __slots__ = ("buried_day", "flag", "memory", "misses", "points", "reviews", "suspended")

    def __init__(self) -> None:
        self.memory: Memory | None = None
        self.suspended = False
        self.buried_day = 0
        self.flag = 0
        self.reviews: list[tuple[int, int, str, int, int, int | None, int]] = []
        self.misses: list[tuple[int, str, int]] = []  # seq, point, day
        self.points: dict[str, tuple[int, int]] = {}

    def add_review(
        self,
        seq: int,
        card: str,
        instant: int,
        at: Moment,
        day: int,
        body: _Body,
        points: dict[str, float] | None,
        settings: Settings,
    ) -> None:
        """Go on by a review that counts; `instant` is its place in the log, `at` the clock's."""
        rating, misses = body.rating, len(self.misses)
        phase = _phase(self.memory, day)
        self.reviews.append((seq, day, phase, rating, body.elapsed_ms, body.confidence, instant))
        if points:
            self.add_points(seq, day, points)
        if rating == 1 and len(self.misses) == misses:
            self.misses.append((seq, "", day))
        self.memory = advance(card, self.memory, _RATINGS[rating - 1], at, day, settings)

    def add_points(self, seq: int, day: int, earned: dict[str, float]) -> None:
        """Go on by the points of a review, of this card or of one composed with it."""
        points = self.points
        for point, credit in earned.items():
            asked, made = points.get(point, (0, 0))
            if credit >= MADE:
                points[point] = asked + 1, made + 1
            else:
                points[point] = asked + 1, made
                self.misses.append((seq, point, day))

    @property
    def asked(self) -> tuple[int, int | None]:
        """From which study day on it is to be asked, or at which instant its step ends."""
        assert self.memory is not None
        if self.buried_day >= self.memory.due_day:
            return self.buried_day + 1, None
        return self.memory.due_day, self.memory.due_at


def follow(
    events: Iterable[_Row], names: Sequence[str], undone: set[str], timeline: Timeline
) -> History:
    """Return what a card's events, in the order of time, lead to.

    `names` are its present name and former ones. Reviews of other cards are among the events where
    they were composed with it: of these its point is taken, and nothing else.
    """
    history = History()
    for seq, card, instant, event, kind, text in events:
        body = _decode(text)
        if kind == "review":
            if body.counts and event not in undone:
                settings = timeline.at(instant, event)
                clock = parse_iso(body.clock) if body.clock else instant
                at = Moment(clock, body.offset)
                day = parse_day(body.day) if body.day else at.day(settings.rollover)
                points = _own(body.points or {}, card, names) if body.rubric else body.points
                if card not in names:
                    history.add_points(seq, day, points or {})
                    continue
                # Under the name it had then, so that a rename doesn't draw past intervals anew.
                history.add_review(seq, card, instant, at, day, body, points, settings)
        elif kind == "reset":
            history.memory = None
        elif kind == "bury":
            history.buried_day = parse_day(body.day) if body.day else 0
        elif kind == "flag":
            history.flag = int(body.value)
        else:
            history.suspended = kind == "suspend"
    return history


def _own(points: dict[str, float], card: str, names: Sequence[str]) -> dict[str, float]:
    """Return the card's own point of a composed review of `card`, by the name it has now."""
    deck, present = card.partition("/")[0], names[0].partition("/")[2]
    earned = [credit for point, credit in points.items() if f"{deck}/{point}" in names]
    return {present: max(earned)} if earned else {}


def _phase(memory: Memory | None, day: int) -> str:
    """Return what the review of a card is: of a `new` one, in steps, due (`young`, or `mature`
    from an interval of three weeks on), or `early`."""
    if memory is None:
        return "new"
    if memory.phase != "review":
        return memory.phase
    if day < memory.due_day:
        return "early"
    return "mature" if memory.interval >= _MATURE else "young"


class Derived(NamedTuple):
    """The rows of one card in the derived tables, in the order in which they are written."""

    memory: list[tuple[object, ...]]
    mark: list[tuple[object, ...]]
    miss: list[tuple[object, ...]]
    review: list[tuple[object, ...]]
    point: list[tuple[object, ...]]


def _rows(card: str, history: History, topic: int | None) -> Derived:
    memory: list[tuple[object, ...]] = []
    if history.memory:
        in_play = None if history.suspended else topic
        memory.append((card, in_play, *history.asked, *history.memory))
    marked = history.suspended or history.buried_day or history.flag
    mark = (card, int(history.suspended), history.buried_day, history.flag)
    return Derived(
        memory=memory,
        mark=[mark] if marked else [],
        miss=[(card, *miss) for miss in history.misses],
        review=[(seq, card, *rest) for seq, *rest in history.reviews],
        point=[(card, point, *sums) for point, sums in history.points.items()],
    )


def derive(db: sqlite3.Connection, card: str) -> None:
    """Work out the card's derived rows anew, from its events alone.

    A card has few events, so replaying them all costs little, and what is derived can't drift
    from the log, whatever order events came in. To be called inside a transaction.
    """
    present = present_name(db, card)
    if present != card:
        forget(db, card)
        card = present
    undone = {target for (target,) in db.execute(UNDONE)}
    _write(db, card, _rows(card, _history(db, card, undone, Timeline(db)), _topic(db, card)))


def forget(db: sqlite3.Connection, card: str) -> None:
    """Drop what was derived for the card under this name."""
    _write(db, card, Derived([], [], [], [], []))


def _history(db: sqlite3.Connection, card: str, undone: set[str], timeline: Timeline) -> History:
    names = names_of(db, card)
    marks = ", ".join("?" * len(names))
    events = db.execute(
        f"{_EVENTS} WHERE seq IN (SELECT seq FROM log WHERE card IN ({marks}) "
        f"AND type IN {_REPLAYED} UNION SELECT seq FROM companion WHERE card IN ({marks})) "
        "ORDER BY at, id",
        (*names, *names),
    )
    return follow(events, names, undone, timeline)


def _topic(db: sqlite3.Connection, card: str) -> int | None:
    row = db.execute("SELECT topic FROM card WHERE card = ?", (card,)).fetchone()
    return int(row[0]) if row else None


def _write(db: sqlite3.Connection, card: str, derived: Derived) -> None:
    """Bring the card's derived rows to these; most are there already."""
    for table, wanted in derived._asdict().items():
        there = set(db.execute(f"SELECT * FROM {table} WHERE card = ?", (card,)))
        for row in there.difference(wanted):
            keys = _KEYS[table]
            where = " AND ".join(f"{key} = ?" for key in keys)
            db.execute(f"DELETE FROM {table} WHERE {where}", row[: len(keys)])
        _insert(db, table, [row for row in wanted if row not in there])


def _insert(db: sqlite3.Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def rebuild(db: sqlite3.Connection) -> None:
    """Work out all derived tables anew. To be called inside a transaction."""
    for table in _set_aside(db):
        db.execute(f"DROP TABLE former_{table}")
    _make(db)


def rebuild_and_compare(db: sqlite3.Connection) -> dict[str, int]:
    """Work out all derived tables anew, and return in how many rows each was otherwise before.

    To be called inside a transaction.
    """
    before = _set_aside(db)
    _make(db)
    differing = {}
    for table in before:
        gone, come = _lacking(db, f"former_{table}", table), _lacking(db, table, f"former_{table}")
        differing[table] = max(gone, come)
        db.execute(f"DROP TABLE former_{table}")
    return differing


def _make(db: sqlite3.Connection) -> None:
    # Room for what is written, or SQLite puts it down half-way and reads it again.
    db.execute("PRAGMA cache_size = -65536")
    for statement in DERIVED:
        db.execute(statement)
    _note_companions(db)
    with uncollected():  # a million small tuples are made, and none is garbage before it is written
        for cards in _batches(_all(db)):
            for table, rows in zip(Derived._fields, zip(*cards, strict=True), strict=True):
                _insert(db, table, list(chain.from_iterable(rows)))
    for statement in (*SUMS, *DERIVED_INDEXES, *TRIGGERS):
        db.execute(statement)


def _note_companions(db: sqlite3.Connection) -> None:
    """Bring the table `companion` to what the log says was composed."""
    rows = db.execute(
        "SELECT seq, body FROM log WHERE type = 'review' AND body LIKE '%\"rubric\"%'"
    )
    noted = [(card, seq) for seq, body in rows for card in companions(json.loads(body))]
    db.execute("DELETE FROM companion")
    db.executemany("INSERT INTO companion VALUES (?, ?)", noted)


def _batches(cards: Iterator[Derived]) -> Iterator[list[Derived]]:
    while batch := list(islice(cards, _BATCH)):
        yield batch


def _lacking(db: sqlite3.Connection, table: str, other: str) -> int:
    """Return how many rows of a table the other one of the same columns has not."""
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    same = " AND ".join(f"one.{column} IS other.{column}" for column in columns)
    keys = " AND ".join(f"one.{key} = other.{key}" for key in _KEYS[table.removeprefix("former_")])
    query = f"SELECT count(*) FROM {table} one WHERE NOT EXISTS "
    query += f"(SELECT 1 FROM {other} other WHERE {keys} AND {same})"
    return int(db.execute(query).fetchone()[0])


def _set_aside(db: sqlite3.Connection) -> list[str]:
    """Rename the derived tables that are there, without indexes and triggers.

    Returns the names they had.
    """
    triggers = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        db.execute(f"DROP TRIGGER {name}")
    there = []
    for table in DERIVED_TABLES:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
            continue
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? "
            "AND sql IS NOT NULL",
            (table,),
        ).fetchall():
            db.execute(f"DROP INDEX {name}")
        db.execute(f"ALTER TABLE {table} RENAME TO former_{table}")
        there.append(table)
    return there


def _all(db: sqlite3.Connection) -> Iterator[Derived]:
    """Yield the derived rows of every card in the log."""
    undone = {target for (target,) in db.execute(UNDONE)}
    timeline = Timeline(db)
    topics = dict(db.execute("SELECT card, topic FROM card").fetchall())
    aliases = dict(db.execute("SELECT former, card FROM alias").fetchall())
    composed = {card for (card,) in db.execute("SELECT DISTINCT card FROM companion")}
    # Whose events are under other names or cards, too.
    elsewhere = {aliases.get(card, card) for card in composed} | {*aliases.values()}
    events = db.execute(
        f"{_EVENTS} WHERE card IS NOT NULL AND type IN {_REPLAYED} ORDER BY card, at, id"
    )
    for card, group in groupby(events, key=itemgetter(1)):
        if card not in aliases and card not in elsewhere:
            yield _rows(card, follow(group, (card,), undone, timeline), topics.get(card))
    for card in sorted(elsewhere):
        yield _rows(card, _history(db, card, undone, timeline), topics.get(card))
