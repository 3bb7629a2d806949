"""Which of two sides a reason is given for: "RAG for facts, fine-tuning for style"."""

from __future__ import annotations

from functools import lru_cache

from trainer.grading.match import AnswerIndex
from trainer.grading.negation import DENIED, denied
from trainer.grading.rubric import VerdictRubric
from trainer.grading.synonyms import Thesaurus
from trainer.grading.tokens import Words, analyse
from trainer.grading.verdict import DENIED as UNASSERTED
from trainer.grading.verdict import Mention, decide
from trainer.grading.words import listed

_REASONS = listed("because since so as which where")
_CONJUNCTIONS = listed("and but while whereas then plus with")


@lru_cache(maxsize=1024)
def side_of(say: str, verdict: VerdictRubric, thesaurus: Thesaurus) -> int:
    """Return which list of the verdict's `all` a point speaks of, from 1; 0 if none or several."""
    read = analyse(say)
    found = decide(AnswerIndex(read, thesaurus), denied(read), verdict)
    sides = {mention.side for mention in found.mentions}
    return sides.pop() if len(sides) == 1 else 0


def scopes_for(
    side: int, read: Words, scopes: list[int], mentions: tuple[Mention, ...]
) -> list[int]:
    """Return `scopes` with all denied that is said of another decision than `side`."""
    result = list(scopes)
    owners: dict[int, list[Mention]] = {}
    pieces = _pieces(read)
    for mention in mentions:
        if mention.force != UNASSERTED:
            owners.setdefault(pieces[mention.first], []).append(mention)
    if len({mention.side for named in owners.values() for mention in named}) < 2:
        return result
    for piece, named in owners.items():
        words = [at for at in range(len(read)) if pieces[at] == piece]
        begins = [words[0], *(_begin(read, mention.first, words[0]) for mention in named[1:])]
        ends = [*begins[1:], words[-1] + 1]
        for mention, begin, end in zip(named, begins, ends, strict=True):
            if mention.side not in {0, side}:
                for at in range(begin, end):
                    result[at] = result[at] or DENIED
    return result


def _pieces(read: Words) -> list[int]:
    """Return for each word its clause, of a reason's ("because they change") the one before it."""
    result: list[int] = []
    for at, clause in enumerate(read.clauses):
        if (at and clause == read.clauses[at - 1]) or (
            at and read.sentences[at] == read.sentences[at - 1] and read.texts[at] in _REASONS
        ):
            result.append(result[-1])
        else:
            result.append(clause)
    return result


def _begin(read: Words, first: int, floor: int) -> int:
    """Return where the part that a later mention heads begins: at the "and" before it, if any."""
    for at in range(first - 1, max(floor, first - 4), -1):
        if read.texts[at] in _CONJUNCTIONS:
            return at
    return first
