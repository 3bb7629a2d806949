"""YAML text → a tree of positioned nodes, safely.

The tree is built from the parser's events and not by libyaml's composer: the composer is
recursive and dies of a few thousand levels, the event parser is iterative and, with plain tuples
for nodes, faster as well. Scalars stay the text that was written.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from yaml import (
    AliasEvent,
    CBaseLoader,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
)

from trainer.text import clean

MAX_DEPTH: Final = 64

SCALAR: Final = 0
SEQUENCE: Final = 1
MAPPING: Final = 2
BROKEN: Final = 3  # stands for what couldn't be read and has been reported

_TIGHT_COMMENT: Final = re.compile(r"\S #\w")

# (kind, value, line, column), both 1-based. The value is the text of a scalar, the items of a
# sequence, or the keys and values of a mapping in turn.
Node = tuple[int, Any, int, int]


class Fault(NamedTuple):
    """Something wrong at a place of the file being read."""

    line: int
    column: int
    message: str
    mend: str
    severity: str = "error"


class Failure(NamedTuple):
    """The parser gave up: its own words and marks, and the last event before that."""

    error: YAMLError
    last: Event | None


class Composed(NamedTuple):
    """A text as nodes. `failure` is set where the parser gave up; `root` is then None."""

    root: Node | None
    faults: list[Fault]
    failure: Failure | None = None


def compose(
    text: str,
    anchors: dict[str, Node],
    first_line: int = 1,
    elsewhere: frozenset[str] = frozenset(),
) -> Composed:
    """Read one document.

    `anchors` receives the anchored nodes. `first_line` is the line of the file that the text
    starts with. An alias of a name in `elsewhere`, anchors of text that is read separately, is
    left broken in silence.
    """
    composer = _Composer(text, anchors, first_line, elsewhere)
    try:
        root = composer.run()
    except YAMLError as error:
        return Composed(None, composer.faults, Failure(error, composer.last))
    return Composed(root, composer.faults)


class _Composer:
    def __init__(
        self, text: str, anchors: dict[str, Node], first_line: int, elsewhere: frozenset[str]
    ) -> None:
        self.text = text
        self.anchors = anchors
        self.first_line = first_line
        self.elsewhere = elsewhere
        self.faults: list[Fault] = []
        self.last: Event | None = None
        self.open_anchors: list[str | None] = []

    def run(self) -> Node | None:
        """Return the root node, or None for an empty document or one that is refused."""
        next_event = CBaseLoader(self.text).get_event
        first = self.first_line
        # A `#` right before a word is rarely meant as a comment; only where one occurs at all is
        # it worth looking behind each scalar.
        watch_comments = _TIGHT_COMMENT.search(self.text) is not None
        documents = 0
        root: list[Node] = []
        items = root
        stack: list[list[Node]] = []
        while True:
            event: Any = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                mark = event.start_mark
                line, column, value = mark.line + first, mark.column + 1, event.value
                if event.anchor is not None or event.tag is not None:
                    node = self._with_properties(event, (SCALAR, value, line, column))
                elif not value and event.end_mark.index == mark.index and stack:
                    # Nothing was written: what can be pointed at is the key, or the item's dash.
                    if stack[-1][-1][0] == SEQUENCE:
                        node = (SCALAR, value, line, column - 1)
                    elif items:
                        node = (SCALAR, value, items[-1][2], items[-1][3])
                    else:
                        node = (SCALAR, value, line, column)
                else:
                    node = (SCALAR, value, line, column)
                items.append(node)
                if watch_comments:
                    self._notice_comment(event)
            elif kind is SequenceStartEvent or kind is MappingStartEvent:
                mark = event.start_mark
                line, column = mark.line + first, mark.column + 1
                if len(stack) >= MAX_DEPTH:
                    self._fault(
                        line,
                        column,
                        f"lists and keys are nested more than {MAX_DEPTH} deep here",
                        "a deck needs no more than six levels",
                    )
                    return None
                inner: list[Node] = []
                node = (SEQUENCE if kind is SequenceStartEvent else MAPPING, inner, line, column)
                if event.anchor is not None or event.tag is not None:
                    self._with_properties(event, node, still_open=True)
                self.open_anchors.append(event.anchor)
                items.append(node)
                stack.append(items)
                items = inner
            elif kind is SequenceEndEvent or kind is MappingEndEvent:
                items = stack.pop()
                anchor = self.open_anchors.pop()
                if anchor is not None:
                    self.anchors[anchor] = items[-1]
            elif kind is AliasEvent:
                items.append(self._alias(event))
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._fault(
                        event.start_mark.line + first,
                        event.start_mark.column + 1,
                        "a second document starts here",
                        "keep one deck in a file: remove this `---` or make two files",
                    )
                    return None
            elif kind is StreamEndEvent:
                return root[0] if root else None
            self.last = event

    def _fault(
        self, line: int, column: int, message: str, mend: str, severity: str = "error"
    ) -> None:
        self.faults.append(Fault(line, column, message, mend, severity))

    def _with_properties(self, event: Any, node: Node, still_open: bool = False) -> Node:
        """Refuse the tag of a node, and note its anchor."""
        line, column = node[2], node[3]
        if event.tag is not None:
            self._fault(
                line,
                column,
                f"a type mark `{_tag_as_written(event.tag)}` isn't allowed in a deck",
                "remove it, or put the text in quotes if it starts with an exclamation mark",
            )
            node = (BROKEN, None, line, column)
        if event.anchor is not None and not still_open:
            self.anchors[event.anchor] = node
        return node

    def _alias(self, event: Any) -> Node:
        line, column = event.start_mark.line + self.first_line, event.start_mark.column + 1
        name = event.anchor
        if name in self.open_anchors:
            self._fault(
                line, column, f"`*{name}` stands inside what it names", "write out what is meant"
            )
        elif name in self.anchors:
            kind, value, _, _ = self.anchors[name]
            # A scalar is reported where it is used; the parts of a list or mapping, where they
            # were written.
            return (kind, value, line, column)
        elif name not in self.elsewhere:
            self._fault(
                line,
                column,
                f"`*{name}` refers to `&{name}`, which isn't above",
                "put the text in quotes if it starts with an asterisk",
            )
        return (BROKEN, None, line, column)

    def _notice_comment(self, event: Any) -> None:
        """Warn of a text that a `#` cuts short, as in `prompt: Why was issue #12 closed?`."""
        end = event.end_mark.index
        following = self.text[end : end + 3]
        plain = event.implicit[0]
        if plain and following[:2] == " #" and following[2:].isalnum():
            self._fault(
                event.end_mark.line + self.first_line,
                event.end_mark.column + 2,
                "the text ends before this `#`: what follows is read as a comment",
                "put the text in quotes, or a space after the `#` if a comment is meant",
                "warning",
            )


def _tag_as_written(tag: str) -> str:
    standard = "tag:yaml.org,2002:"
    return clean("!!" + tag[len(standard) :] if tag.startswith(standard) else tag)
