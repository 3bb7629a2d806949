"""The memory model: the published vectors, and what holds whatever the history."""

from __future__ import annotations

import random
from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.scheduling.memory import (
    DIFFICULTY_MAX,
    DIFFICULTY_MIN,
    STABILITY_MAX,
    STABILITY_MIN,
    interval_days,
    recall,
    retrievability,
)
from trainer.scheduling.settings import FSRS_DEFAULTS, PARAMETERS_FROM, PARAMETERS_TO

STABILITIES = st.floats(STABILITY_MIN, 10_000)
DIFFICULTIES = st.floats(DIFFICULTY_MIN, DIFFICULTY_MAX)
RATINGS = st.integers(1, 4)
# A day's reviews, days, and years away.
GAPS = st.one_of(st.just(0), st.integers(0, 40), st.integers(0, 15_000))
PARAMETERS = st.tuples(
    *(st.floats(low, high) for low, high in zip(PARAMETERS_FROM, PARAMETERS_TO, strict=True))
)

# Parameters of FSRS-5, as fsrs-rs's own tests have them, with the two that FSRS-6 fills in for it.
FSRS_5 = (
    0.6845422, 1.6790825, 4.7349424, 10.042885, 7.4410233, 0.64219797, 1.071918, 0.0025195254,
    1.432437, 0.1544, 0.8692766, 2.0696752, 0.0953, 0.2975, 2.4691248, 0.19542035, 3.201072,
    0.18046261, 0.121442534, 0.0, 0.5,
)  # fmt: skip
NO_SAME_DAY = (*FSRS_DEFAULTS[:17], 0.0, 0.0, 0.0, FSRS_DEFAULTS[20])


def remember(
    *reviews: tuple[int, int], parameters: tuple[float, ...] = FSRS_DEFAULTS
) -> tuple[float, float]:
    """Return the memory after reviews: (rating, days since the one before)."""
    memory: tuple[float, float] | None = None
    for rating, days in reviews:
        memory = recall(memory, rating, days, parameters)
    assert memory is not None
    return memory


@pytest.mark.parametrize(
    ("parameters", "stability", "difficulty"),
    [(FSRS_DEFAULTS, 53.62691, 6.3574867), (NO_SAME_DAY, 53.335106, 6.3574867)],
)
def test_memory_state_as_published(
    parameters: tuple[float, ...], stability: float, difficulty: float
) -> None:
    """fsrs-rs, `test_memory_state`; the first is py-fsrs's `test_memo_state` as well."""
    reviews = [(1, 0), (3, 0), (3, 1), (3, 3), (3, 8), (3, 21)]
    memory = remember(*reviews, parameters=parameters)
    assert memory == pytest.approx((stability, difficulty), rel=1e-6)


@pytest.mark.parametrize(
    ("rating", "stability", "difficulty"),
    [
        (1, 2.969144, 8.000659),
        (2, 17.091442, 7.6913934),
        (3, 31.722975, 7.382128),
        (4, 71.75015, 7.0728626),
    ],
)
def test_next_states_as_published(rating: int, stability: float, difficulty: float) -> None:
    """fsrs-rs, `next_states`; in single precision, so to six digits."""
    reviews = [(1, 0), (3, 1), (3, 3), (3, 8), (rating, 21)]
    memory = remember(*reviews, parameters=FSRS_5)
    assert memory == pytest.approx((stability, difficulty), rel=2e-6)
    assert interval_days(memory[0], 0.9, FSRS_5) == pytest.approx(stability, rel=2e-6)


