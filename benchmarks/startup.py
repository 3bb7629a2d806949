"""How long does a start take: `trainer quiz` beside a bare Textual app, and `trainer due`?

python benchmarks/startup.py [--cards N,N,…] [--runs N] [--json FILE]

The yardstick is a Textual app that shows "Hello", measured in turn with ours, each in a
pseudo-terminal of 80 × 24 and in a process of its own: from its start until the bytes that paint
its text have come out. `quiz` is measured on the bundled decks and on synthetic ones; the decks
were read once before, the byte code compiled. Then letters are typed from the first moment on, as
fast as the terminal takes them, and those that never get into the answer are counted. `trainer
due` is measured as a whole process beside `python -c pass`; its memory is in libraries.py.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from homes import Home, home
from table import Measure, Rows, Sample, Thing, options, show, sizes
from terminal import DEADLINE, HELLO, TRAINER, Terminal, program, whole

_HELLO, _PASS = "bare Textual: start to hello", "python -c pass"
_TYPED = "abcdefghijklmnopqrstuvwxyz"


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    chosen = options(__doc__, 9, "1000,10000").parse_args()
    rows = Rows()
    with tempfile.TemporaryDirectory() as folder:
        homes = [home(folder, cards) for cards in (0, *sizes(chosen.cards))]
        env = homes[0].env
        hello = program(env["HOME"], "hello", HELLO)
        rows.in_turn(
            chosen.runs,
            lambda: _paint(Thing(_HELLO), hello, b"Hello", env),
            *map(_quiz, homes),
        )
        rows.in_turn(
            chosen.runs,
            lambda: [(Thing(_PASS), whole([sys.executable, "-c", "pass"], env))],
            *map(_due, homes),
        )
        rows.in_turn(chosen.runs, lambda: _lost(env))
    show(rows, chosen.json)


def _quiz(home: Home) -> Measure:
    prompt = _first_prompt(home)
    thing = Thing("quiz: start to prompt", home.cards, _HELLO)
    return lambda: _paint(thing, [*TRAINER, "quiz", *home.decks], prompt, home.env)


def _due(home: Home) -> Measure:
    thing = Thing("due, whole process", home.cards, _PASS)
    return lambda: [(thing, whole([*TRAINER, "due", *home.decks], home.env))]


def _first_prompt(home: Home) -> bytes:
    """Return how the first question's prompt begins; this also fills the caches."""
    done = subprocess.run(
        [*TRAINER, "quiz", "--plain", "--limit", "1", *home.decks],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=home.env,
        check=True,
        timeout=DEADLINE,
    )
    prompt = done.stdout.decode().split("\n\n")[1].splitlines()[0]
    words = prompt.split()
    return " ".join(words[:3]).encode()


def _paint(thing: Thing, command: list[str], wanted: bytes, env: dict[str, str]) -> Sample:
    with Terminal(command, env) as running:
        elapsed = running.painted(wanted, running.started)
        # Leave as a person does: what is killed has to be put right by the next start.
        running.leave()
    return [(thing, elapsed)]


def _lost(env: dict[str, str]) -> Sample:
    """Type while the app starts; count the letters that aren't in the answer at the end."""
    for path in Path(env["TRAINER_HOME"]).glob("progress.db*"):
        path.unlink()  # it holds what the last run typed, as a draft
    command = [*TRAINER, "quiz", "--mode", "drill", "--kind", "question"]
    with Terminal(command, env) as running:
        for letter in _TYPED:
            running.press(letter.encode())
            time.sleep(0.01)
        running.painted(b"Your answer", running.started)
        running.settle(0.3)
        shown = running.screen()
        running.leave()
    kept = max((count for count in range(len(_TYPED) + 1) if _TYPED[:count] in shown), default=0)
    thing = Thing("keys typed at the start and lost", unit="keys")
    return [(thing, len(_TYPED) - kept)]


if __name__ == "__main__":
    main()
