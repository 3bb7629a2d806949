"""The ratings, to be given by key or click."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widgets import Static

from trainer.scheduling.schedule import Rating

_PLAIN = ("╭─╮", "│", "╰─╯", "$foreground 20%")
_CHOSEN = ("┏━┓", "┃", "┗━┛", "$accent")


class Ratings(Static):
    """The four ratings in boxes, each with the wait it would give. Clicking one gives it."""

    ALLOW_SELECT = False

    chosen: reactive[Rating | None] = reactive(None)

    class Picked(Message):
        """A rating was clicked."""

        def __init__(self, rating: Rating) -> None:
            super().__init__()
            self.rating = rating

    def __init__(self, waits: Mapping[Rating, str]) -> None:
        super().__init__(id="ratings")
        self._waits = waits

    def render(self) -> Content:
        """The boxes side by side; the wait stands below the name where there is a line for it."""
        width, height = self.content_size
        edges = [width * place // len(self._waits) for place in range(len(self._waits) + 1)]
        boxes = [
            self._box(rating, right - left, max(1, height - 2))
            for rating, left, right in zip(self._waits, edges, edges[1:], strict=False)
        ]
        return Content("\n").join(Content("").join(line) for line in zip(*boxes, strict=True))

    def _box(self, rating: Rating, width: int, height: int) -> list[Content]:
        top, side, bottom, color = _CHOSEN if rating is self.chosen else _PLAIN
        inner = max(0, width - 2)
        name = Content.styled(f"{int(rating)} {rating.label}", "bold")
        waits = Content.styled(self._waits[rating], "dim")
        beside = height < 2 or name.cell_length + waits.cell_length + 1 <= inner
        texts = [name + " " + waits] if beside and waits else [name] if beside else [name, waits]
        texts += [Content("")] * (height - len(texts))
        edge = Content.styled(side, color)
        lines = [
            Content.styled(top[0] + top[1] * inner + top[2], color),
            *(edge + _centred(text, inner) + edge for text in texts),
            Content.styled(bottom[0] + bottom[1] * inner + bottom[2], color),
        ]
        return [line.stylize(Style.from_meta({"rating": int(rating)})) for line in lines]

    def on_click(self, event: events.Click) -> None:
        """Give the rating that was clicked."""
        rating = event.style.meta.get("rating")
        if rating:
            self.post_message(self.Picked(Rating(rating)))


def _centred(text: Content, width: int) -> Content:
    text = text.truncate(width, ellipsis=True)
    left = (width - text.cell_length) // 2
    return text.pad_left(left).pad_right(width - left - text.cell_length)
