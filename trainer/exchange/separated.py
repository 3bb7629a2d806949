"""Rows of fields with something between them: CSV, TSV, and what people paste."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from trainer.errors import TrainerError
from trainer.exchange.limits import MAX_COLUMNS, MAX_NOTES
from trainer.exchange.textfile import place_at
from trainer.text import clean

# In the order in which they are taken where several would do.
SEPARATORS: Final = ("\t", ";", ",")

# What else Quizlet proposes; no spreadsheet writes it.
_DASH: Final = " - "

# A guess goes by so many rows within so many characters.
_SAMPLE_ROWS: Final = 100
_SAMPLE_SIZE: Final = 64 * 1024

_CLOSED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')


class Row(NamedTuple):
    """The fields of a row, and the line in which it starts."""

    line: int
    fields: list[str]


class Form(NamedTuple):
    """What stands between the fields of a text, and between its rows; a text of one column has
    nothing between fields."""

    between_fields: str
    between_rows: str = "\n"


def rows(
    text: str, separator: str, path: str, *, start: int = 0, comments: bool = False
) -> Iterator[Row]:
    """Yield the rows from the character `start` on that say anything, their fields stripped.

    A field may stand in quotes, with quotes in it doubled. A quote that isn't one of such a pair
    is an error, but between tabs, where many programs don't quote, it means itself. With
    `comments`, a line that begins with `#` is no row.
    """
    field_of = _pattern(separator)
    strict = separator != "\t"
    line = 1 + text.count("\n", 0, start)
    begin, at, number = start, start, 0
    fields: list[str] = []
    while True:
        if comments and at == begin and text.startswith("#", at):
            begin = at = text.find("\n", at) + 1
            if not at:
                return
            line += 1
            continue
        found = field_of.match(text, at)
        assert found is not None  # nothing at all is a field, too
        quoted, bare, end = found.groups()
        if bare is None:
            fields.append(quoted.replace('""', '"').strip())
        elif strict and bare.startswith('"'):
            raise _broken_quote(text, path, at)
        else:
            fields.append(bare.strip())
        if len(fields) > MAX_COLUMNS:
            raise TrainerError(
                f"this row has more than {MAX_COLUMNS:,} columns",
                place=f"{clean(path)}:{line}",
                mend="check what stands between its fields",
            )
        at = found.end()
        if end == separator:
            continue
        if any(fields):
            number = checked(number + 1, path)
            yield Row(line, fields)
        if not end:
            return
        line += text.count("\n", begin, at)
        begin, fields = at, []


def rows_of(text: str, form: Form, path: str, start: int = 0) -> Iterator[Row]:
    """Yield the rows of a text that has the form, from the character `start` on."""
    if form.between_rows == "\n" and form.between_fields != _DASH:
        yield from rows(text, form.between_fields, path, start=start)
        return
    line = 1
    for number, piece in enumerate(text.split(form.between_rows), 1):
        checked(number, path)
        if piece.strip():
            before = len(piece) - len(piece.lstrip())
            fields = [field.strip() for field in piece.split(form.between_fields)]
            yield Row(line + piece.count("\n", 0, before), fields)
        line += piece.count("\n") + form.between_rows.count("\n")


def guessed(text: str) -> Form:
    """Return the form that a text most likely has."""
    if '"' not in text:
        for between_fields in ("\t", ",", ";", _DASH):
            for between_rows in (";", "\n\n"):
                if between_fields != between_rows and _is_cut(text, between_fields, between_rows):
                    return Form(between_fields, between_rows)
    sample = text[:_SAMPLE_SIZE]
    if len(text) > _SAMPLE_SIZE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    best, score = "", (0.0, 0.0)
    for separator in SEPARATORS:
        found = _score(sample, separator)
        if found > score:
            best, score = separator, found
    if score != (1, 1) and '"' not in text and _are_pairs(text, _DASH, "\n"):
        return Form(_DASH)
    return Form(best)


def checked(number: int, path: str) -> int:
    """Return the number of a note. Raises TrainerError where it is more than are taken."""
    if number > MAX_NOTES:
        raise TrainerError(
            f"this file has more than {MAX_NOTES:,} rows",
            place=clean(path),
            mend="split it into several",
        )
    return number


def _is_cut(text: str, between_fields: str, between_rows: str) -> bool:
    """Whether a text is one of pairs, with something else than a newline between them."""
    text = text.strip()
    pairs = text.count(between_fields)
    if pairs < 2 or not pairs - 1 <= text.count(between_rows) <= MAX_NOTES:
        return False
    if between_rows == ";" and between_fields == "," and "\n" in text:
        return False  # a spreadsheet's semicolons, with commas in its texts
    return _are_pairs(text, between_fields, between_rows) and not _are_pairs(
        text, between_fields, "\n"
    )


def _are_pairs(text: str, between_fields: str, between_rows: str) -> bool:
    pieces = text.split(between_rows)
    return all(piece.count(between_fields) == 1 for piece in pieces if piece.strip())


def _score(sample: str, separator: str) -> tuple[float, float]:
    """Return the share of rows that have several fields, and of those that have equally many."""
    try:
        sizes = Counter(
            len(row.fields) for row in islice(rows(sample, separator, ""), _SAMPLE_ROWS)
        )
    except TrainerError:
        # The quote that isn't closed tells nothing of what else is here.
        sizes = Counter(line.count(separator) + 1 for line in sample.split("\n") if line.strip())
    several = [number for size, number in sizes.items() if size > 1]
    total = max(1, sizes.total())
    return sum(several) / total, max(several, default=0) / total


@functools.cache
def _pattern(separator: str) -> re.Pattern[str]:
    """Return what matches a field, in quotes or without, and what ends it."""
    between = re.escape(separator)
    return re.compile(
        rf'(?:"([^"]*+(?:""[^"]*+)*+)" *(?={between}|\n|\Z)|([^{between}\n]*+))({between}|\n|\Z)'
    )


def _broken_quote(text: str, path: str, at: int) -> TrainerError:
    closed = _CLOSED.match(text, at)
    if closed is None:
        return TrainerError(
            "the quote that opens here is never closed",
            place=place_at(path, text, at),
            mend="close it, and double the quotes within",
        )
    return TrainerError(
        "text follows the quote that ends a field here",
        place=place_at(path, text, closed.end() - 1),
        mend="double the quotes within a field",
    )
