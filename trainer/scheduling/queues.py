"""What to ask next: the order of the cards of a sitting."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from trainer.scheduling.days import MINUTE
from trainer.scheduling.memory import retrievability
from trainer.scheduling.schedule import Memory
from trainer.scheduling.settings import Settings

# With nothing else left, a step that ends within this time is asked at once.
LEARN_AHEAD = 20 * MINUTE
# Weak cards: how far back failures count, and after how many days one counts half.
WEAK_DAYS = 30
WEAK_HALF_LIFE = 10.0


class Askable(Protocol):
    """What the queues need to know of a card."""

    @property
    def ref(self) -> str: ...
    @property
    def deck(self) -> str: ...
    @property
    def topic(self) -> str: ...


class Limits(NamedTuple):
    """How many new cards and reviews may still be asked today."""

    new: int
    reviews: int


def steps_due(memories: Mapping[str, Memory], cards: Iterable[Askable], until: int) -> list[str]:
    """Return the cards whose learning step ends by the instant `until`, the earliest first."""
    waiting = []
    for card in cards:
        memory = memories.get(card.ref)
        if memory and memory.due_at is not None and memory.due_at <= until:
            waiting.append((memory.due_at, card.ref))
    return [ref for _, ref in sorted(waiting)]


def daily(
    cards: Sequence[Askable],
    memories: Mapping[str, Memory],
    day: int,
    settings: Settings,
    limits: Limits,
) -> list[str]:
    """Return the day's reviews, the likeliest forgotten first, with its new cards between them.

    Steps are not among them: they come at their instant, before anything else.
    """
    reviews = [
        card
        for card in cards
        if (m := memories.get(card.ref)) and m.due_at is None and m.due_day <= day
    ]
    reviews = _by_recall(reviews, memories, day, settings)[: max(0, limits.reviews)]
    new = [card for card in cards if card.ref not in memories][: max(0, limits.new)]
    return [card.ref for card in apart(_spread(reviews, new))]


def drill(
    cards: Sequence[Askable],
    memories: Mapping[str, Memory],
    day: int,
    instant: int,
    settings: Settings,
) -> list[str]:
    """Return all the cards: due ones, then new ones, then those that aren't due yet.

    Within due and not yet due, the likeliest forgotten first.
    """
    met = _by_recall([c for c in cards if c.ref in memories], memories, day, settings)
    due = [c for c in met if memories[c.ref].is_due(day, instant)]
    early = [c for c in met if not memories[c.ref].is_due(day, instant)]
    new = [c for c in cards if c.ref not in memories]
    return [card.ref for group in (due, new, early) for card in apart(group)]


def weak(
    cards: Sequence[Askable], failures: Iterable[tuple[str, int]], day: int
) -> list[tuple[str, float]]:
    """Return the cards failed lately with their weight, the worst first.

    `failures` are (card, study day) of every Again; one of today weighs 1, and half as much every
    WEAK_HALF_LIFE days.
    """
    known = {card.ref for card in cards}
    weights: dict[str, float] = {}
    for ref, failed in failures:
        if ref in known:
            weight = 0.5 ** (max(0, day - failed) / WEAK_HALF_LIFE)
            weights[ref] = weights.get(ref, 0.0) + weight
    return sorted(weights.items(), key=lambda row: (-row[1], row[0]))


def _by_recall(
    cards: Sequence[Askable], memories: Mapping[str, Memory], day: int, settings: Settings
) -> list[Askable]:
    def key(card: Askable) -> tuple[float, str]:
        memory = memories[card.ref]
        elapsed = day - memory.last_day
        return retrievability(memory.stability, elapsed, settings.parameters), card.ref

    return sorted(cards, key=key)


def _spread(many: Sequence[Askable], few: Sequence[Askable]) -> list[Askable]:
    """Merge two rows evenly, each in its order."""
    places = [((i + 0.5) / len(row), rank, card) for rank, row in enumerate((many, few))
              for i, card in enumerate(row)]  # fmt: skip
    return [card for _, _, card in sorted(places, key=lambda place: place[:2])]


def apart(cards: Sequence[Askable]) -> list[Askable]:
    """Return the cards in an order near the given one, no two of a topic in a row if avoidable."""
    rows: dict[tuple[str, str], deque[tuple[int, Askable]]] = {}
    for place, card in enumerate(cards):
        rows.setdefault((card.deck, card.topic), deque()).append((place, card))
    ordered: list[Askable] = []
    last: tuple[str, str] | None = None
    for left in range(len(cards), 0, -1):
        common = max(rows, key=lambda topic: len(rows[topic]))
        # A topic with more than half of what is left has to be taken now, or it piles up.
        if 2 * len(rows[common]) <= left or common == last:
            others = (topic for topic in rows if topic != last)
            common = min(others, key=lambda topic: rows[topic][0][0], default=common)
        ordered.append(rows[common].popleft()[1])
        if not rows[common]:
            del rows[common]
        last = common
    return ordered
