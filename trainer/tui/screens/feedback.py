"""What an answer made and missed, and its rating."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from trainer.scheduling.schedule import Rating
from trainer.session import Feedback, Sitting
from trainer.tui.marks import marked_answer, marked_model, shown_evidence, symbol
from trainer.tui.messages import HomeWanted, NextWanted
from trainer.tui.screens.base import TrainerScreen
from trainer.tui.screens.question import place_bar
from trainer.wording import model_answer, percent, point_state, verdict, wait


class RatingBox(Static):
    """One of the four ratings, with the wait it would give. Clicking it gives it."""

    class Picked(Message):
        """A rating was clicked."""

        def __init__(self, rating: Rating) -> None:
            super().__init__()
            self.rating = rating

    def __init__(self, rating: Rating, waits: str) -> None:
        label = Content.assemble((f"{int(rating)} {rating.label} ", "bold"), (waits, "dim"))
        super().__init__(label, classes="rating")
        self.rating = rating

    def on_click(self, _: events.Click) -> None:
        """Give this rating."""
        self.post_message(self.Picked(self.rating))


class FeedbackScreen(TrainerScreen):
    """Shows a graded answer and takes its rating. Posts NextWanted once it is saved."""

    CSS_PATH = "feedback.tcss"
    AUTO_FOCUS = "#feedback"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Accept", priority=True),
        Binding("1", "rate(1)", "Rate", key_display="1-4"),
        *(Binding(str(int(r)), f"rate({int(r)})", show=False) for r in list(Rating)[1:]),
        Binding("left", "choose(-1)", show=False, priority=True),
        Binding("right", "choose(1)", show=False, priority=True),
        Binding("u", "undo", "Undo last"),
        Binding("down", "scroll(1)", "Scroll", key_display="↑↓", priority=True),
        Binding("up", "scroll(-1)", show=False, priority=True),
        Binding("escape", "home", "Home"),
    ]

    chosen: reactive[Rating | None] = reactive(None)

    def __init__(self, sitting: Sitting, feedback: Feedback) -> None:
        super().__init__()
        self._sitting = sitting
        self._feedback = feedback
        self._saved = False
        self.set_reactive(FeedbackScreen.chosen, feedback.suggested)

    def content(self) -> ComposeResult:
        """The judgement first, then the points, your words, the model's, and the ratings."""
        feedback = self._feedback
        yield place_bar(feedback.question)
        with VerticalScroll(id="feedback"):
            for name, text in self._sections():
                yield Static(text, classes=name)
        with Horizontal(id="ratings"):
            for rating, memory in feedback.outcomes.items():
                yield RatingBox(rating, wait(memory, feedback.at))

    def _sections(self) -> list[tuple[str, Content]]:
        feedback = self._feedback
        grade, card = feedback.grade, feedback.question.card
        sections = [("judgement", self._judgement())]
        sections += [("point", line) for line in self._points()]
        for mistake in grade.mistakes:
            line = Content.assemble(("✗ ", "bold $text-error"), ("Mistake: ", "bold"), mistake.say)
            if mistake.why:
                line = Content.assemble(line, " ", mistake.why)
            sections.append(("point", line))
        sections += [("note", Content(warning)) for warning in grade.warnings]
        if card.kind == "choice":
            sections.append(_titled("You picked", self._picked()))
        elif card.kind != "flashcard":
            answer = marked_answer(feedback.answer, grade)
            nothing = Content.styled("(no answer)", "dim")
            sections.append(_titled("Your answer", answer if feedback.answer.strip() else nothing))
        missed = any(point.missed and not point.hit for point in grade.points)
        title = "Model answer" + (" — underlined: what you left out" if missed else "")
        model = model_answer(card)
        if model:
            marked = marked_model(model, grade) if model == card.answer else Content(model)
            sections.append(_titled(title, marked))
        for follow_up in card.follow_ups:
            sections.append(_titled("Follow-up", Content(follow_up)))
        if card.source:
            sections.append(("note", Content(f"Source: {card.source}")))
        return sections

    def _judgement(self) -> Content:
        grade = self._feedback.grade
        if grade.rating is None:
            return Content.styled(self._feedback.question.prompt, "bold")
        parts = [Content.styled(percent(grade.score), "bold")]
        said = verdict(grade)
        if said:
            sign, style = symbol("made" if grade.verdict else "missed")
            parts.append(Content.styled(f"{sign} {said}", style))
        hits = sum(point.hit for point in grade.points)
        if grade.points:
            parts.append(Content(f"{hits} of {len(grade.points)} points"))
        if self._feedback.hint_used:
            parts.append(Content("with a hint"))
        return Content("   ").join(parts)

    def _points(self) -> list[Content]:
        lines = []
        for point in self._feedback.grade.points:
            state = point_state(point)
            sign, style = symbol(state)
            line = Content.assemble((f"{sign} ", style), point.say)
            if "unsure" in state:
                line = Content.assemble(line, (" (a close call)", "dim"))
            evidence = shown_evidence(point, self._feedback.answer)
            if evidence and self._feedback.question.card.kind != "choice":
                line = Content.assemble(line, ("  “", "dim"), (evidence, "italic"), ("”", "dim"))
            lines.append(line)
        return lines

    def _picked(self) -> Content:
        options = self._feedback.question.options
        numbers = [part for part in self._feedback.answer.split(",") if part.strip().isdecimal()]
        texts = [options[int(n) - 1] for n in numbers if 0 < int(n) <= len(options)]
        return (
            Content("\n").join(Content(text) for text in texts) if texts else Content("(nothing)")
        )

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

    def action_scroll(self, lines: int) -> None:
        """Move the text by some lines."""
        self.query_one("#feedback").scroll_relative(y=lines, animate=False)

    def on_rating_box_picked(self, picked: RatingBox.Picked) -> None:
        """A click gives a rating as its key does."""
        self._rate(picked.rating)

    def _rate(self, rating: Rating) -> None:
        if self._saved:
            return
        saved = self.attempt(lambda: self._sitting.rate(rating))
        if saved is not None:
            self._saved = True
            self.post_message(NextWanted(self._sitting))

    def action_undo(self) -> None:
        """Take the last review back and ask its card again; this answer is kept as a draft."""
        if self._saved:
            return
        if self.attempt(self._sitting.undo) is None:
            self.notify("Nothing to undo.", timeout=3)
            return
        self._saved = True
        self.post_message(NextWanted(self._sitting))

    def action_home(self) -> None:
        """Leave without a rating; the answer is kept as a draft."""
        self.post_message(HomeWanted())


def _titled(title: str, text: Content) -> tuple[str, Content]:
    return "section", Content.assemble((title, "bold $accent"), "\n", text)
