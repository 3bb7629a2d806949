"""How well scores agree with people's marks: the statistics, nothing else. All values are 0..1.

What is fitted is fitted without the question that it is then tried on: answers to one question are
alike, and a map that had seen some of them would flatter the grader.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeVar

PASS_MARK = 0.7

# A score with what people gave for the answer.
Pair = tuple[float, float]
T = TypeVar("T")


class Agreement(NamedTuple):
    """How the scores of one data set agree with people; None where that can't be worked out.

    `rmse_isotonic` is after a rising map from score to mark; `macro_f1` of passed or not, at
    `threshold` if one was fitted on other answers, else at one fitted leaving the question out.
    """

    n: int
    questions: int
    r: float | None
    rmse: float
    rmse_isotonic: float | None
    macro_f1: float | None
    threshold: float | None


def agreement(
    scores: Sequence[float],
    marks: Sequence[float],
    questions: Sequence[str],
    threshold: float | None = None,
) -> Agreement:
    """Return how `scores` agree with people's `marks`."""
    passed = [mark >= PASS_MARK for mark in marks]
    mapped = leaving_question_out(fit_isotonic, scores, marks, questions)
    called: list[bool] | None = None
    if threshold is not None:
        called = [score >= threshold for score in scores]
    elif mapped is not None:
        called = leaving_question_out(_fit_decision, scores, marks, questions)
    return Agreement(
        n=len(scores),
        questions=len(set(questions)),
        r=pearson(scores, marks),
        rmse=rmse(scores, marks),
        rmse_isotonic=None if mapped is None else rmse(mapped, marks),
        macro_f1=None if called is None else macro_f1(called, passed),
        threshold=threshold,
    )


def pearson(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return the correlation, None where one side never varies."""
    try:
        return statistics.correlation(one, other)
    except statistics.StatisticsError:
        return None


def rmse(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the root of the mean squared difference."""
    return math.sqrt(statistics.fmean((a - b) ** 2 for a, b in zip(one, other, strict=True)))


def macro_f1(called: Sequence[bool], passed: Sequence[bool]) -> float:
    """Return the mean of the F1 of passing and the F1 of failing."""
    true = sum(c and p for c, p in zip(called, passed, strict=True))
    return _macro_f1(true, sum(called) - true, sum(passed), len(passed))


def fit_threshold(pairs: Sequence[Pair]) -> float:
    """Return the threshold with the best macro-F1 on pairs sorted by score, the lowest of equals.

    It stands midway between two scores that occur, or at the lowest: then all pass.
    """
    positives = sum(mark >= PASS_MARK for _, mark in pairs)
    true, false = positives, len(pairs) - positives
    best, threshold = -1.0, 0.0
    last = None
    for score, mark in pairs:
        if score != last:
            value = _macro_f1(true, false, positives, len(pairs))
            if value > best:
                best, threshold = value, score if last is None else (score + last) / 2
        if mark >= PASS_MARK:
            true -= 1
        else:
            false -= 1
        last = score
    return threshold


def fit_isotonic(pairs: Sequence[Pair]) -> Callable[[float], float]:
    """Return the rising map from score to mark with the least squared error on sorted pairs.

    Equal scores are one place, with the mean of their marks. Neighbours that fall are pooled to
    their mean; between two pools the map is a straight line.
    """
    pools: list[_Pool] = []
    for score, tied in groupby(pairs, key=itemgetter(0)):
        marks = [mark for _, mark in tied]
        pool = _Pool(sum(marks), len(marks), score, score)
        while pools and pools[-1].mean >= pool.mean:
            before = pools.pop()
            pool = _Pool(before.total + pool.total, before.n + pool.n, before.low, pool.high)
        pools.append(pool)
    lows = [pool.low for pool in pools]

    def value(score: float) -> float:
        at = bisect_right(lows, score) - 1
        if at < 0:
            return pools[0].mean
        left = pools[at]
        if score <= left.high or at + 1 == len(pools):
            return left.mean
        right = pools[at + 1]
        share = (score - left.high) / (right.low - left.high)
        return left.mean + share * (right.mean - left.mean)

    return value


def leaving_question_out(
    fit: Callable[[Sequence[Pair]], Callable[[float], T]],
    scores: Sequence[float],
    marks: Sequence[float],
    questions: Sequence[str],
) -> list[T] | None:
    """Return what is made of each score by a fit to the other questions; None if none are."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    fits: dict[str, Callable[[float], T]] = {}
    if len(set(questions)) < 2:
        return None
    for question in set(questions):
        fits[question] = fit([(scores[i], marks[i]) for i in order if questions[i] != question])
    return [fits[question](score) for score, question in zip(scores, questions, strict=True)]


class _Pool(NamedTuple):
    total: float
    n: int
    low: float
    high: float

    @property
    def mean(self) -> float:
        return self.total / self.n


def _fit_decision(pairs: Sequence[Pair]) -> Callable[[float], bool]:
    threshold = fit_threshold(pairs)
    return lambda score: score >= threshold


def _macro_f1(true: int, false: int, positives: int, n: int) -> float:
    """Return the macro-F1 of `true` right and `false` wrong passes; a class never met gives 0."""
    missed, rejected = positives - true, n - positives - false
    passing = 2 * true / (2 * true + false + missed) if true else 0.0
    failing = 2 * rejected / (2 * rejected + false + missed) if rejected else 0.0
    return (passing + failing) / 2
