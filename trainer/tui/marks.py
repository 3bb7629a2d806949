"""Marking in texts what a grade found there. Never by colour alone."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from trainer.grading.model import Grade, PointGrade

MADE = "bold underline $text-success"
NEGATED = "strike $text-warning"
MISTAKE = "bold reverse $text-error"
MISSED = "underline $text-warning"
_SYMBOLS = {"made": "✓", "partly": "~", "missed": "✗"}
_STYLES = {
    "made": "bold $text-success",
    "partly": "bold $text-warning",
    "missed": "bold $text-error",
}


def marked_answer(answer: str, grade: Grade) -> Content:
    """Return the answer with its evidence, what was negated, and mistakes marked."""
    content = Content(answer)
    for point in grade.points:
        content = _mark(content, point.evidence, MADE)
        content = _mark(content, (m.span for m in point.matches if m.negated), NEGATED)
    for mistake in grade.mistakes:
        content = _mark(content, mistake.evidence, MISTAKE)
    return content


def marked_model(answer: str, grade: Grade) -> Content:
    """Return the model answer with what was missed marked."""
    content = Content(answer)
    for point in grade.points:
        if not point.hit:
            content = _mark(content, point.missed, MISSED)
    return content


def symbol(state: str) -> tuple[str, str]:
    """Return the sign and its style for what became of a point (`wording.point_state`)."""
    word = state.partition(",")[0]
    return _SYMBOLS[word], _STYLES[word]


def shown_evidence(point: PointGrade, answer: str) -> str:
    """Return the words that count for a point, on one line."""
    return " … ".join(" ".join(answer[start:end].split()) for start, end in point.evidence)


def _mark(content: Content, spans: Iterable[tuple[int, int]], style: str) -> Content:
    for start, end in spans:
        content = content.stylize(style, start, end)
    return content
