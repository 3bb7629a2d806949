"""How it is going, in numbers and in pictures drawn with characters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from trainer.decks.library import Library
from trainer.desk import Desk
from trainer.heat import DAYS, LEGEND, year
from trainer.scheduling.forecast import Plan
from trainer.scheduling.settings import LEECH_LAPSES
from trainer.stats import DaySum, Share, Stats
from trainer.text import clip, count
from trainer.tui.messages import Go
from trainer.tui.screens.base import TopBar, TrainerScreen
from trainer.tui.widgets.bars import Bar, Bars, DayColumns
from trainer.tui.widgets.heatmap import Heatmap
from trainer.tui.widgets.listing import Listing
from trainer.weakness import contents, point_text
from trainer.wording import CONFIDENCE, day_name, percent


class StatsScreen(TrainerScreen):
    """The year, retention, what was done and what is to come, mastery, and what is hard."""

    CSS_PATH = "stats.tcss"
    AUTO_FOCUS = "#stats"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "home", "Home", id="stats.home"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._at = desk.clock()

    def content(self) -> ComposeResult:
        """One section below the other; the plan's place is filled in once the rest is there."""
        desk, at = self._desk, self._at
        yield TopBar(Content.styled("Trainer › Stats", "bold"), Content(day_name(desk.today(at))))
        with VerticalScroll(id="stats"):
            stats = self.attempt(lambda: desk.stats(at))
            if stats is None:
                return
            if not stats.reviews:
                yield Static("Nothing was answered yet. Come back after your first sitting.")
            else:
                yield from self._year(stats)
                yield from _retention(stats)
                yield from _done(stats)
                yield from _due(stats)
            yield Vertical(id="plan")
            yield from _mastery(stats)
            yield from _points(stats, desk.library)
            yield from _hardest(stats)
            yield from _confidence(stats)

    def on_mount(self) -> None:
        """Work out the plan for the interview after the first paint: it may take a moment."""
        interview = self._desk.config.interview
        if interview is not None and interview > self._desk.today(self._at):
            self.call_after_refresh(self._add_plan)

    def _add_plan(self) -> None:
        found = self.attempt(lambda: self._desk.forecast(self._at))
        place = self.query("#plan")
        if found is not None and found.plan is not None and place:
            place.first().mount_all(_plan(found.plan))

    def _year(self, stats: Stats) -> ComposeResult:
        day = self._desk.today(self._at)
        rows = self.attempt(lambda: self._desk.store.review_days(day - DAYS + 1))
        if rows is None:
            return
        past = year(rows, day)
        yield _title("The year")
        yield Heatmap(past)
        yield _said(LEGEND)
        yield _said(f"{past.said}, streak {count(stats.streak, 'day')}.", end=True)

    def action_home(self) -> None:
        """Go home."""
        self.leave(Go("home"))


def _title(text: str) -> Static:
    return Static(text, classes="section", markup=False)


def _said(text: str, *, end: bool = False) -> Static:
    return Static(text + ("\n" if end else ""), classes="said", markup=False)


def _retention(stats: Stats) -> Iterator[Widget]:
    yield _title("Retention")
    shares = (("Young cards", stats.young), ("Mature cards", stats.mature))
    bars = [_share(name, share) for name, share in shares if share.share is not None]
    if not bars:
        yield _said("No card has come back for review yet.", end=True)
        return
    if len(bars) > 1:
        bars.append(_share("All", stats.retention))
    yield Bars(bars)
    yield _said(
        f"Of the due cards of the last {len(stats.done)} days, how many were recalled. Mature are "
        "those that had waited for three weeks or more.",
        end=True,
    )


def _share(name: str, share: Share) -> Bar:
    recalled = share.share or 0.0
    return Bar(name, recalled, f"{percent(recalled)} of {share.reviews}")


