"""The outline of a deck file that is cut between its cards: what tells its pieces apart."""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

KEY_BYTES: Final = 16
_NUMBERS: Final = struct.Struct(">II")


class Outline(NamedTuple):
    """What tells whether a file and its pieces are the same as before.

    `frame` is the key of what stands before and behind the cards; the latter, `tail`, is so many
    bytes long and starts in the line `rest`. `keys` are the keys of the cards one after the other.
    A key is a digest of the bytes.
    """

    frame: bytes
    tail: int
    rest: int
    keys: bytes

    def key(self, number: int) -> bytes:
        """Return the key of a card, empty where the card is none of the list of cards."""
        return self.keys[number * KEY_BYTES : (number + 1) * KEY_BYTES]

    def card_keys(self) -> list[bytes]:
        """Return the keys of the cards."""
        return [self.keys[at : at + KEY_BYTES] for at in range(0, len(self.keys), KEY_BYTES)]

    def pack(self) -> bytes:
        """Return it as bytes."""
        return self.frame + _NUMBERS.pack(self.tail, self.rest) + self.keys

    @classmethod
    def unpack(cls, data: bytes) -> Outline:
        """Return what `pack` made bytes of."""
        tail, rest = _NUMBERS.unpack_from(data, KEY_BYTES)
        return cls(data[:KEY_BYTES], tail, rest, data[KEY_BYTES + _NUMBERS.size :])
