"""What does it cost to bring cards in and out?

python benchmarks/exchange.py [--cards N,N,…] [--runs N] [--json FILE]

Ours are whole commands, each format in turn: a library of so many cards of all kinds is exported,
and the file is imported into a home that has none of them; `again` imports it once more,
unchanged. "Foreign" notes are a front and a back each, in a CSV file. Anki's backend
writes a package of so many notes, each answered ten times, with their scheduling, and reads it into
an empty collection: in this process. There is no warm-up, since cards are brought in once.
"""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count

from anki_side import LEFT_OUT, Anki, installed
from homes import Home, home
from synthetic import REVIEWS, note
from table import Measure, Rows, Sample, Thing, options, show, sizes, timed
from terminal import TRAINER, peak, whole

_FORMATS = ("anki", "anki-text", "csv", "markdown", "json")


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    chosen = options(__doc__, 2, "1000,10000").parse_args()
    rows = Rows()
    if not installed():
        rows.notes.append(LEFT_OUT)
    for cards in sizes(chosen.cards):
        with tempfile.TemporaryDirectory() as folder:
            measures = [*_ours(home(folder, cards), folder)]
            rows.in_turn(chosen.runs, *measures, warm_up=False)
        if installed():
            with (
                tempfile.TemporaryDirectory() as folder,
                closing(Anki(os.path.join(folder, "anki"), cards, REVIEWS)) as anki,
            ):
                measures = [*_ankis(anki, os.path.join(folder, "notes.apkg"), cards)]
                rows.in_turn(chosen.runs, *measures, warm_up=False)
    show(rows, chosen.json)


def _ours(known: Home, folder: str) -> Iterator[Measure]:
    foreign = os.path.join(folder, "notes.csv")
    with open(foreign, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(map(note, range(known.cards)))
    yield lambda: _import(known, folder, foreign, "csv", "import foreign notes")
    for form in _FORMATS:
        out = os.path.join(folder, f"cards.{form}")
        yield _export(known, form, out)
        yield _brought(known, folder, out, form)


def _export(known: Home, form: str, out: str) -> Measure:
    command = [*TRAINER, "export", *known.decks, "--format", form, out]
    thing = Thing(f"export {form}", known.cards)
    return lambda: [(thing, whole(command, known.env))]


def _brought(known: Home, folder: str, file: str, form: str) -> Measure:
    return lambda: _import(known, folder, file, form, f"import {form}")


def _import(known: Home, folder: str, file: str, form: str, what: str) -> Sample:
    """Import into a home of its own, which has nothing yet, and once more."""
    fresh = os.path.join(folder, "fresh")
    env = {**known.env, "TRAINER_HOME": fresh}
    command = [*TRAINER, "import", "--format", form, file]
    try:
        first = whole(command, env)
        again = whole(command, env)
        shutil.rmtree(fresh)
        held = peak(command, env)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return [
        (Thing(what, known.cards), first),
        (Thing(f"{what} again", known.cards), again),
        (Thing(f"{what}, peak RSS", known.cards, unit="MiB"), held),
    ]


def _ankis(anki: Anki, package: str, cards: int) -> Iterator[Measure]:
    fresh = count()
    yield timed(Thing("Anki: export a package", cards), lambda: anki.export(package))
    yield timed(
        Thing("Anki: import a package", cards),
        lambda: anki.take_in(package, f"fresh-{next(fresh)}"),
    )


if __name__ == "__main__":
    main()
