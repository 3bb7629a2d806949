"""Anki packages made by hand, down to those that nobody should open."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from trainer.exchange.apkg import read
from trainer.exchange.note import Source

CREATED = """
CREATE TABLE col (id integer primary key, ver integer, conf text, models text, decks text);
CREATE TABLE notes (id integer primary key, guid text, mid integer, tags text, flds text);
CREATE TABLE cards (id integer primary key, nid integer, did integer, odid integer, ord integer,
  queue integer, flags integer);
CREATE TABLE revlog (id integer primary key, cid integer, ease integer, factor integer,
  time integer, type integer);
"""
BASIC = {
    "name": "Basic",
    "type": 0,
    "flds": [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}],
    "tmpls": [{"ord": 0, "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}],
}
CLOZE = {
    "name": "Cloze",
    "type": 1,
    "flds": [{"name": "Text", "ord": 0}, {"name": "Extra", "ord": 1}],
    "tmpls": [{"ord": 0, "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}<br>{{Extra}}"}],
}


class Anki:
    """A collection as Anki's schema 11 has it, as far as it matters."""

    def __init__(self, folder: Path, **model: Any) -> None:
        self._path = folder / "made.anki2"
        self._path.unlink(missing_ok=True)
        self.db = sqlite3.connect(self._path)
        self.db.executescript(CREATED)
        models = {"1": {**BASIC, **model}, "2": CLOZE}
        decks = {"1": {"name": "Default"}, "5": {"name": "Jobs::RAG"}}
        self.db.execute(
            "INSERT INTO col VALUES (1, 11, ?, ?, ?)",
            ('{"schedVer": 2}', json.dumps(models), json.dumps(decks)),
        )

    def note(
        self, *fields: str, name: int = 1, guid: str = "g1", tags: str = "", kind: int = 1
    ) -> int:
        values = (name, guid, kind, tags, "\x1f".join(fields))
        self.db.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", values)
        return name

    def card(self, note: int = 1, number: int = 0, queue: int = 0, flags: int = 0) -> int:
        card = note * 100 + number
        values = (card, note, 5, 0, number, queue, flags)
        self.db.execute("INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        return card

    def basic(self, front: str, back: str = "b", **told: Any) -> None:
        self.card(self.note(front, back, **told))

    def answer(self, card: int, at: int, ease: int, kind: int = 1, factor: int = 2500) -> None:
        values = (at, card, ease, factor, 4_000, kind)
        self.db.execute("INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?)", values)

    def data(self) -> bytes:
        self.db.commit()
        self.db.close()
        return self._path.read_bytes()


def package(folder: Path, members: Mapping[str, bytes]) -> str:
    path = folder / "cards.apkg"
    with ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return str(path)


def read_from(folder: Path, anki: Anki, name: str = "collection.anki2") -> Source:
    """Return what a package of the collection is read as."""
    return read(package(folder, {name: anki.data(), "media": b"{}"}), "question", lambda _: None)
