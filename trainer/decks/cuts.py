"""Cutting a deck file between its cards, so that of an edited one only what changed is read.

A cut is lexical: the lines of the list of cards that start with its dash. Whether these really
are the starts of its cards is for a whole reading to tell (`cards_fit`). Once it did, each piece
means by itself what it means in the file: all are items of one block list, nothing in a piece
reaches past its end, and without anchors no piece names anything in another.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from trainer.decks.outline import KEY_BYTES, Outline

if TYPE_CHECKING:
    from trainer.decks.reader import Reading

# The line of the key `cards`, with the comments and empty lines up to the first card's dash.
_START: Final = re.compile(rb"\ncards:[ \t]*(?:#[^\n]*)?\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( *)- ")
# Where a document may end or a byte order mark be passed over, what stands around decides.
_MARKS: Final = (b"\n...", b"\n---", b"\n%", b"\xef\xbb\xbf")


class Cut(NamedTuple):
    """A file cut between its cards.

    `pieces` are the cards without their dashes and last line ends, `keys` their keys. The dashes
    stand behind `indent` spaces, the first in `line`. `frame` and `tail` are those of an outline.
    """

    frame: bytes
    tail: int
    line: int
    indent: int
    pieces: list[bytes]
    keys: list[bytes]

    @property
    def digest(self) -> bytes:
        """Tells the file's content apart."""
        return key_of(self.frame + b"".join(self.keys))

    def lines(self) -> list[int]:
        """Return the line each card starts in, and that of the rest."""
        return [*accumulate([piece.count(b"\n") + 1 for piece in self.pieces], initial=self.line)]

    def outline(self, rest: int) -> Outline:
        """Return its outline; `rest` is the line of what stands behind the cards."""
        return Outline(self.frame, self.tail, rest, b"".join(self.keys))


def cut(data: bytes, tail: int | None = None) -> Cut | None:
    """Return a file cut between its cards, None where it isn't written so that it can be.

    What stands behind the cards is found, unless it is known to be the last `tail` bytes.
    """
    start = _START.search(data)
    if start is None or (b"\r" in data and data.count(b"\r") != data.count(b"\r\n")):
        return None
    first = start.end(1)
    if tail is None:
        found = [at for key in _deck_keys() if (at := data.find(key, first)) >= 0]
        tail = len(data) - 1 - min(found, default=len(data) - 1)
        if any(data.find(mark, first) >= 0 for mark in _MARKS):
            return None
    end = len(data) - 1 - tail
    if end < first + 2 or data[end : end + 1] != b"\n":
        return None
    indent = len(start[1])
    pieces = data[first + 2 : end].split(b"\n" + b" " * indent + b"- ")
    # No NUL stands in a deck, so that the frame can be told from it put together.
    frame = key_of(data[:first] + b"\0" + data[end + 1 :])
    line = data.count(b"\n", 0, first) + 1
    return Cut(frame, tail, line, indent, pieces, [key_of(piece) for piece in pieces])


def stands_alone(piece: bytes) -> bool:
    """Whether there is nothing in a card at which a file would be cut otherwise, or not at all."""
    return not any(mark in piece for mark in (*_MARKS, *_deck_keys()))


@cache
def _deck_keys() -> list[bytes]:
    """Return what the lines of a deck's own keys start with."""
    from trainer.decks.model import Deck

    return [b"\n%s:" % name.encode() for name in Deck.__struct_fields__]


def cards_fit(reading: Reading, made: Cut) -> bool:
    """Return whether a whole reading found a sound deck's cards just where its file was cut."""
    deck, keys = reading.deck, reading.keys
    *lines, rest = made.lines()
    if deck is None or "cards" not in keys or len(deck.cards) != len(lines):
        return False
    behind = [place for place in keys.values() if place > keys["cards"]]
    return (
        reading.place_of(("cards",)) == (lines[0], made.indent + 1)
        and all(
            reading.places[(card.id,)][0] == line
            for card, line in zip(deck.cards, lines, strict=True)
        )
        and min(behind, default=(rest, 1)) == (rest, 1)
    )


def key_of(data: bytes) -> bytes:
    """Return the key of some bytes."""
    return blake2b(data, digest_size=KEY_BYTES).digest()
