"""The library's cards in the progress file: what is counted is what is there."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbench import Clock, Placed, closed, rebuilt, review

from trainer.progress.database import connect
from trainer.progress.records import TopicCounts
from trainer.progress.store import Store

REFS = ("d/a", "d/b", "d/c", "e/a", "e/b")
LIBRARY = st.lists(
    st.tuples(st.sampled_from(REFS), st.sampled_from(["", "t", "u"])),
    unique_by=lambda card: card[0],
    max_size=5,
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("review"), st.sampled_from([*REFS, "d/old"]), st.integers(1, 4)),
        st.tuples(
            st.sampled_from(["suspend", "unsuspend", "bury", "reset"]), st.sampled_from(REFS)
        ),
        st.just(("undo",)),
        st.tuples(st.just("library"), LIBRARY),
        st.tuples(st.just("rename"), st.sampled_from([{}, {"d/old": "d/a"}, {"d/old": "e/b"}])),
        st.tuples(st.just("minutes"), st.integers(0, 30)),
        st.tuples(st.just("days"), st.integers(-1, 20)),
    ),
    max_size=25,
)


def naive(store: Store, library: list[Placed], clock: Clock) -> list[dict[str, Any]]:
    """Count what there is to ask, card by card."""
    day, instant = clock.day, clock.instant
    memories, marks = store.memories(), store.marks()
    topics: dict[tuple[str, str], list[str]] = {}
    for card in library:
        topics.setdefault((card.deck, card.topic), []).append(card.ref)
    counts = []
    for (deck, topic), refs in topics.items():
        found: dict[str, Any] = dict.fromkeys(("suspended", "new", "learning", "steps", "due"), 0)
        days, instants = [], []
        for ref in refs:
            memory, mark = memories.get(ref), marks.get(ref)
            buried = mark.buried_day if mark else 0
            if mark and mark.suspended:
                found["suspended"] += 1
            elif memory is None:
                found["new"] += buried < day
            elif memory.due_at is not None and buried < memory.due_day:
                found["learning"] += 1
                found["steps"] += memory.due_at <= instant
                instants.append(memory.due_at)
            else:
                from_day = max(memory.due_day, buried + 1)
                found["due"] += from_day <= day
                days.append(from_day)
        counts.append({
            "deck": deck, "topic": topic, "cards": len(refs), **found,
            "next_day": min(days, default=None), "next_at": min(instants, default=None),
        })  # fmt: skip
    return counts


def said(counts: list[TopicCounts]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in each._asdict().items() if name != "number"}
        for each in counts
    ]


def check(store: Store, library: list[Placed], clock: Clock) -> None:
    assert said(store.topic_counts(clock.day, clock.instant)) == naive(store, library, clock)
    refs = {card.ref for card in library}
    memories, hidden = store.memories(), store.hidden(clock.day)
    assert [*store.new_cards(clock.day)] == [
        card.ref for card in library if card.ref not in memories and card.ref not in hidden
    ]
    orphans = [(ref, memory.reps) for ref, memory in sorted(memories.items()) if ref not in refs]
    assert store.orphans() == orphans
    askable = {
        ref for ref in refs & memories.keys() if store.is_askable(ref, clock.day, clock.instant)
    }
    steps = set(store.steps(clock.instant))
    due = set(store.due_memories(clock.day))
    assert steps | due == askable
    assert not steps & due
    total = [sum(each.due + each.steps for each in store.topic_counts(clock.day, clock.instant))]
    assert total == [len(askable)]


def live(steps: list[tuple[Any, ...]]) -> None:
    clock, library = Clock(), [Placed("d/a", "t"), Placed("e/a", "")]
    with contextlib.closing(connect(":memory:")) as db:
        store = Store(db, "in memory")
        store.use_cards(str(library), library)
        for what, *args in steps:
            if what == "review":
                store.add_review(review(*args), clock(), clock.day)
            elif what in ("suspend", "unsuspend"):
                store.suspend(args[0], clock(), suspended=what == "suspend")
            elif what == "bury":
                store.bury(args[0], clock(), clock.day)
            elif what == "reset":
                store.reset(args[0], clock())
            elif what == "undo":
                store.undo_last(clock())
            elif what == "library":
                library = [Placed(*card) for card in args[0]]
                store.use_cards(str(library), library)
            elif what == "rename":
                store.use_aliases(args[0], {"d", "e"})
            else:
                clock.pass_(**{what: args[0]})
        check(store, library, clock)
        assert rebuilt(store) == {}
        check(store, library, clock)


@given(STEPS)
@settings(max_examples=100)
def test_what_is_counted_is_what_is_there(steps: list[tuple[Any, ...]]) -> None:
    live(steps)


@pytest.mark.long
@given(STEPS)
@settings(max_examples=2_000)
def test_what_is_counted_is_what_is_there_at_length(steps: list[tuple[Any, ...]]) -> None:
    live(steps)


FIRST = [Placed("d/a", "t"), Placed("d/b", "u"), Placed("d/c", "t")]
SECOND = [Placed("d/c", "v"), Placed("d/a", "u"), Placed("e/a")]


@pytest.fixture
def lived(db: str, clock: Clock) -> Iterator[Store]:
    """A store in which all cards are due but d/c and e/a."""
    with Store.open(db) as store:
        for card in ("d/a", "d/b"):
            store.add_review(review(card, 4), clock(), clock.day)
        clock.pass_(days=60)
        yield store


def test_two_programs_with_different_decks_each_count_by_their_own(
    lived: Store, db: str, clock: Clock
) -> None:
    with Store.open(db) as other:
        lived.use_cards("first", FIRST)
        other.use_cards("second", SECOND)
        for _ in range(3):
            check(lived, FIRST, clock)
            check(other, SECOND, clock)
        assert sum(cards for _, cards in lived.falling_due(clock.day)) == 2
        assert sum(cards for _, cards in other.falling_due(clock.day)) == 1
        assert [*lived.due_memories(clock.day)] == ["d/a", "d/b"]
        assert [*other.due_memories(clock.day)] == ["d/a"]
        assert other.orphans() == [("d/b", 1)]
        assert lived.orphans() == []
        # What one answers counts for both.
        other.add_review(review("d/a", 4), clock(), clock.day)
        check(lived, FIRST, clock)
        check(other, SECOND, clock)


def test_each_asks_its_own_steps(lived: Store, db: str, clock: Clock) -> None:
    for card in ("d/b", "e/a"):
        lived.add_review(review(card, 1), clock(), clock.day)
    clock.pass_(minutes=10)
    with Store.open(db) as other:
        lived.use_cards("first", FIRST)
        other.use_cards("second", SECOND)
        assert lived.steps(clock.instant) == ["d/b"]
        assert other.steps(clock.instant) == ["e/a"]
        assert [*lived.new_cards(clock.day)] == ["d/c"]
        assert [*other.new_cards(clock.day)] == ["d/c"]
        assert other.hardest(5) == []
        assert [row[0] for row in lived.hardest(5)] == ["d/b"]
        assert other.weakest_points(5) == []


def test_the_same_library_is_not_taken_in_twice(lived: Store, clock: Clock) -> None:
    lived.use_cards("first", FIRST)
    (before,) = lived._db.execute("SELECT total_changes()").fetchone()
    lived.use_cards("first", FIRST)
    lived.topic_counts(clock.day, clock.instant)
    assert lived._db.execute("SELECT total_changes()").fetchone() == (before,)


def test_cards_that_leave_keep_their_progress(lived: Store, clock: Clock) -> None:
    lived.use_cards("first", FIRST)
    memories = lived.memories()
    lived.use_cards("none", [])
    assert lived.memories() == memories
    assert lived.topic_counts(clock.day, clock.instant) == []
    assert [row[0] for row in lived.orphans()] == ["d/a", "d/b"]
    lived.use_cards("first", FIRST)
    check(lived, FIRST, clock)


def test_a_new_order_of_the_cards_is_the_order_of_the_new_ones(store: Store, clock: Clock) -> None:
    refs = [f"d/{name}" for name in "cabed"]
    for order in (refs, refs[::-1], sorted(refs)):
        store.use_cards(str(order), [Placed(ref) for ref in order])
        assert [*store.new_cards(clock.day)] == order
    store.use_cards("met otherwise", [Placed(ref) for ref in refs], lambda: sorted(refs))
    assert [*store.new_cards(clock.day)] == sorted(refs)


def folder_as_it_is(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("renamed", [False, True])
def test_a_read_only_file_is_counted_by_the_library_of_now(clock: Clock, renamed: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Store.open(str(folder / "progress.db")) as store:
            store.use_cards("first", FIRST)
            store.add_review(review("d/a", 4), clock(), clock.day)
            store.add_review(review("d/old", 1), clock(), clock.day)
        clock.pass_(days=60)
        before = folder_as_it_is(folder)
        with closed(folder), Store.open_for_reading(str(folder / "progress.db")) as store:
            if renamed:
                store.use_aliases({"d/old": "e/a"}, {"d", "e"})
            store.use_cards("second", SECOND)
            check(store, SECOND, clock)
            assert store.orphans() == ([] if renamed else [("d/old", 1)])
            assert [*store.due_memories(clock.day)] == ["d/a"]
            assert store.steps(clock.instant) == (["e/a"] if renamed else [])
        assert folder_as_it_is(folder) == before


def test_looking_things_up_with_the_same_library_writes_nothing(
    tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "data"
    with Store.open(str(folder / "progress.db")) as store:
        store.use_cards("first", FIRST)
        store.add_review(review("d/a", 4), clock(), clock.day)
    before = folder_as_it_is(folder)
    with Store.open_for_reading(str(folder / "progress.db")) as store:
        store.use_cards("first", FIRST)
        check(store, FIRST, clock)
    after = folder_as_it_is(folder)
    assert after["progress.db"] == before["progress.db"]
