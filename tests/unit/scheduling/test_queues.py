"""What is asked next, and in which order."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.scheduling.queues import (
    WEAK_HALF_LIFE,
    WEAK_TOPIC,
    Limits,
    Weakness,
    apart,
    daily,
    drill,
    is_its_turn,
    mock,
    weak,
)
from trainer.scheduling.schedule import Memory
from trainer.scheduling.settings import DeckSettings, Settings

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


def ask(
    reviews: str, new: str = "", memories: dict[str, Memory] | None = None, limits: Limits = ALL
) -> str:
    known = memories or {ref: due() for ref in reviews}
    return "".join(daily(cards(reviews), cards(new), known, TODAY, Settings(), limits))


def test_the_likeliest_forgotten_comes_first() -> None:
    memories = {"a": due(last=1), "b": due(last=40), "c": due(last=10), "d": due(stability=1)}
    assert ask("abcd", memories=memories) == "dbca"


def test_what_is_as_likely_forgotten_comes_by_name() -> None:
    assert ask("cab") == "abc"


def test_a_decks_own_parameters_say_what_is_likely_forgotten() -> None:
    there = [Card("d/a", "t", "d"), Card("e/b", "u", "e")]
    memories = {"d/a": due(last=30), "e/b": due(last=31)}
    assert daily(there, [], memories, TODAY, Settings(), ALL) == ["e/b", "d/a"]
    slow = (*Settings().parameters[:20], 0.1)
    settings = Settings(decks=(DeckSettings("e", parameters=slow),))
    assert daily(there, [], memories, TODAY, settings, ALL) == ["d/a", "e/b"]


def test_new_cards_come_in_deck_order() -> None:
    assert ask("", "cab") == "cab"


def test_new_cards_are_spread_between_reviews() -> None:
    assert ask("abcdef", "xy") == "abxcdeyf"
    # More new cards than reviews: the reviews lie between them.
    assert ask("a", "vwxy") == "vwaxy"


def test_limits_take_the_urgent_reviews_and_the_first_new_cards() -> None:
    memories = {"a": due(last=1), "b": due(last=40), "c": due(last=10)}
    assert sorted(ask("abc", "xyz", memories, Limits(2, 1))) == ["b", "x", "y"]


@pytest.mark.parametrize("left", [0, -3])
def test_limits_that_are_used_up(left: int) -> None:
    assert ask("a", "b", limits=Limits(left, left)) == ""


def test_no_topic_twice_in_a_row() -> None:
    there = cards("abcd", "ttuu")
    memories = {ref: due() for ref in "abcd"}
    assert daily(there, [], memories, TODAY, Settings(), ALL) == [*"acbd"]
    assert daily([], there, {}, TODAY, Settings(), ALL) == [*"acbd"]


@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 9), st.integers(0, 9))
def test_a_day_asks_what_the_limits_allow_and_nothing_twice(
    reviews: int, new: int, most_new: int, most_reviews: int
) -> None:
    there = [Card(f"r{number}", f"t{number % 3}") for number in range(reviews)]
    fresh = [Card(f"n{number}", f"t{number % 2}") for number in range(new)]
    memories = {card.ref: due(last=number) for number, card in enumerate(there)}
    found = daily(there, fresh, memories, TODAY, Settings(), Limits(most_new, most_reviews))
    assert len(found) == len(set(found)) == min(reviews, most_reviews) + min(new, most_new)
    assert {ref for ref in found if ref[0] == "n"} == {card.ref for card in fresh[:most_new]}


def in_a_row(row: list[Card]) -> int:
    return sum(one.topic == other.topic for one, other in pairwise(row))


@given(st.text("tuvw", max_size=7))
def test_topics_stand_apart_wherever_they_can(topics: str) -> None:
    there = [Card(str(place), topic) for place, topic in enumerate(topics)]
    places = {card.ref: card for card in there}
    ordered = [places[card.ref] for card in apart(there)]
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


def test_drill_is_the_same_every_time() -> None:
    there = cards("abcdef", "ttuuvv")
    memories = {ref: due() for ref in "abc"}
    first = drill(there, memories, TODAY, 0, Settings())
    assert drill(there[::-1], memories, TODAY, 0, Settings())[:3] == first[:3]
    assert first == drill(there, memories, TODAY, 0, Settings())


# Weak


def test_weak_has_the_worst_first() -> None:
    misses = [("a", "p", TODAY), ("b", "p", TODAY), ("b", "q", TODAY - 1), ("gone", "p", TODAY)]
    first, second = weak(cards("abc"), misses, TODAY)
    assert (first.card, first.points, first.topic) == ("b", (("p", 1), ("q", 1)), 0)
    assert first.weight == pytest.approx(1 + 0.5 ** (1 / WEAK_HALF_LIFE))
    assert second == Weakness("a", 1.0, (("p", 1),), 0)


def test_old_misses_weigh_less() -> None:
    half = round(WEAK_HALF_LIFE)
    ranked = weak(cards("ab"), [("a", "p", TODAY - half), ("b", "p", TODAY + 3)], TODAY)
    assert {each.card: each.weight for each in ranked} == {"a": pytest.approx(0.5), "b": 1.0}


def test_the_points_missed_most_often_come_first() -> None:
    misses = [("a", point, TODAY) for point in ("q", "", "p", "r", "r")]
    (found,) = weak(cards("a"), misses, TODAY)
    assert found.points == (("r", 2), ("", 1), ("p", 1), ("q", 1))


def test_a_weak_topic_brings_its_other_cards_after_those_that_were_missed() -> None:
    there = cards("abcd", "ttuu")
    misses = [("a", "p", TODAY)] * (WEAK_TOPIC - 1)
    assert [each.card for each in weak(there, misses, TODAY)] == ["a"]
    misses.append(("a", "q", TODAY))
    first, second = weak(there, misses, TODAY)
    assert first.topic == 0
    assert second.card == "b"
    assert second.points == ()
    assert second.topic == WEAK_TOPIC
    assert 0 < second.weight < first.weight


def test_cards_that_were_missed_come_before_all_that_were_not() -> None:
    there = [Card("a", "t"), Card("b", "t"), Card("c", "u")]
    misses = [("a", "p", TODAY)] * 50 + [("c", "p", TODAY - 29)]
    assert [each.card for each in weak(there, misses, TODAY)] == ["a", "c", "b"]


def test_what_has_no_topic_is_in_no_weak_topic() -> None:
    there = [Card("a", ""), Card("b", "")]
    (found,) = weak(there, [("a", "p", TODAY)] * 9, TODAY)
    assert (found.card, found.topic) == ("a", 0)


def test_topics_of_one_name_in_two_decks_are_two() -> None:
    there = [Card("d/a", "t", "d"), Card("e/b", "t", "e")]
    assert len(weak(there, [("d/a", "p", TODAY)] * 9, TODAY)) == 1


def test_nothing_missed_is_nothing_weak() -> None:
    assert weak(cards("ab"), [], TODAY) == []


# A backlog


def backlog(days: int, since: int = TODAY) -> dict[int, set[str]]:
    """Return the cards, all overdue, that are asked on each day, each answered when asked."""
    left = {f"d/c{number}" for number in range(60)}
    asked = {}
    for day in range(since, since + days):
        asked[day] = {ref for ref in left if is_its_turn(ref, due(5), day, days, since)}
        left -= asked[day]
    assert not left
    return asked


@pytest.mark.parametrize("days", [2, 3, 7])
def test_a_backlog_is_spread_over_the_days(days: int) -> None:
    asked = backlog(days)
    assert all(60 / days / 2.5 < len(cards) < 60 / days * 2 for cards in asked.values())


def test_a_backlog_not_spread_is_asked_at_once() -> None:
    assert len(backlog(1)[TODAY]) == 60


def test_what_falls_due_today_is_never_held_back() -> None:
    assert all(is_its_turn(f"d/c{n}", due(0), TODAY, 365, TODAY) for n in range(100))
    assert all(is_its_turn(f"d/c{n}", due(-1), TODAY, 365, TODAY) for n in range(100))


def test_what_had_its_day_is_asked_on_every_day_after() -> None:
    for number in range(30):
        turns = [is_its_turn(f"d/c{number}", due(9), TODAY + n, 5, TODAY) for n in range(9)]
        assert turns == sorted(turns)
        assert all(turns[4:])


# A mock interview


def test_a_mock_draws_from_all_topics_before_any_comes_twice() -> None:
    there = [Card(f"{topic}{number}", topic) for topic in "tuv" for number in range(3)]
    drawn = mock(there, "seed")
    assert sorted(drawn) == sorted(card.ref for card in there)
    for start in (0, 3, 6):
        assert {ref[0] for ref in drawn[start : start + 3]} == {*"tuv"}


def test_a_mock_is_the_same_for_one_seed_and_not_for_others() -> None:
    there = [Card(f"{topic}{number}", topic) for topic in "tuvw" for number in range(4)]
    assert mock(there, "one") == mock(there, "one") == mock(there[::-1], "one")
    assert len({tuple(mock(there, str(seed))) for seed in range(20)}) > 15


def test_a_mock_of_topics_of_different_sizes() -> None:
    there = [Card("a", "t"), Card("b", "u"), Card("c", "u"), Card("e", "u")]
    drawn = mock(there, "x")
    assert "a" in drawn[:2]
    assert sorted(drawn) == [*"abce"]
    assert mock([], "x") == []


def test_due() -> None:
    assert due(0).is_due(TODAY, 0)
    assert not due(-1).is_due(TODAY, 0)
    # A step is due at its instant, whatever day it is.
    assert step(50).is_due(TODAY - 1, 50)
    assert not step(50).is_due(TODAY + 1, 49)
