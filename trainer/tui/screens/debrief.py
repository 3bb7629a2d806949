"""The end of a mock interview: what it came to, and each answer."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from trainer.debrief import MOST, SIGNS, Debrief, debrief
from trainer.mockfile import Report
from trainer.scheduling.schedule import Rating
from trainer.session import HandedIn, Sitting
from trainer.text import clean, clip, count
from trainer.tui.messages import AnswerWanted, Go
from trainer.tui.screens.base import TopBar, TrainerScreen
from trainer.wording import percent

_BAR = 8
_STYLES = {
    Rating.AGAIN: "bold $text-error",
    Rating.HARD: "bold $text-warning",
    Rating.GOOD: "bold $text-success",
    Rating.EASY: "bold $text-success",
}


class Answers(OptionList):
    """The answers given, one a line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Look", id="debrief.look"),
    ]


class DebriefScreen(TrainerScreen):
    """What a mock interview came to. Posts AnswerWanted for the answer picked.

    A number key gives the answer at the cursor another rating; the report says so too.
    """

    CSS_PATH = "debrief.tcss"
    AUTO_FOCUS = "#answers"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (40, "-wide"), (76, "-broad")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "rate(1)", "Rate", key_display="1-4", id="debrief.again"),
        Binding("2", "rate(2)", show=False, id="debrief.hard"),
        Binding("3", "rate(3)", show=False, id="debrief.good"),
        Binding("4", "rate(4)", show=False, id="debrief.easy"),
        Binding("tab", "turn", "Sums", id="debrief.turn"),
        Binding("escape", "home", "Home", id="debrief.home"),
    ]

    def __init__(self, sitting: Sitting, report: Report, at: int = 0) -> None:
        """`at` is the answer the cursor stands on, from 0."""
        super().__init__()
        self._sitting = sitting
        self._report = report
        self._at = at

    def content(self) -> ComposeResult:
        """The sums above, the answers below."""
        handed_in = self._sitting.handed_in
        sums = debrief(handed_in)
        counts = "" if self._sitting.counts else "practice  "
        right = Content.assemble((counts, "dim"), (percent(sums.score), "bold"))
        yield TopBar(Content.styled("Mock interview › Debrief", "bold"), right)
        with VerticalScroll(id="overview"):
            yield Static(Content(sums.headline), id="headline")
            yield Static(id="saved")
            with Horizontal(id="sums"):
                yield Static(_topics(sums), id="topics")
                yield Static(_missed(sums), id="missed")
        rows = (Option(_row(number, each)) for number, each in enumerate(handed_in, 1))
        yield Answers(*rows, id="answers", markup=False)

    def on_mount(self) -> None:
        """Save the report, and stand on the answer looked at last."""
        self.query_one(Answers).highlighted = self._at
        self._save()

    def on_resize(self) -> None:
        """Offer to scroll the sums where they don't fit; keep the cursor in sight."""
        self.call_after_refresh(self.refresh_bindings)
        self.call_after_refresh(self.query_one(Answers).scroll_to_highlight)

    def offers(self, action: str) -> bool:
        """Offer to go to the sums only where there is more of them than is seen."""
        return action != "turn" or any(each.max_scroll_y for each in self.query("#overview"))

    def action_turn(self) -> None:
        """Go from the answers to the sums above, to scroll them, and back."""
        answers = self.query_one(Answers)
        (self.query_one("#overview") if answers.has_focus else answers).focus()

    def _save(self) -> None:
        path = self.attempt(
            lambda: self._report.save(self._sitting.handed_in, counts=self._sitting.counts)
        )
        said = f"Saved as {clean(path)}" if path else "Not saved as a file."
        self.query_one("#saved", Static).update(Content(said))

    def on_option_list_option_selected(self, selected: OptionList.OptionSelected) -> None:
        """Look at one answer."""
        if not self.leaving:
            self.leave(AnswerWanted(self._sitting, selected.option_index))

    def action_rate(self, rating: int) -> None:
        """Give the answer at the cursor another rating."""
        answers = self.query_one(Answers)
        number = answers.highlighted
        if number is None or self._sitting.handed_in[number].saved.rating == rating:
            return
        if self.attempt(lambda: self._sitting.change(number, Rating(rating))) is not None:
            changed = self._sitting.handed_in[number]
            answers.replace_option_prompt_at_index(number, _row(number + 1, changed))
            self._save()

    def action_home(self) -> None:
        """Go home."""
        self.leave(Go("home"))


def _topics(sums: Debrief) -> Content:
    lines = [Content.styled("By topic", "bold $text-accent")]
    for topic in sums.topics:
        done = round(_BAR * topic.score)
        lines.append(
            Content.assemble(
                f"{percent(topic.score):>5} ",
                ("━" * done, "$accent"),
                ("─" * (_BAR - done), "dim"),
                f" {clip(topic.title, 60)}",
                (f" {topic.answers}×" if topic.answers > 1 else "", "dim"),
            )
        )
    return Content("\n").join(lines)


def _missed(sums: Debrief) -> Content:
    if not sums.missed:
        return Content("")
    lines = [Content.styled("Points missed most", "bold $text-accent")]
    for point in sums.missed[:MOST]:
        times = f" {point.missed} of {point.asked}×" if point.asked > 1 else ""
        lines.append(
            Content.assemble(("✗ ", "bold $text-error"), clip(point.say, 200), (times, "dim"))
        )
    more = len(sums.missed) - MOST
    if more > 0:
        lines.append(Content.styled(f"{count(more, 'more point')} in the file", "dim"))
    return Content("\n").join(lines)


def _row(number: int, each: HandedIn) -> Content:
    saved, feedback = each.saved, each.feedback
    minutes, seconds = divmod(round(saved.elapsed_ms / 1000), 60)
    return Content.assemble(
        (SIGNS[saved.rating], _STYLES[saved.rating]),
        (f"{number:>3}  ", "dim"),
        f"{percent(feedback.grade.score):>5}  {saved.rating.label:<6}",
        (f"{minutes:>3}:{seconds:02}  ", "dim"),
        clip(feedback.question.prompt, 200),
    )
