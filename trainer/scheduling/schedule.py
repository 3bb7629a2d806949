"""What a rating does to a card: learning steps, intervals, due days."""

from __future__ import annotations

from enum import IntEnum
from math import floor
from typing import NamedTuple

from trainer.scheduling.days import MINUTE, Moment, day_start
from trainer.scheduling.fuzz import fuzz_factor, fuzzed
from trainer.scheduling.memory import model
from trainer.scheduling.settings import Settings


class Rating(IntEnum):
    """How well a card was answered: the person's final word."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4

    @property
    def label(self) -> str:
        """The name shown: `Again`."""
        return self.name.capitalize()


# A replay compares with these at every review, and looking them up on the enum takes longer.
_AGAIN, _HARD, _, _EASY = Rating


class Memory(NamedTuple):
    """What is known of a card that has been reviewed; a card never reviewed has none.

    `phase` is `learning`, `review` or `relearning`. In steps, `step` is the index of the one being
    waited for and `due_at` the instant it ends; in review `due_at` is None and the card is due on
    the study day `due_day`. Stability and interval are in days, days are ordinals.
    """

    phase: str
    step: int
    stability: float
    difficulty: float
    interval: int
    due_day: int
    due_at: int | None
    last_day: int
    first_day: int
    reps: int
    lapses: int

    def is_due(self, day: int, instant: int) -> bool:
        """Whether it is due: a step at its instant, a review on its study day."""
        return self.due_at <= instant if self.due_at is not None else self.due_day <= day

    def falls_due(self, offset: int, rollover: int) -> int:
        """Return the instant at which it falls due: its step's end, or its study day's beginning.

        `offset` is the clock's, in minutes east of UTC.
        """
        if self.due_at is not None:
            return self.due_at
        return day_start(self.due_day, offset, rollover)


def advance(
    card: str, before: Memory | None, rating: Rating, at: Moment, day: int, settings: Settings
) -> Memory:
    """Return the memory of `card` after a rating given at `at`, on the study day `day`.

    The day is an argument and not worked out here, because a review keeps the one it was made on.
    """
    settings = settings.of(card)
    fsrs = model(settings.parameters)
    # The stability after Hard, Good and Easy; Again needs none of them.
    passed: tuple[float, ...] = ()
    if before is None:
        phase, step, last, first_day, reps, lapses = "learning", 0, 0, day, 1, 0
        stability, difficulty = fsrs.first[rating - 1]
        passed = fsrs.first_passed
    else:
        phase, step, stability, difficulty, last, _, _, last_day, first_day, reps, lapses = before
        elapsed = day - last_day
        if rating is _AGAIN:
            stability = fsrs.forgotten(stability, difficulty, elapsed)
        else:
            passed = fsrs.passed(stability, difficulty, elapsed)
            stability = passed[rating - 2]
        difficulty = fsrs.difficulty(difficulty, rating)
        reps += 1
        if phase != "review":
            last = 0
        elif rating is _AGAIN:
            phase, lapses = "relearning", lapses + 1

    if phase != "review":
        steps = settings.learning_steps if phase == "learning" else settings.relearning_steps
        wait = _step(step, rating, steps)
        if wait is not None:
            step, minutes = wait
            due_at = at.instant + round(minutes * MINUTE)
            nights = Moment(due_at, at.offset).day(settings.rollover) - at.day(settings.rollover)
            return Memory(
                phase, step, stability, difficulty, 0, day + nights, due_at,
                day, first_day, reps, lapses,
            )  # fmt: skip

    retention, most = settings.retention, settings.maximum_interval
    factor = fuzz_factor(card, reps)
    days = 0
    if phase == "review":
        # A better rating never comes back sooner than a worse one.
        for after in passed[: rating - 1]:
            ideal = fsrs.interval_days(after, retention)
            days = fuzzed(ideal, factor, _least(ideal, last, days), most)
    else:
        if rating is _EASY:
            days = fuzzed(fsrs.interval_days(passed[1], retention), factor, 1, most)
        # Leaving the steps, Anki rounds before it fuzzes.
        ideal = max(1, floor(fsrs.interval_days(stability, retention) + 0.5))
        days = fuzzed(ideal, factor, _least(ideal, last, days), most)
    return Memory(
        "review", 0, stability, difficulty, days, day + days, None, day, first_day, reps, lapses
    )


def _step(step: int, rating: Rating, steps: tuple[float, ...]) -> tuple[int, float] | None:
    """Return (step, minutes to wait) after a rating in steps, or None where the card graduates.

    As Anki does it: Again goes back to the first, Hard repeats (the first step's wait lies between
    it and the second, or half as long again where there is no second), Good goes on, Easy is done.
    """
    if not steps or rating is _EASY:
        return None
    if rating is _AGAIN:
        return 0, steps[0]
    step = min(step, len(steps) - 1)
    if rating is _HARD:
        if step == 0:
            return 0, (steps[0] + steps[1]) / 2 if len(steps) > 1 else steps[0] * 1.5
        return step, steps[step]
    return (step + 1, steps[step + 1]) if step + 1 < len(steps) else None


def _least(ideal: float, last: int, worse: int) -> int:
    """Return the least days that an interval of `ideal` days may become by fuzz.

    More than the `worse` days of the next worse rating; and where the interval is to grow, more
    than the `last` one was.
    """
    return max(worse, last) + 1 if ideal > last else worse + 1
