"""Programs in a pseudo-terminal, keys, and what they paint. Nothing here waits for ever, and no
program outlives the block that it was started in."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

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


class Terminal:
    """A program in a pseudo-terminal. Times are in milliseconds."""

    def __init__(
        self, command: list[str], env: dict[str, str], *, columns: int = 80, rows: int = 24
    ) -> None:
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._command = command
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

    def settle(self, quiet: float = 0.03) -> None:
        """Read until nothing comes for so many seconds."""
        last = time.perf_counter() + DEADLINE
        with contextlib.suppress(OSError):
            while time.perf_counter() < last and select.select([self.master], [], [], quiet)[0]:
                self.output += os.read(self.master, 65_536)

    def leave(self) -> tuple[float, float]:
        """Quit as a person does; return how long that took, and the most memory held (MiB)."""
        since = self.press(QUIT)
        self._read(lambda: False, since + DEADLINE)
        rss = wait(self._process)
        return (time.perf_counter() - since) * 1000, rss

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


def wait(process: subprocess.Popen[bytes], seconds: float = DEADLINE) -> float:
    """Wait until a process has ended, and return the most memory it held (MiB).

    One that doesn't end in time is killed, and the benchmark with it.
    """
    watch = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except TimeoutError:
        end(process)
        raise SystemExit(f"{process.args} didn't end within {seconds:g} s") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, watch)
    process.returncode = os.waitstatus_to_exitcode(status)
    # Linux counts in KiB, macOS in bytes.
    return float(usage.ru_maxrss) / (1024 if sys.platform != "darwin" else 1024 * 1024)


def whole(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Return the milliseconds a whole process takes, and the most memory it held (MiB)."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=env,
        start_new_session=True,
    )
    try:
        rss = wait(process)
    finally:
        end(process)
    elapsed = (time.perf_counter() - started) * 1000
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed ({process.returncode})")
    return elapsed, rss


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


def _too_long(*_: object) -> None:
    raise TimeoutError
