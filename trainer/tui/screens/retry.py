"""Trying again, after the model answer was shown."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from trainer.question import Question
from trainer.tui.screens.base import TooSmall, TopBar, TrainerScreen
from trainer.tui.widgets.answer import MAX_CHARACTERS, AnswerArea
from trainer.tui.widgets.answering import answer_widget
from trainer.tui.widgets.keybar import KeyBar


class RetryScreen(Screen[str | None]):
    """Asks a question once more, its model answer out of sight. Ends with an answer, or None."""

    CSS_PATH = "question.tcss"
    AUTO_FOCUS = "#answer, #answer GapInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,ctrl+enter", "submit", "Submit", key_display="^j", id="retry.submit"),
        Binding("enter", "submit_picks", "Submit", id="retry.submit-picks"),
        Binding("escape", "dismiss(None)", "Back", id="retry.back"),
    ]
    HORIZONTAL_BREAKPOINTS = TrainerScreen.HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = TrainerScreen.VERTICAL_BREAKPOINTS

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question
        self._answer = answer_widget(question)

    def compose(self) -> ComposeResult:
        """The prompt, and an empty place for the answer."""
        card = self._question.card
        yield TopBar(
            Content.styled("Once more", "bold"), Content.styled("practice, not counted", "dim")
        )
        with VerticalScroll(id="prompt-scroll", can_focus=False):
            prompt = card.prompt if card.kind == "cloze" else self._question.prompt
            yield Static(Content(prompt), id="prompt")
        if isinstance(self._answer, AnswerArea):
            yield self._answer
        else:
            with VerticalScroll(id="answer-scroll", can_focus=False):
                yield self._answer
        yield KeyBar()
        yield TooSmall()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the key that submits this kind of answer."""
        kind = self._question.card.kind
        if action == "submit":
            return kind in ("scenario", "question")
        return kind == "choice" if action == "submit_picks" else True

    def action_submit(self) -> None:
        """End with what was written."""
        text = self._answer.text
        if text.strip():
            self.dismiss(text)
        else:
            self.notify("Write an answer, or go back with Escape.", timeout=4)

    def action_submit_picks(self) -> None:
        """End with what was picked."""
        self.action_submit()

    def on_gaps_submitted(self) -> None:
        """End with what was filled in."""
        self.action_submit()

    def on_answer_area_cut(self) -> None:
        """Say that a paste was cut."""
        self.notify(f"An answer holds {MAX_CHARACTERS:,} characters; the rest was cut.")
