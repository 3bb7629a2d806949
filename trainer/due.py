"""What is due, by deck and topic: counts and the next due time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from trainer.decks.index import CardInfo, DeckInfo
from trainer.scheduling.days import Moment
from trainer.scheduling.queues import Limits
from trainer.scheduling.schedule import Memory
from trainer.scheduling.settings import Settings


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
    cards: Iterable[CardInfo],
    memories: Mapping[str, Memory],
    limits: Limits,
    at: Moment,
    settings: Settings,
) -> Due:
    """Count what is due at `at`; `limits` is what is left of the day's limits."""
    day = at.day(settings.rollover)
    tally: dict[tuple[str, str], list[int]] = {}
    nexts: dict[str, int] = {}
    steps_now = 0
    for card in cards:
        row = tally.setdefault((card.deck, card.topic), [0, 0, 0, 0])
        row[3] += 1
        memory = memories.get(card.ref)
        if memory is None:
            row[0] += 1
            continue
        if memory.due_at is not None:
            row[1] += 1
            steps_now += memory.is_due(day, at.instant)
        else:
            row[2] += memory.is_due(day, at.instant)
        falls_due = memory.falls_due(at.offset, settings.rollover)
        nexts[card.deck] = min(falls_due, nexts.get(card.deck, falls_due))

    rows = []
    for deck in decks.values():
        topics = [
            TopicDue(topic, deck.topics.get(topic, topic), Counts(*row[:3]), row[3])
            for (owner, topic), row in tally.items()
            if owner == deck.id
        ]
        counts = _sum(topic.counts for topic in topics)
        rows.append(
            DeckDue(deck.id, deck.title, counts, deck.cards, nexts.get(deck.id), tuple(topics))
        )
    total = _sum(row.counts for row in rows)
    return Due(
        counts=total,
        today=Counts(
            new=max(0, min(total.new, limits.new)),
            learning=steps_now,
            due=max(0, min(total.due, limits.reviews)),
        ),
        next=min(nexts.values(), default=None),
        decks=tuple(rows),
    )


def _sum(counts: Iterable[Counts]) -> Counts:
    totals = [sum(column) for column in zip(*counts, strict=True)]
    return Counts(*totals)
