"""Decks as JSON, out and in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hostile import back, decks, gone, heed, written
from hypothesis import given
from msgspec import convert
from workbench import FRAMEWORK

from trainer.decks.model import Deck
from trainer.errors import TrainerError
from trainer.exchange.json_cards import read, write
from trainer.exchange.note import Head, Skipped, Source

Saved = Callable[[str, str | bytes], str]

CARD: dict[str, Any] = {"id": "a", "prompt": "Why?", "answer": "So."}
DECK: dict[str, Any] = {"schema": 1, "deck": "d", "cards": [CARD]}


def taken(saved: Saved, data: Any) -> Source:
    text = data if isinstance(data, str | bytes) else json.dumps(data)
    return read(saved("j.json", text), "question", heed)


@given(deck=decks())
def test_cards_come_back_whole(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "out.json"
    assert back(write, read, path, deck) == gone(deck)
    assert read(str(path), "question", heed).heads == {
        deck.deck: Head(deck.title, deck.topics, deck.synonyms)
    }


def test_several_decks_and_their_frameworks_go_out_and_come_back(saved: Saved) -> None:
    first = convert({**DECK, "frameworks": [FRAMEWORK]}, Deck)
    second = convert({**DECK, "deck": "e", "title": "E", "topics": {"t": "T"}}, Deck)
    source = taken(saved, written(write, first, second))
    assert [(note.ref, note.deck) for note in source.notes] == [("d/a", ("d",)), ("e/a", ("E",))]
    assert convert([*source.heads["d"].frameworks], tuple[type(first.frameworks[0]), ...]) == (
        first.frameworks
    )
    assert source.heads["e"] == Head("E", {"t": "T"})


def test_one_deck_will_do(saved: Saved) -> None:
    (note,) = taken(saved, DECK).notes
    assert (note.place, note.ref, note.agreed) == ("j.json:cards[0]", "d/a", None)
    assert (note.fields["prompt"], note.fields["kind"]) == ("Why?", "question")


def test_what_was_changed_in_the_file_is_seen(saved: Saved) -> None:
    (note,) = taken(saved, written(write, convert(DECK, Deck)).replace("Why?", "How?")).notes
    assert note.fields["prompt"] == "How?"
    assert note.agreed is not None
    assert note.agreed.keys() == {"prompt", "answer"}


def test_a_card_that_is_none_is_skipped(saved: Saved) -> None:
    wrong = [
        {**CARD, "prompt": 1},
        {**CARD, "promt": "x"},
        {"prompt": "x"},
        5,
        {**CARD, "id": "b c"},
    ]
    source = taken(saved, {"schema": 1, "decks": [{**DECK, "cards": [CARD, *wrong]}]})
    assert [note.ref for note in source.notes] == ["d/a"]
    assert source.skipped == [
        Skipped("j.json:decks[0].cards[1].prompt", "expected `str`, got `int`"),
        Skipped("j.json:decks[0].cards[2]", "object contains unknown field `promt`"),
        Skipped("j.json:decks[0].cards[3]", "object missing required field `id`"),
        Skipped("j.json:decks[0].cards[4]", "expected `object`, got `int`"),
        Skipped(
            "j.json:decks[0].cards[5].id",
            "expected `str` matching regex '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$'",
        ),
    ]


def test_texts_pass_the_door(saved: Saved) -> None:
    (note,) = taken(saved, json.dumps({**DECK, "cards": [{**CARD, "prompt": " \x1b[2J "}]})).notes
    assert note.fields["prompt"] == "\ufffd[2J"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("[]", 'j.json: this isn\'t a file of decks; write {"schema": 1, "decks": [...]}, or one '
         'deck: {"schema": 1, "deck": ..., "cards": [...]}'),
        ('{"schema": 1,\n "deck": d}', "j.json:2:10: this isn't JSON: expecting value"),
        ('{"schema": 1, "schema": 1}', "j.json:schema: this key is there twice in one object"),
        ('{"schema": NaN}', "j.json: NaN is no number of JSON"),
        ("[" * 100_000, "j.json: this is nested too deep"),
        (f"{'[' * 700}{']' * 700}", "j.json: this is nested too deep"),
        ("1" * 5000, "j.json: a number is too long here"),
        ({**DECK, "schema": 2},
         "j.json:schema: this was written by a newer Trainer (schema 2); update Trainer"),
        ({"decks": []}, "j.json:schema: the schema has to be 1"),
        ({"schema": 1, "decks": {}}, "j.json:decks: expected `array`, got `object`"),
        ({"schema": 1, "decks": [], "x": 1}, "j.json:x: there is no such key here"),
        ({"schema": 1, "decks": [], "agreed": {"a": 1}},
         "j.json:agreed[...]: expected `object`, got `int`"),
        ({"schema": 1, "decks": [{**DECK, "title": 5}]},
         "j.json:decks[0].title: expected `str`, got `int`"),
        ({"schema": 1, "decks": [{**DECK, "cards": 5}]},
         "j.json:decks[0].cards: expected `array`, got `int`"),
        ({"schema": 1, "decks": [DECK, DECK]},
         "j.json:decks[1].deck: the deck `d` is already there"),
        ({**DECK, "deck": "a b"}, "j.json:deck: expected `str` matching regex "
         "'^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$'"),
        ({**DECK, "name": "x"}, "j.json: object contains unknown field `name`"),
        ({**DECK, "frameworks": [{"id": "f"}]},
         "j.json:frameworks[0]: object missing required field `verdicts`"),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_read_is_refused(saved: Saved, data: Any, sentence: str) -> None:
    with pytest.raises(TrainerError) as caught:
        taken(saved, data)
    assert str(caught.value) == sentence
