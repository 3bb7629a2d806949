"""How long the progress file takes, at several sizes.

python benchmarks/progress.py [--cards N,N,…] [--runs N] [--json FILE]

For each number of cards a file with ten reviews of each is made from a seed. Measured are: opening
it, counting what is due, the statistics, saving an answer, and working out all state from the log.
The yardstick of saving is one row of the same size, written by plain sqlite3 with the same
durability, in turn with it. Where strace is there, the syncs of saving are counted too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from trainer.decks.index import DeckInfo
from trainer.progress.events import Event, Review, review_event
from trainer.progress.replay import rebuild
from trainer.progress.store import Store
from trainer.scheduling.days import DAY, MINUTE, Moment, parse_iso
from trainer.scheduling.settings import Settings
from trainer.stats import stats

_REVIEWS = 10
_TOPICS = 5
_CARDS_A_DECK = 500
_NOW = Moment(parse_iso("2026-05-11T09:00:00Z"), 0)
_DAY = _NOW.day(4)
_ANSWERS = 200
_COUNTED = 20  # answers whose syncs are counted
_SAVE = "--save"  # how this script is told to only save answers, under strace


class Placed(NamedTuple):
    """A card of the synthetic library."""

    ref: str
    deck: str
    topic: str


class Row(NamedTuple):
    """What was measured: milliseconds of every run, at a number of cards."""

    what: str
    cards: int
    times: list[float]


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cards", default="1000,10000,100000", metavar="N,…")
    parser.add_argument("--runs", type=int, default=15, metavar="N", help="runs of each (15)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file")
    parser.add_argument(_SAVE, metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.save:
        _save_some(options.save)
        return
    rows: list[Row] = []
    syncs: dict[int, str] = {}
    for cards in map(int, options.cards.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "progress.db")
            _make(path, cards)
            rows += _measure(path, cards, options.runs)
            syncs[cards] = _syncs(path)
    figures = [_figures(row, rows) for row in rows]
    _print(figures, syncs)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"rows": figures, "syncs": syncs}, file, indent=2)
            file.write("\n")


# The history


def _library(cards: int) -> list[Placed]:
    return [
        Placed(
            f"deck-{number // _CARDS_A_DECK}/card-{number}",
            f"deck-{number // _CARDS_A_DECK}",
            f"topic-{number % _TOPICS}",
        )
        for number in range(cards)
    ]


def _make(path: str, cards: int) -> None:
    """Make a progress file: of each card ten reviews at growing intervals, some just due."""
    with Store.open(path) as store:
        store.use_cards(f"{cards} cards", _library(cards))
        store.fill(_history(cards), "benchmark", ())


def _history(cards: int) -> Iterator[Event]:
    draw = random.Random(cards)
    for card in _library(cards):
        day, gap = _DAY - draw.randint(200, 900), 1.0
        for number in range(_REVIEWS):
            # The last review is none that leaves a step to wait for.
            again = 12 if number < _REVIEWS - 1 else 0
            rating = draw.choices((1, 2, 3, 4), (again, 13, 65, 10))[0]
            instant = _NOW.instant - (_DAY - day) * DAY + draw.randint(0, 600) * MINUTE
            at = Moment(instant, 0)
            yield review_event(_review(card.ref, rating, number, draw), at, day, "benchmark")
            gap = 1.0 if rating == 1 else gap * draw.uniform(1.3, 2.6)
            day = min(_DAY - 1, day + round(gap))


def _review(card: str, rating: int, number: int, draw: random.Random) -> Review:
    return Review(
        card=card,
        rating=rating,
        suggested=3,
        score=0.75,
        kind="question",
        mode="daily",
        elapsed_ms=draw.randint(5_000, 90_000),
        variant=0,
        prompt="Why does an index speed up reading and slow down writing?",
        answer="Because a lookup walks a tree instead of every row, and each write updates it. "
        * 2,
        points={"tree": 1.0, "writes": draw.choice((0.1, 1.0)), "space": draw.choice((0.0, 0.8))},
        hint=False,
        confidence=draw.choice((None, 1, 2, 3, 4)),
    )


# Measuring


def _measure(path: str, cards: int, runs: int) -> list[Row]:
    decks = {
        card.deck: DeckInfo(card.deck, card.deck, {}, f"{card.deck}.yaml", _CARDS_A_DECK)
        for card in _library(cards)
    }
    opening = _times(lambda: Store.open(path).close(), runs)
    with Store.open(path) as store:
        store.use_cards(f"{cards} cards", _library(cards))
        due = _times(lambda: store.topic_counts(_DAY, _NOW.instant), runs)
        summing = _times(lambda: stats(store, decks, _NOW, Settings()), runs)
        ours, plain = _saving(store, path, cards)
    # Rebuilding all takes seconds at the largest size.
    rebuilding = _times(lambda: _rebuild(path), 3 if cards < 100_000 else 1)
    return [
        Row("open", cards, opening),
        Row("due counts", cards, due),
        Row("statistics", cards, summing),
        Row("save an answer", cards, ours),
        Row("  plain sqlite3", cards, plain),
        Row("rebuild all", cards, rebuilding),
    ]


def _times(do: Callable[[], Any], runs: int) -> list[float]:
    times = []
    for run in range(runs + (runs > 1)):
        started = time.perf_counter()
        do()
        if run or runs == 1:
            times.append((time.perf_counter() - started) * 1000)
    return times


def _saving(store: Store, path: str, cards: int) -> tuple[list[float], list[float]]:
    """Return the times of saving answers, and of the yardstick's rows, in turn."""
    draw = random.Random(1)
    plain = sqlite3.connect(path + ".plain", isolation_level=None)
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute("PRAGMA synchronous = FULL")
    plain.execute("PRAGMA wal_autocheckpoint = 0")
    plain.execute("CREATE TABLE log (seq INTEGER PRIMARY KEY, body TEXT)")
    body = "x" * 700
    ours, yardstick = [], []
    for number in range(_ANSWERS):
        review = _review(_library(cards)[draw.randrange(cards)].ref, 3, number, draw)
        at = _NOW._replace(instant=_NOW.instant + number * MINUTE)
        started = time.perf_counter()
        store.add_review(review, at, _DAY)
        ours.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        plain.execute("INSERT INTO log (body) VALUES (?)", (body,))
        yardstick.append((time.perf_counter() - started) * 1000)
    plain.close()
    return ours, yardstick


