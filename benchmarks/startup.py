"""How long a start takes: `trainer quiz` against a bare Textual app, and `trainer due`.

python benchmarks/startup.py [--runs N] [--json FILE]

The yardstick is a Textual app that shows "Hello". Both are measured in turn, in one run, each in
a pseudo-terminal of 80 × 24: from the start of the process until the bytes that paint its text
have come out. The commands are measured as whole processes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile

from table import in_turn, show
from terminal import HELLO, TRAINER, Raw, Terminal, environment, whole


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=Raw)
    parser.add_argument("--runs", type=int, default=15, metavar="N", help="runs of each (15)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as home:
        env = environment(home)
        hello = os.path.join(home, "hello.py")
        with open(hello, "w", encoding="utf-8") as file:
            file.write(HELLO)
        prompt = _first_prompt(env)
        rows = in_turn(
            options.runs,
            {
                "hello": lambda: _paint([sys.executable, hello], b"Hello", env),
                "quiz": lambda: _paint([*TRAINER, "quiz"], prompt, env),
            },
        )
        rows += in_turn(
            options.runs,
            {
                "python -c pass": lambda: whole([sys.executable, "-c", "pass"], env),
                "due": lambda: whole([*TRAINER, "due"], env),
            },
        )
    show(rows, options.json)


def _first_prompt(env: dict[str, str]) -> bytes:
    """Return how the first question's prompt begins; this also fills the caches."""
    done = subprocess.run(
        [*TRAINER, "quiz", "--plain", "--limit", "1"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=env,
        check=True,
    )
    prompt = done.stdout.decode().split("\n\n")[1].splitlines()[0]
    words = prompt.split()
    return " ".join(words[:3]).encode()


def _paint(command: list[str], wanted: bytes, env: dict[str, str]) -> tuple[float, float]:
    """Return the milliseconds until the bytes wanted are out, and the most memory held (MiB)."""
    program = Terminal(command, env)
    elapsed = program.painted(wanted, program.started)
    # Leave as a person does: what is killed has to be put right by the next start.
    _, rss = program.leave()
    return elapsed, rss


if __name__ == "__main__":
    main()
