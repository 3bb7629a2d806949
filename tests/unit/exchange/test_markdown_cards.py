"""Markdown cards, out and in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hostile import back, decks, gone, heed
from hypothesis import given

from trainer.decks.model import Deck
from trainer.exchange.markdown_cards import read, write
from trainer.exchange.note import Head, Source

Saved = Callable[[str, str | bytes], str]


def taken(saved: Saved, text: str, kind: str = "flashcard") -> Source:
    return read(saved("m.md", text), kind, heed)


@given(deck=decks())
def test_cards_come_back_whole(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "out.md"
    assert back(write, read, path, deck) == gone(deck)
    source = read(str(path), "question", heed)
    assert source.heads == {deck.deck: Head(deck.title, deck.topics, deck.synonyms)}
    assert source.left_out == []
