"""What an answer made and missed, and its rating."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from trainer.scheduling.schedule import Rating
from trainer.session import Feedback, Saved, Sitting
from trainer.text import count
from trainer.tui.marks import marked_answer, marked_model, shown_evidence, symbol
from trainer.tui.messages import Go, Graded, NextWanted
from trainer.tui.screens.base import TrainerScreen
from trainer.tui.screens.question import place_bar
from trainer.wording import mistake, model_answer, percent, point_state, verdict, wait

if TYPE_CHECKING:
    from trainer.tui.screens.teach import Lesson


class Findings(VerticalScroll):
    """The text of the feedback, which may be longer than the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll_down", "Scroll", key_display="↑↓"),
    ]


class RatingBox(Static):
    """One of the four ratings, with the wait it would give. Clicking it gives it."""

    class Picked(Message):
        """A rating was clicked."""

        def __init__(self, rating: Rating) -> None:
            super().__init__()
            self.rating = rating

    def __init__(self, rating: Rating, waits: str, *, chosen: bool) -> None:
        label = Content.assemble((f"{int(rating)} {rating.label} ", "bold"), (waits, "dim"))
        super().__init__(label, classes="rating")
        self.rating = rating
        self.set_class(chosen, "-chosen")

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
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Accept"),
        Binding("1", "rate(1)", "Rate", key_display="1-4"),
        *(Binding(str(int(r)), f"rate({int(r)})", show=False) for r in list(Rating)[1:]),
        Binding("left", "choose(-1)", show=False),
        Binding("right", "choose(1)", show=False),
        Binding("y", "decide(True)", "Made it"),
        Binding("n", "decide(False)", "Didn't"),
        Binding("t", "teach", "Teach"),
        Binding("u", "undo", "Undo"),
        Binding("escape", "home", "Home"),
    ]

    chosen: reactive[Rating | None] = reactive(None)

    def __init__(
        self, sitting: Sitting, feedback: Feedback, *, debriefed: int | None = None
    ) -> None:
        super().__init__()
        self._sitting = sitting
        self._feedback = feedback
        self._debriefed = debriefed
        chosen = feedback.suggested
        if debriefed is not None:
            chosen = sitting.handed_in[debriefed].saved.rating
        self.set_reactive(FeedbackScreen.chosen, chosen)

    def content(self) -> ComposeResult:
        """The judgement first, then the points, your words, the model's, and the ratings."""
        feedback = self._feedback
        yield place_bar(feedback.question)
        with Findings(id="feedback"):
            yield Static(Content(feedback.question.prompt), id="asked")
            if feedback.grade.rating is not None:
                yield Static(self._judgement(), id="judgement")
            for (sign, style), text in self._findings():
                with Horizontal(classes="finding"):
                    yield Static(Content.styled(sign, style), classes="sign")
                    yield Static(text, classes="text")
            for title, text in self._sections():
                yield Static(
                    Content.assemble((title, "bold $accent"), "\n", text), classes="section"
                )
        with Horizontal(id="ratings"):
            for rating, memory in feedback.outcomes.items():
                waits = wait(memory, feedback.at) if self._sitting.counts else ""
                yield RatingBox(rating, waits, chosen=rating is self.chosen)

    def _judgement(self) -> Content:
        feedback = self._feedback
        grade = feedback.grade
        parts = [Content.styled(percent(grade.score), "bold")]
        said = verdict(grade)
        if said:
            sign, style = symbol("made" if grade.verdict else "missed")
            parts.append(Content.styled(f"{sign} {said}", style))
        if feedback.question.card.kind in ("choice", "cloze") or feedback.question.card.points:
            hits = sum(point.hit for point in grade.points)
            parts.append(Content(f"{hits} of {count(len(grade.points), 'point')}"))
        if feedback.hint_used:
            parts.append(Content("with a hint"))
        return Content("   ").join(parts)

    def _findings(self) -> list[tuple[tuple[str, str], Content]]:
        """What stands under the judgement, each with its sign: points, mistakes, notes."""
        feedback = self._feedback
        findings = []
        for point in feedback.grade.points:
            state = point_state(point)
            text = Content(point.say)
            if point in feedback.unsure:
                text = Content.assemble(text, (" (a close call: y or n?)", "bold $accent"))
            evidence = shown_evidence(point, feedback.answer)
            if evidence and feedback.question.card.kind != "choice":
                text = Content.assemble(text, ("\n“", "dim"), (evidence, "italic"), ("”", "dim"))
            findings.append((symbol(state), text))
        for made in feedback.grade.mistakes:
            text = Content.assemble(("Mistake: ", "bold"), mistake(made))
            findings.append((symbol("missed"), text))
        for warning in feedback.grade.warnings:
            findings.append((("!", "bold $text-warning"), Content(warning)))
        return findings

    def _sections(self) -> list[tuple[str, Content]]:
        """The texts below, each with its title: your words, the model's, what to think on."""
        feedback = self._feedback
        grade, card = feedback.grade, feedback.question.card
        sections = []
        if card.kind == "choice":
            sections.append(("You picked", self._picked()))
        elif card.kind != "flashcard":
            given = feedback.answer.strip()
            answer = marked_answer(feedback.answer, grade) if given else _nothing("(no answer)")
            sections.append(("Your answer", answer))
        model = model_answer(card)
        if model:
            missed = any(point.missed and not point.hit for point in grade.points)
            title = "Answer" if card.kind == "flashcard" else "Model answer"
            title += ", underlined what you left out" if missed else ""
            marked = marked_model(model, grade) if model == card.answer else Content(model)
            sections.append((title, marked))
        if card.follow_ups:
            sections.append(("They may go on", Content("\n".join(card.follow_ups))))
        if card.source:
            sections.append(("Source", Content(card.source)))
        return sections

    def _picked(self) -> Content:
        options = self._feedback.question.options
        numbers = [part for part in self._feedback.answer.split(",") if part.strip().isdecimal()]
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
            return self._sitting.rate(rating)
        saved = self._sitting.handed_in[number].saved
        return saved if rating is saved.rating else self._sitting.change(number, rating)

    def offers(self, action: str) -> bool:
        """Offer to decide close calls, and to teach missed points, only where there are some."""
        if action in ("decide", "teach", "undo") and self._debriefed is not None:
            return False
        if action == "decide":
            return bool(self._feedback.unsure)
        return bool(self._feedback.teachable) if action == "teach" else True

    def action_decide(self, made: bool) -> None:
        """Settle the first close call."""
        point = self._feedback.unsure[0]
        again = self.attempt(lambda: self._sitting.decide(point.id, made))
        if again is not None:
            self.leave(Graded(self._sitting, again))

    def action_teach(self) -> None:
        """Say which words of the answer made a point that was missed."""
        from trainer.tui.screens.teach import TeachScreen

        screen = TeachScreen(self._feedback.teachable, self._feedback.answer)
        self.app.push_screen(screen, self._taught)

    def _taught(self, lesson: Lesson | None) -> None:
        if lesson is None:
            return
        again = self.attempt(lambda: self._sitting.teach(lesson.point, lesson.phrase))
        if again is not None:
            self.leave(Graded(self._sitting, again))
            said = "Learnt. `trainer taught` lists it and takes it back."
            self.app.call_later(self.app.notify, said, timeout=5)

    def action_undo(self) -> None:
        """Take the last review back and ask its card again; this answer is kept as a draft."""
        self.undo(self._sitting)

    def action_home(self) -> None:
        """Leave without a rating; the answer is kept as a draft."""
        self.leave(Go("home"))


def _nothing(said: str) -> Content:
    return Content.styled(said, "dim")
