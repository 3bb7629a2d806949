"""The terminal before the app has it: keys typed meanwhile are kept as they were typed."""

from __future__ import annotations

import contextlib
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
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
