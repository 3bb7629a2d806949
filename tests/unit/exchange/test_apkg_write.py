"""Anki packages of our own: what they hold, and that they come back whole."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
from card_texts import card_of, cards
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import convert
from workbench import FRAMEWORK

from trainer.decks.model import Card, Deck, Framework
from trainer.exchange import apkg_write
from trainer.exchange.apkg import read
from trainer.exchange.note import Source
from trainer.exchange.whole import digest
from trainer.scheduling.days import Moment

DECK = Deck(
    schema=1,
    deck="rag",
    title="RAG: a::b",
    topics={"cost": "Cost"},
    cards=(
        Card(id="b", prompt="Why?", answer="So.", topic="cost", tags=("vector db",)),
        Card(id="a", kind="cloze", text="It is {{fresh|new}}."),
    ),
)


def written(*decks: Deck) -> bytes:
    out = io.BytesIO()
    apkg_write.write(decks, out, lambda _: None)
    return out.getvalue()


def returned(folder: Path, decks: Sequence[Deck]) -> Source:
    path = folder / "out.apkg"
    path.write_bytes(written(*decks))
    return read(str(path), "question", lambda _: None)


@settings(max_examples=30)
@given(made=st.lists(cards, max_size=4, unique_by=lambda card: card.id))
def test_cards_come_back_whole(tmp_path_factory: pytest.TempPathFactory, made: list[Card]) -> None:
    deck = Deck(schema=1, deck="d", cards=tuple(made))
    source = returned(tmp_path_factory.mktemp("back"), [deck])
    assert not source.skipped
    assert [note.ref for note in source.notes] == [f"d/{card.id}" for card in made]
    assert [
        card_of(note.fields, card.id) for note, card in zip(source.notes, made, strict=True)
    ] == made


def test_what_was_agreed_on_comes_along(tmp_path: Path) -> None:
    first, second = returned(tmp_path, [DECK]).notes
    assert first.agreed is not None
    assert first.agreed["prompt"] == digest("Why?")
    assert second.agreed is not None


def test_decks_and_topics_are_decks_and_sub_decks(tmp_path: Path) -> None:
    first, second = returned(tmp_path, [DECK]).notes
    assert (first.deck, second.deck) == (("RAG: a:b", "Cost"), ("RAG: a:b",))
    assert first.fields["topic"] == "Cost"


def test_the_same_decks_make_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apkg_write, "now", lambda: Moment(1_800_000_000_000, 0))
    assert written(DECK) == written(DECK)


def test_notes_are_as_new_as_the_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Anki takes over what is newer than its own.
    monkeypatch.setattr(apkg_write, "now", lambda: Moment(1_800_000_000_500, 0))
    with ZipFile(io.BytesIO(written(DECK))) as archive:
        path = archive.extract("collection.anki2", tmp_path)
    db = sqlite3.connect(path)
    assert db.execute("SELECT DISTINCT mod FROM notes").fetchall() == [(1_800_000_000,)]
    db.close()


def test_what_stays_behind_is_said() -> None:
    framework = convert(FRAMEWORK, Framework)
    deck = Deck(schema=1, deck="d", frameworks=(framework,), synonyms=(("a", "b"),))
    composed, synonyms = apkg_write.write([deck], io.BytesIO(), lambda _: None)
    assert composed.startswith(f"{len(framework.signals)} composed scenarios stayed behind")
    assert synonyms.startswith("1 group of synonyms stayed behind")


def test_how_far_it_is_is_told() -> None:
    deck = Deck(
        schema=1,
        deck="d",
        cards=tuple(Card(id=f"c{i}", prompt="p", answer="a") for i in range(1_001)),
    )
    told: list[int] = []
    apkg_write.write([deck], io.BytesIO(), told.append)
    assert told == [0, 500, 1_000]
