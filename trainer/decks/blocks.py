"""Reading on after a syntax error: the head of a deck and each of its cards by itself.

The YAML parser stops at the first thing it can't make sense of. A deck's cards are items of one
list at one indentation, so the text can be cut between them, and each piece read at its place.
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
    whole = "\n".join(lines)

    def read(text: str, first_line: int) -> Node | None:
        composed = compose(text, anchors, first_line, aside=whole)
        faults.extend(composed.faults)
        if composed.failure is not None:
            faults.append(explain(composed.failure, text, first_line))
        return composed.root

    cards: list[Node] = []
    # The lines of the cards stay as empty ones, so that those after them keep their places.
    head = read("\n".join(lines[:start] + [""] * (end - start) + lines[end:]), 1)
    for begin, stop in zip(starts, [*starts[1:], end], strict=True):
        node = read("\n".join(lines[begin:stop]), begin + 1)
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
