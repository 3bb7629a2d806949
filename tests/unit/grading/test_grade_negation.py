"""Denied evidence does not count."""

import pytest
from grading_cards import question

from trainer.decks.model import Point
from trainer.grading import grade

CARD = question(Point(id="p", say="-", accept=("caching",)))


@pytest.mark.parametrize(
    "answer",
    [
        "no caching",
        "not caching",
        "don't use caching",
        "never use caching here",
        "without caching",
        "sharding instead of caching",
        "sharding rather than caching",
        "caching doesn't matter",
        "caching is not needed",
        "caching is irrelevant here",
        "caching won't help",
        "we can't rely on caching",
        "neither caching nor sharding",
        "avoid caching",
        "sharding would need caching",
        "we don't shard and cache, nor do caching",
        "it doesn't use the shards and the caching that they bring",
    ],
)
def test_denied(answer: str) -> None:
    [point] = grade(CARD, answer).points
    assert not point.hit
    assert point.evidence == ()
    assert [match.negated for match in point.matches] == [True]


@pytest.mark.parametrize(
    "answer",
    [
        "caching",
        "caching, not sharding",
        "not sharding but caching",
        "not only caching",
        "Sharding is not enough, so add caching",
        "It doesn't scale. Use caching.",
        "there is no index, because caching is enough",
        "caching instead of sharding",
        "you can't do it without caching",
        "caching doesn't need retraining",
        "we would need caching",
        "a queue doesn't need it and has caching",
        "there isn't any sharding and the caching gets simple",
        "we don't lack caching",
        "it isn't hard to add caching",
    ],
)
def test_not_denied(answer: str) -> None:
    [point] = grade(CARD, answer).points
    assert point.hit


def test_a_denying_phrase_is_met_by_a_denial_only() -> None:
    card = question(Point(id="p", say="-", accept=("no retraining",)))
    assert grade(card, "no retraining at all").points[0].hit
    assert not grade(card, "retraining every month").points[0].hit


def test_an_undenied_mention_elsewhere_counts() -> None:
    assert grade(CARD, "caching is not needed at first. Later, add caching.").points[0].hit
