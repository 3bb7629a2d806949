"""The memory model: FSRS-6, in whole study days.

The formulas and their letters are those of the algorithm's page,
<https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm>: S is the stability in
days, D the difficulty (1..10), R the probability of recall, t the days since the last review, G the
rating (1..4), and w0 to w20 are the parameters. Products are taken in the order in which the
reference implementation, py-fsrs, takes them, so that the results are the same to the last bit.
"""

from __future__ import annotations

from functools import lru_cache
from math import e

from trainer.scheduling.settings import FSRS_DEFAULTS

STABILITY_MIN = 0.001
# FSRS-6 has no such limit, but parameters within their bounds can let the reviews of one day
# multiply S up to infinity. This is far beyond the longest interval.
STABILITY_MAX = 1e12
DIFFICULTY_MIN = 1.0
DIFFICULTY_MAX = 10.0

_RATINGS = (1, 2, 3, 4)


class Model:
    """FSRS-6 with one set of parameters, and what of its formulas depends on nothing else.

    Elapsed days are whole study days since the last review; fewer than one, as after a clock was
    set back, are the same day.
    """

    __slots__ = (
        "_decay", "_factor", "_forgotten_most", "_forgotten_w11", "_forgotten_w12",
        "_forgotten_w13", "_forgotten_w14", "_goal", "_kept", "_moves", "_passed_easy",
        "_passed_growth", "_passed_hard", "_passed_w9", "_passed_w10", "_per_decay", "_today",
        "_today_w19", "first", "first_passed",
    )  # fmt: skip

    def __init__(self, w: tuple[float, ...]) -> None:
        difficulties = [w[4] - e ** (w[5] * (rating - 1)) + 1 for rating in _RATINGS]
        # A first review's S0(G) = w(G-1) and D0(G) = w4 - e^(w5·(G-1)) + 1, for each rating.
        self.first = tuple(
            (max(w[rating - 1], STABILITY_MIN), _difficulty(difficulties[rating - 1]))
            for rating in _RATINGS
        )
        self.first_passed = tuple(stability for stability, _ in self.first[1:])
        self._decay = -w[20]
        self._per_decay = 1 / self._decay
        self._factor = 0.9**self._per_decay - 1
        self._today = tuple(e ** (w[17] * (rating - 3 + w[18])) for rating in _RATINGS)
        self._today_w19 = -w[19]
        self._passed_growth = e ** w[8]
        self._passed_w9 = -w[9]
        self._passed_w10 = w[10]
        self._passed_hard = w[15]
        self._passed_easy = w[16]
        self._forgotten_w11 = w[11]
        self._forgotten_w12 = -w[12]
        self._forgotten_w13 = w[13]
        self._forgotten_w14 = w[14]
        self._forgotten_most = e ** (w[17] * w[18])
        self._moves = tuple(-(w[6] * (rating - 3)) for rating in _RATINGS)
        # Difficulty tends to D0(Easy), and that is not held to 1..10 here.
        self._goal = w[7] * difficulties[3]
        self._kept = 1 - w[7]

    def forgotten(self, stability: float, difficulty: float, elapsed_days: int) -> float:
        """Return the stability in days after Again.

        w11·D^-w12·((S+1)^w13 - 1)·e^(w14·(1-R)), at most S/e^(w17·w18); on the day of the last
        review S·e^(w17·(w18-2))·S^-w19.
        """
        after: float
        if elapsed_days < 1:
            after = stability * (self._today[0] * stability**self._today_w19)
        else:
            lost = 1 - (1 + self._factor * elapsed_days / stability) ** self._decay
            after = min(
                self._forgotten_w11
                * difficulty**self._forgotten_w12
                * ((stability + 1) ** self._forgotten_w13 - 1)
                * e ** (lost * self._forgotten_w14),
                stability / self._forgotten_most,
            )
        return max(after, STABILITY_MIN)

    def passed(
        self, stability: float, difficulty: float, elapsed_days: int
    ) -> tuple[float, float, float]:
        """Return the stability in days after Hard, Good and Easy.

        S·(1 + e^w8·(11-D)·S^-w9·(e^(w10·(1-R)) - 1)), the growth times w15 after Hard and w16 after
        Easy; on the day of the last review S·e^(w17·(G-3+w18))·S^-w19, and never below S.
        """
        if elapsed_days < 1:
            fall = stability**self._today_w19
            _, hard, good, easy = self._today
            hard = max(hard * fall, 1.0)
            good = max(good * fall, 1.0)
            easy = max(easy * fall, 1.0)
        else:
            lost = 1 - (1 + self._factor * elapsed_days / stability) ** self._decay
            growth = (
                self._passed_growth
                * (11 - difficulty)
                * stability**self._passed_w9
                * (e ** (lost * self._passed_w10) - 1)
            )
            hard = 1 + growth * self._passed_hard
            good = 1 + growth
            easy = 1 + growth * self._passed_easy
        return (_held(stability * hard), _held(stability * good), _held(stability * easy))

    def difficulty(self, difficulty: float, rating: int) -> float:
        """Return the difficulty (1..10) after a rating.

        D - w6·(G-3)·(10-D)/9, a share w7 of which then gives way to D0(Easy).
        """
        moved = difficulty + (10.0 - difficulty) * self._moves[rating - 1] / 9.0
        return _difficulty(self._goal + self._kept * moved)

    def retrievability(self, stability: float, elapsed_days: int) -> float:
        """Return the probability of recall after `elapsed_days`.

        R = (1 + F·t/S)^-w20, with F such that R = 0.9 at t = S.
        """
        return float((1 + self._factor * max(0, elapsed_days) / stability) ** self._decay)

    @property
    def curve(self) -> tuple[float, float]:
        """F and the exponent of R = (1 + F·t/S)^exponent."""
        return self._factor, self._decay

    def interval_days(self, stability: float, retention: float) -> float:
        """Return the days after which the probability of recall is `retention`.

        t = S/F·(R^(-1/w20) - 1).
        """
        return float(stability / self._factor * (retention**self._per_decay - 1))


