"""What is asked next, and in which order."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.scheduling.days import MINUTE
from trainer.scheduling.queues import (
    WEAK_HALF_LIFE,
    Limits,
    apart,
    daily,
    drill,
    steps_due,
    weak,
)
from trainer.scheduling.schedule import Memory
from trainer.scheduling.settings import Settings

TODAY = 739_000
ALL = Limits(1_000, 1_000)


class Card(NamedTuple):
    ref: str
    topic: str = ""
    deck: str = "d"


def cards(refs: str, topics: str = "") -> list[Card]:
    """Return cards named by a letter each, all of topics of their own unless told."""
    return [Card(ref, topic) for ref, topic in zip(refs, topics or refs, strict=True)]


def due(days_ago: int = 0, *, stability: float = 10.0, last: int = 10) -> Memory:
    return Memory("review", 0, stability, 5.0, 10, TODAY - days_ago, None, TODAY - last, 0, 3, 0)


def step(due_at: int) -> Memory:
    return Memory("learning", 0, 1.0, 5.0, 0, TODAY, due_at, TODAY, TODAY, 1, 0)


def ask(there: list[Card], memories: dict[str, Memory] | None = None, limits: Limits = ALL) -> str:
    return "".join(daily(there, memories or {}, TODAY, Settings(), limits))


def test_the_likeliest_forgotten_comes_first() -> None:
    memories = {"a": due(last=1), "b": due(last=40), "c": due(last=10), "d": due(stability=1)}
    assert ask(cards("abcd"), memories) == "dbca"


def test_what_is_not_due_yet_and_what_is_in_steps_is_not_planned() -> None:
    memories = {"a": due(-1), "b": due(), "c": step(0)}
    assert ask(cards("abc"), memories) == "b"


def test_new_cards_come_in_deck_order() -> None:
    assert ask(cards("cab")) == "cab"


def test_new_cards_are_spread_between_reviews() -> None:
    memories = {ref: due() for ref in "abcdef"}
    assert ask(cards("abcdefxy"), memories) == "abxcdeyf"
    # More new cards than reviews: the reviews lie between them.
    assert ask(cards("avwxy"), {"a": due()}) == "vwaxy"


def test_limits_take_the_urgent_reviews_and_the_first_new_cards() -> None:
    memories = {"a": due(last=1), "b": due(last=40), "c": due(last=10)}
    assert sorted(ask(cards("abcxyz"), memories, Limits(2, 1))) == ["b", "x", "y"]


@pytest.mark.parametrize("left", [0, -3])
def test_limits_that_are_used_up(left: int) -> None:
    assert ask(cards("ab"), {"a": due()}, Limits(left, left)) == ""


def test_no_topic_twice_in_a_row() -> None:
    assert ask(cards("abcd", "ttuu")) == "acbd"


def in_a_row(row: list[Card]) -> int:
    return sum(one.topic == other.topic for one, other in pairwise(row))


@given(st.text("tuvw", max_size=7))
def test_topics_stand_apart_wherever_they_can(topics: str) -> None:
    there = [Card(str(place), topic) for place, topic in enumerate(topics)]
    ordered = apart(there)
    assert sorted(ordered) == sorted(there)
    possible = any(in_a_row([*row]) == 0 for row in set(permutations(there)))
    assert (in_a_row(ordered) == 0) == possible


@pytest.mark.parametrize("topics", ["tutu", "tuvtuv", "tuvutv", "t", ""])
def test_what_stands_apart_already_is_left_as_it_is(topics: str) -> None:
    there = [Card(str(place), topic) for place, topic in enumerate(topics)]
    assert apart(there) == there


def test_a_deck_of_one_topic_is_ordered_without_looking_at_all_of_it_for_each_card() -> None:
    looks = 0

    class Watched:
        def __init__(self, ref: str) -> None:
            self.ref = ref
            self.deck = "d"

        @property
        def topic(self) -> str:
            nonlocal looks
            looks += 1
            return "t"

    there = [Watched(str(number)) for number in range(300)]
    assert apart(there) == there
    assert looks < 300 * 10


def test_decks_without_topics_take_turns() -> None:
    there = [Card("a", deck="d"), Card("b", deck="d"), Card("c", deck="e"), Card("f", deck="e")]
    assert [card.ref for card in apart(there)] == ["a", "c", "b", "f"]


def test_drill_asks_all_the_cards() -> None:
    memories = {"a": due(-3), "b": due(2), "c": due(-1, last=2), "e": due(last=30)}
    assert drill(cards("abcde"), memories, TODAY, 0, Settings()) == ["e", "b", "d", "a", "c"]


def test_weak_has_the_worst_first() -> None:
    failures = [("a", TODAY), ("b", TODAY), ("b", TODAY - 1), ("gone", TODAY)]
    ranked = weak(cards("abc"), failures, TODAY)
    assert [ref for ref, _ in ranked] == ["b", "a"]
    assert ranked[1] == ("a", 1.0)


def test_old_failures_weigh_less() -> None:
    half = round(WEAK_HALF_LIFE)
    ranked = dict(weak(cards("ab"), [("a", TODAY - half), ("b", TODAY + 3)], TODAY))
    assert ranked["a"] == pytest.approx(0.5)
    assert ranked["b"] == 1.0


def test_steps_come_the_earliest_first() -> None:
    memories = {"a": step(50), "b": step(20), "c": step(90), "d": due()}
    assert steps_due(memories, cards("abcde"), 50) == ["b", "a"]
    assert steps_due(memories, cards("ac"), 20 * MINUTE) == ["a", "c"]


def test_due() -> None:
    assert due(0).is_due(TODAY, 0)
    assert not due(-1).is_due(TODAY, 0)
    # A step is due at its instant, whatever day it is.
    assert step(50).is_due(TODAY - 1, 50)
    assert not step(50).is_due(TODAY + 1, 49)
