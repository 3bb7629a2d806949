"""What a sitting is to ask: the day's reviews and new cards, a drill, weak cards, a mock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from trainer.config import Config
from trainer.decks.index import CardInfo
from trainer.decks.library import Library
from trainer.progress.store import Store
from trainer.scheduling import queues
from trainer.scheduling.days import MINUTE, Moment, day_start
from trainer.scheduling.schedule import Memory

if TYPE_CHECKING:
    from trainer.scheduling.projection import Capacity

Mode = Literal["daily", "drill", "weak", "mock"]
# How long an answer takes before there are any to go by, in milliseconds; days to go by.
_USUAL_ANSWER = 30_000
_PACE_DAYS = 30


class Planned(NamedTuple):
    """The cards to ask, in order. `early` ones are asked before they are due for the sake of the
    interview; `weaknesses` are why weak cards were chosen."""

    refs: list[str]
    early: frozenset[str] = frozenset()
    weaknesses: Mapping[str, queues.Weakness] = MappingProxyType({})


class Day(NamedTuple):
    """What is left of a study day: reviews by card, the `early` ones among them, and how many new
    cards and reviews the limits still allow."""

    reviews: dict[str, Memory]
    early: frozenset[str]
    limits: queues.Limits


def planned(
    mode: Mode,
    cards: Sequence[CardInfo],
    library: Library,
    store: Store,
    config: Config,
    at: Moment,
    more_new: int = 0,
) -> Planned:
    """Return what a sitting begun at `at` asks of these cards.

    `more_new` new cards may be asked beyond the day's limit.
    """
    settings = config.settings
    day = at.day(settings.rollover)
    if mode == "daily":
        return _daily(cards, library, store, config, day, more_new)
    hidden = store.hidden(day)
    cards = [card for card in cards if card.ref not in hidden]
    if mode == "weak":
        weaknesses = queues.weak(cards, store.misses(day - queues.WEAK_DAYS), day)
        by_card = {each.card: each for each in weaknesses}
        return Planned([*by_card], weaknesses=by_card)
    if mode == "mock":
        # Where the person alone can tell the rating, it can't be saved unseen. And of an answer
        # given today that waits for its rating, the model answer was seen.
        seen = store.shown(day_start(day, at.offset, settings.rollover))
        cards = [card for card in cards if card.kind != "flashcard" and card.ref not in seen]
        return Planned(queues.mock(cards, f"{day}\n{store.last_event()}"))
    return Planned(queues.drill(cards, store.memories(), day, at.instant, settings))


def _daily(
    cards: Sequence[CardInfo],
    library: Library,
    store: Store,
    config: Config,
    day: int,
    more_new: int,
) -> Planned:
    chosen = {card.ref: card for card in cards}
    left = day_left(library, store, config, day)
    reviews = {ref: memory for ref, memory in left.reviews.items() if ref in chosen}
    allowed = max(0, left.limits.new) + more_new
    new = islice((ref for ref in store.new_cards(day) if ref in chosen), allowed)
    refs = queues.daily(
        [chosen[ref] for ref in reviews],
        [chosen[ref] for ref in new],
        reviews,
        day,
        config.settings,
        left.limits._replace(new=allowed),
    )
    return Planned(refs, left.early)


def day_left(library: Library, store: Store, config: Config, day: int) -> Day:
    """Return what is left of the study day, of all cards of the library."""
    reviews = store.due_memories(day)
    if config.backlog_days > 1:
        returned, _ = store.run(day) or (day, day)
        reviews = {
            ref: memory
            for ref, memory in reviews.items()
            if queues.is_its_turn(ref, memory, day, config.backlog_days, returned)
        }
    limits = limits_left(store, config, day)
    if config.interview is None or day >= config.interview:
        return Day(reviews, frozenset(), limits)
    from trainer.scheduling.forecast import today

    memories, new = in_play(library, store, day)
    allowed = capacity(store, config, day)
    wanted = today(memories, new, day, config.interview, config.settings, allowed)
    reviews |= {ref: memories[ref] for ref in wanted.extra}
    done = store.day_counts(day)
    answers = allowed.answers - done.new - done.reviews - wanted.new
    limits = queues.Limits(wanted.new, min(limits.reviews + len(wanted.extra), answers))
    return Day(reviews, frozenset(wanted.extra), limits)


def limits_left(store: Store, config: Config, day: int) -> queues.Limits:
    """Return how many new cards and reviews the daily limits still allow on the study day."""
    done = store.day_counts(day)
    new, reviews = config.new - done.new, config.reviews - done.reviews
    if config.minutes:
        left = max(0.0, config.minutes * MINUTE - done.milliseconds)
        fitting = ceil(left / pace(store, day))
        new, reviews = min(new, fitting), min(reviews, fitting)
    return queues.Limits(new, reviews)


def pace(store: Store, day: int) -> float:
    """Return how long an answer takes, in milliseconds, by the answers of the last weeks."""
    reviews, milliseconds = store.spent(day - _PACE_DAYS)
    return max(1_000.0, milliseconds / reviews) if reviews else _USUAL_ANSWER


def capacity(store: Store, config: Config, day: int) -> Capacity:
    """Return what a study day allows, by the person's limits."""
    from trainer.scheduling.projection import Capacity

    answers = config.new + config.reviews
    if config.minutes:
        answers = min(answers, int(config.minutes * MINUTE / pace(store, day)))
    return Capacity(config.new, answers)


def in_play(library: Library, store: Store, day: int) -> tuple[dict[str, Memory], list[str]]:
    """Return the memories of the library's cards that may be asked, and its new cards in order."""
    hidden = store.hidden(day)
    memories = {
        ref: memory
        for ref, memory in store.memories().items()
        if ref in library.cards and ref not in hidden
    }
    return memories, list(store.new_cards(day))
