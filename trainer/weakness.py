"""Weak spots: the topics and points missed lately, and what was taken for what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from trainer.decks.library import Library
from trainer.errors import TrainerError
from trainer.progress.records import Past
from trainer.progress.store import Store
from trainer.scheduling.days import day_start
from trainer.scheduling.queues import WEAK_DAYS, WEAK_HALF_LIFE

if TYPE_CHECKING:
    from trainer.decks.model import Card, Verdict

# How many points are named, and how many cards and their last answers are looked at for what was
# confused.
_POINTS = 12
_CARDS = 100
_ANSWERS = 300


class WeakTopic(NamedTuple):
    """A topic with points missed lately: how often, on how many of its cards.

    `weight` counts the misses, those long ago for less.
    """

    deck: str
    topic: str
    title: str
    deck_title: str
    misses: int
    cards: int
    weight: float


class WeakPoint(NamedTuple):
    """A point missed lately: how often, and on which study day last.

    `point` is empty where the answer as a whole failed.
    """

    card: str
    point: str
    say: str
    where: str
    times: int
    last: int
    weight: float


class WeakSpots(NamedTuple):
    """What was missed in the last WEAK_DAYS days, the worst first."""

    topics: tuple[WeakTopic, ...]
    points: tuple[WeakPoint, ...]


class Given(NamedTuple):
    """An answer once given, with all that is needed to judge what it decided for."""

    card: Card
    synonyms: tuple[tuple[str, ...], ...]
    past: Past


class Confusion(NamedTuple):
    """One thing taken for another: what was said or picked, where something else was right.

    `answers` are those in which it was, the latest first.
    """

    picked: bool
    said: str
    right: str
    answers: tuple[Past, ...]

    @property
    def cards(self) -> list[str]:
        """The cards on which it happened."""
        return list(dict.fromkeys(past.card for past in self.answers))


def weak_spots(library: Library, store: Store, day: int) -> WeakSpots:
    """Rank what was missed in the last weeks up to the study day, on cards that may be asked."""
    topics: dict[tuple[str, str], tuple[int, float, set[str]]] = {}
    points = _missed(library, store, day)
    for (ref, _), missed in points.items():
        key = library.cards[ref].deck, library.cards[ref].topic
        times, total, cards = topics.get(key, (0, 0.0, set[str]()))
        topics[key] = times + missed.times, total + missed.weight, cards | {ref}
    return WeakSpots(
        tuple(
            WeakTopic(
                *key, _title(library, *key), library.decks[key[0]].title, times, len(cards), weight
            )
            for key, (times, weight, cards) in sorted(
                topics.items(), key=lambda item: (-item[1][1], item[0])
            )
        ),
        _ranked(library, points, _POINTS),
    )


def weak_points(
    library: Library, store: Store, day: int, deck: str, topic: str, number: int
) -> tuple[WeakPoint, ...]:
    """Return so many of a topic's points, those missed most in the last weeks first."""
    points = {
        key: missed
        for key, missed in _missed(library, store, day).items()
        if (library.cards[key[0]].deck, library.cards[key[0]].topic) == (deck, topic)
    }
    return _ranked(library, points, number)


class _Missed(NamedTuple):
    """How often a point was missed, how much that weighs by now, and on which day it was last."""

    times: int = 0
    weight: float = 0.0
    last: int = 0


def _missed(library: Library, store: Store, day: int) -> dict[tuple[str, str], _Missed]:
    """Return what was missed of the cards that may be asked, by card and point."""
    hidden = store.hidden(day)
    points: dict[tuple[str, str], _Missed] = {}
    for ref, point, last in store.misses(day - WEAK_DAYS):
        if ref in library.cards and ref not in hidden:
            weight = 0.5 ** (max(0, day - last) / WEAK_HALF_LIFE)
            before = points.get((ref, point), _Missed())
            points[ref, point] = _Missed(before.times + 1, before.weight + weight, last)
    return points


def _ranked(
    library: Library, points: Mapping[tuple[str, str], _Missed], number: int
) -> tuple[WeakPoint, ...]:
    keys = sorted(points, key=lambda key: (-points[key].weight, key))[:number]
    return tuple([_weak_point(library, key, points[key]) for key in keys])


def _title(library: Library, deck: str, topic: str) -> str:
    known = library.decks[deck]
    return known.topics.get(topic, topic) or known.title


def _weak_point(library: Library, key: tuple[str, str], missed: _Missed) -> WeakPoint:
    (ref, point), (times, weight, last) = key, missed
    info = library.cards[ref]
    say = point_text(contents(library, ref), point)
    return WeakPoint(ref, point, say, _title(library, info.deck, info.topic), times, last, weight)


def contents(library: Library, ref: str) -> Card | None:
    """Return a card of the library; None where it can't be read any more."""
    try:
        return library.card(ref)
    except TrainerError:  # its file was changed meanwhile
        return None


def point_text(card: Card | None, point: str) -> str:
    """Return the text of a card's point; the bare id where the card has it no more."""
    if card is None:
        return point
    says = {each.id: each.say for each in card.points}
    if card.kind == "choice":
        says = {str(n): choice.text for n, choice in enumerate(card.choices, 1)}
    elif card.kind == "cloze":
        from trainer.decks.model import gaps

        says = {str(n): gap[0] for n, gap in enumerate(gaps(card.text), 1)}
    if point:
        return says.get(point, point)
    return card.prompt or card.text


