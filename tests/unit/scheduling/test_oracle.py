"""The memory model against two others: the reference implementation, and Anki's own engine.

py-fsrs computes in double precision, as we do, and has to agree to the last bit. Anki's engine,
fsrs-rs, computes in single precision, and two of the formulas enlarge its rounding of 6e-8: 1 - R
where few days of a long stability have passed, and (S+1)^w13 - 1 where S is some thousandths of a
day. In ten thousand histories a stability differs by 6e-6 of it at most with the default
parameters, and by 1.1e-4 with others.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from math import floor
from struct import pack, unpack

import fsrs
import fsrs_rs_python
import pytest

from trainer.scheduling.memory import interval_days, recall, retrievability
from trainer.scheduling.settings import (
    FSRS_DEFAULTS,
    PARAMETERS_FROM,
    PARAMETERS_TO,
    are_parameters,
)

History = list[tuple[int, int]]  # rating, whole days since the review before
Parameters = tuple[float, ...]

# The longest stability that fsrs-rs knows; neither py-fsrs nor FSRS-6's formulas have one.
LONGEST = 36_500.0
START = datetime(2020, 1, 1, tzinfo=UTC)


def single(value: float) -> float:
    """Return the value as single precision has it."""
    return float(unpack("f", pack("f", value))[0])


def histories(count: int, seed: int) -> list[History]:
    """Return random histories of up to 15 reviews: same days, days, months, years between them."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        gaps = [0, *(
            draw.choice([0, 0, 1, 1, 2, 3, 5, 8, draw.randrange(30), draw.randrange(400),
                         draw.randrange(3000)])
            for _ in range(draw.randrange(15))
        )]  # fmt: skip
        ratings = draw.choices((1, 2, 3, 4), (2, 2, 5, 1), k=len(gaps))
        found.append(list(zip(ratings, gaps, strict=True)))
    return found


def parameter_sets() -> list[Parameters]:
    """Return the defaults, five sets near them and five from anywhere within the bounds."""
    draw = random.Random(20)
    bounds = list(zip(FSRS_DEFAULTS, PARAMETERS_FROM, PARAMETERS_TO, strict=True))
    near = [
        tuple(min(max(usual * draw.uniform(0.5, 1.6), low), high) for usual, low, high in bounds)
        for _ in range(5)
    ]
    wild = [tuple(draw.uniform(low, high) for _, low, high in bounds) for _ in range(5)]
    return [FSRS_DEFAULTS, *near, *wild]


# The same tests, with fewer histories at every run and with all in `make test-long`.
ALL = pytest.param(10_000, marks=pytest.mark.long)
many = pytest.mark.parametrize("count", [500, ALL])
some = pytest.mark.parametrize("count", [50, ALL])
each_set = pytest.mark.parametrize(
    "parameters", parameter_sets(), ids=lambda w: f"w0={w[0]:.3g},w20={w[20]:.3g}"
)


def test_the_parameter_sets_are_valid() -> None:
    assert all(map(are_parameters, parameter_sets()))


@some
@each_set
def test_the_reference_agrees_to_the_last_bit(parameters: Parameters, count: int) -> None:
    scheduler = fsrs.Scheduler(
        parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    for history in histories(count, 1):
        memory = None
        card = fsrs.Card(card_id=1)
        at = START
        for rating, days in history:
            at += timedelta(days=days)
            expected = scheduler.get_card_retrievability(card, at)
            if memory is not None:
                assert retrievability(memory[0], days, parameters) == expected
            memory = recall(memory, rating, days, parameters)
            card, _ = scheduler.review_card(card, fsrs.Rating(rating), at)
            assert memory == (card.stability, card.difficulty)
            interval = interval_days(memory[0], 0.9, parameters)
            assert min(max(round(interval), 1), 36_500) == (card.due - at).days


@many
def test_ankis_engine_agrees(count: int) -> None:
    compare_with_anki(FSRS_DEFAULTS, histories(count, 2), within=2e-5)


@some
@each_set
def test_ankis_engine_agrees_with_other_parameters(parameters: Parameters, count: int) -> None:
    parameters = tuple(map(single, parameters))
    compare_with_anki(parameters, histories(count, 3), within=5e-4)


def compare_with_anki(parameters: Parameters, reviews: list[History], within: float) -> None:
    """Replay the histories in both, each from its own state, and compare after each review.

    Stabilities are compared as shares of them, and intervals where rounding can't tell them apart.
    """
    engine = fsrs_rs_python.FSRS(list(parameters))
    for history in reviews:
        ours = theirs = None
        for number, (rating, days) in enumerate(history):
            wish = (0.9, 0.8, 0.85, 0.95)[number % 4]
            states = engine.next_states(theirs, wish, days)
            state = (states.again, states.hard, states.good, states.easy)[rating - 1]
            theirs = state.memory
            stability, difficulty = recall(ours, rating, days, parameters)
            ours = min(stability, LONGEST), difficulty
            assert theirs.stability == pytest.approx(ours[0], rel=within)
            assert theirs.difficulty == pytest.approx(ours[1], rel=5e-6)
            ideal = min(interval_days(ours[0], wish, parameters), LONGEST)
            if abs(ideal % 1 - 0.5) > within * ideal:
                assert floor(ideal + 0.5) == floor(state.interval + 0.5)


@each_set
def test_ankis_engine_agrees_step_by_step(parameters: Parameters) -> None:
    """One step at a time, each from our own state, so that no rounding is carried on."""
    parameters = tuple(map(single, parameters))
    engine = fsrs_rs_python.FSRS(list(parameters))
    for history in histories(100, 4):
        memory = None
        for rating, days in history:
            if memory is not None:
                memory = single(min(memory[0], LONGEST)), single(memory[1])
            states = engine.next_states(memory and fsrs_rs_python.MemoryState(*memory), 0.9, days)
            four = [states.again.memory, states.hard.memory, states.good.memory, states.easy.memory]
            for answer, state in enumerate(four, start=1):
                stability, difficulty = recall(memory, answer, days, parameters)
                assert state.stability == pytest.approx(min(stability, LONGEST), rel=1e-4, abs=1e-6)
                assert state.difficulty == pytest.approx(difficulty, rel=2e-6)
            memory = recall(memory, rating, days, parameters)
