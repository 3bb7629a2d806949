"""Which words of an answer are denied: "not RAG", "instead of RAG", "RAG doesn't matter"."""

from __future__ import annotations

from trainer.grading import constants
from trainer.grading.tokens import NEG, STOP, Words
from trainer.grading.words import listed

# After a denied auxiliary these deny what stands before: "citations don't matter".
_BACKWARD = listed(
    """
    matter need needed necessary required relevant irrelevant work works help helps apply applies
    suit suitable fit important enough sufficient suffice useful appropriate right worth sense
    viable possible feasible good ideal issue problem concern factor option answer scale wanted
    recommended justified exist available improve
    """
)
# Predicates that deny what stands before without a negation.
_DENYING = listed(
    """
    irrelevant unnecessary overkill pointless useless unsuitable inappropriate wrong impossible
    insufficient unneeded impractical infeasible unimportant
    """
)
_WANTING = listed("need needs require requires")
_COMPARING = listed("than unlike opposed compared versus")
# Besides the negations, all words that may open a scope.
_OPENING = _WANTING | _DENYING | _COMPARING | {"to"}
# What a word's standing can be: denied ("not X"), or only the worse of two ("better than X").
DENIED, CONTRASTED = 1, 2

_COPULA = frozenset({"is", "are", "was", "were", "be", "seems", "looks", "becomes", "would", "s"})
_AUXILIARY = listed(
    "do does did is are was were will would can could should has have had may might must"
)
_PRONOUN = listed("i we you it this that they there one he she which")
# "not only RAG but ...": nothing is denied.
_LIMITERS = frozenset({"only", "just", "merely", "solely", "alone", "necessarily", "simply"})
# A new decision ends what "instead of" denies: "instead of fine-tuning use RAG".
_LACKS = listed("without lack lacks lacking avoid avoids avoiding avoided skip skipping")
# What stands after "not" and is all that it denies: "it isn't hard to delete it".
_OBSTACLES = listed("hard difficult impossible tricky tough problem")
_FRESH = listed(
    """
    use using choose pick prefer go going build i we you he she they should would will start
    """
)
_OBJECTS = listed("it them that this these those any")
# Finite after "and" they begin a statement: "doesn't need it and has less to read".
_FINITE = listed(
    "is are was were has does did had can could will would should may might must gets keeps makes"
)
_CHANGING = listed("get keep have change changes need needs move moves stay stays come comes")
_ROLES = listed("the its their our his her this these those your my")
_RELATIVE = listed("that which who whose")
_SUBJECTS = listed("i we you they he she")
# "I don't think you need RAG" denies what follows all the same.
_RAISING = listed("think believe say feel see want recommend suggest know that why how if")


def denied(read: Words) -> list[int]:
    """Return for each word 0, or DENIED or CONTRASTED by the scope it stands in."""
    result = [0] * len(read)
    for at, (word, flag) in enumerate(zip(read.texts, read.flags, strict=True)):
        if flag & NEG:
            _deny(read, at, result)
        elif word not in _OPENING:
            continue
        elif word in _WANTING and _is_hypothetical(read, at):
            _forward(read, at + 1, result)
        elif word in _DENYING and _follows_copula(read, at):
            _backward(read, at, result)
        elif word in _COMPARING or (word == "to" and at > 1 and _follows_preference(read, at)):
            _forward(read, at + 1, result, contrast=True, kind=CONTRASTED)
    return result


def _deny(read: Words, at: int, result: list[int]) -> None:
    texts, clauses, flags = read.texts, read.clauses, read.flags
    size = len(read)
    word = texts[at]
    follower = at + 1
    if follower < size and texts[follower] in _LIMITERS:
        return
    if follower < size and texts[follower] in _LACKS and clauses[follower] == clauses[at]:
        # "we don't lack data", "not without reason": the two cancel out
        return
    if word == "without" and any(
        flags[i] & NEG for i in range(max(0, at - 6), at) if clauses[i] == clauses[at]
    ):
        # "can't cite without retrieval" asks for retrieval
        return
    if word in _LACKS and _is_negated(read, at):
        return
    if word == "rather" and (follower >= size or texts[follower] != "than"):
        return
    if word in {"instead", "rather"}:
        if follower < size and texts[follower] in {"of", "than"}:
            _forward(read, follower + 1, result, contrast=True)
        return
    if word == "not" and at and texts[at - 1] in _AUXILIARY:
        for i in range(follower, min(size, follower + 3)):
            if clauses[i] != clauses[at]:
                break
            if texts[i] in _BACKWARD:
                if not (i + 1 < size and texts[i] in {"need", "work"} and _has_object(read, i + 1)):
                    _backward(read, at, result)
                break
    _forward(read, follower, result)


