"""A question, and where its answer is given."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from trainer.question import Question
from trainer.session import Sitting
from trainer.text import clip
from trainer.tui.messages import Go, Graded, NextWanted
from trainer.tui.screens.base import TopBar, TrainerScreen
from trainer.tui.widgets.answer import MAX_CHARACTERS, AnswerArea, AnswerLine, Choices
from trainer.wording import why_weak

# Seconds after which what was typed is kept as a draft, and after which it is quiet.
DRAFT_DELAY = 1.0
_QUIET = 3.0
_BAR = 10


def place_bar(question: Question) -> TopBar:
    """Return the top line of a question: deck and topic, and how far the sitting is."""
    where = " › ".join(part for part in (question.deck_title, question.topic_title) if part)
    total = question.number + question.left
    done = round(_BAR * (question.number - 1) / total)
    right = Content.assemble(
        (f"{question.card.kind}  ", "dim"),
        f"{question.number} of {total} ",
        ("━" * done, "$accent"),
        ("─" * (_BAR - done), "dim"),
    )
    return TopBar(Content.styled(clip(where, 200), "bold"), right)


class QuestionScreen(TrainerScreen):
    """Asks one question. Posts Graded with the feedback once an answer is submitted."""

    CSS_PATH = "question.tcss"
    AUTO_FOCUS = "#answer"
    BINDINGS: ClassVar[list[BindingType]] = [
        # None has priority: it would overtake what was typed just before it.
        Binding("ctrl+j,ctrl+enter", "submit", "Submit", key_display="^j"),
        Binding("enter", "submit_line", "Submit"),
        Binding("space,enter", "flip", "Show the answer", key_display="space"),
        Binding("ctrl+t", "hint", "Hint"),
        Binding("ctrl+n", "dont_know", "Don't know"),
        Binding("ctrl+b", "undo", "Undo"),
        Binding("escape", "home", "Home"),
    ]

    def __init__(self, sitting: Sitting, question: Question) -> None:
        super().__init__()
        self._sitting = sitting
        self._question = question
        self._hint_used = False
        self._submitted = False
        self._giving_up = False
        self._typed = question.draft.answer
        self._draft_timer: Timer | None = None

    def content(self) -> ComposeResult:
        """The prompt, calm and alone; the hint once asked for; the answer."""
        question = self._question
        yield place_bar(question)
        with VerticalScroll(id="prompt-scroll", can_focus=False):
            if question.weakness:
                yield Static(Content(why_weak(question.weakness, question.card)), id="why")
            yield Static(Content(question.prompt), id="prompt")
            yield Static(id="hint")
        answer = self._answer_widget()
        if isinstance(answer, Choices):
            with VerticalScroll(id="options", can_focus=False):
                yield answer
        else:
            yield answer

    def _answer_widget(self) -> Widget:
        question = self._question
        card = question.card
        if card.kind == "choice":
            several = sum(choice.right for choice in card.choices) > 1
            return Choices(question.options, several=several)
        if card.kind == "cloze":
            one = "____ (2)" not in question.prompt
            return AnswerLine(
                question.draft.answer, "the gap" if one else "the gaps: first; second"
            )
        if card.kind == "flashcard":
            return Static("Say the answer to yourself, then look.", id="flip", markup=False)
        return AnswerArea(question.draft.answer)

    def on_mount(self) -> None:
        """Tell of an answer kept from before; get ready to grade while the person thinks."""
        self.call_after_refresh(self.run_worker, _warm_up, thread=True)
        self.set_timer(_QUIET, self._sitting.rest, name="rest")
        if self._question.draft.hint:
            self.action_hint()
        if self._question.draft.answer:
            self.notify("Your unrated answer from before is back.", timeout=4)

    def offers(self, action: str) -> bool:
        """Offer only the keys that this kind of card has a use for."""
        kind = self._question.card.kind
        if action == "submit":
            return kind in ("scenario", "question")
        if action == "submit_line":
            return kind in ("choice", "cloze")
        if action == "flip":
            return kind == "flashcard"
        if action == "dont_know":
            return kind != "flashcard"
        if action == "undo":
            return self._sitting.mode != "mock"
        if action == "hint":
            return bool(self._question.card.hint) and not self._hint_used
        return True

    # The answer

    @property
    def _text(self) -> str:
        answer = self.query_one("#answer")
        if isinstance(answer, TextArea | Choices):
            return answer.text
        return answer.value if isinstance(answer, Input) else ""

    def action_submit(self) -> None:
        """Have the answer graded."""
        if not self._text.strip():
            self.notify("Write an answer, or press ^n if you don't know.", timeout=4)
            return
        self._submit(self._text)

    def action_submit_line(self) -> None:
        """Have a one-line answer graded."""
        self.action_submit()

    def on_input_submitted(self) -> None:
        """Enter in a gap submits."""
        self.action_submit()

    def action_flip(self) -> None:
        """Show what is on the other side."""
        self._submit("")

    def action_dont_know(self) -> None:
        """Give up on this one, and see the answer; what was written isn't given up by a slip."""
        if self._text.strip() and not self._giving_up:
            self._giving_up = True
            self.notify("Submit what you wrote, or press ^n again to give it up.", timeout=5)
            return
        self._submit("")

    def _submit(self, text: str) -> None:
        if self._sitting.mode == "mock":
            saved = self.attempt(lambda: self._sitting.hand_in(text, hint_used=self._hint_used))
            if saved is not None:
                self._submitted = True
                self.leave(NextWanted(self._sitting))
            return
        feedback = self.attempt(lambda: self._sitting.submit(text, hint_used=self._hint_used))
        if feedback is not None:
            self._submitted = True
            self.leave(Graded(self._sitting, feedback))

    def action_hint(self) -> None:
        """Show the hint; the suggested rating will be Hard at best."""
        self._hint_used = True
        hint = self.query_one("#hint", Static)
        hint.update(Content.assemble(("Hint: ", "bold $accent"), self._question.card.hint))
        hint.display = True
        self.refresh_bindings()

    def action_undo(self) -> None:
        """Take the last review back and ask its card again; what is typed is kept."""
        self._keep_draft()
        self.undo(self._sitting)

    def action_home(self) -> None:
        """Leave the sitting; what is typed is kept."""
        self.leave(Go("home"))

    # The draft

    def on_text_area_changed(self, changed: TextArea.Changed) -> None:
        """Keep what is typed, a moment later."""
        self._keep_soon(changed.text_area.text)

    def on_input_changed(self, changed: Input.Changed) -> None:
        """Keep what is typed, a moment later."""
        self._keep_soon(changed.value)

    def _keep_soon(self, text: str) -> None:
        self._typed = text
        if self._draft_timer is None:
            self._draft_timer = self.set_timer(DRAFT_DELAY, self._keep_draft, name="draft")

    def on_answer_area_cut(self) -> None:
        """Say that a paste was cut."""
        self.notify(f"An answer holds {MAX_CHARACTERS:,} characters; the rest was cut.")

    def on_unmount(self) -> None:
        """Keep what was typed and not submitted."""
        self._keep_draft()

    def _keep_draft(self) -> None:
        self._draft_timer = None
        if not self._submitted and self._typed != self._question.draft.answer:
            self.attempt(
                lambda: self._sitting.keep_draft(
                    self._question, self._typed, hint_used=self._hint_used
                )
            )


def _warm_up() -> None:
    """Import what grading and scheduling need, which the first paint did not wait for."""
    import gc

    import trainer.grading.kinds
    import trainer.progress.replay  # noqa: F401

    gc.freeze()  # all of this stays; a collection in the midst of grading need not walk it
