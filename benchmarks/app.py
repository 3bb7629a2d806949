"""How quick is the app under the fingers: typing, submitting, rating, quitting?

python benchmarks/app.py [--runs N] [--json FILE]

Everything is measured in a pseudo-terminal of 80 × 24 on the bundled decks, from the key to what it
paints, in a process of its own for each run, after one that fills the caches. Of keys, a run gives
the median of forty. The yardsticks are measured in turn with ours: a Textual app that is nothing
but a TextArea for typing, one that shows "Hello" for quitting. The list of all cards is measured in
libraries.py.
"""

from __future__ import annotations

import tempfile

from homes import Home, home
from table import Rows, Sample, Thing, options, show
from terminal import EDITOR, HELLO, TRAINER, Terminal, program

_QUIT, _KEY = "quit a bare Textual app", "a TextArea: key to paint"


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    chosen = options(__doc__, 9).parse_args()
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
    show(rows, chosen.json)


def _editor(command: list[str], home: Home) -> Sample:
    with Terminal(command, home.env) as running:
        running.painted(b"Hello", running.started)
        running.settle(0.3)
        found = running.typed(40)
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
        key = running.typed(40)
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


if __name__ == "__main__":
    main()
