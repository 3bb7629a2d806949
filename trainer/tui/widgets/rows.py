"""Any number of rows, of which only those in sight are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual


class Rows(ScrollView, can_focus=True):
    """A list of one-line rows with a cursor. It asks `draw` for a row's text when it is in sight.

    Posts Moved when the cursor is at another row, or at a row that is another now.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "to(0)", show=False),
        Binding("end", "to(-1)", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor"}
    DEFAULT_CSS = """
    Rows {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
    }
    Rows > .rows--cursor {
        background: $foreground 10%;
    }
    Rows:focus > .rows--cursor {
        background: $accent 25%;
    }
    """

    cursor = reactive(0, repaint=False)

    class Moved(Message):
        """The cursor is at another row."""

    def __init__(self, draw: Callable[[int, int], Content], *, id: str) -> None:  # noqa: A002
        """`draw` takes the number of a row, from 0, and the width there is."""
        super().__init__(id=id)
        self.auto_links = False
        self._draw_row = draw
        self._number = 0

    def show(self, number: int, cursor: int = 0) -> None:
        """Have so many rows, other ones than before, and the cursor at one of them."""
        self._number = number
        # The scrollbar is always there, so that the layout stays as it is.
        self.set_reactive(Rows.virtual_size, Size(0, number))
        self.vertical_scrollbar.window_virtual_size = number
        self.set_reactive(Rows.cursor, max(0, min(cursor, number - 1)))
        self.post_message(self.Moved())
        self._reveal()
        self.refresh()

    def watch_cursor(self, before: int, now: int) -> None:
        """Draw the two rows anew and keep the cursor in sight."""
        self.refresh_lines(before)
        self.refresh_lines(now)
        self._reveal()
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._reveal()

    def _reveal(self) -> None:
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if height and not top <= self.cursor < top + height:
            y = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=y, animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """Draw the row on this line of the window."""
        number = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if number >= self._number:
            return Strip.blank(width, self.rich_style)
        at = number == self.cursor
        style = self.get_visual_style(*(["rows--cursor"] if at else []))
        pointer = "› " if at else "  "
        row = Content.assemble(pointer, self._draw_row(number, width - 2))
        return Visual.to_strips(self, row, width, 1, style, pad=True)[0]

    def action_move(self, by: int) -> None:
        """Move the cursor up or down."""
        self.action_to(max(0, self.cursor + by))

    def action_page(self, by: int) -> None:
        """Move the cursor by a windowful."""
        self.action_move(by * max(1, self.scrollable_content_region.height - 1))

    def action_to(self, number: int) -> None:
        """Move the cursor to a row; -1 is the last."""
        last = max(0, self._number - 1)
        self.cursor = last if number < 0 else min(number, last)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row clicked."""
        number = event.get_content_offset(self)
        if number is not None and number.y + self.scroll_offset.y < self._number:
            self.cursor = number.y + self.scroll_offset.y
