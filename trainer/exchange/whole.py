"""All of a card through a format that shows only some of it.

What a format can show, people read and edit there: texts, what the points say, the choices. The
rest goes along as one line of JSON, so that a card comes back whole.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import Any, Final

from msgspec import NODEFAULT, to_builtins
from msgspec.json import encode
from msgspec.structs import fields as declared

from trainer.decks.model import Card
from trainer.exchange.note import Fields

# What is shown of the items of a field that holds records; they are told apart by the first.
SHOWN: Final = {"points": ("say",), "choices": ("text", "right")}

_NOW: Final = "now"


@functools.cache
def blank() -> Fields:
    """Return all fields of a card but its id, each as it is where nothing is said."""
    found = {
        field.name: None if field.default is NODEFAULT else to_builtins(field.default)
        for field in declared(Card)
    }
    del found["id"]
    return found


def whole(card: Card) -> Fields:
    """Return all fields of a card but its id, as plain data."""
    found = {**blank(), **to_builtins(card)}
    del found["id"]
    return found


def rest(card: Fields, shown: Collection[str]) -> str:
    """Return as JSON what a card says beyond the fields shown, and what these say now, as digests.

    A field whose items are shown in part (`SHOWN`) is among them, unless that part is all of it.
    """
    nothing = blank()
    left: Fields = {}
    now: Fields = {}
    for name, value in card.items():
        if value == nothing[name]:
            continue
        if name in shown:
            now[name] = digest(value)
        if name not in shown or (name in SHOWN and not _is_all_shown(name, value)):
            left[name] = value
    if now:
        left[_NOW] = now
    return json.dumps(left, ensure_ascii=False, separators=(",", ":"))


def unite(shown: Fields, left: str | None) -> Fields:
    """Return the fields of a card from what was shown of it and the rest.

    What the rest has of an item of the same text is kept. Without a rest (None) only what was shown
    is known. Raises ValueError where the rest is not what `rest` returned.
    """
    if left is None:
        return shown
    told = _loaded(left)
    told.pop(_NOW, None)
    nothing = blank()
    if not told.keys() <= nothing.keys():
        raise ValueError("it holds something else than a card's fields")
    united = {**nothing, **told, **shown}
    for name in SHOWN:
        if name in shown:
            united[name] = completed(name, shown[name], told.get(name) or [])
    return united


def digests(left: str | None) -> dict[str, str] | None:
    """Return the digest of each field that said something when the rest was written.

    None where nothing is known of that. Raises ValueError as `unite` does.
    """
    if left is None:
        return None
    told = _loaded(left)
    now = told.pop(_NOW, {})
    if not isinstance(now, dict) or not all(isinstance(each, str) for each in now.values()):
        raise ValueError("it holds something else than a card's fields")
    nothing = blank()
    rest = {name: digest(value) for name, value in told.items() if value != nothing.get(name)}
    return {**rest, **now}


def digest(value: Any) -> str:
    """Return what stands for a field's value."""
    return blake2b(encode(value, order="deterministic"), digest_size=8).hexdigest()


def _loaded(left: str) -> Fields:
    told: Any = json.loads(left) if left.strip() else {}
    if not isinstance(told, dict):
        raise ValueError("it is not an object")
    return told


def completed(name: str, items: list[Fields], known: list[Fields]) -> list[Fields]:
    """Return items of a field of `SHOWN`, each with what is known of one of the same text."""
    text = SHOWN[name][0]
    by_text = {item.get(text): item for item in known if isinstance(item, Mapping)}
    return [{**by_text.get(item[text], {}), **item} for item in items]


def _is_all_shown(name: str, items: list[Fields]) -> bool:
    return all(item.keys() <= {*SHOWN[name]} for item in items)
