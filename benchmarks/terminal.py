"""What the benchmarks of the app share: programs in a pseudo-terminal, keys, what they paint."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
import time

TRAINER = [sys.executable, "-m", "trainer"]
DEADLINE = 60.0
QUIT = b"\x11"
HELLO = """
from textual.app import App, ComposeResult
from textual.widgets import Static

class Hello(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("Hello")

Hello().run()
"""
EDITOR = """
from textual.app import App, ComposeResult
from textual.widgets import TextArea

class Editor(App[None]):
    def compose(self) -> ComposeResult:
        yield TextArea("Hello")

Editor().run()
"""


class Raw(argparse.RawDescriptionHelpFormatter):
    """Shows a benchmark's description as it is written."""


def environment(home: str) -> dict[str, str]:
    """Return the environment of an empty home, with byte code written as it is by default."""
    dropped = ("TRAINER_HOME", "NO_COLOR", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and not name.startswith(("XDG_", "TEXTUAL"))
    }
    return {**kept, "HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


class Terminal:
    """A program in a pseudo-terminal. Times are in milliseconds."""

    def __init__(
        self, command: list[str], env: dict[str, str], *, columns: int = 80, rows: int = 24
    ) -> None:
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._command = command
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=env,
            cwd=env["HOME"],
            start_new_session=True,
        )
        os.close(slave)

    def press(self, keys: bytes) -> float:
        """Press keys, and return the moment at which they were."""
        moment = time.perf_counter()
        os.write(self.master, keys)
        return moment

    def painted(self, wanted: bytes, since: float) -> float:
        """Return how long after a moment the bytes wanted were painted."""
        if not self._read(lambda seen: wanted in seen, since + DEADLINE):
            self._process.kill()
            raise SystemExit(f"{' '.join(self._command)} never painted {wanted.decode()!r}")
        return (time.perf_counter() - since) * 1000

    def answered(self, since: float) -> float:
        """Return how long after a moment anything was painted."""
        select.select([self.master], [], [], DEADLINE)
        elapsed = (time.perf_counter() - since) * 1000
        self.settle()
        return elapsed

    def settle(self, quiet: float = 0.03) -> None:
        """Read until nothing comes for so many seconds."""
        with contextlib.suppress(OSError):
            while select.select([self.master], [], [], quiet)[0]:
                os.read(self.master, 65_536)

    def leave(self) -> tuple[float, float]:
        """Quit as a person does; return how long that took, and the most memory held (MiB)."""
        since = self.press(QUIT)
        self._read(lambda _: False, since + DEADLINE)
        rss = wait(self._process)
        os.close(self.master)
        return (time.perf_counter() - since) * 1000, rss

    def _read(self, enough: object, end: float) -> bool:
        """Read until there is enough; False where the program ended before."""
        seen = b""
        with contextlib.suppress(OSError):  # how Linux says that the other end is closed
            while select.select([self.master], [], [], max(0.0, end - time.perf_counter()))[0]:
                data = os.read(self.master, 65_536)
                if not data:
                    break
                seen += data
                if callable(enough) and enough(seen):
                    return True
        return False


def wait(process: subprocess.Popen[bytes]) -> float:
    """Wait until a process has ended, and return the most memory it held (MiB)."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # Linux counts in KiB, macOS in bytes.
    return float(usage.ru_maxrss) / (1024 if sys.platform != "darwin" else 1024 * 1024)


def whole(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Return the milliseconds a whole process takes, and the most memory it held (MiB)."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=env
    )
    rss = wait(process)
    return (time.perf_counter() - started) * 1000, rss
