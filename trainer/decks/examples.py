"""Whether a card's examples hold: answers with the grade their author expects.

They are the card's own regression test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from trainer.decks.index import Problem
from trainer.decks.reader import Reading
from trainer.decks.weak import Grader
from trainer.text import clean, clip

if TYPE_CHECKING:
    from trainer.decks.model import Card, Deck, Example
    from trainer.grading.model import Grade, PointGrade


def failed_examples(reading: Reading, deck: Deck, grade: Grader) -> Iterator[Problem]:
    """Yield the examples of a deck that don't hold, each with its place."""
    for number, card in enumerate(deck.cards):
        for index, example in enumerate(card.examples):
            given = grade(card, example.answer, deck)
            wrong = differences(example, given)
            if wrong:
                line, column = reading.place_of(("cards", number, "examples", index))
                answer = clip(example.answer, 50) or "(empty)"
                yield Problem(
                    clean(reading.path),
                    line,
                    column,
                    f"the example “{answer}” of `{card.id}` {' and '.join(wrong)}",
                    _mend(example, given),
                )


def differences(example: Example, given: Grade) -> list[str]:
    """Return in words where a grade differs from what the example expects."""
    wrong: list[str] = []
    if given.rating != example.rating:
        wrong.append(f"should be {example.rating} and is {given.rating} (score {given.score:.2f})")
    points = {point.id: point for point in given.points}
    for name in example.hits:
        if not _hit(points.get(name)):
            wrong.append(f"should hit `{name}` and misses it{_credit(points.get(name))}")
    for name in example.misses:
        if _hit(points.get(name)):
            wrong.append(f"should miss `{name}` and hits it{_credit(points.get(name))}")
    return wrong


def newly_failing(
    card: Card, before: Callable[[str], Grade], after: Callable[[str], Grade]
) -> tuple[Example, list[str]] | None:
    """Return the first example that holds before a change in grading and not after it, and why."""
    for example in card.examples:
        wrong = differences(example, after(example.answer))
        if wrong and not differences(example, before(example.answer)):
            return example, wrong
    return None


def _hit(point: PointGrade | None) -> bool:
    return point is not None and point.hit


def _credit(point: PointGrade | None) -> str:
    return f" (credit {point.credit:.2f})" if point is not None else ""


def _mend(example: Example, given: Grade) -> str:
    """Return the mend for the first thing that explains the difference."""
    hits = {point.id for point in given.points if point.hit}
    if any(name not in hits for name in example.hits):
        return "add how the answer says it to the point's `accept`, or correct the example"
    if any(name in hits for name in example.misses):
        return "narrow the point's `accept`, or correct the example"
    if given.mistakes:
        return f"it makes the mistake “{clip(given.mistakes[0].say, 60)}”: correct one of the two"
    if given.verdict is False:
        return "the decision in it counts as wrong: correct the `verdict` or the example"
    missed = [point.id for point in given.points if not point.hit]
    if missed and example.rating != "again":
        named = ", ".join(f"`{name}`" for name in missed)
        return f"it misses {named}: add phrases there, or correct the example"
    return "correct the example's rating, or the card"
