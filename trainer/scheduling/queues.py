"""What to ask next: the order of the cards of a sitting."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from trainer.scheduling.days import MINUTE
from trainer.scheduling.fuzz import fuzz_factor
from trainer.scheduling.memory import retrievability
from trainer.scheduling.schedule import Memory
from trainer.scheduling.settings import Settings

# With nothing else left, a step that ends within this time is asked at once.
LEARN_AHEAD = 20 * MINUTE
# Weak cards: how far back misses count, and after how many days one counts half.
WEAK_DAYS = 30
WEAK_HALF_LIFE = 10.0
# From so many misses on, a topic's other cards are weak too, by this share of its mean.
WEAK_TOPIC = 3
_OF_ITS_TOPIC = 0.25


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


class Weakness(NamedTuple):
    """A weak card and why it is one.

    `weight` counts the misses lately, those long ago for less; `points` are the card's missed
    points with how often each was, most often first (an empty one stands for the whole answer);
    `topic` is how many points were missed on other cards of its topic.
    """

    card: str
    weight: float
    points: tuple[tuple[str, int], ...]
    topic: int


def daily(
    reviews: Sequence[Askable],
    new: Sequence[Askable],
    memories: Mapping[str, Memory],
    day: int,
    settings: Settings,
    limits: Limits,
) -> list[str]:
    """Return the day's reviews, the likeliest forgotten first, with its new cards between them.

    Steps are not among them: they come at their instant, before anything else.
    """
    reviews = _by_recall(reviews, memories, day, settings)[: max(0, limits.reviews)]
    return [card.ref for card in apart(_spread(reviews, new[: max(0, limits.new)]))]


def is_its_turn(card: str, memory: Memory, day: int, days: int, day_of_return: int) -> bool:
    """Whether a due card is asked today while a backlog is spread over so many days.

    What falls due today is; each card of the backlog has a day of its own, counted from the study
    day on which the person came back.
    """
    if memory.due_day >= day:
        return True
    own = int(fuzz_factor(card, memory.reps) * days)
    return own <= day - day_of_return


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
    cards: Sequence[Askable], misses: Iterable[tuple[str, str, int]], day: int
) -> list[Weakness]:
    """Return the cards with points missed lately, the worst first, then others of weak topics.

    `misses` are (card, point, study day); one of today weighs 1, and half as much every
    WEAK_HALF_LIFE days.
    """
    known = {card.ref: (card.deck, card.topic) for card in cards}
    sizes: dict[tuple[str, str], int] = {}
    for topic in known.values():
        sizes[topic] = sizes.get(topic, 0) + 1
    own: dict[str, float] = {}
    points: dict[str, dict[str, int]] = {}
    of_topic: dict[tuple[str, str], tuple[int, float]] = {}
    for ref, point, missed in misses:
        if ref not in known:
            continue
        weight = 0.5 ** (max(0, day - missed) / WEAK_HALF_LIFE)
        own[ref] = own.get(ref, 0.0) + weight
        counts = points.setdefault(ref, {})
        counts[point] = counts.get(point, 0) + 1
        number, total = of_topic.get(known[ref], (0, 0.0))
        of_topic[known[ref]] = number + 1, total + weight
    weaknesses = []
    for ref, topic in known.items():
        number, total = of_topic.get(topic, (0, 0.0))
        counts = points.get(ref, {})
        others = number - sum(counts.values())
        is_weak = bool(topic[1]) and number >= WEAK_TOPIC
        if not (counts or is_weak):
            continue
        weaknesses.append(
            Weakness(
                ref,
                own.get(ref, 0.0) + is_weak * _OF_ITS_TOPIC * total / sizes[topic],
                tuple(sorted(counts.items(), key=lambda row: (-row[1], row[0]))),
                others if is_weak else 0,
            )
        )
    return sorted(weaknesses, key=lambda each: (not each.points, -each.weight, each.card))


def mock(cards: Sequence[Askable], seed: str) -> list[str]:
    """Return the cards as an interview would draw them: topic after topic, none before the others.

    The seed decides the order of the topics and of the cards in each.
    """
    rows: dict[tuple[str, str], list[str]] = {}
    for card in cards:
        rows.setdefault((card.deck, card.topic), []).append(card.ref)
    topics = sorted(rows, key=lambda topic: (_draw(seed, "/".join(topic)), topic))
    drawn = [sorted(rows[topic], key=lambda ref: (_draw(seed, ref), ref)) for topic in topics]
    most = max(map(len, drawn), default=0)
    return [row[turn] for turn in range(most) for row in drawn if turn < len(row)]


def _draw(seed: str, name: str) -> float:
    return fuzz_factor(f"{seed}\n{name}", 0)


def _by_recall(
    cards: Sequence[Askable], memories: Mapping[str, Memory], day: int, settings: Settings
) -> list[Askable]:
    def key(card: Askable) -> tuple[float, str]:
        memory = memories[card.ref]
        elapsed = day - memory.last_day
        parameters = settings.of(card.ref).parameters
        return retrievability(memory.stability, elapsed, parameters), card.ref

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
