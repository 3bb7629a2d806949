"""To which deck of the person's a note from another program belongs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final
from unicodedata import normalize

from trainer.decks.library import Library
from trainer.exchange.note import Note, card_id
from trainer.exchange.record import read_record
from trainer.templates import id_from

# What an id has of a title, and what it can't have though titles differ by it: C, C++ and C#.
_SPELT: Final = re.compile("[a-z0-9]")
_UNSPELT: Final = re.compile(r"[+#]|[^\W\x00-\x7f]")


class Homes:
    """Finds the ids of decks. With `by_guid` a note stays in the deck that it came into first,
    also where its deck in the other program was renamed since, or it was moved to another one.

    `decks` is the person's deck folder.
    """

    def __init__(self, library: Library, decks: str, *, by_guid: bool) -> None:
        self._decks = library.decks
        self._by_title = {each.title.casefold(): name for name, each in library.decks.items()}
        self._came: dict[str, str] = {}
        if by_guid:
            for name in library.decks:
                for card in read_record(decks, name):
                    self._came.setdefault(card, name)

    def of(self, notes: Sequence[Note], title: str) -> list[str]:
        """Return the ids of the decks of notes, which may be a new one.

        `title` is what the deck is called in which they all are in the other program.
        """
        known = [self._known(note) for note in notes]
        name = self._of_title(" ".join(title.casefold().split()))
        if name not in self._decks:  # where most of them are known the deck was renamed
            home, number = Counter(known).most_common(1)[0]
            name = home if home and number > len(notes) / 2 else name
        return [each or name for each in known]

    def _known(self, note: Note) -> str:
        """Return the id of the deck that a note came from or into, empty where it is new."""
        if note.ref:
            return note.ref.partition("/")[0]
        return self._came.get(card_id(note), "") if note.guid else ""

    def _of_title(self, title: str) -> str:
        """Return the id of the deck of a title.

        A title with letters or signs that an id can't have is told from others by its digest.
        """
        name = id_from(title)
        if _UNSPELT.search(normalize("NFKD", title)) or not _SPELT.search(title):
            name += f"-{blake2b(title.encode('utf-8', 'replace'), digest_size=4).hexdigest()}"
        return name if name in self._decks else self._by_title.get(title, name)
