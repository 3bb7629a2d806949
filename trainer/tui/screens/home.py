"""Home: what is due, and where to begin."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from trainer.desk import Desk
from trainer.due import Due
from trainer.report import table
from trainer.scheduling.days import Moment
from trainer.selection import Selection
from trainer.text import clip, count
from trainer.tui.messages import Go, SittingWanted
from trainer.tui.screens.base import TopBar, TrainerScreen
from trainer.wording import when


class HomeScreen(TrainerScreen):
    """Today's plan and the decks. Posts SittingWanted or Go."""

    CSS_PATH = "home.tcss"
    AUTO_FOCUS = "#home"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "start('daily')", "Start"),
        Binding("d", "pick", "Drill"),
        Binding("w", "start('weak')", "Weak cards"),
        Binding("q", "app.quit", "Quit"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def content(self) -> ComposeResult:
        """Today in one line, then a line for each deck, then what needs mending."""
        at = self._desk.clock()
        due = self.attempt(lambda: self._desk.due(at))
        yield TopBar(Content.styled("Trainer", "bold"), Content(""))
        with VerticalScroll(id="home"):
            if due is not None:
                yield Static(_today(due, at), id="today")
                yield Static(_decks(due, at), id="decks")
            for notice in self._desk.notices:
                line = Content.assemble(("! ", "bold $text-warning"), notice)
                yield Static(line, classes="notice")

    def action_start(self, mode: str) -> None:
        """Begin a sitting."""
        self.leave(SittingWanted("weak" if mode == "weak" else "daily", Selection()))

    def action_pick(self) -> None:
        """Choose a deck or topic to drill."""
        self.leave(Go("drill"))


def _today(due: Due, at: Moment) -> Content:
    today = due.today
    if not sum(today):
        later = Content("Nothing is left for today.")
        if due.next is not None:
            later = Content.assemble(later, " Next due ", (when(due.next, at), "bold"), ".")
        return Content.assemble(later, " Press ", ("d", "bold $accent"), " to drill.")
    said = [count(today.due, "review")] if today.due else []
    said += [count(today.learning, "step")] if today.learning else []
    said += [f"{today.new} new"] if today.new else []
    return Content.assemble(
        ("Today: ", "bold"),
        (", ".join(said), "bold $accent"),
        ".  Press ",
        ("Enter", "bold $accent"),
        " to start.",
    )


def _decks(due: Due, at: Moment) -> Content:
    if not due.decks:
        return Content("No deck is loaded.")
    rows: list[tuple[str, ...]] = [("Deck", "new", "learning", "due", "next")]
    for deck in due.decks:
        following = "" if deck.next is None else when(deck.next, at)
        rows.append((clip(deck.title, 32), *map(str, deck.counts), following))
    header, *lines = table(rows, right=(1, 2, 3))
    return Content("\n").join([Content.styled(header, "dim"), *map(Content, lines)])
