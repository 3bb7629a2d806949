"""Walking the nodes of one file: what was found wrong, and the budget that bounds the walk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from trainer.decks.nodes import BROKEN, MAPPING, SCALAR, SEQUENCE, Fault, Node

Reader = Callable[["Walk", Node], Any]


MAX_FAULTS: Final = 1000


class TooMuch(Exception):
    """Aliases make the file unfold to more than it is worth."""


class Enough(Exception):
    """So much is wrong that listing more helps nobody."""


class Walk:
    """One reading: the file's lines, its faults so far, and how many more nodes it may visit.

    Nothing more is reported in a line that was broken, for what was read of it may be a guess.
    """

    def __init__(
        self,
        lines: list[str],
        budget: int,
        faults: Iterable[Fault] = (),
        broken_lines: Iterable[int] = (),
    ) -> None:
        self.lines = lines
        self.left = budget
        self.faults = list(faults)
        self._broken_lines = frozenset(broken_lines)

    def spend(self, nodes: int) -> None:
        """Count visited nodes; raise TooMuch when there were too many."""
        self.left -= nodes
        if self.left < 0:
            raise TooMuch

    def wrong(self, node: Node, message: str, mend: str) -> None:
        """Report a fault at a node, unless it is a broken one, or in a broken line."""
        if node[0] != BROKEN and node[2] not in self._broken_lines:
            self.report(Fault(node[2], node[3], message, mend))

    def report(self, fault: Fault) -> None:
        """Add a fault; raise Enough when there were too many."""
        if len(self.faults) >= MAX_FAULTS:
            raise Enough
        self.faults.append(fault)

    def source(self, node: Node) -> str:
        """Return the line of the file from the node's place on."""
        line = node[2] - 1
        return self.lines[line][node[3] - 1 :] if 0 <= line < len(self.lines) else ""

    def merged(self, node: Node, inside: tuple[int, ...] = ()) -> Node:
        """Return a mapping with its merge keys (`<<`) replaced by what they bring in.

        The mapping's own keys come first and win, then those of each merged mapping in turn.
        """
        kind, items, line, column = node
        if id(items) in inside:
            return (kind, [], line, column)
        own: list[Node] = []
        sources: list[Node] = []
        for key, value in pairs(items):
            if key[1] != "<<" or key[0] != SCALAR:
                own += (key, value)
            elif value[0] == SEQUENCE:
                sources += value[1]
            else:
                sources.append(value)
        seen = {key[1] for key in own[::2] if key[0] == SCALAR}
        for source in sources:
            if source[0] != MAPPING:
                self.wrong(source, "`<<` brings in a mapping, not this", "give it an alias of one")
                continue
            self.spend(len(source[1]) + 1)
            for key, value in pairs(self.merged(source, (*inside, id(items)))[1]):
                if key[0] == SCALAR and key[1] not in seen:
                    seen.add(key[1])
                    own += (key, value)
        return (kind, own, line, column)


def pairs(items: list[Node]) -> Iterable[tuple[Node, Node]]:
    """Return the keys of a mapping node's items, each with its value."""
    each = iter(items)
    return zip(each, each, strict=True)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `did you mean X?` for the known word nearest to `word`, or nothing."""
    import difflib

    known = list(known)
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), folded, 1, 0.6)
    return f"did you mean `{folded[near[0]]}`?" if near else ""


def listed(words: Iterable[str]) -> str:
    """Return the words as a person lists them: `a, b and c`."""
    *most, last = [f"`{word}`" for word in words]
    return f"{', '.join(most)} and {last}" if most else last
