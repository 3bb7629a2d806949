"""Anki's notes in plain text, out and in."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from hostile import back, decks, gone, heed, written
from hypothesis import given
from msgspec import convert

from trainer.decks.model import Deck
from trainer.errors import TrainerError
from trainer.exchange.anki_text import read, write
from trainer.exchange.heads import topic_of
from trainer.exchange.note import Note, Skipped, Source

Saved = Callable[[str, str | bytes], str]


def taken(saved: Saved, data: str | bytes, kind: str = "flashcard") -> Source:
    return read(saved("a.txt", data), kind, heed)


def note(line: int, front: str, back: str, *tags: str, **fields: Any) -> Note:
    told = {"kind": "flashcard", "prompt": front, "answer": back, "tags": [*tags]}
    return Note(f"a.txt:{line}", told, **fields)


@given(deck=decks())
def test_cards_come_back_whole(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> None:
    expected = gone(deck)
    for fields in expected.values():
        fields["topic"] = topic_of(deck, fields["topic"])
    assert back(write, read, tmp_path_factory.getbasetemp() / "out.txt", deck) == expected


def test_notes_go_out_so_that_anki_knows_them_again() -> None:
    deck = convert(
        {
            "schema": 1,
            "deck": "d",
            "title": 'My "first"::deck',
            "topics": {"t": "A topic"},
            "cards": [
                {"id": "a", "topic": "t", "tags": ["a b"], "prompt": "1 < 2\n?", "answer": "A"},
                {"id": "b", "kind": "cloze", "text": "{{x|y}} z"},
            ],
        },
        Deck,
    )  # fmt: skip
    *headers, first, second = written(write, deck).splitlines()
    assert headers == [
        "#separator:tab", "#html:true", "#guid column:1", "#notetype column:2", "#deck column:3",
        "#tags column:13",
    ]  # fmt: skip
    fields = first.split("\t")
    assert fields[:5] == [
        "d/a", "Trainer", '"My ""first"":deck::A topic"', "1 &lt; 2<br>?", "A",
    ]  # fmt: skip
    assert fields[-1] == "a_b"
    assert second.split("\t")[:4] == [
        "d/b",
        "Trainer cloze",
        '"My ""first"":deck"',
        "{{c1::x|y}} z",
    ]
    assert "package" in write([deck], io.BytesIO(), heed)[-1]


def test_what_was_edited_in_anki_is_taken(saved: Saved) -> None:
    card = {"id": "a", "prompt": "Why?", "answer": "So.", "points": [{"id": "p", "say": "One."}]}
    deck = convert({"schema": 1, "deck": "d", "cards": [card]}, Deck)
    text = written(write, deck).replace("Why?", "<b>How</b>?").replace("<li>One", "<li>Two.<li>One")
    (found,) = taken(saved, text).notes
    assert (found.ref, found.guid, found.deck) == ("d/a", "", ("d",))
    assert found.fields["prompt"] == "How?"
    assert [point.get("id") for point in found.fields["points"]] == [None, "p"]
    assert found.agreed is not None
    assert found.agreed.keys() == {"prompt", "answer", "points"}


def test_a_note_made_in_anki_of_our_type_is_new(saved: Saved) -> None:
    source = taken(
        saved, "#separator:tab\n#html:true\n#guid column:1\n#notetype:Trainer\nx;y\tWhat?\tSo.\n"
    )
    (found,) = source.notes
    assert (found.ref, found.guid, found.agreed) == ("", "x;y", None)
    assert found.fields == {"prompt": "What?", "answer": "So.", "tags": [], "kind": "flashcard"}


def test_notes_are_read_as_anki_writes_them(saved: Saved) -> None:
    source = taken(
        saved,
        "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n"
        "#tags column:6\n"
        'cR-Z(^u>\tBasic\tML::Deep\tWhat is <b>RAG</b>?\t"Retrieval<br>&amp; ""so"""\ta b::c\n'
        "Bj+?8\tCloze\tDefault\t{{c1::Paris::city}} is in {{c2::France}}.\tmore\t\n"
        "od,1T\tBasic\tML\t\"# hash\ttab\"\t<img src='x.png'>[sound:a.mp3]pic\tx\n",
    )
    paris = {"kind": "cloze", "answer": "more", "tags": []}
    assert source == Source(
        [
            note(
                7, "What is RAG?", 'Retrieval\n& "so"', "a", "b::c", guid="cR-Z(^u>",
                deck=("ML", "Deep"),
            ),
            Note(
                "a.txt:8", {**paris, "text": "{{Paris}} is in France.", "hint": "city"},
                guid="Bj+?8", deck=("Default",),
            ),
            Note(
                "a.txt:8", {**paris, "text": "Paris is in {{France}}.", "hint": ""},
                guid="Bj+?8 2", deck=("Default",),
            ),
            note(9, "# hash tab", "pic", "x", guid="od,1T", deck=("ML",)),
        ],
        [],
        ["2 pictures or sounds were left out: a card here is text"],
        has_guids=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("#separator:tab\n#html:false\na < b &amp;\tb <i>\n", [note(3, "a < b &amp;", "b <i>")]),
        ("#separator:Comma\n#tags:x y\na,b\n# no note, \"\n\nc,d\n",
         [note(3, "a", "b", "x", "y"), note(6, "c", "d", "x", "y")]),
        ("#separator:;\n#deck:A::B\n#tags column:1\nx;a;b\n",
         [note(4, "a", "b", "x", deck=("A", "B"))]),
        ("#separator:Pipe\n#columns:Front|Back|More\na|b|c\n", [note(3, "a", "b\n\nc")]),
        ("tags:x y\na\tb\n", [note(2, "a", "b", "x", "y")]),
        ("#html:true\na;b<br>c;\n", [note(2, "a", "b\nc")]),
        ("#what:ever\n#guid column:none\n#deck column:99999999\na\tb&nbsp;c\n",
         [note(4, "a", "b c")]),
        ("\ufeff#separator:tab\r\n#html:true\r\na\t\"b\r\nc\"\r\n", [note(3, "a", "b c")]),
        ("#separator:tab", []),
    ],
)  # fmt: skip
def test_headers_say_how_to_read(saved: Saved, data: str, expected: list[Note]) -> None:
    assert taken(saved, data) == Source(expected, [], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("g\tBasic\t\tb", "it has no front"),
        ("g\tBasic\t<img src=x>\tb", "it has no front"),
        ("g\tBasic\ta\t", "it has no back"),
        ("g\tBasic", "it has no front"),
        ("g\tCloze\t{{c1::}} x\tb", "none of its gaps holds anything"),
        ("g\tTrainer\ta\tb\t\t\t\tquiz", "its field Kind is none of scenario, question, flashcard, "
         "choice, cloze"),
        ("g\tTrainer\t\tb", "it has no front"),
        ("d/a\tTrainer\ta\tb\t\t\t\t\t\t\t[1]", "its field Rest is not what Trainer wrote there"),
        (f"g\tBasic\ta\t{'x' * 1_000_001}", "its field 2 has more than 1,000,000 characters"),
    ],
)  # fmt: skip
def test_what_makes_no_card_is_skipped(saved: Saved, row: str, reason: str) -> None:
    head = "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n"
    source = taken(saved, f"{head}h\tBasic\tx\ty\n{row}\n")
    assert [each.fields["prompt"] for each in source.notes] == ["x"]
    assert source.skipped == [Skipped("a.txt:6", reason)]


def test_scripts_and_escapes_do_nothing(saved: Saved) -> None:
    (found,) = taken(saved, "#html:true\na<script>alert(1)</script>\t\x1b[2Jb&#27;[2J\n").notes
    assert (found.fields["prompt"], found.fields["answer"]) == ("a", "\ufffd[2Jb[2J")


def test_a_quote_that_is_never_closed_is_refused(saved: Saved) -> None:
    with pytest.raises(TrainerError) as caught:
        taken(saved, '#separator:comma\na,b\n# "\nc,"d\n')
    assert str(caught.value) == (
        "a.txt:4:3: the quote that opens here is never closed; close it, and double the quotes "
        "within"
    )


def test_gaps_have_their_numbers_in_the_guid(saved: Saved) -> None:
    notes = taken(
        saved, "#guid column:1\n#separator:tab\ng\t{{c2::a}} {{c4::b}} {{c2::c}}\t\n"
    ).notes
    assert [(note.guid, note.fields["text"]) for note in notes] == [
        ("g 2", "{{a}} b {{c}}"), ("g 4", "a {{b}} c"),
    ]  # fmt: skip
