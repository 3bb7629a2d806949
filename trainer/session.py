"""One sitting: next question → answer → grade → rating → saved.

Knows no user interface; the app and the plain dialogue both drive it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from trainer.config import Config
from trainer.decks.library import Library
from trainer.errors import ProgressError, TrainerError
from trainer.planning import Mode, planned
from trainer.progress.events import Review
from trainer.progress.records import Draft, Mark, Undone
from trainer.progress.store import Store
from trainer.question import Question, ask, taught_of
from trainer.scheduling import queues
from trainer.scheduling.days import MINUTE, Moment, day_start, now
from trainer.scheduling.schedule import Memory, Rating, advance
from trainer.selection import Selection
from trainer.text import clean, clip

if TYPE_CHECKING:
    from trainer.decks.model import Card
    from trainer.grading.model import Grade, PointGrade

# Questions of a mock interview where neither their number nor a time was named.
MOCK_QUESTIONS = 10
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

        Only authored points make the score, and of those not the noted ones; clauses of a model
        answer are there to be read.
        """
        return [point for point in self._counting if point.unsure]

    @property
    def teachable(self) -> list[PointGrade]:
        """The authored points that were missed, where there are words that may have made them."""
        return [point for point in self._counting if not point.hit and self.answer.strip()]

    @property
    def _counting(self) -> list[PointGrade]:
        card = self.question.card
        return [p for p in self.grade.points if card.points and p.id not in card.noted]

    @property
    def suggested(self) -> Rating | None:
        """The rating suggested, None where the person alone can tell."""
        return _SUGGESTED[self.grade.rating] if self.grade.rating else None


class Saved(NamedTuple):
    """A review that is in the log, durable. `memory` is None where a new card's didn't count."""

    id: str
    card: str
    rating: Rating
    score: float | None
    elapsed_ms: int
    memory: Memory | None


class HandedIn(NamedTuple):
    """An answer of a mock interview: graded and saved, and nothing shown of it yet."""

    saved: Saved
    feedback: Feedback
    confidence: int | None


