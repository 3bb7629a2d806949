"""The quiz line by line, for scripts, pipes and screen readers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TextIO

from trainer.errors import ProgressError, TrainerError
from trainer.feedback import Feedback
from trainer.question import Question
from trainer.report import grade_lines
from trainer.scheduling.days import Moment, now
from trainer.scheduling.schedule import Rating
from trainer.session import Saved, Sitting
from trainer.text import clean, count
from trainer.wording import (
    duration,
    model_answer,
    percent,
    task,
    verdict,
    wait,
    when,
    why_weak,
)

_RATINGS = {str(int(r)): r for r in Rating} | {r.name.lower(): r for r in Rating}
_CONFIDENCE = {str(n): n for n in range(1, 5)}
_YES_NO = {"y": True, "yes": True, "n": False, "no": False}
_ONE_LINE = {"flashcard", "choice", "cloze"}
_HOW = {
    "flashcard": "Press Enter to see the answer:",
    "choice": "Your pick, such as 2 or 1,3:",
    "cloze": "What goes in the gap (several: a; b):",
}


class _End(Exception):
    """The person, or the input, ended the sitting."""


class Dialogue:
    """One sitting, spoken over a pair of text streams."""

    def __init__(
        self,
        sitting: Sitting,
        stdin: TextIO,
        stdout: TextIO,
        *,
        ask: Collection[str] = (),
        mocks: str = "",
        clock: Callable[[], Moment] = now,
    ) -> None:
        """`ask` names what else is asked: `confidence`, before the grade, and `unsure` points.

        `mocks` is the folder for the report of a mock interview; without one there is none.
        """
        self._sitting = sitting
        self._in = stdin
        self._out = stdout
        self._asks = ask
        self._mocks = mocks
        self._clock = clock
        self._unsaved = False
        self._waiting = False
        self._lines: list[str] = []

    def run(self) -> int:
        """Ask until the sitting is over; return the exit code: 1 where an answer wasn't saved
        because the progress file failed."""
        question = None
        try:
            question = self._sitting.next()
            if question is None:
                self._say("Nothing to ask now.")
            ask = self._examine if self._sitting.mode == "mock" else self._ask
            while question is not None:
                ask(question)
                question = self._sitting.next()
            self._debrief()
        except _End:
            pass
        except KeyboardInterrupt:
            if question is not None and self._lines and not question.draft.submitted:
                self._sitting.keep_draft(question, "\n".join(self._lines))
            if question is not None and self._waiting:
                self._say()
                self._say(f"Not saved: {question.ref} was not rated.")
            raise
        self._close()
        return 1 if self._unsaved else 0

    # One question

    def _ask(self, question: Question) -> None:
        self._pose(question)
        draft = question.draft
        if draft.submitted:
            self._say(f"(Answered before and not rated: {draft.answer})")
            self._say("(You saw the model answer, so what you answer now is practice only.)")
        elif draft.answer:
            self._say(f"(Kept from last time, not rated: {draft.answer})")
        answer, confidence = self._answered(question)
        if draft.submitted:
            feedback = self._sitting.submit(draft.answer, hint_used=draft.hint)
            if answer:
                again = self._sitting.retry(answer)
                self._say()
                self._say(f"The retry: score {percent(again.score)}. It is logged and not counted.")
        else:
            feedback = self._sitting.submit(answer)
        self._lines = []
        self._waiting = True
        self._tell(feedback)
        if "unsure" in self._asks:
            feedback = self._settle(feedback)
        self._rate(feedback, confidence)
        self._waiting = False

    def _pose(self, question: Question) -> None:
        self._say(_heading(question))
        if question.weakness:
            self._say(why_weak(question.weakness, question.card))
        self._say()
        self._say(question.asked)
        if task(question.card):
            self._say(task(question.card))
        self._say()

    def _answered(self, question: Question) -> tuple[str, int | None]:
        """Return the answer read, and how sure the person is of it where that is asked."""
        self._say(_HOW.get(question.card.kind, "Your answer (an empty line ends it):"))
        answer = self._read_answer(one_line=question.card.kind in _ONE_LINE)
        return answer, self._read_confidence() if "confidence" in self._asks else None

    # A mock interview

    def _examine(self, question: Question) -> None:
        """Ask a question of a mock interview, of which nothing is shown until the end."""
        self._pose(question)
        if question.draft.answer:
            self._say(f"(Kept from last time, not rated: {question.draft.answer})")
        answer, confidence = self._answered(question)
        try:
            saved = self._sitting.hand_in(answer, confidence=confidence)
        except ProgressError as error:
            self._unsaved = True
            self._say(f"Not saved: {clean(str(error))}")
            raise _End from error
        self._lines = []
        self._say(f"saved {saved.id}")
        self._say()

    def _debrief(self) -> None:
        """Go through the answers of a mock interview; each has the rating suggested already."""
        for number, handed_in in enumerate(list(self._sitting.handed_in)):
            question, feedback = handed_in.feedback.question, handed_in.feedback
            self._say(f"Debrief {number + 1} · {question.prompt}")
            self._say()
            self._say(f"You said: {feedback.answer or '(nothing)'}")
            self._tell(feedback)
            rating = self._read_rating(handed_in.saved.rating)
            if rating != handed_in.saved.rating:
                try:
                    saved = self._sitting.change(number, rating)
                except ProgressError as error:
                    self._unsaved = True
                    self._say(f"Not changed: {clean(str(error))}")
                else:
                    self._say(f"undone {handed_in.saved.id}")
                    self._say(f"saved {saved.id}")
            self._say()

    def _read_rating(self, given: Rating) -> Rating:
        while True:
            self._prompt(f"Rating [{given.label}]: ")
            line = self._in.readline()
            said = line.strip().lower()
            if not line or said == "q":
                if not line:
                    self._say()
                raise _End
            if not said:
                return given
            if said in _RATINGS:
                return _RATINGS[said]
            self._say("Type 1 to 4, again, hard, good or easy; q to end.")

    # Reading

    def _read_answer(self, *, one_line: bool) -> str:
        """Return the answer, empty for "don't know"; the end of input before any is the end."""
        self._sitting.rest()
        lines = self._lines = []
        while True:
            line = self._in.readline()
            if not line and not lines:
                raise _End
            if not line.strip():
                break
            lines.append(line.rstrip("\r\n"))
            if one_line:
                break
        return "\n".join(lines)

    def _read_confidence(self) -> int | None:
        while True:
            self._prompt("How sure are you, 1 (a guess) to 4 (certain)? ")
            line = self._in.readline()
            said = line.strip()
            if not said:
                return None
            if said in _CONFIDENCE:
                return _CONFIDENCE[said]

    def _settle(self, feedback: Feedback) -> Feedback:
        """Ask of each point that was a close call whether it was made."""
        for point in feedback.unsure:
            self._prompt(f"Did you say this? {clean(point.say)} [y/n] ")
            said = self._in.readline().strip().lower()
            if said in _YES_NO:
                feedback = self._sitting.decide(point.id, _YES_NO[said])
        return feedback

    def _rate(self, feedback: Feedback, confidence: int | None) -> None:
        suggested = feedback.suggested
        while True:
            self._prompt(f"Rating [{suggested.label}]: " if suggested else "Rating: ")
            line = self._in.readline()
            said = line.strip().lower()
            if not line or said == "q":
                if not line:
                    self._say()
                self._say(f"Not saved: {feedback.question.ref} was not rated.")
                raise _End
            if said == "u":
                if self._undo():
                    return
                continue
            rating = suggested if not said else _RATINGS.get(said)
            if rating is None:
                if said:
                    self._say("Type 1 to 4, again, hard, good or easy; u to undo; q to end.")
                continue
            try:
                saved = self._sitting.rate(rating, confidence=confidence)
            except ProgressError as error:
                self._unsaved = True
                self._say(f"Not saved: {clean(str(error))}")
                continue
            self._unsaved = False
            self._say(f"saved {saved.id}")
            self._say()
            return

    def _undo(self) -> bool:
        try:
            undone = self._sitting.undo()
        except ProgressError as error:
            self._say(f"Not undone: {clean(str(error))}")
            return False
        if undone is None:
            self._say("Nothing to undo.")
            return False
        self._say(f"undone {undone.id}")
        self._say()
        return True

    # What is said

    def _tell(self, feedback: Feedback) -> None:
        grade, card = feedback.grade, feedback.question.card
        self._say()
        if grade.rating:
            said = [f"Score {percent(grade.score)}", verdict(grade)]
            self._say(", ".join(part for part in said if part) + ".")
        for line in grade_lines(grade, feedback.answer, card):
            self._say(line)
        answer = model_answer(card)
        if answer:
            self._say(f"Model answer: {answer}")
        for follow_up in card.follow_ups:
            self._say(f"Follow-up: {follow_up}")
        if self._sitting.counts:
            waits = [
                f"{int(rating)} {rating.label} {wait(memory, feedback.at)}"
                for rating, memory in feedback.outcomes.items()
            ]
            self._say("Next time: " + ", ".join(waits))

    def _close(self) -> None:
        saved = self._sitting.saved
        if self._mocks and self._sitting.handed_in:
            self._report()
        elif saved:
            self._say(summary(saved))
        next_due = self._sitting.next_due()
        if next_due is not None:
            self._say(f"Next due {when(next_due, self._clock())}.")

    def _report(self) -> None:
        """Tell what a mock interview came to, and save it as a file."""
        from trainer.debrief import debrief, overview
        from trainer.mockfile import Report

        handed_in = self._sitting.handed_in
        for line in overview(debrief(handed_in)):
            self._say(line)
        try:
            report = Report(self._mocks, self._clock())
            self._say(f"Saved as {report.save(handed_in, counts=self._sitting.counts)}")
        except TrainerError as error:
            self._say(f"Not saved as a file: {error}")

    def _say(self, text: str = "") -> None:
        print(clean(text), file=self._out, flush=True)

    def _prompt(self, text: str) -> None:
        print(text, end="", file=self._out, flush=True)


def _heading(question: Question) -> str:
    parts = [f"Question {question.number}", question.deck_title, question.topic_title]
    return " · ".join(part for part in [*parts, question.card.kind] if part)


def summary(saved: list[Saved]) -> str:
    """Return what was done in a sitting, in a sentence."""
    by_rating = {rating: sum(s.rating is rating for s in saved) for rating in Rating}
    ratings = ", ".join(f"{number} {r.label}" for r, number in by_rating.items() if number)
    time = duration(sum(s.elapsed_ms for s in saved))
    return f"{count(len(saved), 'answer')} saved in {time}: {ratings}."
