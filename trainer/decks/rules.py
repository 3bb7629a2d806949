"""What a deck means: what each kind of card needs and allows, and what must agree.

A rule yields where in the card it found what, and how to mend it; the place is found in the
file only then. Rules see placeholders ("" and ()) where the shape was wrong: those are passed
over, since they have been reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from trainer.decks.model import Card, Deck, Point, Reason, Signal, Verdict, gaps
from trainer.decks.walk import did_you_mean, listed

Path = tuple[str | int, ...]


class Finding(NamedTuple):
    """A broken rule.

    `path` leads to its place: to the value, or with `at_key` to the key. It is dropped where
    something in `unless` (else at the place itself) has been reported already.
    """

    path: Path
    message: str
    mend: str
    unless: tuple[Path, ...] = ()
    at_key: bool = False
    severity: str = "error"

    def below(self, place: Path) -> Finding:
        """Return the finding with its paths told from above: `place` leads to where they begin."""
        unless = tuple([place + path for path in self.unless])
        return self._replace(path=place + self.path, unless=unless)


NEEDS: Final = {
    "scenario": ("prompt", "verdict", "answer"),
    "question": ("prompt", "answer"),
    "flashcard": ("prompt", "answer"),
    "choice": ("prompt", "choices"),
    "cloze": ("text",),
}

_GRADED_BY_POINTS = ("scenario", "question")

# Fields that some kinds don't use, with the kinds that do.
USED_BY: Final = {
    "prompt": ("scenario", "question", "flashcard", "choice", "cloze"),
    "variants": ("scenario", "question", "flashcard", "choice"),
    "verdict": ("scenario",),
    "points": _GRADED_BY_POINTS,
    "mistakes": _GRADED_BY_POINTS,
    "choices": ("choice",),
    "text": ("cloze",),
    "examples": ("scenario", "question", "choice", "cloze"),
}

_WHAT: Final = {
    "prompt": "with what is asked",
    "verdict": "with `accept:` and the decisions that are right",
    "answer": "with what a strong answer says",
    "choices": "with at least two items, `{text: …, right: true}` for a right one",
    "text": "with a gap as in `{{the answer}}`",
}


def check_card(card: Card, deck: Deck, topics_known: bool) -> Iterator[Finding]:
    """Yield what is wrong with a card in itself, its topic and its former names."""
    for name in NEEDS[card.kind]:
        if not getattr(card, name):
            yield Finding(
                (),
                f"a {card.kind} card needs `{name}`",
                f"add `{name}:` {_WHAT[name]}",
                unless=((name,), ("kind",)),
            )
    for name, kinds in USED_BY.items():
        if card.kind not in kinds and getattr(card, name):
            yield Finding(
                (name,),
                f"a {card.kind} card doesn't use `{name}`",
                f"remove it, or make the card's kind one that does: {listed(kinds)}",
                unless=(("kind",),),
                at_key=True,
            )
    yield from check_topic(card.topic, deck, topics_known)
    if card.verdict is not None:
        yield from check_verdict(card.verdict, ("verdict",))
    if card.points:
        yield from _check_points(card.points)
    for index, mistake in enumerate(card.mistakes):
        if not mistake.match:
            yield Finding(
                ("mistakes", index),
                "a mistake needs phrases that give it away",
                "add some to its `match:`",
                unless=(("mistakes", index, "match"), ("mistakes", index)),
            )
    if card.choices:
        yield from _check_choices(card)
    if card.kind == "cloze" and card.text:
        yield from _check_cloze(card.text)
    if card.examples:
        yield from _check_examples(card)


def check_topic(topic: str, deck: Deck, topics_known: bool) -> Iterator[Finding]:
    """Yield what is wrong with the topic of a card or a framework."""
    if topic and topics_known and deck.topics and topic not in deck.topics:
        yield Finding(
            ("topic",),
            f"the topic `{topic}` isn't among the deck's topics",
            did_you_mean(topic, deck.topics)
            or f"add it to them, or use one of {listed(deck.topics)}",
        )


def check_verdict(verdict: Verdict, place: Path) -> Iterator[Finding]:
    """Yield what is wrong with the verdict at a place."""
    if verdict.accept and verdict.all:
        yield Finding(
            (*place, "all"),
            "a verdict has either `accept` or `all`",
            "keep `accept` if any of the decisions will do, `all` if each is wanted",
            at_key=True,
        )
    elif not verdict.accept and not verdict.all:
        yield Finding(
            place,
            "a verdict needs the decisions that are right",
            "add `accept: [...]`, or `all: [[...], [...]]` where several are wanted together",
            unless=((*place, "accept"), (*place, "all"), place),
        )
    if verdict.all and len(verdict.all) < 2:
        yield Finding(
            (*place, "all"),
            "`all` needs at least two lists, one for each decision that is wanted",
            "write `all: [[one], [other]]`, or `accept:` where one decision is right",
        )
    for index, phrases in enumerate(verdict.all):
        if not phrases:
            yield Finding(
                (*place, "all", index), "this list is empty", "add a phrase, or remove it"
            )
    right = {p.casefold(): p for p in verdict.accept}
    right.update((p.casefold(), p) for phrases in verdict.all for p in phrases)
    for index, phrase in enumerate(verdict.reject):
        if phrase and phrase.casefold() in right:
            yield Finding(
                (*place, "reject", index),
                f"`{phrase}` is both accepted and rejected",
                "keep it in one of the two",
            )


def _check_points(points: tuple[Point, ...]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, point in enumerate(points):
        place: Path = ("points", index)
        if point.id and point.id in seen:
            yield Finding(
                (*place, "id"),
                f"this card already has a point `{point.id}`",
                "give each point of a card an id of its own",
            )
        seen.add(point.id)
        yield from check_point(point, place)


def check_point(point: Point | Reason, place: Path) -> Iterator[Finding]:
    """Yield what is wrong with the phrases of the point at a place."""
    # A point without phrases is graded by what it says, which is one phrase.
    if point.need > max(1, len(point.accept)):
        yield Finding(
            (*place, "need"),
            f"`need` asks for {point.need} phrases, and `accept` has {len(point.accept)}",
            "add phrases to `accept`, or lower `need`",
            unless=((*place, "accept"), (*place, "need")),
        )
    for number, terms in enumerate(point.together):
        if not terms:
            yield Finding(
                (*place, "together", number), "this list is empty", "add terms, or remove it"
            )


def _check_choices(card: Card) -> Iterator[Finding]:
    if len(card.choices) < 2:
        yield Finding(("choices",), "a choice needs at least two choices", "add another")
    if not any(choice.right for choice in card.choices):
        yield Finding(
            ("choices",), "none of the choices is right", "mark the right ones with `right: true`"
        )
    seen: set[str] = set()
    for index, choice in enumerate(card.choices):
        folded = choice.text.casefold()
        if folded and folded in seen:
            yield Finding(
                ("choices", index, "text"), "this choice is there twice", "remove or reword one"
            )
        seen.add(folded)


def _check_cloze(text: str) -> Iterator[Finding]:
    rest = text.split("{{")
    closed = all(piece.count("}}") == 1 for piece in rest[1:]) and "}}" not in rest[0]
    if not closed:
        yield Finding(
            ("text",),
            "a gap's braces don't match",
            "open each gap with `{{`, close it with `}}`, and put no gap inside another",
        )
    elif len(rest) == 1:
        yield Finding(
            ("text",), "a cloze text needs a gap", "put what is to be filled in `{{` and `}}`"
        )
    elif not all(all(alternatives) for alternatives in gaps(text)):
        yield Finding(
            ("text",),
            "a gap, or one of its alternatives, is empty",
            "write an answer between the braces and on both sides of each `|`",
        )


def _check_examples(card: Card) -> Iterator[Finding]:
    points = {point.id for point in card.points}
    for index, example in enumerate(card.examples):
        for name, ids in (("hits", example.hits), ("misses", example.misses)):
            for number, point in enumerate(ids):
                # A point whose id couldn't be read ("") may be the one that is named.
                if not point or point in points or "" in points:
                    continue
                place = ("examples", index, name, number)
                if not points:
                    yield Finding(
                        place,
                        "this card has no points to name",
                        f"remove `{name}`",
                        unless=(("points",),),
                    )
                    break
                yield Finding(
                    place,
                    f"this card has no point `{point}`",
                    did_you_mean(point, points) or f"its points are {listed(sorted(points))}",
                )
        for number, point in enumerate(example.misses):
            if point and point in example.hits:
                yield Finding(
                    ("examples", index, "misses", number),
                    f"`{point}` is among both the hits and the misses",
                    "keep it in one of the two",
                )


def check_deck(deck: Deck, line_of: Callable[[Path], int]) -> Iterator[Finding]:
    """Yield what is wrong between the cards of a deck, and in what it declares."""
    for index, group in enumerate(deck.synonyms):
        if len(group) < 2:
            yield Finding(
                ("synonyms", index),
                "a group of synonyms needs at least two of them",
                "add another, or remove the group",
            )
    first: dict[str, Path] = {}
    for place, card in cards_of(deck):
        if card.id and card.id in first:
            yield Finding(
                (*place, "id"),
                f"the id `{card.id}` is already used, in line {line_of((*first[card.id], 'id'))}",
                "give each card and signal of a deck an id of its own",
            )
        else:
            first[card.id] = place
    claimed: dict[str, str] = {}
    for place, card in cards_of(deck):
        for number, former in enumerate(card.formerly):
            yield from _check_former(deck, former, (*place, "formerly", number), first)
            reference = former_ref(deck.deck, former)
            if former and reference in claimed:
                yield Finding(
                    (*place, "formerly", number),
                    f"`{former}` is already claimed by the card `{claimed[reference]}`",
                    "keep it at the card that carries its history on",
                )
            claimed.setdefault(reference, card.id)
    yield from _check_frameworks(deck, line_of)
    if not deck.cards and not deck.frameworks:
        yield Finding(
            (),
            "this deck has no cards",
            "add some to `cards:`",
            unless=(("cards",), ("frameworks",)),
            severity="warning",
        )


def _check_frameworks(deck: Deck, line_of: Callable[[Path], int]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for number, framework in enumerate(deck.frameworks):
        if framework.id and framework.id in first:
            line = line_of(("frameworks", first[framework.id], "id"))
            yield Finding(
                ("frameworks", number, "id"),
                f"the framework `{framework.id}` is already there, in line {line}",
                "give each framework of a deck an id of its own",
            )
        first.setdefault(framework.id, number)


def cards_of(deck: Deck) -> Iterator[tuple[Path, Card | Signal]]:
    """Yield all that is scheduled of a deck, with its place: its cards, and its signals."""
    for index, card in enumerate(deck.cards):
        yield ("cards", index), card
    for number, framework in enumerate(deck.frameworks):
        for index, signal in enumerate(framework.signals):
            yield ("frameworks", number, "signals", index), signal


def former_ref(deck: str, former: str) -> str:
    """Return an entry of `formerly` as `deck/card`."""
    return former if "/" in former else f"{deck}/{former}"


def _check_former(deck: Deck, former: str, place: Path, live: dict[str, Path]) -> Iterator[Finding]:
    import re

    if not former:
        return
    name = r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}"
    if not re.fullmatch(rf"(?:{name}/)?{name}", former):
        yield Finding(place, f"`{former}` isn't a card's id", "write the old `id`, or `deck/id`")
        return
    in_deck, _, card = former_ref(deck.deck, former).rpartition("/")
    if in_deck == deck.deck and card in live:
        yield Finding(
            place,
            f"`{card}` is a card of this deck, so it can't be a former name",
            "remove this entry, or rename that card",
        )
