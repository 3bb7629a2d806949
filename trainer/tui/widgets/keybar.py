"""The last line: the keys that can be pressed now."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

_HELP = "help"


class KeyBar(Widget):
    """The keys in one widget, each to be clicked, too. What doesn't fit is left to the help."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: 1;
        padding: 0 1;
        background: $footer-background;
        color: $footer-foreground;
        text-wrap: nowrap;
    }
    """

    _offered: list[Binding] | None = None

    def on_mount(self) -> None:
        """Follow what the screen offers."""
        self.screen.bindings_updated_signal.subscribe(self, self._look_up)

    def _look_up(self, screen: Screen[Any]) -> None:
        if not self.is_attached or screen is not self.screen or not self.app.app_focus:
            return
        offered = self._offers()
        if offered != self._offered:
            self._offered = offered
            self.refresh()

    def _offers(self) -> list[Binding]:
        """Return a binding for each action that is offered, in order."""
        first: dict[str, Binding] = {}
        for _, binding, _, _ in self.screen.active_bindings.values():
            if binding.show:
                first.setdefault(binding.action, binding)
        return [*first.values()]

    def render(self) -> Content:
        """The keys with what they do, as many as there is room for; the help stays in sight."""
        if self._offered is None:
            self._offered = self._offers()
        entries = [(binding.action, self._entry(binding)) for binding in self._offered]
        room = self.content_size.width
        gap = Content("  ")
        whole = gap.join(entry for _, entry in entries)
        if whole.cell_length <= room:
            return whole
        help_entry = [entry for action, entry in entries if action == _HELP]
        tail = gap.join([Content("…"), *help_entry])
        shown: list[Content] = []
        for action, entry in entries:
            if action != _HELP:
                if gap.join([*shown, entry, tail]).cell_length > room:
                    break
                shown.append(entry)
        return gap.join([*shown, tail])

    def _entry(self, binding: Binding) -> Content:
        key = self.app.get_key_display(binding)
        entry = Content.assemble((key, "bold $text-accent"), " ", binding.description)
        return entry.stylize(Style.from_meta({"key": binding.key}))

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        key = event.style.meta.get("key")
        if key:
            self.app.simulate_key(key)