@pytest.mark.parametrize(
    ("rating", "days", "stability", "difficulty"),
    [
        (1, 1, 0.10088589, 8.806304),
        (2, 1, 3.2494123, 6.7404594),
        (3, 1, 7.3153, 2.1112142),
        (4, 1, 18.014914, 1.0),
        (1, 2, 0.112798266, 8.806304),
        (2, 2, 4.4694576, 6.7404594),
    ],
)
def test_second_reviews_as_published(
    rating: int, days: int, stability: float, difficulty: float
) -> None:
    """fsrs-rs, `test_forward`: the same rating twice; in single precision, so to six digits."""
    memory = remember((rating, 0), (rating, days))
    assert memory == pytest.approx((stability, difficulty), rel=2e-6)


@pytest.mark.parametrize(
    ("rating", "stability", "difficulty"),
    [(1, 0.212, 6.4133), (2, 1.2931, 5.1121707), (3, 2.3065, 2.118104), (4, 8.2956, 1.0)],
)
def test_first_reviews_as_published(rating: int, stability: float, difficulty: float) -> None:
    assert recall(None, rating, 0) == pytest.approx((stability, difficulty), rel=1e-6)


@pytest.mark.parametrize(
    ("rating", "difficulty"), [(1, 8.341763), (2, 6.6659956), (3, 4.990228), (4, 3.3144615)]
)
def test_next_difficulties_as_published(rating: int, difficulty: float) -> None:
    """fsrs-rs, `test_next_difficulty`: from 5, with the mean reversion."""
    assert recall((5.0, 5.0), rating, 1)[1] == pytest.approx(difficulty, rel=1e-6)


def test_intervals_as_published() -> None:
    """fsrs-rs, `test_next_interval`: of a stability of a day, for recall of 0.1 to 1.

    The first is 3116766 there, in single precision.
    """
    intervals = [max(1, round(interval_days(1.0, wish / 10))) for wish in range(1, 11)]
    assert intervals == [3_116_769, 34_793, 2_508, 387, 90, 27, 9, 3, 1, 1]


def test_forgetting_as_published() -> None:
    """fsrs-rs, `test_power_forgetting_curve`."""
    waits = zip([0, 1, 2, 3, 4, 5], [1.0, 2.0, 3.0, 4.0, 4.0, 2.0], strict=True)
    found = [retrievability(stability, days) for days, stability in waits]
    expected = [1.0, 0.9403443, 0.9253786, 0.9185229, 0.9, 0.8261359]
    assert found == pytest.approx(expected, abs=1e-6)


def test_easy_at_every_turn_ends_at_the_least_difficulty() -> None:
    """py-fsrs, `test_repeated_correct_reviews`."""
    assert remember(*[(4, 0)] * 10)[1] == DIFFICULTY_MIN


@pytest.mark.parametrize("rating", [2, 3, 4])
@given(STABILITIES, DIFFICULTIES)
def test_a_pass_on_the_same_day_never_lowers_stability(
    rating: int, stability: float, difficulty: float
) -> None:
    assert recall((stability, difficulty), rating, 0)[0] >= stability


@given(STABILITIES, DIFFICULTIES, GAPS, PARAMETERS)
def test_a_better_rating_never_remembers_worse(
    stability: float, difficulty: float, days: int, parameters: tuple[float, ...]
) -> None:
    after = [recall((stability, difficulty), rating, days, parameters) for rating in (1, 2, 3, 4)]
    assert all(worse[0] <= better[0] for worse, better in pairwise(after))
    assert all(worse[1] >= better[1] for worse, better in pairwise(after))


@given(STABILITIES, DIFFICULTIES, st.integers(1, 5_000), st.integers(2, 4))
def test_a_pass_after_a_longer_wait_is_worth_more(
    stability: float, difficulty: float, days: int, rating: int
) -> None:
    sooner, later = (recall((stability, difficulty), rating, wait)[0] for wait in (days, days + 1))
    assert stability < sooner < later


@given(STABILITIES, DIFFICULTIES, st.integers(1, 5_000))
def test_what_was_forgotten_is_never_more_stable(
    stability: float, difficulty: float, days: int
) -> None:
    assert recall((stability, difficulty), 1, days)[0] <= max(stability, STABILITY_MIN)


