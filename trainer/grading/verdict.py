"""What an answer decides for: which verdicts it asserts, denies, defers or merely mentions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise, takewhile
from typing import NamedTuple

from trainer.grading import constants
from trainer.grading.match import AnswerIndex
from trainer.grading.phrases import windows
from trainer.grading.rubric import Phrase, VerdictRubric
from trainer.grading.tokens import NEG, STOP
from trainer.grading.words import listed

# How firmly a mention asserts its verdict.
DENIED, DRAWBACK, TOPIC, DEFERRED, MENTIONED, ASSERTED = 0.0, 0.5, 1.0, 1.0, 2.0, 3.0

_CUES = listed(
    """
    use using choose choosing pick picking prefer recommend suggest propose build go going start
    starting do apply adopt implement i we answer verdict decision choice best definitely clearly
    so therefore hence thus try deploy add combine say obviously probably
    """
)
_JOINERS = frozenset({"and", "plus", "also", "then", "with", "both", "alongside", "together"})
_VERBS = listed(
    """
    is are was be would will can could may might does do has have had needs need requires require
    means takes costs gives only changes keeps makes lets
    """
)
_AUXILIARY = listed("is are was were be can could will would may might must do does")
_PRAISE = listed(
    """
    better best answer right ideal fits fit works win wins suits beats enough preferable
    sufficient correct way choice appropriate solution
    """
)
_BLAME = listed(
    """
    too expensive costly slow hard overkill risky worse wasteful bad wrong unnecessary waste
    overfit stale impractical forget outdated needs need requires require retraining hallucinate
    """
)
_DEFERRING = listed("later if unless maybe perhaps eventually might consider could")
_ALONE = frozenset({"alone", "only", "itself", "own", "just"})
_BOTH = frozenset({"both", "combine", "combination", "hybrid", "together", "combined", "combining"})
_CONJUNCTIONS = frozenset({"and", "or", "plus", "then"})
_EITHER = frozenset({"or", "either"})


class Mention(NamedTuple):
    """A verdict's name in the answer: its words, which verdict, and how firmly it is asserted."""

    first: int
    last: int
    side: int
    force: float


class Decision(NamedTuple):
    """`right` is None where the answer leaves it open; `mentions` are all verdicts it names.

    `rejected` are those of them that name the wrong one.
    """

    right: bool | None
    rejected: tuple[Mention, ...]
    mentions: tuple[Mention, ...]

    @property
    def found(self) -> bool:
        return bool(self.mentions)


def decide(index: AnswerIndex, scopes: list[int], rubric: VerdictRubric) -> Decision:
    """Return what the answer decided, seen from the card's verdict."""
    sides = [rubric.reject, *(rubric.all or (rubric.accept,))]
    mentions = _mentions(index, scopes, sides)
    force = [DENIED] * len(sides)
    denied = [False] * len(sides)
    for mention in mentions:
        force[mention.side] = max(force[mention.side], mention.force)
        denied[mention.side] |= mention.force == DENIED
    rejected = tuple(mention for mention in mentions if mention.side == 0)
    wanted = force[1:]
    if rubric.all:
        right = _decide_all(index, scopes, mentions, wanted, denied[1:])
    else:
        right = _decide_one(index, mentions, wanted[0], force[0], denied[1])
        if right is None and not mentions and rubric.reject and _says_both(index):
            right = False
    if rubric.all and force[0] >= MENTIONED and right:
        right = False
    return Decision(right, rejected, tuple(mentions))


def _decide_one(
    index: AnswerIndex, mentions: list[Mention], accept: float, reject: float, denied: bool
) -> bool | None:
    if not accept and not reject:
        if denied:
            return False
        return None
    if accept < ASSERTED and _opens_with_denial(index, mentions):
        return False
    if not reject:
        return True
    if not accept:
        return False if denied or reject > DRAWBACK else None
    link = _link(index, mentions)
    if link == "or":
        return None
    if link == "and":
        return False
    if accept - reject >= DRAWBACK:
        return True
    if reject - accept >= DRAWBACK:
        return False
    return None


def _opens_with_denial(index: AnswerIndex, mentions: list[Mention]) -> bool:
    """Say whether the answer begins with "Not" and what the card wants."""
    first = mentions[0]
    return (
        first.side == 1
        and first.force == DENIED
        and index.words.texts[0] in {"not", "no"}
        and index.words.clauses[first.first] == index.words.clauses[0]
    )


def _decide_all(
    index: AnswerIndex,
    scopes: list[int],
    mentions: list[Mention],
    wanted: list[float],
    denied: list[bool],
) -> bool | None:
    texts = index.words.texts
    both = any(
        text in _BOTH and not scopes[at] and not (at and texts[at - 1] in _AUXILIARY)
        for at, text in enumerate(texts)
    ) and not any(_is_alone(texts, mention) for mention in mentions)
    if all(force >= TOPIC for force in wanted):
        return None if _link(index, mentions) == "or" else True
    if both and not any(
        was_denied and not force for was_denied, force in zip(denied, wanted, strict=True)
    ):
        return True
    if any(force >= TOPIC for force in wanted) or any(denied):
        return False
    return None


