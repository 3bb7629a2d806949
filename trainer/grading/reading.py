"""An answer read against a rubric: what stands where, what is denied, what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress

from msgspec import Struct

from trainer.grading.match import AnswerIndex, Hit, Term
from trainer.grading.negation import denied
from trainer.grading.phrases import EITHER, agrees
from trainer.grading.rubric import Phrase, Rubric
from trainer.grading.tokens import Words
from trainer.grading.verdict import Decision, Mention, decide


class Reading(Struct, frozen=True):
    """An answer read against a rubric: its index, what is denied, and what it decided.

    `named` are the mentions of the sides that its points speak of.
    """

    answer: AnswerIndex
    scopes: list[int]
    decision: Decision | None
    named: tuple[Mention, ...] = ()


def read_against(read: Words, rubric: Rubric) -> Reading:
    """Return the answer indexed, with its denials and its decision."""
    index = AnswerIndex(read, rubric.thesaurus)
    scopes = denied(read)
    if rubric.verdict is None:
        sides = rubric.sides and decide(index, scopes, rubric.sides)
        return Reading(index, scopes, None, sides.mentions if sides else ())
    decision = decide(index, scopes, rubric.verdict)
    if decision.right:
        # What is denied of the wrong verdict ("fine-tuning can't cite") argues for the right one.
        against = {read.clauses[mention.first] for mention in decision.rejected}
        scopes = [
            EITHER if scope and read.clauses[at] in against else scope
            for at, scope in enumerate(scopes)
        ]
    return Reading(index, scopes, decision, decision.mentions)


def found_of(reading: Reading, phrase: Phrase) -> Iterable[tuple[Term, bool, tuple[Hit, ...]]]:
    """Yield the phrase's terms in the answer: term, whether the phrase denies it, hits."""
    places = reading.answer.find(phrase.terms)
    return compress(zip(phrase.terms, phrase.negative, places, strict=True), places)


def best_hit(hits: Sequence[Hit], scopes: Sequence[int], negative: bool) -> tuple[Hit, bool]:
    """Return the best of a term's places, of equal ones one of the right polarity; and if it is.

    There is at least one place.
    """
    best = hits[0]
    same = agrees(scopes[best.at], negative)
    if len(hits) == 1:
        return best, same
    for hit in hits[1:]:
        agreed = agrees(scopes[hit.at], negative)
        if (hit.strength, agreed) > (best.strength, same):
            best, same = hit, agreed
    return best, same
