"""Cards as notes of Trainer's own types in Anki."""

from __future__ import annotations

import pytest
from card_texts import card_of, cards
from hypothesis import given

from trainer.decks.model import Card, Choice, Point
from trainer.exchange.anki_notes import (
    TRAINER,
    anki_tag,
    fields_of,
    note_type_of,
    tags_of,
    values_of,
)

CARD = Card(
    id="a",
    prompt="Why <RAG>?",
    answer="Fresh.\n\nCited.",
    points=(Point(id="fresh", say="It is fresh.", accept=("new",), weight=2),),
    tags=("vector db", "RAG"),
)


def told(card: Card, **changed: str) -> dict[str, str]:
    """Return the fields of a card's note by name, some of them changed."""
    kind = note_type_of(card)
    return {**dict(zip(kind.fields, values_of(card, card.topic), strict=True)), **changed}


@given(cards)
def test_a_card_comes_back_whole(card: Card) -> None:
    tags = sorted({anki_tag(tag).lower(): anki_tag(tag) for tag in card.tags}.values())
    assert card_of(fields_of(note_type_of(card), told(card), tags), card.id) == card


def test_what_is_read_and_edited_is_readable() -> None:
    fields = told(CARD)
    assert fields["Prompt"] == "Why &lt;RAG&gt;?"
    assert fields["Answer"] == "Fresh.<br><br>Cited."
    assert fields["Points"] == "<ul><li>It is fresh.</li></ul>"


def test_an_edit_in_anki_is_seen_and_the_rest_is_kept() -> None:
    points = "<ul><li>It is fresh.</li><li><b>It</b> cites.</li></ul>"
    fields = fields_of(TRAINER, told(CARD, Points=points, Hint="When?"), ["rag", "leech"])
    assert fields["hint"] == "When?"
    assert fields["points"] == [
        {"id": "fresh", "say": "It is fresh.", "accept": ["new"], "weight": 2},
        {"say": "It cites."},
    ]
    assert fields["tags"] == ["RAG", "leech"]


def test_points_without_a_list_are_one_a_line() -> None:
    fields = fields_of(TRAINER, told(CARD, Points="One.<div>Two.</div>"), [])
    assert [point["say"] for point in fields["points"]] == ["One.", "Two."]


def test_right_choices_stay_right_however_the_editor_writes_them() -> None:
    card = Card(id="a", kind="choice", prompt="?", choices=(Choice("x", True), Choice("y")))
    html = "<UL><LI style='a' class='big right'>x<li class=wrong>y<li class=right>z</UL>"
    fields = fields_of(TRAINER, told(card, Choices=html), [])
    assert [(each["text"], each["right"]) for each in fields["choices"]] == [
        ("x", True),
        ("y", False),
        ("z", True),
    ]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("Kind", "poem", "its field Kind is none of scenario, question, flashcard, choice, cloze"),
        ("Rest", "{", "its field Rest is not what Trainer wrote there"),
        ("Rest", "[" * 100_000, "its field Rest is not what Trainer wrote there"),
        ("Rest", '{"id":"x"}', "its field Rest is not what Trainer wrote there"),
    ],
)
def test_what_trainer_did_not_write_is_refused(field: str, value: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        fields_of(TRAINER, told(CARD, **{field: value}), [])


def test_without_a_rest_only_what_is_there_is_known() -> None:
    fields = fields_of(TRAINER, {"Prompt": "a", "Answer": "b"}, ["t"])
    assert fields == {"prompt": "a", "answer": "b", "tags": ["t"]}


def test_tags_are_without_spaces_in_anki_and_with_them_here() -> None:
    assert anki_tag(' "vector  db" ::x') == "vector_db_::x"
    assert tags_of(["Vector_db", "new::sub"], ["vector db", "gone"]) == ["vector db", "new::sub"]
