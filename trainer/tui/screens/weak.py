"""Weak spots: what was missed lately, with the answers that missed it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from trainer.desk import Desk
from trainer.progress.records import Past
from trainer.scheduling.queues import WEAK_DAYS
from trainer.selection import Selection
from trainer.text import clean, clip, count
from trainer.tui.messages import Go, SittingWanted
from trainer.tui.screens.base import TopBar, TrainerScreen
from trainer.weakness import (
    Confusion,
    Given,
    WeakPoint,
    WeakTopic,
    answers_lately,
    confusions,
    weak_points,
    weak_spots,
)
from trainer.wording import percent

Row = WeakTopic | WeakPoint | Confusion

_BAR = 10
# Answers told of one row, and points of a topic.
_ANSWERS = 5
_TOLD = 5


class Spots(OptionList):
    """The weak spots, one a line, under the name of what they are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Drill", id="weak.drill"),
    ]


class WeakScreen(TrainerScreen):
    """Lists weak topics and points, and what is confused. Posts SittingWanted."""

    CSS_PATH = "weak.tcss"
    AUTO_FOCUS = "#spots"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "all", "All weak cards", id="weak.all"),
        Binding("escape", "home", "Home", id="weak.home"),
    ]

    class Judged(Message):
        """The answers were gone through for what was confused."""

        def __init__(self, found: list[Confusion]) -> None:
            super().__init__()
            self.found = found

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._day = desk.today(desk.clock())
        self._rows: list[Row | None] = []  # none where a heading stands

    def content(self) -> ComposeResult:
        """The spots, and below them the answers that missed the one at the cursor."""
        right = Content.styled(f"last {WEAK_DAYS} days", "dim")
        yield TopBar(Content.styled("Trainer › Weak spots", "bold"), right)
        yield Spots(id="spots", markup=False)
        with VerticalScroll(id="detail"):
            yield Static(id="told")

    def on_mount(self) -> None:
        """Rank what was missed; what was confused is found while that is read."""
        library, store = self._desk.library, self._desk.store
        spots = self.attempt(lambda: weak_spots(library, store, self._day))
        if spots is not None:
            most = max((topic.weight for topic in spots.topics), default=1.0)
            self._list("Topics", [(topic, _topic(topic, most)) for topic in spots.topics])
            self._list("Points missed most", [(point, _point(point)) for point in spots.points])
        self.query_one("#told", Static).update(Content("Looking through your answers…"))
        self._point_at_first()
        self.call_after_refresh(self._look_through)

    def on_resize(self) -> None:
        """Keep the row at the cursor in sight."""
        self.call_after_refresh(self.query_one(Spots).scroll_to_highlight)

    def _list(self, title: str, rows: list[tuple[Row, Content]]) -> None:
        if not rows:
            return
        spots = self.query_one(Spots)
        heading = Content.styled(title, "bold $text-accent")
        if self._rows:
            heading = Content.assemble("\n", heading)
        spots.add_option(Option(heading, disabled=True))
        self._rows.append(None)
        for row, line in rows:
            spots.add_option(Option(line))
            self._rows.append(row)

    def _look_through(self) -> None:
        library, store = self._desk.library, self._desk.store
        given = self.attempt(lambda: answers_lately(library, store, self._day)) or []
        self.run_worker(lambda: self._judge(given), thread=True)

    def _judge(self, given: list[Given]) -> None:
        self.post_message(self.Judged(confusions(given)))

    def on_weak_screen_judged(self, judged: Judged) -> None:
        """Add what was confused; say so where there is nothing at all."""
        self._list("Mixed up", [(pair, _pair(pair)) for pair in judged.found])
        if not self._rows:
            said = f"No point was missed in the last {WEAK_DAYS} days."
            self.query_one("#told", Static).update(Content(said))
            self.add_class("-empty")
        self.refresh_bindings()
        self._point_at_first()

    def _point_at_first(self) -> None:
        spots = self.query_one(Spots)
        if spots.highlighted is None and self._rows:
            spots.highlighted = 1

    def offers(self, action: str) -> bool:
        """Offer the weak cards where there are some."""
        return action != "all" or any(self._rows)

    # The row at the cursor

    def on_option_list_option_highlighted(self, at: OptionList.OptionHighlighted) -> None:
        """Tell more of a row."""
        row = self._rows[at.option_index]
        if row is not None:
            told = self.attempt(lambda: self._told(row))
            self.query_one("#told", Static).update(told or Content(""))
            self.query_one("#detail").scroll_home(animate=False)

    def _told(self, row: Row) -> Content:
        if isinstance(row, WeakTopic):
            library, store = self._desk.library, self._desk.store
            points = weak_points(library, store, self._day, row.deck, row.topic, _TOLD)
            lines = [_title(row.title, row.deck_title if row.deck_title != row.title else "")]
            lines.append(Content(f"Points missed on {count(row.cards, 'card')}, most often:"))
            lines += [Content(f"{each.times}×  {clip(each.say, 200)}") for each in points]
            return Content("\n").join(lines)
        if isinstance(row, WeakPoint):
            answers = self._desk.store.answers_that_missed(row.card, row.point, _ANSWERS)
            lines = [_title(row.say, f"{row.card}  {row.where}")]
            lines += [self._answer(past, prompt=False) for past in answers]
            return Content("\n").join(lines)
        lines = [_title(_said(row), ", ".join(row.cards))]
        lines += [self._answer(past, prompt=True) for past in row.answers[:_ANSWERS]]
        return Content("\n").join(lines)

    def _answer(self, past: Past, *, prompt: bool) -> Content:
        score = "" if past.score is None else f", {percent(past.score)}"
        asked = clip(clean(past.prompt), 200)
        given = " ".join(clean(past.answer).split())
        return Content.assemble(
            (f"{self._ago(past)}{score}  ", "dim"),
            (f"{asked}  " if prompt and asked else "", "dim"),
            (f"“{clip(given, 600)}”" if given else "(no answer)", "" if given else "dim"),
        )

    def _ago(self, past: Past) -> str:
        days = self._day - self._desk.today(self._desk.clock()._replace(instant=past.at))
        return {0: "today", 1: "yesterday"}.get(max(0, days), f"{days} days ago")

    # What comes of it

    def on_option_list_option_selected(self, selected: OptionList.OptionSelected) -> None:
        """Drill what the row is about."""
        row = self._rows[selected.option_index]
        if row is not None and not self.leaving:
            self.leave(SittingWanted("drill", _selection(row)))

    def action_all(self) -> None:
        """Ask the weak cards, the worst first."""
        self.leave(SittingWanted("weak", Selection()))

    def action_home(self) -> None:
        """Go home."""
        self.leave(Go("home"))