# What was taken for what. Looking the answers up is quick; judging them takes a while.


def answers_lately(library: Library, store: Store, day: int) -> list[Given]:
    """Return the last weeks' answers in which one thing may have been taken for another.

    No more than the last few hundred, of the cards answered last.
    """
    hidden, since = store.hidden(day), day - WEAK_DAYS
    begin = day_start(since, 0, 0)
    lately = [
        (memory.last_day, ref)
        for ref, memory in store.memories().items()
        if memory.last_day >= since
        and ref not in hidden
        and ref in library.cards
        and library.cards[ref].kind in ("scenario", "choice")
    ]
    given: list[Given] = []
    for _, ref in sorted(lately, reverse=True)[:_CARDS]:
        card = contents(library, ref)
        if card is None or (card.kind == "scenario" and card.verdict is None):
            continue
        synonyms = library.synonyms(library.cards[ref].deck)
        for past in store.history(ref):
            asked = _as_asked(card, past)
            if asked is not None and past.at >= begin and _was_wrong(past, asked):
                given.append(Given(asked, synonyms, past))
        if len(given) >= _ANSWERS:
            break
    return given[:_ANSWERS]


def _as_asked(card: Card, past: Past) -> Card | None:
    """Return the card with the verdict it had in an answer, where it is composed each time anew."""
    if not card.noted:
        return card
    from msgspec import ValidationError, convert
    from msgspec.structs import replace

    from trainer.decks.model import Verdict

    try:
        verdict = convert(past.verdict, Verdict)
    except ValidationError:  # a log that was merged in may tell it otherwise, or not at all
        return None
    return replace(card, verdict=verdict) if verdict.accept or verdict.all else None


def _was_wrong(past: Past, card: Card) -> bool:
    """Whether the answer may name a wrong thing; a verdict that the person passed does not."""
    if past.kind != "review" or past.undone or not past.answer.strip():
        return False
    return past.rating == 1 or card.kind == "choice"


def confusions(answers: Iterable[Given]) -> list[Confusion]:
    """Return what was taken for what in these answers, the most frequent first."""
    found: dict[tuple[bool, str, str], list[Past]] = {}
    for given in answers:
        picked = given.card.kind == "choice"
        right = rightly(given.card)
        for said in _picked(given) if picked else _decided_for(given):
            found.setdefault((picked, said, right), []).append(given.past)
    pairs = [
        Confusion(*key, tuple(sorted(pasts, key=lambda past: -past.at)))
        for key, pasts in found.items()
    ]
    return sorted(pairs, key=lambda pair: (-len(pair.answers), -pair.answers[0].at, pair.said))


def rightly(card: Card) -> str:
    """Return what is right on a card: its verdict, or its right options."""
    if card.kind == "choice":
        return " and ".join(choice.text for choice in card.choices if choice.right)
    if card.verdict is None:
        return ""
    return " and ".join(group[0] for group in card.verdict.all) or card.verdict.accept[0]


def _decided_for(given: Given) -> list[str]:
    """Return the wrong verdict that an answer asserts: none where it isn't wrong."""
    verdict = given.card.verdict
    if verdict is None or _judged(given, verdict) is not False:
        return []
    from trainer.decks.model import Verdict

    def asserts(*phrases: str) -> bool:
        return _judged(given, Verdict(accept=phrases)) is True

    said = [group[0] for group in verdict.all if asserts(*group)]
    if not verdict.all or len(said) == len(verdict.all):
        said = []
    wrong = said or [phrase for phrase in verdict.reject if asserts(phrase)][:1]
    if wrong and verdict.accept and asserts(*verdict.accept):
        wrong = [f"{verdict.accept[0]} and {wrong[0]}"]
    if not wrong and verdict.accept and _judged(given, Verdict(accept=verdict.accept)) is False:
        wrong = [f"not {verdict.accept[0]}"]
    return [" and ".join(wrong)] if wrong else []


def _judged(given: Given, verdict: Verdict) -> bool | None:
    """Return whether the answer asserts a verdict, by the grader; None where it stays open."""
    from trainer.decks.model import Card
    from trainer.grading import grade

    prompt = given.past.prompt or given.card.prompt
    bare = Card(id=given.card.id, kind="scenario", prompt=prompt, verdict=verdict)
    return grade(bare, given.past.answer, synonyms=given.synonyms).verdict


def _picked(given: Given) -> list[str]:
    """Return the wrong options that were picked; none where the card's options are others now."""
    from trainer.grading import grade

    order = shown_order([choice.text for choice in given.card.choices], given.past.prompt)
    if order is None:
        return []
    return [made.say for made in grade(given.card, given.past.answer, order=order).mistakes]


def shown_order(texts: Sequence[str], prompt: str) -> list[int] | None:
    """Return the order in which options were shown, by the prompt as logged, with their numbers.

    None where they aren't these.
    """
    order: list[int] = []
    for number in range(len(texts), 0, -1):
        lines = {f"\n{number}. {text}": i for i, text in enumerate(texts) if i not in order}
        last = next((line for line in lines if prompt.endswith(line)), None)
        if last is None:
            return None
        order.insert(0, lines[last])
        prompt = prompt.removesuffix(last)
    return order
