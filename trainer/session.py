"""One sitting: next question → answer → grade → rating → saved.

Knows no user interface; the app and the plain dialogue both drive it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from trainer.config import Config
from trainer.decks.library import Library
from trainer.errors import ProgressError, TrainerError
from trainer.progress.events import Review
from trainer.progress.store import Draft, Store, Undone
from trainer.question import Question, ask
from trainer.scheduling import queues
from trainer.scheduling.days import MINUTE, Moment, now
from trainer.scheduling.schedule import Memory, Rating, advance
from trainer.selection import Selection
from trainer.text import clean, clip

if TYPE_CHECKING:
    from trainer.grading.model import Grade, PointGrade

Mode = Literal["daily", "drill", "weak"]
_SUGGESTED = {"again": Rating.AGAIN, "hard": Rating.HARD, "good": Rating.GOOD}


class Feedback(NamedTuple):
    """A graded answer waiting for its rating.

    `outcomes` is what each rating would lead to, `decided` what the person said of unsure points.
    """

    question: Question
    answer: str
    grade: Grade
    outcomes: dict[Rating, Memory]
    at: Moment
    elapsed_ms: int
    hint_used: bool
    decided: Mapping[str, bool]

    @property
    def unsure(self) -> list[PointGrade]:
        """The points that fell so near the threshold that the person may decide them.

        Only authored points make the score; clauses of a model answer are there to be read.
        """
        return [point for point in self.grade.points if point.unsure and self.question.card.points]

    @property
    def teachable(self) -> list[PointGrade]:
        """The authored points that were missed, where there are words that may have made them."""
        if not self.question.card.points or not self.answer.strip():
            return []
        return [point for point in self.grade.points if not point.hit]

    @property
    def suggested(self) -> Rating | None:
        """The rating suggested, None where the person alone can tell."""
        return _SUGGESTED[self.grade.rating] if self.grade.rating else None


class Saved(NamedTuple):
    """A review that is in the log, durable."""

    id: str
    card: str
    rating: Rating
    score: float | None
    elapsed_ms: int
    memory: Memory


class Sitting:
    """Asks, grades and saves, one question at a time.

    The order of calls is `next`, `submit`, `rate`, `next`, …; `undo` may come in their place.
    """

    def __init__(
        self,
        library: Library,
        store: Store,
        config: Config,
        *,
        mode: Mode = "daily",
        selection: Selection | None = None,
        limit: int | None = None,
        minutes: float | None = None,
        clock: Callable[[], Moment] = now,
    ) -> None:
        self._library = library
        self._store = store
        self._config = config
        self._clock = clock
        self.mode = mode
        self._cards = (selection or Selection()).cards(library)
        self._limit = limit
        self._shown = 0
        self._again: list[str] = []
        self._question: Question | None = None
        self._feedback: Feedback | None = None
        self.saved: list[Saved] = []

        started = clock()
        self._ends = started.instant + minutes * MINUTE if minutes is not None else None
        store.use_settings(config.settings, started)
        self._plan = self._planned(started)

    # Asking

    def next(self) -> Question | None:
        """Return the next question, None where the sitting is over."""
        self._question = self._feedback = None
        at = self._clock()
        # What an undo brought back was asked before: no limit keeps it from being asked again.
        ref = self._again.pop() if self._again else self._next_ref(at)
        if ref is None:
            return None
        self._question = ask(
            self._library,
            ref,
            self._store.memory(ref),
            number=len(self.saved) + 1,
            left=self._left(),
            draft=self._store.draft(ref),
        )
        self._asked_at = at
        return self._question

    def _next_ref(self, at: Moment) -> str | None:
        if self._limit is not None and self._shown >= self._limit:
            return None
        if self._ends is not None and at.instant >= self._ends:
            return None
        ref = self._planned_next(at)
        self._shown += ref is not None
        return ref

    def _planned_next(self, at: Moment) -> str | None:
        memories = self._store.memories()
        steps = queues.steps_due(memories, self._cards, at.instant)
        if steps:
            return steps[0]
        day = at.day(self._config.settings.rollover)
        while self._plan:
            ref = self._plan.pop(0)
            memory = memories.get(ref)
            # Answered meanwhile, here or in another window: not twice.
            answered = memory is not None and not memory.is_due(day, at.instant)
            if not (answered and (self.mode == "daily" or self._is_saved(ref))):
                return ref
        ahead = queues.steps_due(memories, self._cards, at.instant + queues.LEARN_AHEAD)
        return ahead[0] if ahead else None

    def _is_saved(self, ref: str) -> bool:
        return any(saved.card == ref for saved in self.saved)

    def _planned(self, at: Moment) -> list[str]:
        settings = self._config.settings
        day = at.day(settings.rollover)
        if self.mode == "weak":
            failures = self._store.failures(day - queues.WEAK_DAYS)
            return [ref for ref, _ in queues.weak(self._cards, failures, day)]
        memories = self._store.memories()
        if self.mode == "drill":
            return queues.drill(self._cards, memories, day, at.instant, settings)
        limits = limits_left(self._store, self._config, day)
        return queues.daily(self._cards, memories, day, settings, limits)

    def _left(self) -> int:
        planned = len(self._plan)
        if self._limit is not None:
            planned = min(planned, self._limit - self._shown)
        return len(self._again) + planned

    # Answering

    def keep_draft(
        self, question: Question, answer: str, *, submitted: bool = False, hint_used: bool = False
    ) -> None:
        """Keep what is typed so far in answer to a question, so that it outlives the program.

        Picks of a choice aren't kept: their numbers mean other options the next time.
        """
        if question.card.kind != "choice":
            draft = Draft(clean(answer), submitted, hint_used)
            self._store.keep_draft(question.ref, draft, self._clock())

    def submit(self, answer: str, *, hint_used: bool = False) -> Feedback:
        """Grade the answer to the current question; it is kept as a draft until it is rated."""
        question = self._question
        assert question is not None, "no question was asked"
        at = self._clock()
        answer = clean(answer)
        # A draft that can't be kept must not stand between the person and the grade.
        with contextlib.suppress(ProgressError):
            self.keep_draft(question, answer, submitted=True, hint_used=hint_used)
        graded = self._grade(question, answer, self._taught(question.ref), hint_used)
        settings = self._config.settings
        day = at.day(settings.rollover)
        self._feedback = Feedback(
            question=question,
            answer=answer,
            grade=graded,
            outcomes={
                rating: advance(question.ref, question.memory, rating, at, day, settings)
                for rating in Rating
            },
            at=at,
            elapsed_ms=max(0, at.instant - self._asked_at.instant),
            hint_used=hint_used,
            decided={},
        )
        return self._feedback

    def decide(self, point: str, made: bool) -> Feedback:
        """Settle a point the grader was unsure of, and return the feedback graded anew."""
        feedback = self._feedback
        assert feedback is not None, "no answer was graded"
        feedback = feedback._replace(decided={**feedback.decided, point: made})
        return self._graded_anew(feedback, self._taught(feedback.question.ref))

    def teach(self, point: str, phrase: str) -> Feedback:
        """Have `phrase` count for a point of the card just answered, now and from now on.

        Returns the feedback graded anew. Raises TrainerError where an example of the card would
        then fail, or the phrase is empty.
        """
        from trainer.decks.check import newly_failing

        feedback = self._feedback
        assert feedback is not None, "no answer was graded"
        question = feedback.question
        phrase = " ".join(clean(phrase).split())
        if not phrase:
            raise TrainerError("there are no words to teach", mend="select some of your answer")
        taught = self._taught(question.ref)
        more = [*taught, (point, phrase)]
        failing = newly_failing(
            question.card,
            lambda answer: self._grade(question, answer, taught),
            lambda answer: self._grade(question, answer, more),
        )
        if failing is not None:
            example, wrong = failing
            raise TrainerError(
                f"“{phrase}” can't count for this point: the card's example "
                f"“{clip(example.answer, 60)}” {' and '.join(wrong)}",
                mend="choose words that only a right answer has",
            )
        self._store.teach(question.ref, point, phrase, self._clock())
        return self._graded_anew(feedback, more)

    def _graded_anew(self, feedback: Feedback, taught: Sequence[tuple[str, str]]) -> Feedback:
        graded = self._grade(
            feedback.question, feedback.answer, taught, feedback.hint_used, feedback.decided
        )
        self._feedback = feedback._replace(grade=graded)
        return self._feedback

    def _taught(self, ref: str) -> list[tuple[str, str]]:
        return [(taught.point, taught.phrase) for taught in self._store.taught(ref)]

    def _grade(
        self,
        question: Question,
        answer: str,
        taught: Sequence[tuple[str, str]],
        hint_used: bool = False,
        decided: Mapping[str, bool] | None = None,
    ) -> Grade:
        from trainer.grading import Thresholds, grade

        return grade(
            question.card,
            answer,
            ref=question.ref,
            prompt=question.prompt,
            synonyms=self._library.synonyms(self._library.cards[question.ref].deck),
            taught=taught,
            decided=decided,
            thresholds=Thresholds(again=self._config.again, hard=self._config.hard),
            hint_used=hint_used,
            order=question.order or None,
        )

    def rate(self, rating: Rating, *, confidence: int | None = None) -> Saved:
        """Save the answer with its rating. When this returns, it is durable.

        Raises ProgressError where it could not be saved; it may then be rated again.
        """
        feedback = self._feedback
        assert feedback is not None, "no answer was graded"
        question, graded = feedback.question, feedback.grade
        at = self._clock()
        review = Review(
            card=question.ref,
            rating=int(rating),
            suggested=int(feedback.suggested) if feedback.suggested else None,
            score=round(graded.score, 4) if graded.rating else None,
            kind=question.card.kind,
            mode=self.mode,
            elapsed_ms=feedback.elapsed_ms,
            variant=question.variant,
            prompt=question.asked,
            answer=feedback.answer,
            points={point.id: round(point.credit, 4) for point in graded.points},
            hint=feedback.hint_used,
            confidence=confidence,
        )
        review_id = self._store.add_review(review, at, at.day(self._config.settings.rollover))
        memory = self._store.memory(question.ref)
        assert memory is not None
        saved = Saved(
            review_id,
            question.ref,
            rating,
            review.score,
            review.elapsed_ms,
            memory,
        )
        self.saved.append(saved)
        self._question = self._feedback = None
        return saved

    def undo(self) -> Undone | None:
        """Take back the review saved last, of this sitting or an earlier one; None without one.

        Its card is asked next, then the question that was interrupted.
        """
        undone = self._store.undo_last(self._clock())
        if undone is None:
            return None
        if self._question:
            self._again.append(self._question.ref)
        if undone.card in self._library.cards:
            self._again.append(undone.card)
            if self._library.cards[undone.card].kind != "choice":
                self._store.keep_draft(undone.card, Draft(undone.answer or ""), self._clock())
        if self.saved and self.saved[-1].id == undone.id:
            self.saved.pop()
        self._question = self._feedback = None
        return undone

    # What comes after

    def next_due(self) -> int | None:
        """Return the instant at which the next card of this selection falls due."""
        at = self._clock()
        memories = self._store.memories()
        rollover = self._config.settings.rollover
        known = [memories[card.ref] for card in self._cards if card.ref in memories]
        return min((memory.falls_due(at.offset, rollover) for memory in known), default=None)


def limits_left(store: Store, config: Config, day: int) -> queues.Limits:
    """Return how many new cards and reviews the daily limits still allow on the study day."""
    done = store.day_counts(day)
    return queues.Limits(config.new - done.new, config.reviews - done.reviews)