def _selection(row: Row) -> Selection:
    if isinstance(row, WeakPoint):
        return Selection(card=row.card)
    if isinstance(row, Confusion):
        return Selection(refs=tuple(row.cards))
    return Selection(deck=row.deck, topic=row.topic)


def _topic(topic: WeakTopic, most: float) -> Content:
    done = max(1, round(_BAR * topic.weight / most))
    return Content.assemble(
        f"{topic.misses:>4}×  ",
        ("━" * done, "$accent"),
        ("─" * (_BAR - done), "dim"),
        f"  {clip(topic.title, 60)}  ",
        (count(topic.cards, "card"), "dim"),
    )


def _point(point: WeakPoint) -> Content:
    whole = "" if point.point else "the whole answer: "
    return Content.assemble(
        f"{point.times:>4}×  ", (whole, "dim"), f"{clip(point.say, 200)}  ", (point.where, "dim")
    )


def _pair(pair: Confusion) -> Content:
    return Content.assemble(f"{len(pair.answers):>4}×  ", _said(pair))


def _said(pair: Confusion) -> str:
    verb = "picked" if pair.picked else "said"
    said, right = clip(pair.said, 60), clip(pair.right, 60)
    return f"{verb} “{said}” where “{right}” is right"


def _title(text: str, beside: str) -> Content:
    return Content.assemble((clip(text, 300), "bold"), (f"  {beside}", "dim"))
