"""Grading: an answer in, a `Grade` out. Pure functions, no I/O, no clock, no randomness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trainer.grading.model import (
    Grade,
    Match,
    MistakeMade,
    PointGrade,
    SuggestedRating,
    Thresholds,
)

if TYPE_CHECKING:
    from trainer.decks.model import Card

__all__ = [
    "Grade",
    "Match",
    "MistakeMade",
    "PointGrade",
    "SuggestedRating",
    "Thresholds",
    "grade",
    "grade_points",
    "grade_text",
]


def grade(
    card: Card,
    answer: str,
    *,
    ref: str = "",
    prompt: str | None = None,
    synonyms: Sequence[Sequence[str]] = (),
    taught: Sequence[tuple[str, str]] = (),
    decided: Mapping[str, bool] | None = None,
    thresholds: Thresholds = Thresholds(),  # noqa: B008  (frozen)
    hint_used: bool = False,
    order: Sequence[int] | None = None,
) -> Grade:
    """Return the grade of `answer` to `card`.

    `ref` is `deck/card`. `prompt` is the prompt that was shown, if not `card.prompt`. `synonyms`
    are the deck's own groups, `taught` pairs of point id and phrase, `decided` what the person said
    of points the grader was unsure of: by point id, whether it was made. `order` is how a choice
    card's options were shown: `order[i]` is the index of the option displayed as number i + 1.
    """
    # The matcher costs 20 ms to import: only when there is something to grade.
    from trainer.grading.kinds import grade_card

    return grade_card(
        card, answer, ref, prompt, synonyms, taught, decided or {}, thresholds, hint_used, order
    )


def grade_text(
    question: str,
    model_answer: str,
    answer: str,
    points: Sequence[dict[str, Any]] | None = None,
) -> float:
    """Return the score, 0..1, of an answer to a bare question; `points` are dicts with `text`."""
    from trainer.grading.kinds import grade_card, measured_card

    texts = tuple(str(point["text"]) for point in points or ())
    card = measured_card(question, model_answer, texts)
    return grade_card(card, answer, "", None, (), (), {}, Thresholds(), False, None).score


def grade_points(question: str, points: Sequence[dict[str, Any]], answer: str) -> list[float]:
    """Return the credit of each point, 0..1."""
    from trainer.grading.kinds import grade_card, measured_card

    card = measured_card(question, "", tuple(str(point["text"]) for point in points))
    made = grade_card(card, answer, "", None, (), (), {}, Thresholds(), False, None)
    return [point.credit for point in made.points]
