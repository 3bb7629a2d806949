"""The time an answer takes, or the time that is left."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from trainer.session import Sitting


class Clock(Static):
    """Counts up from when the question was asked; where time is a limit, down to its end.

    Once a second it repaints itself, and nothing beside it.
    """

    DEFAULT_CSS = """
    Clock {
        width: 7;
        height: 1;
        text-align: right;
        &.-limited {
            width: 12;
        }
    }
    """

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(_said(sitting), id="clock")
        self._sitting = sitting
        self.set_class(sitting.remaining() is not None, "-limited")

    def on_mount(self) -> None:
        """Begin to tick."""
        self.set_interval(1, self.tick, name="clock")

    def tick(self) -> None:
        """Show the time as it is."""
        self.update(_said(self._sitting), layout=False)


def _said(sitting: Sitting) -> Content:
    left = sitting.remaining()
    if left is None:
        return Content.styled(_minutes(sitting.elapsed() // 1000), "dim")
    if not left:
        return Content.styled("time’s up", "bold $text-warning")
    return Content.styled(f"{_minutes(-(-left // 1000))} left", "bold" if left < 60_000 else "dim")


def _minutes(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
