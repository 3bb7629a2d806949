"""The memory model against the published vectors and a second implementation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.scheduling.memory import interval_days, recall, retrievability
from trainer.scheduling.settings import FSRS_DEFAULTS

STABILITIES = st.floats(0.01, 10_000)
RATINGS = st.integers(1, 4)


def test_memory_state_as_published() -> None:
    memory: tuple[float, float] | None = None
    for rating, elapsed in zip((1, 3, 3, 3, 3, 3), (0, 0, 1, 3, 8, 21), strict=True):
        memory = recall(memory, rating, elapsed)
    assert memory == pytest.approx((53.62691, 6.3574867), rel=1e-6)


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
def test_a_first_review_starts_at_the_parameters(rating: int) -> None:
    stability, difficulty = recall(None, rating, 0)
    assert stability == FSRS_DEFAULTS[rating - 1]
    assert 1 <= difficulty <= 10


@given(st.lists(st.tuples(RATINGS, st.integers(0, 400)), min_size=1, max_size=8))
def test_a_second_implementation_agrees(history: list[tuple[int, int]]) -> None:
    oracle = pytest.importorskip("fsrs_rs_python")
    model = oracle.FSRS(list(FSRS_DEFAULTS))
    memory: tuple[float, float] | None = None
    theirs = None
    for number, (rating, elapsed) in enumerate(history):
        elapsed = elapsed if number else 0
        memory = recall(memory, rating, elapsed)
        states = model.next_states(theirs, 0.9, elapsed)
        theirs = (states.again, states.hard, states.good, states.easy)[rating - 1].memory
        assert memory == pytest.approx((theirs.stability, theirs.difficulty), rel=5e-3)


@given(STABILITIES)
def test_recall_falls_to_nine_tenths_after_the_stability(stability: float) -> None:
    assert retrievability(10.0, 10) == pytest.approx(0.9)
    assert interval_days(stability, 0.9) == pytest.approx(stability)


@given(STABILITIES, st.integers(0, 2_000))
def test_recall_only_falls(stability: float, days: int) -> None:
    assert 1 >= retrievability(stability, days) > retrievability(stability, days + 1) > 0


@given(st.integers(1, 1_000), st.floats(0.7, 0.97))
def test_the_interval_ends_when_recall_has_fallen_to_the_wish(days: int, wish: float) -> None:
    stability = days / interval_days(1.0, wish)
    assert retrievability(stability, days) == pytest.approx(wish)


def test_a_clock_set_back_leaves_full_recall() -> None:
    assert retrievability(5.0, -3) == 1
    assert retrievability(5.0, 0) == 1
