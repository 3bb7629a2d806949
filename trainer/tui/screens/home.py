"""Home: what today holds, how it is going, and where to begin."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from trainer.desk import Desk
from trainer.due import Due
from trainer.heat import DAYS, LEGEND, year
from trainer.scheduling.days import Moment
from trainer.selection import Selection
from trainer.text import clean, count
from trainer.today import Today, today
from trainer.tui.messages import Go, Place, SittingWanted
from trainer.tui.screens.base import TopBar, TrainerScreen
from trainer.tui.widgets.bars import Bar, Bars
from trainer.tui.widgets.heatmap import Heatmap
from trainer.tui.widgets.menu import Menu
from trainer.wording import day_name, percent, when

# The weakest topics shown; on a low terminal fewer (home.tcss).
_WEAKEST = 5
_STARTS = ("daily", "drill", "weak", "mock", "browse", "stats", "decks", "settings")


class HomeScreen(TrainerScreen):
    """Today's plan, the weakest topics, the year. Posts SittingWanted or Go."""

    CSS_PATH = "home.tcss"
    AUTO_FOCUS = "#home"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "begin", "Start", id="home.daily"),
        Binding("d", "go('drill')", "Drill", id="home.drill", show=False),
        Binding("w", "go('weak')", "Weak spots", id="home.weak", show=False),
        Binding("m", "go('mock')", "Mock interview", id="home.mock", show=False),
        Binding("b", "go('browse')", "Browse", id="home.browse", show=False),
        Binding("s", "go('stats')", "Stats", id="home.stats", show=False),
        Binding("e", "go('decks')", "Decks", id="home.decks", show=False),
        Binding("comma", "go('settings')", "Settings", id="home.settings", show=False),
        Binding("q", "app.quit", "Quit", id="home.quit"),
    ]

    VERTICAL_BREAKPOINTS = [*TrainerScreen.VERTICAL_BREAKPOINTS, (30, "-tall")]  # noqa: RUF012

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._startable = False

    def content(self) -> ComposeResult:
        """The plan and the keys, what needs mending, then how it is going."""
        desk, at = self._desk, self._desk.clock()
        plan = self._plan(at)
        yield TopBar(Content.styled("Trainer", "bold"), Content(day_name(desk.today(at))))
        with VerticalScroll(id="home"):
            yield Static(plan, id="today")
            yield Menu([f"home.{name}" for name in _STARTS], self._first)
            for notice in desk.notices:
                line = Content.assemble(("! ", "bold $text-warning"), notice)
                yield Static(line, classes="notice")
            if desk.library.decks:
                yield from self._progress(at)

    def on_mount(self) -> None:
        """Keep the plan true while the window stays open."""
        self.set_interval(60, self._plan_anew)

    def _plan_anew(self) -> None:
        self.query_one("#today", Static).update(self._plan(self._desk.clock()))
        self.refresh_bindings()
        self.query_one(Menu).show(self._first)

    def _plan(self, at: Moment) -> Content:
        """What today holds in words; also says whether there is anything to start."""
        self._startable = False
        if not self._desk.library.decks:
            return _no_decks(self._desk)
        found = self.attempt(lambda: self._looked_up(at))
        if found is None:
            return Content("What is due can't be told.")
        due, plan, run = found
        self._startable = plan.answers > 0
        lines = [_today(plan) if plan.answers else _nothing_left(due, at)]
        parts = [*_streak(run), *_interview(self._desk.config.interview, self._desk.today(at))]
        if parts:
            lines.append(Content("   ").join(parts))
        return Content("\n").join(lines)

    def _looked_up(self, at: Moment) -> tuple[Due, Today, tuple[int, int] | None]:
        desk = self._desk
        due = desk.due(at)
        plan = today(desk.library, desk.store, desk.config, due, at)
        return due, plan, desk.store.run(desk.today(at))

    @property
    def _first(self) -> str:
        """The binding for where the eye should go."""
        if self._startable:
            return "home.daily"
        return "home.drill" if self._desk.library.decks else "home.decks"

    def _progress(self, at: Moment) -> ComposeResult:
        """How it is going, once something was answered."""
        desk, day = self._desk, self._desk.today(at)
        stats = self.attempt(lambda: desk.stats(at))
        if stats is None:
            return
        if not stats.reviews:
            yield Static("Your weakest topics and your year show here later.", id="later")
            return
        weakest = sorted((row for row in stats.mastery if row.met), key=lambda row: row.recall)
        if weakest:
            of = Content.styled(", recall expected tomorrow", "dim")
            yield Static(Content.assemble(("Weakest topics", "bold"), of), classes="section")
            shown = [Bar(row.title, row.recall, percent(row.recall)) for row in weakest]
            yield Bars(shown[:_WEAKEST], id="weakest")
        rows = self.attempt(lambda: desk.store.review_days(day - DAYS + 1))
        if rows is not None:
            past = year(rows, day)
            yield Static(Content.styled(past.said, "bold"), classes="section")
            yield Heatmap(past)
            yield Static(LEGEND, id="legend", markup=False)

    def offers(self, action: str) -> bool:
        """Whether there is anything to start."""
        return action != "begin" or self._startable

    def desk_changed(self) -> None:
        """Show what there is now."""
        self.call_later(self.recompose)

    def action_begin(self) -> None:
        """Begin today's sitting."""
        self.leave(SittingWanted("daily", Selection()))

    def action_go(self, place: Place) -> None:
        """Go to another place."""
        self.leave(Go(place))


def _today(plan: Today) -> Content:
    parts = [
        (plan.due, count(plan.due, "review")),
        (plan.early, count(plan.early, "early review")),
        (plan.steps, count(plan.steps, "learning step")),
        (plan.new, f"{plan.new} new"),
    ]
    return Content.assemble(
        ("Today: ", "bold"),
        (", ".join(said for number, said in parts if number), "bold"),
        f", about {plan.minutes} min",
    )


def _nothing_left(due: Due, at: Moment) -> Content:
    if due.next is not None and due.next > at.instant:
        then = Content.assemble("Next due ", (when(due.next, at), "bold"), ". Until then,")
    elif due.next is not None:
        then = Content("What is due beyond the day's limits waits; meanwhile,")
    else:
        then = Content("If you like,")
    return Content.assemble(("Nothing is left for today.", "bold"), " ", then, " you can drill.")


def _streak(run: tuple[int, int] | None) -> list[Content]:
    """Say how many study days in a row there were, where there are any."""
    if run is None:
        return []
    return [Content.assemble("Streak ", (count(run[1] - run[0] + 1, "day"), "bold"))]


def _interview(interview: int | None, day: int) -> list[Content]:
    """Say when the interview is, where one is set and not over."""
    if interview is None or interview < day:
        return []
    left = interview - day
    wait = "today" if not left else "tomorrow" if left == 1 else f"in {left} days"
    return [
        Content.assemble("Interview ", (wait, "bold"), (f" ({day_name(interview)})", "dim")),
    ]


def _no_decks(desk: Desk) -> Content:
    """Say how to come to a deck."""
    if desk.library.disabled:
        return Content.assemble(("All decks are switched off.", "bold"), " Switch one on in Decks.")
    folder = f" {clean(desk.paths.decks)}" if desk.paths else ""
    return Content.assemble(
        ("No deck is loaded.", "bold"),
        f" Put one, a .yaml file, into your folder of decks{folder} (`trainer paths` names it).\n"
        "The README shows how to write your first deck in two minutes.",
    )
