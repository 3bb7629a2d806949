"""What the coming study days hold, and how to spend them where an interview is set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from trainer.scheduling.projection import Capacity, Course, DayLoad
from trainer.scheduling.schedule import Memory
from trainer.scheduling.settings import Settings


class Today(NamedTuple):
    """What a plan wants of today besides the due reviews.

    `new` cards to be met, and `extra` cards to be reviewed before they are due, the most useful
    first.
    """

    new: int
    extra: tuple[str, ...]


class Plan(NamedTuple):
    """How the study days from today to the eve of the interview are spent, and what that brings.

    `new_today` and `extra` are today's, as in `Today`; `load` and its mean `cards_a_day` are the
    answers expected; `unseen` new cards don't fit in. The recalls are the mean probability of
    recall over all cards on the day of the interview, where a card never seen counts 0: with the
    plan, with the ordinary daily limits, and with no further answer.
    """

    interview: int
    days_left: int
    new_today: int
    extra: tuple[str, ...]
    cards_a_day: float
    unseen: int
    recall_planned: float
    recall_usual: float
    recall_none: float
    load: tuple[DayLoad, ...]


def upcoming(
    memories: Mapping[str, Memory],
    new: Sequence[str],
    day: int,
    settings: Settings,
    capacity: Capacity,
    days: int = 30,
) -> list[DayLoad]:
    """Return the load of the next `days` study days, beginning with `day`, by the ordinary limits.

    `memories` are of the cards met, `new` the ones to be met in their order; who is in neither is
    not asked. New cards come first; of the due ones those least likely to be recalled, and what a
    day can't take goes over to the next. A step that ends today, of a card answered today, is no
    answer of its own.
    """
    course = Course(memories, new, day, settings, capacity)
    return [course.live() for _ in range(days)]


def today(
    memories: Mapping[str, Memory],
    new: Sequence[str],
    day: int,
    interview: int,
    settings: Settings,
    capacity: Capacity,
) -> Today:
    """Return what is to be done today, besides the due reviews, for the interview's study day.

    The last study day is the one before the interview; its morning is not counted on. Every new
    card is met while the answers suffice, at the pace that would meet them all in the first third
    of the days left: the limit on new cards doesn't hold, the one on answers does, and due reviews
    give way. Early reviews are put off as long as the answers of the later days suffice for them,
    for the nearer the day the more is left of one. From then on, those cards are left out that gain
    least from a review, and of the others those come first whose stability keeps it longest.

    With the interview today or past, the ordinary limit on new cards holds and nothing is early.
    """
    new_today, _, early = Course(memories, new, day, settings, capacity, interview).choose()
    return Today(new_today, tuple(state.card for state, _ in early))


def plan(
    memories: Mapping[str, Memory],
    new: Sequence[str],
    day: int,
    interview: int,
    settings: Settings,
    capacity: Capacity,
) -> Plan:
    """Return what to do until the interview, by `today`'s rules, and the recall that it brings.

    With the interview today or past there are no days left, and all three recalls are today's.
    """
    days_left = max(0, interview - day)
    end = day + days_left
    planned = Course(memories, new, day, settings, capacity, interview)
    usual = Course(memories, new, day, settings, capacity)
    recall_none = usual.recall(end)
    for _ in range(days_left):
        usual.live()
    new_today, extra = today(memories, new, day, interview, settings, capacity)
    load = tuple(planned.live() for _ in range(days_left))
    answers = sum(each.reviews + each.new for each in load)
    return Plan(
        interview,
        days_left,
        new_today,
        extra,
        cards_a_day=answers / days_left if days_left else 0.0,
        unseen=len(planned.unseen),
        recall_planned=planned.recall(end),
        recall_usual=usual.recall(end),
        recall_none=recall_none,
        load=load,
    )
