"""Counting what is due."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workbench import AGAIN, EASY, GOOD, Clock, deck, desk, flashcards, review

from trainer.config import Config
from trainer.decks.index import DeckInfo
from trainer.desk import Desk
from trainer.due import Counts, Due, due_now
from trainer.progress.records import TopicCounts
from trainer.scheduling.days import MINUTE, day_start
from trainer.scheduling.queues import Limits
from trainer.scheduling.settings import Settings


@pytest.fixture
def desks(tmp_path: Path, clock: Clock) -> Iterator[Any]:
    """Make a desk on decks given as text; its store is closed at the end."""
    opened: list[Desk] = []

    def make(*decks: str, config: Config | None = None) -> Desk:
        opened.append(desk(tmp_path, clock, *decks, config=config))
        return opened[-1]

    yield make
    for each in opened:
        each.store.close()


def add(at: Desk, clock: Clock, card: str, rating: int) -> int:
    """Review the card and return the study day on which it falls due."""
    at.store.add_review(review(card, rating), clock(), clock.day)
    memory = at.store.memory(card)
    assert memory is not None
    return memory.due_day


def test_by_deck_and_topic(desks: Any, clock: Clock) -> None:
    at = desks(
        deck(*flashcards(*"abce", topics="ttuu"), topics={"t": "Topic", "u": "Other"}, title="D"),
        deck(*flashcards("a"), name="e", title="E"),
    )
    due = add(at, clock, "d/b", GOOD)  # a step first
    clock.pass_(minutes=10)
    due = add(at, clock, "d/b", GOOD)
    clock.pass_(days=due - clock.day)
    add(at, clock, "d/e", EASY)
    add(at, clock, "d/c", AGAIN)
    add(at, clock, "gone/x", EASY)
    found = at.due(clock())
    first, second = found.decks
    assert (first.title, first.counts, first.cards) == ("D", Counts(1, 1, 1), 4)
    assert [(t.id, t.title, t.counts, t.cards) for t in first.topics] == [
        ("t", "Topic", Counts(1, 0, 1), 2),
        ("u", "Other", Counts(0, 1, 0), 2),
    ]
    assert (second.counts, second.next) == (Counts(1, 0, 0), None)
    assert found.counts == Counts(2, 1, 1)
    # The review fell due as its day began, before the step will.
    assert found.next == first.next == day_start(clock.day, 0, 4)
    assert found.today == Counts(2, 0, 1)


def test_steps_count_for_today_once_their_time_has_come(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards(*"ab")))
    add(at, clock, "d/a", AGAIN)
    clock.pass_(minutes=1)
    add(at, clock, "d/b", AGAIN)
    ends = clock.pass_(minutes=9)
    found = at.due(ends)
    assert found.counts.learning == 2
    assert found.today.learning == 1
    assert found.next == ends.instant


def test_limits_cap_today_and_not_the_counts(desks: Any, clock: Clock) -> None:
    cards = deck(*flashcards(*"abcdef"))
    at = desks(cards)
    latest = max(add(at, clock, f"d/{name}", EASY) for name in "abc")
    clock.pass_(days=latest - clock.day)
    found = desks(cards, config=Config(new=2, reviews=1)).due(clock())
    assert found.counts == Counts(3, 0, 3)
    assert found.today == Counts(2, 0, 1)


def test_limits_that_were_exceeded_leave_nothing_for_today() -> None:
    counts = TopicCounts(
        number=1, deck="d", topic="", cards=6, suspended=0, new=3, learning=0, steps=0, due=3,
        next_day=1, next_at=None,
    )  # fmt: skip
    decks = {"d": DeckInfo("d", "D", {}, "d.yaml", 6)}
    found = due_now(decks, [counts], Limits(-2, -1), Clock()(), 4)
    assert found.counts == Counts(3, 0, 3)
    assert found.today == Counts()


def test_the_next_day_begins_by_the_persons_clock(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards("a")), config=Config(settings=Settings(rollover=4)))
    there = Clock(offset=120)
    due = add(at, there, "d/a", EASY)
    # At four in the morning, two hours east of Greenwich.
    assert at.due(there()).next == day_start(due, 120, 4) == day_start(due, 0, 2)


def test_the_next_time_is_the_soonest_of_all_topics_and_decks(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards(*"ab", topics="tu")), deck(*flashcards("a"), name="e"))
    due = add(at, clock, "d/a", EASY)
    assert at.due(clock()).next == day_start(due, 0, 4)
    add(at, clock, "e/a", AGAIN)
    found = at.due(clock())
    assert [each.next for each in found.decks] == [
        day_start(due, 0, 4),
        clock.instant + 10 * MINUTE,
    ]
    assert found.next == clock.instant + 10 * MINUTE
    add(at, clock, "d/b", AGAIN)
    assert at.due(clock()).decks[0].next == clock.instant + 10 * MINUTE


def test_no_decks_and_no_cards(desks: Any) -> None:
    assert due_now({}, [], Limits(10, 100), Clock()(), 4) == Due(Counts(), Counts(), None, ())
    empty = DeckInfo("d", "D", {}, "d.yaml", 0)
    found = due_now({"d": empty}, [], Limits(10, 100), Clock()(), 4)
    assert found.counts == Counts()
    assert found.decks[0].topics == ()
