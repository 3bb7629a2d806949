"""The end of a sitting."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from trainer.scheduling.days import Moment
from trainer.scheduling.schedule import Rating
from trainer.session import Saved, Sitting
from trainer.text import clip, count
from trainer.tui.messages import Go
from trainer.tui.screens.base import TopBar, TrainerScreen
from trainer.wording import duration, percent, wait, when

_SIGNS = {
    Rating.AGAIN: ("✗", "bold $text-error"),
    Rating.HARD: ("~", "bold $text-warning"),
    Rating.GOOD: ("✓", "bold $text-success"),
    Rating.EASY: ("✓", "bold $text-success"),
}


class SummaryScreen(TrainerScreen):
    """What was answered, how it was rated, and when each card comes back."""

    CSS_PATH = "summary.tcss"
    AUTO_FOCUS = "#summary"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "home", "Home", id="summary.home"),
        Binding("escape", "home", "Home", show=False, id="summary.leave"),
        Binding("u", "undo", "Undo", id="summary.undo"),
        Binding("q", "app.quit", "Quit", id="summary.quit"),
    ]

    def __init__(self, sitting: Sitting, at: Moment) -> None:
        super().__init__()
        self._sitting = sitting
        self._at = at

    def content(self) -> ComposeResult:
        """The sums, then a line for each answer."""
        saved = self._sitting.saved
        yield TopBar(Content.styled("Trainer", "bold"), Content(self._sitting.mode))
        with VerticalScroll(id="summary"):
            yield Static(self._headline(), id="headline")
            if saved and not self._sitting.counts:
                yield Static(
                    "Practice, not counted: no card comes back sooner or later for it.",
                    id="practice",
                    markup=False,
                )
            for row in saved:
                yield Static(self._row(row), classes="row")
            yield Static(self._comes_next(), id="next")

    def _headline(self) -> Content:
        saved = self._sitting.saved
        if not saved:
            nothing = {
                "daily": "Nothing is due now.",
                "weak": "No point was missed in the last 30 days.",
            }
            return Content.styled(nothing.get(self._sitting.mode, "No card to ask."), "bold")
        time = duration(sum(row.elapsed_ms for row in saved))
        ratings = []
        for rating in Rating:
            number = sum(row.rating is rating for row in saved)
            if number:
                ratings.append(Content.assemble((f"{number} ", "bold"), rating.label))
        return Content.assemble(
            (f"{count(len(saved), 'answer')} in {time}", "bold"),
            "   ",
            Content("   ").join(ratings),
        )

    def _row(self, row: Saved) -> Content:
        name = clip(row.card.partition("/")[2], 40)
        score = "" if row.score is None else percent(row.score)
        return Content.assemble(
            _SIGNS[row.rating],
            f" {name:<40} {score:>6}  {row.rating.label:<6} ",
            (f"back in {wait(row.memory, self._at)}" if row.memory else "", "dim"),
        )

    def _comes_next(self) -> Content:
        due = self._sitting.next_due()
        if due is None:
            return Content("")
        return Content.assemble("Next due: ", (when(due, self._at), "bold"), ".")

    def action_home(self) -> None:
        """Go home."""
        self.leave(Go("home"))

    def action_undo(self) -> None:
        """Take the last review back and ask its card again."""
        self.undo(self._sitting)
