"""A Markdown file of cards: its front matter, and its blocks of texts behind tags."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, ValidationError, convert

from trainer.decks.model import Deck
from trainer.exchange.heads import title_of
from trainer.exchange.markdown_text import COMMENT, fenced
from trainer.exchange.note import Head
from trainer.exchange.whole import through_the_door

_TAG = re.compile(r"[QAC]:")


class Block(NamedTuple):
    """The texts of a card by their tags, the line it begins in, and the comment before it."""

    line: int
    texts: dict[str, str]
    comment: str


class _Table(Struct):
    """What the front matter tells of one deck."""

    title: str = ""
    topics: dict[str, str] = {}
    synonyms: tuple[tuple[str, ...], ...] = ()


def front_matter_of(decks: Sequence[Deck]) -> str:
    def quoted(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    lines = ["---"]
    if len(decks) == 1:
        lines.append(f"name = {quoted(title_of(decks[0]))}")
    for deck in decks:
        lines += ["", f"[decks.{quoted(deck.deck)}]", f"title = {quoted(deck.title)}"]
        if deck.synonyms:
            lines += ["synonyms = [", *(f"  {quoted(group)}," for group in deck.synonyms), "]"]
        if deck.topics:
            lines.append(f"[decks.{quoted(deck.deck)}.topics]")
            lines += [f"{quoted(topic)} = {quoted(name)}" for topic, name in deck.topics.items()]
    return "\n".join([*lines, "---", ""])


def front_matter(lines: Sequence[str], left_out: list[str]) -> tuple[int, str, dict[str, Head]]:
    """Return where the cards begin, what the file is called, and what it tells of decks."""
    ends = (number for number, line in enumerate(lines) if number and line.strip() == "---")
    end = next(ends, 0) if lines[0].strip() == "---" else 0
    if not end or any(_TAG.match(line) for line in lines[:end]):
        return 0, "", {}
    try:
        found = through_the_door(tomllib.loads("\n".join(lines[1:end])))
        tables = convert(found.get("decks", {}), dict[str, _Table])
    except ValidationError:
        left_out.append("what the front matter says of decks was left out: Trainer wrote it not so")
        tables = {}
    except (ValueError, RecursionError):
        left_out.append("the front matter was left out: it isn't TOML")
        return end + 1, "", {}
    heads = {
        deck: Head(table.title, table.topics, table.synonyms) for deck, table in tables.items()
    }
    name = found.get("name", "")
    return end + 1, name if isinstance(name, str) else "", heads


def blocks(lines: Sequence[str], begin: int, stray: list[int]) -> Iterator[Block]:
    """Yield the blocks of a file; note the lines that are of none."""
    starts = [number for number in range(begin, len(lines)) if lines[number].startswith(COMMENT)]
    for start, end in zip([begin, *starts], [*starts, len(lines)], strict=True):
        comment = lines[start] if start in starts[:1] or start != begin else ""
        found = list(_blocks_between(lines[start:end], start + 1, stray))
        if comment and not found:
            found = [Block(start + 1, {}, "")]
        if comment:
            found[0] = found[0]._replace(comment=comment)
        yield from found


def _blocks_between(lines: Sequence[str], first: int, stray: list[int]) -> Iterator[Block]:
    """Yield the blocks of lines of which at most the first is a comment of ours."""
    code = fenced(lines)
    texts: dict[str, list[str]] = {}
    tag, begin = "", first

    def block() -> Block:
        joined = {name: "\n".join(found).strip() for name, found in texts.items()}
        return Block(begin, joined, "")

    for number, line in enumerate(lines):
        if number not in code and _TAG.match(line):
            if (tag, line[0]) != ("Q", "A"):
                if texts:
                    yield block()
                texts, begin = {}, first + number
            tag = line[0]
            texts[tag] = [line[2:]]
        elif number not in code and line.strip() == "---":
            if texts:
                yield block()
            texts, tag = {}, ""
        elif tag:
            texts[tag].append(line)
        elif line.strip() and not line.startswith(("#", "<!--")):
            stray.append(first + number)
    if texts:
        yield block()
