"""What screens tell the app. They don't know each other; the app decides what comes next."""

from __future__ import annotations

from textual.message import Message

from trainer.selection import Selection
from trainer.session import Feedback, Mode, Sitting


class HomeWanted(Message):
    """The person wants to go home, from wherever."""


class PickWanted(Message):
    """The person wants to choose what to drill."""


class SittingWanted(Message):
    """The person wants questions: a mode, and what to draw them from."""

    def __init__(self, mode: Mode, selection: Selection) -> None:
        super().__init__()
        self.mode: Mode = mode
        self.selection = selection


class Graded(Message):
    """An answer was submitted and graded."""

    def __init__(self, sitting: Sitting, feedback: Feedback) -> None:
        super().__init__()
        self.sitting = sitting
        self.feedback = feedback


class NextWanted(Message):
    """The sitting is to go on: a review was saved, or one was taken back."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self.sitting = sitting
