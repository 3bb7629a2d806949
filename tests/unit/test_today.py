"""What is said to be left of the day is what a sitting asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workbench import AGAIN, EASY, GOOD, Clock, deck, desk, flashcards, review

from trainer.config import Config
from trainer.desk import Desk
from trainer.today import Today, today

CARDS = "abcdefghijklmnopqrst"


@pytest.fixture
def at(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """Twenty cards; ten were met: some fell due days ago, the others fall due later."""
    with desk(tmp_path, clock, deck(*flashcards(*CARDS))) as opened:
        for number, card in enumerate(CARDS[:10]):
            rating = (GOOD, EASY)[number > 5]
            given = review(f"d/{card}", rating, elapsed_ms=30_000)
            opened.store.add_review(given, clock(), clock.day)
            if rating == GOOD:
                clock.pass_(minutes=10)
                opened.store.add_review(given, clock(), clock.day)
            clock.pass_(minutes=1)
        clock.pass_(days=6)
        yield opened


def left(at: Desk, **preferred: Any) -> Today:
    """Return what is left, having seen that a sitting begun now plans the same."""
    at.config = Config(**preferred)
    moment = at.clock()
    found = today(at.library, at.store, at.config, at.due(moment), moment)
    planned = at.sitting()._plan
    known = at.store.memories()
    assert found.new == sum(card not in known for card in planned)
    assert found.due + found.early == sum(card in known for card in planned)
    assert found.answers == found.due + found.early + found.steps + found.new
    return found


def test_reviews_and_new_cards_and_how_long_they_take(at: Desk) -> None:
    found = left(at)
    assert (found.due, found.early, found.steps, found.new) == (7, 0, 0, 10)
    assert found.minutes == 9, "an answer takes half a minute"


def test_the_day_has_limits(at: Desk) -> None:
    assert left(at, new=2, reviews=3)[:4] == (3, 0, 0, 2)
    assert left(at, new=0, reviews=0) == (0, 0, 0, 0, 0)


def test_minutes_are_a_limit_too(at: Desk) -> None:
    assert left(at, minutes=2) == (4, 0, 0, 4, 2)


def test_a_backlog_is_spread_over_days(at: Desk) -> None:
    assert left(at, backlog_days=5).due < left(at).due


def test_the_interview_wants_new_cards_and_early_reviews(at: Desk, clock: Clock) -> None:
    tomorrow = left(at, interview=clock.day + 1)
    assert (tomorrow.new, tomorrow.early) == (10, 3)
    assert left(at, interview=clock.day + 1, reviews=2, new=3).answers == 5
    assert left(at, interview=clock.day + 1, reviews=0, new=0).answers == 0
    assert left(at, interview=clock.day) == left(at), "it is today, and plans nothing"
    assert left(at, interview=clock.day + 5).new < 10


def test_steps_whose_time_has_come_are_of_today(at: Desk, clock: Clock) -> None:
    at.store.add_review(review("d/k", AGAIN), clock(), clock.day)
    assert left(at).steps == 0
    clock.pass_(minutes=10)
    assert left(at).steps == 1


def test_without_any_card_nothing_is_left(tmp_path: Path, clock: Clock) -> None:
    with desk(tmp_path, clock) as opened:
        assert left(opened) == (0, 0, 0, 0, 0)
