"""Counting what is due."""

from __future__ import annotations

from workbench import Clock

from trainer.decks.index import CardInfo, DeckInfo
from trainer.due import Counts, Due, due_now
from trainer.scheduling.days import MINUTE, day_start
from trainer.scheduling.queues import Limits
from trainer.scheduling.schedule import Memory
from trainer.scheduling.settings import Settings

CLOCK = Clock()
TODAY = CLOCK.day


def card(ref: str, topic: str = "") -> CardInfo:
    return CardInfo(ref, ref.partition("/")[0], "question", topic, (), 1, 1)


def deck(name: str, cards: int, **topics: str) -> DeckInfo:
    return DeckInfo(name, name.title(), topics, f"{name}.yaml", cards)


def due(day: int) -> Memory:
    return Memory("review", 0, 9.0, 5.0, 9, day, None, day - 9, day - 9, 1, 0)


def step(due_at: int) -> Memory:
    return Memory("learning", 0, 1.0, 5.0, 0, TODAY, due_at, TODAY, TODAY, 1, 0)


def count(
    decks: list[DeckInfo],
    cards: list[CardInfo],
    memories: dict[str, Memory],
    limits: Limits = Limits(10, 100),  # noqa: B008
) -> Due:
    by_id = {each.id: each for each in decks}
    return due_now(by_id, cards, memories, limits, CLOCK(), Settings())


def test_by_deck_and_topic() -> None:
    soon = CLOCK.instant + 5 * MINUTE
    found = count(
        [deck("d", 4, t="Topic"), deck("e", 1)],
        [card("d/a", "t"), card("d/b", "t"), card("d/c", "u"), card("d/e", "u"), card("e/a")],
        {
            "d/b": due(TODAY),
            "d/c": step(soon),
            "d/e": due(TODAY + 1),
            "d/gone": due(TODAY),
        },
    )
    first, second = found.decks
    assert (first.title, first.counts, first.cards) == ("D", Counts(1, 1, 1), 4)
    assert [(t.id, t.title, t.counts, t.cards) for t in first.topics] == [
        ("t", "Topic", Counts(1, 0, 1), 2),
        ("u", "u", Counts(0, 1, 0), 2),
    ]
    assert (second.counts, second.next) == (Counts(1, 0, 0), None)
    assert found.counts == Counts(2, 1, 1)
    # The review fell due as its day began, before the step will.
    assert found.next == first.next == day_start(TODAY, 0, 4)
    assert found.today == Counts(2, 0, 1)


def test_steps_count_for_today_once_their_time_has_come() -> None:
    cards = [card("d/a"), card("d/b")]
    memories = {"d/a": step(CLOCK.instant), "d/b": step(CLOCK.instant + 1)}
    found = count([deck("d", 2)], cards, memories)
    assert found.counts.learning == 2
    assert found.today.learning == 1
    assert found.next == CLOCK.instant


def test_limits_cap_today_and_not_the_counts() -> None:
    cards = [card(f"d/{n}") for n in range(6)]
    memories = {f"d/{n}": due(TODAY - n) for n in range(3)}
    found = count([deck("d", 6)], cards, memories, Limits(2, 1))
    assert found.counts == Counts(3, 0, 3)
    assert found.today == Counts(2, 0, 1)
    assert count([deck("d", 6)], cards, memories, Limits(-2, -1)).today == Counts()


def test_the_next_day_begins_by_the_persons_clock() -> None:
    there = Clock(offset=120)
    memories = {"d/a": due(there.day + 1)}
    decks = {"d": deck("d", 1)}
    found = due_now(decks, [card("d/a")], memories, Limits(1, 1), there(), Settings())
    # Tomorrow at four, two hours east of Greenwich.
    assert found.next == Clock("2026-05-12T02:00:00Z").instant


def test_no_decks_and_no_cards() -> None:
    assert count([], [], {}) == Due(Counts(), Counts(), None, ())
    found = count([deck("d", 0)], [], {})
    assert found.counts == Counts()
    assert found.decks[0].topics == ()
