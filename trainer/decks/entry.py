"""What the library keeps of one deck file: all but its cards' contents.

Its packed form is what the cache holds, so that an unchanged file costs neither a YAML parser nor
the deck model. The cards are packed column by column and told apart when one is asked for: most
have few different topics, tags and kinds, and what only counts cards needs none of them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from trainer.decks.index import CardInfo, DeckInfo, Problem
from trainer.text import clean

if TYPE_CHECKING:
    from trainer.decks.model import Card, Signal
    from trainer.decks.reader import Reading


# A former name of a card: both as `deck/card`, and the line and column of the entry.
Former = tuple[str, str, int, int]
# An entry as the cache keeps it: all but its cards, and these.
Packed = tuple[bytes, bytes]


class Entry:
    """One deck file as read. `deck` is None where something in it is an error.

    A plain class: making a named tuple costs more than opening the library on a few decks.
    """

    __slots__ = ("_cards", "_shape", "deck", "formers", "path", "place", "problems", "synonyms")

    def __init__(
        self,
        path: str,
        deck: DeckInfo | None,
        cards: tuple[CardInfo, ...] | bytes = (),
        problems: tuple[Problem, ...] = (),
        formers: tuple[Former, ...] = (),
        synonyms: tuple[tuple[str, ...], ...] = (),
        place: tuple[int, int] = (0, 0),
        shape: str = "",
    ) -> None:
        """`cards` may be packed; `shape` is worked out from them where it isn't given."""
        self.path = path
        self.deck = deck
        self._cards = cards
        self._shape = shape
        self.problems = problems
        self.formers = formers
        self.synonyms = synonyms
        self.place = place

    @property
    def cards(self) -> tuple[CardInfo, ...]:
        """What is known of its cards, in deck order: those of its list, then its signals."""
        if isinstance(self._cards, bytes):
            self._cards = _unpacked(self._cards, self.deck.id) if self.deck else ()
        return self._cards

    @property
    def shape(self) -> str:
        """Tells the file's cards apart, but for their contents and the lines they stand in."""
        if not self._shape:
            self._shape = _shape_of(_traits(self.cards))
        return self._shape


def entry_of(reading: Reading) -> Entry:
    """Return what is kept of a reading."""
    deck, path = reading.deck, reading.path
    if deck is None:
        return Entry(path, None, problems=reading.problems)
    from trainer.decks.rules import cards_of, former_ref

    name, lines = deck.deck, reading.lines

    def info_of(card: Card | Signal, kind: str, topic: str, framework: str = "") -> CardInfo:
        ref, line = f"{name}/{card.id}", lines[card.id]
        return CardInfo(ref, name, kind, topic, card.tags, card.difficulty, line, framework)

    cards = [info_of(card, card.kind, card.topic) for card in deck.cards]
    cards += [
        info_of(signal, "scenario", framework.topic, framework.id)
        for framework in deck.frameworks
        for signal in framework.signals
    ]
    formers = [
        (
            former_ref(name, former),
            f"{name}/{card.id}",
            *reading.places[(card.id, "formerly", index)],
        )
        for _, card in cards_of(deck)
        for index, former in enumerate(card.formerly)
    ]
    info = DeckInfo(name, deck.title or name, deck.topics, path, len(cards))
    return Entry(
        path,
        info,
        tuple(cards),
        reading.problems,
        tuple(formers),
        deck.synonyms,
        reading.places[()],
    )


def pack(entry: Entry) -> Packed:
    """Return an entry as JSON, without its path."""
    deck = entry.deck
    traits = _traits(entry.cards)
    entry._shape = _shape_of(traits)
    about = {
        "deck": [deck.id, deck.title, deck.topics, deck.cards] if deck else None,
        "problems": [problem[1:] for problem in entry.problems],
        "formers": entry.formers,
        "synonyms": entry.synonyms,
        "place": entry.place,
        "shape": entry.shape,
    }
    lines = _json([card.line for card in entry.cards])
    return _json(about), b"[%s,%s]" % (traits, lines)


def _traits(cards: tuple[CardInfo, ...]) -> bytes:
    """Return as JSON what is known of cards but for the lines they stand in."""
    known: dict[tuple[Any, ...], int] = {}
    ids = [card.ref.partition("/")[2] for card in cards]
    which = [known.setdefault((*card[2:6], card[7]), len(known)) for card in cards]
    # No space stands in an id.
    return _json([" ".join(ids), [*known], which])


def _shape_of(traits: bytes) -> str:
    from hashlib import blake2b

    return blake2b(traits, digest_size=16).hexdigest()


def unpack(packed: Packed, path: str) -> Entry:
    """Return the entry that `pack` made JSON of, for the file at `path`."""
    data: dict[str, Any] = json.loads(packed[0].decode())
    shown = clean(path)
    info = None
    if data["deck"] is not None:
        name, title, topics, cards = data["deck"]
        info = DeckInfo(name, title, topics, path, cards)
    return Entry(
        path,
        info,
        packed[1],
        tuple([Problem(shown, *problem) for problem in data["problems"]]),
        tuple([tuple(former) for former in data["formers"]]),
        tuple([tuple(group) for group in data["synonyms"]]),
        tuple(data["place"]),
        data["shape"],
    )


def _unpacked(cards: bytes, deck: str) -> tuple[CardInfo, ...]:
    (ids, traits, which), lines = json.loads(cards)
    refs = [f"{deck}/{name}" for name in ids.split()]
    shared = [(kind, topic, tuple(tags), *rest) for kind, topic, tags, *rest in traits]
    # Past the named tuple's own constructor: ten thousand cards take half the time.
    new = tuple.__new__
    return tuple(
        [
            new(CardInfo, (ref, deck, kind, topic, tags, difficulty, line, framework))
            for ref, (kind, topic, tags, difficulty, framework), line in zip(
                refs, map(shared.__getitem__, which), lines, strict=True
            )
        ]
    )


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
