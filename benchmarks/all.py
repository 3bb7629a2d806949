"""All benchmarks, one after the other, in one table.

python benchmarks/all.py [--minutes N] [--large] [--out FILE] [--json FILE]

Each script is a process of its own. A step that would not fit into the minutes any more, at the
pace of this machine so far, is left out, and that is said below the table; the largest sizes come
last. --large takes the time that everything needs, and brings 100,000 notes out of Anki and in:
about a quarter of an hour on an idle machine, and 2 GB below the folder for temporary files.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

import msgspec
from table import Report, concluded, rendered, write_json

_HERE = Path(__file__).parent
_GRACE = 15.0  # seconds in which a script that is interrupted ends its programs
_PACKAGES = ("textual", "PyYAML", "RapidFuzz", "fsrs", "anki")
_SAID = """
A ratio is the row's median over that of the row named in `to`, which was measured in turn with
it. Growth is the power of the number of cards by which the medians grow (1 is in proportion),
fitted over all sizes; ↑ marks more than 1.1. Budgets in milliseconds are of an idle machine. No
run is left out, but a first one that fills caches. Python's cyclic collector is on, as in the
program, and collects before each timed call.
"""


class Step(NamedTuple):
    """A script with its options, and about how many seconds it takes on an idle machine."""

    script: str
    options: str
    seconds: float


_STEPS = (
    Step("startup", "--runs 7", 40),
    Step("app", "--runs 5", 40),
    Step("grading", "--runs 3", 10),
    Step("frameworks", "", 8),
    Step("progress", "--cards 1000,10000", 30),
    Step("decks", "--cards 1000,10000 --runs 3", 50),
    Step("libraries", "--cards 1000,10000 --runs 3", 45),
    Step("exchange", "--cards 1000,10000", 12),
    Step("progress", "--cards 100000 --runs 5", 160),
    Step("decks", "--cards 100000 --runs 3", 75),
    Step("libraries", "--cards 100000 --runs 2", 80),
)
_LARGE = (Step("exchange", "--cards 100000 --runs 1", 100),)


def main() -> None:
    """Run the steps, print the table, and write it and the figures to files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=9.5, metavar="N", help="at most (9.5)")
    parser.add_argument("--large", action="store_true", help="leave nothing out")
    parser.add_argument("--out", default="dist/benchmarks.md", metavar="FILE", help="the table")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file")
    chosen = parser.parse_args()

    began = _machine()
    minutes = float("inf") if chosen.large else chosen.minutes
    report, failed = _run((*_STEPS, *_LARGE) if chosen.large else _STEPS, minutes * 60)
    text = f"# Benchmarks\n\n{began}\n{_SAID}\n{rendered(report)}\n"
    print(f"\n{text}")
    out = Path(chosen.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    if chosen.json:
        write_json(report, chosen.json)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


def _run(steps: tuple[Step, ...], seconds: float) -> tuple[Report, list[str]]:
    """Run what fits into the seconds; return what was found, and the steps that failed."""
    failed = []
    start = time.monotonic()
    expected = 0.0
    found = Report([], [])
    for step in steps:
        taken = time.monotonic() - start
        pace = taken / expected if expected else 1.0
        named = f"{step.script}.py {step.options}".strip()
        if taken + step.seconds * pace > seconds:
            found.notes.append(f"{named}: left out, no time for it (--large takes it)")
            continue
        print(f"{taken:4.0f} s  {named}", file=sys.stderr, flush=True)
        expected += step.seconds
        try:
            part = _step(step, seconds - taken)
        except subprocess.TimeoutExpired:
            found.notes.append(
                f"{named}: left out, it took longer than there was (--large takes it)"
            )
            continue
        except subprocess.CalledProcessError as error:
            found.notes.append(f"{named}: failed ({_last_line(error.stderr)})")
            failed.append(named)
            continue
        known = {(each.what, each.cards) for each in found.figures}
        found.figures += [each for each in part.figures if (each.what, each.cards) not in known]
        found.notes += [note for note in part.notes if note not in found.notes]
    taken = time.monotonic() - start
    found.notes.append(f"{taken / 60:.1f} minutes in all; load at the end {os.getloadavg()[0]:.1f}")
    return Report(concluded(found.figures), found.notes), failed


def _step(step: Step, seconds: float) -> Report:
    """Run a step; return what it found. Raises where it fails, or takes longer than that."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "figures.json")
        process = subprocess.Popen(
            [sys.executable, _HERE / f"{step.script}.py", *step.options.split(), "--json", path],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            _, said = process.communicate(timeout=None if seconds == float("inf") else seconds)
        finally:
            _end(process)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, step.script, stderr=said)
        return msgspec.json.decode(Path(path).read_bytes(), type=Report)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Interrupt a script that still runs, so that it ends what it started; then kill it."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _last_line(said: bytes) -> str:
    return said.decode(errors="replace").strip().rpartition("\n")[2]


def _machine() -> str:
    """Return a line on where and when this is measured."""
    versions = []
    for name in _PACKAGES:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            versions.append(f"no {name}")
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{', '.join(versions)}."
    )


if __name__ == "__main__":
    main()
