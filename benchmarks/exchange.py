"""What does it cost to bring cards in and out?

python benchmarks/exchange.py [--cards N,N,…] [--runs N] [--json FILE]

Anki's backend writes a package of so many notes, each answered ten times, with their scheduling,
and reads it into an empty collection: in this process, the files in the system's cache. There is no
warm-up, since cards are brought in once.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count

from anki_side import LEFT_OUT, Anki, installed
from synthetic import REVIEWS
from table import Measure, Rows, Thing, options, show, sizes, timed


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    chosen = options(__doc__, 2, "1000,10000").parse_args()
    rows = Rows()
    if not installed():
        rows.notes.append(LEFT_OUT)
    else:
        for cards in sizes(chosen.cards):
            with (
                tempfile.TemporaryDirectory() as folder,
                closing(Anki(os.path.join(folder, "anki"), cards, REVIEWS)) as anki,
            ):
                measures = _exchanging(anki, os.path.join(folder, "notes.apkg"), cards)
                rows.in_turn(chosen.runs, *measures, warm_up=False)
    show(rows, chosen.json)


def _exchanging(anki: Anki, package: str, cards: int) -> Iterator[Measure]:
    fresh = count()
    yield timed(Thing("Anki: export a package", cards), lambda: anki.export(package))
    importing = timed(
        Thing("Anki: import a package", cards),
        lambda: anki.take_in(package, f"fresh-{next(fresh)}"),
    )
    yield importing


if __name__ == "__main__":
    main()
