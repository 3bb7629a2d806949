"""Cards that are suspended, buried, flagged, made new again; and leeches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workbench import AGAIN, EASY, GOOD, Clock, Placed, deck, desk, events, rebuilt, review

from trainer.desk import Desk
from trainer.due import Counts
from trainer.progress.records import Mark
from trainer.progress.store import Store
from trainer.scheduling.days import MINUTE, day_start

CARDS = [{"id": name, "prompt": f"{name}?", "answer": "An answer.", "topic": "t"} for name in "abc"]
TEXT = deck(*CARDS, topics={"t": "T"})
LIBRARY = [Placed("d/a", "t"), Placed("d/b", "t"), Placed("d/c", "u")]
MODES: Any = ("daily", "drill", "weak", "mock")


@pytest.fixture
def at(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """A desk on three cards: a is due for review, b in a step that is over, c new."""
    with desk(tmp_path, clock, TEXT) as opened:
        add(opened.store, clock, "d/a", EASY, points={"a": 0.0})
        memory = opened.store.memory("d/a")
        assert memory is not None
        clock.pass_(days=memory.due_day - clock.day)
        add(opened.store, clock, "d/b", AGAIN)
        clock.pass_(minutes=10)
        yield opened


def add(store: Store, clock: Clock, card: str, rating: int, **fields: Any) -> str:
    return store.add_review(review(card, rating, **fields), clock(), clock.day)


def asked(at: Desk, mode: Any) -> set[str]:
    """Return the cards a sitting asks; none is answered."""
    sitting, found = at.sitting(mode, limit=10), []
    while question := sitting.next():
        if question.ref in found:
            break
        found.append(question.ref)
    return {ref.partition("/")[2] for ref in found}


def test_what_is_asked_with_nothing_hidden(at: Desk, clock: Clock) -> None:
    assert at.due(clock()).counts == Counts(1, 1, 1)
    assert asked(at, "mock") == {*"abc"}
    assert asked(at, "drill") >= {"b"}


@pytest.mark.parametrize("how", ["suspended", "buried"])
@pytest.mark.parametrize("card", ["a", "b", "c"])
def test_what_is_hidden_is_asked_in_no_mode(at: Desk, clock: Clock, how: str, card: str) -> None:
    # All of them were missed lately, c before it was made new again.
    add(at.store, clock, "d/c", AGAIN)
    at.store.reset("d/c", clock())
    hide(at.store, clock, f"d/{card}", how)
    for mode in MODES:
        sitting = at.sitting(mode, limit=10)
        refs = set()
        while question := sitting.next():
            refs.add(question.ref)
            if mode == "mock":
                sitting.hand_in("x")
            else:
                sitting.submit("x")
                sitting.rate(EASY)
        assert refs == {"d/a", "d/b", "d/c"} - {f"d/{card}"}, mode
        for _ in sitting.saved:
            at.store.undo_last(clock())


def hide(store: Store, clock: Clock, card: str, how: str) -> None:
    if how == "suspended":
        store.suspend(card, clock())
    else:
        store.bury(card, clock(), clock.day)


@pytest.mark.parametrize("how", ["suspended", "buried"])
def test_what_is_hidden_is_in_no_count(at: Desk, clock: Clock, how: str) -> None:
    left = Counts(1, 1, 1)
    for card, kind in (("d/b", "learning"), ("d/a", "due"), ("d/c", "new")):
        hide(at.store, clock, card, how)
        left = left._replace(**{kind: 0})
        due = at.due(clock())
        assert due.counts == due.today == due.decks[0].counts == left
    day = clock.day
    assert at.store.hidden(day) == {"d/a", "d/b", "d/c"}
    assert at.store.due_memories(day) == {}
    assert at.store.steps(clock.instant + 60 * MINUTE) == []
    assert [*at.store.new_cards(day)] == []
    assert not at.store.is_askable("d/a", day, clock.instant, early=True)
    assert at.sitting().next() is None
    # What is buried comes tomorrow; what is suspended never does.
    then = None if how == "suspended" else day_start(day + 1, 0, 4)
    assert at.due(clock()).next == at.sitting().next_due() == then
    assert rebuilt(at.store) == {}


def test_the_next_time_is_not_that_of_a_hidden_card(at: Desk, clock: Clock) -> None:
    add(at.store, clock, "d/a", EASY)
    memory = at.store.memory("d/a")
    assert memory is not None
    at.store.suspend("d/b", clock())
    assert at.due(clock()).next == at.sitting().next_due() == day_start(memory.due_day, 0, 4)


def test_what_is_buried_is_back_on_the_next_study_day(at: Desk, clock: Clock) -> None:
    for card in "abc":
        at.store.bury(f"d/{card}", clock(), clock.day)
    # Just before four in the morning it still is the same study day.
    clock.pass_(minutes=18 * 60)
    assert at.due(clock()).counts == Counts()
    clock.pass_(minutes=60)
    due = at.due(clock())
    assert due.counts.new == 1
    assert due.counts.due + due.counts.learning == 2
    assert due.today == due.counts or due.today.learning + due.today.due == 2
    sitting = at.sitting()
    refs = []
    while question := sitting.next():
        refs.append(question.ref)
        sitting.submit("x")
        sitting.rate(EASY)
    assert sorted(refs) == ["d/a", "d/b", "d/c"]


def test_a_card_buried_while_it_is_not_due_loses_nothing(store: Store, clock: Clock) -> None:
    store.use_cards("x", LIBRARY)
    add(store, clock, "d/a", EASY)
    memory = store.memory("d/a")
    assert memory is not None
    store.bury("d/a", clock(), clock.day)
    assert store.memory("d/a") == memory
    (counts, _) = store.topic_counts(clock.day, clock.instant)
    assert counts.next_day == memory.due_day
    assert [*store.due_memories(memory.due_day)] == ["d/a"]


def test_a_buried_step_waits_for_the_next_study_day(store: Store, clock: Clock) -> None:
    store.use_cards("x", LIBRARY)
    add(store, clock, "d/a", AGAIN)
    store.bury("d/a", clock(), clock.day)
    later = clock.instant + 60 * MINUTE
    assert store.steps(later) == []
    assert not store.is_askable("d/a", clock.day, later)
    assert store.is_askable("d/a", clock.day + 1, later)
    (counts, _) = store.topic_counts(clock.day, later)
    assert (counts.new, counts.learning, counts.steps, counts.due) == (1, 0, 0, 0)
    assert (counts.next_day, counts.next_at) == (clock.day + 1, None)
    assert [*store.due_memories(clock.day + 1)] == ["d/a"]
    # Answered then, it goes on where it was.
    clock.pass_(days=1)
    add(store, clock, "d/a", AGAIN)
    memory = store.memory("d/a")
    assert memory is not None
    assert (memory.phase, memory.reps) == ("learning", 2)
    assert store.steps(clock.instant + 10 * MINUTE) == ["d/a"]


def test_a_step_that_ends_after_the_study_day_is_not_hastened_by_burying(
    store: Store,
) -> None:
    clock = Clock("2026-05-12T03:55:00Z")  # the study day ends in five minutes
    store.use_cards("x", LIBRARY)
    add(store, clock, "d/a", AGAIN)
    store.bury("d/a", clock(), clock.day)
    assert store.steps(clock.instant + 9 * MINUTE) == []
    assert store.steps(clock.instant + 10 * MINUTE) == ["d/a"]


def test_burying_a_due_card_again_hides_it_again(store: Store, clock: Clock) -> None:
    store.use_cards("x", LIBRARY)
    add(store, clock, "d/a", EASY)
    clock.pass_(days=60)
    for _ in range(3):
        store.bury("d/a", clock(), clock.day)
        assert store.due_memories(clock.day) == {}
        clock.pass_(days=1)
        assert [*store.due_memories(clock.day)] == ["d/a"]


def test_what_is_suspended_comes_back_as_it_was(store: Store, clock: Clock) -> None:
    store.use_cards("x", LIBRARY)
    add(store, clock, "d/a", EASY)
    add(store, clock, "d/b", AGAIN)
    clock.pass_(days=60)
    before = store.topic_counts(clock.day, clock.instant)
    memories = store.memories()
    for card in "abc":
        store.suspend(f"d/{card}", clock())
    first, second = store.topic_counts(clock.day, clock.instant)
    assert (first.cards, first.suspended, first.new, first.due, first.learning) == (2, 2, 0, 0, 0)
    assert (second.cards, second.suspended, second.new) == (1, 1, 0)
    assert (first.next_day, first.next_at) == (None, None)
    assert store.falling_due(clock.day + 99) == []
    assert store.memories() == memories
    for card in "abc":
        store.suspend(f"d/{card}", clock(), suspended=False)
    assert store.topic_counts(clock.day, clock.instant) == before
    assert store.marks() == {}
    assert rebuilt(store) == {}


def test_a_suspended_card_can_be_buried_too(store: Store, clock: Clock) -> None:
    store.use_cards("x", LIBRARY)
    for card in ("d/a", "d/b"):
        store.suspend(card, clock())
        store.bury(card, clock(), clock.day)
    add(store, clock, "d/b", EASY)
    (counts, _) = store.topic_counts(clock.day, clock.instant)
    assert (counts.cards, counts.suspended, counts.new) == (2, 2, 0)
    store.suspend("d/a", clock(), suspended=False)
    (counts, _) = store.topic_counts(clock.day, clock.instant)
    assert (counts.suspended, counts.new) == (1, 0)
    clock.pass_(days=1)
    (counts, _) = store.topic_counts(clock.day, clock.instant)
    assert (counts.suspended, counts.new) == (1, 1)


def test_a_suspended_card_that_leaves_the_library_and_comes_back_stays_so(
    store: Store, clock: Clock
) -> None:
    add(store, clock, "d/a", EASY)
    clock.pass_(days=60)
    store.use_cards("x", LIBRARY)
    store.suspend("d/a", clock())
    store.use_cards("y", [])
    store.use_cards("x", LIBRARY)
    assert store.due_memories(clock.day) == {}
    (counts, _) = store.topic_counts(clock.day, clock.instant)
    assert (counts.due, counts.suspended, counts.new) == (0, 1, 1)
    store.suspend("d/a", clock(), suspended=False)
    assert [*store.due_memories(clock.day)] == ["d/a"]
    # And one that is taken in again while it is away.
    store.suspend("d/a", clock())
    store.use_cards("y", [])
    store.suspend("d/a", clock(), suspended=False)
    assert store.due_memories(clock.day) == {}
    store.use_cards("x", LIBRARY)
    assert [*store.due_memories(clock.day)] == ["d/a"]
    assert rebuilt(store) == {}


def test_reset_makes_a_card_new_and_keeps_the_log(store: Store, clock: Clock) -> None:
    store.use_cards("x", LIBRARY)
    for rating in (1, 3, 4):
        add(store, clock, "d/a", rating, points={"p": 0.0})
    store.reset("d/a", clock())
    assert store.memory("d/a") is None
    assert [*store.new_cards(clock.day)] == ["d/a", "d/b", "d/c"]
    (counts, _) = store.topic_counts(clock.day, clock.instant)
    assert counts.new == 2
    assert len(events(store, "review")) == 3
    assert store.totals() == (3, 1)
    assert len(store.misses(0)) == 3
    add(store, clock, "d/a", 4)
    memory = store.memory("d/a")
    assert memory is not None
    assert (memory.reps, memory.lapses, memory.phase) == (1, 0, "review")
    # Taken back, the card is new and not what it was before.
    store.undo_last(clock())
    assert store.memory("d/a") is None
    assert rebuilt(store) == {}


def test_reset_keeps_what_was_said_of_the_card(store: Store, clock: Clock) -> None:
    add(store, clock, "d/a", 4)
    store.flag("d/a", clock(), 2)
    store.suspend("d/a", clock())
    store.reset("d/a", clock())
    assert store.marks() == {"d/a": Mark(True, 0, 2)}


def test_a_card_can_be_made_new_that_never_was_anything_else(store: Store, clock: Clock) -> None:
    store.reset("d/a", clock())
    assert store.memory("d/a") is None
    assert rebuilt(store) == {}


@pytest.mark.parametrize("value", range(8))
def test_flags(store: Store, clock: Clock, value: int) -> None:
    store.flag("d/a", clock(), 3)
    store.flag("d/a", clock(), value)
    assert store.marks() == ({"d/a": Mark(False, 0, value)} if value else {})
    assert [event["value"] for event in events(store, "flag")] == [3, value]
    # A flag hides nothing.
    assert store.hidden(clock.day) == set()


def test_a_leech_is_told_and_not_hidden(at: Desk, clock: Clock) -> None:
    store = at.store
    for lapses in range(1, 9):
        add(store, clock, "d/a", AGAIN)
        memory = store.memory("d/a")
        assert memory is not None
        assert memory.lapses == lapses
        (card, told, _, leech) = at.stats(clock()).hardest[0]
        assert (card, told, leech) == ("d/a", lapses, lapses >= 8)
        add(store, clock, "d/a", EASY)
        memory = store.memory("d/a")
        assert memory is not None
        clock.pass_(days=memory.due_day - clock.day)
    assert "d/a" in store.due_memories(clock.day)
    assert store.hidden(clock.day) == set()


def test_marks_survive_reopening_a_rename_and_undo(db: str, clock: Clock) -> None:
    with Store.open(db) as store:
        add(store, clock, "d/a", 4)
        store.suspend("d/a", clock())
        store.bury("d/b", clock(), clock.day)
        store.flag("d/b", clock(), 7)
        add(store, clock, "d/b", 1)
        store.suspend("d/c", clock())
        store.suspend("d/c", clock(), suspended=False)
        store.undo_last(clock())
    marks = {"d/a": Mark(True, 0, 0), "d/b": Mark(False, clock.day, 7)}
    with Store.open(db) as store:
        assert store.marks() == marks
        store.use_aliases({"d/a": "e/x", "d/b": "e/y"}, {"d", "e"})
        assert store.marks() == {"e/x": marks["d/a"], "e/y": marks["d/b"]}
        assert store.hidden(clock.day) == {"e/x", "e/y"}
        store.undo_last(clock())
    with Store.open(db) as store:
        assert store.marks() == {"e/x": marks["d/a"], "e/y": marks["d/b"]}
        store.use_aliases({}, {"d", "e"})
        assert store.marks() == marks
        assert rebuilt(store) == {}


def test_marks_of_a_window_opened_before_the_rename(store: Store, clock: Clock) -> None:
    store.use_aliases({"d/old": "d/new"}, {"d"})
    store.suspend("d/old", clock())
    assert store.marks() == {"d/new": Mark(True, 0, 0)}
    assert not store.is_askable("d/old", clock.day, clock.instant)


@pytest.mark.parametrize("back", [{"minutes": -30}, {"days": -3}])
def test_what_is_said_last_holds_with_the_clock_set_back(
    store: Store, clock: Clock, back: dict[str, float]
) -> None:
    store.suspend("d/a", clock())
    store.flag("d/a", clock(), 3)
    clock.pass_(**back)
    store.suspend("d/a", clock(), suspended=False)
    store.flag("d/a", clock(), 0)
    assert store.marks() == {}


def test_a_reviewed_card_is_due_as_its_rating_says_though_it_was_buried(
    store: Store, clock: Clock
) -> None:
    store.use_cards("x", LIBRARY)
    store.bury("d/a", clock(), clock.day)
    add(store, clock, "d/a", GOOD)
    add(store, clock, "d/a", GOOD)
    memory = store.memory("d/a")
    assert memory is not None
    assert [*store.due_memories(memory.due_day)] == ["d/a"]
