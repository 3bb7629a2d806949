"""Getting at the bytes of a deck file, without trusting that it is one."""

from __future__ import annotations

import os
import stat

MAX_BYTES = 16 * 1024 * 1024


class Refused(Exception):
    """A file that is not read: why, and what to do."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend


def read_bytes(path: str) -> bytes:
    """Return what a regular file of at most 16 MiB holds; raise Refused otherwise."""
    return read_stamped(path)[0]


def read_stamped(path: str) -> tuple[bytes, os.stat_result]:
    """Return the bytes of a file, and its status from before they were read."""
    try:
        # Without O_NONBLOCK, opening a FIFO would wait for somebody to write to it.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        refuse_special(os.stat(path))
        descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            refuse_special(status)
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Refused(f"this file can't be read ({reason(error)})") from error
    if len(data) > MAX_BYTES:
        raise Refused(
            "this file is larger than 16 MiB, too large for a deck", "split it into several decks"
        )
    return data, status


def refuse_special(status: os.stat_result) -> None:
    """Raise Refused for what isn't a regular file, or is too large to be read."""
    if stat.S_ISDIR(status.st_mode):
        raise Refused("this is a folder, not a file", "name a deck file")
    if not stat.S_ISREG(status.st_mode):
        raise Refused("this isn't a regular file", "name a deck file")
    if status.st_size > MAX_BYTES:
        raise Refused(
            "this file is larger than 16 MiB, too large for a deck", "split it into several decks"
        )


def reason(error: OSError | ValueError) -> str:
    """Return the system's reason in lower case, as part of a sentence."""
    said = error.strerror if isinstance(error, OSError) else ""
    return (said or "its name is not one the system knows").lower()
