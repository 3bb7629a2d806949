"""Lines with a number or a sign before each."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static


class Listing(Static):
    """What stands on the right is wrapped beside its number, in a single widget for all lines."""

    def __init__(self, entries: Sequence[tuple[Content, Content]], *, gap: int = 2) -> None:
        """`gap` is the number of columns between the numbers and what stands beside them."""
        super().__init__()
        self._entries = entries
        self._gap = gap
        self._wrapped: tuple[int, Content] = (0, Content(""))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines at this width."""
        return self._at(width).plain.count("\n") + 1

    def render(self) -> Content:
        """Wrap them to the width there is."""
        return self._at(self.content_size.width)

    def _at(self, width: int) -> Content:
        if self._wrapped[0] != width:
            gutter = self._gap + max(number.cell_length for number, _ in self._entries)
            lines = []
            for number, text in self._entries:
                for place, line in enumerate(text.wrap(max(1, width - gutter))):
                    start = Content("") if place else number
                    lines.append(start.pad_right(gutter - start.cell_length) + line)
            self._wrapped = width, Content("\n").join(lines)
        return self._wrapped[1]
