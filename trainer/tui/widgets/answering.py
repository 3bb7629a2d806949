"""Where a question is answered: for each kind of card a widget, imported when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trainer.question import Question

if TYPE_CHECKING:
    from trainer.tui.widgets.answer import AnswerArea
    from trainer.tui.widgets.choices import Choices
    from trainer.tui.widgets.gaps import Gaps

    # Each has the id `answer`, and its `text` is the answer as the grader reads it.
    AnswerWidget: TypeAlias = AnswerArea | Choices | Gaps


def answer_widget(question: Question, text: str = "") -> AnswerWidget:
    """Return where a question of any kind but a flashcard is answered, with `text` in it."""
    card = question.card
    if card.kind == "choice":
        from trainer.tui.widgets.choices import Choices

        several = sum(choice.right for choice in card.choices) > 1
        return Choices(question.options, several=several)
    if card.kind == "cloze":
        from trainer.tui.widgets.gaps import Gaps

        return Gaps(card.text, text)
    from trainer.tui.widgets.answer import AnswerArea

    return AnswerArea(text)