def _is_alone(texts: list[str], mention: Mention) -> bool:
    """Say whether a verdict is named as the only one: "RAG alone", "just RAG"."""
    around = (*texts[max(0, mention.first - 1) : mention.first], *texts[mention.last + 1 :][:1])
    return any(text in _ALONE for text in around)


def _says_both(index: AnswerIndex) -> bool:
    """Say whether an answer that names nothing asks for both: "both of them", "use both"."""
    texts = index.words.texts
    return texts[:1] == ["both"] or (len(texts) <= 4 and any(text in _BOTH for text in texts))


def _link(index: AnswerIndex, mentions: list[Mention]) -> str:
    """Say how two asserted verdicts of different sides hang together: "and", "or" or not."""
    texts, flags, sentences = index.words.texts, index.words.flags, index.words.sentences
    named = [mention for mention in mentions if mention.force > DENIED]
    for one, other in pairwise(named):
        if one.side == other.side or sentences[one.first] != sentences[other.first]:
            continue
        between = range(one.last + 1, other.first)
        if any(texts[i] in _EITHER for i in between) and len(between) <= 3:
            return "or"
        if min(one.force, other.force) < MENTIONED:
            continue
        if _stand_side_by_side(index, one, other):
            return "and"
        lead = texts[other.first - 1] if between else ""
        plain = all(flags[i] & STOP for i in between)
        if (plain and any(texts[i] in _JOINERS for i in between)) or (
            other.force >= ASSERTED and lead in _JOINERS
        ):
            return "and"
    return ""


def _stand_side_by_side(index: AnswerIndex, one: Mention, other: Mention) -> bool:
    """Say whether two verdicts are both wanted without an "and" between them.

    As in "RAG for this, tuning for that" and in "RAG, tuning and a cache".
    """
    texts, clauses = index.words.texts, index.words.clauses
    behind, far = texts[one.last + 1 :][:1], texts[other.last + 1 :][:1]
    if clauses[one.last] == clauses[other.first]:
        return False
    return behind == far == ["for"] or (
        other.first == one.last + 1 and bool(far) and far[0] in _JOINERS
    )


def _mentions(
    index: AnswerIndex, scopes: list[int], sides: list[tuple[Phrase, ...]]
) -> list[Mention]:
    """Return the verdicts named, in order; of overlapping ones the longest."""
    found: list[tuple[int, int, int, bool]] = []
    for side, phrases in enumerate(sides):
        for phrase in phrases:
            for hits in windows(
                index,
                phrase,
                slack=constants.VERDICT_SLACK,
                floor=constants.VERDICT_FLOOR,
                synonym_floor=constants.VERDICT_SYNONYM_FLOOR,
            ):
                last = max(hit.at + hit.length - 1 for hit in hits)
                found.append((hits[0].at, last, side, any(phrase.negative)))
    found.sort(key=lambda item: (item[0] - item[1], item[0]))
    kept: list[tuple[int, int, int, bool]] = []
    taken = bytearray(len(index.words))
    for item in found:
        stretch = slice(item[0], item[1] + 1)
        if not any(taken[stretch]):
            kept.append(item)
            taken[stretch] = b"\1" * (item[1] + 1 - item[0])
    kept.sort()
    return [
        Mention(first, last, side, _force(index, scopes, first, last, negative))
        for first, last, side, negative in kept
    ]


def _force(index: AnswerIndex, scopes: list[int], first: int, last: int, negative: bool) -> float:
    """Return how firmly the words `first` to `last` assert the verdict they name."""
    read = index.words
    texts, flags, clauses = read.texts, read.flags, read.clauses
    clause = clauses[first]
    denied = bool(scopes[first]) or bool(scopes[last]) or (first > 0 and texts[first - 1] == "over")
    if denied != negative:
        following = texts[last + 1 : last + 4]
        if any(word in _ALONE for word in following) and not negative:
            return MENTIONED
        return DENIED
    if read.sentences[first] in read.questions:
        after = max(last + 1, bisect_right(read.sentences, read.sentences[first]))
        return DENIED if after < len(read) and flags[after] & NEG else DEFERRED
    begin, end = bisect_left(clauses, clause), bisect_right(clauses, clause)
    behind = texts[last + 1 : min(end, last + 7)]
    tail = list(takewhile(lambda word: word not in _CONJUNCTIONS, behind))
    if any(word in _VERBS for word in tail[:2]) or (
        tail and first - begin == 1 and texts[begin] == "with"
    ):
        denies = any(flag & NEG for flag in flags[last + 1 : min(end, last + 5)])
        if denies or any(word in _BLAME for word in tail):
            return DRAWBACK
        if any(word in _PRAISE for word in tail):
            return ASSERTED
        return TOPIC
    lead = texts[max(begin, first - 5) : first][::-1]
    near = list(takewhile(lambda word: word not in _CONJUNCTIONS, lead))
    if any(word in _DEFERRING for word in (*near, *tail)):
        return DEFERRED
    if all(flags[i] & STOP for i in range(first - 1, begin - 1, -1)):
        if not behind or clause == clauses[0]:
            return ASSERTED
        if lead and (lead[0] in _JOINERS or any(word in _CUES for word in lead)):
            return ASSERTED
    if any(word in _CUES for word in lead) or (lead and lead[0] in _JOINERS):
        return ASSERTED
    return MENTIONED
