"""What a daily sitting begun now would ask, without beginning one, and how long it would take."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from trainer.config import Config
from trainer.decks.library import Library
from trainer.due import Due
from trainer.planning import day_left, pace
from trainer.progress.store import Store
from trainer.scheduling.days import MINUTE, Moment


class Today(NamedTuple):
    """The answers that are left of the day.

    Reviews that are due, and `early` ones for the sake of the interview; learning steps whose time
    has come; new cards. `minutes` is how long they take at the person's pace, within the day's
    limit, rounded up.
    """

    due: int
    early: int
    steps: int
    new: int
    minutes: int

    @property
    def answers(self) -> int:
        """All of them."""
        return self.due + self.early + self.steps + self.new


def today(library: Library, store: Store, config: Config, due: Due, at: Moment) -> Today:
    """Return what is left of the day at `at`; `due` is what is due then."""
    day = at.day(config.settings.rollover)
    left = day_left(library, store, config, day)
    reviews = max(0, min(len(left.reviews), left.limits.reviews))
    # The likeliest forgotten come first, and these are not due yet.
    early = max(0, reviews - (len(left.reviews) - len(left.early)))
    steps, new = due.today.learning, max(0, min(due.counts.new, left.limits.new))
    time = (reviews + steps + new) * pace(store, day) / MINUTE
    if config.minutes:
        time = min(time, max(0.0, config.minutes - store.day_counts(day).milliseconds / MINUTE))
    return Today(reviews - early, early, steps, new, ceil(time))
