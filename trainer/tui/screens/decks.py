"""The decks that are installed: on or off, new ones, and editing them."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from trainer.desk import Desk
from trainer.due import DeckDue
from trainer.editor import command, drop_unchanged, is_bundled, own_copy
from trainer.errors import TrainerError
from trainer.files import replace
from trainer.installed import Installed, installed
from trainer.paths import Paths
from trainer.preferences import change
from trainer.templates import add_card, new_deck
from trainer.text import clean, count
from trainer.tui.editing import run
from trainer.tui.everywhere import EverywhereApp
from trainer.tui.messages import Go
from trainer.tui.screens.base import TopBar, TrainerScreen

# The widest a title gets, and what a row needs beside it.
_TITLE, _BESIDE = 40, 36


class DeckList(OptionList):
    """The decks, a line each."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Edit", id="decks.edit"),
    ]


class TitleInput(Input):
    """Where a new deck's title is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Write it", id="decks.write"),
    ]

    def _on_paste(self, event: events.Paste) -> None:
        event.text = clean(event.text)


class DecksScreen(TrainerScreen):
    """Lists the decks with their counts and what is wrong in them."""

    CSS_PATH = "decks.tcss"
    AUTO_FOCUS = "#decks"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "switch", "On/off", id="decks.switch"),
        Binding("n", "new_deck", "New deck", id="decks.new"),
        Binding("c", "new_card", "New card", id="decks.card"),
        Binding("escape", "back", "Back", id="decks.back"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._rows: list[Installed] = []
        self._naming = False

    def content(self) -> ComposeResult:
        """A line for each deck, and below them the file and errors of the one at the cursor."""
        yield TopBar(Content.styled("Trainer › Decks", "bold"), Content(""))
        yield Static(id="header")
        yield DeckList(id="decks", markup=False)
        with Vertical(id="below"):
            with VerticalScroll(id="details", can_focus=False):
                yield Static(id="about")
            yield TitleInput(id="title", placeholder="The new deck's title", compact=True)

    def on_mount(self) -> None:
        """List the decks, with the cursor at the first."""
        self._fill()

    def on_resize(self) -> None:
        """Give the titles the room there is."""
        self._fill()

    def offers(self, action: str) -> bool:
        """Offer what the deck at the cursor can be used for."""
        if self._naming:
            return action == "back"
        row = self._row
        if action == "switch":
            return row is not None and row.deck is not None
        if action == "new_card":
            return row is not None and row.deck is not None and not row.errors
        return True

    def desk_changed(self) -> None:
        """List the decks anew."""
        if not self._naming:
            self._fill()

    # The list

    @property
    def _row(self) -> Installed | None:
        at = self.query_one(DeckList).highlighted if self.is_mounted else None
        return self._rows[at] if at is not None and at < len(self._rows) else None

    def _fill(self, deck: str = "") -> None:
        """List all decks, with the cursor at this one, or where it was."""
        listed = self.query_one(DeckList)
        cursor = listed.highlighted or 0
        due = self.attempt(lambda: self._desk.due(self._desk.clock()))
        counts = {each.id: each for each in due.decks} if due else {}
        self._rows = installed(self._desk.library)
        for number, row in enumerate(self._rows):
            if row.deck is not None and row.deck.id == deck:
                cursor = number
        width = max(10, min(_TITLE, self.size.width - _BESIDE))
        header = f"{'Deck':<{width}} {'cards':>6} {'new':>5} {'due':>5}"
        self.query_one("#header", Static).update(Content.styled(header, "dim"))
        paths = self._desk.paths
        listed.set_options([Option(_line(row, counts, paths, width)) for row in self._rows])
        listed.highlighted = min(cursor, len(self._rows) - 1) if self._rows else None
        self._describe()

    def on_option_list_option_highlighted(self) -> None:
        """Show the file and the errors of the deck at the cursor."""
        self._describe()

    def _describe(self) -> None:
        if self._naming:
            return
        row = self._row
        about = Content("No deck is here. Press n for a new one.") if row is None else _about(row)
        self.query_one("#about", Static).update(about)
        self.query_one("#details").scroll_home(animate=False)
        self.refresh_bindings()

    # On and off

    def action_switch(self) -> None:
        """Have the deck asked, or no longer."""
        row = self._row
        if row is None or row.deck is None:
            return
        deck = row.deck.id
        if self.attempt(lambda: self._switch(deck, not row.enabled)):
            self._fill(deck)

    def _switch(self, deck: str, enabled: bool) -> bool:
        change(self._paths.config, ("decks", deck), "enabled", enabled)
        self._everywhere.read_again()
        return True

    # New ones, and editing

    def action_new_deck(self) -> None:
        """Ask for the title of a new deck."""
        self._naming = True
        title = self.query_one("#title", Input)
        title.value = ""
        title.display = True
        title.focus()
        self.query_one("#about", Static).update(
            Content.assemble(
                "What is the new deck called? It is opened in your editor.\n",
                (clean(self._desk.paths.decks if self._desk.paths else ""), "dim"),
            )
        )
        self.refresh_bindings()

    def on_input_submitted(self, submitted: Input.Submitted) -> None:
        """Write the new deck and open it."""
        title = submitted.value
        path = self.attempt(lambda: new_deck(self._paths.decks, title, self._taken))
        if path is not None:
            self._end()
            self._edited(path, 1, f"Written: {clean(path)}")

    @property
    def _taken(self) -> set[str]:
        library = self._desk.library
        return {*library.decks, *library.disabled}

    def _end(self) -> None:
        self._naming = False
        self.query_one("#title").display = False
        self.query_one(DeckList).focus()
        self._describe()

    def action_new_card(self) -> None:
        """Add a card to the deck at the cursor, and open it."""
        row = self._row
        if row is not None:
            self.attempt(lambda: self._add_card(row.path))

    def _add_card(self, path: str) -> None:
        command(path, 1, os.environ)  # without an editor, nothing is written
        copied = is_bundled(path, self._paths)
        if copied:
            path = own_copy(path, self._paths)
        before = template = _bytes(path)
        try:
            line = add_card(path)
            template = _bytes(path)
            run(self._everywhere, command(path, line, os.environ), f"{clean(path)}:{line}")
        finally:
            untouched = _holds(path, template)
            if untouched and copied:
                with suppress(OSError):
                    os.unlink(path)
            elif untouched and template != before:
                replace(path, before)
        said = _copied(path) if copied else f"A card was added to {clean(path)}"
        self.notify("Nothing was changed." if untouched else said, markup=False, timeout=8)
        self._read_again()

    def on_option_list_option_selected(self) -> None:
        """Open the deck in the person's editor, at its first error if it has one."""
        row = self._row
        if row is not None and row.path:
            self.attempt(lambda: self._edit(row.path, row.line))

    def _edit(self, path: str, line: int) -> None:
        words = command(path, line, os.environ)
        if not is_bundled(path, self._paths):
            run(self._everywhere, words, f"{clean(path)}:{line}")
            self._read_again()
            return
        copy = own_copy(path, self._paths)
        try:
            run(self._everywhere, command(copy, line, os.environ), f"{clean(copy)}:{line}")
        finally:
            dropped = drop_unchanged(copy, path)
        self.notify("Nothing was changed." if dropped else _copied(copy), markup=False, timeout=8)
        self._read_again()

    def _edited(self, path: str, line: int, said: str) -> None:
        """Say what was written, open it, and read the decks again, with or without an editor."""
        self.notify(said, markup=False, timeout=8)
        place = f"{clean(path)}:{line}"
        self.attempt(lambda: run(self._everywhere, command(path, line, os.environ), place))
        self.attempt(self._read_again)

    def _read_again(self) -> None:
        self._everywhere.read_again()
        self._fill()

    def action_back(self) -> None:
        """Leave the field, or the screen."""
        if self._naming:
            self._end()
        else:
            self.leave(Go("home"))

    @property
    def _paths(self) -> Paths:
        if self._desk.paths is None:
            raise TrainerError("these decks were not read from a folder of yours")
        return self._desk.paths

    @property
    def _everywhere(self) -> EverywhereApp:
        app = self.app
        assert isinstance(app, EverywhereApp)
        return app


