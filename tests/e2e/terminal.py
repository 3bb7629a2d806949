"""Runs the real `trainer`: in a pseudo-terminal whose screen can be read, or over pipes."""

from __future__ import annotations

import codecs
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

import pyte

if sys.platform != "win32":
    import fcntl
    import struct
    import termios

# How long anything may take before it is a failure. A wait ends as soon as it can.
DEADLINE = 20.0

ENTER, ESCAPE, SUBMIT = "\r", "\x1b", "\n"

# What a terminal obeys in silence and pyte would print: the keyboard protocol, mode queries.
_SILENT = re.compile("\x1b\\[(?:[<>=][0-9;]*[a-zA-Z]|\\?[0-9;]*\\$p)")
_UNFINISHED = re.compile("\x1b(?:\\[[<>=?0-9;$]*)?$")


def command(*arguments: str) -> list[str]:
    """Return the command line of the program under test."""
    return [sys.executable, "-m", "trainer", *arguments]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a person whose home folder is `home`, with nothing else set."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_", "TEXTUAL")) and name not in ("TRAINER_HOME", "NO_COLOR")
    }
    return {
        **kept,
        "HOME": str(home),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        **more,
    }


class Terminal:
    """A `trainer` in a terminal of its own. `raw` holds every byte that it wrote."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        columns: int = 80,
        lines: int = 24,
        typed: str = "",
        variables: Mapping[str, str] | None = None,
        controlling: bool = True,
    ) -> None:
        """Start it; `typed` lies in the terminal before the program has begun to read.

        `variables` are set in its environment. A terminal that isn't the `controlling` one of the
        program doesn't signal that it was closed.
        """
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pending = ""
        self.raw = b""
        self._master, slave = os.openpty()
        _set_size(slave, columns, lines)
        self.process = subprocess.Popen(
            command(*arguments),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment(home, **(variables or {})),
            cwd=home,
            start_new_session=True,
            preexec_fn=_take_terminal if controlling else None,
        )
        os.close(slave)
        self.send(typed)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        os.close(self._master)

    # What the person does

    def send(self, keys: str) -> None:
        """Press keys, as the bytes that a terminal makes of them."""
        data = keys.encode()
        while data:
            data = data[os.write(self._master, data[:1024]) :]
            self._read(0)

    def paste(self, text: str) -> None:
        """Paste a text, in the brackets that a terminal puts around it."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def echoes(self) -> bool:
        """Whether the terminal still shows by itself what is typed."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)

    def resize(self, columns: int, lines: int) -> None:
        """Change the window's size, and tell the program.

        Linux tells it just before the size is changed, and it may then read the one of before.
        """
        self.screen.resize(lines, columns)
        _set_size(self._master, columns, lines)
        self.process.send_signal(signal.SIGWINCH)

    def close(self) -> None:
        """Close the window."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDWR)

    def kill(self) -> None:
        """End the program as a power cut would."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    # What the person sees

    @property
    def text(self) -> str:
        """The screen, line by line."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def words(self) -> str:
        """The screen on one line, for texts that may be wrapped; a notice has a bar at its left."""
        return " ".join(self.text.replace("▌", " ").split())

    def wait_for(self, wanted: str | Callable[[Terminal], object]) -> None:
        """Read what the program writes until a text, or what a predicate asks for, is there."""

        def is_there() -> object:
            return wanted in self.words if isinstance(wanted, str) else wanted(self)

        end = time.monotonic() + DEADLINE
        while not is_there():
            left = end - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"never there: {wanted!r}; the screen was:\n{self.text}")

    def wait_until(self, condition: Callable[[], object]) -> None:
        """Read what the program writes until something outside of the terminal is so."""
        end = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < end, f"it never came about; the screen was:\n{self.text}"
            self._read(0.02)

    def wait_for_exit(self) -> int:
        """Read on until the program has ended, and return its exit code."""
        end = time.monotonic() + DEADLINE
        while self._read(max(0.0, end - time.monotonic())):
            pass
        return self.process.wait(max(0.1, end - time.monotonic()))

    def _read(self, timeout: float) -> bool:
        """Read what there is within `timeout` seconds; return False once there is no more."""
        if not select.select([self._master], [], [], timeout)[0]:
            return timeout == 0
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # Linux's way to say that nobody has the other end any more
            return False
        self.raw += data
        text = self._pending + self._decoder.decode(data)
        unfinished = _UNFINISHED.search(text)
        cut = unfinished.start() if unfinished else len(text)
        self._pending = text[cut:]
        self._stream.feed(_SILENT.sub("", text[:cut]))
        return bool(data)


def run(
    home: Path,
    *arguments: str,
    typed: str | bytes = "",
    preexec: Callable[[], None] | None = None,
    **more: str,
) -> subprocess.CompletedProcess[str]:
    """Run a command over pipes to its end."""
    data = typed.encode() if isinstance(typed, str) else typed
    done = subprocess.run(
        command(*arguments),
        input=data,
        capture_output=True,
        env=environment(home, **more),
        cwd=home,
        timeout=DEADLINE,
        preexec_fn=preexec,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def reviews(home: Path, *options: str) -> list[dict[str, object]]:
    """Return the reviews in the log, oldest first."""
    done = run(home, "log", *options)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return [event for event in events if event["type"] == "review"]


def saved_ids(output: str) -> list[str]:
    """Return the ids that the plain dialogue has confirmed."""
    return re.findall(r"^(?:.*Rating.*: )?saved (\S+)$", output, re.MULTILINE)


def data_folder(home: Path) -> Path:
    """Return where this platform keeps the data of the person whose home folder is `home`."""
    return Path(json.loads(run(home, "paths", "--json").stdout)["data"])


def write_deck(folder: Path, name: str, text: str) -> Path:
    """Write a deck file, making its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _set_size(terminal: int, columns: int, lines: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
