"""How cards stand, in words; and what can be done with them."""

from __future__ import annotations

import pytest
from workbench import Clock, events, review

from trainer import deeds
from trainer.progress.records import Mark
from trainer.progress.store import Store
from trainer.scheduling.schedule import Memory
from trainer.scheduling.settings import Settings
from trainer.standing import Standing, described, standing, told

DAY = Clock().day
MEMORY = Memory("review", 0, 12.4, 6.3, 12, DAY + 2, None, DAY - 10, DAY - 30, 7, 0)


def known(memory: Memory | None = None, mark: Mark | None = None) -> Standing:
    return Standing(
        {"d/a": memory} if memory else {}, {"d/a": mark} if mark else {}, Clock()(), DAY
    )


@pytest.mark.parametrize(
    ("memory", "mark", "said"),
    [
        (None, None, "new"),
        (MEMORY, None, "2 d"),
        (MEMORY._replace(due_day=DAY), None, "due"),
        (MEMORY._replace(due_day=DAY - 9), None, "due"),
        (MEMORY._replace(due_day=DAY + 400), None, "1.1 y"),
        (MEMORY._replace(phase="learning", due_at=Clock()().instant + 600_000), None, "10 min"),
        (MEMORY._replace(phase="learning", due_at=Clock()().instant), None, "due"),
        (MEMORY, Mark(suspended=True, buried_day=DAY), "suspended"),
        (None, Mark(buried_day=DAY), "buried"),
        (None, Mark(buried_day=DAY - 1), "new"),
    ],
)
def test_when_a_card_is_next(memory: Memory | None, mark: Mark | None, said: str) -> None:
    assert known(memory, mark).due("d/a") == said


def test_a_card_is_described_in_plain_words() -> None:
    facts = dict(described("d/a", known(MEMORY._replace(lapses=9)), Settings()))
    assert facts == {
        "Recall": "91 % likely now",
        "Due": "on Wednesday",
        "Stability": "12 days to 90 % recall",
        "Difficulty": "6.3 of 10, middling for you",
        "Answered": "7 times",
        "First": "11 April 2026",
        "Lapses": "forgotten 9 times after it was learnt, a leech",
    }


def test_what_was_said_of_a_card_is_described() -> None:
    mark = Mark(suspended=True, buried_day=DAY, flag=1)
    assert described("d/a", known(None, mark), Settings()) == [
        ("Memory", "never answered yet"),
        ("Marks", "suspended: it is never asked; buried until tomorrow; flagged"),
    ]


def test_answers_are_told(store: Store, clock: Clock) -> None:
    kept = review("d/a", 3, score=0.85)
    store.add_review(review("d/a", 1, score=None, counts=False), clock(), clock.day)
    clock.pass_(minutes=5)
    store.add_retry(kept, clock(), clock.day)
    clock.pass_(minutes=5)
    store.add_review(kept, clock(), clock.day)
    store.undo_last(clock.pass_(minutes=1))
    assert [told(past) for past in store.history("d/a")] == [
        "11 May 2026: Good, 85 % (taken back)",
        "11 May 2026: Good, 85 % (a retry)",
        "11 May 2026: Again (practice)",
    ]


def test_what_is_done_to_all_is_undone_by_doing_it_again(store: Store, clock: Clock) -> None:
    cards = ["d/a", "d/b"]

    def do(choose: deeds.Choose) -> str:
        deed = choose(cards, standing(store, clock(), Settings()), store, clock)
        for card in deed.cards:
            deed.do(card)
        clock.pass_(minutes=1)
        return f"{len(deed.cards)} {deed.said}"

    store.suspend("d/a", clock.pass_(minutes=1))
    assert [do(deeds.suspend) for _ in range(3)] == [
        "1 suspended", "2 no longer suspended", "2 suspended"
    ]  # fmt: skip
    assert [do(deeds.flag), do(deeds.flag)] == ["2 flagged", "2 no longer flagged"]
    assert do(deeds.bury) == "2 buried until tomorrow"
    assert do(deeds.bury) == "0 buried until tomorrow"
    store.add_review(review("d/a"), clock.pass_(minutes=1), clock.day)
    assert [do(deeds.reset), do(deeds.reset)] == ["1 new again", "0 new again"]
    kinds = [event["type"] for event in events(store)]
    assert kinds == [
        *["suspend"] * 2, *["unsuspend"] * 2, *["suspend"] * 2, *["flag"] * 4, *["bury"] * 2,
        "review", "reset",
    ]  # fmt: skip
    assert store.marks()["d/a"] == Mark(suspended=True, buried_day=clock.day)
    assert not store.memories()
