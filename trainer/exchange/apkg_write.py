"""Writing an Anki package that every Anki since 2.1 opens.

But for the time of writing, which Anki goes by to tell whether a note is newer than its own, the
same decks make the same bytes: ids are digests of names.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import blake2b, sha1
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from trainer.decks.model import Deck
from trainer.exchange.anki_notes import (
    CSS,
    NOTE_TYPES,
    NoteType,
    anki_tag,
    deck_name,
    note_type_of,
    values_of,
)
from trainer.exchange.heads import left_behind, title_of, topic_of
from trainer.exchange.note import HEED_EACH, Heed
from trainer.scheduling.days import now

_TABLES: Final = """
CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL,
  scm integer NOT NULL, ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL,
  ls integer NOT NULL, conf text NOT NULL, models text NOT NULL, decks text NOT NULL,
  dconf text NOT NULL, tags text NOT NULL);
CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL,
  mod integer NOT NULL, usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL,
  sfld integer NOT NULL, csum integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL,
  ord integer NOT NULL, mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL,
  queue integer NOT NULL, due integer NOT NULL, ivl integer NOT NULL, factor integer NOT NULL,
  reps integer NOT NULL, lapses integer NOT NULL, left integer NOT NULL, odue integer NOT NULL,
  odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL,
  ease integer NOT NULL, ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL,
  time integer NOT NULL, type integer NOT NULL);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);
