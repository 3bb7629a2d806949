"""Numbers drawn from a seed: chance that is the same for everybody and at any time."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from math import gcd
from typing import TypeVar

_Item = TypeVar("_Item")


class Dice:
    """Numbers drawn from a seed, the same ones on every machine."""

    def __init__(self, seed: str) -> None:
        self._state = int.from_bytes(blake2b(seed.encode(), digest_size=8).digest(), "big")

    def below(self, limit: int) -> int:
        """Return a number from 0 up to, and not with, `limit`."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self._state >> 33) % limit

    def shuffled(self, items: Sequence[_Item]) -> list[_Item]:
        """Return the items in another order."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result

    def rotated(self, items: Sequence[_Item], turn: int) -> list[_Item]:
        """Return the items in an order of the seed's own, begun one further at each turn."""
        size = max(1, len(items))
        first, stride = self.below(size), 1 + self.below(size)
        while gcd(stride, size) > 1:
            stride += 1
        return [items[(first + (turn + step) * stride) % size] for step in range(len(items))]
