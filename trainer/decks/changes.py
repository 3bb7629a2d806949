"""Reading a file whose cards have changed: those that are new, beside what is known of the rest.

What comes of it is what reading the whole file would give, or nothing where that isn't certain:
where something but cards has changed, where anything is wrong, or where cards clash.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from trainer.decks.cuts import Cut, Outline
from trainer.decks.entry import Entry, Former, entry_of
from trainer.decks.index import CardInfo, Problem

if TYPE_CHECKING:
    from trainer.decks.model import Card


class Changed(NamedTuple):
    """A changed file as read: its entry, its new cards by key, and the keys that are gone."""

    entry: Entry
    new: dict[bytes, Card]
    gone: set[bytes]


def read_changes(known: Entry, was: Outline, made: Cut) -> Changed | None:
    """Read the cards of a file that `known`, cut as it `was`, doesn't have."""
    if known.deck is None or made.outline.frame != was.frame:
        return None
    keys = made.outline.card_keys()
    old_keys = was.card_keys()
    numbers = {key: number for number, key in enumerate(old_keys)}
    if len(set(keys)) < len(keys):
        return None
    reading = _Changes(known, was, made)
    new: dict[bytes, Card] = {}
    for index, key in enumerate(keys):
        number = numbers.get(key)
        if number is not None:
            reading.keep(number, made.lines[index])
            continue
        card = reading.read(made.pieces[index], made.lines[index])
        if card is None:
            return None
        new[key] = card
    entry = reading.entry()
    return Changed(entry, new, numbers.keys() - keys) if entry is not None else None


class _Changes:
    """What a file's new entry is put together from, in the order of its cards."""

    def __init__(self, known: Entry, was: Outline, made: Cut) -> None:
        from trainer.decks.model import Deck

        assert known.deck is not None
        self.known = known
        self.rest = was.rest
        self.by = made.outline.rest - was.rest  # how far what stands behind the cards has moved
        self.indent = made.indent
        self.deck = Deck(schema=1, deck=known.deck.id, topics=known.deck.topics)
        size = len(was.keys) // len(was.frame)
        self.old, self.signals = known.cards[:size], known.cards[size:]
        self.starts = [card.line for card in self.old]
        self.cards: list[CardInfo] = []
        self.formers: list[Former] = []
        self.problems: list[Problem] = []
        self.formers_of: dict[str, list[Former]] = {}
        for former in known.formers:
            self.formers_of.setdefault(former[1], []).append(former)
        self.problems_of: dict[int, list[Problem]] = {}
        for problem in known.problems:
            self.problems_of.setdefault(self._owner(problem.line), []).append(problem)

    def keep(self, number: int, line: int) -> None:
        """Keep a card that was there; it starts in `line` now."""
        card = self.old[number]
        by = line - card.line
        self.cards.append(CardInfo(*card[:6], line) if by else card)
        self.formers += [_moved(each, by) for each in self.formers_of.get(card.ref, ())]
        self.problems += [
            each._replace(line=each.line + by) for each in self.problems_of.get(number, ())
        ]

    def read(self, piece: bytes, line: int) -> Card | None:
        """Read a card that is new, None where it has to be seen among the others."""
        from trainer.decks.reader import read_card

        reading = read_card(piece, self.known.path, line, self.indent, self.deck)
        if reading is None or reading.deck is None:
            return None
        entry = entry_of(reading)
        self.cards += entry.cards
        self.formers += entry.formers
        self.problems += entry.problems
        return reading.deck.cards[0]

    def entry(self) -> Entry | None:
        """Return the whole, None where cards clash."""
        known = self.known
        assert known.deck is not None
        for card in self.signals:
            line = self._around(card.line)
            self.cards.append(card._replace(line=line))
            by = line - card.line
            self.formers += [_moved(each, by) for each in self.formers_of.get(card.ref, ())]
        refs = {card.ref for card in self.cards}
        formers = {former[0] for former in self.formers}
        if (
            len(refs) < len(self.cards)
            or len(formers) < len(self.formers)
            or not refs.isdisjoint(formers)
        ):
            return None
        self.problems += [
            each._replace(line=self._around(each.line)) for each in self.problems_of.get(-1, ())
        ]
        self.problems.sort(key=lambda problem: (problem.line, problem.column))
        line, column = known.place
        return Entry(
            known.path,
            known.deck._replace(cards=len(self.cards)),
            tuple(self.cards),
            tuple(self.problems),
            tuple(self.formers),
            known.synonyms,
            (self._around(line), column),
        )

    def _owner(self, line: int) -> int:
        """Return the number of the card that a line belonged to, -1 where to none."""
        return -1 if line >= self.rest else bisect_right(self.starts, line) - 1

    def _around(self, line: int) -> int:
        """Return where a line that belongs to no card is now."""
        return line + self.by if line >= self.rest else line


def _moved(former: Former, by: int) -> Former:
    name, ref, line, column = former
    return name, ref, line + by, column