"""
_SCHEMA: Final = 11
# When the note types became what they are, in seconds: Anki keeps those changed there since.
_MADE: Final = 1_750_000_000
# Ids in Anki are times in milliseconds; these are of the years from 2017 on.
_FIRST_ID: Final = 1_500_000_000_000


def write(decks: Sequence[Deck], out: BinaryIO, heed: Heed) -> list[str]:
    """Write all cards of the decks as an Anki package; return what stays behind."""
    with TemporaryDirectory(prefix="trainer-") as folder:
        path = os.path.join(folder, "collection.anki2")
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = OFF")
            db.execute("PRAGMA synchronous = OFF")
            db.executescript(_TABLES)
            db.execute("BEGIN")
            _fill(db, decks, now().instant // 1000, heed)
            db.execute("COMMIT")
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            with open(path, "rb") as file, archive.open(_member("collection.anki2"), "w") as member:
                shutil.copyfileobj(file, member)
            archive.writestr(_member("media"), "{}")
    return left_behind(decks, "anki")


def _fill(db: sqlite3.Connection, decks: Sequence[Deck], seconds: int, heed: Heed) -> None:
    ids = _Ids()
    kinds = {name: ids.of(f"note type {name}") for name in NOTE_TYPES}
    names: dict[str, int] = {}
    for number, (note, kind, deck) in enumerate(_notes(decks)):
        if number % HEED_EACH == 0:
            heed(number)
        if deck not in names:
            for part in (deck.partition("::")[0], deck):
                names.setdefault(part, ids.of(f"deck {part}"))
        guid, tags, asked, values = note
        # By them Anki tells in which order notes were made.
        name = ids.of(f"notes {guid.partition('/')[0]}")
        # Of the first field Anki keeps a checksum, to find notes that ask the same.
        checksum = int(sha1(asked.encode(), usedforsecurity=False).hexdigest()[:8], 16)
        db.execute(
            "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, '')",
            (name, guid, kinds[kind], seconds, tags, values, asked, checksum),
        )
        db.execute(
            "INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')",
            (name, name, names[deck], seconds, number + 1),
        )
    _describe(db, kinds, names, seconds)


def _notes(
    decks: Sequence[Deck],
) -> Iterator[tuple[tuple[str, str, str, str], str, str]]:
    """Yield each card as a note (guid, tags, what it asks, fields), its type's and deck's name."""
    for deck in decks:
        for card in deck.cards:
            topic = topic_of(deck, card.topic)
            tags = " ".join(sorted({anki_tag(tag) for tag in card.tags}))
            fields = "\x1f".join(values_of(card, topic))
            asked = card.text if card.kind == "cloze" else card.prompt
            note = (f"{deck.deck}/{card.id}", f" {tags} " if tags else "", asked, fields)
            yield note, note_type_of(card).name, deck_name(title_of(deck), topic)


def _describe(
    db: sqlite3.Connection, kinds: dict[str, int], decks: dict[str, int], seconds: int
) -> None:
    """Write what the notes and cards refer to: note types, decks, settings."""
    models = {str(key): _model(NOTE_TYPES[name], key) for name, key in kinds.items()}
    default = {"Default": 1, **{name: key for name, key in decks.items() if name != "Default"}}
    conf = {
        "activeDecks": [1], "addToCur": True, "collapseTime": 1200, "curDeck": 1,
        "curModel": next(iter(kinds.values())), "dueCounts": True, "estTimes": True,
        "newSpread": 0, "nextPos": 1, "schedVer": 2, "sortBackwards": False,
        "sortType": "noteFld", "timeLim": 0,
    }  # fmt: skip
    db.execute(
        "INSERT INTO col VALUES (1, ?, ?, ?, ?, 0, 0, 0, ?, ?, ?, ?, '{}')",
        (
            _MADE,
            seconds * 1000,
            _MADE * 1000,
            _SCHEMA,
            json.dumps(conf),
            json.dumps(models),
            json.dumps({str(key): _deck(name, key) for name, key in default.items()}),
            json.dumps({"1": _OPTIONS}),
        ),
    )


def _model(kind: NoteType, key: int) -> dict[str, Any]:
    return {
        "id": key, "name": kind.name, "type": int(kind.cloze), "mod": _MADE, "usn": -1,
        "sortf": 0, "did": 1, "css": CSS, "latexPre": _LATEX, "latexPost": "\\end{document}",
        "latexsvg": False, "req": [[0, "any", [0]]], "vers": [], "tags": [],
        "flds": [
            {"name": name, "ord": place, "sticky": False, "rtl": False, "font": "Arial",
             "size": 20, "media": []}
            for place, name in enumerate(kind.fields)
        ],
        "tmpls": [
            {"name": kind.name, "ord": 0, "qfmt": kind.front, "afmt": kind.back, "bqfmt": "",
             "bafmt": "", "did": None}
        ],
    }  # fmt: skip


def _deck(name: str, key: int) -> dict[str, Any]:
    return {
        "id": key, "name": name, "mod": _MADE, "usn": -1, "desc": "", "dyn": 0, "conf": 1,
        "collapsed": False, "browserCollapsed": False, "extendNew": 0, "extendRev": 0,
        "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0], "timeToday": [0, 0],
    }  # fmt: skip


_LATEX: Final = (
    "\\documentclass[12pt]{article}\n\\special{papersize=3in,5in}\n\\usepackage[utf8]{inputenc}\n"
    "\\usepackage{amssymb,amsmath}\n\\pagestyle{empty}\n\\setlength{\\parindent}{0in}\n"
    "\\begin{document}\n"
)
_OPTIONS: Final = {
    "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": True, "timer": 0,
    "replayq": True, "dyn": False,
    "new": {"bury": False, "delays": [1, 10], "initialFactor": 2500, "ints": [1, 4, 0],
            "order": 1, "perDay": 20, "separate": True},
    "rev": {"bury": False, "ease4": 1.3, "ivlFct": 1, "maxIvl": 36500, "perDay": 200, "fuzz": 0.05,
            "minSpace": 1},
    "lapse": {"delays": [10], "leechAction": 0, "leechFails": 8, "minInt": 1, "mult": 0},
}  # fmt: skip


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name)
    member.compress_type = ZIP_DEFLATED
    return member


class _Ids:
    """Ids made of names; the next ones of a name follow its first."""

    def __init__(self) -> None:
        self._given: set[int] = set()
        self._last: dict[str, int] = {}

    def of(self, name: str) -> int:
        """Return an id that was not given yet."""
        if name not in self._last:
            digest = blake2b(name.encode(), digest_size=8).digest()
            self._last[name] = _FIRST_ID + (int.from_bytes(digest, "big") >> 27)
        while self._last[name] in self._given:
            self._last[name] += 1
        self._given.add(self._last[name])
        return self._last[name]