def _line(row: Installed, counts: dict[str, DeckDue], paths: Paths | None, width: int) -> Content:
    name = row.deck.title if row.deck is not None else clean(os.path.basename(row.path))
    title = Content(name or row.problems[0].path).truncate(width, ellipsis=True, pad=True)
    wrong = (f"  ✗ {count(row.errors, 'error')}", "bold $text-error") if row.errors else ""
    if row.deck is None:
        return Content.assemble(title, wrong)
    due = counts.get(row.deck.id)
    new, waiting = (str(due.counts.new), str(due.counts.due)) if due else ("", "")
    if not row.enabled:
        title, new = title.stylize("dim"), "off"
    bundled = paths is not None and is_bundled(row.path, paths)
    numbers = f" {row.deck.cards:>6} {new:>5} {waiting:>5}"
    return Content.assemble(title, numbers, ("  bundled" if bundled else "", "dim"), wrong)


def _about(row: Installed) -> Content:
    """Return a deck's id and file, and each problem with its place and mend."""
    place = clean(row.path) or row.problems[0].path
    name = f"{row.deck.id}  " if row.deck is not None else ""
    lines = [Content.assemble((name, "bold"), (place, "dim"))]
    for problem in row.problems:
        warns = problem.severity == "warning"
        sign = ("! ", "bold $text-warning") if warns else ("✗ ", "bold $text-error")
        at = f"{os.path.basename(problem.path)}:{problem.line}: " if problem.line else ""
        lines.append(Content.assemble(sign, (at, "dim"), problem.message))
        if problem.mend:
            lines.append(Content.assemble("  ", problem.mend))
    return Content("\n").join(lines)


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise TrainerError(f"this can't be read ({error.strerror})", place=clean(path)) from error


def _holds(path: str, data: bytes) -> bool:
    """Whether a file holds just that; of one that can't be read it isn't known, so no."""
    try:
        return _bytes(path) == data
    except TrainerError:
        return False


def _copied(path: str) -> str:
    return f"You edit a copy, {clean(path)}. It takes the bundled deck's place from now on."
