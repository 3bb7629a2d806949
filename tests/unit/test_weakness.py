from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from workbench import AGAIN, CHOICE, CLOZE, HARD, QUESTION, SCENARIO, Clock, deck, desk, review

from trainer.desk import Desk
from trainer.scheduling.schedule import Rating
from trainer.selection import Selection
from trainer.weakness import (
    Confusion,
    answers_lately,
    confusions,
    shown_order,
    weak_points,
    weak_spots,
)

BOTH: dict[str, Any] = {
    **SCENARIO,
    "id": "both",
    "verdict": {"all": [["RAG"], ["fine-tuning"]]},
    "answer": "Both.",
}
# One option is right, and its text and the wrong one's are in some order each time.
PICK: dict[str, Any] = {
    "id": "which",
    "kind": "choice",
    "topic": "t",
    "prompt": "Which needs no training?",
    "choices": [{"text": "RAG", "right": True}, {"text": "Tuning"}, {"text": "2. Tuning"}],
}

Answer = Callable[..., None]


@pytest.fixture
def at(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    topics = {"t": "Topic t", "u": "Topic u"}
    cards = [QUESTION, SCENARIO, CHOICE, CLOZE, BOTH, PICK]
    opened = desk(tmp_path, clock, deck(*cards, title="Deck d", topics=topics))
    yield opened
    opened.store.close()


@pytest.fixture
def answer(at: Desk) -> Answer:
    """Answer a card through a sitting, as a person would."""

    def give(card: str, text: str, rating: Rating | None = None) -> None:
        sitting = at.sitting("drill", Selection(card=f"d/{card}"))
        question = sitting.next()
        assert question is not None
        if question.options:
            text = str(question.options.index(text) + 1)
        suggested = sitting.submit(text).suggested
        sitting.rate(rating or suggested or AGAIN)

    return give


def miss(at: Desk, card: str, *points: str, days_ago: int = 0, rating: int = 1) -> None:
    """Log a review in which these points were missed."""
    now = at.clock()
    then = now._replace(instant=now.instant - days_ago * 86_400_000)
    at.store.add_review(
        review(f"d/{card}", rating, points=dict.fromkeys(points, 0.0)), then, at.today(then)
    )


def spots(at: Desk) -> Any:
    return weak_spots(at.library, at.store, at.today(at.clock()))


def pairs(at: Desk) -> list[Confusion]:
    return confusions(answers_lately(at.library, at.store, at.today(at.clock())))


def said(at: Desk) -> list[tuple[str, str, int]]:
    return [(pair.said, pair.right, len(pair.answers)) for pair in pairs(at)]


# What was missed


def test_nothing_was_missed(at: Desk) -> None:
    assert spots(at) == ((), ())
    assert pairs(at) == []


def test_topics_and_points_by_how_often_they_were_missed(at: Desk) -> None:
    miss(at, "why", "speed", "order")
    miss(at, "why", "speed")
    miss(at, "pick", "1")
    ranked = spots(at)
    assert [(t.topic, t.title, t.deck_title, t.misses, t.cards) for t in ranked.topics] == [
        ("t", "Topic t", "Deck d", 3, 1),
        ("", "Deck d", "Deck d", 1, 1),
    ]
    assert [(p.card, p.point, p.say, p.where, p.times) for p in ranked.points] == [
        ("d/why", "speed", "Lookups become fast.", "Topic t", 2),
        ("d/pick", "1", "Apple", "Deck d", 1),
        ("d/why", "order", "Rows come sorted.", "Topic t", 1),
    ]


def test_a_topics_points_are_told_however_far_down_they_are(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.weakness._POINTS", 1)
    miss(at, "why", "speed", "order")
    miss(at, "why", "speed")
    miss(at, "pick", "1")
    today = at.today(at.clock())
    (first,) = spots(at).points
    told = weak_points(at.library, at.store, today, "d", "t", 5)
    assert [(each.point, each.times) for each in told] == [("speed", 2), ("order", 1)]
    assert weak_points(at.library, at.store, today, "d", "t", 1) == (first,)


def test_what_was_missed_long_ago_weighs_less(at: Desk) -> None:
    for days_ago in (25, 26, 27):
        miss(at, "why", "speed", days_ago=days_ago)
    miss(at, "formulary", "updates")
    today = at.today(at.clock())
    assert [(p.point, p.times, today - p.last) for p in spots(at).points] == [
        ("updates", 1, 0),
        ("speed", 3, 25),
    ]


def test_what_is_older_or_hidden_or_gone_is_left_out(at: Desk) -> None:
    miss(at, "why", "speed", days_ago=31)
    miss(at, "formulary", "updates")
    miss(at, "lost", "x")
    at.store.suspend("d/formulary", at.clock())
    assert spots(at) == ((), ())


@pytest.mark.parametrize(
    ("card", "point", "say"),
    [
        ("gap", "2", "the weights"),
        ("pick", "3", "Pear"),
        ("why", "former", "former"),
        ("why", "", "Why keep an index?"),
    ],
)
def test_what_a_point_says(at: Desk, card: str, point: str, say: str) -> None:
    miss(at, card, *([point] if point else []))
    assert spots(at).points[0].say == say


# What was taken for what


def test_a_wrong_verdict(at: Desk, answer: Answer) -> None:
    answer("formulary", "Fine-tuning, it updates monthly.")
    answer("formulary", "I would fine-tune it.")
    answer("formulary", "RAG, since it updates monthly.")
    assert said(at) == [("fine-tuning", "RAG", 2)]
    (pair,) = pairs(at)
    assert (pair.picked, pair.cards) == (False, ["d/formulary"])
    assert [past.answer for past in pair.answers] == [
        "I would fine-tune it.",
        "Fine-tuning, it updates monthly.",
    ]


@pytest.mark.parametrize(
    ("card", "text", "found"),
    [
        ("formulary", "RAG and fine-tuning.", [("RAG and fine-tuning", "RAG", 1)]),
        ("formulary", "Not RAG.", [("not RAG", "RAG", 1)]),
        ("formulary", "I don't know.", []),
        ("formulary", "Something else entirely.", []),
        ("both", "Only RAG.", [("RAG", "RAG and fine-tuning", 1)]),
        ("both", "Fine-tuning.", [("fine-tuning", "RAG and fine-tuning", 1)]),
        ("both", "RAG for facts and fine-tuning for style.", []),
        ("which", "Tuning", [("Tuning", "RAG", 1)]),
        ("which", "2. Tuning", [("2. Tuning", "RAG", 1)]),
        ("which", "RAG", []),
    ],
)
def test_what_was_said_instead(
    at: Desk, answer: Answer, card: str, text: str, found: list[tuple[str, str, int]]
) -> None:
    answer(card, text)
    assert said(at) == found


def test_a_verdict_that_the_person_passed_is_not_wrong(at: Desk, answer: Answer) -> None:
    answer("formulary", "Fine-tuning.", HARD)
    assert said(at) == []


def test_an_answer_taken_back_is_not_looked_at(at: Desk, answer: Answer) -> None:
    answer("formulary", "Fine-tuning.")
    at.store.undo_last(at.clock())
    assert said(at) == []


def test_several_options_are_right(at: Desk, answer: Answer) -> None:
    answer("pick", "Brick")
    assert said(at) == [("Brick", "Apple and Pear", 1)]


def test_options_that_are_others_now_say_nothing(at: Desk) -> None:
    now = at.clock()
    logged = review("d/which", prompt="Which?\n1. RAG\n2. Old", answer="2", points={})
    at.store.add_review(logged, now, at.today(now))
    assert said(at) == []


def test_the_most_frequent_come_first(at: Desk, answer: Answer) -> None:
    answer("which", "Tuning")
    for _ in range(2):
        answer("formulary", "Fine-tuning.")
    assert [pair[0] for pair in said(at)] == ["fine-tuning", "Tuning"]


def test_no_more_than_a_few_hundred_answers(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.weakness._ANSWERS", 3)
    for _ in range(5):
        miss(at, "formulary", "updates")
    assert len(answers_lately(at.library, at.store, at.today(at.clock()))) == 3


@pytest.mark.parametrize(
    ("prompt", "order"),
    [
        ("Q\n1. a\n2. b\n3. c", [0, 1, 2]),
        ("Q\n1. c\n2. a\n3. b", [2, 0, 1]),
        ("1. a\nQ\n1. b\n2. c\n3. a", [1, 2, 0]),
        ("Q\n1. a\n2. b", None),
        ("Q\n1. a\n2. b\n3. d", None),
        ("", None),
    ],
)
def test_the_order_shown(prompt: str, order: list[int] | None) -> None:
    assert shown_order(["a", "b", "c"], prompt) == order


def test_equal_options_are_told_apart_by_their_place() -> None:
    assert shown_order(["a", "a"], "Q\n1. a\n2. a") in ([0, 1], [1, 0])
