"""Decks with all that a format may trip over, to go out and come back."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from hypothesis import strategies as st
from msgspec import convert

from trainer.decks.model import Card, Deck
from trainer.decks.rules import check_card
from trainer.exchange.note import Fields, Heed, Source
from trainer.exchange.whole import whole
from trainer.text import clean

Reader = Callable[[str, str, Heed], Source]
Writer = Callable[[Sequence[Deck], BinaryIO, Heed], list[str]]

BITS = (
    "a", "RAG", "two words", " ", "  ", "\n", "\n\n", "\n  ", "\t", ",", ";", ", ", '"', '""', "'",
    "=1+1", "+", "-", "@", "- ", "* ", "• ", "1. ", "[x] ", "[ ] ", "[", "]", "](", "![", "{", "}",
    "|", "\\", "\\[", "\\n", "<b>", "</p>", "<br>", "&amp;", "&", "<", ">", "<!--", "-->", "--",
    "<!-- trainer: d/a {} -->", "#", "# ", "#separator:tab", "\nQ: ", "\nA: ", "\nC: ", "Q:",
    "A:", "C:", "\n---\n", "---", "\nPoints:\n\n- ", "Points:", "```", "\n```\nQ: x\n```\n", "~~~",
    "sep=;", "::", "%", "%5B", "$", "_", "é", "שלום", "مرحبا", "日本語", "🙂",
    "\u00a0", "\u2028", "\ufeff", "\ufffd", "null", "true", "012", "x" * 300,
)  # fmt: skip


def texts(*, empty: bool = False, without: str = "") -> st.SearchStrategy[str]:
    """Texts as decks hold them: cleaned and stripped."""
    bits = [bit for bit in BITS if not set(bit) & set(without)]
    some = st.lists(st.sampled_from(bits), min_size=0 if empty else 1, max_size=6)
    joined = some.map(lambda found: clean("".join(found)).strip())
    return joined if empty else joined.map(lambda text: text or "a")


def lists(items: st.SearchStrategy[Any], least: int = 0, most: int = 3) -> Any:
    return st.lists(items, min_size=least, max_size=most)


@st.composite
def clozes(draw: st.DrawFn) -> str:
    """Texts with gaps, each with answers."""
    plain = st.lists(
        st.sampled_from([bit for bit in BITS if not set(bit) & set("{}")]), max_size=4
    ).map("".join)
    found = ""
    for _ in range(draw(st.integers(1, 3))):
        answers = draw(lists(texts(without="{}|"), 1, 3))
        space = draw(st.sampled_from(["", " "]))
        found += draw(plain) + "{{" + space + "|".join(answers) + "}}"
    return clean(found + draw(plain)).strip()


IDS = st.sampled_from(["a", "b-1", "C.d_e", "0", "x" * 80])
TOPICS = ("cost", "decision", "other", "odd")


@st.composite
def cards(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A sound card, with any of the fields that its kind has."""
    kind = draw(st.sampled_from(["scenario", "question", "flashcard", "choice", "cloze"]))
    card: dict[str, Any] = {
        "id": name,
        "kind": kind,
        "topic": draw(st.sampled_from(["", *TOPICS])),
        "tags": draw(st.lists(texts(), max_size=3, unique_by=str.casefold)),
        "difficulty": draw(st.integers(1, 3)),
        "hint": draw(texts(empty=True)),
        "follow_ups": draw(lists(texts(), most=2)),
        "source": draw(texts(empty=True)),
        "formerly": draw(lists(st.sampled_from(["old-1", "deck/old"]), most=1)),
        "prompt": draw(texts(empty=kind == "cloze")),
        "answer": draw(texts(empty=kind in ("choice", "cloze"))),
    }
    if kind == "cloze":
        card["text"] = draw(clozes())
    else:
        card["variants"] = draw(lists(texts(), most=2))
    if kind == "choice":
        said = draw(st.lists(texts(), min_size=2, max_size=4, unique_by=str.casefold))
        card["choices"] = [
            {
                "text": text,
                "right": number == 0 or draw(st.booleans()),
                "why": draw(texts(empty=True)),
            }
            for number, text in enumerate(said)
        ]
        draw(st.randoms(use_true_random=False)).shuffle(card["choices"])
    if kind in ("scenario", "question"):
        card["points"] = [
            {
                "id": point,
                "say": draw(texts()),
                "accept": draw(lists(texts(), most=2)),
                "together": draw(lists(lists(texts(), 1, 2), most=1)),
                "weight": draw(st.sampled_from([1.0, 0.5, 3.0])),
                "required": draw(st.booleans()),
            }
            for point in draw(st.lists(IDS, unique=True, max_size=3))
        ]
        card["mistakes"] = [
            {"say": draw(texts()), "match": draw(lists(texts(), 1, 2)), "why": draw(texts())}
            for _ in range(draw(st.integers(0, 1)))
        ]
    if kind == "scenario":
        card["verdict"] = {"accept": ["RAG"], "reject": draw(lists(texts(without="RAG"), most=1))}
    if kind != "flashcard":
        hits = [point["id"] for point in card.get("points", ())][:1]
        card["examples"] = [{"answer": draw(texts()), "rating": "good", "hits": hits}]
    return card


@st.composite
def decks(draw: st.DrawFn) -> Deck:
    """A deck of sound cards."""
    topics = {
        "cost": draw(texts(empty=True)), "decision": "Decision framework",
        "other": "cost", "odd": draw(texts()),
    }  # fmt: skip
    deck = convert(
        {
            "schema": 1,
            "deck": draw(IDS),
            "title": draw(texts(empty=True)),
            "topics": topics,
            "synonyms": draw(lists(lists(texts(), 2, 3), most=1)),
            "cards": [draw(cards(name)) for name in draw(st.lists(IDS, unique=True, max_size=2))],
        },
        Deck,
    )
    for card in deck.cards:
        found = list(check_card(card, deck, True))
        assert not found, found
    return deck


def heed(number: int) -> None:
    """Mind nothing."""


def written(write: Writer, *decks: Deck) -> str:
    out = io.BytesIO()
    write(decks, out, heed)
    return out.getvalue().decode()


def back(write: Writer, read: Reader, path: Path, *decks: Deck) -> dict[str, Fields]:
    """Return the cards of decks by their refs, as they come back from a file."""
    with path.open("wb") as file:
        write(decks, file, heed)
    source = read(str(path), "question", heed)
    assert not source.skipped
    found = {note.ref: whole(convert({**note.fields, "id": "a"}, Card)) for note in source.notes}
    assert len(found) == len(source.notes)
    return found


def gone(*decks: Deck) -> dict[str, Fields]:
    """Return the cards of decks by their refs, as they go out."""
    return {f"{deck.deck}/{card.id}": whole(card) for deck in decks for card in deck.cards}
