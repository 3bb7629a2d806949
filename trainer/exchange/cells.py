"""The fields of a card as plain texts that people read and edit in a table.

A text is its cell. A list has a line for each item; what can't be read back from its cell goes
along in the rest as well, and holds as long as the cell is still what was made of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from trainer.decks.rules import NEEDS
from trainer.decks.walk import listed
from trainer.exchange.limits import MAX_FIELD
from trainer.exchange.note import Fields
from trainer.exchange.whole import SHOWN, rest, told, united
from trainer.text import clip

_BULLET = re.compile(r"[-*•] +")
_BOX = re.compile(r"\[([ xX✓])\] *")

# What people call the fields that a card can't do without.
_CALLED = {"prompt": "front", "answer": "back"}


class Cell(NamedTuple):
    """How a field is shown as a text, and read from one."""

    shown: Callable[[Any], str]
    read: Callable[[str], Any]


def _lines(items: Iterable[str]) -> str:
    """Return a line for each item; the further lines of one are set in by two spaces."""
    return "\n".join([item.replace("\n", "\n  ") for item in items])


def _items(text: str) -> list[str]:
    """Return the items of a list of lines, with or without bullets."""
    items: list[list[str]] = []
    for line in text.split("\n"):
        if items and line.startswith("  "):
            items[-1].append(line[2:])
        elif line.strip():
            items.append([_BULLET.sub("", line, count=1)])
    return [item for lines in items if (item := "\n".join(lines).strip())]


def _boxes(choices: Iterable[Fields]) -> str:
    return _lines(f"[{'x' if choice.get('right') else ' '}] {choice['text']}" for choice in choices)


def _choices(text: str) -> list[Fields]:
    choices: list[Fields] = []
    for item in _items(text):
        box = _BOX.match(item)
        said = item[box.end() :] if box else item
        if said:
            right = {"right": True} if box and box[1] != " " else {}
            choices.append({"text": said, **right})
    return choices


def _same(text: str) -> str:
    return text


def _tags(text: str) -> list[str]:
    return [tag for each in re.split("[,;]", text) if (tag := each.strip())]


_TEXT = Cell(_same, _same)
CELLS: Final[Mapping[str, Cell]] = {
    "kind": _TEXT,
    "topic": _TEXT,
    "tags": Cell(", ".join, _tags),
    "prompt": _TEXT,
    "text": _TEXT,
    "answer": _TEXT,
    "points": Cell(
        lambda points: _lines(point["say"] for point in points),
        lambda text: [{"say": say} for say in _items(text)],
    ),
    "choices": Cell(_boxes, _choices),
    "hint": _TEXT,
    "source": _TEXT,
}


def cells_of(card: Fields) -> tuple[dict[str, str], str]:
    """Return the cells of a card by its fields, and the rest of it."""
    cells: dict[str, str] = {}
    shown = []
    for name, cell in CELLS.items():
        value = card[name]
        cells[name] = cell.shown(value) if value else ""
        if cell is _TEXT or not value or in_part(name, value) == cell.read(cells[name]):
            shown.append(name)
    return cells, rest(card, shown)


def fields_of(cells: Mapping[str, str], left: str | None) -> Fields:
    """Return the fields of a card from its cells, and from the rest of it where there is one.

    Raises ValueError where the rest isn't one.
    """
    fields = {name: CELLS[name].read(text) for name, text in cells.items()}
    if not fields.get("kind"):
        fields.pop("kind", None)
    if left is None:
        return fields
    known = told(left)
    for name in known.keys() & cells.keys():
        if CELLS[name].shown(known[name]) == cells[name]:
            fields.pop(name, None)
    return united(fields, known)


def in_part(name: str, value: Iterable[Any]) -> list[Any]:
    """Return of a field that is a list what is shown of it."""
    if name in SHOWN:
        return [{key: item[key] for key in SHOWN[name] if key in item} for item in value]
    return list(value)


def too_long(cells: Mapping[str, str]) -> str:
    """Return why these texts are not taken, or nothing."""
    for name, text in cells.items():
        if len(text) > MAX_FIELD:
            return f"its {name} has more than {MAX_FIELD:,} characters"
    return ""


def kind_of(fields: Fields, kind: str) -> str:
    """Return the kind of a card that tells none; `kind` is that of a front and a back."""
    if fields.get("text") and not fields.get("prompt"):
        return "cloze"
    return "choice" if fields.get("choices") else kind


def lacking(fields: Fields, ref: str) -> str:
    """Return why these fields make no card, or nothing.

    A card that is here already, under `ref`, may have what they don't tell of.
    """
    kind = fields.get("kind", "")
    if ref and not kind:
        return ""
    if kind not in NEEDS:
        return f"there is no kind of card `{clip(kind, 40)}`: the kinds are {listed(NEEDS)}"
    for name in NEEDS[kind]:
        if not fields.get(name) and (name in fields or not ref):
            return f"it has no {_CALLED.get(name, name)}"
    return ""
