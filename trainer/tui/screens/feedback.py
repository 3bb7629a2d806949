"""What an answer made and missed, and its rating."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from trainer.feedback import Feedback
from trainer.scheduling.schedule import Rating
from trainer.session import Saved, Sitting
from trainer.tui.messages import EditWanted, Go, NextWanted
from trainer.tui.screens.base import TrainerScreen
from trainer.tui.screens.question import place_bar
from trainer.tui.widgets.findings import Findings
from trainer.tui.widgets.ratings import Ratings
from trainer.wording import wait

if TYPE_CHECKING:
    from trainer.tui.screens.teach import Lesson


class FeedbackScreen(TrainerScreen):
    """Shows a graded answer and takes its rating. Posts NextWanted once it is saved.

    In the debrief of a mock interview it shows the answer with the number `debriefed`, which is
    saved already: another rating takes the place of the one given.
    """

    CSS_PATH = "feedback.tcss"
    AUTO_FOCUS = ""  # scrolling comes after the first paint
    # Where the four ratings fit beside their waits, and where both answers fit side by side.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (40, "-tight"), (70, "-wide"), (100, "-broad")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high"), (18, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Accept", id="feedback.accept"),
        Binding("1", "rate(1)", "Rate", key_display="1-4", id="feedback.again"),
        *(
            Binding(
                str(int(r)), f"rate({int(r)})", r.label, show=False, id=f"feedback.{r.name.lower()}"
            )
            for r in list(Rating)[1:]
        ),
        Binding("left", "choose(-1)", "Lower", show=False, id="feedback.lower"),
        Binding("right", "choose(1)", "Higher", show=False, id="feedback.higher"),
        Binding("y", "decide(True)", "Made it?", key_display="y/n", id="feedback.made"),
        Binding("n", "decide(False)", "Didn't make it", show=False, id="feedback.missed"),
        Binding("t", "teach", "Teach", id="feedback.teach"),
        Binding("r", "retry", "Retry", id="feedback.retry"),
        Binding("u", "undo", "Undo", id="feedback.undo"),
        Binding("e", "edit", "Edit the card", show=False, id="feedback.edit"),
        Binding("S", "suspend", "Suspend the card", show=False, id="feedback.suspend"),
        Binding("B", "bury", "Bury it until tomorrow", show=False, id="feedback.bury"),
        Binding("F", "flag", "Flag the card, or not", show=False, id="feedback.flag"),
        Binding("escape", "home", "Home", id="feedback.home"),
    ]

    chosen: reactive[Rating | None] = reactive(None)

    def __init__(
        self,
        sitting: Sitting,
        feedback: Feedback,
        *,
        confidence: int | None = None,
        debriefed: int | None = None,
    ) -> None:
        super().__init__()
        self._sitting = sitting
        self._feedback = feedback
        self._confidence = confidence
        self._debriefed = debriefed
        self._findings = Findings(feedback, confidence)
        chosen = feedback.suggested
        if debriefed is not None:
            chosen = sitting.handed_in[debriefed].saved.rating
        self.set_reactive(FeedbackScreen.chosen, chosen)

    def content(self) -> ComposeResult:
        """The judgement first, then the points, your words, the model's, and the ratings."""
        feedback = self._feedback
        mark = self.attempt(lambda: self._sitting.mark(feedback.question.ref))
        self._findings.flagged = bool(mark and mark.flag)
        yield place_bar(feedback.question)
        yield self._findings
        counts = self._sitting.counts
        waits = {
            rating: wait(memory, feedback.at) if counts else ""
            for rating, memory in feedback.outcomes.items()
        }
        yield Ratings(waits).data_bind(FeedbackScreen.chosen)

    def on_mount(self) -> None:
        """Let the arrows scroll, once there is something to see."""
        self.call_after_refresh(self._findings.focus)

    # Rating

    def action_choose(self, by: int) -> None:
        """Move the choice to the rating beside it."""
        place = (int(self.chosen) if self.chosen else 2 if by > 0 else 3) + by
        self.chosen = Rating(min(4, max(1, place)))

    def action_accept(self) -> None:
        """Give the rating that is chosen."""
        if self.chosen is None:
            self.notify("How well did you know it? Press 1, 2, 3 or 4.", timeout=4)
            return
        self._rate(self.chosen)

    def action_rate(self, rating: int) -> None:
        """Give this rating, whatever is chosen."""
        self._rate(Rating(rating))

    def on_ratings_picked(self, picked: Ratings.Picked) -> None:
        """A click gives a rating as its key does."""
        self._rate(picked.rating)

    def _rate(self, rating: Rating) -> None:
        if self.leaving:
            return
        if self.attempt(lambda: self._save(rating)) is not None:
            self.leave(NextWanted(self._sitting))

    def _save(self, rating: Rating) -> Saved:
        number = self._debriefed
        if number is None:
            return self._sitting.rate(rating, confidence=self._confidence)
        saved = self._sitting.handed_in[number].saved
        return saved if rating is saved.rating else self._sitting.change(number, rating)

    def offers(self, action: str) -> bool:
        """Offer to decide close calls, and to teach missed points, only where there are some."""
        if self._debriefed is not None and action in ("decide", "teach", "retry", "undo"):
            return False
        if action == "decide":
            return bool(self._feedback.unsure)
        if action == "teach":
            return bool(self._feedback.teachable)
        return action != "retry" or self._feedback.question.card.kind != "flashcard"

    # The grade

    async def action_decide(self, made: bool) -> None:
        """Settle the first close call."""
        point = self._feedback.unsure[0]
        await self._replace(self.attempt(lambda: self._sitting.decide(point.id, made)))

    async def _replace(self, again: Feedback | None) -> None:
        """Show the answer graded anew, where it was."""
        if again is not None:
            self._feedback = self._findings.feedback = again
            self.chosen = again.suggested
            await self._findings.show_anew()
            self.refresh_bindings()

    def action_teach(self) -> None:
        """Say which words of the answer made a point that was missed."""
        from trainer.tui.screens.teach import TeachScreen

        screen = TeachScreen(self._feedback.teachable, self._feedback.answer)
        self.app.push_screen(screen, self._taught)

    async def _taught(self, lesson: Lesson | None) -> None:
        if lesson is None:
            return
        again = self.attempt(lambda: self._sitting.teach(lesson.point, lesson.phrase))
        await self._replace(again)
        if again is not None:
            self.notify("Learnt. `trainer taught` lists it and takes it back.", timeout=5)

    def action_retry(self) -> None:
        """Answer once more; the first answer still waits for its rating."""
        from trainer.tui.screens.retry import RetryScreen

        self.app.push_screen(RetryScreen(self._feedback.question), self._tried_again)

    async def _tried_again(self, answer: str | None) -> None:
        if answer is None:
            return
        grade = self.attempt(lambda: self._sitting.retry(answer))
        if grade is not None:
            self._findings.retried = answer, grade
            await self._findings.show_anew()
            self._findings.scroll_home(animate=False)

    # The card

    def action_suspend(self) -> None:
        """Leave the card out of every queue, and go on."""
        self._put_away(self._sitting.suspend, "Suspended: it isn’t asked until you take it back.")

    def action_bury(self) -> None:
        """Leave the card out until tomorrow, and go on."""
        self._put_away(self._sitting.bury, "Buried until tomorrow.")

    def _put_away(self, put_away: Callable[[str], None], said: str) -> None:
        def do() -> bool:
            put_away(self._feedback.question.ref)
            return True

        if self.attempt(do):
            self.leave(NextWanted(self._sitting, said))

    async def action_flag(self) -> None:
        """Flag the card, or take its flag off."""
        flag = self.attempt(lambda: self._sitting.flag(self._feedback.question.ref))
        if flag is not None:
            self._findings.flagged = bool(flag)
            await self._findings.show_anew()

    def action_edit(self) -> None:
        """Open the card's file at its line in the person's editor."""
        self.post_message(EditWanted(self._feedback.question.ref, self._sitting))

    async def on_edited(self) -> None:
        """Show the answer graded by the card as it is now."""
        await self._replace(self._sitting.feedback)

    def action_undo(self) -> None:
        """Take the last review back and ask its card again; this answer is kept as a draft."""
        self.undo(self._sitting)

    def action_home(self) -> None:
        """Leave without a rating; the answer is kept as a draft."""
        self.leave(Go("home"))
