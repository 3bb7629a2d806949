"""All of a card through a format that shows only some of it.

What a format can show, people read and edit there: texts, what the points say, the choices. The
rest goes along as one line of JSON, so that a card comes back whole.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from msgspec import NODEFAULT, ValidationError, convert
from msgspec.json import decode, encode
from msgspec.structs import fields as declared

from trainer.decks.model import Card
from trainer.exchange.note import Fields
from trainer.text import clean

# What is shown of the items of a field that holds records; they are told apart by the first.
SHOWN: Final = {"points": ("say",), "choices": ("text", "right")}


def blank() -> Fields:
    """Return all fields of a card but its id, each as it is where nothing is said."""
    found: Fields = decode(_blank())
    return found


@functools.cache
def _blank() -> bytes:
    defaults = {
        field.name: None if field.default is NODEFAULT else field.default
        for field in declared(Card)
        if field.name != "id"
    }
    return encode(defaults)


def whole(card: Card) -> Fields:
    """Return all fields of a card but its id, as plain data."""
    found = {**blank(), **_plain(card)}
    del found["id"]
    return found


def rest(card: Fields, shown: Collection[str]) -> str:
    """Return as JSON what a card says beyond the fields shown; empty where that is nothing.

    A field whose items are shown in part (`SHOWN`) is among them, unless that part is all of it.
    """
    nothing = blank()
    left: Fields = {}
    for name, value in card.items():
        if value == nothing[name]:
            continue
        if name not in shown or (name in SHOWN and not _is_all_shown(name, value)):
            left[name] = value
    return json.dumps(left, ensure_ascii=False, separators=(",", ":")) if left else ""


def unite(shown: Fields, left: str | None) -> Fields:
    """Return the fields of a card from what was shown of it and the rest.

    What the rest has of an item of the same text is kept. Without a rest (None) only what was shown
    is known. Raises ValueError where the rest is not what `rest` returned.
    """
    return shown if left is None else united(shown, told(left))


def told(left: str) -> Fields:
    """Return the fields that a rest tells of. Raises ValueError where it isn't one."""
    if not left.strip():
        return {}
    try:
        found: Any = through_the_door(json.loads(left))
        if isinstance(found, dict) and "id" not in found:
            convert({"id": "any", **found}, Card)
            return found
    except (ValidationError, RecursionError):
        pass
    raise ValueError("it holds something else than a card's fields")


def united(shown: Fields, told: Fields) -> Fields:
    """Return all fields of a card from what was shown of it and what was told besides."""
    whole = {**blank(), **told, **shown}
    for name in SHOWN:
        if name in shown:
            whole[name] = completed(name, shown[name], told.get(name) or [])
    return whole


def through_the_door(value: Any) -> Any:
    """Return plain data with all texts in it cleaned and stripped."""
    if isinstance(value, str):
        return clean(value).strip()
    if isinstance(value, list):
        return [through_the_door(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): through_the_door(item) for key, item in value.items()}
    return value


def completed(name: str, items: list[Fields], known: list[Fields]) -> list[Fields]:
    """Return items of a field of `SHOWN`, each with what is known of one of the same text."""
    shown = SHOWN[name]
    besides = {
        item.get(shown[0]): {key: value for key, value in item.items() if key not in shown}
        for item in known
        if isinstance(item, Mapping)
    }
    return [{**item, **besides.get(item[shown[0]], {})} for item in items]


def _plain(value: Any) -> Any:
    """Return a value as JSON would: its tuples as lists."""
    return decode(encode(value))


def _is_all_shown(name: str, items: list[Fields]) -> bool:
    return all(item.keys() <= {*SHOWN[name]} for item in items)
