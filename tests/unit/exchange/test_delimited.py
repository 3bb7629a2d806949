"""CSV and TSV, out and in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile import back, decks, gone, heed, written
from hypothesis import given
from msgspec import convert
from workbench import FRAMEWORK

from trainer.decks.model import Deck
from trainer.errors import TrainerError
from trainer.exchange import cells, separated, textfile
from trainer.exchange.delimited import read, write
from trainer.exchange.heads import topic_of
from trainer.exchange.note import Note, Skipped, Source

Saved = Callable[[str, str | bytes], str]


def taken(saved: Saved, data: str | bytes, kind: str = "flashcard") -> Source:
    return read(saved("c.csv", data), kind, heed)


def flash(line: int, front: str, back: str, *tags: str) -> Note:
    fields = {"prompt": front, "answer": back, "tags": [*tags], "kind": "flashcard"}
    return Note(f"c.csv:{line}", fields)


def card(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {"id": f"c{number}", "prompt": "Why?", "answer": "So.", **fields}


def deck(*cards: dict[str, Any], **fields: Any) -> Deck:
    return convert({"schema": 1, "deck": "d", "cards": [*cards], **fields}, Deck)


@given(deck=decks())
def test_cards_come_back_whole(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> None:
    expected = gone(deck)
    for fields in expected.values():
        fields["topic"] = topic_of(deck, fields["topic"])
    assert back(write, read, tmp_path_factory.getbasetemp() / "out.csv", deck) == expected


@given(deck=decks())
def test_a_csv_parser_reads_what_is_written_and_no_cell_is_a_formula(deck: Deck) -> None:
    table = list(csv.reader(io.StringIO(written(write, deck), newline=""), strict=True))
    assert {len(row) for row in table} == {13}
    assert not [cell for row in table for cell in row if cell[:1] in tuple("=+-@\t\r")]


def test_a_table_shows_what_people_edit() -> None:
    known = deck(
        card(
            topic="cost",
            tags=["x", "y z"],
            points=[{"id": "a", "say": "One."}, {"id": "b", "say": "Two\nlines."}],
        ),
        card(2, kind="choice", prompt="=1?", choices=[{"text": "1", "right": True}, {"text": "2"}]),
        title="My deck",
        topics={"cost": "What it costs"},
    )
    first, second = csv.DictReader(io.StringIO(written(write, known)))
    assert {name: first[name] for name in ("card", "deck", "kind", "topic", "tags", "points")} == {
        "card": "d/c1",
        "deck": "My deck",
        "kind": "question",
        "topic": "What it costs",
        "tags": "x, y z",
        "points": "One.\nTwo\n  lines.",
    }
    assert json.loads(first["rest"]).keys() == {"points", "now"}
    assert (second["prompt"], second["choices"]) == ("'=1?", "[x] 1\n[ ] 2")


def test_what_was_edited_in_the_table_is_taken(saved: Saved) -> None:
    known = deck(card(points=[{"id": "a", "say": "One."}, {"id": "b", "say": "Two.", "weight": 2}]))
    text = written(write, known).replace("One.\nTwo.", "- Two.\n- Three.").replace("Why?", "'=?")
    (note,) = read(saved("c.csv", text), "question", heed).notes
    assert (note.ref, note.deck, note.fields["prompt"]) == ("d/c1", ("d",), "=?")
    assert note.fields["points"] == [{"say": "Two.", "id": "b", "weight": 2.0}, {"say": "Three."}]
    assert note.agreed is not None
    assert note.agreed.keys() == {"prompt", "answer", "points"}


def test_what_a_table_has_no_place_for_is_said() -> None:
    known = deck(card(), frameworks=[FRAMEWORK], synonyms=[["a", "b"]])
    signals = len(FRAMEWORK["signals"])
    assert write([known], io.BytesIO(), heed) == [
        f"{signals} composed scenarios stayed behind: csv has no frameworks "
        "(json takes them along)",
        "1 group of synonyms stayed behind: csv has no place for them (json takes them along)",
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        # Quizlet: a tab and a newline; then its other separators
        ('RAG\tx\nTo "be"\tOr "not"\n', [(1, "RAG", "x"), (2, 'To "be"', 'Or "not"')]),
        ('"Be\tx\n"Not" be\ty, z\n', [(1, '"Be', "x"), (2, '"Not" be', "y, z")]),
        ("RAG,a, b\nLLM,c; d\n", [(1, "RAG", "a, b"), (2, "LLM", "c; d")]),
        ("RAG;a\nLLM;b, c, d\n", [(1, "RAG", "a"), (2, "LLM", "b, c, d")]),
        ("RAG\ta;LLM\tb\nand c;", [(1, "RAG", "a"), (1, "LLM", "b\nand c")]),
        ("RAG,a;LLM,b", [(1, "RAG", "a"), (1, "LLM", "b")]),
        ("RAG\ta\nb\n\n\nLLM\tc\n", [(1, "RAG", "a\nb"), (5, "LLM", "c")]),
        ("RAG - a, b\nLLM - c-d\n", [(1, "RAG", "a, b"), (2, "LLM", "c-d")]),
        ("RAG - a;LLM - b, c", [(1, "RAG", "a"), (1, "LLM", "b, c")]),
        ("RAG - a\nb\n\nLLM - c\n", [(1, "RAG", "a\nb"), (4, "LLM", "c")]),
        ("RAG - x,a\nLLM - y,b\n", [(1, "RAG - x", "a"), (2, "LLM - y", "b")]),
        # spreadsheets
        ("\ufeffFront,Back\r\nRAG,a\r\n", [(2, "RAG", "a")]),
        ("sep=;\r\nRAG;a,b\r\n", [(2, "RAG", "a,b")]),
        (
            'sep=;\nTerm;Definition\n"a ""b""\n\nc";"=1"\nd;e;;\n;;\n',
            [(3, 'a "b"\n\nc', "=1"), (6, "d", "e")],
        ),
        ("RAG\ta\r\nLLM\tb\r\n".encode("utf-16"), [(1, "RAG", "a"), (2, "LLM", "b")]),
        ("RAG\té\n".encode("utf-16-be").join([b"\xfe\xff", b""]), [(1, "RAG", "é")]),
        ("RAG,a,,\nLLM,b,,\n,,,\n", [(1, "RAG", "a"), (2, "LLM", "b")]),
        ("RAG,a\rLLM,b", [(1, "RAG", "a"), (2, "LLM", "b")]),
        ("\n\nRAG,  a b \n\n", [(3, "RAG", "a b")]),
        ("RAG,'=1\n", [(1, "RAG", "'=1")]),
        ("RAG\t\x1b[31mred\u202e\n", [(1, "RAG", "\ufffd[31mred\ufffd")]),
    ],
)  # fmt: skip
def test_each_dialect_is_read(saved: Saved, data: str | bytes, expected: list[Any]) -> None:
    source = taken(saved, data)
    told = [(int(note.place.split(":")[1]), note.fields) for note in source.notes]
    assert [(line, each["prompt"], each["answer"]) for line, each in told] == expected
    assert source.skipped == source.left_out == []


def test_a_third_column_has_tags(saved: Saved) -> None:
    source = taken(saved, 'RAG,a,"x; y z"\nLLM,b,\n')
    assert source.notes == [flash(1, "RAG", "a", "x", "y z"), flash(2, "LLM", "b")]


def test_what_is_beyond_the_third_column_is_said(saved: Saved) -> None:
    source = taken(saved, '"RAG",a,x,more\n"LLM",b,,\n')
    assert source.notes == [flash(1, "RAG", "a", "x"), flash(2, "LLM", "b")]
    assert source.left_out == ["what stands after the third column was left out"]


def test_a_header_names_the_columns(saved: Saved) -> None:
    source = taken(
        saved,
        "ID;Deck;Question;Answer;Points;Options;Kind;Score\n"
        '17;A::B c;What?;So;"- one\n* two";;question;3\n'
        ';;Which?;;;"[x] a\n[ ] b\nc";;\n',
    )
    assert source == Source(
        [
            Note(
                "c.csv:2",
                {
                    "prompt": "What?",
                    "answer": "So",
                    "points": [{"say": "one"}, {"say": "two"}],
                    "choices": [],
                    "kind": "question",
                },
                guid="17",
                deck=("A", "B c"),
            ),
            Note(
                "c.csv:4",
                {
                    "prompt": "Which?",
                    "answer": "",
                    "points": [],
                    "choices": [{"text": "a", "right": True}, {"text": "b"}, {"text": "c"}],
                    "kind": "choice",
                },
            ),
        ],
        [],
        ["the column `Score` was left out: no field of a card is called so"],
    )


def test_some_columns_of_a_card_of_ours_are_enough(saved: Saved) -> None:
    source = taken(saved, "card,hint\nd/a,Think.\n")
    assert source.notes == [Note("c.csv:2", {"hint": "Think."}, ref="d/a")]


def test_gaps_make_a_cloze(saved: Saved) -> None:
    (note,) = taken(saved, "text,topic\nA {{b}},Cost\n").notes
    assert note.fields == {"text": "A {{b}}", "topic": "Cost", "kind": "cloze"}


def test_one_note_may_be_there_twice(saved: Saved) -> None:
    notes = taken(saved, "id,front,back\n1,a,b\n1,c,d\n").notes
    assert [(note.guid, note.fields["prompt"]) for note in notes] == [("1", "a"), ("1", "c")]


BAD_REST = "its rest can't be read: it holds something else than a card's fields"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("only", "it has no back"),
        (",b", "it has no front"),
        ("a,b,quiz", "there is no kind of card `quiz`: the kinds are `scenario`, `question`, "
         "`flashcard`, `choice` and `cloze`"),
        ("a,b,choice", "it has no choices"),
        ("a,b,scenario", "it has no verdict"),
        ("a,b,cloze", "it has no text"),
        ("a,b,,{},5", "it has more fields than there are columns"),
        ('a,b,,"[1]"', BAD_REST),
        ('a,b,,"{""points"":5}"', BAD_REST),
        ('a,b,,"{""id"":""x""}"', BAD_REST),
        ('a,b,,"{""now"":[]}"', BAD_REST),
        (f'a,b,,"{"[" * 100_000}"', BAD_REST),
    ],
)  # fmt: skip
def test_what_makes_no_card_is_skipped(saved: Saved, row: str, reason: str) -> None:
    source = taken(saved, f"front,back,kind,rest\nx,y,,{{}}\n{row}\n")
    assert [note.fields["prompt"] for note in source.notes] == ["x"]
    assert source.skipped == [Skipped("c.csv:3", reason)]


def test_controls_hidden_in_the_rest_are_cleaned(saved: Saved) -> None:
    row = '"{""hint"":"" \\u001b[2J "",""now"":{}}"'
    (note,) = taken(saved, f"front,back,rest\na,b,{row}\n").notes
    assert note.fields["hint"] == "\ufffd[2J"


def test_a_field_that_is_too_long_is_skipped(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAX_FIELD", 1000)
    source = taken(saved, f"a\t{'x' * 1001}\nb\t{'x' * 1000}\n")
    assert [note.fields["prompt"] for note in source.notes] == ["b"]
    assert source.skipped == [Skipped("c.csv:1", "its answer has more than 1,000 characters")]


ONE_COLUMN = (
    "c.csv:1: this file has one column; put front and back in one row, with a tab, a comma or "
    "a semicolon between them"
)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "c.csv: this file is empty; name a file that has cards"),
        (b"\xef\xbb\xbf \r\n", "c.csv: this file is empty; name a file that has cards"),
        (b"sep=;\n;;\n", "c.csv: this file has no rows; name a file that has cards"),
        (b"one\ntwo\n", ONE_COLUMN),
        (b'Front\n"a"\n', ONE_COLUMN),
        (
            "a,b\nc,dé".encode("latin-1"),
            "c.csv:2:4: the byte 0xe9 isn't UTF-8; save the file as UTF-8",
        ),
        (
            "a\tb\n".encode("utf-16") + b"\x00\xd8",
            "c.csv:2:1: this isn't UTF-16, as the file's first bytes say; save the file as UTF-8",
        ),
        (
            b"a,b\r\nc,\0",
            "c.csv:2:3: a NUL byte stands here: this isn't a text file in UTF-8; save it as UTF-8 "
            "text",
        ),
        (
            b'"a",b\n"c\nd",x,"e\nf,g\n',
            "c.csv:3:6: the quote that opens here is never closed; close it, and double the quotes "
            "within",
        ),
        (
            b'"a",b\n"c "d" e",f\n',
            "c.csv:2:4: text follows the quote that ends a field here; double the quotes within a "
            "field",
        ),
        (
            b"a" + b"," * 1001,
            "c.csv:1: this row has more than 1,000 columns; check what stands between its fields",
        ),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_read_is_refused(saved: Saved, data: bytes, sentence: str) -> None:
    with pytest.raises(TrainerError) as caught:
        taken(saved, data)
    assert str(caught.value) == sentence


def test_large_files_are_refused(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(separated, "MAX_NOTES", 2)
    with pytest.raises(TrainerError, match="more than 2 rows; split it into several"):
        taken(saved, "a,b\n" * 3)
    monkeypatch.setattr(textfile, "MAX_TEXT", 1024**2)
    with pytest.raises(TrainerError, match="larger than 1 MiB; split it into several"):
        taken(saved, b"a,b\n" * 300_000)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="this isn't a regular file; name a file that has cards"):
        read(str(tmp_path), "question", heed)
    with pytest.raises(TrainerError, match="this file can't be read"):
        read(str(tmp_path / "none.csv"), "question", heed)
