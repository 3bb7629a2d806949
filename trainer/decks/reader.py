"""Reading a deck file: the deck, or everything that is wrong with it, each with its place."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from trainer.decks.blocks import read_in_blocks
from trainer.decks.framework_rules import check_framework
from trainer.decks.index import Problem
from trainer.decks.model import Deck
from trainer.decks.nodes import BROKEN, MAPPING, SCALAR, SEQUENCE, Fault, Node, compose
from trainer.decks.rules import Finding, Path, cards_of, check_card, check_deck
from trainer.decks.shape import reader_of
from trainer.decks.source import Refused, read_bytes
from trainer.decks.spans import ODD_LINE_ENDS
from trainer.decks.syntax import explain
from trainer.decks.walk import Enough, TooMuch, Walk, pairs
from trainer.garbage import uncollected
from trainer.text import clean

Place = tuple[int, int]

# What YAML can't hold as it is: control characters (tab and line ends apart), and surrogates.
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)


class Reading(NamedTuple):
    """What reading one file gave.

    `deck` is None when any problem is an error; `deck_id` is its id if that much could be read.
    `places` has the line and column of what is named later: the deck's id `()`, each card and
    signal `(id,)` and its former names `(id, "formerly", index)`. `place_of` looks any other place
    up by its path in the file, such as `("cards", 0, "points", 1)`. `keys` has the places of the
    deck's own keys, unless anchors are among what they hold: then no part of it stands by itself.
    """

    path: str
    deck: Deck | None
    deck_id: str
    problems: tuple[Problem, ...]
    places: dict[tuple[str | int, ...], Place]
    place_of: Callable[[Path], Place]
    keys: dict[str, Place]

    @property
    def lines(self) -> dict[str, int]:
        """The line each card and signal starts in, by its id."""
        return {str(key[0]): line for key, (line, _) in self.places.items() if len(key) == 1}


def read_deck(path: str | os.PathLike[str]) -> Reading:
    """Read a deck file. What can't be read is a problem like any other."""
    name = os.fspath(path)
    try:
        data = read_bytes(name)
    except Refused as refused:
        return _failed(name, [Fault(0, 0, refused.message, refused.mend)])
    return read_text(data, name)


def read_text(data: bytes, path: str) -> Reading:
    """Read the bytes of a deck file that came from `path`."""
    with uncollected():
        return _read(data, path, 1)


def read_card(piece: bytes, path: str, line: int, indent: int, deck: Deck) -> Reading | None:
    """Read a card, cut out of a file from behind its dash, as a deck of its own.

    It starts in `line` of the file, its dash stands behind `indent` spaces, and its deck is one
    such as `deck`. None unless all that there is to it is a sound card, and in that place.
    """
    topics = ", ".join([f"{json.dumps(name, ensure_ascii=False)}: x" for name in deck.topics])
    above = ["schema: 1", f"deck: {deck.deck}", f"topics: {{{topics}}}", "cards:"]
    head = "\n".join([*above, " " * indent + "- "])
    reading = _read(head.encode() + piece + b"\n", path, line - len(above))
    if reading.deck is None or [*reading.keys] != ["schema", "deck", "topics", "cards"]:
        return None
    cards = [reading.places[(card.id,)] for card in reading.deck.cards]
    here = reading.place_of(("cards",)) == (line, indent + 1)
    return reading if here and [place[0] for place in cards] == [line] else None


def _read(data: bytes, path: str, first_line: int) -> Reading:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        line, column = _place_after(before)
        bad = data[error.start]
        return _failed(
            path,
            [Fault(line, column, f"the byte {bad:#04x} isn't UTF-8", "save the file as UTF-8")],
        )
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        line, column = _place_after(text[: forbidden.start()])
        code = f"U+{ord(forbidden[0]):04X}"
        return _failed(
            path,
            [
                Fault(
                    line,
                    column,
                    f"the control character {code} can't stand in a deck",
                    f'remove it, or write it in double quotes as "\\u{ord(forbidden[0]):04x}"',
                )
            ],
        )
    text = ODD_LINE_ENDS.sub(" ", text)
    lines = re.split(r"\r\n|\r|\n", text)
    anchors: dict[str, Node] = {}
    root, faults, broken_lines = _tree(text, lines, anchors, first_line)
    if root is None or root[:2] == (SCALAR, ""):
        if not faults:
            faults = [Fault(0, 0, "this file is empty", "start it with `schema: 1` and `deck:`")]
        return _failed(path, faults)
    if root[0] != MAPPING:
        if root[0] != BROKEN:
            mend = "write `schema: 1`, `deck:` and `cards:`, each on a line of its own"
            faults.append(Fault(root[2], root[3], "a deck is written with keys", mend))
        return _failed(path, faults)
    # Without aliases there are no more nodes than characters: more is an alias unfolding.
    walk = Walk(lines, len(text) + 100_000, faults, broken_lines)
    return _Meaning(path, root, walk, anchored=bool(anchors)).reading()


def _tree(
    text: str, lines: list[str], anchors: dict[str, Node], first_line: int
) -> tuple[Node | None, list[Fault], set[int]]:
    """Return the nodes of a text, what was wrong, and the lines that had to be mended to read."""
    composed = compose(text, anchors, first_line)
    if composed.failure is None:
        return composed.root, composed.faults, set()
    recovered = read_in_blocks(lines, Deck.__struct_fields__)
    if recovered is not None:
        root, faults = recovered
        return root, faults, {fault.line for fault in faults}
    return None, [*composed.faults, explain(composed.failure, text)], set()


def _failed(path: str, faults: Iterable[Fault]) -> Reading:
    return Reading(path, None, "", _problems(path, faults), {}, lambda _: (0, 0), {})


