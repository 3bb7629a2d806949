"""Finding the deck files below a folder."""

from __future__ import annotations

import os
import stat

from trainer.decks.index import Problem
from trainer.text import clean

_ENDINGS = (".yaml", ".yml")

# A file's size, its times of change, and its number: others when it was written to or replaced.
FileStamp = tuple[int, int, int, int]


def stamp_of(path: str) -> FileStamp | None:
    """Return a file's stamp, or None where there is no file."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def deck_files(root: str) -> tuple[list[str], list[Problem]]:
    """Return the deck files below `root`, sorted by path, and what is wrong below it.

    Folders are searched through symbolic links, each folder and file once; what is hidden is
    passed over. Raises OSError when `root` itself can't be listed.
    """
    files: list[str] = []
    problems: list[Problem] = []
    seen: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            status = os.stat(folder)
            if _seen_before(status, seen):
                continue
            names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
        except OSError as error:
            if folder == root:
                raise
            problems.append(_unreadable(folder, error))
            continue
        folders: list[str] = []
        for name in names:
            path = os.path.join(folder, name)
            is_deck = name.lower().endswith(_ENDINGS)
            try:
                status = os.stat(path)
            except OSError as error:
                if is_deck:
                    problems.append(_unreadable(path, error))
                continue
            if stat.S_ISDIR(status.st_mode):
                folders.append(path)
            elif is_deck and not stat.S_ISREG(status.st_mode):
                problems.append(
                    Problem(clean(path), 0, 0, "this isn't a regular file", "remove it")
                )
            elif is_deck and not _seen_before(status, seen):
                files.append(path)
        waiting += reversed(folders)
    return sorted(files), problems


def _seen_before(status: os.stat_result, seen: set[tuple[int, int]]) -> bool:
    """Whether this file or folder was met by another path; where the system numbers them."""
    key = (status.st_dev, status.st_ino)
    if key in seen:
        return True
    if status.st_ino:
        seen.add(key)
    return False


def _unreadable(path: str, error: OSError) -> Problem:
    reason = (error.strerror or "no reason given").lower()
    return Problem(clean(path), 0, 0, f"this can't be read ({reason})", "")
