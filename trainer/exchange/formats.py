"""The formats by name: which one a file is in, and what reads and writes it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, BinaryIO, Final

from trainer.decks.model import Deck
from trainer.errors import TrainerError, UsageError
from trainer.exchange.note import Heed, Source
from trainer.text import clean

# Each format that can be read, with the module that does it; the log is united, not read as notes.
_READERS: Final = {
    "csv": "delimited",
    "tsv": "delimited",
    "anki": "apkg",
    "anki-text": "anki_text",
    "markdown": "markdown_cards",
    "json": "json_cards",
}
_WRITERS: Final = {
    "anki": "apkg_write",
    "anki-text": "anki_text",
    "csv": "delimited",
    "markdown": "markdown_cards",
    "json": "json_cards",
}
READ: Final = (*_READERS, "log")
WRITTEN: Final = tuple(_WRITERS)

_BY_ENDING: Final = {
    ".apkg": "anki",
    ".colpkg": "anki",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "log",
    ".db": "log",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
}
_HEAD: Final = 512
_BOMS: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
_ANKI_HEADERS: Final = (
    "#separator:", "#html:", "#tags:", "#columns:", "#notetype", "#deck", "#guid",
)  # fmt: skip


def format_of(path: str) -> str:
    """Return the name of the format a file is in, by its first bytes, else by how it ends.

    Raises TrainerError where it can't be read.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise TrainerError("this is not a file", place=clean(path))
        with open(path, "rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise TrainerError(f"this can't be read ({reason})", place=clean(path)) from error
    if head.startswith(b"PK"):
        return "anki"
    if head.startswith(b"SQLite format 3\0"):
        return "log"
    text = _text(head).lstrip()
    if text.lower().startswith(_ANKI_HEADERS):
        return "anki-text"
    ending = os.path.splitext(path)[1].lower()
    named = _BY_ENDING.get(ending)
    if named in ("json", "log", None) and text.startswith("{"):
        return "log" if '"type"' in text.split("\n", 1)[0] else "json"
    return named or "csv"


def _text(head: bytes) -> str:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "ignore")
    return head.decode("utf-8", "ignore")


def read(path: str, form: str, kind: str, heed: Heed) -> Source:
    """Return the notes of a file in a format of `READ` that isn't the log.

    `kind` is that of a note with a front and a back. Raises TrainerError where it can't be read.
    """
    reader: Callable[[str, str, Heed], Source] = _module(_READERS[form]).read
    return reader(path, kind, heed)


def write(decks: Sequence[Deck], form: str, out: BinaryIO, heed: Heed) -> list[str]:
    """Write all cards of the decks in a format of `WRITTEN`; return what stays behind."""
    if form not in _WRITERS:
        raise UsageError(f"there is no format {clean(form)}", mend=f"use {', '.join(WRITTEN)}")
    writer: Callable[[Sequence[Deck], BinaryIO, Heed], list[str]] = _module(_WRITERS[form]).write
    return writer(decks, out, heed)


def _module(name: str) -> Any:
    return import_module(f"trainer.exchange.{name}")
