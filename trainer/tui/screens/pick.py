"""Choosing what to drill."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from trainer.desk import Desk
from trainer.selection import Selection
from trainer.text import count
from trainer.tui.messages import Go, SittingWanted
from trainer.tui.screens.base import TopBar, TrainerScreen


class Picker(OptionList):
    """The list of what can be drilled."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Drill", id="drill.start")]


class PickScreen(TrainerScreen):
    """Lists decks and their topics. Posts SittingWanted with the one picked."""

    CSS_PATH = "pick.tcss"
    AUTO_FOCUS = "#pick"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "home", "Home", id="drill.home"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._selections: list[Selection] = []

    def content(self) -> ComposeResult:
        """A line for each deck, and below it one for each of its topics."""
        yield TopBar(Content.styled("Trainer › Drill", "bold"), Content(""))
        due = self.attempt(lambda: self._desk.due(self._desk.clock()))
        options = []
        for deck in due.decks if due else ():
            self._selections.append(Selection(deck=deck.id))
            options.append(_line(deck.title, deck.cards, "bold"))
            for topic in deck.topics:
                if topic.id:
                    self._selections.append(Selection(deck=deck.id, topic=topic.id))
                    options.append(_line(f"    {topic.title}", topic.cards, ""))
        yield Picker(*(Option(line) for line in options), id="pick", markup=False)

    def on_option_list_option_selected(self, selected: OptionList.OptionSelected) -> None:
        """Drill what was picked."""
        self.leave(SittingWanted("drill", self._selections[selected.option_index]))

    def action_home(self) -> None:
        """Go home."""
        self.leave(Go("home"))


def _line(title: str, cards: int, style: str) -> Content:
    return Content.assemble((title, style), (f"  {count(cards, 'card')}", "dim"))
