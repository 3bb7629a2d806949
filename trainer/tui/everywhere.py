"""What works on every screen: help, palette, theme, keys, files that changed on disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.constants import DEFAULT_THEME
from textual.screen import Screen

from trainer.decks.library import Library
from trainer.desk import Desk
from trainer.errors import TrainerError
from trainer.text import clean
from trainer.tui.orderly import OrderlyApp

if TYPE_CHECKING:
    from trainer.tui.screens.base import TrainerScreen
    from trainer.watch import Stamp


class EverywhereApp(OrderlyApp):
    """An app that follows the person's preferences, and the files its desk was read from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "help", "Help", id="help", key_display="f1"),
        Binding(
            "ctrl+p", "command_palette", "Commands", id="commands", key_display="^p", show=False
        ),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._own_keys: dict[str, tuple[str, ...]] = {}
        self._library = desk.library
        self._stamp: Stamp | None = None
        self._prefer()

    # Preferences

    def _prefer(self) -> None:
        """Use the theme and the keys of the config; what can't be used is among its problems."""
        config = self._desk.config
        problems: list[str] = []
        if config.theme or self.theme != DEFAULT_THEME:
            problems += self._use_theme(config.theme)
        if config.keys or self._own_keys:
            problems += self._use_keys(config.keys)
        if problems:
            place = f"{clean(self._desk.paths.config)}: " if self._desk.paths else ""
            said = [f"{place}{problem}" for problem in problems]
            self._desk.config = config._replace(problems=(*config.problems, *said))

    def _use_theme(self, wanted: str) -> list[str]:
        from trainer.tui.palette import theme_named

        theme = theme_named(wanted, self)
        self.theme = theme or DEFAULT_THEME
        return [] if theme else [f"[app] theme: there is no {clean(wanted)}; the default is used"]

    def _use_keys(self, wanted: Iterable[tuple[str, str]]) -> list[str]:
        from trainer.tui.keys import keymap, scopes, usable

        screens = scopes(type(self))
        self._own_keys, problems = usable(wanted, screens)
        self.set_keymap(keymap(self._own_keys, screens))
        return problems

    def choose_theme(self, name: str) -> None:
        """Use a theme now and from now on."""
        from trainer.preferences import change

        paths = self._desk.paths
        if paths is None:
            self._use_theme(name)
            return
        try:
            change(paths.config, ("app",), "theme", name)
            self.read_again()
        except TrainerError as error:
            self._use_theme(name)
            self.notify(str(error), severity="error", markup=False, timeout=10)

    # What stands on disk

    def read_again(self) -> None:
        """Read the preferences and the decks again, and use them. Raises TrainerError."""
        self._desk.reload()
        self._library, self._stamp = self._desk.library, self._stamp_now()
        self._prefer()

    def look_again(self) -> bool:
        """Read all again where a file changed since, and say so; return whether one did."""
        before, now = self._stamp, self._stamp_now()
        # Without one from before, or where the decks were read again by others, this is the first.
        first = before is None or self._library is not self._desk.library
        self._library, self._stamp = self._desk.library, now
        if first or before == now:
            return False
        try:
            self.read_again()
            self.call_later(self.notify, "Your decks or settings changed; read again.", timeout=3)
        except TrainerError as error:
            self.call_later(self.notify, str(error), severity="error", markup=False, timeout=10)
        return True

    def _stamp_now(self) -> Stamp | None:
        from trainer.watch import stamp

        paths = self._desk.paths
        return None if paths is None else stamp(paths, self._desk.library.files)

    def on_app_focus(self) -> None:
        """Look for changes made in another window."""
        from trainer.tui.screens.base import TrainerScreen

        before = self._desk.library
        if self.look_again():
            self.follow(before)
            if isinstance(self.screen, TrainerScreen):
                self.screen.desk_changed()

    def follow(self, before: Library) -> None:
        """Go on with decks that were read again while something is under way."""

    # Styles

    def style(self, screen: type[TrainerScreen]) -> None:
        """Read the style sheet of a screen to come; of all there are, only this one is parsed.

        Showing a screen whose style sheet is new, Textual would parse those of all widgets again.
        """
        path = screen.style_sheet()
        if not self.stylesheet.has_source(path, ""):
            self.stylesheet.read(path)
            self.stylesheet.parse()

    # Help and commands

    def action_help(self) -> None:
        """Explain the keys of the screen."""
        from trainer.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen, self._own_keys))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return what the palette offers."""
        from trainer.tui.palette import commands

        return commands(self, screen)

    @property
    def can_suspend(self) -> bool:
        """Whether the shell can be gone back to, with Trainer waiting."""
        return os.name == "posix" and self._driver is not None and self._driver.can_suspend
