"""A question, and where its answer is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from trainer.question import Question
from trainer.session import Sitting
from trainer.text import clip
from trainer.tui.messages import Coming, Go, Graded, NextWanted
from trainer.tui.screens.base import TopBar, TrainerScreen
from trainer.tui.widgets.answering import answer_widget
from trainer.tui.widgets.clock import Clock
from trainer.wording import task, why_weak

if TYPE_CHECKING:
    from textual.widgets import TextArea

    from trainer.tui.widgets.answering import AnswerWidget
    from trainer.tui.widgets.gaps import Gaps

# Seconds after which what was typed is kept as a draft, and after which it is quiet.
DRAFT_DELAY = 1.0
_QUIET = 3.0
# How long the bar of a sitting's progress is, and how wide the top line has to be for it.
_BAR = 10
_ROOM = 50


class PlaceBar(TopBar):
    """Deck and topic of a question, and how far the sitting is; in short where there is no room."""

    def __init__(self, question: Question) -> None:
        where = " › ".join(part for part in (question.deck_title, question.topic_title) if part)
        total = question.number + question.left
        done = round(_BAR * (question.number - 1) / total)
        place = Content(f"{question.number} of {total}")
        bar = Content.assemble(("━" * done, "$accent"), ("─" * (_BAR - done), "dim"))
        self._short = place
        self._long = Content.assemble((f"{question.card.kind}  ", "dim"), place, " ", bar)
        super().__init__(Content.styled(clip(where, 200), "bold"), self._long)

    def render(self) -> Content:
        """Lay both ends out over the width there is."""
        self._right = self._long if self.content_size.width >= _ROOM else self._short
        return super().render()


def place_bar(question: Question) -> TopBar:
    """Return the top line of a question: deck and topic, and how far the sitting is."""
    return PlaceBar(question)


class QuestionScreen(TrainerScreen):
    """Asks one question. Posts Graded with the feedback once an answer is submitted."""

    CSS_PATH = "question.tcss"
    AUTO_FOCUS = ""  # where to answer comes after the first paint
    BINDINGS: ClassVar[list[BindingType]] = [
        # None has priority: it would overtake what was typed just before it.
        Binding("ctrl+j,ctrl+enter", "submit", "Submit", key_display="^j", id="question.submit"),
        Binding("enter", "submit_picks", "Submit", id="question.submit-picks"),
        Binding("space,enter", "flip", "Show the answer", key_display="space", id="question.flip"),
        Binding("ctrl+t", "hint", "Hint", id="question.hint"),
        Binding("ctrl+n", "dont_know", "Don't know", id="question.dont-know"),
        Binding("ctrl+b", "undo", "Undo", id="question.undo"),
        Binding("escape", "home", "Home", id="question.home"),
    ]

    def __init__(self, sitting: Sitting, question: Question) -> None:
        super().__init__()
        self._sitting = sitting
        self._question = question
        self._answer: AnswerWidget | None = None
        self._ready = False  # whether the answer can be typed
        self._early: list[events.Key | events.Paste] = []  # typed before
        self._hint_used = False
        self._elapsed_ms: int | None = None  # once the answer is finished
        self._submitted = False
        self._giving_up = False
        self._ending = False
        self._typed = question.draft.answer
        self._draft_timer: Timer | None = None

    def content(self) -> ComposeResult:
        """The prompt, calm and alone; the hint once asked for; the answer."""
        question = self._question
        if self._sitting.config.timer:
            with Horizontal(id="top"):
                yield place_bar(question)
                yield Clock(self._sitting)
        else:
            yield place_bar(question)
        card = question.card
        prompt = card.prompt if card.kind == "cloze" else question.prompt
        with VerticalScroll(id="prompt-scroll", can_focus=False):
            if question.weakness:
                yield Static(Content(why_weak(question.weakness, card)), id="why")
            if prompt:
                yield Static(Content(prompt), id="prompt")
            if task(card):
                yield Static(task(card), id="task", markup=False)
            yield Static(id="hint")
        if card.kind == "flashcard":
            yield Static("Say the answer to yourself, then look.", id="flip", markup=False)

    def on_mount(self) -> None:
        """Let the person read; what answering and grading need comes while they do."""
        self.call_after_refresh(self._get_ready)
        self.set_timer(_QUIET, self._sitting.rest, name="rest")
        if self._question.draft.hint:
            self.action_hint()
        if self._question.draft.answer:
            self.notify("Your answer from before is back.", timeout=4)

    async def _get_ready(self) -> None:
        if self.leaving or not self.is_attached:
            return
        if self._question.card.kind != "flashcard":
            self._answer = answer_widget(self._question, self._question.draft.answer)
            place: Widget = self._answer
            if self._question.card.kind in ("choice", "cloze"):
                place = VerticalScroll(place, id="answer-scroll", can_focus=False)
            await self.mount(place, after="#prompt-scroll")
            self._hand_over()
        self.run_worker(self._warm_up, thread=True)

    def _hand_over(self) -> None:
        """Turn to the answer, and give it what was typed before it was there, in order."""
        if self.message_queue_size:  # there may be keys in it
            self.call_later(self._hand_over)
            return
        widget = next(each for each in self.query("#answer, #answer *") if each.focusable)
        self.set_focus(widget)
        for event in self._early:
            widget._forward_event(event)
        self._early.clear()
        self._ready = True

    def on_key(self, event: events.Key) -> None:
        """Keep keys for the answer until it is there; turn back to it after a stray click."""
        if self._question.card.kind == "flashcard" or self.focused:
            return
        if self._ready and not event.is_printable:
            return
        event.stop()
        self._early.append(events.Key(event.key, event.character))
        if self._ready:
            self._ready = False
            self._hand_over()

    def on_paste(self, event: events.Paste) -> None:
        """Keep a paste for the answer until it is there."""
        if self._question.card.kind != "flashcard" and not self.focused and not self._ready:
            self._early.append(events.Paste(event.text))

    def offers(self, action: str) -> bool:
        """Offer only the keys that this kind of card has a use for, until it is answered."""
        kind = self._question.card.kind
        if self._elapsed_ms is not None:
            return False
        if action == "submit":
            return kind in ("scenario", "question")
        if action == "submit_picks":
            return kind == "choice"
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
    def takes_text(self) -> bool:
        """Whether the answer is typed, and can still be."""
        return self._question.card.kind in ("scenario", "question", "cloze") and not self.leaving

    @property
    def _text(self) -> str:
        return "" if self._answer is None else self._answer.text

    def action_submit(self) -> None:
        """Have the answer graded."""
        if not self._text.strip():
            self.notify("Write an answer, or press ^n if you don't know.", timeout=4)
            return
        self._finish(self._text)

    def action_submit_picks(self) -> None:
        """Have what was picked graded."""
        self.action_submit()

    def on_gaps_submitted(self) -> None:
        """Have what was filled in graded."""
        if self._elapsed_ms is None:
            self.action_submit()

    def action_flip(self) -> None:
        """Show what is on the other side."""
        self._finish("")

    def action_dont_know(self) -> None:
        """Give up on this one, and see the answer; what was written isn't given up by a slip."""
        if self._text.strip() and not self._giving_up:
            self._giving_up = True
            self.notify("Submit what you wrote, or press ^n again to give it up.", timeout=5)
            return
        self._submit("", None)

    def _finish(self, text: str) -> None:
        """Stop the clock; ask how sure the person is, where that is wanted; submit."""
        if not self._sitting.config.confidence:
            self._submit(text, None)
            return
        from trainer.tui.screens.confidence import ConfidenceScreen

        self._elapsed_ms = self._sitting.elapsed()
        self.app.push_screen(ConfidenceScreen(), lambda said: self._submit(text, said))

    def _submit(self, text: str, confidence: int | None) -> None:
        sitting, hint_used, elapsed = self._sitting, self._hint_used, self._elapsed_ms
        if sitting.mode == "mock":
            saved = self.attempt(
                lambda: sitting.hand_in(
                    text, hint_used=hint_used, confidence=confidence, elapsed_ms=elapsed
                )
            )
            message: Message | None = NextWanted(sitting) if saved else None
        else:
            feedback = self.attempt(
                lambda: sitting.submit(text, hint_used=hint_used, elapsed_ms=elapsed)
            )
            message = Graded(sitting, feedback, confidence) if feedback else None
        if message is None:
            self._elapsed_ms = None  # it can be submitted again
            return
        self._submitted = True
        self.leave(message)

    def action_hint(self) -> None:
        """Show the hint; the suggested rating will be Hard at best."""
        self._hint_used = True
        hint = self.query_one("#hint", Static)
        hint.update(Content.assemble(("Hint: ", "bold $text-accent"), self._question.card.hint))
        hint.display = True
        self.refresh_bindings()

    def action_undo(self) -> None:
        """Take the last review back and ask its card again; what is typed is kept."""
        self._keep_draft()
        self.undo(self._sitting)

    def action_home(self) -> None:
        """Leave the sitting; what is typed is kept. A mock interview isn't ended by a slip."""
        if self._sitting.mode == "mock" and self._sitting.handed_in and not self._ending:
            self._ending = True
            self.notify("Press escape again to end the interview.", timeout=5)
            return
        self.leave(Go("home"))

    # The draft

    def on_text_area_changed(self, changed: TextArea.Changed) -> None:
        """Keep what is typed, a moment later."""
        self._keep_soon(changed.text_area.text)

    def on_gaps_changed(self, changed: Gaps.Changed) -> None:
        """Keep what is typed, a moment later."""
        self._keep_soon(changed.text)

    def _keep_soon(self, text: str) -> None:
        self._typed = text
        if self._draft_timer is None:
            self._draft_timer = self.set_timer(DRAFT_DELAY, self._keep_draft, name="draft")

    def on_answer_area_cut(self) -> None:
        """Say that a paste was cut."""
        from trainer.tui.widgets.answer import MAX_CHARACTERS

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

    def _warm_up(self) -> None:
        """Get ready what grading and rating need, which the first paint did not wait for."""
        import gc

        import trainer.progress.replay  # noqa: F401
        from trainer.tui.screens.feedback import FeedbackScreen

        self.post_message(Coming(FeedbackScreen))
        self._sitting.prepare(self._question)
        gc.freeze()  # all of this stays; a collection in the midst of grading need not walk it
