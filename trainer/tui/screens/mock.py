"""Setting up a mock interview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widgets import Static

from trainer.decks.index import CardInfo
from trainer.decks.library import Library
from trainer.desk import Desk
from trainer.planning import pace
from trainer.scheduling.days import MINUTE
from trainer.selection import Selection
from trainer.session import MOCK_QUESTIONS
from trainer.text import clip, count
from trainer.tui.messages import Go, SittingWanted
from trainer.tui.screens.base import TopBar, TrainerScreen

_MINUTES = 30
_MOST = 999
_DECK, _ENDS, _AMOUNT, _COUNTS, _TOPICS = range(5)
_NAMES = ("Deck", "Ends after", "How many", "Counts", "Topics")


class Deck(NamedTuple):
    """What can be drawn from: a deck with its topics, as (id, title)."""

    id: str
    title: str
    topics: tuple[tuple[str, str], ...] = ()


class Wishes(NamedTuple):
    """What the interview is to be: what it draws from, how long it is, whether it counts."""

    deck: str
    without: frozenset[str]
    timed: bool
    amount: int
    counts: bool

    def draws(self, card: CardInfo) -> bool:
        """Whether the card may be asked."""
        return self.deck in ("", card.deck) and card.topic not in self.without


class Setup(Static, can_focus=True):
    """The choices, one a line. Up and down go to a line, left and right change what it says."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, id="mock.up"),
        Binding("down", "move(1)", "Choose", key_display="↑↓", id="mock.down"),
        Binding("left", "change(-1)", "Change", key_display="←→", id="mock.less"),
        Binding("right,space", "change(1)", show=False, id="mock.more"),
        Binding("a", "all", "All", id="mock.all"),
        *(Binding(str(n), f"type({n})", show=False, id=f"mock.digit{n}") for n in range(10)),
        Binding("backspace", "erase", show=False, id="mock.erase"),
    ]

    row = reactive(0, bindings=True)

    class Changed(Message):
        """Something was chosen."""

    def __init__(self, decks: Sequence[Deck]) -> None:
        super().__init__(id="setup")
        self._decks = decks
        self._deck = 0
        self._without: frozenset[str] = frozenset()
        self._timed = False
        self._amounts = {False: MOCK_QUESTIONS, True: _MINUTES}
        self._counts = True
        self._typing = False

    @property
    def wishes(self) -> Wishes:
        """What is chosen now."""
        amount = max(1, self._amounts[self._timed])
        deck = self._decks[self._deck].id
        return Wishes(deck, self._without, self._timed, amount, self._counts)

    @property
    def _topics(self) -> tuple[tuple[str, str], ...]:
        return self._decks[self._deck].topics

    def render(self) -> Content:
        """One choice a line; the one that left and right change is marked."""
        return Content("\n").join(self._line(row) for row in range(_TOPICS + len(self._topics)))

    def _line(self, row: int) -> Content:
        here = row == self.row and self.has_focus
        name = _NAMES[row] if row <= _TOPICS else ""
        line = Content.assemble(
            ("› " if here else "  ", "bold $text-accent"),
            (f"{name:<12}", "bold" if here else "dim"),
            self._choice(row, here),
        )
        return line.stylize(Style.from_meta({"row": row}))

    def _choice(self, row: int, here: bool) -> Content:
        style = "bold" if here else ""
        if row >= _TOPICS:
            topic, title = self._topics[row - _TOPICS]
            box = "[ ] " if topic in self._without else "[x] "
            text = Content.assemble((box, "$text-accent" if here else ""), (clip(title, 60), style))
            return text.stylize(Style.from_meta({"by": 1}))
        less, more = (
            Content.styled(sign, "bold $text-accent" if here else "dim").stylize(
                Style.from_meta({"by": by})
            )
            for sign, by in (("‹ ", -1), (" ›", 1))
        )
        return Content.assemble(less, (self._said(row), style), more)

    def _said(self, row: int) -> str:
        what, amount = ("minute" if self._timed else "question"), self._amounts[self._timed]
        said = {
            _DECK: clip(self._decks[self._deck].title, 60),
            _ENDS: f"{what}s",
            _AMOUNT: count(amount, what),
            _COUNTS: "yes" if self._counts else "no, practice only",
        }
        return said[row]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer all or none where it is about topics."""
        return action != "all" or self.row >= _TOPICS

    def action_move(self, by: int) -> None:
        """Go to another line, round at the ends."""
        self.row = (self.row + by) % (_TOPICS + len(self._topics))
        self._typing = False

    def watch_row(self) -> None:
        """Keep the line in sight on a low terminal."""
        if self.is_mounted and self.content_size.width and isinstance(self.parent, VerticalScroll):
            region = Region(0, self.row + self.gutter.top, 1, 1)
            self.parent.scroll_to_region(region, animate=False)

    def action_change(self, by: int) -> None:
        """Change what the line says."""
        if self.row >= _TOPICS:
            self._without ^= {self._topics[self.row - _TOPICS][0]}
        elif self.row == _DECK:
            self._deck, self._without = (self._deck + by) % len(self._decks), frozenset()
        elif self.row == _ENDS:
            self._timed = not self._timed
        elif self.row == _AMOUNT:
            step = 5 if self._timed else 1
            amount = self._amounts[self._timed]
            self._amounts[self._timed] = min(_MOST, max(1, (amount // step + by) * step))
        else:
            self._counts = not self._counts
        self._changed()

    def action_all(self) -> None:
        """Draw from all topics, or, where it was all of them, from none."""
        self._without = frozenset() if self._without else frozenset(t for t, _ in self._topics)
        self._changed()

    def action_type(self, digit: int) -> None:
        """Type how many."""
        before = self._amounts[self._timed] if self._typing else 0
        self.row = _AMOUNT
        self._typing = True
        if before * 10 + digit <= _MOST:
            self._amounts[self._timed] = before * 10 + digit
            self._changed()

    def action_erase(self) -> None:
        """Take the last digit back."""
        if self.row == _AMOUNT:
            self._typing = True
            self._amounts[self._timed] //= 10
            self._changed()

    def _changed(self) -> None:
        self.refresh(layout=True)
        self.post_message(self.Changed())

    def on_focus(self) -> None:
        """Show which line is meant."""
        self.refresh()

    def on_blur(self) -> None:
        """Mark no line."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Go to the line clicked; a click on an arrow changes it."""
        meta = event.style.meta
        if "row" in meta:
            self.row = meta["row"]
            self._typing = False
        if "by" in meta:
            self.action_change(meta["by"])


