"""What follows from the log, bit for bit, whatever happened and in whatever order."""

from __future__ import annotations

import contextlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbench import Clock, Placed, events, rebuilt, review, table

from trainer.progress.database import connect
from trainer.progress.log import Timeline
from trainer.progress.store import Store
from trainer.scheduling.days import Moment, parse_day, parse_iso
from trainer.scheduling.schedule import Memory, Rating, advance
from trainer.scheduling.settings import DeckSettings, Settings

CARDS = ("d/a", "d/b", "e/a", "d/new", "e/new")
RENAMES: tuple[dict[str, str], ...] = (
    {},
    {"d/a": "d/new"},
    {"d/a": "e/new", "d/b": "d/new"},
    {"e/a": "d/new"},
    {"d/a": "d/new", "e/a": "d/new"},
    {"d/a": "d/b"},
)
SETTINGS = (
    Settings(),
    Settings(retention=0.8, learning_steps=(1.0, 10.0, 60.0), relearning_steps=()),
    Settings(decks=(DeckSettings("d", 0.95),)),
    Settings(rollover=0, maximum_interval=3, learning_steps=()),
)
LIBRARIES = (
    (),
    (Placed("d/a", "t"), Placed("d/b", "u"), Placed("e/a", "t")),
    (Placed("e/a", "u"), Placed("d/b", "t"), Placed("d/a", "t")),
    (Placed("d/new", "t"), Placed("e/new"), Placed("d/b", "t")),
)

REVIEW = st.tuples(
    st.just("review"),
    st.sampled_from(CARDS),
    st.integers(1, 4),
    st.dictionaries(st.sampled_from("pq"), st.sampled_from([0.0, 0.3, 0.5, 1.0]), max_size=2),
    st.one_of(st.none(), st.integers(1, 4)),
    st.sampled_from([True, True, True, False]),
)
# Composed of the signals whose ids these are, each with what it earned.
COMPOSED = st.tuples(
    st.just("composed"),
    st.sampled_from(CARDS),
    st.integers(1, 4),
    st.dictionaries(st.sampled_from(["a", "b", "new"]), st.sampled_from([0.0, 1.0]), max_size=3),
)
OTHERS = st.one_of(
    COMPOSED,
    st.just(("undo",)),
    st.tuples(st.just("change"), st.integers(1, 4)),
    st.tuples(st.just("retry"), st.sampled_from(CARDS)),
    st.tuples(st.just("teach"), st.sampled_from(CARDS)),
    st.just(("forget",)),
    st.tuples(st.sampled_from(["suspend", "unsuspend", "bury", "reset"]), st.sampled_from(CARDS)),
    st.tuples(st.just("flag"), st.sampled_from(CARDS), st.integers(0, 7)),
    st.tuples(st.just("settings"), st.sampled_from(SETTINGS)),
    st.tuples(st.just("rename"), st.sampled_from(RENAMES)),
    st.tuples(st.just("library"), st.sampled_from(LIBRARIES)),
    st.tuples(st.just("minutes"), st.integers(-90, 200)),
    st.tuples(st.just("days"), st.integers(-3, 40)),
    st.tuples(st.just("offset"), st.sampled_from([-600, 0, 120, 840])),
    st.just(("reopen",)),
)
HISTORIES = st.lists(st.one_of(REVIEW, REVIEW, OTHERS), max_size=30)


