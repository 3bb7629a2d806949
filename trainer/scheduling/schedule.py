"""What a rating does to a card: learning steps, intervals, due days."""

from __future__ import annotations

from enum import IntEnum
from math import floor
from typing import NamedTuple

from trainer.scheduling.days import MINUTE, Moment, day_start
from trainer.scheduling.fuzz import fuzz_factor, fuzzed
from trainer.scheduling.memory import interval_days, recall
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
    elapsed = max(0, day - before.last_day) if before else 0
    known = (before.stability, before.difficulty) if before else None

    def after(given: Rating) -> tuple[float, float]:
        return recall(known, given, elapsed, settings.parameters)

    stability, difficulty = after(rating)
    reps = before.reps + 1 if before else 1
    lapses = before.lapses if before else 0
    phase = before.phase if before else "learning"
    steps = settings.learning_steps if phase == "learning" else settings.relearning_steps
    if phase == "review" and rating is Rating.AGAIN:
        phase, lapses = "relearning", lapses + 1
        wait = _step(-1, rating, steps)
    elif phase == "review":
        wait = None
    else:
        wait = _step(before.step if before else 0, rating, steps)

    def memory(phase: str, step: int, interval: int, due_day: int, due_at: int | None) -> Memory:
        return Memory(
            phase, step, stability, difficulty, interval, due_day, due_at,
            day, before.first_day if before else day, reps, lapses,
        )  # fmt: skip

    if wait is not None:
        step, minutes = wait
        due_at = at.instant + round(minutes * MINUTE)
        ends = at._replace(instant=due_at)
        nights = ends.day(settings.rollover) - at.day(settings.rollover)
        return memory(phase, step, 0, day + nights, due_at)

    factor = fuzz_factor(card, reps)

    def interval(given: Rating, minimum: int) -> int:
        ideal = interval_days(after(given)[0], settings.retention, settings.parameters)
        if phase != "review" and given is rating:
            # Leaving the steps, Anki rounds before it fuzzes.
            ideal = max(1, floor(ideal + 0.5))
        if before and before.phase == "review" and ideal > before.interval:
            minimum = max(minimum, before.interval + 1)
        return fuzzed(ideal, factor, max(1, minimum), settings.maximum_interval)

    # A better rating never comes back sooner than a worse one.
    days = 0
    for given in (Rating.HARD, Rating.GOOD, Rating.EASY):
        in_question = given <= rating and (phase == "review" or given is not Rating.HARD)
        if in_question:
            days = interval(given, days + 1)
    if days == 0:
        days = interval(rating, 1)
    return memory("review", 0, days, day + days, None)


def _step(step: int, rating: Rating, steps: tuple[float, ...]) -> tuple[int, float] | None:
    """Return (step, minutes to wait) after a rating in steps, or None where the card graduates.

    As Anki does it: Again goes back to the first, Hard repeats (the first step's wait lies between
    it and the second, or half as long again where there is no second), Good goes on, Easy is done.
    """
    if not steps or rating is Rating.EASY:
        return None
    if rating is Rating.AGAIN:
        return 0, steps[0]
    step = min(step, len(steps) - 1)
    if rating is Rating.HARD:
        if step == 0:
            return 0, (steps[0] + steps[1]) / 2 if len(steps) > 1 else steps[0] * 1.5
        return step, steps[step]
    return (step + 1, steps[step + 1]) if step + 1 < len(steps) else None
