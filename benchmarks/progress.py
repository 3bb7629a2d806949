"""What does the progress file cost as it grows: opening, counting, answering, summing, rebuilding?

python benchmarks/progress.py [--cards N,N,…] [--runs N] [--json FILE]

For each number of cards a file with ten reviews of each is made from a seed (synthetic.py), and
beside it a collection of Anki's with as many notes and reviews. The yardsticks are plain sqlite3
with the same durability and Anki's backend. All are measured in turn in this process, caches warm,
as they are in a program that is open. Where strace is there, the syncs of each answer are counted.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, nullcontext

from anki_side import LEFT_OUT, Anki, installed
from synthetic import (
    CARDS_A_DECK,
    NOW,
    REVIEWS,
    TODAY,
    placed,
    rebuilt,
    review,
    write_history,
)
from table import Measure, Rows, Sample, Thing, options, show, sizes, timed

from trainer.decks.index import DeckInfo
from trainer.progress.store import Store
from trainer.scheduling.days import DAY, MINUTE
from trainer.scheduling.settings import Settings
from trainer.stats import stats

_ANSWERS = 100
_COUNTED = 20  # answers whose syncs are counted
_SAVE = "--save"  # how this script is told to only save answers, under strace
# From here on a file is rebuilt only once, when it is made: it takes minutes.
_LARGE = 100_000
_RAW_OPEN, _RAW_DUE, _RAW_SAVE = "raw sqlite3: open", "raw sqlite3: count", "raw sqlite3: commit"
_RAW_COUNT = (
    "SELECT topic, count(*) FROM memory "
    "WHERE ask_at IS NULL AND topic IS NOT NULL AND ask_day <= ? GROUP BY topic"
)


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    parser = options(__doc__, 11, "1000,10000,100000")
    parser.add_argument(_SAVE, metavar="FILE", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.save:
        _save_some(chosen.save)
        return
    rows = Rows()
    if not installed():
        rows.notes.append(LEFT_OUT)
    for cards in sizes(chosen.cards):
        with tempfile.TemporaryDirectory() as folder:
            _measure(rows, folder, cards, chosen.runs)
    show(rows, chosen.json)


def _measure(rows: Rows, folder: str, cards: int, runs: int) -> None:
    path = os.path.join(folder, "progress.db")
    rebuild = Thing("rebuild all state", cards)
    rows.add([(rebuild, write_history(path, cards))])
    if cards < _LARGE:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            rows.in_turn(min(runs, 4), lambda: [(rebuild, rebuilt(db))], warm_up=False)
    anki = Anki(os.path.join(folder, "anki"), cards, REVIEWS) if installed() else None
    with (
        closing(anki) if anki else nullcontext(),
        Store.open(path) as store,
        closing(_raw(path + ".raw")) as raw,
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader,
    ):
        store.use_cards(f"{cards} cards", placed(cards))
        rows.in_turn(runs, *_opening(path, cards, anki))
        rows.in_turn(runs, *_counting(store, reader, cards, anki))
        rows.in_turn(runs, *_summing(store, cards, anki))
        gc.collect()
        rows.in_turn(min(_ANSWERS, cards // 10), *_answering(store, raw, cards, anki))
    _count_syncs(rows, path, cards)


def _opening(path: str, cards: int, anki: Anki | None) -> Iterator[Measure]:
    def raw() -> None:
        with closing(sqlite3.connect(path)) as db:
            db.execute("SELECT value FROM meta").fetchone()

    yield timed(Thing(_RAW_OPEN, cards), raw)
    yield timed(Thing("open the progress", cards, _RAW_OPEN), lambda: Store.open(path).close())
    if anki:
        yield timed(Thing("Anki: open", cards, "open the progress"), anki.reopen)


def _counting(
    store: Store, reader: sqlite3.Connection, cards: int, anki: Anki | None
) -> Iterator[Measure]:
    yield timed(Thing(_RAW_DUE, cards), lambda: reader.execute(_RAW_COUNT, (TODAY,)).fetchall())
    yield timed(
        Thing("due counts", cards, _RAW_DUE), lambda: store.topic_counts(TODAY, NOW.instant)
    )
    if anki:
        yield timed(Thing("Anki: deck tree", cards, "due counts"), anki.deck_tree)


def _summing(store: Store, cards: int, anki: Anki | None) -> Iterator[Measure]:
    decks = {
        card.deck: DeckInfo(card.deck, card.deck, {}, f"{card.deck}.yaml", CARDS_A_DECK)
        for card in placed(cards)
    }
    settings = Settings()
    yield timed(Thing("statistics", cards), lambda: stats(store, decks, NOW, settings))
    if anki:
        for days in (30, 365):
            thing = Thing(f"Anki: graphs of {days} days", cards, "statistics")
            yield timed(thing, lambda days=days: anki.graphs(days))  # type: ignore[misc]


def _answering(
    store: Store, raw: sqlite3.Connection, cards: int, anki: Anki | None
) -> Iterator[Measure]:
    draw = random.Random(1)
    library = placed(cards)
    body = "x" * 700  # as long as an answer in the log

    def plain() -> Sample:
        started = time.perf_counter()
        raw.execute("INSERT INTO log (body) VALUES (?)", (body,))
        return [(Thing(_RAW_SAVE, cards), (time.perf_counter() - started) * 1000)]

    minutes = iter(range(1, 1_000_000))

    def ours() -> Sample:
        answer = review(draw.choice(library).ref, 3, draw)
        at = NOW._replace(instant=NOW.instant + next(minutes) * MINUTE)
        started = time.perf_counter()
        store.add_review(answer, at, TODAY)
        thing = Thing("save an answer", cards, _RAW_SAVE)
        return [(thing, (time.perf_counter() - started) * 1000)]

    yield plain
    yield ours
    if anki:
        yield lambda: [(Thing("Anki: answer a card", cards, "save an answer"), anki.answer())]


def _raw(path: str) -> sqlite3.Connection:
    """Return a file of plain rows, as durable as ours."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA wal_autocheckpoint = 0")
    db.execute("CREATE TABLE log (seq INTEGER PRIMARY KEY, body TEXT)")
    return db


def _count_syncs(rows: Rows, path: str, cards: int) -> None:
    """Count the syncs of each of some answers, as strace sees them."""
    if not shutil.which("strace"):
        rows.notes.append("save an answer, syncs: not counted (no strace)")
        return
    done = subprocess.run(
        ["strace", "-f", "-e", "trace=fsync,fdatasync", sys.executable, __file__, _SAVE, path],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode:
        rows.notes.append("save an answer, syncs: not counted (strace may not trace here)")
        return
    # What happened before the first answer was said to be saved isn't an answer's.
    for said in re.split("saved one", done.stderr)[1:-1]:
        calls = len(re.findall(r"(?:fsync|fdatasync)\(", said))
        rows.add([(Thing("save an answer, syncs", cards, unit="syncs"), calls)])


def _save_some(path: str) -> None:
    draw = random.Random(2)
    with Store.open(path) as store:
        cards = [*store.memories()]
        for number in range(_COUNTED + 1):
            at = NOW._replace(instant=NOW.instant + DAY + number * MINUTE)
            store.add_review(review(draw.choice(cards), 3, draw), at, TODAY + 1)
            print("saved one", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
