"""Fuzz: Anki's bounds, drawn from the card and its repetition."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.scheduling.fuzz import fuzz_bounds, fuzz_factor, fuzzed


@pytest.mark.parametrize(
    ("interval", "minimum", "maximum", "lower", "upper"),
    [
        (1.0, 1, 1000, 1, 1),
        (2.49, 1, 1000, 2, 2),
        (2.5, 1, 1000, 2, 4),
        (7.0, 1, 1000, 5, 9),
        (17.0, 1, 1000, 14, 20),
        (37.0, 1, 1000, 33, 41),
        # At least two days to choose from, where they are allowed.
        (2.0, 2, 1000, 2, 2),
        (2.0, 3, 1000, 3, 4),
        (2.0, 3, 3, 3, 3),
        # Where one part of the spread goes over into the next.
        (6.9, 3, 1000, 5, 9),
        (7.1, 3, 1000, 5, 9),
        (19.9, 3, 1000, 17, 23),
        (20.1, 3, 1000, 17, 23),
        # Up to a week 15 % of what is beyond two and a half days, and always a day.
        (3.0, 1, 1000, 2, 4),
        (4.0, 1, 1000, 3, 5),
        (5.0, 1, 1000, 4, 6),
        (6.0, 1, 1000, 4, 8),
        # Up to twenty days 10 % of the rest, then 5 %.
        (8.0, 1, 1000, 6, 10),
        (10.0, 1, 1000, 8, 12),
        (15.0, 1, 1000, 13, 17),
        (16.0, 1, 1000, 13, 19),
        (20.0, 1, 1000, 17, 23),
        (30.0, 1, 1000, 27, 33),
        (31.0, 1, 1000, 27, 35),
        (50.0, 1, 1000, 46, 54),
        (100.0, 1, 1000, 93, 107),
        (365.0, 1, 1000, 345, 385),
        (1000.0, 1, 36_500, 948, 1052),
        (36_500.0, 1, 36_500, 34_673, 36_500),
        # Limits hold.
        (100.0, 101, 1000, 101, 108),
        (100.0, 1, 99, 92, 99),
        (100.0, 97, 103, 97, 103),
        (0.1, 1, 100, 1, 1),
        (1.0, 3, 2, 2, 2),
    ],
)
def test_bounds_are_those_of_anki(
    interval: float, minimum: int, maximum: int, lower: int, upper: int
) -> None:
    assert fuzz_bounds(interval, minimum, maximum) == (lower, upper)
    assert fuzzed(interval, 0.0, minimum, maximum) == lower
    assert fuzzed(interval, 0.9999, minimum, maximum) == upper


def test_every_day_between_the_bounds_is_drawn() -> None:
    drawn = {fuzzed(7.0, fuzz_factor("d/c", repetition), 1, 1000) for repetition in range(200)}
    assert drawn == {5, 6, 7, 8, 9}


@pytest.mark.parametrize("interval", [3.0, 7.0, 12.4, 30.0, 100.0])
def test_the_days_between_the_bounds_are_drawn_alike(interval: float) -> None:
    lower, upper = fuzz_bounds(interval, 1, 1000)
    share = 400
    drawn = Counter(
        fuzzed(interval, fuzz_factor(f"d/{card}", repetition), 1, 1000)
        for card in range(20 * (1 + upper - lower))
        for repetition in range(share // 20)
    )
    assert drawn.keys() == set(range(lower, upper + 1))
    # Five standard deviations of a draw of this many.
    assert all(abs(count - share) < 5 * share**0.5 for count in drawn.values())


@given(st.floats(0, 50_000), st.floats(0, 50_000), st.integers(1, 500), st.integers(1, 36_500),
       st.floats(0, 1, exclude_max=True))  # fmt: skip
def test_a_longer_interval_is_never_moved_before_a_shorter_one(
    one: float, other: float, minimum: int, maximum: int, factor: float
) -> None:
    sooner, later = sorted((one, other))
    assert fuzzed(sooner, factor, minimum, maximum) <= fuzzed(later, factor, minimum, maximum)


@given(st.floats(0, 50_000), st.floats(0, 1, exclude_max=True), st.integers(1, 500),
       st.integers(1, 36_500))  # fmt: skip
def test_never_outside_the_limits(
    interval: float, factor: float, minimum: int, maximum: int
) -> None:
    assert min(minimum, maximum) <= fuzzed(interval, factor, minimum, maximum) <= maximum


def test_the_same_history_draws_the_same_place() -> None:
    before = random.getstate()
    # Written down here because a change would move everyone's due dates at the next replay.
    assert fuzz_factor("deck/card", 3) == pytest.approx(0.6929887559436599, abs=1e-12)
    assert random.getstate() == before


def test_cards_and_repetitions_draw_places_of_their_own() -> None:
    places = [fuzz_factor(card, n) for card in ("d/a", "d/b") for n in range(500)]
    assert len(set(places)) == 1000
    assert all(0 <= place < 1 for place in places)
    assert 0.45 < sum(places) / 1000 < 0.55
