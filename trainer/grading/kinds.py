"""One entry for every kind of card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from trainer.decks.model import Card, Point
from trainer.grading.exact import grade_choice, grade_cloze
from trainer.grading.free import grade_free
from trainer.grading.model import Grade, Thresholds
from trainer.grading.rubric import prepare


def grade_card(
    card: Card,
    answer: str,
    ref: str,
    prompt: str | None,
    synonyms: Sequence[Sequence[str]],
    taught: Sequence[tuple[str, str]],
    decided: Mapping[str, bool],
    thresholds: Thresholds,
    hint_used: bool,
    order: Sequence[int] | None,
) -> Grade:
    """Return the grade of an answer to a card of any kind."""
    if card.kind == "flashcard":
        return Grade(card=ref, score=0.0, rating=None)
    if card.kind == "choice":
        return grade_choice(card, ref, answer, order, thresholds, hint_used)
    if card.kind == "cloze":
        return grade_cloze(card, ref, answer, thresholds, hint_used)
    groups = tuple(tuple(group) for group in synonyms)
    rubric = prepare(card, card.prompt if prompt is None else prompt, groups)
    return grade_free(ref, answer, rubric, taught, decided, thresholds, hint_used)


@lru_cache(maxsize=256)
def measured_card(question: str, model_answer: str, texts: tuple[str, ...]) -> Card:
    """Return a bare question card, for measuring against graded answers."""
    points = tuple(Point(id=str(n), say=text) for n, text in enumerate(texts, start=1))
    return Card(id="measured", prompt=question, answer=model_answer, points=points)
