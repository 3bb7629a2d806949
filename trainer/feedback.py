"""A graded answer, and how it is come by: by the deck, by what was taught, by the thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from trainer.config import Config
from trainer.decks.library import Library
from trainer.errors import TrainerError
from trainer.progress.events import Review
from trainer.progress.store import Store
from trainer.question import Question, taught_of
from trainer.scheduling.days import Moment
from trainer.scheduling.schedule import Memory, Rating, advance
from trainer.text import clean, clip

if TYPE_CHECKING:
    from trainer.decks.model import Card
    from trainer.grading.model import Grade, PointGrade

_SUGGESTED = {"again": Rating.AGAIN, "hard": Rating.HARD, "good": Rating.GOOD}
# The phrases taught for a card: point and phrase.
_Taught = Sequence[tuple[str, str]]


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

    def review(self, rating: Rating, confidence: int | None, *, mode: str, counts: bool) -> Review:
        """Return what the log keeps of the answer when it is rated."""
        question, graded = self.question, self.grade
        card = question.card
        # The clauses of a model answer are there to be read; only authored points have names.
        named = graded.points if card.points or card.kind in ("choice", "cloze") else ()
        return Review(
            card=question.ref,
            rating=int(rating),
            suggested=int(self.suggested) if self.suggested else None,
            score=round(graded.score, 4) if graded.rating else None,
            kind=card.kind,
            mode=mode,
            elapsed_ms=self.elapsed_ms,
            variant=question.variant,
            prompt=question.asked,
            answer=self.answer,
            points={point.id: round(point.credit, 4) for point in named},
            hint=self.hint_used,
            confidence=confidence,
            counts=counts,
            **_composition(card),
        )


class Examiner:
    """Grades answers for one person: by their decks, thresholds, and what they taught."""

    def __init__(self, library: Library, store: Store, config: Config) -> None:
        self._library = library
        self._store = store
        self._config = config

    def prepare(self, question: Question) -> None:
        """Do what takes long the first time an answer is graded. Works from any thread."""
        self._grade(question, question.prompt, ())

    def feedback(
        self, question: Question, answer: str, at: Moment, elapsed_ms: int, hint_used: bool
    ) -> Feedback:
        """Return an answer graded, with what each rating would lead to."""
        settings = self._config.settings
        day = at.day(settings.rollover)
        return Feedback(
            question=question,
            answer=answer,
            grade=self._grade(question, answer, self._taught(question), hint_used),
            outcomes={
                rating: advance(question.ref, question.memory, rating, at, day, settings)
                for rating in Rating
            },
            at=at,
            elapsed_ms=elapsed_ms,
            hint_used=hint_used,
            decided={},
        )

    def anew(self, feedback: Feedback) -> Feedback:
        """Return the feedback with its answer graded as things are now."""
        return self._anew(feedback, self._taught(feedback.question))

    def teach(self, feedback: Feedback, point: str, phrase: str, at: Moment) -> Feedback:
        """Have a phrase count for a point of the card, and return the feedback graded anew.

        Raises TrainerError where an example of the card would then fail, or the phrase is empty.
        """
        from trainer.decks.examples import newly_failing

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
        self._store.teach(question.ref, point, phrase, at)
        return self._anew(feedback, more)

    def _anew(self, feedback: Feedback, taught: _Taught) -> Feedback:
        graded = self._grade(
            feedback.question, feedback.answer, taught, feedback.hint_used, feedback.decided
        )
        return feedback._replace(grade=graded)

    def _taught(self, question: Question) -> _Taught:
        return taught_of(self._store, question.ref, question.card)

    def _grade(
        self,
        question: Question,
        answer: str,
        taught: _Taught,
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


def _composition(card: Card) -> dict[str, Any]:
    """Return what the log keeps of a composed card, which is in no deck as it was asked."""
    if not card.noted:
        return {}
    from msgspec import to_builtins

    return {"rubric": to_builtins(card.points), "verdict": to_builtins(card.verdict)}
