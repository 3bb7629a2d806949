"""What do large decks cost: reading them cold, unchanged and edited, and searching them?

python benchmarks/decks.py [--cards N,N,…] [--runs N] [--json FILE]

The decks are made from a seed (synthetic.py), ten thousand cards a file at most. Each reading is
measured inside a process of its own, from the call on: imports that it brings about count, the
start of Python doesn't. The files' pages are in the system's cache. The yardstick of a cold
reading is PyYAML's C loader alone, cyclic collection off as in ours; of an unchanged one, a look
at each file's size and time. Then the same number of cards in files of two, and searches in one
process: beside a plain scan of the same texts, and Anki's backend on as many notes.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING

from anki_side import LEFT_OUT, Anki, installed
from synthetic import NOW, TODAY, write_decks
from table import Measure, Rows, Sample, Thing, options, show, sizes, timed
from terminal import memory

from trainer.decks.library import Library, open_library

if TYPE_CHECKING:
    from trainer.standing import Standing

_CARDS_A_FILE = 10_000
_SMALL = 2  # cards of a small file
_IN_SMALL = 10_000  # cards in small files, where there are so many
# From here on a reading takes half a minute: it is measured once, and without the yardstick.
_LARGE = 100_000
# A file this lately written is looked into again even where its size and time are the same.
_FRESH_S = 2.1
_CHILD = "--child"  # how this script is told to be the process that is measured
_PATIENCE = 300
_COMMON, _RARE = "latency", "tombstone"
_LOADER, _LOOK, _SCAN = "PyYAML's C loader", "a look at each file", "a plain scan of the texts"


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    parser = options(__doc__, 5, "1000,10000,100000")
    parser.add_argument(_CHILD, nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        _child(*chosen.child)
        return
    rows = Rows()
    if not installed():
        rows.notes.append(LEFT_OUT)
    for cards in sizes(chosen.cards):
        runs = chosen.runs if cards < _LARGE else 1
        with tempfile.TemporaryDirectory() as folder:
            bytes_ = write_decks(os.path.join(folder, "decks"), cards, _CARDS_A_FILE)
            rows.notes.append(f"{cards:,} cards: {bytes_ / cards:.0f} bytes a card")
            rows.in_turn(runs, *_reading(folder, cards), warm_up=cards < 10_000)
            _searching(rows, folder, cards, chosen.runs)
        if cards == min(_IN_SMALL, sizes(chosen.cards)[-1]):
            with tempfile.TemporaryDirectory() as folder:
                write_decks(os.path.join(folder, "decks"), cards, _SMALL)
                time.sleep(_FRESH_S)
                rows.in_turn(min(runs, 3), *_small_files(folder, cards), warm_up=False)
    show(rows, chosen.json)


# Reading


def _reading(folder: str, cards: int) -> Iterator[Measure]:
    cache = os.path.join(folder, "cache")

    def cold() -> Sample:
        shutil.rmtree(cache, ignore_errors=True)
        time.sleep(_FRESH_S)
        taken, held = _run(folder, "open")
        peak = Thing("read a deck, cold, peak RSS", cards, unit="MiB")
        return [(Thing("read a deck, cold", cards, _LOADER), taken), (peak, held)]

    def edited() -> Sample:
        _edit(os.path.join(folder, "decks"))
        return [(Thing("read a deck, one card edited", cards, _LOADER), _run(folder, "open")[0])]

    if cards < _LARGE:
        yield lambda: [(Thing(_LOADER, cards), _run(folder, "load")[0])]
    yield cold
    yield lambda: [(Thing(_LOOK, cards), _run(folder, "look")[0])]
    yield lambda: [(Thing("read a deck, unchanged", cards, _LOOK), _run(folder, "open")[0])]
    yield edited


def _small_files(folder: str, cards: int) -> Iterator[Measure]:
    cache, look = os.path.join(folder, "cache"), f"{_LOOK} of {_SMALL} cards"

    def cold() -> Sample:
        shutil.rmtree(cache, ignore_errors=True)
        return [(Thing(f"read files of {_SMALL} cards, cold", cards), _run(folder, "open")[0])]

    yield cold
    yield lambda: [(Thing(look, cards), _run(folder, "look")[0])]
    unchanged = Thing(f"read files of {_SMALL} cards, unchanged", cards, look)
    yield lambda: [(unchanged, _run(folder, "open")[0])]


def _edit(decks: str) -> None:
    """Say one card in the middle of the first file otherwise."""
    path = os.path.join(decks, min(os.listdir(decks)))
    with open(path, encoding="utf-8") as file:
        text = file.read()
    place = text.index("say: ", len(text) // 2) + len("say: ")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{text[:place]}Edited, {text[place:]}")


def _run(folder: str, task: str) -> tuple[float, float]:
    """Do a task in a process of its own; return its milliseconds, and the most MiB it held."""
    done = subprocess.run(
        [sys.executable, __file__, _CHILD, task, folder],
        stdout=subprocess.PIPE,
        check=True,
        timeout=_PATIENCE,
    )
    taken, held = json.loads(done.stdout)
    return taken, held


def _child(task: str, folder: str) -> None:
    tasks: dict[str, Callable[[str], object]] = {
        "open": _open,
        "load": _load,
        "look": _look,
        "find": _find,
    }
    started = time.perf_counter()
    tasks[task](folder)
    taken = (time.perf_counter() - started) * 1000
    print(json.dumps([taken, memory(os.getpid()).get("peak RSS", 0.0)]))


def _open(folder: str) -> Library:
    decks = os.path.join(folder, "decks")
    library = open_library(decks, os.path.join(folder, "none"), cache=os.path.join(folder, "cache"))
    if library.problems:
        raise SystemExit(f"a synthetic deck has errors: {library.problems[0]}")
    return library


def _load(folder: str) -> None:
    import yaml

    gc.disable()
    for entry in os.scandir(os.path.join(folder, "decks")):
        with open(entry.path, encoding="utf-8") as file:
            yaml.load(file, yaml.CSafeLoader)


def _look(folder: str) -> None:
    for entry in os.scandir(os.path.join(folder, "decks")):
        os.stat(entry.path)


# Searching


def _find(folder: str) -> None:
    from trainer.search import Index, parse

    library = _open(folder)
    Index(library.cards.values(), library.decks, library.excerpts()).find(parse(_RARE), _nothing())


def _searching(rows: Rows, folder: str, cards: int, runs: int) -> None:
    time.sleep(_FRESH_S)
    _run(folder, "open")  # the file edited last is unchanged from here on
    rows.in_turn(
        runs,
        lambda: [(Thing("search in a process of its own", cards), _run(folder, "find")[0])],
        warm_up=False,
    )
    anki = Anki(os.path.join(folder, "anki"), cards, 0) if installed() else None
    with closing(anki) if anki else nullcontext():
        rows.in_turn(runs, *_searches(folder, cards, anki))


def _searches(folder: str, cards: int, anki: Anki | None) -> Iterator[Measure]:
    from trainer.search import Index, parse

    library, known = _open(folder), _nothing()
    excerpts = library.excerpts()

    def index() -> Index:
        made = Index(library.cards.values(), library.decks, excerpts)
        made.prepare()
        return made

    ready = index()
    texts = [f"{each.prompt}\n{each.answer}\n{each.text}".casefold() for each in excerpts.values()]
    other = parse("deck:none")  # so that no search narrows the one before it

    def afresh(text: str) -> Callable[[], object]:
        ready.find(other, known)
        return lambda: ready.find(parse(text), known)

    def word(text: str, kind: str) -> Measure:
        thing = Thing(f"search, a {kind} word", cards, _SCAN)
        return lambda: timed(thing, afresh(text))()

    yield timed(Thing(_SCAN, cards), lambda: [text for text in texts if _RARE in text])
    yield timed(Thing("search, preparing the index", cards), index)
    yield word(_COMMON, "common")
    yield word(_RARE, "rare")
    if anki:
        for text, kind in ((_COMMON, "common"), (_RARE, "rare")):
            thing = Thing(f"Anki: search, a {kind} word", cards, f"search, a {kind} word")
            yield timed(thing, lambda text=text: anki.search(text))  # type: ignore[misc]


def _nothing() -> Standing:
    """Return the standing of cards never answered."""
    from trainer.standing import Standing

    return Standing({}, {}, NOW, TODAY)


if __name__ == "__main__":
    main()
