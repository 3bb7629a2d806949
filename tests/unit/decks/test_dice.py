"""Chance from a seed: the same everywhere, and fair enough."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from trainer.decks.dice import Dice


def test_the_same_on_every_machine() -> None:
    dice = Dice("d/signal\n3")
    assert [dice.below(100) for _ in range(6)] == [37, 28, 43, 76, 18, 77]


@given(st.text(), st.lists(st.integers(), max_size=30, unique=True), st.integers(0, 100))
def test_orders_hold_all_there_is(seed: str, items: list[int], turn: int) -> None:
    assert sorted(Dice(seed).shuffled(items)) == sorted(items)
    rotated = Dice(seed).rotated(items, turn)
    assert sorted(rotated) == sorted(items)
    # The next turn begins with what comes second now.
    if len(items) > 1:
        assert Dice(seed).rotated(items, turn + 1)[0] == rotated[1]


def test_every_number_comes_up_about_as_often() -> None:
    drawn = Counter(Dice(f"d/s\n{number}").below(3) for number in range(3000))
    assert sorted(drawn) == [0, 1, 2]
    assert min(drawn.values()) > 900
