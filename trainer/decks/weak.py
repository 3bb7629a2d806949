"""Rubrics that read well and grade badly: what a look at a card with the grader at hand tells.

None of it is an error. A card is allowed to be odd, and its author is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from trainer.decks.rules import Finding, Path
from trainer.text import clip

if TYPE_CHECKING:
    from trainer.decks.model import Card, Deck, Point
    from trainer.grading.model import Grade

# Grades an answer to a card of a deck.
Grader = Callable[["Card", str, "Deck"], "Grade"]

# What is said in a minute.
MAX_WORDS: Final = 150

_WORD: Final = re.compile(r"[\w+#]+")  # C, C++ and C# are three


def weaknesses(deck: Deck, grade: Grader) -> Iterator[Finding]:
    """Yield what is weak in the rubrics and model answers of a deck's cards."""
    for index, card in enumerate(deck.cards):
        for finding in _of_card(card, deck, grade):
            yield finding.below(("cards", index))


def _of_card(card: Card, deck: Deck, grade: Grader) -> Iterator[Finding]:
    length = len(card.answer.split())
    if length > MAX_WORDS:
        yield _warning(
            ("answer",),
            f"the model answer of `{card.id}` has {length} words, more than are said in a minute",
            f"cut it to {MAX_WORDS}",
        )
    if len(card.points) == 1:
        yield _warning(
            ("points",),
            f"`{card.id}` has a single point, so it is all or nothing",
            "add another, or make the card a flashcard",
        )
    if card.points and all(example.rating != "again" for example in card.examples):
        yield _warning(
            (),
            f"`{card.id}` has no example that fails",
            "add a wrong answer to its `examples`, with `rating: again`",
        )
    yield from _phrases(card)
    if card.answer and (card.points or card.mistakes):
        yield from _model_answer(card, grade(card, card.answer, deck))


def shared_phrases(points: Sequence[Point]) -> Iterator[tuple[int, int, str]]:
    """Yield each accepted phrase that an earlier one of the points has, too.

    It is told by the places of its point and of itself, with the id of that other point.
    """
    owners: dict[str, str] = {}
    for index, point in enumerate(points):
        for number, phrase in enumerate(point.accept):
            owner = owners.setdefault(_words(phrase), point.id)
            if owner != point.id:
                yield index, number, owner


def _phrases(card: Card) -> Iterator[Finding]:
    """Yield accepted phrases that two points share, or that the prompt hands out."""
    for index, number, owner in shared_phrases(card.points):
        point = card.points[index]
        yield _warning(
            ("points", index, "accept", number),
            f"“{clip(point.accept[number], 40)}” makes `{point.id}` and `{owner}` of `{card.id}`",
            "keep it at the point it is meant for",
        )
    prompts = () if card.kind == "scenario" else (card.prompt, *card.variants)
    asked = [f" {_words(prompt)} " for prompt in prompts]
    for index, point in enumerate(card.points):
        for number, phrase in enumerate(point.accept):
            if any(f" {_words(phrase)} " in prompt for prompt in asked):
                yield _warning(
                    ("points", index, "accept", number),
                    f"“{clip(phrase, 40)}” of `{point.id}` stands in the prompt of `{card.id}`",
                    "use words that only somebody who knows it would add",
                )


def _model_answer(card: Card, given: Grade) -> Iterator[Finding]:
    """Yield the points that the model answer misses, and the mistakes it makes, as graded."""
    hits = {point.id for point in given.points if point.hit}
    for index, point in enumerate(card.points):
        if point.id not in hits:
            yield _warning(
                ("points", index),
                f"the model answer of `{card.id}` misses `{point.id}`",
                "say it in `answer`, or add to `accept` how the answer says it",
            )
    made = {(mistake.say, mistake.why) for mistake in given.mistakes}
    for index, mistake in enumerate(card.mistakes):
        if (mistake.say, mistake.why) in made:
            yield _warning(
                ("mistakes", index),
                f"the model answer of `{card.id}` makes the mistake “{clip(mistake.say, 40)}”",
                "narrow the mistake's `match`, or reword `answer`",
            )


def _words(text: str) -> str:
    """Return the words of a text, for comparing; of one of signs alone the signs."""
    return " ".join(_WORD.findall(text.casefold())) or text


def _warning(path: Path, message: str, mend: str) -> Finding:
    return Finding(path, message, mend, severity="warning")
