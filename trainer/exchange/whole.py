"""All of a card through a format that shows only some of it.

What a format can show, people read and edit there: texts, what the points say, the choices. The
rest goes along as one line of JSON, so that a card comes back whole.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from msgspec import NODEFAULT, to_builtins
from msgspec.structs import fields as declared

from trainer.decks.model import Card
from trainer.exchange.note import Fields

# What is shown of the items of a field that holds records; they are told apart by the first.
SHOWN: Final = {"points": ("say",), "choices": ("text", "right")}


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
    if left is None:
        return shown
    told: Any = json.loads(left) if left.strip() else {}
    nothing = blank()
    if not isinstance(told, dict) or not told.keys() <= nothing.keys():
        raise ValueError("it holds something else than a card's fields")
    whole = {**nothing, **told, **shown}
    for name in SHOWN:
        if name in shown:
            whole[name] = completed(name, shown[name], told.get(name) or [])
    return whole


def completed(name: str, items: list[Fields], known: list[Fields]) -> list[Fields]:
    """Return items of a field of `SHOWN`, each with what is known of one of the same text."""
    text = SHOWN[name][0]
    by_text = {item.get(text): item for item in known if isinstance(item, Mapping)}
    return [{**by_text.get(item[text], {}), **item} for item in items]


def _is_all_shown(name: str, items: list[Fields]) -> bool:
    return all(item.keys() <= {*SHOWN[name]} for item in items)
