"""The budgets: what each figure may be at most. They are of an idle machine with two cores."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

_SIZES = (0, 1_000, 10_000, 100_000)


class Budget(NamedTuple):
    """The most that one of a row's figures may be, at these numbers of cards (0: none is said)."""

    what: str
    figure: str
    most: float
    cards: Collection[int] = _SIZES


BUDGETS = (
    Budget("quiz: start to prompt", "ratio", 1.3),
    # The same at 1,000 cards as at 10,000: a tenfold library costs a tenth at most.
    Budget("quiz: start to prompt", "growth", 0.05),
    Budget("keys typed at the start and lost", "max", 0),
    Budget("key to paint", "ratio", 1.3),
    Budget("due, whole process", "median", 60),
    Budget("due, peak RSS", "median", 25),
    Budget("due, modules of Textual", "max", 0),
    Budget("grade an answer to 80 words", "median", 0.5),
    Budget("grade an answer to 80 words", "p99", 1),
    Budget("grade an answer to 300 words", "p99", 10),
    # Capped: no slower than the longest that is read in whole.
    Budget("grade 10,000 words", "p99", 10),
    Budget("save an answer, syncs", "median", 1),
    Budget("save an answer", "growth", 0.1),
    Budget("due counts", "median", 1, (10_000,)),
    Budget("statistics", "median", 10, (10_000,)),
    Budget("rebuild all state", "median", 1_500, (10_000,)),
    Budget("read a deck, cold", "median", 1_500, (10_000,)),
    Budget("read a deck, unchanged", "median", 10, (10_000,)),
    Budget("read a deck, one card edited", "median", 50, (10_000,)),
    Budget("import foreign notes", "median", 2_000, (10_000,)),
    Budget("import foreign notes, peak RSS", "median", 300, (10_000,)),
    Budget("app open, peak RSS", "median", 60, (1_000,)),
    Budget("app open, peak RSS", "median", 120, (100_000,)),
    Budget("submit to feedback", "median", 50),
    Budget("open the list of all cards", "median", 150, (10_000,)),
    Budget("key in the search to paint", "median", 16, (10_000,)),
    Budget("quit", "ratio", 1),
    Budget("check all decks", "median", 5_000),
    Budget("compose of 30 subjects, 20 signals", "median", 1),
    Budget("compose of 1000 subjects, 500 signals", "median", 1),
)
