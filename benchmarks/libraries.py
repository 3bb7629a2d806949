"""How does the app bear large libraries: listing all cards, searching them, and the memory held?

python benchmarks/libraries.py [--cards N,N,…] [--runs N] [--json FILE]

Each run is a process of its own, the app in a pseudo-terminal of 80 × 24, after one that fills the
caches; each synthetic card (synthetic.py) was answered once. Times are from the key to what it
paints; of keys in the search, a run gives the median of fifteen.

Peak RSS is the most that a process ever held, shared pages whole; PSS what the app holds while it
waits for a key, each shared page by its share (/proc/PID/status and smaps_rollup; Linux alone). The
yardsticks are `python -c pass` and a Textual app that shows "Hello". That `trainer due` loads no
module of Textual is counted, too.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

from homes import Home, home
from table import Measure, Rows, Sample, Thing, options, show, sizes
from terminal import DEADLINE, HELLO, TRAINER, Terminal, memory, peak, program

from trainer.decks.library import open_library
from trainer.paths import bundled_decks

_PASS, _HELLO = "python -c pass", "bare Textual: hello"
_COUNT = """
import sys
from trainer.cli import main
try:
    main(["due"])
except SystemExit:
    pass
print(sum(name.partition(".")[0] == "textual" for name in sys.modules), file=sys.stderr)
"""


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    chosen = options(__doc__, 5, "1000,10000,100000").parse_args()
    rows = Rows()
    with tempfile.TemporaryDirectory() as folder:
        bundled = home(folder, 0)
        hello = program(bundled.env["HOME"], "hello", HELLO)
        homes = [bundled, *(home(folder, cards, 1) for cards in sizes(chosen.cards))]
        rows.in_turn(
            chosen.runs,
            lambda: [(_peak(_PASS), peak([sys.executable, "-c", "pass"], bundled.env))],
            *map(_due, homes),
        )
        rows.in_turn(chosen.runs, lambda: _hello(hello, bundled), *map(_app, homes))
        rows.add([(Thing("due, modules of Textual", unit="modules"), _modules(bundled))])
    show(rows, chosen.json)


def _due(home: Home) -> Measure:
    thing = _peak("due", home.cards, _PASS)
    return lambda: [(thing, peak([*TRAINER, "due", *home.decks], home.env))]


def _hello(command: list[str], home: Home) -> Sample:
    with Terminal(command, home.env) as running:
        running.painted(b"Hello", running.started)
        running.settle(0.3)
        found = _held(_HELLO, 0, memory(running.pid))
        running.leave()
    return found


def _app(home: Home) -> Measure:
    first = _first_row()

    def use() -> Sample:
        with Terminal([*TRAINER, *home.decks], home.env) as running:
            running.painted(b"Browse", running.started)
            running.settle(0.3)
            found = _held("app open", home.cards, memory(running.pid), _HELLO)
            opening = running.painted(first, running.press(b"b"))
            running.settle(0.3)
            key = running.typed(15)
            found += _held("cards searched", home.cards, memory(running.pid), _HELLO)
            running.leave()
        return [
            (Thing("open the list of all cards", home.cards), opening),
            (Thing("key in the search to paint", home.cards), key),
            *found,
        ]

    return use


def _first_row() -> bytes:
    """Return how the first card's prompt begins: the bundled decks are listed first."""
    library = open_library(bundled_decks(), "")
    return " ".join(library.card(next(iter(library.cards))).prompt.split()[:3]).encode()


def _held(what: str, cards: int, held: dict[str, float], yardstick: str = "") -> Sample:
    return [
        (Thing(f"{what}, {kind}", cards, yardstick and f"{yardstick}, {kind}", "MiB"), value)
        for kind, value in held.items()
    ]


def _peak(what: str, cards: int = 0, yardstick: str = "") -> Thing:
    return Thing(f"{what}, peak RSS", cards, yardstick and f"{yardstick}, peak RSS", "MiB")


def _modules(home: Home) -> int:
    """Return how many modules of Textual `trainer due` loads."""
    done = subprocess.run(
        [sys.executable, "-c", _COUNT],
        capture_output=True,
        env=home.env,
        check=True,
        timeout=DEADLINE,
    )
    return int(done.stderr.split()[-1])


if __name__ == "__main__":
    main()
