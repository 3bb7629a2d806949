"""What screens tell the app. They don't know each other; the app decides what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.message import Message

from trainer.feedback import Feedback
from trainer.planning import Mode
from trainer.selection import Selection
from trainer.session import Sitting

if TYPE_CHECKING:
    from trainer.tui.screens.base import TrainerScreen

Place = Literal[
    "home", "drill", "mock", "weak", "browse", "stats", "decks", "settings", "help"
]  # fmt: skip


class Go(Message):
    """The person wants to be at another place of the app, from wherever."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place: Place = place


class Coming(Message):
    """A screen is likely to be wanted next; what it needs can be got ready."""

    def __init__(self, screen: type[TrainerScreen]) -> None:
        super().__init__()
        self.screen = screen


class SittingWanted(Message):
    """The person wants questions: a mode, what to draw them from, how many or for how long."""

    def __init__(
        self,
        mode: Mode,
        selection: Selection,
        limit: int | None = None,
        minutes: float | None = None,
        *,
        counts: bool = True,
    ) -> None:
        super().__init__()
        self.mode: Mode = mode
        self.selection = selection
        self.limit = limit
        self.minutes = minutes
        self.counts = counts


class Graded(Message):
    """An answer was submitted and graded. `confidence` is how sure the person said to be, 1..4."""

    def __init__(self, sitting: Sitting, feedback: Feedback, confidence: int | None = None) -> None:
        super().__init__()
        self.sitting = sitting
        self.feedback = feedback
        self.confidence = confidence


class NextWanted(Message):
    """The sitting is to go on: a review was saved, or one was taken back.

    `said` is what the person is to be told then.
    """

    def __init__(self, sitting: Sitting, said: str = "") -> None:
        super().__init__()
        self.sitting = sitting
        self.said = said


class EditWanted(Message):
    """The person wants to edit a card in its file; `sitting` is to go on with what they make it."""

    def __init__(self, ref: str, sitting: Sitting | None = None) -> None:
        super().__init__()
        self.ref = ref
        self.sitting = sitting


class Edited(Message, bubble=False):
    """To the screen that wanted it: the decks were read anew after an edit."""


class AnswerWanted(Message):
    """An answer of a mock interview that is over, by its place from 0, is to be looked at."""

    def __init__(self, sitting: Sitting, number: int) -> None:
        super().__init__()
        self.sitting = sitting
        self.number = number
