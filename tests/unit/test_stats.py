"""How it is going: numbers worked out by hand, and how they are said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from workbench import AGAIN, EASY, GOOD, HARD, Clock, deck, desk, review

from trainer.config import Config
from trainer.desk import Desk
from trainer.progress.records import SureAndWrong, Undone
from trainer.report import forecast_document, forecast_text, stats_document, stats_text
from trainer.scheduling.days import day_iso
from trainer.scheduling.memory import retrievability
from trainer.scheduling.settings import DeckSettings, Settings
from trainer.stats import DAYS, Calibration, DaySum, DueDay, Hard, Share, Stats, stats

TEXT = deck(
    *(
        {"id": name, "prompt": f"{name}?", "answer": "An answer.", "topic": topic}
        for name, topic in (("a", "t"), ("b", "t"), ("c", "u"))
    ),
    title="Deck",
    topics={"t": "Topic", "u": "Other"},
)
Add = Callable[..., str]


@pytest.fixture
def at(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with desk(tmp_path, clock, TEXT) as opened:
        yield opened


@pytest.fixture
def add(at: Desk, clock: Clock) -> Add:
    def do(card: str, rating: int = 3, **fields: Any) -> str:
        given = review(f"d/{card}", rating, **fields)
        return at.store.add_review(given, clock(), clock.day)

    return do


def until_due(at: Desk, clock: Clock, card: str) -> int:
    """Let time pass until the card is due; return its interval."""
    memory = at.store.memory(f"d/{card}")
    assert memory is not None
    clock.pass_(days=memory.due_day - clock.day)
    return memory.interval


def told(found: Stats, clock: Clock) -> str:
    """Return the report, having seen that the document says the same in JSON."""
    document = stats_document(found, clock())
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["reviews"] == found.reviews
    assert document["retention"] == found.retention.share
    assert len(document["done"]) == len(document["due"]) == DAYS
    assert document["done"][-1]["day"] == document["due"][0]["day"] == day_iso(clock.day)
    return stats_text(found)


def test_nothing_was_done_yet(at: Desk, clock: Clock) -> None:
    found = at.stats(clock())
    assert (found.reviews, found.days, found.streak, found.reviews_today) == (0, 0, 0, 0)
    assert found.retention == (0, 0)
    assert found.retention.share is None
    assert (found.points, found.hardest, found.calibration, found.sure_and_wrong) == ((),) * 4
    assert told(found, clock) == (
        "0 reviews on 0 days, 0 today in 0 s.\n"
        "Streak: 0 days.\n"
        "Retention: no card has come back for review yet.\n"
        "Falling due: 0 today, 0 within a week, 0 within 30 days.\n"
        "\n"
        "topic  cards  met  recall tomorrow\n"
        "Topic      2    0              0 %\n"
        "Other      1    0              0 %"
    )


def test_a_small_history_by_hand(at: Desk, clock: Clock, add: Add) -> None:
    add("a", EASY, elapsed_ms=60_000)
    add("b", AGAIN, elapsed_ms=30_000)
    add("b", GOOD, elapsed_ms=30_000)
    first = clock.day
    until_due(at, clock, "a")
    add("a", AGAIN, elapsed_ms=10_000)
    add("a", GOOD, elapsed_ms=10_000, counts=False)
    day = clock.day
    found = at.stats(clock())
    assert (found.reviews, found.days, found.streak) == (4, 2, 1)
    assert (found.reviews_today, found.milliseconds_today) == (1, 10_000)
    assert found.young == Share(0, 1)
    assert found.mature == Share(0, 0)
    assert found.done[-1] == DaySum(day, 1, 10_000)
    assert found.done[-1 - (day - first)] == DaySum(first, 3, 120_000)
    assert sum(each.reviews for each in found.done) == 4
    said = told(found, clock)
    assert said.startswith(
        "4 reviews on 2 days, 1 today in 10 s.\n"
        "Streak: 1 day.\n"
        "Retention: 0 % of 1 review in the last 30 days (young cards 0 % of 1).\n"
        "Last 30 days: 4 reviews in 2 min, on 2 days.\n"
    )


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
def test_streak(at: Desk, clock: Clock, ago: list[int], days: int) -> None:
    for number in ago:
        at.store.add_review(review("d/a"), clock(), clock.day - number)
    assert at.stats(clock()).streak == days


def test_retention_is_of_due_cards_young_and_mature(at: Desk, clock: Clock, add: Add) -> None:
    add("a", EASY)
    young = mature = 0
    for rating in (GOOD, HARD, EASY, EASY, EASY):
        if until_due(at, clock, "a") >= 21:
            mature += 1
        else:
            young += 1
        add("a", rating)
    # Neither an early review, nor a new card, nor a step is one of a due card.
    add("a", AGAIN)
    add("a", AGAIN)
    add("b", AGAIN)
    found = at.store.review_days()
    assert sum(row[3] for row in found if row[1] == "young") == young > 0
    assert sum(row[3] for row in found if row[1] == "mature") == mature > 0
    # Those of the last thirty days; the one of today is of a mature card.
    latest = at.stats(clock())
    assert latest.mature == Share(1, 1)
    assert latest.retention.reviews == 1 + latest.young.reviews
    assert "mature cards 100 % of 1" in told(latest, clock)


def test_retention_looks_back_thirty_days(at: Desk, clock: Clock, add: Add) -> None:
    add("a", EASY)
    until_due(at, clock, "a")
    add("a", AGAIN)
    clock.pass_(days=DAYS - 1)
    assert at.stats(clock()).retention == (0, 1)
    clock.pass_(days=1)
    assert at.stats(clock()).retention == (0, 0)


def test_mastery_counts_cards_never_met_as_not_recalled(at: Desk, clock: Clock, add: Add) -> None:
    add("a", EASY)
    clock.pass_(days=3)
    memory = at.store.memory("d/a")
    assert memory is not None
    first, second = at.stats(clock()).mastery
    assert (first.topic, first.title, first.cards, first.met) == ("t", "Topic", 2, 1)
    assert first.recall == pytest.approx(retrievability(memory.stability, 4) / 2)
    assert (second.title, second.met, second.recall) == ("Other", 0, 0.0)
    # A suspended card is none of those to be mastered.
    at.store.suspend("d/b", clock())
    first, _ = at.stats(clock()).mastery
    assert (first.cards, first.met) == (1, 1)
    assert first.recall == pytest.approx(retrievability(memory.stability, 4))
    at.store.suspend("d/a", clock())
    first, _ = at.stats(clock()).mastery
    assert (first.cards, first.met, first.recall) == (0, 0, 0.0)


def test_mastery_is_by_the_decks_own_parameters(at: Desk, clock: Clock, add: Add) -> None:
    add("a", EASY)
    clock.pass_(days=30)
    memory = at.store.memory("d/a")
    assert memory is not None
    slow = (*Settings().parameters[:20], 0.5)
    settings = Settings(decks=(DeckSettings("d", parameters=slow),))
    found = stats(at.store, at.library.decks, clock(), settings).mastery[0]
    assert found.recall == pytest.approx(retrievability(memory.stability, 31, slow) / 2)


def test_falling_due(at: Desk, clock: Clock, add: Add) -> None:
    add("a", EASY)
    until_due(at, clock, "a")
    add("b", EASY)
    add("c", AGAIN)  # a step is not one of a day's reviews
    found = at.stats(clock())
    memory = at.store.memory("d/b")
    assert memory is not None
    assert [each for each in found.due if each.cards] == [
        DueDay(clock.day, 1),
        DueDay(memory.due_day, 1),
    ]
    # What is overdue counts on the first day.
    clock.pass_(days=3)
    found = at.stats(clock())
    assert found.due[0] == DueDay(clock.day, 1)
    assert sum(each.cards for each in found.due) == 2
    week = sum(each.cards for each in found.due[:7])
    assert f"Falling due: 1 today, {week} within a week, 2 within 30 days." in told(found, clock)


def test_weakest_points(at: Desk, clock: Clock, add: Add) -> None:
    add("a", HARD, points={"p": 1.0, "q": 0.0, "r": 1.0})
    add("a", HARD, points={"p": 0.4, "q": 0.49, "r": 0.5})
    add("b", HARD, points={"p": 0.0})
    at.store.add_review(review("gone/x", 1, points={"p": 0.0}), clock(), clock.day)
    found = at.stats(clock())
    assert [tuple(each) for each in found.points] == [
        ("d/a", "q", 2, 0),
        ("d/b", "p", 1, 0),
        ("d/a", "p", 2, 1),
    ]
    said = told(found, clock)
    assert "weakest points     made  asked\nd/a             q     0      2\n" in said


def test_the_hardest_cards_and_leeches(at: Desk, clock: Clock, add: Add) -> None:
    for card, lapses in (("a", 1), ("b", 8)):
        add(card, EASY)
        for _ in range(lapses):
            until_due(at, clock, card)
            add(card, AGAIN)
            add(card, EASY)
    add("c", AGAIN)  # never learnt, so never forgotten
    found = at.stats(clock())
    assert [(each.card, each.lapses, each.leech) for each in found.hardest] == [
        ("d/b", 8, True),
        ("d/a", 1, False),
    ]
    memory = at.store.memory("d/b")
    assert memory is not None
    assert found.hardest[0] == Hard("d/b", 8, memory.difficulty, True)
    lines = told(found, clock).splitlines()
    (line,) = [line for line in lines if line.startswith("d/b ")]
    assert line.split() == ["d/b", "8", f"{memory.difficulty:.1f}", "leech"]


def test_confidence_against_what_came_of_it(at: Desk, clock: Clock, add: Add) -> None:
    for confidence, rating in ((1, 1), (1, 3), (4, 3), (4, 2), (4, 4), (4, 1), (None, 1)):
        add("a", rating, confidence=confidence)
    add("a", AGAIN, confidence=2, counts=False)
    found = at.stats(clock())
    assert found.calibration == (Calibration(1, 1, 2), Calibration(4, 3, 4))
    said = told(found, clock)
    assert "how sure  right  of\na guess    50 %   2\ncertain    75 %   4" in said
    at.store.undo_last(clock())
    assert at.stats(clock()).calibration == found.calibration


def test_sure_and_wrong_has_the_surest_and_latest_first(at: Desk, clock: Clock, add: Add) -> None:
    add("a", AGAIN, confidence=4, answer="first")
    add("b", AGAIN, confidence=3, answer="second")
    clock.pass_(days=1)
    add("c", AGAIN, confidence=4, answer="a\nlong " + "answer " * 30)
    add("a", AGAIN, confidence=2)
    add("a", HARD, confidence=4)
    undone = add("b", AGAIN, confidence=4)
    assert at.store.undo_last(clock()) == Undone(undone, "d/b", "Because.")
    found = at.stats(clock())
    assert found.sure_and_wrong == (
        SureAndWrong("d/c", 4, clock.day, "a\nlong " + "answer " * 30),
        SureAndWrong("d/a", 4, clock.day - 1, "first"),
        SureAndWrong("d/b", 3, clock.day - 1, "second"),
    )
    lines = told(found, clock).splitlines()
    start = lines.index("sure, and wrong")
    assert lines[start + 1].startswith("d/c              certain      “a long answer answer")
    assert lines[start + 1].endswith("…”")
    assert lines[start + 2] == "d/a              certain      “first”"
    assert lines[start + 3] == "d/b              fairly sure  “second”"


def test_a_renamed_card_is_told_by_its_present_name(at: Desk, clock: Clock, add: Add) -> None:
    add("old", AGAIN, confidence=4, points={"p": 0.0})
    at.store.use_aliases({"d/old": "d/a"}, {"d"})
    found = at.stats(clock())
    assert found.sure_and_wrong[0].card == found.points[0].card == "d/a"


def test_hostile_answers_and_points_stay_in_their_line(at: Desk, clock: Clock, add: Add) -> None:
    add("a", AGAIN, confidence=4, answer="one\ntwo\n\nthree", points={"p": 0.0})
    said = told(at.stats(clock()), clock)
    assert "“one two three”" in said


# The forecast's words


def test_the_forecast_is_told(tmp_path: Path, clock: Clock) -> None:
    config = Config(interview=clock.day + 10)
    with desk(tmp_path, clock, TEXT, config=config) as at:
        at.store.add_review(review("d/a", 4), clock(), clock.day)
        found = at.forecast(clock())
        document = json.loads(json.dumps(forecast_document(found, clock()), allow_nan=False))
        assert document["interview"]["interview"] == day_iso(clock.day + 10)
        said = forecast_text(found)
        assert "Interview on 21 May 2026, in 10 days." in said
        assert said.splitlines()[1].startswith(day_iso(clock.day))
    with desk(tmp_path, clock, TEXT) as at:
        found = at.forecast(clock())
        assert forecast_document(found, clock())["interview"] is None
        assert "Interview" not in forecast_text(found)