class Life:
    """One person's progress file, to which things happen."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.saved: list[tuple[str, str]] = []

    def happens(self, what: str, *args: Any) -> None:
        store, at, day = self.store, self.clock(), self.clock.day
        if what == "review":
            card, rating, points, confidence, counts = args
            given = review(card, rating, points=points, confidence=confidence, counts=counts)
            self.saved.append((store.add_review(given, at, day), card))
        elif what == "composed":
            card, rating, points = args
            rubric = [{"id": point} for point in points]
            given = review(card, rating, points=points, rubric=rubric, verdict={"accept": ["x"]})
            self.saved.append((store.add_review(given, at, day), card))
        elif what == "undo":
            undone = store.undo_last(at)
            assert (undone.id if undone else None) == (self.saved[-1][0] if self.saved else None)
            del self.saved[-1:]
        elif what == "change" and self.saved:
            last, card = self.saved.pop()
            added = store.change_review(last, review(card, *args), at, day)
            self.saved.append((added, card))
        elif what == "retry":
            store.add_retry(review(args[0], 1), at, day)
        elif what == "teach":
            store.teach(args[0], "p", "phrase", at)
        elif what == "forget":
            taught = store.taught()
            store.forget(taught[0].id if taught else "nothing", at)
        elif what in ("suspend", "unsuspend"):
            store.suspend(args[0], at, suspended=what == "suspend")
        elif what == "bury":
            store.bury(args[0], at, day)
        elif what == "flag":
            store.flag(args[0], at, args[1])
        elif what == "reset":
            store.reset(args[0], at)
        elif what == "settings":
            store.use_settings(args[0], at)
        elif what == "rename":
            store.use_aliases(args[0], {"d", "e"})
        elif what == "library":
            store.use_cards(str(args[0]), args[0])
        elif what in ("minutes", "days"):
            self.clock.pass_(**{what: args[0]})
        elif what == "offset":
            self.clock.offset = args[0]
        elif what == "reopen":
            self.store = Store(store._db, store.path)


class Naive:
    """What follows from a log, worked out without any of the code under test but `advance`."""

    def __init__(self, store: Store) -> None:
        self.memories: dict[str, Memory] = {}
        self.days: Counter[tuple[Any, ...]] = Counter()
        self.milliseconds: Counter[tuple[Any, ...]] = Counter()
        self.calibration: Counter[tuple[Any, ...]] = Counter()
        self.asked: Counter[tuple[str, str]] = Counter()
        self.made: Counter[tuple[str, str]] = Counter()
        self.misses: Counter[tuple[str, str, int]] = Counter()
        self.marks: dict[str, tuple[bool, int, int]] = {}
        aliases = dict(store._db.execute("SELECT former, card FROM alias"))
        timeline = Timeline(store._db)
        log = sorted(events(store), key=lambda event: (event["at"], event["id"]))
        undone = {event["target"] for event in log if event["type"] == "undo"}
        for event in log:
            if "card" not in event:
                continue
            card = aliases.get(event["card"], event["card"])
            mark = self.marks.get(card, (False, 0, 0))
            if event["type"] == "review" and event["counts"] and event["id"] not in undone:
                self._review(event, card, timeline, self._points(event, card, aliases))
            elif event["type"] == "reset":
                self.memories.pop(card, None)
            elif event["type"] in ("suspend", "unsuspend"):
                self.marks[card] = (event["type"] == "suspend", *mark[1:])
            elif event["type"] == "bury":
                self.marks[card] = (mark[0], parse_day(event["day"]), mark[2])
            elif event["type"] == "flag":
                self.marks[card] = (*mark[:2], event["value"])
        self.marks = {card: mark for card, mark in self.marks.items() if any(mark)}

    def _points(
        self, event: dict[str, Any], card: str, aliases: dict[str, str]
    ) -> dict[str, float]:
        """Count the points of a review, each for the card it is of; return those of its card."""
        earned: dict[str, dict[str, float]] = {card: {}}
        for point, credit in event["points"].items():
            owner = card
            if event.get("rubric"):
                named = f"{event['card'].partition('/')[0]}/{point}"
                owner = aliases.get(named, named)
                point = owner.partition("/")[2]
            best = max(credit, earned.get(owner, {}).get(point, 0.0))
            earned.setdefault(owner, {})[point] = best
        for owner, own in earned.items():
            for point, credit in own.items():
                self.asked[owner, point] += 1
                self.made[owner, point] += credit >= 0.5
                if credit < 0.5:
                    self.misses[owner, point, parse_day(event["day"])] += 1
        return earned[card]

    def _review(
        self, event: dict[str, Any], card: str, timeline: Timeline, points: dict[str, float]
    ) -> None:
        day, clock = parse_day(event["day"]), parse_iso(event.get("clock", event["at"]))
        before = self.memories.get(card)
        if before is None:
            phase = "new"
        elif before.phase != "review":
            phase = before.phase
        elif day < before.due_day:
            phase = "early"
        else:
            phase = "mature" if before.interval >= 21 else "young"
        self.days[day, phase, event["rating"]] += 1
        self.milliseconds[day, phase, event["rating"]] += event["elapsed_ms"]
        if event["confidence"] is not None:
            self.calibration[event["confidence"], event["rating"]] += 1
        if event["rating"] == 1 and all(credit >= 0.5 for credit in points.values()):
            self.misses[card, "", day] += 1
        self.memories[card] = advance(
            event["card"], before, Rating(event["rating"]), Moment(clock, event["offset"]), day,
            timeline.at(parse_iso(event["at"]), event["id"]),
        )  # fmt: skip


def check(store: Store) -> None:
    """What is derived is what a rebuild derives, and what follows from the log naively."""
    assert rebuilt(store) == {}
    found = Naive(store)
    assert store.memories() == found.memories
    assert store.marks() == found.marks
    assert table(store, "day", "1, 2, 3") == sorted(
        (*key, number, found.milliseconds[key]) for key, number in found.days.items()
    )
    assert table(store, "calibration") == sorted(
        (*key, number) for key, number in found.calibration.items()
    )
    assert table(store, "point") == sorted(
        (*key, number, found.made[key]) for key, number in found.asked.items()
    )
    assert Counter(store.misses(0)) == found.misses
    topics = dict(store._db.execute("SELECT card, topic FROM card"))
    suspended = {card for card, mark in found.marks.items() if mark[0]}
    for card, topic in store._db.execute("SELECT card, topic FROM memory"):
        assert topic == (None if card in suspended else topics.get(card))


def live(history: list[tuple[Any, ...]]) -> None:
    with contextlib.closing(connect(":memory:")) as db:
        life = Life(Store(db, "in memory"), Clock())
        for step in history:
            life.happens(*step)
        check(life.store)


@given(HISTORIES)
@settings(max_examples=100)
def test_all_that_is_derived_follows_from_the_log(history: list[tuple[Any, ...]]) -> None:
    live(history)


@pytest.mark.long
@given(st.lists(st.one_of(REVIEW, REVIEW, OTHERS), max_size=120))
@settings(max_examples=600)
def test_long_histories(history: list[tuple[Any, ...]]) -> None:
    live(history)


@pytest.mark.long
@given(HISTORIES)
@settings(max_examples=600)
def test_at_every_step(history: list[tuple[Any, ...]]) -> None:
    with contextlib.closing(connect(":memory:")) as db:
        life = Life(Store(db, "in memory"), Clock())
        for step in history:
            life.happens(*step)
            check(life.store)


def test_a_history_in_a_file_across_reopening(db: str, clock: Clock) -> None:
    saved: list[tuple[str, str]] = []
    steps: list[tuple[Any, ...]] = [
        ("library", LIBRARIES[1]),
        ("review", "d/a", 1, {"p": 0.0}, 4, True),
        ("review", "d/a", 3, {"p": 1.0}, None, True),
        ("review", "e/a", 2, {}, 2, False),
        ("undo",),
        ("undo",),
        ("suspend", "d/b"),
        ("review", "d/b", 4, {"p": 0.2, "q": 1.0}, 3, True),
        ("change", 1),
        ("settings", SETTINGS[1]),
        ("rename", RENAMES[2]),
        ("library", LIBRARIES[3]),
        ("review", "e/new", 3, {"p": 1.0}, 1, True),
        ("bury", "e/new"),
        ("days", 5),
        ("undo",),
        ("rename", RENAMES[0]),
        ("flag", "d/a", 7),
        ("reset", "d/a"),
        ("review", "d/a", 4, {}, None, True),
    ]
    for step in steps:
        with Store.open(db) as store:
            life = Life(store, clock)
            life.saved = saved
            life.happens(*step)
    with Store.open(db) as store:
        check(store)
        assert store.marks() == {"d/b": (True, 0, 0), "d/a": (False, 0, 7), "e/new": (
            False, clock.day - 5, 0)}  # fmt: skip


def test_a_rebuild_says_what_was_otherwise_and_mends_it(store: Store, clock: Clock) -> None:
    for rating in (1, 3, 1):
        store.add_review(review("d/a", rating, confidence=2, points={"p": 0.0}), clock(), clock.day)
    store.flag("d/a", clock(), 3)
    before = {name: table(store, name) for name in ("memory", "mark", "miss", "point", "day")}
    for statement in (
        "UPDATE memory SET reps = 9",
        "UPDATE mark SET flag = 1",
        "DELETE FROM miss WHERE seq = 1",
        "UPDATE point SET made = made + 1",
        "UPDATE day SET reviews = 7",
        "INSERT INTO calibration VALUES (4, 4, 1)",
    ):
        store._db.execute(statement)
    assert rebuilt(store) == {
        "memory": 1, "mark": 1, "miss": 1, "point": 1, "day": 3, "calibration": 1,
    }  # fmt: skip
    assert {name: table(store, name) for name in before} == before
    assert rebuilt(store) == {}
    # And it goes on as before.
    store.undo_last(clock())
    check(store)


def test_a_rebuild_makes_the_tables_that_are_gone(store: Store, clock: Clock) -> None:
    store.add_review(review("d/a", 1), clock(), clock.day)
    before = store.memories()
    for name in ("memory", "day"):
        store._db.execute(f"DROP TABLE {name}")
    rebuilt(store)
    assert store.memories() == before
    check(store)


# Renames


def test_a_card_that_moved_on_to_another_deck_takes_all_of_its_history(
    store: Store, clock: Clock
) -> None:
    store.add_review(review("d/first"), clock(), clock.day)
    store.use_aliases({"d/first": "d/second"}, {"d"})
    store.add_review(review("d/second"), clock.pass_(days=1), clock.day)
    # Its deck is gone, and the card with its new name is in another one.
    store.use_aliases({"d/second": "e/third"}, {"e"})
    memory = store.memory("e/third")
    assert memory is not None
    assert memory.reps == 2
    assert [*store.memories()] == ["e/third"]


def test_a_card_that_moved_on_to_another_deck_is_derived_anew_as_it_was(
    store: Store, clock: Clock
) -> None:
    store.add_review(review("d/first"), clock(), clock.day)
    store.use_aliases({"d/first": "d/second"}, {"d"})
    store.add_review(review("d/second"), clock.pass_(days=1), clock.day)
    store.use_aliases({"d/second": "e/third"}, {"e"})
    assert rebuilt(store) == {}


def test_a_rename_of_a_deck_that_is_gone_stays_when_derived_anew(
    store: Store, clock: Clock
) -> None:
    store.add_review(review("d/old"), clock(), clock.day)
    store.use_aliases({"d/old": "d/new"}, {"d"})
    store.use_aliases({"f/x": "e/y"}, {"e"})
    assert rebuilt(store) == {}
    assert [*store.memories()] == ["d/new"]


def test_two_cards_swap_their_names(store: Store, clock: Clock) -> None:
    store.add_review(review("d/a", 4), clock(), clock.day)
    store.add_review(review("d/b", 1), clock(), clock.day)
    first, second = store.memory("d/a"), store.memory("d/b")
    store.use_aliases({"d/a": "d/x", "d/b": "d/y"}, {"d"})
    store.use_aliases({"d/a": "d/y", "d/b": "d/x"}, {"d"})
    assert (store.memory("d/y"), store.memory("d/x")) == (first, second)
    assert rebuilt(store) == {}


def test_a_rename_leaves_past_intervals_as_they_were_drawn(store: Store, clock: Clock) -> None:
    for _ in range(3):
        store.add_review(review("d/old", 4), clock.pass_(days=9), clock.day)
    before = store.memory("d/old")
    store.use_aliases({"d/old": "e/new"}, {"d", "e"})
    assert store.memory("e/new") == before


def test_settings_that_came_later_leave_earlier_reviews_as_they_were(
    store: Store, clock: Clock
) -> None:
    for _ in range(3):
        store.add_review(review("d/a", 4), clock.pass_(days=9), clock.day)
    before = store.memory("d/a")
    store.use_settings(Settings(retention=0.75), clock.pass_(minutes=1))
    rebuilt(store)
    assert store.memory("d/a") == before


def test_a_large_history_is_derived_quickly(tmp_path: Path, clock: Clock) -> None:
    with contextlib.closing(connect(":memory:")) as db:
        store = Store(db, "in memory")
        for number in range(400):
            store.add_review(review(f"d/c{number % 40}", 1 + number % 4), clock(), clock.day)
            clock.pass_(minutes=30)
        check(store)
