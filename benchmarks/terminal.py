"""Programs in a pseudo-terminal, keys, and what they paint. Nothing here waits for ever, and no
program outlives the block that it was started in."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable
from itertools import cycle, islice
from types import TracebackType
from typing import Self

TRAINER = [sys.executable, "-m", "trainer"]
DEADLINE = 60.0
# The longest that is waited for a program to come to rest.
_UNQUIET = 5.0
_KEYS = b"the quick brown fox jumps over a lazy dog and goes on "
QUIT = b"\x11"
# What a terminal obeys in silence and pyte would print: the keyboard protocol, mode queries.
_SILENT = re.compile("\x1b\\[(?:[<>=][0-9;]*[a-zA-Z]|\\?[0-9;]*\\$p)")
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


def environment(home: str) -> dict[str, str]:
    """Return the environment of an empty home, with byte code written as it is by default."""
    dropped = ("TRAINER_HOME", "NO_COLOR", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and not name.startswith(("XDG_", "TEXTUAL"))
    }
    return {**kept, "HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


def program(home: str, name: str, text: str) -> list[str]:
    """Return the command that runs a program, written to a file of this name."""
    path = os.path.join(home, f"{name}.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return [sys.executable, path]


_SMALL_PARENT = """
import os, sys
child = os.fork()
if not child:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss)
sys.exit(status != 0)
"""


class Terminal:
    """A program in a pseudo-terminal. Times are in milliseconds."""

    def __init__(
        self, command: list[str], env: dict[str, str], *, columns: int = 80, rows: int = 24
    ) -> None:
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._command = command
        self._columns, self._rows = columns, rows
        self.output = bytearray()
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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        end(self._process)
        os.close(self.master)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def press(self, keys: bytes) -> float:
        """Press keys, and return the moment at which they were."""
        moment = time.perf_counter()
        os.write(self.master, keys)
        return moment

    def painted(self, wanted: bytes, since: float) -> float:
        """Return how long after a moment the bytes wanted were painted."""
        begin = len(self.output)
        if not self._read(lambda: wanted in self.output[begin:], since + DEADLINE):
            raise SystemExit(f"{' '.join(self._command)} never painted {wanted.decode()!r}")
        return (time.perf_counter() - since) * 1000

    def answered(self, since: float) -> float:
        """Return how long after a moment anything was painted."""
        if not select.select([self.master], [], [], DEADLINE)[0]:
            raise SystemExit(f"{' '.join(self._command)} painted nothing after a key")
        elapsed = (time.perf_counter() - since) * 1000
        self.settle()
        return elapsed

    def typed(self, number: int) -> float:
        """Type so many keys, one when the other is painted; return the median of their times."""
        keys = islice(cycle(_KEYS), number)
        return statistics.median([self.answered(self.press(bytes((key,)))) for key in keys])

    def settle(self, quiet: float = 0.03) -> None:
        """Read until nothing comes for so many seconds; shorter ones than a cursor blinks."""
        last = time.perf_counter() + _UNQUIET
        with contextlib.suppress(OSError):
            while time.perf_counter() < last and select.select([self.master], [], [], quiet)[0]:
                self.output += os.read(self.master, 65_536)

    def screen(self) -> str:
        """Return what stands on the screen, as a terminal would show all that was painted."""
        import pyte

        screen = pyte.Screen(self._columns, self._rows)
        pyte.Stream(screen).feed(_SILENT.sub("", self.output.decode(errors="replace")))
        return "\n".join(screen.display)

    def leave(self) -> float:
        """Quit as a person does; return how long that took."""
        since = self.press(QUIT)
        self._read(lambda: False, since + DEADLINE)
        _wait(self._process)
        return (time.perf_counter() - since) * 1000

    def _read(self, enough: Callable[[], bool], end: float) -> bool:
        """Read until there is enough; False where the program ended before, or time did."""
        with contextlib.suppress(OSError):  # how Linux says that the other end is closed
            while select.select([self.master], [], [], max(0.0, end - time.perf_counter()))[0]:
                data = os.read(self.master, 65_536)
                if not data:
                    break
                self.output += data
                if enough():
                    return True
        return False


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that still runs, with what it started; it leads a session of its own."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(process: subprocess.Popen[bytes], seconds: float = DEADLINE) -> None:
    """Wait until a process has ended; one that doesn't in time is killed, and the benchmark ends.

    A time limit in `Popen.wait` would have Python look only now and then.
    """
    killer = threading.Timer(seconds, process.kill)
    killer.start()
    try:
        process.wait()
    finally:
        killer.cancel()
        killer.join()
    if process.returncode == -signal.SIGKILL:
        raise SystemExit(f"{process.args!r} didn't end within {seconds:g} s")


def whole(command: list[str], env: dict[str, str], seconds: float = DEADLINE) -> float:
    """Return the milliseconds a whole process takes; it may take so many seconds."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=env,
        start_new_session=True,
    )
    try:
        _wait(process, seconds)
    finally:
        end(process)
    elapsed = (time.perf_counter() - started) * 1000
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed ({process.returncode})")
    return elapsed


def peak(command: list[str], env: dict[str, str]) -> float:
    """Return the most memory that a whole process held, in MiB: its resident pages.

    The system counts what its parent held when it was started, so a small one starts it.
    """
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _SMALL_PARENT, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=env,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=DEADLINE)
    finally:
        end(process)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    # Linux counts in KiB, macOS in bytes.
    return int(said) / (1024 if sys.platform != "darwin" else 1024 * 1024)


def memory(pid: int) -> dict[str, float]:
    """Return a running process's memory in MiB, as /proc tells it; empty where there is none.

    `peak RSS` is the most pages it ever held (VmHWM), shared ones whole; `PSS` those it holds now,
    each shared one by its share.
    """
    found = {}
    wanted = (("status", "VmHWM", "peak RSS"), ("smaps_rollup", "Pss", "PSS"))
    for name, field, told in wanted:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/{name}", encoding="ascii") as file:
            for line in file:
                if line.startswith(f"{field}:"):
                    found[told] = int(line.split()[1]) / 1024
    return found
