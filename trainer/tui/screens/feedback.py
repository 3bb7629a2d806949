"""What an answer made and missed, and its rating."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from trainer.scheduling.schedule import Rating
from trainer.session import Feedback, Saved, Sitting
from trainer.text import count
from trainer.tui.marks import marked_answer, marked_model, shown_evidence, symbol
from trainer.tui.messages import EditWanted, Go, NextWanted
from trainer.tui.screens.base import TrainerScreen
from trainer.tui.screens.question import place_bar
from trainer.wording import CONFIDENCE, mistake, model_answer, percent, point_state, verdict, wait

if TYPE_CHECKING:
    from trainer.grading.model import Grade
    from trainer.tui.screens.teach import Lesson


class Findings(VerticalScroll):
    """The text of the feedback, which may be longer than the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll_down", "Scroll", show=False, id="feedback.down"),
    ]


class RatingBox(Static):
    """One of the four ratings, with the wait it would give. Clicking it gives it."""

    class Picked(Message):
        """A rating was clicked."""

        def __init__(self, rating: Rating) -> None:
            super().__init__()
            self.rating = rating

    def __init__(self, rating: Rating, waits: str, *, chosen: bool) -> None:
        super().__init__(classes="rating")
        self.rating = rating
        self._label = Content.styled(f"{int(rating)} {rating.label}", "bold")
        self._waits = Content.styled(waits, "dim")
        self.set_class(chosen, "-chosen")

    def render(self) -> Content:
        """The name and the wait, one below the other where they don't stand side by side."""
        width = self._label.cell_length + self._waits.cell_length + 1
        beside = self.content_size.height < 2 or width <= self.content_size.width
        return Content(" " if beside else "\n").join([self._label, self._waits])

    def on_click(self, _: events.Click) -> None:
        """Give this rating."""
        self.post_message(self.Picked(self.rating))