@lru_cache(maxsize=64)
def model(parameters: tuple[float, ...]) -> Model:
    """Return FSRS-6 with these parameters."""
    return Model(parameters)


def recall(
    memory: tuple[float, float] | None,
    rating: int,
    elapsed_days: int,
    parameters: tuple[float, ...] = FSRS_DEFAULTS,
) -> tuple[float, float]:
    """Return (stability in days, difficulty 1..10) after a review.

    `memory` is the same pair before it, None for a first review; `rating` is 1..4; `elapsed_days`
    are whole study days since the last review, 0 or less on the same day.
    """
    fsrs = model(parameters)
    if memory is None:
        return fsrs.first[rating - 1]
    stability, difficulty = memory
    if rating == 1:
        after = fsrs.forgotten(stability, difficulty, elapsed_days)
    else:
        after = fsrs.passed(stability, difficulty, elapsed_days)[rating - 2]
    return after, fsrs.difficulty(difficulty, rating)


def retrievability(
    stability: float, elapsed_days: int, parameters: tuple[float, ...] = FSRS_DEFAULTS
) -> float:
    """Return the probability of recall after `elapsed_days` study days."""
    return model(parameters).retrievability(stability, elapsed_days)


def interval_days(
    stability: float, retention: float, parameters: tuple[float, ...] = FSRS_DEFAULTS
) -> float:
    """Return the days, not rounded, after which the probability of recall falls to `retention`."""
    return model(parameters).interval_days(stability, retention)


def _held(stability: float) -> float:
    if STABILITY_MIN < stability < STABILITY_MAX:
        return stability
    return min(max(stability, STABILITY_MIN), STABILITY_MAX)


def _difficulty(value: float) -> float:
    return min(max(value, DIFFICULTY_MIN), DIFFICULTY_MAX)
