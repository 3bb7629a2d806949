"""What the keys do, from the declarations that make them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Static

from trainer.tui.keys import Command, commands, shown, title
from trainer.tui.screens.box import Box
from trainer.tui.widgets.keybar import KeyBar

_MORE = (
    "In lists and texts the arrows move, and the mouse clicks, scrolls and selects. "
    "In an answer ctrl+z undoes and ctrl+y does again. ctrl+p finds every command by its name.\n"
    "A name on the right gives its keys in the settings, or in the [keys] of the file."
)


class HelpScreen(Box[None]):
    """Lists the keys of the screen it was asked from, then those that work everywhere."""

    CSS_PATH = "help.tcss"
    AUTO_FOCUS = "#keys"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,question_mark,q", "dismiss(None)", "Back", id="help.back"),
    ]

    def __init__(self, asked_from: Screen[Any], own: Mapping[str, tuple[str, ...]]) -> None:
        """`own` are the person's keys, by id."""
        super().__init__()
        self._asked_from = asked_from
        self._own = own

    def compose(self) -> ComposeResult:
        """A table of keys for each part, then what holds without any."""
        here, everywhere = self._parts()
        with Vertical(id="help") as box:
            box.border_title = "Help"
            with VerticalScroll(id="keys"):
                for name, rows in (
                    (title(type(self._asked_from)), here),
                    ("Everywhere", everywhere),
                ):
                    if rows:
                        yield Static(Content.styled(name, "bold $text-accent"))
                        yield Static(self._table(rows), classes="table")
                yield Static(_MORE, classes="more", markup=False)
        yield KeyBar()

    def _parts(self) -> tuple[list[Command], list[Command]]:
        """Return what the keys do here, and what they do everywhere."""
        from trainer.tui.screens.base import TrainerScreen

        common = {*_listed(TrainerScreen), *_listed(type(self.app))}
        here = [c for node in self._key_owners() for c in _listed(node) if c not in common]
        return [*dict.fromkeys(here)], [*dict.fromkeys([*_listed(type(self.app)), *common])]

    def _key_owners(self) -> Iterator[type[DOMNode]]:
        yield type(self._asked_from)
        yield from (type(node) for node in self._asked_from.walk_children())

    def _table(self, rows: list[Command]) -> Content:
        cells = [(shown(row, self._own), row.description, row.id) for row in rows]
        keys = max(len(key) for key, _, _ in cells)
        said = max(len(text) for _, text, _ in cells)
        return Content("\n").join(
            Content.assemble((f"{key:<{keys}}", "bold"), f"   {text:<{said}}   ", (name, "dim"))
            for key, text, name in cells
        )


def _listed(node: type[DOMNode]) -> list[Command]:
    """Return what is worth listing: what has a name and says what it does."""
    return [command for command in commands(node) if command.id and command.description]
