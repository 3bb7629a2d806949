"""Reading on after a syntax error: the head of a deck and each of its cards by itself.

The YAML parser stops at the first thing it can't make sense of. A deck's cards are items of one
list at one indentation, so the text can be cut between them, and each piece read at its place;
and within a piece, the value that broke it can be set aside to read what follows.
"""

from __future__ import annotations

import re
from typing import Final

from trainer.decks.nodes import BROKEN, MAPPING, SCALAR, SEQUENCE, Fault, Node, compose
from trainer.decks.syntax import explain

_CARDS: Final = re.compile(r"cards[ \t]*:[ \t]*(?:#.*)?")
_ITEM: Final = re.compile(r"([ \t]*)-(?:[ \t]|$)")
_TOP_LEVEL: Final = re.compile(r"[A-Za-z_]\w*[ \t]*:(?:\s|$)")
_IGNORED: Final = re.compile(r"[ \t]*(?:#.*)?$")
_VALUE: Final = re.compile(r"([ ]*(?:-[ ]+)*)((?:[\w-]+:[ ]+)?)(?=\S)")

_ANCHOR: Final = re.compile(r"&([\w-]+)")

# Stands in for a value that broke its piece: an alias that is left broken in silence.
_UNREAD: Final = "unread-value"
_MAX_REPAIRS: Final = 20


def read_in_blocks(lines: list[str], fields: tuple[str, ...]) -> tuple[Node, list[Fault]] | None:
    """Return what can be read of a text that breaks somewhere, and every fault met.

    What couldn't be read stands in the tree as broken nodes: a card, or, where the head broke,
    each of `fields` but the cards. None when the text has no list of cards to cut at, or when
    no piece by itself is at fault.
    """
    cut = _cut(lines)
    if cut is None:
        return None
    start, starts, end = cut
    faults: list[Fault] = []
    anchors: dict[str, Node] = {}
    # Whether those in a piece that can't be read are really anchors is not worth asking.
    names = {name for line in lines for name in _ANCHOR.findall(line)}
    elsewhere = frozenset([*names, _UNREAD])

    def read(piece: list[str], first_line: int) -> Node | None:
        root, met = _read_piece(piece, first_line, anchors, elsewhere)
        faults.extend(met)
        return root

    cards: list[Node] = []
    # The lines of the cards stay as empty ones, so that those after them keep their places.
    head = read(lines[:start] + [""] * (end - start) + lines[end:], 1)
    for begin, stop in zip(starts, [*starts[1:], end], strict=True):
        node = read(lines[begin:stop], begin + 1)
        if node is not None and node[0] == SEQUENCE:
            cards += node[1]
        else:
            cards.append((BROKEN, None, begin + 1, 1))
    if not any(fault.severity == "error" for fault in faults):
        return None
    cards_node: Node = (SEQUENCE, cards, start, 1)
    if head is not None and head[0] == MAPPING:
        items = list(head[1])
        for index in range(0, len(items), 2):
            if items[index][0] == SCALAR and items[index][1] == "cards":
                items[index + 1] = cards_node
        return (MAPPING, items, head[2], head[3]), faults
    items = []
    for field in fields:
        items.append((SCALAR, field, 1, 1))
        items.append(cards_node if field == "cards" else (BROKEN, None, 1, 1))
    return (MAPPING, items, 1, 1), faults


def _read_piece(
    lines: list[str], first_line: int, anchors: dict[str, Node], elsewhere: frozenset[str]
) -> tuple[Node | None, list[Fault]]:
    """Read a piece, setting values that break it aside while that helps.

    Where it doesn't, only the first syntax error is sure to be one.
    """
    lines = list(lines)
    syntax: list[Fault] = []
    for _ in range(_MAX_REPAIRS):
        text = "\n".join(lines)
        found = dict(anchors)
        composed = compose(text, found, first_line, elsewhere)
        if composed.failure is None:
            anchors.update(found)
            return composed.root, [*syntax, *composed.faults]
        syntax.append(explain(composed.failure, text, first_line))
        if not _set_aside(lines, syntax[-1].line - first_line):
            break
    return None, syntax[:1]


def _set_aside(lines: list[str], index: int) -> bool:
    """Take the value out of a line, with the lines that continue it; False if there is none."""
    found = _VALUE.match(lines[index]) if 0 <= index < len(lines) else None
    if found is None or not found[0].strip() or lines[index].endswith(f"*{_UNREAD}"):
        return False
    lines[index] = f"{found[0]}*{_UNREAD}"
    column = len(found[1])
    for below in range(index + 1, len(lines)):
        line = lines[below]
        deeper = len(line) - len(line.lstrip(" ")) > column - (0 if found[2] else 1)
        key = _VALUE.match(line)
        if not deeper or (key is not None and key[0].strip()):
            break
        lines[below] = ""
    return True


def _cut(lines: list[str]) -> tuple[int, list[int], int] | None:
    """Return where the lines of the cards start, each card's first line, and where they end."""
    top = next((i for i, line in enumerate(lines) if _CARDS.fullmatch(line)), None)
    if top is None:
        return None
    start = top + 1
    starts: list[int] = []
    indent: str | None = None
    for number in range(start, len(lines)):
        line = lines[number]
        if _IGNORED.match(line):
            continue
        if _TOP_LEVEL.match(line):
            return (start, starts, number) if starts else None
        item = _ITEM.match(line)
        if item and (indent is None or item[1] == indent):
            indent = item[1]
            starts.append(number)
    return (start, starts, len(lines)) if starts else None