def _rebuild(path: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    rebuild(db)
    db.execute("COMMIT")
    db.close()


def _syncs(path: str) -> str:
    """Return how many syncs an answer costs, as strace counts them."""
    if not shutil.which("strace"):
        return "not counted (no strace)"
    done = subprocess.run(
        ["strace", "-f", "-e", "trace=fsync,fdatasync", sys.executable, __file__, _SAVE, path],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return "not counted (strace may not trace here)"
    # The answers' own, between the two lines that the child says.
    said = re.split("saving begins|saving ends", done.stderr)
    calls = len(re.findall(r"(?:fsync|fdatasync)\(", said[1])) if len(said) == 3 else 0
    return f"{calls / _COUNTED:g} an answer"


def _save_some(path: str) -> None:
    draw = random.Random(2)
    with Store.open(path) as store:
        store.memories()
        cards = [*store.memories()]
        print("saving begins", file=sys.stderr, flush=True)
        for number in range(_COUNTED):
            at = _NOW._replace(instant=_NOW.instant + DAY + number * MINUTE)
            store.add_review(_review(draw.choice(cards), 3, number, draw), at, _DAY + 1)
        print("saving ends", file=sys.stderr, flush=True)


# The table


def _figures(row: Row, rows: list[Row]) -> dict[str, object]:
    first = next(other for other in rows if other.what == row.what)
    median = statistics.median(row.times)
    return {
        "what": row.what,
        "cards": row.cards,
        "reviews": row.cards * _REVIEWS,
        "median_ms": round(median, 3),
        "min_ms": round(min(row.times), 3),
        "max_ms": round(max(row.times), 3),
        "growth": round(median / statistics.median(first.times), 2),
        "runs": len(row.times),
    }


def _print(figures: list[dict[str, object]], syncs: dict[int, str]) -> None:
    print(f"{'':18}{'cards':>9}{'median':>11}{'min':>10}{'max':>10}{'growth':>9}{'runs':>6}")
    for row in figures:
        print(
            f"{row['what']:18}{row['cards']:>9}{row['median_ms']:>11}{row['min_ms']:>10}"
            f"{row['max_ms']:>10}{row['growth']:>9}{row['runs']:>6}"
        )
    for cards, said in syncs.items():
        print(f"{'syncs':18}{cards:>9}  {said}")
    print("Times in ms; growth is to the smallest size of the same row.")


if __name__ == "__main__":
    main()
