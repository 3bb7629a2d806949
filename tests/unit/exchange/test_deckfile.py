"""Cards are changed and added in a deck file, and the rest of it stays as it was written."""

from __future__ import annotations

from typing import Any

import pytest
from hostile import heed
from workbench import deck, flashcards

from trainer.decks.model import Card
from trainer.decks.reader import read_text
from trainer.exchange.deckfile import edited

DECK = """\
# My notes
schema: 1
deck: d   # the id
topics:
  one: The first  # a comment
cards:
  # Above a card.
  - id: first
    topic: one
    prompt: Why?      # asked often
    answer: >
      Because it is,
      and was.

    tags: [a, b]  # two of them

  - {id: second, kind: flashcard, prompt: "What: this?", answer: That, tags: [x]}
  - id: third
    hint: |
      Look
      there.
    prompt: How?
    # Between keys.
    points:
      - {id: p, say: Thus}  # the point
    answer: Thus.
# At the end.
"""
ADDED = Card(id="new", prompt="And?", answer="So.")


def cards(data: bytes) -> dict[str, Card]:
    found = read_text(data, "d.yaml")
    assert found.deck is not None, found.problems
    return {card.id: card for card in found.deck.cards}


def changed(text: str, **fields: dict[str, Any]) -> str:
    data, stuck = edited(text.encode(), "d.yaml", [], fields, {}, heed)
    assert not stuck
    return data.decode()


@pytest.mark.parametrize(
    ("card", "fields", "was", "becomes"),
    [
        ("first", {"prompt": "Why so?"}, "Why?      # asked", "Why so?      # asked"),
        ("first", {"prompt": "Why: this?"}, "Why?      # asked", '"Why: this?"      # asked'),
        ("first", {"prompt": "a\nb"}, "Why?      # asked", '"a\\nb"      # asked'),
        (
            "first",
            {"answer": "No."},
            "answer: >\n      Because it is,\n      and was.\n",
            "answer: No.\n",
        ),
        ("first", {"tags": ()}, "    tags: [a, b]  # two of them\n", ""),
        ("first", {"tags": ("c",)}, "[a, b]", "[c]"),
        ("first", {"hint": "Think."}, "two of them\n", "two of them\n    hint: Think.\n"),
        ("second", {"prompt": "Who, then?"}, '"What: this?"', '"Who, then?"'),
        ("second", {"tags": ()}, ", tags: [x]", ""),
        ("second", {"kind": "question"}, "kind: flashcard, ", ""),
        ("second", {"hint": "H"}, "[x]}", "[x], hint: H}"),
        ("third", {"hint": "Here."}, "hint: |\n      Look\n      there.\n", "hint: Here.\n"),
        (
            "third",
            {"points": ({"id": "p", "say": "Thus: so"},)},
            "points:\n      - {id: p, say: Thus}  # the point",
            'points: [{id: p, say: "Thus: so"}]  # the point',
        ),
        ("third", {"answer": "A\nB"}, "answer: Thus.", "answer: |\n      A\n      B"),
    ],
)
def test_a_field_is_changed_and_nothing_else(
    card: str, fields: dict[str, Any], was: str, becomes: str
) -> None:
    assert DECK.count(was) == 1
    assert changed(DECK, **{card: fields}) == DECK.replace(was, becomes)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_several_at_once_in_the_files_own_manner(ending: str, mark: str) -> None:
    text = mark + DECK.replace("\n", ending)
    changes = {"first": {"prompt": "One\ntwo"}, "third": {"answer": "C", "difficulty": 2}}
    data, stuck = edited(text.encode(), "d.yaml", [ADDED], changes, {"two": "The: second"}, heed)
    assert not stuck
    found = cards(data)
    assert (found["first"].prompt, found["third"].answer) == ("One\ntwo", "C")
    assert found["third"].difficulty == 2
    assert found["new"] == ADDED
    written = data.decode()
    assert written.startswith(mark + "# My notes")
    assert written.count("\r\n") in (0, written.count("\n"))
    assert f'{ending}  two: "The: second"{ending}cards:' in written
    assert written.endswith(f"# At the end.{ending}")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_field_that_goes_leaves_no_empty_line(ending: str) -> None:
    text = "schema: 1\ndeck: d\ncards:\n  - id: a\n    prompt: Q\n    answer: A\n    hint: H\n"
    was = text.replace("\n", ending).encode()
    data, _ = edited(was, "d.yaml", [ADDED], {"a": {"hint": "", "tags": ("t",)}}, {}, heed)
    added = "    tags: [t]\n\n  - id: new\n    prompt: And?\n    answer: So.\n"
    expected = text.replace("    hint: H\n", added)
    assert data.decode() == expected.replace("\n", ending)


@pytest.mark.parametrize(
    "text",
    [
        DECK,
        DECK.rstrip(),
        "schema: 1\ndeck: d\n",
        "schema: 1\ndeck: d",
        "schema: 1\ndeck: d\ncards: []\n",
        "schema: 1\ncards:\n- id: a\n  prompt: Q\n  answer: A\ndeck: d\n",
        "schema: 1\ncards:\n    -   id: a\n        prompt: Q\n        answer: A\ndeck: d\n",
        "schema: 1\ncards:\n  -\n    id: a\n    prompt: Q\n    answer: A\n\ndeck: d\n...\n",
        "schema: 1\ncards: [{id: a, prompt: Q, answer: A}]\ndeck: d\n",
        deck(*flashcards("a")),
        deck(),
        deck(*flashcards("a", topics="t"), topics={"t": "T"}),
        "schema: 1\ndeck: d\ntopics: {}\n",
    ],
)
def test_a_card_is_added_however_the_deck_is_written(text: str) -> None:
    before = cards(text.encode())
    data, _ = edited(text.encode(), "d.yaml", [ADDED], {}, {"t2": "T"}, heed)
    assert cards(data) == {**before, "new": ADDED}
    found = read_text(data, "d.yaml").deck
    assert found is not None
    assert found.topics["t2"] == "T"


@pytest.mark.parametrize(
    "card",
    [
        "- hint: x\n    id: a\n    prompt: Q\n    answer: A",  # the key to go stands at the dash
        "- id: a\n    hint: &h x\n    prompt: Q\n    answer: *h",
        "- id: a\n    prompt: Q\n    answer: A\n    <<: {hint: x}",
    ],
)
def test_what_cannot_be_changed_in_place_is_told(card: str) -> None:
    text = f"schema: 1\ndeck: d\ncards:\n  {card}\n"
    data, stuck = edited(text.encode(), "d.yaml", [], {"a": {"hint": ""}}, {}, heed)
    assert (data.decode(), stuck) == (text, ["a"])
