"""The terminal: how wide it is, what is typed before the app has it, whether it is there."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def keys_kept() -> Iterator[None]:
    """Neither show nor change what is typed while the app is starting; afterwards all is as before.

    A terminal left to itself echoes early keys onto the screen and turns Enter into a line feed,
    which the app would read as the key that submits.
    """
    try:
        import termios
    except ImportError:  # Windows has no such settings to change
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    early = termios.tcgetattr(terminal)
    early[0] &= ~termios.ICRNL
    early[3] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(terminal, termios.TCSANOW, early)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error):  # the terminal may be gone by now
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def is_gone() -> bool:
    """Whether the terminal was closed; not every one tells the program so by a signal."""
    import select

    if not hasattr(select, "poll"):  # on Windows the program ends with its window
        return False
    poll = select.poll()
    poll.register(sys.stdin.fileno(), 0)
    return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))


def let_go() -> None:
    """Have what is still to be written go nowhere, for nobody is there to read it.

    Python would try once more when it ends, and make a failure of it.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def width() -> int | None:
    """Return how many columns standard output has, None where it isn't a terminal."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError):
        return None
