"""Reading a file whose cards have changed: those that are new, beside what is known of the rest.

What comes of it is what reading the whole file would give, or nothing where that isn't certain:
where something but cards has changed, where anything is wrong, or where cards clash.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from trainer.decks.cuts import Cut, stands_alone
from trainer.decks.entry import Entry, Former, entry_of
from trainer.decks.index import CardInfo, Problem
from trainer.decks.outline import KEY_BYTES, Outline

if TYPE_CHECKING:
    from trainer.decks.model import Card


class Changed(NamedTuple):
    """A changed file as read: its entry and outline, its new cards by key, and the keys gone."""

    entry: Entry
    outline: Outline
    new: dict[bytes, Card]
    gone: set[bytes]


def read_changes(known: Entry, was: Outline, made: Cut) -> Changed | None:
    """Read the cards of a file that `known`, cut as it `was`, doesn't have."""
    keys = made.keys
    if known.deck is None or made.frame != was.frame or len({*keys}) < len(keys):
        return None
    old_keys = was.card_keys()
    numbers = {key: number for number, key in enumerate(old_keys)}
    pieces = [*zip(map(numbers.get, keys), made.pieces, strict=True)]
    changes = _Changes(known, was, made)
    # Mostly, what stands before an edit and what stands behind it is what stood there.
    first = changes.keep_first(_alike(keys, old_keys))
    last = _alike(keys[: first - len(keys) - 1 : -1], old_keys[: first - len(old_keys) - 1 : -1])
    last = last if changes.is_plain else 0
    if not changes.read(pieces[first : len(pieces) - last]):
        return None
    changes.keep_last(last)
    outline = made.outline(changes.line)
    entry = changes.entry()
    if entry is None:
        return None
    new = [key for key in keys if key not in numbers]
    return Changed(entry, outline, dict(zip(new, changes.new, strict=True)), numbers.keys() - keys)


def _alike(keys: Sequence[bytes], others: Sequence[bytes]) -> int:
    """Return how many keys are the same from the beginning."""
    for number, (key, other) in enumerate(zip(keys, others, strict=False)):
        if key != other:
            return number
    return min(len(keys), len(others))


class _Changes:
    """What a file's new entry is put together from, in the order of its cards."""

    def __init__(self, known: Entry, was: Outline, made: Cut) -> None:
        from trainer.decks.model import Deck

        assert known.deck is not None
        self.known = known
        self.was_rest = was.rest
        self.line = made.line
        self.indent = made.indent
        self.deck = Deck(schema=1, deck=known.deck.id, topics=known.deck.topics)
        size = len(was.keys) // KEY_BYTES
        self.old, self.signals = known.cards[:size], known.cards[size:]
        self.starts = [*[card.line for card in self.old], was.rest]
        self.new: list[Card] = []
        self.cards: list[CardInfo] = []
        self.formers: list[Former] = []
        self.problems: list[Problem] = []
        self.formers_of: dict[str, list[Former]] = {}
        for former in known.formers:
            self.formers_of.setdefault(former[1], []).append(former)
        self.problems_of: dict[int, list[Problem]] = {}
        for problem in known.problems:
            self.problems_of.setdefault(self._owner(problem.line), []).append(problem)

    @property
    def is_plain(self) -> bool:
        """Whether nothing is known of the cards but what stands in their own places."""
        return not self.formers_of and not self.problems_of

    def keep_first(self, number: int) -> int:
        """Take in that many cards which stand where they stood, where that is all there is to it.

        Returns how many were.
        """
        if not self.is_plain or (self.starts[0] != self.line):
            return 0
        self.cards += self.old[:number]
        self.line = self.starts[number]
        return number

    def keep_last(self, number: int) -> None:
        """Take in that many cards from the end, which stand behind each other as they did."""
        begin = len(self.old) - number
        by = self.line - self.starts[begin]
        kept = self.old[begin:]
        if by:
            new = tuple.__new__  # past the named tuple's own constructor
            kept = tuple([new(CardInfo, (*card[:6], card.line + by, "")) for card in kept])
        self.cards += kept
        self.line = self.was_rest + by

    def read(self, pieces: Iterable[tuple[int | None, bytes]]) -> bool:
        """Take in the cards one by one, each with its former number if it has one.

        Returns False where one has to be seen among the others. At the end, `line` is that of
        what stands behind the cards.
        """
        old, starts, cards = self.old, self.starts, self.cards
        for number, piece in pieces:
            if number is None:
                if not self._read_new(piece):
                    return False
                self.line += piece.count(b"\n") + 1
                continue
            card = old[number]
            by = self.line - card.line
            cards.append(CardInfo(*card[:6], self.line) if by else card)
            if not self.is_plain:
                self._note(card.ref, number, by)
            self.line += starts[number + 1] - starts[number]
        return True

    def _note(self, ref: str, number: int, by: int) -> None:
        """Keep what else is known of a card that is so many lines further down now."""
        self.formers += [_moved(each, by) for each in self.formers_of.get(ref, ())]
        self.problems += [
            each._replace(line=each.line + by) for each in self.problems_of.get(number, ())
        ]

    def _read_new(self, piece: bytes) -> bool:
        from trainer.decks.reader import read_card

        if not stands_alone(piece):
            return False
        reading = read_card(piece, self.known.path, self.line, self.indent, self.deck)
        if reading is None or reading.deck is None:
            return False
        entry = entry_of(reading)
        self.cards += entry.cards
        self.formers += entry.formers
        self.problems += entry.problems
        self.new += reading.deck.cards
        return True

    def entry(self) -> Entry | None:
        """Return the whole, None where cards clash."""
        known = self.known
        assert known.deck is not None
        for card in self.signals:
            line = self._around(card.line)
            self.cards.append(card._replace(line=line))
            self._note(card.ref, -2, line - card.line)
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
        return -1 if line >= self.was_rest else bisect_right(self.starts, line) - 1

    def _around(self, line: int) -> int:
        """Return where a line that belongs to no card is now."""
        return line + self.line - self.was_rest if line >= self.was_rest else line


def _moved(former: Former, by: int) -> Former:
    name, ref, line, column = former
    return name, ref, line + by, column