class Sitting:
    """Asks, grades and saves, one question at a time.

    The order of calls is `next`, `submit`, `rate`, `next`, …; `undo` may come in their place. In
    a mock interview it is `next`, `hand_in`, `next`, …, and at the end `change` where a rating
    isn't the person's own.
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
        more_new: int = 0,
        counts: bool = True,
        clock: Callable[[], Moment] = now,
    ) -> None:
        """Plan a sitting.

        It ends after `limit` questions and asks nothing more after `minutes`; `more_new` new cards
        may be asked beyond the day's limit. Where it doesn't count, its answers are logged and
        change no schedule.
        """
        self._library = library
        self._store = store
        self._config = config
        self._clock = clock
        self.mode = mode
        self.counts = counts
        self._selection = selection or Selection()
        self._cards = self._selection.cards(library)
        self._refs = {card.ref for card in self._cards}
        if mode == "mock" and limit is None and minutes is None:
            limit = MOCK_QUESTIONS
        self._limit = limit
        self._shown = 0
        self._again: list[str] = []
        self._question: Question | None = None
        self._feedback: Feedback | None = None
        self.saved: list[Saved] = []
        self.handed_in: list[HandedIn] = []

        started = clock()
        if mode == "daily" and minutes is None and config.minutes:
            done = store.day_counts(started.day(config.settings.rollover)).milliseconds
            minutes = max(0.0, config.minutes - done / MINUTE)
        self._ends = started.instant + minutes * MINUTE if minutes is not None else None
        store.use_settings(config.settings, started)
        plan = planned(mode, self._cards, library, store, config, started, more_new)
        self._plan, self._early, self._weaknesses = plan

    @property
    def config(self) -> Config:
        """The preferences it was begun with."""
        return self._config

    def use_library(self, library: Library) -> None:
        """Go on with decks that were read anew; an answer in hand is graded anew.

        Cards that are no longer there aren't asked. A choice's picks are left as they were graded:
        they are numbers of the options that were shown.
        """
        self._library = library
        with contextlib.suppress(TrainerError):  # of what was selected, nothing may be left
            self._cards = self._selection.cards(library)
        self._cards = [card for card in self._cards if card.ref in library.cards]
        self._refs = {card.ref for card in self._cards}
        self._plan = [ref for ref in self._plan if ref in library.cards]
        self._again = [ref for ref in self._again if ref in library.cards]
        feedback = self._feedback
        if feedback is None or feedback.question.ref not in library.cards:
            return
        question = feedback.question
        card = library.card_anew(question.ref, question.card)
        if card.kind == question.card.kind and card.kind != "choice":
            feedback = feedback._replace(question=question._replace(card=card))
            self._question = feedback.question
            self._graded_anew(feedback, self._taught(feedback.question))

    @property
    def feedback(self) -> Feedback | None:
        """The graded answer that waits for its rating, None where there is none."""
        return self._feedback

    # Time

    def elapsed(self) -> int:
        """Return the milliseconds since the current question was asked."""
        return max(0, self._clock().instant - self._asked_at.instant)

    def remaining(self) -> int | None:
        """Return the milliseconds until nothing more is asked, None where time is no limit."""
        return None if self._ends is None else max(0, round(self._ends - self._clock().instant))

    # Asking

    def next(self) -> Question | None:
        """Return the next question, None where the sitting is over."""
        self._question = self._feedback = None
        at = self._clock()
        # What an undo brought back was asked before: no limit keeps it from being asked again.
        ref = self._again.pop() if self._again else self._next_ref(at)
        if ref is None:
            return None
        settings = self._config.settings
        today = day_start(at.day(settings.rollover), at.offset, settings.rollover)
        self._question = ask(
            self._library,
            ref,
            self._store.memory(ref),
            number=len(self.saved) + 1,
            left=self._left(),
            draft=self._store.draft(ref, since=today),
            weakness=self._weaknesses.get(ref),
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
        steps = self._steps(at.instant)
        if steps:
            return steps[0]
        day = at.day(self._config.settings.rollover)
        while self._plan:
            ref = self._plan.pop(0)
            # Answered meanwhile, here or in another window: not twice.
            early = not self._is_saved(ref) and (self.mode != "daily" or ref in self._early)
            if self._store.is_askable(ref, day, at.instant, early=early):
                return ref
        ahead = self._steps(at.instant + queues.LEARN_AHEAD)
        return ahead[0] if ahead else None

    def _steps(self, until: int) -> list[str]:
        """Return the cards whose step ends by an instant; a mock interview asks nothing twice, and
        what doesn't count ends no step."""
        if self.mode == "mock" or not self.counts:
            return []
        return [ref for ref in self._store.steps(until) if ref in self._refs]

    def _is_saved(self, ref: str) -> bool:
        return any(saved.card == ref for saved in self.saved)

    def _left(self) -> int:
        planned = len(self._plan)
        if self._limit is not None:
            planned = min(planned, self._limit - self._shown)
        return len(self._again) + planned

    # Answering

    def prepare(self, question: Question) -> None:
        """Do what takes long the first time an answer is graded. Works from any thread."""
        from trainer.grading import grade

        grade(
            question.card,
            question.prompt,
            ref=question.ref,
            prompt=question.prompt,
            synonyms=self._library.synonyms(self._library.cards[question.ref].deck),
            order=question.order or None,
        )

    def keep_draft(
        self, question: Question, answer: str, *, submitted: bool = False, hint_used: bool = False
    ) -> None:
        """Keep what is typed so far in answer to a question, so that it outlives the program.

        Picks of a choice aren't kept: their numbers mean other options the next time.
        """
        if question.card.kind != "choice":
            composed = question.prompt if question.card.noted else ""
            draft = Draft(clean(answer), submitted, hint_used, composed)
            self._store.keep_draft(question.ref, draft, self._clock())

    def submit(
        self, answer: str, *, hint_used: bool = False, elapsed_ms: int | None = None
    ) -> Feedback:
        """Grade the answer to the current question; it is kept as a draft until it is rated.

        `elapsed_ms` is how long it took, where it was finished before now.
        """
        question = self._question
        assert question is not None, "no question was asked"
        at = self._clock()
        answer = clean(answer)
        # A draft that can't be kept must not stand between the person and the grade.
        with contextlib.suppress(ProgressError):
            self.keep_draft(question, answer, submitted=True, hint_used=hint_used)
        graded = self._grade(question, answer, self._taught(question), hint_used)
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
            elapsed_ms=self.elapsed() if elapsed_ms is None else elapsed_ms,
            hint_used=hint_used,
            decided={},
        )
        return self._feedback

    def decide(self, point: str, made: bool) -> Feedback:
        """Settle a point the grader was unsure of, and return the feedback graded anew."""
        feedback = self._feedback
        assert feedback is not None, "no answer was graded"
        feedback = feedback._replace(decided={**feedback.decided, point: made})
        return self._graded_anew(feedback, self._taught(feedback.question))

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
        taught = self._taught(question)
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

    def _taught(self, question: Question) -> list[tuple[str, str]]:
        return taught_of(self._store, question.ref, question.card)

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
            synonyms=self._library.synonyms(question.ref.partition("/")[0]),
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
        at = self._clock()
        review = self._review(feedback, rating, confidence)
        review_id = self._store.add_review(review, at, at.day(self._config.settings.rollover))
        saved = self._saved(review_id, review)
        self.saved.append(saved)
        self._question = self._feedback = None
        return saved

    def retry(self, answer: str) -> Grade:
        """Grade another answer to the question just answered, and log it as a retry.

        The model answer was shown, so it changes no schedule; the first answer waits for its
        rating as before.
        """
        feedback = self._feedback
        assert feedback is not None, "no answer was graded"
        answer = clean(answer)
        question = feedback.question
        graded = self._grade(question, answer, self._taught(question), feedback.hint_used)
        at = self._clock()
        again = feedback._replace(
            answer=answer, grade=graded, elapsed_ms=max(0, at.instant - feedback.at.instant)
        )
        review = self._review(again, again.suggested or Rating.AGAIN, None)
        self._store.add_retry(review, at, at.day(self._config.settings.rollover))
        return graded

    def hand_in(
        self,
        answer: str,
        *,
        hint_used: bool = False,
        confidence: int | None = None,
        elapsed_ms: int | None = None,
    ) -> Saved:
        """Grade an answer of a mock interview and save it with the rating suggested.

        What came of it is kept in `handed_in` for the end. Raises ProgressError where it could
        not be saved; it may then be handed in again.
        """
        feedback = self.submit(answer, hint_used=hint_used, elapsed_ms=elapsed_ms)
        saved = self.rate(feedback.suggested or Rating.AGAIN, confidence=confidence)
        self.handed_in.append(HandedIn(saved, feedback, confidence))
        return saved

    def change(self, number: int, rating: Rating) -> Saved:
        """Give an answer that was handed in, by its place from 0, another rating."""
        was = self.handed_in[number]
        at = self._clock()
        review = self._review(was.feedback, rating, was.confidence)
        day = at.day(self._config.settings.rollover)
        review_id = self._store.change_review(was.saved.id, review, at, day)
        saved = self._saved(review_id, review)
        self.handed_in[number] = was._replace(saved=saved)
        self.saved[self.saved.index(was.saved)] = saved
        return saved

    def _review(self, feedback: Feedback, rating: Rating, confidence: int | None) -> Review:
        question, graded = feedback.question, feedback.grade
        card = question.card
        # The clauses of a model answer are there to be read; only authored points have names.
        named = graded.points if card.points or card.kind in ("choice", "cloze") else ()
        return Review(
            card=question.ref,
            rating=int(rating),
            suggested=int(feedback.suggested) if feedback.suggested else None,
            score=round(graded.score, 4) if graded.rating else None,
            kind=card.kind,
            mode=self.mode,
            elapsed_ms=feedback.elapsed_ms,
            variant=question.variant,
            prompt=question.asked,
            answer=feedback.answer,
            points={point.id: round(point.credit, 4) for point in named},
            hint=feedback.hint_used,
            confidence=confidence,
            counts=self.counts,
            **_composition(card),
        )

    def _saved(self, review_id: str, review: Review) -> Saved:
        return Saved(
            review_id,
            review.card,
            Rating(review.rating),
            review.score,
            review.elapsed_ms,
            self._store.memory(review.card),
        )

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
                draft = Draft(undone.answer, prompt=undone.prompt)
                self._store.keep_draft(undone.card, draft, self._clock())
        if self.saved and self.saved[-1].id == undone.id:
            self.saved.pop()
        self.handed_in = [each for each in self.handed_in if each.saved.id != undone.id]
        self._question = self._feedback = None
        return undone

    # Cards

    def suspend(self, ref: str) -> None:
        """Leave the card out of every queue. Its answer in hand stays unrated, as a draft."""
        self._store.suspend(ref, self._clock())
        self._put_away(ref)

    def bury(self, ref: str) -> None:
        """Leave the card out until tomorrow. Its answer in hand stays unrated, as a draft."""
        at = self._clock()
        self._store.bury(ref, at, at.day(self._config.settings.rollover))
        self._put_away(ref)

    def _put_away(self, ref: str) -> None:
        self._again = [each for each in self._again if each != ref]
        if self._question and self._question.ref == ref:
            self._question = self._feedback = None

    def flag(self, ref: str) -> int:
        """Flag the card, or take its flag off; return the flag it has now, 0 for none."""
        value = 0 if self.mark(ref).flag else 1
        self._store.flag(ref, self._clock(), value)
        return value

    def mark(self, ref: str) -> Mark:
        """Return what the person said of the card."""
        return self._store.marks().get(ref, Mark())

    def rest(self) -> None:
        """Tidy up the progress file; to be called while nobody waits."""
        with contextlib.suppress(ProgressError):
            self._store.rest()

    # What comes after

    def next_due(self) -> int | None:
        """Return the instant at which the next card of this selection falls due."""
        at = self._clock()
        rollover = self._config.settings.rollover
        known = [
            day_start(day, at.offset, rollover) if instant is None else instant
            for ref, (day, instant) in self._store.waiting().items()
            if ref in self._refs
        ]
        return min(known, default=None)


def _composition(card: Card) -> dict[str, Any]:
    """Return what the log keeps of a composed card, which is in no deck as it was asked."""
    if not card.noted:
        return {}
    from msgspec import to_builtins

    return {"rubric": to_builtins(card.points), "verdict": to_builtins(card.verdict)}
