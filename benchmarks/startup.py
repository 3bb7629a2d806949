"""How long a start takes: `trainer quiz` against a bare Textual app, and `trainer due`.

python benchmarks/startup.py [--runs N] [--json FILE]

The yardstick is a Textual app that shows "Hello". Both are measured in turn, in one run, each in
a pseudo-terminal of 80 × 24: from the start of the process until the bytes that paint its text
have come out. The commands are measured as whole processes.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from typing import NamedTuple

_HELLO = """
from textual.app import App, ComposeResult
from textual.widgets import Static

class Hello(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("Hello")

Hello().run()
"""
_TRAINER = [sys.executable, "-m", "trainer"]
_DEADLINE = 60.0
_QUIT = b"\x11"


class Row(NamedTuple):
    """What was measured of one thing: milliseconds of every run, and the most memory it held."""

    name: str
    yardstick: str
    times: list[float]
    rss: list[float]


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Raw)
    parser.add_argument("--runs", type=int, default=15, metavar="N", help="runs of each (15)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as home:
        environment = _environment(home)
        hello = os.path.join(home, "hello.py")
        with open(hello, "w", encoding="utf-8") as file:
            file.write(_HELLO)
        prompt = _first_prompt(environment)
        rows = _measure(
            options.runs,
            {
                "hello": lambda: _paint([sys.executable, hello], b"Hello", environment),
                "quiz": lambda: _paint([*_TRAINER, "quiz"], prompt, environment),
            },
        )
        rows += _measure(
            options.runs,
            {
                "python -c pass": lambda: _whole([sys.executable, "-c", "pass"], environment),
                "due": lambda: _whole([*_TRAINER, "due"], environment),
            },
        )
    _print(rows)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(_figures(rows), file, indent=2)
            file.write("\n")


class _Raw(argparse.RawDescriptionHelpFormatter):
    pass


def _environment(home: str) -> dict[str, str]:
    """Return the environment of an empty home, with byte code written as it is by default."""
    dropped = ("TRAINER_HOME", "NO_COLOR", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and not name.startswith(("XDG_", "TEXTUAL"))
    }
    return {**kept, "HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


def _first_prompt(environment: dict[str, str]) -> bytes:
    """Return how the first question's prompt begins; this also fills the caches."""
    done = subprocess.run(
        [*_TRAINER, "quiz", "--plain", "--limit", "1"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment,
        check=True,
    )
    prompt = done.stdout.decode().split("\n\n")[1].splitlines()[0]
    words = prompt.split()
    return " ".join(words[:3]).encode()


def _measure(runs: int, things: dict[str, Callable[[], tuple[float, float]]]) -> list[Row]:
    """Measure the things in turn, `runs` times after one that doesn't count."""
    yardstick = next(iter(things))
    rows = [Row(name, yardstick, [], []) for name in things]
    for run in range(runs + 1):
        for row, thing in zip(rows, things.values(), strict=True):
            elapsed, rss = thing()
            if run:
                row.times.append(elapsed)
                row.rss.append(rss)
    return rows


def _paint(command: list[str], wanted: bytes, environment: dict[str, str]) -> tuple[float, float]:
    """Return the milliseconds until the bytes wanted are out, and the most memory held (MiB)."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environment,
        cwd=environment["HOME"],
        start_new_session=True,
    )
    os.close(slave)
    try:
        painted = _read_until(master, wanted, started + _DEADLINE)
        elapsed = (time.perf_counter() - started) * 1000
        if not painted:
            process.kill()
            raise SystemExit(f"{' '.join(command)} never painted {wanted.decode()!r}")
        # Leave as a person does: what is killed has to be put right by the next start.
        os.write(master, _QUIT)
        _read_until(master, None, time.perf_counter() + _DEADLINE)
        return elapsed, _wait(process)
    finally:
        os.close(master)


def _read_until(master: int, wanted: bytes | None, end: float) -> bool:
    """Read until the bytes wanted were there, or to the end where None is wanted."""
    seen = b""
    with contextlib.suppress(OSError):  # how Linux says that the other end is closed
        while select.select([master], [], [], max(0.0, end - time.perf_counter()))[0]:
            data = os.read(master, 65_536)
            if not data:
                break
            seen += data
            if wanted is not None and wanted in seen:
                return True
    return wanted is None


def _whole(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return the milliseconds a whole process takes, and the most memory it held (MiB)."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment
    )
    rss = _wait(process)
    return (time.perf_counter() - started) * 1000, rss


def _wait(process: subprocess.Popen[bytes]) -> float:
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # Linux counts in KiB, macOS in bytes.
    return float(usage.ru_maxrss) / (1024 if sys.platform != "darwin" else 1024 * 1024)


def _figures(rows: list[Row]) -> list[dict[str, object]]:
    medians = {row.name: statistics.median(row.times) for row in rows}
    return [
        {
            "name": row.name,
            "median_ms": round(medians[row.name], 1),
            "min_ms": round(min(row.times), 1),
            "max_ms": round(max(row.times), 1),
            "ratio": round(medians[row.name] / medians[row.yardstick], 2),
            "yardstick": row.yardstick,
            "max_rss_mib": round(max(row.rss), 1),
            "runs": len(row.times),
        }
        for row in rows
    ]


def _print(rows: list[Row]) -> None:
    print(f"{'':16}{'median':>9}{'min':>8}{'max':>8}{'ratio':>8}  {'to':16}{'RSS':>8}{'runs':>6}")
    for row in _figures(rows):
        print(
            f"{row['name']:16}{row['median_ms']:>9}{row['min_ms']:>8}{row['max_ms']:>8}"
            f"{row['ratio']:>8}  {row['yardstick']:16}{row['max_rss_mib']:>8}{row['runs']:>6}"
        )
    print("Times in ms; RSS in MiB, the most of any run.")


if __name__ == "__main__":
    main()
