"""Asking whether something is really meant."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from trainer.tui.screens.box import Box
from trainer.tui.widgets.keybar import KeyBar


class ConfirmScreen(Box[bool]):
    """Says what would happen, and ends with whether it shall."""

    CSS_PATH = "confirm.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes", id="confirm.yes"),
        Binding("n,escape", "dismiss(False)", "No", id="confirm.no", key_display="n"),
    ]

    def __init__(self, question: str, consequence: str = "") -> None:
        super().__init__()
        self._question = question
        self._consequence = consequence

    def compose(self) -> ComposeResult:
        """The question, and below it what follows from a yes."""
        with Vertical(id="confirm"):
            yield Static(Content.styled(self._question, "bold"))
            yield Static(Content(self._consequence))
            yield Static(
                Content.assemble(
                    ("y", "bold $text-accent"), " yes    ", ("n", "bold $text-accent"), " no"
                ),
                id="keys",
            )
        yield KeyBar()
