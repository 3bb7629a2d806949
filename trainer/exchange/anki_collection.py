"""Anki's collection, a SQLite database: its note types, decks, and whether it can be trusted."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from trainer.errors import TrainerError
from trainer.exchange.limits import MAX_ANSWERS, MAX_CARDS
from trainer.text import clean

# Versions of Anki's schema: the first that Anki 2 has, the one from which on note types and decks
# are in tables of their own, and the last that is known.
_FIRST, _TABLES, _LAST = 11, 15, 18

_NEEDED: Final = {
    "col": ("ver", "conf", "models", "decks"),
    "notes": ("id", "guid", "mid", "tags", "flds"),
    "cards": ("id", "nid", "did", "odid", "ord", "queue", "flags"),
    "revlog": ("id", "cid", "ease", "factor", "time", "type"),
}
_NEEDED_LATER: Final = {
    "notetypes": ("id", "name", "config"),
    "fields": ("ntid", "ord", "name"),
    "templates": ("ntid", "ord", "config"),
    "decks": ("id", "name"),
    "config": ("key", "val"),
}
# Bytes of one value, which SQLite holds in memory.
_MAX_VALUE: Final = 160 * 1024 * 1024
# Characters of a template, and of all note types and decks as JSON; bytes of one as a protocol
# buffer, which may hold fonts; rows of their tables. More are nobody's.
_MAX_TEMPLATE: Final = 200_000
_MAX_JSON: Final = 8_000_000
_MAX_MESSAGE: Final = 8_000_000
_MAX_ROWS: Final = 50_000
# The setting that tells how many minutes west of UTC a collection was begun, and the most it says.
_WEST: Final = "creationOffset"
_FARTHEST: Final = 14 * 60


# What goes wrong with rows that are not as Anki makes them.
_SPOILT: Final = (
    sqlite3.Error, ValueError, LookupError, TypeError, AttributeError, RecursionError,
    OverflowError,
)  # fmt: skip


class NoteKind(NamedTuple):
    """A note type of a collection: its fields' names, and by number its cards' two templates."""

    name: str
    cloze: bool
    fields: tuple[str, ...]
    templates: dict[int, tuple[str, str]]


class Collection(NamedTuple):
    """An open collection: its note types and decks by id; `old_steps` tells that an answer in a
    learning step is one of three; `offset` is where it was begun, in minutes east of UTC."""

    db: sqlite3.Connection
    kinds: dict[int, NoteKind]
    decks: dict[int, tuple[str, ...]]
    old_steps: bool
    offset: int


@contextmanager
def opened(path: str, place: str) -> Iterator[Collection]:
    """Open the collection at a path. Raises TrainerError, also for what goes wrong while it is
    open, where it is not one that can be read."""
    try:
        with closing(_connect(path)) as db:
            _check_size(path)
            version = _version(db, place)
            _check_tables(db, {**_NEEDED, **(_NEEDED_LATER if version >= _TABLES else {})})
            if version >= _TABLES:
                kinds, decks = _from_tables(db)
                settings = _settings_from_table(db)
            else:
                kinds, decks = _from_json(db)
                settings = _settings_from_json(db)
            for table, most in (("cards", MAX_CARDS), ("revlog", MAX_ANSWERS)):
                if _rows(db, table) > most:
                    raise too_much(place)
            old_steps = version == _FIRST and settings.get("schedVer", 1) == 1
            yield Collection(db, kinds, decks, old_steps, _offset(settings))
    except _SPOILT as error:
        raise TrainerError(
            "the collection in this package is damaged, or not one of Anki's",
            place=place,
            mend="export it from Anki anew, after Tools > Check Database there",
        ) from error


def too_much(place: str) -> TrainerError:
    """Return the refusal of a collection that holds more than would be good for the memory."""
    return TrainerError(
        "this package holds more than can be taken at once",
        place=place,
        mend="export it from Anki in parts, a deck each",
    )


def _connect(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(f"{Path(path).as_uri()}?mode=ro&immutable=1", uri=True)
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
    db.text_factory = lambda data: data.decode("utf-8", "replace")
    db.create_collation("unicase", lambda one, other: (one > other) - (one < other))
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    return db


def _check_size(path: str) -> None:
    """Raise ValueError where the file is shorter than its head says."""
    with open(path, "rb") as file:
        head = file.read(100)
    page, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    if (
        head[24:28] == head[92:96]
        and os.path.getsize(path) < (65_536 if page == 1 else page) * pages
    ):
        raise ValueError("it is cut short")


def _version(db: sqlite3.Connection, place: str) -> int:
    _check_tables(db, {"col": ("ver",)})
    (version,) = db.execute("SELECT CAST(ver AS INTEGER) FROM col LIMIT 1").fetchone()
    if version > _LAST:
        raise TrainerError(
            f"this package's collection has Anki's schema {version}, and {_LAST} is the newest "
            "that is known here",
            place=place,
            mend="export it from Anki with `Support older Anki versions` ticked",
        )
    if version < _FIRST:
        raise ValueError("it is older than Anki 2")
    return int(version)


def _check_tables(db: sqlite3.Connection, needed: dict[str, tuple[str, ...]]) -> None:
    """Raise ValueError where a table is not there, or is something else that goes by its name."""
    for table, columns in needed.items():
        made = db.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        if made is None or made[0] != "table" or not made[1].upper().startswith("CREATE TABLE"):
            raise ValueError(f"{table} is no table")
        # A column that is worked out, not stored, is marked as hidden.
        rows = db.execute(f"PRAGMA table_xinfo({table})")
        stored = {row[1].lower() for row in rows if not row[6]}
        if not stored.issuperset(columns):
            raise ValueError(f"{table} has other columns")


def _from_json(db: sqlite3.Connection) -> tuple[dict[int, NoteKind], dict[int, tuple[str, ...]]]:
    models, decks = db.execute("SELECT models, decks FROM col LIMIT 1").fetchone()
    if len(models) + len(decks) > _MAX_JSON:
        raise ValueError("its note types and decks are too many")
    kinds = {
        int(key): NoteKind(
            _name(model["name"]),
            model["type"] == 1,
            tuple(_name(field["name"]) for field in sorted(model["flds"], key=_place)),
            {
                _place(template): (_template(template["qfmt"]), _template(template["afmt"]))
                for template in model["tmpls"]
            },
        )
        for key, model in json.loads(models).items()
    }
    return kinds, {int(key): _path(deck["name"], "::") for key, deck in json.loads(decks).items()}


def _from_tables(db: sqlite3.Connection) -> tuple[dict[int, NoteKind], dict[int, tuple[str, ...]]]:
    for table in _NEEDED_LATER:
        if _rows(db, table) > _MAX_ROWS:
            raise ValueError("its note types and decks are too many")
    fields: dict[int, list[str]] = {}
    for kind, name in db.execute("SELECT ntid, name FROM fields ORDER BY +ntid, +ord"):
        fields.setdefault(kind, []).append(_name(name))
    templates: dict[int, dict[int, tuple[str, str]]] = {}
    for kind, place, config in db.execute("SELECT ntid, ord, config FROM templates"):
        told = _message(config)
        front, back = told.get(1, b""), told.get(2, b"")
        if not isinstance(front, bytes) or not isinstance(back, bytes):
            raise ValueError("a template is no text")
        sides = _template(front.decode()), _template(back.decode())
        templates.setdefault(kind, {})[int(place)] = sides
    kinds = {
        int(kind): NoteKind(
            _name(name),
            _message(config).get(1) == 1,
            tuple(fields.get(kind, ())),
            templates.get(kind, {}),
        )
        for kind, name, config in db.execute("SELECT id, name, config FROM notetypes")
    }
    decks = db.execute("SELECT id, name FROM decks")
    return kinds, {int(key): _path(name, "\x1f") for key, name in decks}


def _settings_from_json(db: sqlite3.Connection) -> dict[str, Any]:
    (conf,) = db.execute("SELECT conf FROM col LIMIT 1").fetchone()
    return dict(json.loads(conf))


def _settings_from_table(db: sqlite3.Connection) -> dict[str, Any]:
    rows = db.execute("SELECT key, val FROM config WHERE key = ?", (_WEST,))
    return {key: json.loads(value) for key, value in rows}


def _offset(settings: dict[str, Any]) -> int:
    """Return how far east of UTC a collection was begun, in minutes."""
    west = settings.get(_WEST)
    return -west if isinstance(west, int) and abs(west) <= _FARTHEST else 0


def _rows(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _place(item: dict[str, Any]) -> int:
    return int(item["ord"])


def _name(text: str) -> str:
    return clean(text)[:1_000]


def _path(name: str, separator: str) -> tuple[str, ...]:
    parts = [clean(part).strip() for part in name[:2_000].split(separator)]
    return tuple(part for part in parts if part)


def _template(text: str) -> str:
    if len(text) > _MAX_TEMPLATE:
        raise ValueError("a template is too long")
    return text


def _message(data: bytes) -> dict[int, int | bytes]:
    """Return the first two fields of a protocol buffer by number; numbers and bytes."""
    if len(data) > _MAX_MESSAGE:
        raise ValueError("this protocol buffer is too long")
    found: dict[int, int | bytes] = {}
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, place = _varint(data, place)
            if number in (1, 2):
                found[number] = value
            continue
        if kind == 2:
            size, place = _varint(data, place)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError("this is no protocol buffer")
        if place + size > len(data):
            raise ValueError("this protocol buffer is cut short")
        if number in (1, 2):
            found[number] = data[place : place + size]
        place += size
    return found


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            break
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("this protocol buffer is cut short")