class MockScreen(TrainerScreen):
    """Asks what the interview is to be. Posts SittingWanted."""

    CSS_PATH = "mock.tcss"
    AUTO_FOCUS = "#setup"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "begin", "Begin", id="mock.begin"),
        Binding("escape", "home", "Home", id="mock.home"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def content(self) -> ComposeResult:
        """The choices, what they come to, and how an interview goes."""
        yield TopBar(Content.styled("Trainer › Mock interview", "bold"), Content(""))
        with VerticalScroll(id="mock", can_focus=False):
            yield Setup(_decks(self._desk.library))
            yield Static(id="comes-to")
            yield Static(
                "Nothing is shown of your answers until the end. Then you see what they came to, "
                "and it is saved as a Markdown file.",
                id="how",
                markup=False,
            )

    def on_mount(self) -> None:
        """Look up what stays the same, and say what the choices come to."""
        at = self._desk.clock()
        day = self._desk.today(at)
        hidden = self.attempt(lambda: self._desk.store.hidden(day)) or set()
        self._pace = self.attempt(lambda: pace(self._desk.store, day)) or 1.0
        cards = self._desk.library.cards.values()
        self._askable = [c for c in cards if c.kind != "flashcard" and c.ref not in hidden]
        self.on_setup_changed()

    def on_setup_changed(self) -> None:
        """Say what the choices come to."""
        wishes, cards = self._wishes, self._cards
        there = count(len(cards), "card")
        minutes = wishes.amount * self._pace / MINUTE
        if not cards:
            said = Content("No card to ask here.")
        elif wishes.timed:
            fitting = max(1, min(len(cards), int(wishes.amount * MINUTE / self._pace)))
            said = Content(f"{there} to draw from; time for about {fitting}.")
        elif len(cards) < wishes.amount:
            said = Content(f"Only {there} to draw from.")
        else:
            about = count(max(1, round(minutes)), "minute")
            said = Content(f"{there} to draw from; about {about} at your pace.")
        if not wishes.counts:
            said = Content.assemble(said, " When each card comes back stays as it is.")
        self.query_one("#comes-to", Static).update(said)

    @property
    def _wishes(self) -> Wishes:
        return self.query_one(Setup).wishes

    @property
    def _cards(self) -> list[str]:
        wishes = self._wishes
        return [card.ref for card in self._askable if wishes.draws(card)]

    def action_begin(self) -> None:
        """Begin the interview."""
        wishes, cards = self._wishes, self._cards
        if not cards:
            self.notify("No card to ask here; an interview asks no flashcards.", timeout=5)
            return
        selection = Selection(refs=tuple(cards)) if wishes.without else Selection(wishes.deck)
        limit, minutes = (None, wishes.amount) if wishes.timed else (wishes.amount, None)
        self.leave(SittingWanted("mock", selection, limit, minutes, counts=wishes.counts))

    def action_home(self) -> None:
        """Go home."""
        self.leave(Go("home"))


def _decks(library: Library) -> list[Deck]:
    """Return what can be drawn from; where there are several decks, first all of them."""
    topics: dict[str, dict[str, str]] = {deck: {} for deck in library.decks}
    for card in library.cards.values():
        title = library.decks[card.deck].topics.get(card.topic, card.topic)
        topics[card.deck][card.topic] = title or "other cards"
    decks = [
        Deck(
            deck.id, deck.title, tuple(topics[deck.id].items()) if len(topics[deck.id]) > 1 else ()
        )
        for deck in library.decks.values()
    ]
    return decks if len(decks) == 1 else [Deck("", "all decks"), *decks]
