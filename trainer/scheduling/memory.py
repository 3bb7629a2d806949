"""The memory model: FSRS-6, through the reference implementation, in whole study days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from trainer.scheduling.settings import FSRS_DEFAULTS

if TYPE_CHECKING:
    from fsrs import Scheduler

# Any fixed instant will do: only the whole days between two of them count.
_ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)


def recall(
    memory: tuple[float, float] | None,
    rating: int,
    elapsed_days: int,
    parameters: tuple[float, ...] = FSRS_DEFAULTS,
) -> tuple[float, float]:
    """Return (stability in days, difficulty 1..10) after a review.

    `memory` is the same pair before it, None for a first review; `rating` is 1..4; `elapsed_days`
    are whole study days since the last review, 0 on the same day.
    """
    import fsrs

    state = fsrs.State.Review if memory else fsrs.State.Learning
    card = fsrs.Card(card_id=1, state=state, step=None if memory else 0)
    if memory:
        card.stability, card.difficulty = memory
        card.last_review = _ORIGIN
    after, _ = _scheduler(parameters).review_card(
        card, fsrs.Rating(rating), _ORIGIN + timedelta(days=elapsed_days)
    )
    assert after.stability is not None
    assert after.difficulty is not None
    return after.stability, after.difficulty


@lru_cache(maxsize=16)
def _scheduler(parameters: tuple[float, ...]) -> Scheduler:
    import fsrs

    # Steps and fuzz are ours: theirs count minutes across days and draw from a global generator.
    return fsrs.Scheduler(
        parameters=parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )


def retrievability(
    stability: float, elapsed_days: int, parameters: tuple[float, ...] = FSRS_DEFAULTS
) -> float:
    """Return the probability of recall after `elapsed_days` study days.

    FSRS-6's forgetting curve: R = (1 + F·t/S)^-w20, with F such that R = 0.9 at t = S.
    """
    decay = -parameters[20]
    factor = 0.9 ** (1 / decay) - 1
    return float((1 + factor * max(0, elapsed_days) / stability) ** decay)


def interval_days(
    stability: float, retention: float, parameters: tuple[float, ...] = FSRS_DEFAULTS
) -> float:
    """Return the days, not rounded, after which the probability of recall falls to `retention`.

    The inverse of `retrievability`: t = S/F · (R^(-1/w20) - 1).
    """
    decay = -parameters[20]
    factor = 0.9 ** (1 / decay) - 1
    return float(stability / factor * (retention ** (1 / decay) - 1))
