"""The deck file as typed records.

These declarations are the format: the reader walks them key by key and takes types, limits and
required keys from here, so a field is added in one place. Every text has passed the sanitising
door and is stripped of surrounding white space.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from msgspec import Meta, Struct, convert

Kind = Literal["scenario", "question", "flashcard", "choice", "cloze"]
RatingName = Literal["again", "hard", "good"]

GAP = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)

Text = Annotated[str, Meta(min_length=1)]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]


class Verdict(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The decision a scenario asks for.

    `accept`: any of these asserted is right; `reject`: any of these asserted is wrong; `all`: one
    phrase of each list must be asserted (an answer that needs both). One of `accept` and `all`.
    """

    accept: tuple[Text, ...] = ()
    reject: tuple[Text, ...] = ()
    all: tuple[tuple[Text, ...], ...] = ()


class Point(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A rubric point: one thing the answer should say.

    `accept`: phrases that count for it, of which `need` are wanted; `together`: lists of terms,
    each list to be found within one clause; `weight`: its share of the score. A point of a composed
    card may weigh nothing: it is noted and doesn't count.
    """

    id: Id
    say: Text
    accept: tuple[Text, ...] = ()
    need: Annotated[int, Meta(ge=1, le=50)] = 1
    together: tuple[tuple[Text, ...], ...] = ()
    weight: Annotated[float, Meta(gt=0, le=100)] = 1.0
    required: bool = False


class Mistake(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A statement that is wrong here, the phrases that give it away, and why it is wrong."""

    say: Text
    match: tuple[Text, ...]
    why: Text


class Choice(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One option of a `choice` card; `why` is shown when it was picked wrongly."""

    text: Text
    right: bool = False
    why: str = ""


class Example(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An answer with the grade its author expects: the card's own regression test."""

    answer: str
    rating: RatingName
    hits: tuple[Id, ...] = ()
    misses: tuple[Id, ...] = ()


class Card(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One thing to know. Which fields a kind needs and allows is in `trainer.decks.rules`."""

    id: Id
    kind: Kind = "question"
    topic: str = ""
    tags: tuple[Text, ...] = ()
    difficulty: Annotated[int, Meta(ge=1, le=3)] = 1
    prompt: str = ""
    text: str = ""
    variants: tuple[Text, ...] = ()
    hint: str = ""
    verdict: Verdict | None = None
    points: tuple[Point, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    choices: tuple[Choice, ...] = ()
    answer: str = ""
    follow_ups: tuple[Text, ...] = ()
    examples: tuple[Example, ...] = ()
    source: str = ""
    formerly: tuple[Text, ...] = ()

    @property
    def noted(self) -> frozenset[str]:
        """The ids of the points that are noted only: they weigh nothing."""
        return frozenset([point.id for point in self.points if not point.weight])


class Subject(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What a composed scenario is about. Its domain is one of its tags, too."""

    id: Id
    text: Text
    domain: str = ""
    tags: tuple[Text, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """What signals may go by: its tags and its domain."""
        return (*self.tags, self.domain) if self.domain else self.tags


class Reason(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a signal gives a reason to say: a rubric point, whose id is the signal's."""

    say: Text
    accept: tuple[Text, ...] = ()
    need: Annotated[int, Meta(ge=1, le=50)] = 1
    together: tuple[tuple[Text, ...], ...] = ()


class Signal(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One idea of a framework, and the card that is scheduled.

    `cues` are ways to put it in a prompt; on its `axis` it `favours` a verdict. `only_with`: the
    subject has one of these tags; `never_with`: signals it never stands beside, and tags that no
    subject of it has.
    """

    id: Id
    favours: Id
    axis: Id
    cues: tuple[Text, ...]
    point: Reason
    only_with: tuple[Text, ...] = ()
    never_with: tuple[Text, ...] = ()
    tags: tuple[Text, ...] = ()
    difficulty: Annotated[int, Meta(ge=1, le=3)] = 1
    hint: str = ""
    follow_ups: tuple[Text, ...] = ()
    source: str = ""
    formerly: tuple[Text, ...] = ()


class Rule(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The verdict where the signals favour, axis by axis, what stands in `when`."""

    when: dict[Id, Id]
    verdict: Id


class Framework(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Subjects, signals and rules from which scenarios are composed.

    `axes` says what each axis is called in a sentence ("RAG for the facts"). The first rule that
    fits decides; signals that none decides are never composed.
    """

    id: Id
    topic: str = ""
    verdicts: dict[Id, Verdict]
    axes: dict[Id, Text] = {}
    subjects: tuple[Subject, ...]
    signals: tuple[Signal, ...]
    rules: tuple[Rule, ...]


class Excerpt(Struct, frozen=True, kw_only=True, gc=False):
    """What a search goes by of a card: the same fields, read from the same bytes; the others are
    skipped, which takes a fifth of the time."""

    id: str
    prompt: str = ""
    text: str = ""
    answer: str = ""
    choices: tuple[Choice, ...] = ()


class Deck(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One deck file."""

    schema: Literal[1]
    deck: Id
    title: str = ""
    topics: dict[str, str] = {}
    synonyms: tuple[tuple[Text, ...], ...] = ()
    cards: tuple[Card, ...] = ()
    frameworks: tuple[Framework, ...] = ()


def excerpt_of(signal: Signal) -> Excerpt:
    """Return what a search goes by of a signal: all its cues, and what is said of it."""
    return Excerpt(id=signal.id, prompt=" / ".join(signal.cues), answer=signal.point.say)


def excerpts_of(deck: Deck) -> list[Excerpt]:
    """Return what a search goes by of all cards of a deck, its signals among them."""
    excerpts = [convert(card, Excerpt, from_attributes=True) for card in deck.cards]
    for framework in deck.frameworks:
        excerpts += [excerpt_of(signal) for signal in framework.signals]
    return excerpts


def gaps(text: str) -> list[list[str]]:
    """Return the gaps of a cloze text, each as its alternatives, the shown one first."""
    return [
        [alternative.strip() for alternative in inner.split("|")] for inner in GAP.findall(text)
    ]


def blanked(text: str) -> str:
    """Return a cloze text with its gaps left open, numbered where there are several."""
    several = len(gaps(text)) > 1
    number = 0

    def blank(_: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return f"____ ({number})" if several else "____"

    return GAP.sub(blank, text)


def filled(text: str) -> str:
    """Return a cloze text with each gap filled by its first alternative."""
    return GAP.sub(lambda gap: gap[1].split("|")[0].strip(), text)
