"""What is written as a deck reads back as it was, and looks as if a person had written it."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from trainer.decks.library import open_library
from trainer.decks.model import Card, Choice, Deck, Example, Mistake, Point, Verdict
from trainer.decks.reader import read_deck, read_text
from trainer.exchange.writing import deck_text
from trainer.paths import bundled_decks
from trainer.text import clean

SIGNS = "ab ABC:#-?[]{},&*!|>'\"%@`\n\t\\\u2028\x85\ufeff. ~=<"
ANY = st.one_of(st.characters(codec="utf-8"), st.sampled_from(SIGNS))
TEXTS = st.one_of(
    st.text(ANY, min_size=1, max_size=120),
    st.lists(st.text("abcdefg:#-", min_size=1, max_size=12), min_size=10, max_size=40).map(
        " ".join
    ),
    st.sampled_from(["no", "12:30", "010", "~", "- a", "---", "...", "a: b", "a #b", "? a", "= x"]),
).map(lambda text: clean(text).strip()).filter(bool)  # fmt: skip
LISTS = st.lists(TEXTS, max_size=3).map(tuple)
POINTS = st.lists(
    st.builds(
        lambda say, accept, weight, required, together: (say, accept, weight, required, together),
        TEXTS, LISTS, st.floats(0.001, 100), st.booleans(),
        st.lists(st.lists(TEXTS, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    ),
    max_size=3,
).map(
    lambda found: tuple(
        Point(f"p{place}", say, accept, weight=weight, required=required, together=together)
        for place, (say, accept, weight, required, together) in enumerate(found)
    )
)  # fmt: skip
SCENARIOS = st.builds(
    Card,
    id=st.just("c"), kind=st.just("scenario"), topic=TEXTS | st.just(""), tags=LISTS,
    difficulty=st.integers(1, 3), prompt=TEXTS, variants=LISTS, hint=TEXTS | st.just(""),
    verdict=st.builds(Verdict, accept=TEXTS.map(lambda text: (text,))),
    points=POINTS,
    mistakes=st.lists(st.builds(Mistake, TEXTS, TEXTS.map(lambda text: (text,)), TEXTS), max_size=2)
    .map(tuple),
    answer=TEXTS, follow_ups=LISTS,
    examples=st.lists(st.builds(Example, TEXTS, st.just("good")), max_size=2).map(tuple),
    source=TEXTS | st.just(""),
)  # fmt: skip
CHOICES = st.builds(
    lambda right, why: Card(
        id="c", kind="choice", prompt="?",
        choices=(Choice(right, True), Choice(right + "x", why=why)),
    ),
    TEXTS, TEXTS,
)  # fmt: skip


@settings(max_examples=100)
@given(SCENARIOS | CHOICES, TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=2))
def test_any_card_reads_back_as_it_was(card: Card, title: str, topics: dict[str, str]) -> None:
    if card.topic:
        topics[card.topic] = "Topic"
    deck = Deck(schema=1, deck="d", title=title, topics=topics, cards=(card,))
    reading = read_text(deck_text(deck).encode(), "d.yaml")
    assert reading.deck == deck, reading.problems


def test_the_bundled_decks_read_back_as_they_were() -> None:
    for info in open_library(bundled_decks(), "/nonexistent").decks.values():
        deck = read_deck(info.path).deck
        assert deck is not None
        assert read_text(deck_text(deck).encode(), info.path).deck == deck


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Why?", "answer: Why?"),
        ("It's 3:1, or C# (say)", "answer: It's 3:1, or C# (say)"),
        ("Two: parts", 'answer: "Two: parts"'),
        ("2026-01-01", 'answer: "2026-01-01"'),
        ("one\n\ntwo", "answer: |\n      one\n\n      two"),
        (
            "A long answer, which is best read over several lines. " * 2 + "End.",
            "answer: >\n      A long answer, which is best read over several lines. A long answer, "
            "which is best read over\n      several lines. End.",
        ),
    ],
)
def test_texts_are_written_as_a_person_would(text: str, written: str) -> None:
    deck = Deck(schema=1, deck="d", cards=(Card(id="c", prompt="P", answer=text),))
    wanted = f"schema: 1\ndeck: d\ncards:\n  - id: c\n    prompt: P\n    {written}\n"
    assert deck_text(deck) == wanted
