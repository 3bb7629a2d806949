"""Teaching the grader: these words count for that point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static, TextArea
from textual.widgets.option_list import Option

from trainer.grading.model import PointGrade
from trainer.tui.screens.box import Box
from trainer.tui.widgets.keybar import KeyBar


class Lesson(NamedTuple):
    """The point that was meant, and the words that made it."""

    point: str
    phrase: str


class Points(OptionList):
    """The points to choose from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Choose", id="teach.choose"),
    ]


class TeachScreen(Box[Lesson | None]):
    """Asks for a point, then for the words of the answer. Ends with a Lesson, or None."""

    CSS_PATH = "teach.tcss"
    AUTO_FOCUS = "#points"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "finish", "Teach", id="teach.finish"),
        Binding("escape", "dismiss(None)", "Cancel", id="teach.cancel"),
    ]

    def __init__(self, points: Sequence[PointGrade], answer: str) -> None:
        super().__init__()
        self._points = points
        self._answer = answer

    def compose(self) -> ComposeResult:
        """The points that were missed, then the answer to select words from."""
        with Vertical(id="teach"):
            yield Static("Which point did you make?", classes="step", markup=False)
            options = [Option(Content(point.say)) for point in self._points]
            yield Points(*options, id="points", markup=False)
            yield Static(
                "Which words made it? Select them with shift+arrows or the mouse.",
                classes="step",
                markup=False,
            )
            yield TextArea(self._answer, read_only=True, id="words", highlight_cursor_line=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin at the first point."""
        self.query_one(OptionList).highlighted = 0

    def action_finish(self) -> None:
        """End with the words selected."""
        words = self.query_one(TextArea)
        phrase = _whole_words(words)
        if not phrase.strip():
            self.notify("Select the words first: shift and the arrows, or the mouse.", timeout=4)
            return
        point = self._points[self.query_one(OptionList).highlighted or 0]
        self.dismiss(Lesson(point.id, phrase))

    def on_option_list_option_selected(self) -> None:
        """From the point go on to the words."""
        self.query_one(TextArea).focus()


def _whole_words(area: TextArea) -> str:
    """Return the selected text, to the ends of the words that it begins and ends in."""
    if not area.selected_text.strip():
        return ""
    (row, left), (last, right) = sorted(area.selection)
    first, final = area.document[row], area.document[last]
    while left and first[left - 1].isalnum() and first[left : left + 1].isalnum():
        left -= 1
    while right < len(final) and final[right].isalnum() and final[right - 1 : right].isalnum():
        right += 1
    return area.get_text_range((row, left), (last, right))
