"""What passes between Trainer and other programs.

A note is one card. Its `fields` are those of `trainer.decks.model.Card` but the id, as plain data
(texts, numbers, lists, dicts; what `msgspec.to_builtins` makes of a card). A field that is there is
what the other program says of the card, and says nothing where it is empty; of a field that is not
there the other program knows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final, NamedTuple

Fields = dict[str, Any]

# Told how many notes have been dealt with so far.
Heed = Callable[[int], None]

# How many of them are dealt with between one telling and the next.
HEED_EACH: Final = 500

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_REF = re.compile(f"{ID.pattern}/{ID.pattern}")


class Answer(NamedTuple):
    """One answer rated in the other program: when (milliseconds since 1970, UTC), how (1..4 for
    Again to Easy), and how many milliseconds it took."""

    at: int
    rating: int
    elapsed_ms: int


class Note(NamedTuple):
    """One card as the other program has it.

    `place` is where it stands, for messages ("cards.csv:12"). `ref` is `deck/card` where the other
    program has it from Trainer; `guid` is what it goes by for ever where it hasn't; either may be
    empty. `deck` is the path of its deck there, the top first. `offset` is that of the clock by
    which its days are told, in minutes east of UTC. `agreed` are the digests of what its
    fields said when Trainer wrote it, None where it didn't.
    """

    place: str
    fields: Fields
    ref: str = ""
    guid: str = ""
    deck: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    offset: int = 0
    suspended: bool = False
    flag: int = 0
    agreed: dict[str, str] | None = None


class Skipped(NamedTuple):
    """What could not be taken: where it stands, and why."""

    place: str
    reason: str


class Head(NamedTuple):
    """What a file tells of a deck besides its cards, as plain data as a deck file has it."""

    title: str = ""
    topics: Mapping[str, str] = {}
    synonyms: Sequence[Sequence[str]] = ()
    frameworks: Sequence[Fields] = ()


class Source(NamedTuple):
    """A file from another program, as read.

    `left_out` are sentences on what was not taken of notes that were ("2 pictures were left out").
    `title` is that of a deck which the file is as a whole; `heads` are those of decks of ours in
    it, by their ids. `has_guids` tells that no two notes anywhere have one guid.
    """

    notes: list[Note]
    skipped: list[Skipped]
    left_out: list[str]
    title: str = ""
    heads: Mapping[str, Head] = {}
    has_guids: bool = False


def is_ref(text: str) -> bool:
    """Whether a text can be a card's `deck/card`."""
    return _REF.fullmatch(text) is not None


def card_id(note: Note) -> str:
    """Return the id of a note's card, for ever the same.

    It is the one that `ref` names, or made of the guid, or of what the note asks.
    """
    if note.ref:
        return note.ref.rpartition("/")[2]
    if ID.fullmatch(note.guid):
        return note.guid
    told = note.guid or str(note.fields.get("prompt") or note.fields.get("text") or "")
    return f"note-{blake2b(told.encode('utf-8', 'replace'), digest_size=6).hexdigest()}"
