"""What the coming days hold, and how to spend them where an interview is set."""

from __future__ import annotations

from typing import NamedTuple

from trainer.config import Config
from trainer.decks.library import Library
from trainer.planning import capacity, in_play, pace
from trainer.progress.store import Store
from trainer.scheduling.days import Moment
from trainer.scheduling.forecast import Plan, plan, upcoming
from trainer.scheduling.projection import DayLoad

DAYS = 30


class Forecast(NamedTuple):
    """The load of the next DAYS study days by the ordinary limits, and the interview's plan.

    `pace` is how long an answer takes, in milliseconds; `plan` is None where no interview is set
    or it is past.
    """

    load: tuple[DayLoad, ...]
    pace: float
    plan: Plan | None


def forecast(library: Library, store: Store, config: Config, at: Moment) -> Forecast:
    """Project what follows from the memories as of `at`."""
    settings = config.settings
    day = at.day(settings.rollover)
    memories, new = in_play(library, store, day)
    allowed = capacity(store, config, day)
    interview = config.interview
    return Forecast(
        tuple(upcoming(memories, new, day, settings, allowed, DAYS)),
        pace(store, day),
        plan(memories, new, day, interview, settings, allowed)
        if interview is not None and interview > day
        else None,
    )
