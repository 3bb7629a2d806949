"""Whether what was read from disk is still what stands there."""

from __future__ import annotations

import os
from collections.abc import Iterable

from trainer.decks.scan import deck_files
from trainer.paths import Paths

# A path with its size and its times of change.
Stamp = frozenset[tuple[str, int, int]]


def stamp(paths: Paths, files: Iterable[str]) -> Stamp:
    """Return what is another one when a deck file came, went or changed, or the config did.

    `files` are the deck files known; new ones are looked for in the bundled and the own folder.
    """
    found = {paths.config, *files}
    for folder in (paths.bundled, paths.decks):
        try:
            found.update(deck_files(folder)[0])
        except OSError:
            continue
    return frozenset(each for path in found if (each := _stamp(path)) is not None)


def _stamp(path: str) -> tuple[str, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return path, status.st_size, status.st_mtime_ns
