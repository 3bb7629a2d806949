"""A grade as typed records. Encoded with msgspec these are the JSON of `trainer grade --json`."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Span = tuple[int, int]
How = Literal["exact", "typo", "synonym", "root", "taught"]
SuggestedRating = Literal["again", "hard", "good"]


class Match(Struct, frozen=True):
    """One place in the answer where an accepted phrase was found, and how it matched.

    A negated match ("not RAG") is evidence shown, not evidence counted.
    """

    span: Span
    phrase: str
    how: How
    negated: bool = False


class PointGrade(Struct, frozen=True):
    """What the answer earned on one point.

    `credit` is 0..1; `unsure` says that it fell near the threshold and a person may decide;
    `evidence` are the spans in the answer that count; `missed` are spans in the model answer.
    """

    id: str
    say: str
    credit: float
    hit: bool
    unsure: bool = False
    evidence: tuple[Span, ...] = ()
    matches: tuple[Match, ...] = ()
    missed: tuple[Span, ...] = ()


class MistakeMade(Struct, frozen=True):
    """A wrong statement found in the answer."""

    say: str
    why: str
    evidence: tuple[Span, ...] = ()


class Grade(Struct, frozen=True):
    """The judgement of one answer to one card.

    `score` is 0..1; `rating` is the suggested one, None where nothing is suggested (flashcards);
    `verdict` is None where the card has none or the answer leaves it open. Spans count code
    points of the answer as received, the end exclusive.
    """

    card: str
    score: float
    rating: SuggestedRating | None
    verdict: bool | None = None
    points: tuple[PointGrade, ...] = ()
    mistakes: tuple[MistakeMade, ...] = ()
    warnings: tuple[str, ...] = ()


class Thresholds(Struct, frozen=True):
    """Where ratings and hits are cut, 0..1: below `again` Again, below `hard` Hard.

    A point whose credit is `hit` or more counts as said.
    """

    again: float = 0.5
    hard: float = 0.7
    hit: float = 0.7