def _done(stats: Stats) -> Iterator[Widget]:
    days = [row for row in stats.done if row.reviews]
    reviews = sum(row.reviews for row in days)
    yield _title("Reviews a day")
    yield DayColumns([(row.day, row.reviews) for row in stats.done], latest=True)
    yield _said(
        f"{count(reviews, 'review')} on {count(len(days), 'day')} of the last {len(stats.done)}, "
        f"{stats.reviews_today} today.",
        end=True,
    )
    yield _title("Minutes a day")
    yield DayColumns([(row.day, _minutes(row)) for row in stats.done], latest=True)
    minutes = sum(row.milliseconds for row in days) / 60_000
    pace = f", {60 * minutes / reviews:.0f} s an answer" if reviews else ""
    yield _said(f"{minutes:.0f} min in the last {len(stats.done)} days{pace}.", end=True)


def _minutes(row: DaySum) -> int:
    return max(int(row.reviews > 0), round(row.milliseconds / 60_000))


def _due(stats: Stats) -> Iterator[Widget]:
    due = [row.cards for row in stats.due]
    yield _title("Falling due")
    yield DayColumns([(row.day, row.cards) for row in stats.due])
    yield _said(
        f"{due[0]} today, {sum(due[:7])} within a week, {sum(due)} within {len(due)} days, as it "
        "stands now.",
        end=True,
    )


def _plan(plan: Plan) -> Iterator[Widget]:
    yield _title(f"Until the interview on {day_name(plan.interview)}")
    recalls = (
        ("With the plan", plan.recall_planned),
        ("With the usual limits", plan.recall_usual),
        ("Without another answer", plan.recall_none),
    )
    yield Bars([Bar(name, recall, percent(recall)) for name, recall in recalls])
    unseen = f" {count(plan.unseen, 'card')} can't be seen in time." if plan.unseen else ""
    yield _said(
        "Recall expected on the day, over all cards. The plan: "
        f"{count(round(plan.cards_a_day), 'card')} a day for {count(plan.days_left, 'day')}; today "
        f"{plan.new_today} new and {count(len(plan.extra), 'early review')} besides what is due."
        f"{unseen}",
        end=True,
    )


def _mastery(stats: Stats) -> Iterator[Widget]:
    if not stats.mastery:
        return
    yield _title("Mastery by topic")
    yield Bars(
        [
            Bar(row.title, row.recall, percent(row.recall), f"{row.met} of {row.cards} cards met")
            for row in stats.mastery
        ]
    )
    yield _said("Recall expected tomorrow; a card not met yet counts as not recalled.", end=True)


def _points(stats: Stats, library: Library) -> Iterator[Widget]:
    if not stats.points:
        return
    yield _title("Weakest points")
    cards = {card: contents(library, card) for card in {point.card for point in stats.points}}
    entries = []
    for point in stats.points:
        say = clip(point_text(cards[point.card], point.point), 500)
        text = Content.assemble(say, (f"\n{point.card}", "dim"))
        entries.append((Content(f"{point.made} of {point.asked}"), text))
    yield Listing(entries)
    yield _said("How often each was made.", end=True)


def _hardest(stats: Stats) -> Iterator[Widget]:
    if not stats.hardest:
        return
    yield _title("Hardest cards")
    entries = []
    for card in stats.hardest:
        leech = Content.styled("  ! leech", "bold $text-warning") if card.leech else ""
        difficulty = Content.styled(f"\ndifficulty {card.difficulty:.1f} of 10", "dim")
        text = Content.assemble(card.card, leech, difficulty)
        entries.append((Content(count(card.lapses, "lapse")), text))
    yield Listing(entries)
    yield _said(
        f"A lapse is forgetting what was learnt; a leech has {LEECH_LAPSES} or more.",
        end=True,
    )


def _confidence(stats: Stats) -> Iterator[Widget]:
    if stats.calibration:
        yield _title("How sure you were, and how often right")
        bars = []
        for row in stats.calibration:
            right = row.right / row.reviews
            said = f"{percent(right)} of {row.reviews}"
            bars.append(Bar(CONFIDENCE[row.confidence], right, said))
        yield Bars(bars)
        yield _said("", end=True)
    if stats.sure_and_wrong:
        yield _title("Sure, and wrong")
        entries = []
        for each in stats.sure_and_wrong:
            answer = f"“{clip(each.answer, 200)}”" if each.answer.strip() else "no answer"
            text = Content.assemble(answer, (f"\n{each.card}", "dim"))
            entries.append((Content(CONFIDENCE[each.confidence]), text))
        yield Listing(entries)