def _problems(path: str, faults: Iterable[Fault]) -> tuple[Problem, ...]:
    shown = clean(path)
    ordered = sorted(dict.fromkeys(faults), key=lambda fault: fault[:2])
    return tuple([Problem(shown, *fault) for fault in ordered])


def _place_after(text: str) -> Place:
    """Return the line and column of what follows `text`."""
    lines = re.split(r"\r\n|\r|\n", text)
    return len(lines), len(lines[-1]) + 1


class _Meaning:
    """The second half of a reading: from the node tree to a deck and its problems."""

    def __init__(self, path: str, root: Node, walk: Walk, *, anchored: bool) -> None:
        self.path = path
        self.root = root
        self.walk = walk
        self.anchored = anchored
        self.budget = walk.left

    def reading(self) -> Reading:
        try:
            deck: Deck = reader_of(Deck)(self.walk, self.root)
            marked = {fault[:2] for fault in self.walk.faults}
            for finding in self._findings(deck):
                self._report(finding, marked)
            places = dict(self._places(deck))
        except TooMuch:
            message = "aliases make this file unfold without end"
            return _failed(self.path, [Fault(0, 0, message, "write out what they stand for")])
        except Enough:
            more = Fault(0, 0, "more is wrong than is listed here", "mend these and check again")
            return _failed(self.path, [*self.walk.faults, more])
        problems = _problems(self.path, self.walk.faults)
        sound = all(problem.severity != "error" for problem in problems)
        own = [] if self.anchored else [key for key in self.root[1][::2] if key[0] == SCALAR]
        keys = {key[1]: key[2:] for key in own}
        return Reading(
            self.path, deck if sound else None, deck.deck, problems, places, self._place_of, keys
        )

    def _findings(self, deck: Deck) -> Iterator[Finding]:
        topics = self._find(("topics",))
        topics_known = topics is None or topics[0] == MAPPING
        yield from check_deck(deck, lambda path: self._node(path)[2])
        items = self._items(self._find(("cards",)))
        for index, (card, item) in enumerate(zip(deck.cards, items, strict=True)):
            if item[0] != MAPPING:
                continue
            for finding in check_card(card, deck, topics_known):
                yield finding.below(("cards", index))
        for index, framework in enumerate(deck.frameworks):
            place: Path = ("frameworks", index)
            if self._node(place)[0] != MAPPING:
                continue
            for finding in check_framework(framework, deck, topics_known, self._line_below(place)):
                yield finding.below(place)

    def _line_below(self, place: Path) -> Callable[[Path], int]:
        return lambda path: self._node((*place, *path))[2]

    def _report(self, finding: Finding, marked: set[Place]) -> None:
        """Turn a finding into a fault, unless what it is about has been reported."""
        for path in finding.unless or (finding.path,):
            node = self._find(path)
            if node is not None and self._marked_below(node, marked):
                return
        node = self._node(finding.path)
        line, column = node[2], node[3]
        if finding.at_key:
            line, column = self._key_place(finding.path) or (line, column)
        self.walk.report(Fault(line, column, finding.message, finding.mend, finding.severity))

    def _marked_below(self, node: Node, marked: set[Place]) -> bool:
        """Whether something at this node or below it has been reported."""
        if not marked:
            return False
        waiting = [node]
        while waiting:
            kind, value, line, column = waiting.pop()
            if kind == BROKEN or (line, column) in marked:
                return True
            if kind in (MAPPING, SEQUENCE):
                self.walk.spend(len(value))
                waiting += value
        return False

    def _entries(self, node: Node) -> Iterable[tuple[Node, Node]]:
        return pairs(self.walk.merged(node)[1])

    def _find(self, path: Path) -> Node | None:
        node: Node | None = self.root
        for step in path:
            node = self._step(node, step) if node is not None else None
        return node

    def _step(self, node: Node, step: str | int) -> Node | None:
        if isinstance(step, int):
            items: list[Node] = node[1] if node[0] == SEQUENCE else []
            return items[step] if step < len(items) else None
        if node[0] != MAPPING:
            return None
        found = (value for key, value in self._entries(node) if key[:2] == (SCALAR, step))
        return next(found, None)

    def _node(self, path: Path) -> Node:
        """Return the node at a path, or the nearest one above it."""
        while True:
            node = self._find(path)
            if node is not None:
                return node
            path = path[:-1]

    def _key_place(self, path: Path) -> Place | None:
        holder = self._node(path[:-1])
        if holder[0] != MAPPING:
            return None
        for key, _ in self._entries(holder):
            if key[:2] == (SCALAR, path[-1]):
                return key[2], key[3]
        return None

    def _place_of(self, path: Path) -> Place:
        self.walk.left = self.budget  # for each look-up: there may be any number of them
        node = self._node(path)
        return node[2], node[3]

    def _places(self, deck: Deck) -> Iterator[tuple[tuple[str | int, ...], Place]]:
        yield (), self._node(("deck",))[2:]
        holders: dict[Path, list[Node]] = {}
        for place, card in cards_of(deck):
            # Looked up once: from the root it is a long way for each of ten thousand cards.
            above = place[:-1]
            if above not in holders:
                holders[above] = self._items(self._find(above))
            node = holders[above][int(place[-1])]
            yield (card.id,), (node[2], node[3])
            if card.formerly:
                formers = self._items(self._step(node, "formerly"))
                for index, item in enumerate(formers):
                    yield (card.id, "formerly", index), (item[2], item[3])

    @staticmethod
    def _items(node: Node | None) -> list[Node]:
        return node[1] if node is not None and node[0] == SEQUENCE else []
