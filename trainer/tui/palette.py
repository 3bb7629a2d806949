"""The command palette: what can be done here, each place of the app, the themes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App, SystemCommand
from textual.constants import DEFAULT_THEME
from textual.markup import escape
from textual.screen import Screen

from trainer.tui.keys import title
from trainer.tui.messages import Go, Place

if TYPE_CHECKING:
    from trainer.tui.everywhere import EverywhereApp

PLACES: dict[Place, tuple[str, str]] = {
    "home": ("Home", "Today's plan and the decks"),
    "drill": ("Drill", "Choose what to practise"),
    "mock": ("Mock interview", "Timed, nothing shown until the end"),
    "weak": ("Weak spots", "The points missed most of late"),
    "browse": ("Browse", "All cards, searched"),
    "stats": ("Statistics", "How it is going"),
    "decks": ("Decks", "What is installed, new decks and cards, editing"),
    "settings": ("Settings", "Limits, schedule, theme, keys"),
    "help": ("Help", "The keys of this screen"),
}
_SHORT = {"dark": "textual-dark", "light": "textual-light", "ansi": "ansi-dark"}


def theme_named(name: str, app: App[Any]) -> str | None:
    """Return Textual's name of a theme, its default for none; None where there is no such one."""
    name = _SHORT.get(name, name) or DEFAULT_THEME
    return name if name in app.available_themes else None


def theme_names(app: App[Any]) -> list[str]:
    """Return the names of all themes, the short ones first."""
    return [*_SHORT, *(name for name in app.available_themes if name not in _SHORT.values())]


def commands(app: EverywhereApp, screen: Screen[Any]) -> Iterator[SystemCommand]:
    """Yield what can be done on the screen now, then what can be done anywhere."""
    seen: set[str] = set()
    for active in screen.active_bindings.values():
        binding = active.binding
        said = binding.description
        if not (binding.id and said and active.enabled) or said in seen:
            continue
        if binding.action == "command_palette":
            continue
        seen.add(said)
        key = escape(app.get_key_display(binding))
        act = partial(app.run_action, binding.action, active.node)
        yield SystemCommand(said, f"{title(type(screen))}, {key}", act)
    if "Quit" not in seen:
        yield SystemCommand("Quit", "All that was answered is saved", app.action_quit)
    for place, (name, help_text) in PLACES.items():
        yield SystemCommand(f"Go to {name}", help_text, partial(screen.post_message, Go(place)))
    for name in theme_names(app):
        yield SystemCommand(
            f"Theme: {name}",
            "Use it, now and from now on",
            partial(app.choose_theme, name),
            name in _SHORT,
        )
    if app.can_suspend:
        yield SystemCommand(
            "Suspend to the shell", "`fg` brings Trainer back", app.action_suspend_process
        )
