"""How quick is the app under the fingers: typing, submitting, browsing, quitting?

python benchmarks/app.py [--cards N,N,…] [--runs N] [--json FILE]

Everything is measured in a pseudo-terminal of 80 × 24, from the key to what it paints, in a
process of its own for each run, after one that fills the caches. Of keys, a run gives the median of
forty (of fifteen in the search). The yardsticks are measured in turn with ours: a Textual app that
is nothing but a TextArea for typing, one that shows "Hello" for quitting. Browsing is measured on
synthetic cards (synthetic.py), each of which was answered once.
"""

from __future__ import annotations

import statistics
import tempfile
from itertools import cycle, islice

from homes import Home, home
from table import Measure, Rows, Sample, Thing, options, show, sizes
from terminal import EDITOR, HELLO, TRAINER, Terminal, program

from trainer.decks.library import open_library
from trainer.paths import bundled_decks

_KEYS = b"the quick brown fox jumps over a lazy dog and goes on "
_QUIT, _KEY = "quit a bare Textual app", "a TextArea: key to paint"


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    chosen = options(__doc__, 5, "1000,10000,100000").parse_args()
    rows = Rows()
    with tempfile.TemporaryDirectory() as folder:
        bundled = home(folder, 0)
        hello = program(bundled.env["HOME"], "hello", HELLO)
        editor = program(bundled.env["HOME"], "editor", EDITOR)
        rows.in_turn(
            chosen.runs,
            lambda: _editor(editor, bundled),
            lambda: _hello(hello, bundled),
            lambda: _sitting(bundled),
        )
        for cards in sizes(chosen.cards):
            rows.in_turn(chosen.runs, _browsing(home(folder, cards, 1)))
    show(rows, chosen.json)


def _editor(command: list[str], home: Home) -> Sample:
    with Terminal(command, home.env) as running:
        running.painted(b"Hello", running.started)
        running.settle(0.3)
        found = _type(running, 40)
        running.leave()
    return [(Thing(_KEY), found)]


def _hello(command: list[str], home: Home) -> Sample:
    with Terminal(command, home.env) as running:
        running.painted(b"Hello", running.started)
        running.settle()
        return [(Thing(_QUIT), running.leave())]


def _sitting(home: Home) -> Sample:
    """Answer a question: typing, submitting, rating, and quitting from the next one."""
    command = [*TRAINER, "quiz", "--mode", "drill", "--kind", "scenario"]
    with Terminal(command, home.env) as running:
        running.painted(b"Your answer", running.started)
        running.settle(0.3)
        key = _type(running, 40)
        running.settle(0.3)
        feedback = running.painted(b"1 Again", running.press(b"\n"))
        running.settle(0.3)
        # The next run would begin with rating this answer.
        following = running.painted(b"Your answer", running.press(b"3"))
        running.settle(0.3)
        leaving = running.leave()
    return [
        (Thing("key to paint", 0, _KEY), key),
        (Thing("submit to feedback"), feedback),
        (Thing("rate to next question"), following),
        (Thing("quit", 0, _QUIT), leaving),
    ]


def _browsing(home: Home) -> Measure:
    first = _first_row()

    def browse() -> Sample:
        with Terminal([*TRAINER, *home.decks], home.env) as running:
            running.painted(b"Browse", running.started)
            running.settle(0.3)
            opening = running.painted(first, running.press(b"b"))
            running.settle(0.3)
            key = _type(running, 15)
            running.leave()
        return [
            (Thing("open browse", home.cards), opening),
            (Thing("key in the search to paint", home.cards), key),
        ]

    return browse


def _first_row() -> bytes:
    """Return how the first card's prompt begins: the bundled decks are listed first."""
    library = open_library(bundled_decks(), "")
    return " ".join(library.card(next(iter(library.cards))).prompt.split()[:3]).encode()


def _type(running: Terminal, number: int) -> float:
    """Type; return the median of how long the keys took to be painted."""
    keys = islice(cycle(_KEYS), number)
    return statistics.median([running.answered(running.press(bytes((key,)))) for key in keys])


if __name__ == "__main__":
    main()
