"""Whether what was read from disk is still what stands there."""

from __future__ import annotations

from collections.abc import Iterable

from trainer.decks.scan import FileStamp, deck_files, stamp_of
from trainer.paths import Paths

Stamp = frozenset[tuple[str, FileStamp]]


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
    return frozenset((path, each) for path in found if (each := stamp_of(path)) is not None)
