"""Anki's backend as a yardstick: a collection of as many notes and reviews, and what it does.

The package `anki` is the collection and the scheduler of the program, in Rust, without its
windows. It is used as the program uses it: FSRS is on, and an answer is committed at once (SQLite
in WAL mode with FULL sync, as Trainer's). Where it isn't installed, its rows are left out.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from typing import Any

from synthetic import CARDS_A_DECK, TOPICS, note, placed

_DAY = 86_400_000
_TOP = "All"
LEFT_OUT = "Anki: left out, since the package anki isn't installed (pip install -e '.[oracle]')"


def installed() -> bool:
    """Whether Anki's backend can be imported."""
    return find_spec("anki") is not None


class Anki:
    """A collection in a folder of its own. To be closed at the end."""

    def __init__(self, folder: str, cards: int, reviews: int) -> None:
        """Make it: a note a card, in decks of as many as ours, each with so many reviews."""
        import anki.collection  # noqa: F401 - must be the first of its modules
        from anki.scheduler.v3 import CardAnswer
        from anki.stats_pb2 import GraphsRequest

        self._good = CardAnswer.GOOD
        self._graphs = {
            days: GraphsRequest(search="", days=days).SerializeToString() for days in (30, 365)
        }
        os.makedirs(folder, exist_ok=True)
        self._folder = folder
        self.path = os.path.join(folder, "collection.anki2")
        self._fill(cards)
        if reviews:
            self._review(cards, reviews)
        self.collection = self._open(self.path)

    def close(self) -> None:
        """Close the collection."""
        self.collection.close()

    def reopen(self) -> None:
        """Close the collection and open it again, as the program does at its start."""
        self.collection.close()
        self.collection = self._open(self.path)

    def deck_tree(self) -> None:
        """Count what is due, deck by deck, as its first screen does."""
        self.collection.sched.deck_due_tree()

    def graphs(self, days: int) -> None:
        """Sum up what its statistics show of so many days."""
        self.collection._backend.graphs_raw(self._graphs[days])

    def search(self, text: str) -> int:
        """Find the cards that have all words of the text; return how many."""
        return len(self.collection.find_cards(text))

    def answer(self) -> float:
        """Answer the next card in the queue; return the milliseconds of the answer alone."""
        scheduler = self.collection.sched
        queued = scheduler.get_queued_cards(fetch_limit=1).cards[0]
        card = self.collection.get_card(queued.card.id)
        card.start_timer()
        answer = scheduler.build_answer(card=card, states=queued.states, rating=self._good)
        started = time.perf_counter()
        scheduler.answer_card(answer)
        return (time.perf_counter() - started) * 1000

    def export(self, path: str) -> None:
        """Write all notes to a package, with their scheduling."""
        from anki.collection import ExportAnkiPackageOptions

        options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
        self.collection.export_anki_package(out_path=path, options=options, limit=None)

    def take_in(self, path: str, name: str) -> int:
        """Read a package into an empty collection of this name; return how many cards it has."""
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
        with closing(self._open(os.path.join(self._folder, f"{name}.anki2"))) as collection:
            collection.import_anki_package(
                ImportAnkiPackageRequest(package_path=path, options=options)
            )
            return int(collection.card_count())

    def _open(self, path: str) -> Any:
        from anki.collection import Collection

        return Collection(path)

    def _fill(self, cards: int) -> None:
        from anki.collection import AddNoteRequest

        with closing(self._open(self.path)) as collection:
            collection.set_config("fsrs", True)
            config = collection.decks.get_config(1)
            config["rev"]["perDay"] = config["new"]["perDay"] = 1_000_000
            collection.decks.save(config)
            kind = collection.models.by_name("Basic")
            decks: dict[str, Any] = {}
            requests = []
            for number, card in enumerate(placed(cards)):
                if card.deck not in decks:
                    decks[card.deck] = collection.decks.id(f"{_TOP}::{card.deck}")
                made = collection.new_note(kind)
                made.fields = list(note(number))
                made.tags = [f"topic-{number % TOPICS}"]
                requests.append(AddNoteRequest(note=made, deck_id=decks[card.deck]))
                if len(requests) == 20 * CARDS_A_DECK:
                    collection.add_notes(requests)
                    requests = []
            collection.add_notes(requests)
            collection.decks.set_current(collection.decks.id(_TOP))

    def _review(self, cards: int, reviews: int) -> None:
        """Give each card its reviews, and a due date from yesterday to eight days from now."""
        draw = random.Random(f"anki {cards}")
        now = int(time.time() * 1000)
        with closing(sqlite3.connect(self.path)) as db:
            ids = [card for (card,) in db.execute("SELECT id FROM cards")]
            db.executemany(
                "INSERT OR IGNORE INTO revlog VALUES (?, ?, -1, ?, 10, 5, 500, ?, 1)",
                _reviews(ids, reviews, now, draw),
            )
            db.executemany(
                "UPDATE cards SET type = 2, queue = 2, due = ?, ivl = ?, factor = 500, reps = ?, "
                """data = '{"s":20.5,"d":5.1,"dr":0.9}' WHERE id = ?""",
                [(draw.randint(-1, 8), draw.randint(1, 100), reviews, card) for card in ids],
            )
            db.commit()


def _reviews(
    cards: list[int], reviews: int, now: int, draw: random.Random
) -> Iterator[tuple[int, int, int, int]]:
    """Yield instant, card, rating and milliseconds: over the last nine hundred days."""
    # Anki tells reviews apart by their millisecond; ten a card are spread so that few clash.
    for card in cards:
        for _ in range(reviews):
            ago = int(draw.random() * 900 * _DAY)
            rating = 1 if draw.random() < 0.12 else 3
            yield now - _DAY - ago, card, rating, int(draw.random() * 85_000)
