"""What an answer made and missed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from trainer.grading.model import Grade
from trainer.session import Feedback
from trainer.text import count
from trainer.tui.marks import marked_answer, marked_model, shown_evidence, symbol
from trainer.wording import (
    CONFIDENCE,
    mistake,
    model_answer,
    percent,
    point_said,
    point_state,
    verdict,
)


class Findings(VerticalScroll):
    """The text of the feedback, which may be longer than the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll_down", "Scroll", show=False, id="feedback.down"),
    ]

    def __init__(self, feedback: Feedback, confidence: int | None) -> None:
        """`confidence` is how sure the person said to be, 1..4."""
        super().__init__(id="feedback")
        self.feedback = feedback
        self.confidence = confidence
        self.flagged = False
        self.retried: tuple[str, Grade] | None = None  # the answer tried last, and how it went

    def compose(self) -> ComposeResult:
        """The judgement first, then the points, then both answers."""
        feedback = self.feedback
        flag = ("⚑ Flagged. ", "bold $text-warning") if self.flagged else ""
        yield Static(Content.assemble(flag, feedback.question.prompt), id="asked")
        judgement = self._judgement()
        if judgement:
            yield Static(judgement, id="judgement")
        if self.retried:
            yield Static(self._said_of_retry(*self.retried), id="retried")
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

    async def show_anew(self) -> None:
        """Show the feedback as it is now; what is in sight stays in sight."""
        async with self.batch():
            await self.remove_children()
            await self.mount(*self.compose())

    def _judgement(self) -> Content:
        """The score, the verdict and the points made, and what is to be said beside."""
        feedback = self.feedback
        parts = [] if feedback.grade.rating is None else [self._sum(feedback.grade)]
        if feedback.hint_used:
            parts.append(Content("with a hint"))
        if self.confidence is not None:
            parts.append(Content.styled(f"you said: {CONFIDENCE[self.confidence]}", "dim"))
        return Content("   ").join(parts)

    def _sum(self, grade: Grade) -> Content:
        parts = [Content.styled(percent(grade.score), "bold")]
        said = verdict(grade)
        if said:
            sign, style = symbol("made" if grade.verdict else "missed")
            parts.append(Content.styled(f"{sign} {said}", style))
        card = self.feedback.question.card
        if card.kind in ("choice", "cloze") or card.points:
            counting = [point for point in grade.points if point.id not in card.noted]
            hits = sum(point.hit for point in counting)
            parts.append(Content(f"{hits} of {count(len(counting), 'point')}"))
        return Content("   ").join(parts)

    def _said_of_retry(self, answer: str, grade: Grade) -> Content:
        """How the retry went: its sums, its words, what it still left out."""
        said = Content.assemble(("Tried again: ", "bold $text-accent"), self._sum(grade))
        if self.feedback.question.card.kind == "choice":
            said = Content.assemble(said, "\n", self._picked(answer))
        else:
            said = Content.assemble(said, "\n", marked_answer(answer, grade))
        noted = self.feedback.question.card.noted
        for point in grade.points:
            if not point.hit and point.id not in noted:
                said = Content.assemble(said, "\n", symbol(point_state(point)), f" {point.say}")
        return said

    def _findings(self) -> list[tuple[tuple[str, str], Content]]:
        """What stands under the judgement, each with its sign: points, mistakes, notes."""
        feedback = self.feedback
        findings = []
        for point in feedback.grade.points:
            state = point_state(point)
            text = Content(point.say)
            if point.id in feedback.question.card.noted:
                said = point_said(point, feedback.question.card).capitalize()
                text = Content.assemble((f"{said}: ", "dim"), point.say)
            if point in feedback.unsure:
                first = point == feedback.unsure[0]
                call = (
                    (" (a close call: y or n?)", "bold $text-accent")
                    if first
                    else " (a close call)"
                )
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
        feedback = self.feedback
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
        card = self.feedback.question.card
        sections = []
        if card.follow_ups:
            sections.append(("They may go on", Content("\n".join(card.follow_ups))))
        if card.source:
            sections.append(("Source", Content(card.source)))
        return sections

    def _picked(self, answer: str) -> Content:
        options = self.feedback.question.options
        numbers = [part for part in answer.split(",") if part.strip().isdecimal()]
        texts = [options[int(n) - 1] for n in numbers if 0 < int(n) <= len(options)]
        return Content("\n").join(map(Content, texts)) if texts else _nothing("(nothing)")


def _section(title: str, text: Content) -> Static:
    return Static(Content.assemble((title, "bold $text-accent"), "\n", text), classes="section")


def _nothing(said: str) -> Content:
    return Content.styled(said, "dim")
