"""From what was found to credit, score and rating."""

from __future__ import annotations

from collections.abc import Iterable

from trainer.grading import constants
from trainer.grading.model import SuggestedRating, Thresholds


def concave(share: float, curve: tuple[tuple[float, float], ...]) -> float:
    """Return the credit for a share of words found; straight lines join the knots of `curve`."""
    left_x, left_y = 0.0, 0.0
    for x, y in curve:
        if share <= x:
            return left_y + (y - left_y) * (share - left_x) / (x - left_x)
        left_x, left_y = x, y
    return left_y


def weighted_mean(pairs: Iterable[tuple[float, float]]) -> float:
    """Return the mean of (value, weight) pairs, 0 when there are none."""
    total = weight_sum = 0.0
    for value, weight in pairs:
        total += value * weight
        weight_sum += weight
    return total / weight_sum if weight_sum else 0.0


def suggest(score: float, thresholds: Thresholds, *, failed: bool, held: bool) -> SuggestedRating:
    """Return the rating for a score. `failed` means Again whatever it is, `held` at most Hard."""
    if failed or score < thresholds.again:
        return "again"
    if held or score < thresholds.hard:
        return "hard"
    return "good"


def settle(credit: float, thresholds: Thresholds) -> tuple[float, bool, bool]:
    """Return the credit as it counts for an authored point, whether it is a hit, whether unsure."""
    hit = credit >= thresholds.hit
    unsure = abs(credit - thresholds.hit) <= constants.UNSURE_BAND
    return (credit if hit else min(credit, constants.MISS_CREDIT)), hit, unsure
