"""CSV and TSV, out and in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import back, decks, gone, heed, written
from hypothesis import given

from trainer.decks.model import Deck
from trainer.exchange.delimited import read, write
from trainer.exchange.heads import topic_of
from trainer.exchange.note import Note, Source

Saved = Callable[[str | bytes], str]


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    def save(text: str | bytes, name: str = "cards.csv") -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return save


def taken(path: str, kind: str = "flashcard") -> Source:
    source = read(path, kind, heed)
    short = [note._replace(place=Path(note.place).name) for note in source.notes]
    skipped = [skip._replace(place=Path(skip.place).name) for skip in source.skipped]
    return Source(short, skipped, source.left_out)


def flash(line: int, front: str, back: str, *tags: str) -> Note:
    fields = {"prompt": front, "answer": back, "tags": [*tags], "kind": "flashcard"}
    return Note(f"cards.csv:{line}", fields)


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
