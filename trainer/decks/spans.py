"""Where in a deck's text its cards and their fields stand, so that one can be changed in place."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from yaml import (
    AliasEvent,
    CBaseLoader,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    YAMLError,
)

_OPENING = (MappingStartEvent, SequenceStartEvent)
_CLOSING = (MappingEndEvent, SequenceEndEvent)


# YAML ends a line at these, editors don't: as spaces they leave all places right.
ODD_LINE_ENDS: Final = re.compile("[\x85\u2028\u2029]")


class Span(NamedTuple):
    """A key with its value: where the key begins, where the value begins and ends."""

    key: int
    start: int
    end: int


class Block(NamedTuple):
    """A mapping: where it begins and ends, whether in brackets, and its entries by their keys."""

    start: int
    end: int
    in_brackets: bool
    entries: dict[str, Span]


class Spans(NamedTuple):
    """The places in a deck's text: its own keys, its topics, its cards in order.

    `topics` is None where there are none; `column` is that of the cards' dashes, None where they
    don't stand below each other.
    """

    head: Block
    topics: Block | None
    cards: list[Block]
    column: int | None


def spans_of(text: str) -> Spans | None:
    """Return the places in a text that is a deck, as offsets; None where it can't be parsed."""
    try:
        return _Walk(ODD_LINE_ENDS.sub(" ", text)).spans()
    except (YAMLError, _Other):
        return None


class _Other(Exception):
    """This is not shaped as a deck."""


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text
        self._next: Callable[[], Any] = CBaseLoader(text).get_event

    def spans(self) -> Spans:
        self._next(), self._next()  # the stream, the document
        topics: list[Block] = []
        cards: list[Block] = []
        columns: list[int] = []

        def value_of(key: str, event: Any) -> int:
            if key == "topics" and _is(event, MappingStartEvent):
                topics.append(self._block(event))
                return topics[0].end
            if key == "cards" and _is(event, SequenceStartEvent):
                if not event.flow_style:
                    columns.append(event.start_mark.column)
                return self._items(event, cards)
            return self._skip(event)

        head = self._block(self._next(), value_of)
        return Spans(head, topics[0] if topics else None, cards, columns[0] if columns else None)

    def _block(self, event: Any, value_of: Callable[[str, Any], int] | None = None) -> Block:
        """Read a mapping; `value_of` reads the value of a key and returns where it ends."""
        if not _is(event, MappingStartEvent):
            raise _Other
        entries: dict[str, Span] = {}
        end = event.end_mark.index
        while True:
            key = self._next()
            if _is(key, MappingEndEvent):
                if event.flow_style:
                    end = key.end_mark.index
                return Block(event.start_mark.index, end, bool(event.flow_style), entries)
            if not _is(key, ScalarEvent):
                raise _Other
            value = self._next()
            start = value.start_mark.index
            end = value_of(key.value, value) if value_of else self._skip(value)
            entries[key.value] = Span(key.start_mark.index, start, end)

    def _items(self, event: Any, cards: list[Block]) -> int:
        end: int = event.end_mark.index
        while True:
            item = self._next()
            if _is(item, SequenceEndEvent):
                return item.end_mark.index if event.flow_style else end
            if not _is(item, MappingStartEvent):
                raise _Other
            cards.append(self._block(item))
            end = cards[-1].end

    def _skip(self, event: Any) -> int:
        """Read a value to its end; that of what isn't in brackets is where its last text ends."""
        if _is(event, ScalarEvent):
            # A block's scalar ends where the next thing begins.
            start: int = event.start_mark.index
            return start + len(self._text[start : event.end_mark.index].rstrip())
        if _is(event, AliasEvent):
            return int(event.end_mark.index)
        if not _is(event, _OPENING):
            raise _Other
        end: int = event.end_mark.index
        while True:
            inner = self._next()
            if _is(inner, _CLOSING):
                return int(inner.end_mark.index) if event.flow_style else end
            end = self._skip(inner)


def _is(event: Any, kind: type | tuple[type, ...]) -> bool:
    """Whether an event is of a kind; its marks, which are always there, stay untyped."""
    return isinstance(event, kind)
