"""The score of an answer against a whole model answer, where no points were authored."""

from __future__ import annotations

import math

from trainer.grading import constants
from trainer.grading.reading import Reading, best_hit
from trainer.grading.rubric import Rubric
from trainer.grading.score import concave
from trainer.grading.tokens import STOP, Words
from trainer.grading.wording import likeness, new_words, profile


def whole_score(reading: Reading, rubric: Rubric) -> float:
    """Return the score of an answer against the whole model answer.

    Mostly the share of the model answer's content words that the answer holds, through a concave
    map; the rest is likeness of wording, in all words and in those that the prompt didn't give,
    which also sees grammar words, word forms and typos. A model answer that repeats the question
    asks for less, a long one for more.
    """
    read = reading.answer.words
    parts = (
        concave(_recall(reading, rubric), constants.MODEL_CURVE),
        math.sqrt(likeness(profile(read.texts), rubric.wording)),
        math.sqrt(likeness(profile(new_words(read, rubric.prompt)), rubric.new_wording)),
    )
    mixed = sum(part * share for part, share in zip(parts, constants.MODEL_SHARES, strict=True))
    mixed *= 1.0 + constants.REPEATED_BONUS * rubric.repeated
    words = min(len(rubric.model.terms), constants.STRICTEST_LENGTH)
    exponent = constants.LENIENCE + constants.STRICTNESS_PER_WORD * words
    score = min(1.0, math.pow(mixed, exponent))
    exempt = reading.decision is not None and reading.decision.right
    if not exempt and _is_echo(read, rubric):
        score = min(score, constants.PROMPT_ONLY_CREDIT)
    return score


def _recall(reading: Reading, rubric: Rubric) -> float:
    """Return the share of the model answer's words that the answer holds."""
    phrase, stems = rubric.model, reading.answer.words.stems
    found = [0.0] * len(phrase.terms)
    for at, hits in enumerate(reading.answer.find(phrase.terms)):
        if not hits:
            continue
        hit, same = best_hit(hits, reading.scopes, phrase.negative[at])
        strength = hit.strength if same else hit.strength * constants.DENIED_FACTOR
        if hit.how == "synonym":
            strength *= constants.MODEL_SYNONYM_FACTOR
            # A word of the prompt that happens to be a synonym is repeated, not found.
            if rubric.prompt.issuperset(stems[hit.at : hit.at + hit.length]):
                strength *= constants.PROMPT_WEIGHT
        found[at] = strength
    for one, other in rubric.either:
        found[one] = found[other] = max(found[one], found[other])
    good = sum([s * term.weight for s, term in zip(found, phrase.terms, strict=True)])
    return good / phrase.total if phrase.total else 0.0


def _is_echo(read: Words, rubric: Rubric) -> bool:
    """Say whether an answer only hands the prompt's words back.

    Where the model answer too is made of the prompt's words, only a run of the prompt is an echo.
    """
    content = [stem for stem, flag in zip(read.stems, read.flags, strict=True) if not flag & STOP]
    if not all(stem in rubric.prompt for stem in content):
        return False
    new = sum(term.stem not in rubric.prompt for term in rubric.model.terms)
    if new >= constants.NEW_WORDS_SHARE * len(rubric.model.terms):
        return True
    return f" {' '.join(content)} " in f" {' '.join(rubric.prompt_order)} "