@given(st.lists(st.tuples(RATINGS, GAPS), min_size=1, max_size=30), PARAMETERS)
def test_any_history_leaves_a_sound_memory(
    history: list[tuple[int, int]], parameters: tuple[float, ...]
) -> None:
    check_soundness(history, parameters)


@pytest.mark.parametrize("parameters", [FSRS_DEFAULTS, FSRS_5, PARAMETERS_FROM, PARAMETERS_TO])
@pytest.mark.parametrize("seed", range(5))
def test_a_long_life_leaves_a_sound_memory(seed: int, parameters: tuple[float, ...]) -> None:
    """Hundreds of reviews of a card: on one day, on time, late, and after years without one."""
    draw = random.Random(seed)
    history: list[tuple[int, int]] = []
    for _ in range(60):
        history += [(draw.choice([1, 2, 3, 4]), 0) for _ in range(draw.randrange(8))]
        history += [(draw.choice([1, 3, 3, 3, 4]), draw.randrange(1, 90)) for _ in range(5)]
        history.append((draw.choice([1, 2, 3]), draw.randrange(365, 5_000)))
    check_soundness(history, parameters)


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
@pytest.mark.parametrize("days", [0, 1, 20_000])
@pytest.mark.parametrize("parameters", [FSRS_DEFAULTS, PARAMETERS_FROM, PARAMETERS_TO])
def test_the_same_rating_for_ever(rating: int, days: int, parameters: tuple[float, ...]) -> None:
    check_soundness([(rating, days)] * 500, parameters)


def test_a_day_of_easy_answers_stays_finite() -> None:
    """Without w19 nothing in the formulas stops the growth of a single day."""
    parameters = (*FSRS_DEFAULTS[:17], 2.0, 2.0, 0.0, FSRS_DEFAULTS[20])
    check_soundness([(4, 0)] * 500, parameters)
    assert remember(*[(4, 0)] * 500, parameters=parameters)[0] == STABILITY_MAX


def check_soundness(history: list[tuple[int, int]], parameters: tuple[float, ...]) -> None:
    """Replay it, and see that stability, difficulty and interval stay within their bounds."""
    memory: tuple[float, float] | None = None
    for rating, days in history:
        if memory is not None:
            assert 0 < retrievability(memory[0], days, parameters) <= 1
        memory = recall(memory, rating, days, parameters)
        stability, difficulty = memory
        assert STABILITY_MIN <= stability <= STABILITY_MAX
        assert DIFFICULTY_MIN <= difficulty <= DIFFICULTY_MAX
        intervals = [interval_days(stability, wish, parameters) for wish in (0.97, 0.9, 0.7)]
        assert 0 < intervals[0] < intervals[1] < intervals[2]
        assert isfinite(intervals[2])


@given(STABILITIES)
def test_recall_falls_to_nine_tenths_after_the_stability(stability: float) -> None:
    assert retrievability(10.0, 10) == pytest.approx(0.9)
    assert interval_days(stability, 0.9) == pytest.approx(stability)


@given(st.floats(0.01, 10_000), st.integers(0, 2_000))
def test_recall_only_falls(stability: float, days: int) -> None:
    assert 1 >= retrievability(stability, days) > retrievability(stability, days + 1) > 0


@given(st.integers(1, 1_000), st.floats(0.7, 0.97), PARAMETERS)
def test_the_interval_ends_when_recall_has_fallen_to_the_wish(
    days: int, wish: float, parameters: tuple[float, ...]
) -> None:
    stability = days / interval_days(1.0, wish, parameters)
    assert retrievability(stability, days, parameters) == pytest.approx(wish)


def test_a_clock_set_back_leaves_full_recall() -> None:
    assert retrievability(5.0, -3) == 1
    assert retrievability(5.0, 0) == 1
    assert recall((5.0, 5.0), 3, -3) == recall((5.0, 5.0), 3, 0)
