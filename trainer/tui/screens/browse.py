"""All cards: finding them, reading them, and what can be done with them."""

from __future__ import annotations

import asyncio
from functools import partial
from time import perf_counter
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer

from trainer import deeds
from trainer.decks.index import CardInfo
from trainer.deeds import Choose, Deed
from trainer.desk import Desk
from trainer.search import Index, parse
from trainer.selection import Selection
from trainer.standing import STATES, Standing, described
from trainer.text import count
from trainer.tui.messages import EditWanted, Go, SittingWanted
from trainer.tui.screens.base import TopBar, TrainerScreen
from trainer.tui.screens.confirm import ConfirmScreen
from trainer.tui.widgets.cards import Cards, Head, SearchLine, columns
from trainer.tui.widgets.preview import Preview
from trainer.tui.widgets.rows import Rows

# The card at the cursor is shown once the cursor has rested this long, in seconds.
_REST = 0.06
# Where many cards are acted on, the screen gets its turn after so long, in seconds.
_TURN = 0.03
_DEEDS = {"suspend": deeds.suspend, "bury": deeds.bury, "flag": deeds.flag}
# What is done with cards, where there are any.
_ON_CARDS = {"read", "mark", "mark_all", "act", "drill", "edit", "reset"}


class BrowseScreen(TrainerScreen):
    """Lists the cards that are looked for. Posts Go, SittingWanted or EditWanted."""

    CSS_PATH = "browse.tcss"
    AUTO_FOCUS = "#search"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (40, "-wide"), (100, "-broad")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Home", id="browse.home"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._read_desk()
        self._found: list[CardInfo] = self._index.cards
        self._marked: dict[str, None] = {}
        self._resting: Timer | None = None
        self._acting = False

    def _read_desk(self) -> None:
        library = self._desk.library
        self._known = self._standing()
        self._index = Index(library.cards.values(), library.decks, library.excerpts())

    def content(self) -> ComposeResult:
        """What is looked for, then what was found, with the card at the cursor beside it."""
        yield TopBar(Content.styled("Trainer › Browse", "bold"), Content(""))
        yield SearchLine()
        with Cards():
            with Vertical(id="table"):
                yield Head(id="head")
                yield Rows(self._row, id="rows")
            yield Preview(id="preview")

    def on_mount(self) -> None:
        """Show all cards; make the texts ready while the person looks at them."""
        self._look()
        self.run_worker(self._index.prepare, thread=True)

    def desk_changed(self) -> None:
        """Show the cards as they are now."""
        self.attempt(self._read_desk)
        cards = self._desk.library.cards
        self._marked = {ref: None for ref in self._marked if ref in cards}
        self._look_again()
        self.run_worker(self._index.prepare, thread=True)

    def on_edited(self) -> None:
        """Show the card as it was edited."""
        self.desk_changed()

    # Finding

    def on_input_changed(self) -> None:
        """Find what is typed."""
        self.set_class(False, "-reading")
        self._look()

    def _look(self, stay: str = "") -> None:
        """Show what is found, the cursor at the card `stay` where it is among them."""
        query = parse(self.query_one(SearchLine).value)
        were_some = bool(self._found)
        self._found = self._index.find(query, self._known)
        rows = self.query_one(Rows)
        cursor = rows.cursor if stay else 0
        if stay:
            cursor = next((i for i, card in enumerate(self._found) if card.ref == stay), cursor)
        rows.show(len(self._found), cursor)
        said = ""
        if query.unknown:
            said = f"is:{query.unknown[0]}? Known: {', '.join(STATES)}"
        elif not self._found:
            said = "No card matches." if self._index.cards else "No cards are loaded."
        self.query_one(Head).said = said
        if bool(self._found) != were_some:
            self.refresh_bindings()
        self._count()

    def _look_again(self) -> None:
        """Find anew, and stay at the card at the cursor."""
        card = self._current()
        self._look(stay=card.ref if card else "")

    def _count(self) -> None:
        """Say how many cards were found and how many are marked."""
        found, there = len(self._found), len(self._index.cards)
        said = f"{there:,} cards" if found == there else f"{found:,} of {there:,} cards"
        if self._marked:
            said += f", {len(self._marked):,} marked"
        self.query_one(SearchLine).border_subtitle = said

    def _standing(self) -> Standing:
        return self._desk.standing()

    # The table

    def _row(self, number: int, width: int) -> Content:
        card = self._found[number]
        ref = card.ref
        return columns(
            width,
            "*" if ref in self._marked else "",
            "⚑" if self._known.mark(ref).flag else "",
            self._index.prompt(card),
            self._index.title(card),
            self._known.due(ref),
        )

    def on_rows_moved(self) -> None:
        """Show the card at the cursor once the cursor rests."""
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(_REST, self._preview, name="rest")

    def _current(self) -> CardInfo | None:
        cursor = self.query_one(Rows).cursor
        return self._found[cursor] if cursor < len(self._found) else None

    def _preview(self) -> None:
        """Show the card at the cursor, where there is room for it."""
        preview, card = self.query_one(Preview), self._current()
        if not preview.display:
            return
        if card is None:
            preview.clear()
            return
        desk, ref = self._desk, card.ref
        read = self.attempt(lambda: (desk.library.card(ref), desk.store.history(ref)))
        if read is None:
            preview.clear()
            return
        facts = described(ref, self._known, desk.config.settings)
        place = f"{ref}, {self._index.title(card)}"
        preview.show(place, self._index.prompt(card), read[0], facts, read[1])

    # Getting about

    def offers(self, action: str) -> bool:
        """Nothing but stopping while cards are acted on; nothing on cards where there are none."""
        if self._acting:
            return action == "back"
        return bool(self._found) or action not in _ON_CARDS

    def action_cards(self) -> None:
        """Go to the table."""
        self._read(False)

    def action_search(self) -> None:
        """Go to what is looked for."""
        self._read(False)
        self.query_one(SearchLine).focus()

    def action_read(self) -> None:
        """Go to the card beside the table, or in its place where there is no room for both."""
        self._read(not self.query_one(Preview).has_focus)

    def _read(self, reading: bool) -> None:
        self.set_class(reading, "-reading")
        (self.query_one(Preview) if reading else self.query_one(Rows)).focus()
        self.call_after_refresh(self._preview)

    def action_back(self) -> None:
        """Stop what goes on, leave the card, or go home."""
        if self._acting:
            self._acting = False
        elif self.query_one(Preview).has_focus:
            self._read(False)
        else:
            self.leave(Go("home"))

    # Marking

    def action_mark(self) -> None:
        """Mark the card at the cursor, or take its mark off, and go on to the next."""
        card = self._current()
        if card is not None:
            self._toggle([card.ref])
            self.query_one(Rows).action_move(1)

    def action_mark_all(self) -> None:
        """Mark all that was found; where all of it is, take its marks off."""
        self._toggle([card.ref for card in self._found])

    def _toggle(self, refs: list[str]) -> None:
        unmarked = [ref for ref in refs if ref not in self._marked]
        for ref in unmarked:
            self._marked[ref] = None
        if not unmarked:
            for ref in refs:
                del self._marked[ref]
        self.query_one(Rows).refresh()
        self._count()

    def _targets(self) -> list[str]:
        """Return the cards that are marked, else the one at the cursor."""
        card = self._current()
        return [*self._marked] or ([card.ref] if card else [])

    # Acting

    def action_drill(self) -> None:
        """Drill the cards."""
        self.leave(SittingWanted("drill", Selection(refs=tuple(self._targets()))))

    def action_edit(self) -> None:
        """Open the file of the card at the cursor in the person's editor."""
        card = self._current()
        if card is not None:
            self.post_message(EditWanted(card.ref))

    def action_act(self, deed: str) -> None:
        """Suspend, bury or flag the cards, or undo it where it holds for all of them."""
        self._act(_DEEDS[deed])

    def action_reset(self) -> None:
        """Have the cards be new again, if that is meant."""

        def reset(meant: bool | None) -> None:
            if meant:
                self._act(deeds.reset)

        self.app.push_screen(
            ConfirmScreen(
                f"Reset {count(len(self._targets()), 'card')}?",
                "New again, as if never answered. The answers given stay in the log.",
            ),
            reset,
        )

    def _act(self, choose: Choose) -> None:
        deed = choose(self._targets(), self._known, self._desk.store, self._desk.clock)
        if deed.cards:
            self._acting = True
            self.refresh_bindings()
            self.run_worker(self._act_on_each(deed))
        else:
            self.notify(f"Already {deed.said}.", timeout=3)

    async def _act_on_each(self, deed: Deed) -> None:
        """Do it card by card, giving the screen its turn, until it is done, stopped or fails."""

        def done(card: str) -> bool:
            deed.do(card)
            return True

        number, turn = 0, perf_counter()
        for card in deed.cards:
            if not self._acting or not self.attempt(partial(done, card)):
                break
            number += 1
            if perf_counter() - turn > _TURN:
                progress = f"{number:,} of {len(deed.cards):,} {deed.said}, esc stops"
                self.query_one(SearchLine).border_subtitle = progress
                await asyncio.sleep(0)
                turn = perf_counter()
        self._acting = False
        self.refresh_bindings()
        self._known = self.attempt(self._standing) or self._known
        self._look_again()
        found = {card.ref for card in self._found}  # what left the list is no longer meant
        self._marked = {ref: None for ref in self._marked if ref in found}
        self._count()
        if number:
            self.notify(f"{count(number, 'card')} {deed.said}.", timeout=3)