def _is_negated(read: Words, at: int) -> bool:
    """Say whether a negation stands right before `at`, in its clause."""
    return at > 0 and bool(read.flags[at - 1] & NEG) and read.clauses[at - 1] == read.clauses[at]


def _has_object(read: Words, at: int) -> bool:
    """Say whether an object follows in the clause: "doesn't need RAG", "doesn't need it"."""
    return (
        at < len(read)
        and read.clauses[at] == read.clauses[at - 1]
        and (
            read.texts[at] in _OBJECTS
            or any(
                not read.flags[i] & STOP
                for i in range(at, min(len(read), at + 3))
                if read.clauses[i] == read.clauses[at]
            )
        )
    )


def _forward(
    read: Words, begin: int, result: list[int], *, contrast: bool = False, kind: int = DENIED
) -> None:
    """Deny the words from `begin` to the end of its clause, but no further than a few of them."""
    size = len(read)
    if begin >= size:
        return
    clause = read.clauses[begin - 1]
    content = 0
    for i in range(begin, size):
        if read.clauses[i] != clause or content >= constants.NEGATION_REACH:
            return
        if contrast and content and read.texts[i] in _FRESH:
            return
        if content and read.texts[i] in _SUBJECTS and read.texts[i - 1] not in _RAISING:
            # "the tags don't move you train once": a new clause without a comma
            return
        if (
            i > begin
            and read.texts[i] in {"and", "then"}
            and _states_anew(read, i + 1, fresh=content > 0)
        ):
            return
        if i > begin and read.flags[i] & NEG and read.texts[i] != "nor":
            return
        result[i] = result[i] or kind
        if read.texts[i] in _OBSTACLES and i + 1 < size and read.texts[i + 1] in {"to", "that"}:
            return
        if not read.flags[i] & STOP:
            content += 1


def _states_anew(read: Words, at: int, *, fresh: bool) -> bool:
    """Say whether what follows an "and" is a statement of its own and not one more thing denied."""
    if at >= len(read):
        return False
    if read.texts[at] in _FINITE or (fresh and read.texts[at] in _FRESH):
        return True
    if read.texts[at] not in _ROLES:
        return False
    # "and the rules get revised", but not "and the sources that get cited"
    for i in range(at + 2, min(len(read), at + constants.SUBJECT_REACH)):
        if read.clauses[i] != read.clauses[at] or read.texts[i] in _RELATIVE:
            return False
        if read.texts[i] in _FINITE or read.texts[i] in _CHANGING:
            return True
    return False


def _backward(read: Words, end: int, result: list[int]) -> None:
    """Deny the words of the clause that stand before `end`: the subject."""
    clause = read.clauses[end]
    for i in range(end - 1, -1, -1):
        if read.clauses[i] != clause:
            return
        result[i] = DENIED


def _is_hypothetical(read: Words, at: int) -> bool:
    """Say whether "need" stands in "fine-tuning would need": a drawback of its subject."""
    i = at - 1
    if i < 0 or read.texts[i] not in {"would", "will"}:
        return False
    while i >= 0 and read.clauses[i] == read.clauses[at] and read.texts[i] in _AUXILIARY:
        i -= 1
    return i >= 0 and read.clauses[i] == read.clauses[at] and read.texts[i] not in _PRONOUN


def _follows_copula(read: Words, at: int) -> bool:
    return any(
        read.texts[i] in _COPULA and read.clauses[i] == read.clauses[at]
        for i in range(max(0, at - 3), at)
    )


def _follows_preference(read: Words, at: int) -> bool:
    """Say whether "to" stands in "prefer RAG to fine-tuning", and not in "prefer to fine-tune"."""
    return any(
        read.texts[i] in {"prefer", "preferable", "superior"}
        and read.clauses[i] == read.clauses[at]
        for i in range(max(0, at - 5), at - 1)
    )
