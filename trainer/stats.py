"""How it is going: retention, streak, and what is mastered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from trainer.decks.index import CardInfo, DeckInfo
from trainer.scheduling.memory import retrievability
from trainer.scheduling.schedule import Memory
from trainer.scheduling.settings import Settings

RETENTION_DAYS = 30


class DayRow(NamedTuple):
    """Reviews of one study day, phase before and rating, summed."""

    day: int
    phase: str
    rating: int
    reviews: int
    elapsed_ms: int


class Mastery(NamedTuple):
    """One topic of a deck: its cards, those met, and the mean recall expected tomorrow (0..1).

    A card never reviewed counts as not recalled.
    """

    deck: str
    topic: str
    title: str
    cards: int
    met: int
    recall: float


class Stats(NamedTuple):
    """`retention` is the share of due reviews of the last 30 days that were recalled, None
    without one; `streak` the study days in a row with a review, up to today or yesterday."""

    reviews: int
    reviews_today: int
    milliseconds_today: int
    days: int
    streak: int
    retention: float | None
    retention_reviews: int
    mastery: tuple[Mastery, ...]


def stats(
    rows: Sequence[DayRow],
    decks: Mapping[str, DeckInfo],
    cards: Iterable[CardInfo],
    memories: Mapping[str, Memory],
    day: int,
    settings: Settings,
) -> Stats:
    """Sum up the log's rows and the memories as of the study day `day`."""
    today = [row for row in rows if row.day == day]
    recent = [r for r in rows if r.phase == "review" and day - RETENTION_DAYS < r.day <= day]
    asked = sum(row.reviews for row in recent)
    recalled = sum(row.reviews for row in recent if row.rating > 1)
    days = {row.day for row in rows}
    return Stats(
        reviews=sum(row.reviews for row in rows),
        reviews_today=sum(row.reviews for row in today),
        milliseconds_today=sum(row.elapsed_ms for row in today),
        days=len(days),
        streak=streak(days, day),
        retention=recalled / asked if asked else None,
        retention_reviews=asked,
        mastery=_mastery(decks, cards, memories, day, settings),
    )


def streak(days: set[int], today: int) -> int:
    """Return how many study days in a row had a review; today's may still be to come."""
    day = today if today in days else today - 1
    length = 0
    while day - length in days:
        length += 1
    return length


def _mastery(
    decks: Mapping[str, DeckInfo],
    cards: Iterable[CardInfo],
    memories: Mapping[str, Memory],
    day: int,
    settings: Settings,
) -> tuple[Mastery, ...]:
    recalls: dict[tuple[str, str], list[float]] = {}
    met: dict[tuple[str, str], int] = {}
    for card in cards:
        key = card.deck, card.topic
        memory = memories.get(card.ref)
        recall = 0.0
        if memory:
            met[key] = met.get(key, 0) + 1
            elapsed = day + 1 - memory.last_day
            recall = retrievability(memory.stability, elapsed, settings.parameters)
        recalls.setdefault(key, []).append(recall)
    return tuple(
        Mastery(
            deck=deck,
            topic=topic,
            title=decks[deck].topics.get(topic, topic) or decks[deck].title,
            cards=len(values),
            met=met.get((deck, topic), 0),
            recall=sum(values) / len(values),
        )
        for (deck, topic), values in recalls.items()
    )
