"""Keys and what they do, within the page."""

from __future__ import annotations

from collections.abc import Collection

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.style import Style
from textual.widgets import Static

_GAP = 3


class Menu(Static):
    """The screen's bindings of these ids, on as many lines as they need; `first` is accented.

    They are shown with the keys they have now, and can be clicked.
    """

    def __init__(self, bindings: Collection[str], first: str) -> None:
        super().__init__()
        self._bindings_shown = bindings
        self._first = first
        self._entries: list[Content] = []

    def on_mount(self) -> None:
        """Show them."""
        self.show(self._first)

    def show(self, first: str) -> None:
        """Look up what is offered and its keys, which may be the person's own."""
        found: dict[str, Content] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.id and binding.id in self._bindings_shown and binding.id not in found:
                style = "$text-accent" if binding.id == first else ""
                entry = Content.assemble(
                    (self.app.get_key_display(binding), f"bold {style}"),
                    " ",
                    (binding.description, f"bold {style}" if style else ""),
                )
                found[binding.id] = entry.stylize(Style.from_meta({"action": binding.action}))
        self._entries = [found[name] for name in self._bindings_shown if name in found]
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines at this width."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Lay the entries out over the width there is."""
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        for entry in self._entries:
            if lines and lines[-1].cell_length + _GAP + entry.cell_length <= width:
                lines[-1] = Content.assemble(lines[-1], " " * _GAP, entry)
            else:
                lines.append(entry)
        return lines

    async def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        action = event.style.meta.get("action")
        if action:
            await self.screen.run_action(action)
