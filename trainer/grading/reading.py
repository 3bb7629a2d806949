"""An answer read against a rubric: what stands where, what is denied, what was decided."""

from __future__ import annotations

from typing import NamedTuple

from trainer.grading.match import AnswerIndex, Hit, Term
from trainer.grading.negation import denied
from trainer.grading.phrases import EITHER, agrees
from trainer.grading.rubric import Rubric
from trainer.grading.tokens import Words
from trainer.grading.verdict import Decision, Mention, decide


class Reading(NamedTuple):
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


def best_hit(reading: Reading, term: Term, negative: bool) -> tuple[Hit | None, bool]:
    """Return the term's best place in the answer, one of the right polarity before others."""
    hits = reading.answer.find(term)
    if not hits:
        return None, False
    scopes = reading.scopes
    if len(hits) == 1:
        return hits[0], agrees(scopes[hits[0].at], negative)
    best, best_key = hits[0], (hits[0].strength, agrees(scopes[hits[0].at], negative))
    for hit in hits[1:]:
        key = (hit.strength, agrees(scopes[hit.at], negative))
        if key > best_key:
            best, best_key = hit, key
    return best, best_key[1]
