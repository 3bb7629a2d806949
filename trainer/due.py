"""What is due, by deck and topic: counts and the next due time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from trainer.decks.index import DeckInfo
from trainer.progress.records import TopicCounts
from trainer.scheduling.days import Moment, day_start
from trainer.scheduling.queues import Limits


class Counts(NamedTuple):
    """Cards never reviewed, cards in learning steps, and reviews due today or earlier."""

    new: int = 0
    learning: int = 0
    due: int = 0


class TopicDue(NamedTuple):
    """The counts of one topic of a deck, and how many cards it has, due or not."""

    id: str
    title: str
    counts: Counts
    cards: int


class DeckDue(NamedTuple):
    """The counts of one deck. `next` is the instant its next card falls, or fell, due."""

    id: str
    title: str
    counts: Counts
    cards: int
    next: int | None
    topics: tuple[TopicDue, ...]


class Due(NamedTuple):
    """What is due now.

    `today` is what a daily sitting would ask: new cards and reviews within the day's limits, and
    steps whose time has come. `next` is None where no card has been reviewed yet.
    """

    counts: Counts
    today: Counts
    next: int | None
    decks: tuple[DeckDue, ...]


def due_now(
    decks: Mapping[str, DeckInfo],
    topics: Iterable[TopicCounts],
    limits: Limits,
    at: Moment,
    rollover: int,
) -> Due:
    """Sum up what is due at `at`, topic by topic; `limits` is what is left of the day's limits.

    `rollover` is the local hour at which a study day begins.
    """
    rows: dict[str, list[TopicDue]] = {deck: [] for deck in decks}
    nexts: dict[str, int] = {}
    steps_now = 0
    for topic in topics:
        deck = decks[topic.deck]
        title = deck.topics.get(topic.topic, topic.topic)
        counts = Counts(topic.new, topic.learning, topic.due)
        rows[deck.id].append(TopicDue(topic.topic, title, counts, topic.cards))
        steps_now += topic.steps
        fall_due = [] if topic.next_at is None else [topic.next_at]
        if topic.next_day is not None:
            fall_due.append(day_start(topic.next_day, at.offset, rollover))
        if fall_due:
            nexts[deck.id] = min(*fall_due, nexts.get(deck.id, fall_due[0]))
    by_deck = tuple(
        DeckDue(
            deck.id,
            deck.title,
            _sum(topic.counts for topic in rows[deck.id]),
            deck.cards,
            nexts.get(deck.id),
            tuple(rows[deck.id]),
        )
        for deck in decks.values()
    )
    total = _sum(row.counts for row in by_deck)
    return Due(
        counts=total,
        today=Counts(
            new=max(0, min(total.new, limits.new)),
            learning=steps_now,
            due=max(0, min(total.due, limits.reviews)),
        ),
        next=min(nexts.values(), default=None),
        decks=by_deck,
    )


def _sum(counts: Iterable[Counts]) -> Counts:
    totals = [sum(column) for column in zip(Counts(), *counts, strict=True)]
    return Counts(*totals)
