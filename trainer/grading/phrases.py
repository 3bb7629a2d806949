"""Phrases in an answer: windows of words that hold a phrase's terms."""

from __future__ import annotations

from msgspec import Struct

from trainer.grading import constants
from trainer.grading.match import AnswerIndex, Hit
from trainer.grading.negation import DENIED
from trainer.grading.rubric import Phrase

# What counts either way: a denial that argues for the right verdict ("fine-tuning can't cite").
EITHER = 3


class Found(Struct, frozen=True, gc=False):
    """A phrase found: the share of its weight in the window, the hits, and whether it is denied.

    `given` says that all that was found are words of the prompt.
    """

    quality: float
    hits: tuple[Hit, ...]
    negated: bool
    given: bool


NOTHING = Found(0.0, (), False, False)


def best_window(
    index: AnswerIndex,
    phrase: Phrase,
    scopes: list[int],
    prompt: frozenset[str],
    *,
    reach: int,
    one_sentence: bool = True,
    synonym_factor: float = 1.0,
    taken: frozenset[int] = frozenset(),
) -> Found:
    """Return the best window of at most `reach` words for `phrase`; an undenied one if any.

    The words `taken` say something else: there only the phrase's own words count.
    """
    places: list[tuple[int, int, Hit]] = []
    for number, hits in enumerate(index.find(phrase.terms)):
        for hit in hits:
            if hit.how == "exact" or hit.at not in taken:
                places.append((hit.at, number, hit))
    if not places:
        return NOTHING
    places.sort(key=lambda place: place[0])
    sentences, stems = index.words.sentences, index.words.stems
    clauses = index.words.clauses
    best, best_key = NOTHING, (-1.0, 0.0)
    for first, (begin, _, _) in enumerate(places):
        chosen: dict[int, Hit] = {}
        for at, number, hit in places[first : first + constants.MAX_WINDOW_HITS]:
            if at - begin >= reach or (one_sentence and sentences[at] != sentences[begin]):
                break
            old = chosen.get(number)
            if old is None or (old.strength, old.how == "exact") < (
                hit.strength,
                hit.how == "exact",
            ):
                chosen[number] = hit
        if len(chosen) > 1:
            _drop_doubles(chosen, phrase)
        good = bad = against = 0.0
        said = [number for number, hit in chosen.items() if _says(scopes, hit, phrase, number)]
        clear = {clauses[chosen[number].at] for number in said}
        for number, hit in chosen.items():
            weight = phrase.terms[number].weight * hit.strength
            if hit.how == "synonym":
                weight *= synonym_factor
            if number in said:
                good += weight
            else:
                bad += weight
                against += weight if clauses[hit.at] in clear else 0.0
        if (good, bad) > best_key:
            best_key = (good, bad)
            negated = bad > good
            given = all(
                stems[at] in prompt
                for hit in chosen.values()
                for at in range(hit.at, hit.at + hit.length)
            )
            # A clause that denies part of the phrase doesn't say the rest of it.
            quality = (bad if negated else good - against) / phrase.total if phrase.total else 0.0
            best = Found(quality, tuple(chosen[n] for n in sorted(chosen)), negated, given)
    return best


def _drop_doubles(chosen: dict[int, Hit], phrase: Phrase) -> None:
    """Let one word of the answer stand for one term only, unless a synonym covers several."""
    if len({hit.at for hit in chosen.values()}) == len(chosen):
        return
    owners: dict[int, int] = {}
    for number in sorted(chosen, key=lambda n: (-chosen[n].strength, n)):
        hit = chosen[number]
        owner = owners.setdefault(hit.at, number)
        if owner == number or hit.how != "synonym" or chosen[owner].group == hit.group:
            continue
        # The "GPU" of "GPU time" stands for itself, and with "time" for "GPU hours".
        shared = hit.length > 1 and any(hit.group == g for g, _ in phrase.terms[owner].groups)
        if not shared:
            del chosen[number]


def _says(scopes: list[int], hit: Hit, phrase: Phrase, number: int) -> bool:
    """Say whether a hit says what the phrase says with its word, denied or not."""
    # "stable" stands for all of "doesn't change", denial and all
    negative = phrase.negative[number] and hit.group not in phrase.terms[number].opposed
    return agrees(scopes[hit.at], negative)


def agrees(scope: int, negative: bool) -> bool:
    """Say whether a word in this scope of the answer says what the phrase's word says."""
    return scope == EITHER or (scope == DENIED) == negative


def windows(
    index: AnswerIndex, phrase: Phrase, *, slack: int, floor: float, synonym_floor: float
) -> list[tuple[Hit, ...]]:
    """Return the places where all of a phrase's terms stand in order, close together.

    `slack` is how many other words may stand between them; `floor` and `synonym_floor` are the
    least strength a word needs.
    """
    found: list[tuple[Hit, ...]] = []
    last = -1
    options = [
        [hit for hit in hits if hit.strength >= (synonym_floor if hit.how == "synonym" else floor)]
        for hits in index.find(phrase.terms)
    ]
    if not all(options):
        return found
    sentences = index.words.sentences
    for head in options[0]:
        if head.at <= last:
            continue
        chain = [head]
        for more in options[1:]:
            previous = chain[-1]
            follower = next((hit for hit in more if hit.at >= previous.at), None)
            if (
                follower is None
                or follower.at - previous.at - previous.length > slack
                or sentences[follower.at] != sentences[head.at]
            ):
                break
            chain.append(follower)
        else:
            found.append(tuple(chain))
            last = chain[-1].at + chain[-1].length - 1
    return found