class FeedbackScreen(TrainerScreen):
    """Shows a graded answer and takes its rating. Posts NextWanted once it is saved.

    In the debrief of a mock interview it shows the answer with the number `debriefed`, which is
    saved already: another rating takes the place of the one given.
    """

    CSS_PATH = "feedback.tcss"
    AUTO_FOCUS = "#feedback"
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
        self._flagged = False
        self._retried: tuple[str, Grade] | None = None  # the last of them
        chosen = feedback.suggested
        if debriefed is not None:
            chosen = sitting.handed_in[debriefed].saved.rating
        self.set_reactive(FeedbackScreen.chosen, chosen)

    def content(self) -> ComposeResult:
        """The judgement first, then the points, your words, the model's, and the ratings."""
        feedback = self._feedback
        mark = self.attempt(lambda: self._sitting.mark(feedback.question.ref))
        self._flagged = bool(mark and mark.flag)
        yield place_bar(feedback.question)
        with Findings(id="feedback"):
            yield from self._parts()
        with Horizontal(id="ratings"):
            for rating, memory in feedback.outcomes.items():
                waits = wait(memory, feedback.at) if self._sitting.counts else ""
                yield RatingBox(rating, waits, chosen=rating is self.chosen)

    def _parts(self) -> Iterator[Widget]:
        feedback = self._feedback
        flag = ("⚑ Flagged. ", "bold $text-warning") if self._flagged else ""
        yield Static(Content.assemble(flag, feedback.question.prompt), id="asked")
        judgement = self._judgement()
        if judgement:
            yield Static(judgement, id="judgement")
        if self._retried:
            yield Static(self._said_of_retry(*self._retried), id="retried")
        for (sign, style), text in self._findings():
            yield Horizontal(
                Static(Content.styled(sign, style), classes="sign"),
                Static(text, classes="text"),
                classes="finding",
            )
        answers = [_section(*each) for each in self._answers()]
        if answers:
            yield Container(*answers, id="answers")
        for title, text in self._sections():
            yield _section(title, text)

    async def _show_anew(self) -> None:
        """Show the feedback as it is now; what is in sight stays in sight."""
        findings = self.query_one(Findings)
        async with findings.batch():
            await findings.remove_children()
            await findings.mount(*self._parts())
        self.refresh_bindings()

    def _judgement(self) -> Content:
        """The score, the verdict and the points made, and what is to be said beside."""
        feedback = self._feedback
        parts = [] if feedback.grade.rating is None else [self._sum(feedback.grade)]
        if feedback.hint_used:
            parts.append(Content("with a hint"))
        if self._confidence is not None:
            parts.append(Content.styled(f"you said: {CONFIDENCE[self._confidence]}", "dim"))
        return Content("   ").join(parts)

    def _sum(self, grade: Grade) -> Content:
        parts = [Content.styled(percent(grade.score), "bold")]
        said = verdict(grade)
        if said:
            sign, style = symbol("made" if grade.verdict else "missed")
            parts.append(Content.styled(f"{sign} {said}", style))
        card = self._feedback.question.card
        if card.kind in ("choice", "cloze") or card.points:
            hits = sum(point.hit for point in grade.points)
            parts.append(Content(f"{hits} of {count(len(grade.points), 'point')}"))
        return Content("   ").join(parts)

    def _said_of_retry(self, answer: str, grade: Grade) -> Content:
        """How the retry went: its sums, its words, what it still left out."""
        said = Content.assemble(("Tried again: ", "bold $accent"), self._sum(grade))
        if self._feedback.question.card.kind == "choice":
            said = Content.assemble(said, "\n", self._picked(answer))
        else:
            said = Content.assemble(said, "\n", marked_answer(answer, grade))
        for point in grade.points:
            if not point.hit:
                said = Content.assemble(said, "\n", symbol(point_state(point)), f" {point.say}")
        return said

    def _findings(self) -> list[tuple[tuple[str, str], Content]]:
        """What stands under the judgement, each with its sign: points, mistakes, notes."""
        feedback = self._feedback
        findings = []
        for point in feedback.grade.points:
            state = point_state(point)
            text = Content(point.say)
            if point in feedback.unsure:
                first = point == feedback.unsure[0]
                call = (" (a close call: y or n?)", "bold $accent") if first else " (a close call)"
                text = Content.assemble(text, call)
            evidence = shown_evidence(point, feedback.answer)
            if feedback.question.card.kind == "choice" or evidence == point.say:
                evidence = ""
            if evidence:
                text = Content.assemble(text, ("\n“", "dim"), (evidence, "italic"), ("”", "dim"))
            findings.append((symbol(state), text))
        for made in feedback.grade.mistakes:
            text = Content.assemble(("Mistake: ", "bold"), mistake(made))
            findings.append((symbol("missed"), text))
        for warning in feedback.grade.warnings:
            findings.append((("!", "bold $text-warning"), Content(warning)))
        return findings

    def _answers(self) -> list[tuple[str, Content]]:
        """Your answer and the model's, each with its title."""
        feedback = self._feedback
        grade, card = feedback.grade, feedback.question.card
        answers = []
        if card.kind == "choice":
            answers.append(("You picked", self._picked(feedback.answer)))
        elif card.kind != "flashcard":
            given = feedback.answer.strip()
            answer = marked_answer(feedback.answer, grade) if given else _nothing("(no answer)")
            answers.append(("Your answer", answer))
        model = model_answer(card)
        if model:
            missed = any(point.missed and not point.hit for point in grade.points)
            title = "Answer" if card.kind == "flashcard" else "Model answer"
            title += ", underlined what you left out" if missed else ""
            marked = marked_model(model, grade) if model == card.answer else Content(model)
            answers.append((title, marked))
        return answers

    def _sections(self) -> list[tuple[str, Content]]:
        """The texts below the answers, each with its title."""
        card = self._feedback.question.card
        sections = []
        if card.follow_ups:
            sections.append(("They may go on", Content("\n".join(card.follow_ups))))
        if card.source:
            sections.append(("Source", Content(card.source)))
        return sections

    def _picked(self, answer: str) -> Content:
        options = self._feedback.question.options
        numbers = [part for part in answer.split(",") if part.strip().isdecimal()]
        texts = [options[int(n) - 1] for n in numbers if 0 < int(n) <= len(options)]
        return Content("\n").join(map(Content, texts)) if texts else _nothing("(nothing)")

    # Rating

    def watch_chosen(self) -> None:
        """Show which rating Enter would give."""
        for box in self.query(RatingBox):
            box.set_class(box.rating is self.chosen, "-chosen")

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

    def on_rating_box_picked(self, picked: RatingBox.Picked) -> None:
        """A click gives a rating as its key does."""
        self._rate(picked.rating)

    def _rate(self, rating: Rating) -> None:
        if self._left:
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
            self._feedback = again
            self.chosen = again.suggested
            await self._show_anew()

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
            self._retried = answer, grade
            await self._show_anew()
            self.query_one(Findings).scroll_home(animate=False)

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
            self.leave(NextWanted(self._sitting))
            self.app.call_later(self.app.notify, said, timeout=4)

    async def action_flag(self) -> None:
        """Flag the card, or take its flag off."""
        flag = self.attempt(lambda: self._sitting.flag(self._feedback.question.ref))
        if flag is not None:
            self._flagged = bool(flag)
            await self._show_anew()

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


def _section(title: str, text: Content) -> Static:
    return Static(Content.assemble((title, "bold $accent"), "\n", text), classes="section")


def _nothing(said: str) -> Content:
    return Content.styled(said, "dim")
