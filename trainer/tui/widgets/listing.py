"""Lines with a number before each."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

_GAP = 2


class Listing(Static):
    """What stands on the right is wrapped beside its number, in a single widget for all lines."""

    def __init__(self, entries: Sequence[tuple[str, Content]]) -> None:
        super().__init__()
        self._entries = entries
        self._wrapped: tuple[int, Content] = (0, Content(""))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines at this width."""
        return self._at(width).plain.count("\n") + 1

    def render(self) -> Content:
        """Wrap them to the width there is."""
        return self._at(self.content_size.width)

    def _at(self, width: int) -> Content:
        if self._wrapped[0] != width:
            gutter = _GAP + max(len(number) for number, _ in self._entries)
            lines = []
            for number, text in self._entries:
                for place, line in enumerate(text.wrap(max(1, width - gutter))):
                    start = "" if place else number
                    lines.append(Content.assemble(f"{start:<{gutter}}", line))
            self._wrapped = width, Content("\n").join(lines)
        return self._wrapped[1]
