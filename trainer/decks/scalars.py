"""Readers of single values: the text that was written, converted by its field's own type."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

import msgspec.inspect as declared

from trainer.decks.nodes import BROKEN, SCALAR, SEQUENCE, Node
from trainer.decks.walk import Reader, Walk, did_you_mean, listed
from trainer.text import clean, clip

_INT: Final = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,14})")
_FLOAT: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def _wrong_shape(walk: Walk, node: Node, name: str) -> None:
    """Report a list or a mapping where one text or number is wanted."""
    if node[0] == SEQUENCE:
        if walk.source(node).startswith("["):
            mend = "put the text in quotes if it starts with a bracket"
        else:
            mend = f'write one text: `{name}: "…"`'
        walk.wrong(node, f"`{name}` is one text, not a list", mend)
    elif walk.source(node).startswith("{"):
        mark = "{{" if walk.source(node).startswith("{{") else "{"
        walk.wrong(node, f"an unquoted text can't start with `{mark}`", "put the text in quotes")
    else:
        walk.wrong(
            node,
            f"`{name}` is a text, and a colon with a space makes keys of this one",
            "put the text in quotes",
        )


def text_reader(name: str, filled: bool) -> Reader:
    def read(walk: Walk, node: Node) -> str:
        kind, value, _, _ = node
        if kind != SCALAR:
            _wrong_shape(walk, node, name)
            return ""
        # What is printable has nothing to clean; most texts are.
        text: str = (value if value.isprintable() else clean(value)).strip()
        if not text and filled:
            walk.wrong(node, f"`{name}` says nothing", "write its text, or remove it")
        return text

    return read


def id_reader(name: str, pattern: str) -> Reader:
    fits = re.compile(pattern).fullmatch

    def read(walk: Walk, node: Node) -> str:
        kind, value, _, _ = node
        if kind != SCALAR:
            _wrong_shape(walk, node, name)
            return ""
        text: str = value.strip()
        if fits(text):
            return text
        if not text:
            walk.wrong(node, f"`{name}` says nothing", "write a short name that stays")
            return ""
        shown = clip(clean(text), 40)
        suggestion = re.sub(r"[^A-Za-z0-9._-]+", "-", text)[:80].strip("._-")
        if len(text) > 80 and fits(text[:80]):
            walk.wrong(node, f"`{shown}` is too long for an id", "use at most 80 characters")
            return ""
        walk.wrong(
            node,
            f"`{shown}` can't be an id",
            "use letters without accents, digits, `-`, `_` and `.`, a letter or digit first"
            + (f", as in `{clip(suggestion, 40)}`" if suggestion else ""),
        )
        return ""

    return read


def scalar_reader(name: str, convert: Callable[[str], Any], mend: str, blank: Any) -> Reader:
    """Return a reader of one word; `convert` raises ValueError with what is wrong with it."""

    def read(walk: Walk, node: Node) -> Any:
        kind, value, _, _ = node
        if kind != SCALAR:
            if kind != BROKEN:
                walk.wrong(node, f"`{name}` is one word, not a list or keys", mend)
            return blank
        text = value.strip()
        try:
            return convert(text)
        except ValueError as error:
            said = f"`{name}` says nothing" if not text else f"`{clip(clean(text), 40)}` {error}"
            walk.wrong(node, said, mend)
            return blank

    return read


def as_bool(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("is neither true nor false")
    return text == "true"


def number_reader(kind: declared.IntType | declared.FloatType, name: str) -> Reader:
    whole = isinstance(kind, declared.IntType)
    bounds = [
        *([f"at least {kind.ge:g}"] if kind.ge is not None else []),
        *([f"more than {kind.gt:g}"] if kind.gt is not None else []),
        *([f"at most {kind.le:g}"] if kind.le is not None else []),
        *([f"less than {kind.lt:g}"] if kind.lt is not None else []),
    ]
    limits = " and ".join(bounds)

    def convert(text: str) -> float:
        if not (_INT if whole else _FLOAT).fullmatch(text):
            raise ValueError("isn't a whole number" if whole else "isn't a number")
        number = int(text) if whole else float(text)
        if (
            not math.isfinite(number)
            or (kind.ge is not None and number < kind.ge)
            or (kind.gt is not None and number <= kind.gt)
            or (kind.le is not None and number > kind.le)
            or (kind.lt is not None and number >= kind.lt)
        ):
            raise ValueError(f"is out of range for `{name}`")
        return number

    mend = f"write a {'whole ' if whole else ''}number" + (f", {limits}" if limits else "")
    return scalar_reader(name, convert, mend, 1)


def literal_reader(name: str, values: tuple[Any, ...]) -> Reader:
    words = {str(value): value for value in values}

    def read(walk: Walk, node: Node) -> Any:
        kind, value, _, _ = node
        text = value.strip() if kind == SCALAR else ""
        if text in words:
            return words[text]
        choice = listed(words)
        if kind != SCALAR or not text:
            walk.wrong(node, f"`{name}` says nothing that is known", f"write {choice}")
            return values[0]
        guess = did_you_mean(text, words)
        one_of = f"write {choice}" if len(words) == 1 else f"the known ones are {choice}"
        walk.wrong(
            node,
            f"there is no {name} `{clip(clean(text), 40)}`",
            f"{guess} {one_of}" if guess else one_of,
        )
        return values[0]

    return read
