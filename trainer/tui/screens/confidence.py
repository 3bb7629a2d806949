"""How sure are you? Asked between an answer and what became of it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from trainer.tui.screens.box import Box
from trainer.tui.widgets.keybar import KeyBar
from trainer.wording import CONFIDENCE


class ConfidenceScreen(Box[int | None]):
    """A line below the answer. Ends with 1..4, or None where the person doesn't say."""

    CSS_PATH = "confidence.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(n), f"dismiss({n})", said.capitalize(), show=False, id=f"confidence.{n}")
            for n, said in CONFIDENCE.items()
        ),
        Binding("enter,escape", "dismiss(None)", "Skip", key_display="⏎", id="confidence.skip"),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-wide")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        """The question and its four answers, each with its key."""
        with Container(id="confidence"):
            yield Static(Content.styled("How sure are you?", "bold"))
            for n, said in CONFIDENCE.items():
                yield Static(Content.assemble((str(n), "bold $text-accent"), f" {said}"))
        yield KeyBar()
