"""How quick the app is under the fingers: typing, submitting, browsing, quitting.

python benchmarks/app.py [--runs N] [--cards N] [--json FILE]

Everything is measured in a pseudo-terminal of 80 × 24, from the key to what it paints. Yardsticks
in the same run: a Textual app that is nothing but a TextArea, for typing; one that shows "Hello",
for quitting. Browsing is measured on a library of synthetic cards.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from itertools import cycle, islice

from table import Row, show
from terminal import EDITOR, HELLO, TRAINER, Raw, Terminal, environment

_KEYS = b"the quick brown fox jumps over a lazy dog and goes on "
_CARDS_A_DECK = 500


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=Raw)
    parser.add_argument("--runs", type=int, default=9, metavar="N", help="runs of each (9)")
    parser.add_argument("--cards", type=int, default=10_000, metavar="N", help="to browse (10000)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as home:
        env = environment(home)
        programs = {}
        for name, text in (("hello", HELLO), ("editor", EDITOR)):
            programs[name] = os.path.join(home, f"{name}.py")
            with open(programs[name], "w", encoding="utf-8") as file:
                file.write(text)
        decks = os.path.join(home, "many")
        _write_decks(decks, options.cards)
        _leave_warm([*TRAINER], env, b"Trainer")
        _leave_warm([*TRAINER, "--decks", decks], env, b"Trainer")

        times: dict[str, list[float]] = {}
        for _ in range(options.runs):
            editor = Terminal([sys.executable, programs["editor"]], env)
            _note(times, "key in a TextArea", _typing(editor, b"Hello"))
            hello = Terminal([sys.executable, programs["hello"]], env)
            hello.painted(b"Hello", hello.started)
            hello.settle()
            _note(times, "quit hello", [hello.leave()[0]])
            _sitting(env, times)
            _browsing([*TRAINER, "--decks", decks], env, times)
    yardsticks = {"key in the answer": "key in a TextArea", "quit": "quit hello"}
    show(
        [Row(name, yardsticks.get(name, name), each, [0.0]) for name, each in times.items()],
        options.json,
    )


def _note(times: dict[str, list[float]], name: str, found: list[float]) -> None:
    """Add the median of a run."""
    times.setdefault(name, []).append(statistics.median(found))


def _leave_warm(command: list[str], env: dict[str, str], wanted: bytes) -> None:
    """Run once, so that what is cached is."""
    program = Terminal(command, env)
    program.painted(wanted, program.started)
    program.settle(0.5)
    program.leave()


def _typing(program: Terminal, painted: bytes) -> list[float]:
    """Type, and return how long each key took to be painted; the program ends."""
    program.painted(painted, program.started)
    program.settle(0.3)
    found = _type(program, 40)
    program.leave()
    return found


def _type(program: Terminal, number: int) -> list[float]:
    found = []
    for key in islice(cycle(_KEYS), number):
        found.append(program.answered(program.press(bytes((key,)))))
    return found


def _sitting(env: dict[str, str], times: dict[str, list[float]]) -> None:
    """Answer a question: typing, submitting, rating, and quitting from the next one."""
    program = Terminal([*TRAINER, "quiz", "--mode", "drill", "--kind", "scenario"], env)
    program.painted(b"Your answer", program.started)
    program.settle(0.5)
    _note(times, "key in the answer", _type(program, 40))
    program.settle(0.3)
    since = program.press(b"\n")
    _note(times, "submit → feedback", [program.painted(b"1 Again", since)])
    program.settle(0.3)
    program.press(b"3")  # or the next run would begin with rating this answer
    program.settle(0.5)
    _note(times, "quit", [program.leave()[0]])


def _browsing(command: list[str], env: dict[str, str], times: dict[str, list[float]]) -> None:
    program = Terminal(command, env)
    program.painted(b"Browse", program.started)
    program.settle(0.5)
    since = program.press(b"b")
    _note(times, "open browse", [program.painted(b"new", since)])
    program.settle(0.5)
    _note(times, "key in the search", _type(program, 15))
    program.leave()


def _write_decks(folder: str, cards: int) -> None:
    """Write decks of synthetic cards; JSON is YAML."""
    os.makedirs(folder)
    for first in range(0, cards, _CARDS_A_DECK):
        deck = {
            "schema": 1,
            "deck": f"deck-{first // _CARDS_A_DECK}",
            "title": f"Deck {first // _CARDS_A_DECK}",
            "cards": [
                {
                    "id": f"card-{number}",
                    "topic": f"topic-{number % 5}",
                    "prompt": f"Why does case {number} need an index and not a longer scan?",
                    "answer": f"Because a lookup walks a tree; a scan reads all {number} rows.",
                }
                for number in range(first, min(cards, first + _CARDS_A_DECK))
            ],
        }
        name = os.path.join(folder, f"{first // _CARDS_A_DECK:04}.yaml")
        with open(name, "w", encoding="utf-8") as file:
            json.dump(deck, file)


if __name__ == "__main__":
    main()
