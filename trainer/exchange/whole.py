"""All of a card through a format that shows only some of it.

What a format can show, people read and edit there: texts, what the points say, the choices. The
rest goes along as one line of JSON, so that a card comes back whole.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Collection
from hashlib import blake2b
from typing import Any, Final

from msgspec import NODEFAULT, ValidationError, convert, to_builtins
from msgspec.json import decode, encode
from msgspec.structs import fields as declared

from trainer.decks.model import Card
from trainer.exchange.note import Fields
from trainer.text import clean

# What is shown of the items of a field that holds records; they are told apart by the first.
SHOWN: Final = {"points": ("say",), "choices": ("text", "right")}

_NOW: Final = "now"

_SPELT: Final = re.compile(r"\\[ubfr]")

_NOT_A_REST: Final = "it holds something else than a card's fields"


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
    return shown if left is None else united(shown, told(left))


def told(left: str) -> Fields:
    """Return the fields of a card that a rest has. Raises ValueError where it is none."""
    found = _loaded(left)
    found.pop(_NOW, None)
    try:
        convert({**found, "id": "any"}, Card)
    except ValidationError as error:
        raise ValueError(_NOT_A_REST) from error
    return found


def united(shown: Fields, told: Fields) -> Fields:
    """Return all fields of a card from what was shown of it and what a rest told."""
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


def digests(left: str | None) -> dict[str, str] | None:
    """Return the digest of each field that said something when the rest was written.

    None where nothing is known of that. Raises ValueError as `unite` does.
    """
    if not left:
        return None
    told = _loaded(left)
    now = told.pop(_NOW, {})
    if not isinstance(now, dict) or not all(isinstance(each, str) for each in now.values()):
        raise ValueError(_NOT_A_REST)
    nothing = blank()
    rest = {name: digest(value) for name, value in told.items() if value != nothing.get(name)}
    return {**rest, **now}


def agreed_on(card: Fields) -> dict[str, str]:
    """Return the digest of each field of a card that says something."""
    nothing = blank()
    return {name: digest(value) for name, value in card.items() if value != nothing[name]}


def digest(value: Any) -> str:
    """Return what stands for a field's value."""
    return blake2b(encode(value, order="deterministic"), digest_size=8).hexdigest()


def _loaded(left: str) -> Fields:
    try:
        found: Any = decode(left) if left.strip() else {}
    except (ValueError, RecursionError) as error:
        raise ValueError(_NOT_A_REST) from error
    if not isinstance(found, dict) or "id" in found:
        raise ValueError(_NOT_A_REST)
    # What was cleaned as a whole may still spell out a control character.
    return through_the_door(found) if _SPELT.search(left) else found


def completed(name: str, items: list[Fields], known: list[Fields]) -> list[Fields]:
    """Return items of a field of `SHOWN`, each with what is known of one of the same text."""
    shown = SHOWN[name]
    besides: dict[Any, list[Fields]] = {}
    for item in known:
        left = {key: value for key, value in item.items() if key not in shown}
        besides.setdefault(item.get(shown[0]), []).append(left)
    found = []
    for item in items:
        lefts = besides.get(item[shown[0]])
        found.append({**item, **lefts.pop(0)} if lefts else item)  # each of one text has its own
    return found


def _is_all_shown(name: str, items: list[Fields]) -> bool:
    return all(item.keys() <= {*SHOWN[name]} for item in items)
