"""What a deck and its source agreed on last, so that each one's edits since can be told apart.

For each deck that came from elsewhere a file beside the person's decks holds a digest of every
field of every card. Where it is lost nothing else is: fields that differ are then conflicts, and
are listed. Notes that were written by Trainer carry their own digests and need none.
"""

from __future__ import annotations

import json
import os
import re

from trainer.files import replace

_FOLDER = ".exchanged"
_DIGEST = re.compile("[0-9a-f]{16}")

# The digest of each field that says something, by card id.
Record = dict[str, dict[str, str]]


def read_record(decks: str, deck: str) -> Record:
    """Return what was agreed on of a deck; empty where nothing is known, or it can't be read.

    `decks` is the person's deck folder.
    """
    try:
        with open(_path(decks, deck), encoding="utf-8") as file:
            told = json.load(file)
        cards = told["cards"]
        return {
            str(card): {str(name): each for name, each in fields.items() if _DIGEST.fullmatch(each)}
            for card, fields in cards.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def write_record(decks: str, deck: str, record: Record) -> None:
    """Keep what was agreed on of a deck, a card to a line. Raises TrainerError."""
    lines = ",\n".join(
        f"{json.dumps(card)}: {json.dumps(fields, sort_keys=True)}"
        for card, fields in sorted(record.items())
    )
    text = f'{{"schema": 1, "deck": {json.dumps(deck)}, "cards": {{\n{lines}\n}}}}\n'
    replace(_path(decks, deck), text.encode())


def _path(decks: str, deck: str) -> str:
    return os.path.join(decks, _FOLDER, f"{deck}.json")
