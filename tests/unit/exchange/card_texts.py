"""Cards of every kind with every field, for what must come back as it went out."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from msgspec import convert

from trainer.decks.model import Card, Deck
from trainer.decks.rules import check_card
from trainer.exchange.note import Fields
from trainer.text import clean

PIECES = [
    " ", "  ", "\n", "\t", "\xa0", "&amp;", "<b>", "</li>", "<br>", "{{c1::a}}", "::", "|", "#",
    "=1+1", "Q:", "A:", "---", "[x]", "-->", '"', "'", ";", ",", "[sound:a]", "\u05d0\u05d1", "🙂",
    "word", "long " * 50, "\x1b[31m",
]  # fmt: skip


def _stripped(pieces: list[str]) -> str:
    return clean("".join(pieces)).strip()


texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=5).map(_stripped)
said = texts.filter(bool)
ids = st.from_regex("[A-Za-z0-9][A-Za-z0-9._-]{0,9}", fullmatch=True)
tags = st.lists(said, max_size=3, unique_by=lambda tag: tag.casefold())
_PHRASES = st.lists(said, max_size=2)
_POINT = st.fixed_dictionaries(
    {"id": ids, "say": said},
    optional={
        "accept": _PHRASES, "weight": st.sampled_from([0.5, 2.0]), "required": st.booleans(),
        "together": st.lists(st.lists(said, min_size=1, max_size=2), max_size=1),
    },
)  # fmt: skip
_CHOICE = st.fixed_dictionaries({"text": said, "right": st.booleans()}, optional={"why": texts})
_GAPPED = st.builds("{}{{{{word|{}}}}}".format, st.just("One "), st.sampled_from(["a::b", "c1::x"]))


def _card(fields: dict[str, Any]) -> Card:
    return convert(fields, Card)


def _of(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Card]:
    common = {
        "topic": st.sampled_from(["", "cost"]), "tags": tags, "hint": texts, "source": texts,
        "difficulty": st.integers(1, 3), "follow_ups": _PHRASES,
        "formerly": st.lists(ids, max_size=1),
    }  # fmt: skip
    return st.fixed_dictionaries(
        {"id": ids, "kind": st.just(kind), **fields}, optional=dict(common)
    ).map(_card)


def _by(name: str, item: st.SearchStrategy[dict[str, Any]], least: int = 0) -> Any:
    return st.lists(item, min_size=least, max_size=3, unique_by=lambda each: each[name].casefold())


_GRADED = {
    "prompt": said, "answer": said, "variants": _PHRASES, "points": _by("say", _POINT),
    "mistakes": st.lists(
        st.fixed_dictionaries({"say": said, "match": st.tuples(said), "why": said}), max_size=1
    ),
    "examples": st.lists(
        st.fixed_dictionaries({"answer": texts, "rating": st.just("good")}), max_size=1
    ),
}  # fmt: skip

cards: st.SearchStrategy[Card] = st.one_of(
    _of("question", **_GRADED),
    _of("scenario", **_GRADED, verdict=st.just({"accept": ("RAG",), "reject": ("tuning",)})),
    _of("flashcard", prompt=said, answer=said, variants=_PHRASES),
    _of("choice", prompt=said, choices=_by("text", _CHOICE, 2), answer=texts),
    _of("cloze", text=_GAPPED, prompt=texts, answer=texts),
)


def card_of(fields: Fields, name: str) -> Card:
    """Return the card that a note's fields make."""
    return convert(json.loads(json.dumps({**fields, "id": name})), Card)


def is_sound(card: Card) -> bool:
    """Return whether a card would be read from a deck file."""
    return not [*check_card(card, Deck(schema=1, deck="d"), False)]
