"""What the progress file tells: small records."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol


class Placed(Protocol):
    """What the store needs to know of a card of the library."""

    @property
    def ref(self) -> str: ...
    @property
    def deck(self) -> str: ...
    @property
    def topic(self) -> str: ...


class DayCounts(NamedTuple):
    """What was done on one study day: cards met for the first time, and reviews of others."""

    new: int
    reviews: int
    milliseconds: int


class TopicCounts(NamedTuple):
    """What there is to ask in one topic, apart from what is suspended or buried.

    `number` is the store's own for it; `cards` are all of its cards, `suspended` ones among them;
    `learning` are in steps, `steps` of them over by now; `due` are reviews; `next_day` and
    `next_at` are when the next review and step fall due.
    """

    deck: str
    topic: str
    number: int
    cards: int
    suspended: int
    new: int
    learning: int
    steps: int
    due: int
    next_day: int | None
    next_at: int | None


class Mark(NamedTuple):
    """What the person said of a card: `buried_day` is the study day it is hidden until the end of,
    `flag` 0 for none."""

    suspended: bool = False
    buried_day: int = 0
    flag: int = 0


class Undone(NamedTuple):
    """A review that was taken back, with what was answered; `prompt` as in a draft."""

    id: str
    card: str
    answer: str
    prompt: str = ""


class Draft(NamedTuple):
    """An answer not rated yet. `submitted`: the model answer was shown; `hint`: the hint was.

    `prompt` is what it answers, where that was composed.
    """

    answer: str = ""
    submitted: bool = False
    hint: bool = False
    prompt: str = ""


class Taught(NamedTuple):
    """A phrase that the person said counts for a point. `at` is an instant."""

    id: str
    at: int
    card: str
    point: str
    phrase: str


class PointSum(NamedTuple):
    """How often a point was asked for and made."""

    card: str
    point: str
    asked: int
    made: int


class SureAndWrong(NamedTuple):
    """An answer of which the person was sure (`confidence` 3 or 4) and that failed."""

    card: str
    confidence: int
    day: int
    answer: str


class Miss(NamedTuple):
    """A point that was missed; `point` is empty where the answer as a whole failed."""

    card: str
    point: str
    day: int


class Past(NamedTuple):
    """One answer once given to a card. `at` is an instant, `points` credits by point id.

    `kind` is `review`, or `retry` for one given after the model answer was shown; `undone` ones
    were taken back, and those that don't count changed no schedule. `verdict` is that of a composed
    card, as JSON, None where the card has its own.
    """

    id: str
    kind: str
    card: str
    at: int
    day: int | None
    rating: int
    score: float | None
    elapsed_ms: int
    prompt: str
    answer: str
    points: dict[str, float]
    counts: bool
    undone: bool
    verdict: dict[str, Any] | None = None
