"""The ratings, to be given by key or click."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from trainer.scheduling.schedule import Rating


class RatingBox(Static):
    """One of the four ratings, with the wait it would give. Clicking it gives it."""

    class Picked(Message):
        """A rating was clicked."""

        def __init__(self, rating: Rating) -> None:
            super().__init__()
            self.rating = rating

    def __init__(self, rating: Rating, waits: str, *, chosen: bool) -> None:
        super().__init__(classes="rating")
        self.rating = rating
        self._label = Content.styled(f"{int(rating)} {rating.label}", "bold")
        self._waits = Content.styled(waits, "dim")
        self.set_class(chosen, "-chosen")

    def render(self) -> Content:
        """The name and the wait, one below the other where they don't stand side by side."""
        width = self._label.cell_length + self._waits.cell_length + 1
        beside = self.content_size.height < 2 or width <= self.content_size.width
        return Content(" " if beside else "\n").join([self._label, self._waits])

    def on_click(self, _: events.Click) -> None:
        """Give this rating."""
        self.post_message(self.Picked(self.rating))
