"""Writing decks for other programs."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence

from trainer.decks.library import Library
from trainer.decks.model import Deck
from trainer.errors import TrainerError
from trainer.exchange.formats import write
from trainer.exchange.note import Heed
from trainer.files import replace
from trainer.text import clean


def decks_of(library: Library, deck: str) -> list[Deck]:
    """Return the contents of the deck with an id, of all where it is empty.

    Raises TrainerError where there is no such deck, or none at all.
    """
    if deck and deck not in library.decks:
        known = ", ".join(library.decks)
        raise TrainerError(f"there is no deck {clean(deck)}", mend=f"the decks are {known}")
    decks = [library.contents(name) for name in ([deck] if deck else library.decks)]
    if not decks:
        raise TrainerError("there are no decks to export")
    return decks


def export_to(path: str, decks: Sequence[Deck], form: str, heed: Heed) -> list[str]:
    """Write decks to a file, whole or not at all; return what stays behind. Raises TrainerError."""
    out = io.BytesIO()
    behind = write(decks, form, out, heed)
    if os.path.isdir(path):
        raise TrainerError("this is a folder", place=clean(path), mend="name a file in it")
    replace(path, out.getvalue())
    return behind
