"""Anki's "Notes in Plain Text": rows of fields under headers that begin with `#`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final, NamedTuple

from trainer.decks.model import Deck
from trainer.exchange.anki_notes import (
    NOTE_TYPES,
    anki_tag,
    deck_name,
    note_of,
    note_type_of,
    values_of,
)
from trainer.exchange.cells import lacking, too_long
from trainer.exchange.cloze import from_anki
from trainer.exchange.heads import left_behind, title_of, topic_of
from trainer.exchange.html import from_text, media_in, media_left_out, to_text
from trainer.exchange.limits import MAX_FIELD
from trainer.exchange.note import HEED_EACH, Fields, Heed, Note, Skipped, Source
from trainer.exchange.separated import guessed, rows
from trainer.exchange.textfile import read_text
from trainer.text import clean

_SEPARATORS: Final = {
    "tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":",
}  # fmt: skip
_CLOZE = re.compile(r"\{\{c\d+::")
_HTML = re.compile(r"</?[a-z][^<>\n]*>|&[a-z]+;|&#\d+;", re.IGNORECASE)
_TO_QUOTE = re.compile('["\t\n\r]')

_NOTE_TYPES_FIRST: Final = (
    "Anki takes these notes only where it has Trainer's note types: import a package "
    "(--format anki) once"
)

# The columns before the fields of a note, as they are written.
_BEFORE: Final = ("guid", "notetype", "deck")


class _Head(NamedTuple):
    """What the headers of a file say; columns are numbered from one, 0 is none."""

    separator: str
    is_html: bool
    tags: tuple[str, ...]
    note_type: str
    deck: str
    guid_column: int
    note_type_column: int
    deck_column: int
    tags_column: int

    def column(self, number: int, row: Sequence[str]) -> str:
        return row[number - 1] if 0 < number <= len(row) else ""

    def fields(self, row: Sequence[str]) -> list[str]:
        """Return the fields of a row as HTML."""
        others = (self.guid_column, self.note_type_column, self.deck_column, self.tags_column)
        fields = [text for number, text in enumerate(row, 1) if number not in others]
        return fields if self.is_html else [from_text(text) for text in fields]


def read(path: str, kind: str, heed: Heed) -> Source:
    """Read the notes of a text file from Anki."""
    text = read_text(path)
    head, start = _head(text)
    notes: list[Note] = []
    skipped: list[Skipped] = []
    media = 0
    for number, row in enumerate(rows(text, head.separator, path, start=start, comments=True), 1):
        if number % HEED_EACH == 0:
            heed(number)
        place = f"{clean(path)}:{row.line}"
        fields = head.fields(row.fields)
        media += sum(map(media_in, fields))
        try:
            notes += _notes(head, row.fields, fields, kind, place)
        except ValueError as error:
            skipped.append(Skipped(place, str(error)))
    return Source(notes, skipped, media_left_out(media), has_guids=bool(head.guid_column))


def write(decks: Sequence[Deck], out: BinaryIO, heed: Heed) -> list[str]:
    """Write the cards of decks as notes that Anki adds, or updates those it has."""
    width = max(len(each.fields) for each in NOTE_TYPES.values())
    headers = ["#separator:tab", "#html:true"]
    headers += [f"#{name} column:{number}" for number, name in enumerate(_BEFORE, 1)]
    headers.append(f"#tags column:{len(_BEFORE) + width + 1}")
    out.write(("\n".join(headers) + "\n").encode())
    number = 0
    for deck in decks:
        for card in deck.cards:
            topic = topic_of(deck, card.topic)
            values = values_of(card, topic)
            values += [""] * (width - len(values))
            row = (
                f"{deck.deck}/{card.id}",
                note_type_of(card).name,
                deck_name(title_of(deck), topic),
                *values,
                " ".join(map(anki_tag, card.tags)),
            )
            out.write(("\t".join(map(_quoted, row)) + "\n").encode())
            number += 1
            if number % HEED_EACH == 0:
                heed(number)
    return [*left_behind(decks, "anki-text"), _NOTE_TYPES_FIRST]


def _quoted(field: str) -> str:
    return '"' + field.replace('"', '""') + '"' if _TO_QUOTE.search(field) else field


def _head(text: str) -> tuple[_Head, int]:
    """Return what the headers of a text say, and where its rows begin."""
    told: dict[str, str] = {}
    start = 0
    while text.startswith("#", start) or (not start and text.startswith("tags:")):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        name, colon, value = text[start:end].removeprefix("#").partition(":")
        if colon:
            told[name.strip().lower()] = value
        start = min(end + 1, len(text))
    return _told(told, text, start), start


def _told(told: dict[str, str], text: str, start: int) -> _Head:
    named = told.get("separator", "")
    separator = _SEPARATORS.get(named.strip().lower(), named[:1] if len(named) == 1 else "")
    html = told.get("html", "").strip().lower()

    def column(name: str) -> int:
        number = told.get(f"{name} column", "").strip()
        return int(number) if number.isdecimal() and len(number) < 5 else 0

    return _Head(
        separator=separator or guessed(text[start:]).between_fields or "\t",
        is_html=html == "true" or (html != "false" and bool(_HTML.search(text, start))),
        tags=tuple(told.get("tags", "").split()),
        note_type=told.get("notetype", "").strip(),
        deck=told.get("deck", ""),
        guid_column=column("guid"),
        note_type_column=column("notetype"),
        deck_column=column("deck"),
        tags_column=column("tags"),
    )


def _notes(
    head: _Head, row: Sequence[str], fields: Sequence[str], kind: str, place: str
) -> Iterator[Note]:
    """Yield the cards of a note. Raises ValueError, with why, where it makes none."""
    if max(map(len, fields), default=0) > MAX_FIELD:
        raise ValueError(too_long({f"field {at}": text for at, text in enumerate(fields, 1)}))
    guid = head.column(head.guid_column, row)
    tags = list(dict.fromkeys([*head.tags, *head.column(head.tags_column, row).split()]))
    deck = head.column(head.deck_column, row) or head.deck
    path = tuple(part for each in deck.split("::") if (part := each.strip()))
    ours = NOTE_TYPES.get(head.column(head.note_type_column, row) or head.note_type)
    if ours:
        values = dict(zip(ours.fields, fields, strict=False))
        yield note_of(ours, values, tags, kind, Note(place, {}, guid=guid, deck=path))
        return
    for number, told in _told_by(fields, kind):
        lack = lacking(told, "")
        if lack:
            raise ValueError(lack)
        name = f"{guid} {number}" if guid and number > 1 else guid
        yield Note(place, {**told, "tags": tags}, guid=name, deck=path)


def _told_by(fields: Sequence[str], kind: str) -> Iterator[tuple[int, Fields]]:
    """Yield the numbers of the cards of another program's note, and what they say.

    The first field is asked, or the one that has gaps; the others are the answer.
    """
    asked = next((text for text in fields if _CLOZE.search(text)), None)
    if asked is None:
        front, *others = fields or [""]
        yield 1, {"kind": kind, "prompt": to_text(front), "answer": _joined(others)}
        return
    answer = _joined([text for text in fields if text is not asked])
    cards = from_anki(asked)
    if not cards:
        raise ValueError("none of its gaps holds anything")
    for number, text, hint in cards:
        yield number, {"kind": "cloze", "text": text, "hint": hint, "answer": answer}


def _joined(fields: Sequence[str]) -> str:
    return "\n\n".join([text for field in fields if (text := to_text(field))])
