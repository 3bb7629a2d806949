"""What the tests work with: a clock that stands still, small decks, reviews, whole desks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from trainer.config import Config
from trainer.decks.library import Library, open_library
from trainer.desk import Desk
from trainer.progress.database import transaction
from trainer.progress.events import Review
from trainer.progress.replay import rebuild_and_compare
from trainer.progress.store import Store
from trainer.scheduling.days import DAY, MINUTE, Moment, parse_iso
from trainer.scheduling.schedule import Rating

AGAIN, HARD, GOOD, EASY = Rating


class Clock:
    """A clock that moves when told to. It starts on a Monday at nine."""

    def __init__(self, start: str = "2026-05-11T09:00:00Z", offset: int = 0) -> None:
        self.instant = parse_iso(start)
        self.offset = offset

    def __call__(self) -> Moment:
        return Moment(self.instant, self.offset)

    def pass_(self, *, days: float = 0, minutes: float = 0) -> Moment:
        """Let time pass, or go back, and return the moment it is then."""
        self.instant += round(days * DAY + minutes * MINUTE)
        return self()

    @property
    def day(self) -> int:
        return self().day(4)


def review(card: str, rating: int = 3, **fields: Any) -> Review:
    known: dict[str, Any] = {
        "suggested": 3,
        "score": 0.8,
        "kind": "question",
        "mode": "daily",
        "elapsed_ms": 1500,
        "variant": 0,
        "prompt": "Why?",
        "answer": "Because.",
        "points": {"a": 1.0},
        "hint": False,
    }
    return Review(card, rating, **{**known, **fields})


def events(store: Store, kind: str = "") -> list[dict[str, Any]]:
    found = [json.loads(line) for line in store.lines()]
    return [event for event in found if kind in ("", event["type"])]


def deck(*cards: dict[str, Any], name: str = "d", **fields: Any) -> str:
    """Return the text of a deck file: JSON is YAML."""
    return json.dumps({"schema": 1, "deck": name, **fields, "cards": list(cards)})


def flashcards(*ids: str, topics: str = "") -> list[dict[str, Any]]:
    """Return flashcards; `topics` gives each its topic, a letter a card."""
    cards: list[dict[str, Any]] = []
    for place, name in enumerate(ids):
        card = {"id": name, "kind": "flashcard", "prompt": f"{name}?", "answer": f"{name}!"}
        cards.append({**card, "topic": topics[place]} if topics else card)
    return cards


QUESTION: dict[str, Any] = {
    "id": "why",
    "topic": "t",
    "prompt": "Why keep an index?",
    "hint": "Think of speed.",
    "points": [
        {"id": "speed", "say": "Lookups become fast.", "accept": ["fast lookups", "speed"]},
        {"id": "order", "say": "Rows come sorted.", "accept": ["sorted rows", "ordered"]},
    ],
    "answer": "Lookups become fast, and rows come sorted.",
    "follow_ups": ["What does it cost?"],
}
SCENARIO: dict[str, Any] = {
    "id": "formulary",
    "kind": "scenario",
    "topic": "t",
    "prompt": "Drug formulary, monthly updates?",
    "verdict": {"accept": ["RAG"], "reject": ["fine-tuning"]},
    "points": [{"id": "updates", "say": "It changes monthly.", "accept": ["updates monthly"]}],
    "answer": "RAG, since it updates monthly.",
}
CHOICE: dict[str, Any] = {
    "id": "pick",
    "kind": "choice",
    "prompt": "Which is a fruit?",
    "choices": [
        {"text": "Apple", "right": True},
        {"text": "Brick", "why": "It is baked clay."},
        {"text": "Pear", "right": True},
    ],
}
CLOZE: dict[str, Any] = {
    "id": "gap",
    "kind": "cloze",
    "text": "RAG keeps facts in {{an index|a knowledge base}}, tuning in {{the weights}}.",
}
FLASHCARD: dict[str, Any] = {
    "id": "flip",
    "kind": "flashcard",
    "prompt": "HNSW?",
    "answer": "A layered graph.",
}

_VERDICTS: dict[str, Any] = {
    "rag": {"accept": ["RAG"], "reject": ["fine-tuning"]},
    "tune": {"accept": ["fine-tuning"], "reject": ["RAG"]},
    "both": {"all": [["RAG"], ["fine-tuning"]]},
}
# Three signals of which any two can meet; with `style`, both are wanted.
FRAMEWORK: dict[str, Any] = {
    "id": "rag-or-tune",
    "topic": "t",
    "verdicts": _VERDICTS,
    "axes": {"facts": "the facts", "behaviour": "the style"},
    "subjects": [
        {"id": "formulary", "text": "Drug formulary", "domain": "clinic", "tags": ["facts"]},
        {"id": "prices", "text": "Price list", "tags": ["facts"]},
        {"id": "notes", "text": "Discharge notes", "tags": ["facts", "prose"]},
    ],
    "signals": [
        {
            "id": "monthly",
            "favours": "rag",
            "axis": "facts",
            "cues": ["monthly updates", "new every week"],
            "only_with": ["facts"],
            "hint": "Where does the knowledge live?",
            "tags": ["change"],
            "follow_ups": ["And daily?"],
            "point": {"say": "Facts change, so re-index documents.", "accept": ["re-index"]},
        },
        {
            "id": "cited",
            "favours": "rag",
            "axis": "facts",
            "cues": ["needs citations"],
            "point": {"say": "Retrieved passages can be cited.", "accept": ["cite passages"]},
        },
        {
            "id": "style",
            "favours": "tune",
            "axis": "behaviour",
            "cues": ["one house style"],
            "point": {"say": "A style is learnt from examples.", "accept": ["learn the style"]},
        },
    ],
    "rules": [
        {"when": {"facts": "rag", "behaviour": "tune"}, "verdict": "both"},
        {"when": {"facts": "rag"}, "verdict": "rag"},
    ],
}


def library(folder: Path, *decks: str) -> Library:
    """Write the deck files and open a library of them alone."""
    own, bundled = folder / "decks", folder / "bundled"
    for made in (own, bundled):
        made.mkdir(exist_ok=True)
    for number, text in enumerate(decks):
        (own / f"{number}.yaml").write_text(text, encoding="utf-8")
    opened = open_library(str(bundled), str(own))
    assert not opened.problems, [str(problem) for problem in opened.problems]
    return opened


def desk(folder: Path, clock: Clock, *decks: str, config: Config | None = None) -> Desk:
    """Return a desk on a progress file in the folder; its store is to be closed."""
    opened, store = library(folder, *decks), Store.open(str(folder / "progress.db"))
    return Desk(opened, store, config or Config(), clock)


class Placed(NamedTuple):
    """A card of a library that exists only in a test."""

    ref: str
    topic: str = ""

    @property
    def deck(self) -> str:
        return self.ref.partition("/")[0]


def rebuilt(store: Store) -> dict[str, int]:
    """Derive all of the store's tables anew; return those in which something was otherwise."""
    with transaction(store._db):
        differing = rebuild_and_compare(store._db)
    return {table: rows for table, rows in differing.items() if rows}


def table(store: Store, name: str, order: str = "1, 2") -> list[tuple[Any, ...]]:
    return store._db.execute(f"SELECT * FROM {name} ORDER BY {order}").fetchall()


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    """Have nobody write the folder and its files, not even root; others must reach it."""
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
