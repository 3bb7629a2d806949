"""How much memory do the commands and the app hold, beside bare programs?

python benchmarks/memory.py [--cards N,N,…] [--runs N] [--json FILE]

Each run is a process of its own. Peak RSS is the most it ever held, shared pages whole, as the
system says when it has ended. PSS is what the app holds while its first screen, or the list of all
cards, waits for a key: each shared page by its share (/proc/PID/smaps_rollup; Linux alone). Each
synthetic card was answered once. The yardsticks are `python -c pass` and a Textual app that shows
"Hello". That `trainer due` loads no module of Textual is counted, too.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

from homes import Home, home
from table import Measure, Rows, Sample, Thing, options, show, sizes
from terminal import DEADLINE, HELLO, TRAINER, Terminal, memory, peak, program

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
    chosen = options(__doc__, 3, "1000,10000,100000").parse_args()
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
        rows.in_turn(
            chosen.runs, lambda: _held(_HELLO, 0, "", hello, b"Hello", bundled), *map(_app, homes)
        )
        rows.add([(Thing("due, modules of Textual", unit="modules"), _modules(bundled))])
    show(rows, chosen.json)


def _due(home: Home) -> Measure:
    thing = _peak("due", home.cards, _PASS)
    return lambda: [(thing, peak([*TRAINER, "due", *home.decks], home.env))]


def _app(home: Home) -> Measure:
    return lambda: _held(
        "app open", home.cards, _HELLO, [*TRAINER, *home.decks], b"Browse", home, browsing=True
    )


def _held(
    what: str,
    cards: int,
    yardstick: str,
    command: list[str],
    wanted: bytes,
    home: Home,
    *,
    browsing: bool = False,
) -> Sample:
    """Return what an app holds once it waits for a key, and then when it has listed all cards."""
    with Terminal(command, home.env) as running:
        running.painted(wanted, running.started)
        running.settle(0.3)
        found = [(what, memory(running.pid))]
        if browsing:
            running.painted(b"Browse", running.press(b"b"))
            running.settle(0.3)
            found.append((f"{what}, all cards listed", memory(running.pid)))
        running.leave()
    return [
        (Thing(f"{what}, {kind}", cards, yardstick and f"{yardstick}, {kind}", "MiB"), value)
        for what, held in found
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
