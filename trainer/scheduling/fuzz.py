"""Spreading intervals a little, so that cards learnt together don't stay together.

The bounds are those that Anki's scheduler uses; the place between them is drawn from the card and
its repetition, so that the same history always gives the same due date.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import floor
from typing import Any

# (from, to, share): each part of an interval adds its share of days to the spread.
_RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, float("inf"), 0.05))


def fuzz_factor(card: str, repetition: int) -> float:
    """Return the place between the bounds, in [0, 1), for this repetition of this card."""
    digest = _blake2b()(f"{card}\n{repetition}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / (1 << 53)


@cache
def _blake2b() -> Callable[..., Any]:
    # It takes longer to import than all of this package, and is not needed before the first rating.
    from hashlib import blake2b

    return blake2b


def fuzz_bounds(interval: float, minimum: int, maximum: int) -> tuple[int, int]:
    """Return the least and the most whole days to which an interval in days may be moved."""
    minimum = min(minimum, maximum)
    interval = min(max(interval, minimum), maximum)
    delta = 0.0
    if interval >= 2.5:
        for start, end, share in _RANGES:
            if interval <= start:
                break
            delta += share * (min(interval, end) - start)
        delta += 1.0
    # Half a day rounds up, as in the scheduler whose bounds these are; `round` goes to even.
    lower = min(max(floor(interval - delta + 0.5), minimum), maximum)
    upper = min(max(floor(interval + delta + 0.5), minimum), maximum)
    if upper == lower and 2 < upper < maximum:
        upper = lower + 1
    return lower, upper


def fuzzed(interval: float, factor: float, minimum: int, maximum: int) -> int:
    """Return the whole days of an interval, moved between its bounds by `factor` in [0, 1)."""
    lower, upper = fuzz_bounds(interval, minimum, maximum)
    # The sum can round up to the next whole number.
    return min(upper, floor(lower + factor * (1 + upper - lower)))
