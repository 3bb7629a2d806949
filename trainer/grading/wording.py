"""How alike two texts are in their letters: the cosine of their counts of letter triples."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from trainer.grading.tokens import STOP, Words


class Profile(NamedTuple):
    """A text's letter triples with their counts, and the length of that vector."""

    counts: Counter[str]
    norm: float


def new_words(read: Words, prompt: frozenset[str]) -> list[str]:
    """Return a text's content words that the prompt didn't give."""
    return [
        text
        for text, stem, flag in zip(read.texts, read.stems, read.flags, strict=True)
        if not flag & STOP and stem not in prompt
    ]


def profile(texts: Sequence[str]) -> Profile:
    """Return the profile of some words."""
    text = f" {' '.join(texts)} "
    counts = Counter(map("".join, zip(text, text[1:], text[2:], strict=False)))
    return Profile(counts, math.sqrt(sum([count * count for count in counts.values()])))


def likeness(one: Profile, other: Profile) -> float:
    """Return the cosine of two profiles, 0..1."""
    if not one.norm or not other.norm:
        return 0.0
    mine, theirs = one.counts, other.counts
    product = sum([mine[triple] * theirs[triple] for triple in mine.keys() & theirs.keys()])
    return min(1.0, product / (one.norm * other.norm))
