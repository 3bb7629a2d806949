"""Decks and cards as YAML that people like to read, and that reads back as what it was."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import to_builtins

from trainer.decks.model import Card, Deck
from trainer.exchange.note import Fields

_WIDTH: Final = 100
_SHORT: Final = 50

# What other YAML readers take for something else than a text.
_AMBIGUOUS = r"(?!(?:[0-9.][0-9._,:xXoOeE+T/-]*|(?i:true|false|yes|no|on|off|null|y|n))\Z)"
# What may stand without quotes: nothing in it, or at its beginning, has a meaning of its own.
_PLAIN: Final = re.compile(_AMBIGUOUS + r"[^\W_](?:[^\s:#]|:(?=[^\s])|(?<=[^\s])#|[ ](?=[^\s#]))*")
_PLAIN_IN_BRACKETS: Final = re.compile(_AMBIGUOUS + r"[^\W_](?:[^\s:#,\[\]{}\"'?]|[ ](?=[^\s#]))*")
# What JSON leaves as it is, and YAML takes for the end of a line or for nothing at all.
_ODD: Final = re.compile("[\x7f\x85\u2028\u2029\ufeff\ufffe\uffff]")
_BREAK: Final = re.compile(r"(?<=\S) (?=\S)")


def deck_text(deck: Deck) -> str:
    """Return a whole deck file."""
    head = to_builtins(deck)
    lines = ["schema: 1"]
    for name in ("deck", "title", "topics", "synonyms"):
        if head.get(name):
            lines += entry_lines(name, head[name], 0)
    cards = [*card_lines(deck.cards, 2)][1:]
    lines += ["cards:", *cards] if cards else ["cards: []"]
    if deck.frameworks:
        lines += entry_lines("frameworks", head["frameworks"], 0)
    return "\n".join(lines) + "\n"


def card_lines(cards: Iterable[Card], indent: int) -> Iterator[str]:
    """Yield the lines of cards, as items of a list whose dashes stand at `indent`, each one with
    an empty line before it."""
    for card in cards:
        yield ""
        yield from _item_lines(to_builtins(card), indent)


def entry_lines(name: str, value: Any, indent: int) -> list[str]:
    """Return the lines of a key with its value, not empty, where the key stands at `indent`."""
    lead = f"{' ' * indent}{name}:"
    if isinstance(value, str):
        return _text_lines(lead, value, indent)
    if isinstance(value, list | tuple):
        if not any(isinstance(item, dict) for item in value):
            texts = [*map(on_one_line, value)]
            if len(lead) + sum(map(len, texts)) + 2 * len(texts) < _WIDTH:
                return [f"{lead} [{', '.join(texts)}]"]
            if all(isinstance(item, str) and len(item) <= _SHORT for item in value):
                return _bracketed(lead, texts, indent + 2)
        return [lead, *(line for item in value for line in _item_lines(item, indent + 2))]
    if isinstance(value, dict):
        if not any(isinstance(item, dict) for item in value.values()):
            short = f"{lead} {on_one_line(value)}"
            if len(short) <= _WIDTH:
                return [short]
        return [lead, *_entries(value, indent + 2)]
    return [f"{lead} {on_one_line(value)}"]


def on_one_line(value: Any) -> str:
    """Return a value as it may stand within brackets."""
    if isinstance(value, str):
        plain = value.isprintable() and _PLAIN_IN_BRACKETS.fullmatch(value)
        return value if plain else _quoted(value)
    if isinstance(value, Mapping):
        pairs = (f"{_key(name)}: {on_one_line(each)}" for name, each in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(on_one_line, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@functools.cache
def _key(name: str) -> str:
    """Return a key as it may stand anywhere."""
    return on_one_line(name)


def on_the_line(value: Any) -> str:
    """Return a value as it may stand behind its key, all on one line."""
    return _quoted_if_need_be(value) if isinstance(value, str) else on_one_line(value)


def _bracketed(lead: str, texts: Iterable[str], indent: int) -> list[str]:
    """Return the lines of a list of texts as they stand in brackets, as many on each as fit."""
    lines = [f"{lead} ["]
    for text in texts:
        if len(lines[-1]) + len(text) + 1 > _WIDTH:
            lines[-1] = lines[-1].rstrip()
            lines.append(" " * indent)
        lines[-1] += f"{text}, "
    return [*lines[:-1], f"{lines[-1][:-2]}]"]


def _entries(record: Fields, indent: int) -> list[str]:
    return [line for name, each in record.items() for line in entry_lines(_key(name), each, indent)]


def _item_lines(item: Any, indent: int) -> list[str]:
    """Return the lines of a list's item."""
    dash = f"{' ' * indent}- "
    if isinstance(item, dict):
        # Few keys fit a line; a card or a point reads better one key to a line.
        if "id" not in item:
            short = dash + on_one_line(item)
            if len(short) <= _WIDTH:
                return [short]
        first, *others = _entries(item, indent + 2)
        return [dash + first.lstrip(), *others]
    if isinstance(item, str):
        return _text_lines(dash[:-1], item, indent)
    return [dash + on_one_line(item)]


def _text_lines(lead: str, text: str, indent: int) -> list[str]:
    """Return a text behind what leads to it: on its line, or below it where it is long."""
    fits = len(lead) + 1 + len(text) <= _WIDTH
    printable = text.isprintable()
    if fits and printable:
        return [f"{lead} {_quoted_if_need_be(text)}"]
    block = text[:1].strip() and text[-1:].strip() and not _ODD.search(text)
    below = " " * (indent + 2)
    if block and "\n" in text and all(map(_is_line, text.split("\n"))):
        return [f"{lead} |", *((below + line) if line else "" for line in text.split("\n"))]
    if block and printable and not fits:
        return [f"{lead} >", *(below + line for line in _wrapped(text, _WIDTH - len(below)))]
    return [f"{lead} {_quoted(text)}"]


def _is_line(line: str) -> bool:
    """Whether a line may stand in a block as it is."""
    return not line or (line.isprintable() and line[-1] != " ")


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Yield the lines of a text, broken only where one space stands: it folds back to that."""
    start = last = 0
    for space in _BREAK.finditer(text):
        if space.start() - start > width and last > start:
            yield text[start : last - 1]
            start = last
        last = space.end()
    if len(text) - start > width and last > start:
        yield text[start : last - 1]
        start = last
    yield text[start:]


def _quoted_if_need_be(text: str) -> str:
    plain = text.isprintable() and _PLAIN.fullmatch(text)
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _ODD.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
