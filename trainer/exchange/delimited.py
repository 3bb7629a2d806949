"""CSV and TSV: spreadsheets, what Quizlet exports, and Trainer's own table of cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO, Final

from trainer.decks.model import Deck
from trainer.decks.walk import listed
from trainer.errors import TrainerError
from trainer.exchange.cells import CELLS, cells_of, fields_of, kind_of, lacking, too_long
from trainer.exchange.heads import left_behind, title_of, topic_of
from trainer.exchange.note import HEED_EACH, Heed, Note, Skipped, Source, is_ref
from trainer.exchange.separated import SEPARATORS, Form, Row, guessed, rows, rows_of
from trainer.exchange.textfile import read_text
from trainer.exchange.whole import digests, whole
from trainer.text import clean, clip, count

COLUMNS: Final = (
    "card", "deck", "kind", "topic", "tags", "prompt", "text", "answer", "points", "choices",
    "hint", "source", "rest",
)  # fmt: skip

# What else columns are called, in lower case.
_CALLED: Final = {
    **{name: name for name in COLUMNS},
    "id": "guid", "guid": "guid",
    "front": "prompt", "term": "prompt", "question": "prompt",
    "back": "answer", "definition": "answer",
    "cloze": "text", "type": "kind", "category": "topic", "tag": "tags", "options": "choices",
}  # fmt: skip

# The columns of a file without a header.
_UNNAMED: Final = ("prompt", "answer", "tags")

_SEP = re.compile(r"sep=(.)\n", re.IGNORECASE)

# What a spreadsheet takes for a formula, but for the apostrophes that make a text of it.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_TO_QUOTE = re.compile('[",;\t\n]')

# The number of each column, by what it holds.
_Columns = Mapping[str, int]


def read(path: str, kind: str, heed: Heed) -> Source:
    """Read the notes of a CSV or TSV file, with a header or without."""
    text = read_text(path)
    form, start = _form(text, path)
    found = list(rows_of(text, form, path, start))
    if not found:
        raise TrainerError(
            "this file has no rows", place=clean(path), mend="name a file that has cards"
        )
    columns = _header(found[0].fields)
    left_out = []
    if columns:
        header = found.pop(0).fields
        width = len(header)
        unknown = _unknown(header, columns)
        if unknown:
            left_out.append(f"{unknown} left out: no field of a card is called so")
    else:
        if form.between_fields != "\t" and '"' not in text and _are_uneven(found):
            # A text that isn't quoted has the separator in it, too.
            found = list(_pairs(text, form.between_fields, start))
        columns = {name: number for number, name in enumerate(_UNNAMED)}
        width = max(len(row.fields) for row in found)
        if any(any(row.fields[len(columns) :]) for row in found):
            left_out.append("what stands after the third column was left out")
    notes: list[Note] = []
    skipped: list[Skipped] = []
    for number, row in enumerate(found, 1):
        if number % HEED_EACH == 0:
            heed(number)
        place = f"{clean(path)}:{row.line}"
        if any(row.fields[width:]):
            skipped.append(Skipped(place, "it has more fields than there are columns"))
            continue
        note = _note(row.fields, columns, kind, place)
        if isinstance(note, Note):
            notes.append(note)
        else:
            skipped.append(note)
    return Source(notes, skipped, left_out)


def write(decks: Sequence[Deck], out: BinaryIO, heed: Heed) -> list[str]:
    """Write the cards of decks as CSV (RFC 4180, UTF-8, with a header)."""
    out.write(_line(COLUMNS))
    number = 0
    for deck in decks:
        for card in deck.cards:
            cells, rest = cells_of(whole(card))
            cells["topic"] = topic_of(deck, card.topic)
            ref, title = f"{deck.deck}/{card.id}", title_of(deck)
            out.write(_line((ref, title, *(cells[name] for name in COLUMNS[2:-1]), rest)))
            number += 1
            if number % HEED_EACH == 0:
                heed(number)
    return left_behind(decks, "csv")


def _line(cells: Iterable[str]) -> bytes:
    return (",".join([_quoted(cell) for cell in cells]) + "\r\n").encode()


def _quoted(cell: str) -> str:
    if _FORMULA.match(cell):
        cell = f"'{cell}"
    if _TO_QUOTE.search(cell):
        cell = '"' + cell.replace('"', '""') + '"'
    return cell


def _form(text: str, path: str) -> tuple[Form, int]:
    """Return the form of a text, and where its rows begin."""
    told = _SEP.match(text)
    if told:
        return Form(told[1]), told.end()
    for separator in SEPARATORS:
        try:
            first = next(rows(text, separator, path), None)
        except TrainerError:
            continue
        if first and _header(first.fields):
            return Form(separator), 0
    form = guessed(text)
    if not form.between_fields:
        raise TrainerError(
            "this file has one column",
            place=f"{clean(path)}:1",
            mend="put front and back in one row, with a tab, a comma or a semicolon between them",
        )
    return form, 0


def _header(fields: Sequence[str]) -> _Columns:
    """Return the columns that a row names; none where it isn't a header."""
    columns: dict[str, int] = {}
    for number, field in enumerate(fields):
        name = _CALLED.get(field.casefold())
        if name:
            columns.setdefault(name, number)
    asks = columns.keys() & {"prompt", "text", "card"}
    return columns if asks and len(columns) > 1 else {}


def _unknown(fields: Sequence[str], columns: _Columns) -> str:
    """Return which columns of a header aren't read."""
    read = columns.values()
    names = [clip(name, 40) for number, name in enumerate(fields) if name and number not in read]
    if len(names) > 5:
        return f"{count(len(names), 'column')} were"
    plural = "s" if len(names) > 1 else ""
    return f"the column{plural} {listed(names)} {'were' if plural else 'was'}" if names else ""


def _are_uneven(found: Iterable[Row]) -> bool:
    return len({len(row.fields) for row in found if len(row.fields) > 1}) > 1


def _pairs(text: str, separator: str, start: int) -> Iterable[Row]:
    """Yield the lines of a text without quotes, each cut once."""
    begin = 1 + text.count("\n", 0, start)
    for number, line in enumerate(text[start:].split("\n"), begin):
        if line.strip():
            yield Row(number, [field.strip() for field in line.split(separator, 1)])


def _note(fields: Sequence[str], columns: _Columns, kind: str, place: str) -> Note | Skipped:
    ours = "card" in columns or "rest" in columns
    told = {name: _cell(fields, at, ours) for name, at in columns.items()}
    cells = {name: text for name, text in told.items() if name in CELLS}
    long = too_long(told)
    if long:
        return Skipped(place, long)
    card = told.get("card", "")
    ref = card if is_ref(card) else ""
    try:
        found = fields_of(cells, told.get("rest"))
        agreed = digests(told.get("rest"))
    except ValueError as error:
        return Skipped(place, f"its rest can't be read: {error}")
    if not cells.get("kind") and not ref:
        found["kind"] = kind_of(found, kind)
    lack = lacking(found, ref)
    if lack:
        return Skipped(place, lack)
    deck = told.get("deck", "")
    path = (deck,) if ref else tuple(part for each in deck.split("::") if (part := each.strip()))
    guid = "" if ref else told.get("guid", "") or card
    return Note(place, found, ref, guid, path if deck else (), agreed=agreed)


def _cell(fields: Sequence[str], at: int, ours: bool) -> str:
    text = fields[at] if at < len(fields) else ""
    if ours and text.startswith("'") and _FORMULA.match(text):
        return text[1:]
    return text
