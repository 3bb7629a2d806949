"""How it is going: retention, streak, time, mastery, what is hard, what is to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from trainer.decks.index import DeckInfo
from trainer.progress.records import PointSum, SureAndWrong, TopicCounts
from trainer.progress.store import Store
from trainer.scheduling.days import Moment
from trainer.scheduling.memory import model
from trainer.scheduling.settings import LEECH_LAPSES, Settings

# Study days that retention and the days' sums go back, and that the forecast goes ahead.
DAYS = 30
_POINTS = 20
_HARDEST = 10
_SURE = 10


class Share(NamedTuple):
    """How many of so many reviews of due cards were recalled."""

    recalled: int
    reviews: int

    @property
    def share(self) -> float | None:
        """The share recalled, 0..1; None where there was no review."""
        return self.recalled / self.reviews if self.reviews else None


class DaySum(NamedTuple):
    """The answers given on a study day, and how long they took."""

    day: int
    reviews: int
    milliseconds: int


class DueDay(NamedTuple):
    """The cards that fall due on a study day; those overdue count on the first."""

    day: int
    cards: int


class Mastery(NamedTuple):
    """One topic of a deck: its cards, those met, and the mean recall expected tomorrow (0..1).

    A card never reviewed counts as not recalled.
    """

    deck: str
    topic: str
    title: str
    cards: int
    met: int
    recall: float


class Hard(NamedTuple):
    """A card that was forgotten: how often after it had been learnt, and its difficulty 1..10."""

    card: str
    lapses: int
    difficulty: float
    leech: bool


class Calibration(NamedTuple):
    """Of the answers given with this confidence (1 a guess, 4 certain), how many were right."""

    confidence: int
    right: int
    reviews: int


class Stats(NamedTuple):
    """All of it. Retention is of due cards over the last DAYS study days, by whether the interval
    before was of three weeks or more; `streak` the study days in a row with a review, up to today
    or yesterday; `done` and `due` the last and the next DAYS study days."""

    reviews: int
    reviews_today: int
    milliseconds_today: int
    days: int
    streak: int
    young: Share
    mature: Share
    done: tuple[DaySum, ...]
    due: tuple[DueDay, ...]
    mastery: tuple[Mastery, ...]
    points: tuple[PointSum, ...]
    hardest: tuple[Hard, ...]
    calibration: tuple[Calibration, ...]
    sure_and_wrong: tuple[SureAndWrong, ...]

    @property
    def retention(self) -> Share:
        """The retention of young and mature cards together."""
        return Share(*map(sum, zip(self.young, self.mature, strict=True)))


def stats(store: Store, decks: Mapping[str, DeckInfo], at: Moment, settings: Settings) -> Stats:
    """Sum up the progress file as of `at`; `decks` are the library's."""
    day = at.day(settings.rollover)
    recent = [row for row in store.review_days(day - DAYS + 1) if row[0] <= day]
    done: dict[int, DaySum] = {}
    shares = {"young": Share(0, 0), "mature": Share(0, 0)}
    for reviewed, phase, rating, reviews, milliseconds in recent:
        before = done.get(reviewed, DaySum(reviewed, 0, 0))
        done[reviewed] = DaySum(
            reviewed, before.reviews + reviews, before.milliseconds + milliseconds
        )
        if phase in shares:
            recalled, asked = shares[phase]
            shares[phase] = Share(recalled + (rating > 1) * reviews, asked + reviews)
    reviews, days = store.totals()
    run = store.run(day)
    today = done.get(day, DaySum(day, 0, 0))
    return Stats(
        reviews=reviews,
        reviews_today=today.reviews,
        milliseconds_today=today.milliseconds,
        days=days,
        streak=run[1] - run[0] + 1 if run else 0,
        young=shares["young"],
        mature=shares["mature"],
        done=tuple(done.get(each, DaySum(each, 0, 0)) for each in range(day - DAYS + 1, day + 1)),
        due=_due(store.falling_due(day + DAYS - 1), day),
        mastery=_mastery(store, store.topic_counts(day, at.instant), decks, day, settings),
        points=tuple(store.weakest_points(_POINTS)),
        hardest=tuple(
            Hard(card, lapses, difficulty, lapses >= LEECH_LAPSES)
            for card, lapses, difficulty in store.hardest(_HARDEST)
        ),
        calibration=_calibration(store.calibration()),
        sure_and_wrong=tuple(store.sure_and_wrong(_SURE)),
    )


def _due(rows: Iterable[tuple[int, int]], day: int) -> tuple[DueDay, ...]:
    cards = dict.fromkeys(range(day, day + DAYS), 0)
    for due, number in rows:
        cards[max(due, day)] += number
    return tuple(DueDay(*row) for row in cards.items())


def _calibration(rows: Iterable[tuple[int, int, int]]) -> tuple[Calibration, ...]:
    sums: dict[int, Calibration] = {}
    for confidence, rating, reviews in rows:
        _, right, number = sums.get(confidence, (confidence, 0, 0))
        sums[confidence] = Calibration(confidence, right + (rating > 1) * reviews, number + reviews)
    return tuple(sums[confidence] for confidence in sorted(sums))


def _mastery(
    store: Store,
    topics: Sequence[TopicCounts],
    decks: Mapping[str, DeckInfo],
    day: int,
    settings: Settings,
) -> tuple[Mastery, ...]:
    curves: dict[tuple[float, float], list[int]] = {}
    for topic in topics:
        curve = model(settings.of(f"{topic.deck}/").parameters).curve
        curves.setdefault(curve, []).append(topic.number)
    known: dict[int, tuple[int, float]] = {}
    for curve, numbers in curves.items():
        known |= store.expected(day + 1, numbers, curve)
    mastery = []
    for topic in topics:
        deck = decks[topic.deck]
        cards = topic.cards - topic.suspended
        met, recalled = known.get(topic.number, (0, 0.0))
        title = deck.topics.get(topic.topic, topic.topic) or deck.title
        recall = recalled / cards if cards else 0.0
        mastery.append(Mastery(topic.deck, topic.topic, title, cards, met, recall))
    return tuple(mastery)
