"""Retention, streak, mastery."""

from __future__ import annotations

import pytest

from trainer.decks.index import CardInfo, DeckInfo
from trainer.scheduling.memory import retrievability
from trainer.scheduling.schedule import Memory
from trainer.scheduling.settings import Settings
from trainer.stats import RETENTION_DAYS, DayRow, Stats, stats, streak

TODAY = 739_000


def sum_up(*rows: DayRow) -> Stats:
    return stats(rows, {}, (), {}, TODAY, Settings())


def met(days_ago: int, stability: float) -> Memory:
    day = TODAY - days_ago
    return Memory("review", 0, stability, 5.0, 9, day + 9, None, day, day, 1, 0)


@pytest.mark.parametrize(
    ("ago", "days"),
    [
        ([], 0),
        ([0], 1),
        ([0, 1, 2], 3),
        # Today is still to come.
        ([1, 2], 2),
        ([2, 3], 0),
        ([0, 2, 3], 1),
        # A day that the clock says is still to come neither helps nor harms.
        ([-1, 0, 1], 2),
    ],
)
def test_streak(ago: list[int], days: int) -> None:
    assert streak({TODAY - n for n in ago}, TODAY) == days


def test_retention_is_of_due_reviews_only() -> None:
    found = sum_up(
        DayRow(TODAY, "review", 3, 6, 0),
        DayRow(TODAY, "review", 2, 1, 0),
        DayRow(TODAY - 1, "review", 1, 3, 0),
        DayRow(TODAY, "new", 1, 50, 0),
        DayRow(TODAY, "relearning", 1, 50, 0),
    )
    assert found.retention == pytest.approx(0.7)
    assert found.retention_reviews == 10


def test_retention_looks_back_thirty_days() -> None:
    found = sum_up(
        DayRow(TODAY - RETENTION_DAYS, "review", 1, 5, 0),
        DayRow(TODAY - RETENTION_DAYS + 1, "review", 3, 1, 0),
    )
    assert (found.retention, found.retention_reviews) == (1.0, 1)


def test_without_a_review_there_is_no_retention() -> None:
    found = sum_up(DayRow(TODAY, "new", 3, 2, 10))
    assert found.retention is None
    assert (found.reviews, found.streak) == (2, 1)


def test_sums() -> None:
    found = sum_up(
        DayRow(TODAY, "new", 3, 2, 1000),
        DayRow(TODAY, "new", 1, 1, 500),
        DayRow(TODAY - 5, "review", 3, 4, 9000),
    )
    assert (found.reviews, found.reviews_today, found.milliseconds_today) == (7, 3, 1500)
    assert found.days == 2


def test_mastery_counts_cards_never_met_as_not_recalled() -> None:
    cards = [CardInfo(f"d/{name}", "d", "question", topic, (), 1, 1)
             for name, topic in (("a", "t"), ("b", "t"), ("c", "u"))]  # fmt: skip
    decks = {"d": DeckInfo("d", "Deck", {"t": "Topic"}, "d.yaml", 3)}
    found = stats([], decks, cards, {"d/a": met(10, 10.0)}, TODAY, Settings())
    first, second = found.mastery
    assert (first.topic, first.title, first.cards, first.met) == ("t", "Topic", 2, 1)
    assert first.recall == pytest.approx(retrievability(10.0, 11) / 2)
    assert (second.title, second.met, second.recall) == ("u", 0, 0.0)
