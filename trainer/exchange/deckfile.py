"""Changing a deck file in place: what isn't touched stays as the person wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from msgspec import to_builtins

from trainer.decks.model import Card
from trainer.decks.reader import read_text
from trainer.decks.spans import Block, Spans, spans_of
from trainer.errors import TrainerError
from trainer.exchange.note import HEED_EACH, Fields, Heed
from trainer.exchange.whole import blank, whole
from trainer.exchange.writing import card_lines, entry_lines, on_one_line, on_the_line
from trainer.text import clean

_ELSEWHERE: Final = "import into another deck with --deck"


class _Edit(NamedTuple):
    """What takes the place of the text between two offsets."""

    start: int
    end: int
    text: str


def edited(
    data: bytes,
    path: str,
    new: Iterable[Card],
    changed: Mapping[str, Fields],
    topics: Mapping[str, str],
    heed: Heed,
) -> tuple[bytes, list[str]]:
    """Return the bytes of a sound deck file with cards added and changed, and topics added.

    `changed` are the new values by card id and field. With them come the ids of cards that are
    written in a way in which they can't be changed here; those stay as they are. Raises
    TrainerError where none can.
    """
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    text = data.decode("utf-8-sig")
    spans = spans_of(text)
    if spans is None:
        raise TrainerError("this deck can't be changed here", place=clean(path), mend=_ELSEWHERE)
    edits: list[_Edit] = []
    stuck: list[str] = []
    done = 0
    for block in spans.cards:
        span = block.entries["id"]
        name = text[span.start : span.end].strip("\"'")
        if name in changed:
            done += 1
            if done % HEED_EACH == 0:
                heed(done)
            ours = [*_changes(text, block, changed[name])]
            if _holds(text, block, ours, changed[name]):
                edits += ours
            else:
                stuck.append(name)
    new = [*new]
    if new:
        edits.append(_addition(text, spans, new))
    if topics:
        edits.append(_more_topics(text, spans, topics))
    ending = "\r\n" if "\r\n" in text else "\n"
    pieces: list[str] = []
    at = 0
    # Of two at one place the later one stays behind the other.
    for edit in sorted(edits, key=lambda edit: edit.start):
        pieces += [text[at : edit.start], edit.text.replace("\n", ending)]
        at = edit.end
    text = "".join([*pieces, text[at:]])
    return mark + text.encode(), stuck


def _changes(text: str, block: Block, fields: Fields) -> Iterator[_Edit]:
    """Yield the edits that give a card these values."""
    nothing = blank()
    indent = _column(text, block.start)
    more: list[str] = []
    for name, value in fields.items():
        span = block.entries.get(name)
        gone = value == nothing[name] or not value
        if span is None:
            if not gone:
                more += _entry(name, value, indent, block.in_brackets)
        elif gone:
            yield _removal(text, block, name)
        else:
            lines = _entry(name, value, indent, block.in_brackets)
            if not block.in_brackets and _rest_of_line(text, span.end).strip():
                lines = [f"{name}: {on_the_line(value)}"]  # the comment there has to stay one
            yield _Edit(span.key, span.end, "\n".join(lines).lstrip())
    if more and block.in_brackets:
        last = max(span.end for span in block.entries.values())
        yield _Edit(last, last, "".join(f", {line}" for line in more))
    elif more:
        end = _line_end(text, block.end)
        yield _Edit(end, end, "\n" + "\n".join(more))


def _entry(name: str, value: object, indent: int, in_brackets: bool) -> list[str]:
    return [f"{name}: {on_one_line(value)}"] if in_brackets else entry_lines(name, value, indent)


def _removal(text: str, block: Block, name: str) -> _Edit:
    span = block.entries[name]
    if block.in_brackets:
        starts = sorted(each.key for each in block.entries.values())
        place = starts.index(span.key)
        if place + 1 < len(starts):
            return _Edit(span.key, starts[place + 1], "")
        before = max(each.end for each in block.entries.values() if each.key < span.key)
        return _Edit(before, span.end, "")
    # From the end of the line before on, so that what is added behind the card has its own.
    start = text.rfind("\n", 0, span.key)
    start -= text[start - 1] == "\r"
    return _Edit(start, _line_end(text, span.end), "")


def _holds(text: str, block: Block, edits: list[_Edit], fields: Fields) -> bool:
    """Whether a card, with these edits done and read by itself, has these values."""
    if block.in_brackets:
        start, end, head = block.start, block.end, "- "
    else:
        start, end, head = text.rfind("\n", 0, block.start) + 1, _line_end(text, block.end), ""
    piece = text[start:end]
    for edit in sorted(edits, reverse=True):
        if edit.start < start:
            return False
        piece = piece[: edit.start - start] + edit.text + piece[edit.end - start :]
    reading = read_text(f"schema: 1\ndeck: x\ncards:\n{head}{piece}\n".encode(), "")
    if reading.deck is None or len(reading.deck.cards) != 1:
        return False
    card = whole(reading.deck.cards[0])
    return all(card[name] == value for name, value in fields.items())


def _addition(text: str, spans: Spans, cards: list[Card]) -> _Edit:
    """Return the edit that puts cards behind the last one."""
    if spans.cards and spans.column is not None:
        end = _line_end(text, spans.cards[-1].end)
        return _Edit(end, end, "\n" + "\n".join(card_lines(cards, spans.column)))
    if spans.cards or spans.head.in_brackets:
        listed = ", ".join(on_one_line(to_builtins(card)) for card in cards)
        if spans.cards:
            return _Edit(spans.cards[-1].end, spans.cards[-1].end, f", {listed}")
        return _set(spans, "cards", f"cards: [{listed}]")
    lines = "\n".join([*card_lines(cards, 2)][1:])
    if "cards" in spans.head.entries:
        return _set(spans, "cards", f"cards:\n{lines}")
    end = len(text.rstrip())
    return _Edit(end, len(text), f"\ncards:\n{lines}\n")


def _set(spans: Spans, name: str, entry: str) -> _Edit:
    """Return the edit that gives a deck, as a whole in brackets or not, a key of its own."""
    span = spans.head.entries.get(name)
    if span is not None:
        return _Edit(span.key, span.end, entry)
    last = max(each.end for each in spans.head.entries.values())
    return _Edit(last, last, f", {entry}")


def _more_topics(text: str, spans: Spans, topics: Mapping[str, str]) -> _Edit:
    known = spans.topics
    if known is not None and known.in_brackets:
        last = max((span.end for span in known.entries.values()), default=known.start + 1)
        more = ", ".join(f"{name}: {on_one_line(title)}" for name, title in topics.items())
        return _Edit(last, last, f", {more}" if known.entries else more)
    if known is not None:
        indent = _column(text, known.start)
        lines = [line for name in topics for line in entry_lines(name, topics[name], indent)]
        end = _line_end(text, known.end)
        return _Edit(end, end, "\n" + "\n".join(lines))
    if spans.head.in_brackets:
        return _set(spans, "topics", f"topics: {on_one_line(topics)}")
    lines = entry_lines("topics", dict(topics), 0)
    deck = spans.head.entries["deck"]
    end = _line_end(text, deck.end)
    return _Edit(end, end, "\n" + "\n".join(lines))


def _column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)


def _line_end(text: str, offset: int) -> int:
    """Return where the line that an offset lies in ends."""
    end = text.find("\n", offset)
    if end < 0:
        return len(text)
    return end - 1 if text[end - 1] == "\r" and end > offset else end


def _rest_of_line(text: str, offset: int) -> str:
    return text[offset : _line_end(text, offset)]
