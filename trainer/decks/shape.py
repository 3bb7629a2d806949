"""Nodes → the deck model, driven by the model's own declarations.

Each type of `trainer.decks.model` is compiled once into a reader of nodes. A reader reports what
is wrong and carries on with a placeholder, so that one pass finds every fault and the places of
lists stay those of the file.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec
import msgspec.inspect as declared

from trainer.decks.nodes import BROKEN, MAPPING, SCALAR, SEQUENCE, Fault, Node
from trainer.text import clean, clip

Reader = Callable[["Walk", Node], Any]

_INT = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,14})")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

# What to write for a required key that is missing.
_SAMPLES: Final = {
    "id": "`id: a-short-name`, which stays when the text is edited",
    "schema": "`schema: 1` as the first line",
    "deck": "`deck: a-short-name`, which stays when the file is renamed",
    "answer": "`answer:` with what a person might type",
    "rating": "`rating:` with again, hard or good",
    "match": "`match:` with a list of phrases",
}


class TooMuch(Exception):
    """Aliases make the file unfold to more than it is worth."""


class Walk:
    """One reading: its faults, and how many more nodes it may visit."""

    def __init__(self, budget: int, lines: list[str]) -> None:
        self.faults: list[Fault] = []
        self.left = budget
        self.lines = lines

    def spend(self, nodes: int) -> None:
        """Count visited nodes; raise TooMuch when there were too many."""
        self.left -= nodes
        if self.left < 0:
            raise TooMuch

    def wrong(self, node: Node, message: str, mend: str) -> None:
        """Report a fault at a node, unless it is a broken one (already reported)."""
        if node[0] != BROKEN:
            self.faults.append(Fault(node[2], node[3], message, mend))

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


@functools.cache
def reader_of(model: type[msgspec.Struct]) -> Reader:
    """Return the reader for a record of the model."""
    return _compile(declared.type_info(model), model.__name__.lower(), False)[0]


def _compile(kind: declared.Type, name: str, filled: bool) -> tuple[Reader, Any]:
    """Return the reader for a declared type and its placeholder.

    `name` is what messages call it. `filled` says that a text has to say something.
    """
    if isinstance(kind, declared.Metadata):
        return _compile(kind.type, name, filled)
    if isinstance(kind, declared.UnionType):
        (only,) = (each for each in kind.types if not isinstance(each, declared.NoneType))
        return _compile(only, name, filled)[0], None
    if isinstance(kind, declared.StrType):
        if kind.pattern:
            return _id_reader(name, kind.pattern), ""
        return _text_reader(name, filled or bool(kind.min_length)), ""
    if isinstance(kind, declared.BoolType):
        return _scalar_reader(name, _as_bool, "write `true` or `false`", False), False
    if isinstance(kind, declared.IntType):
        return _number_reader(kind, name), kind.ge or 0
    if isinstance(kind, declared.FloatType):
        return _number_reader(kind, name), 1.0
    if isinstance(kind, declared.LiteralType):
        return _literal_reader(name, kind.values), kind.values[0]
    if isinstance(kind, declared.VarTupleType):
        return _list_reader(kind.item_type, name), ()
    if isinstance(kind, declared.DictType):
        return _dict_reader(kind, name), {}
    if isinstance(kind, declared.StructType):
        return _record_reader(kind)
    raise TypeError(f"the deck model declares a type that nothing reads: {kind}")


def _wrong_shape(walk: Walk, node: Node, name: str) -> None:
    """Report a list or a mapping where one text or number is wanted."""
    if node[0] == SEQUENCE:
        if walk.source(node).startswith("["):
            mend = "put the text in quotes if it starts with a bracket"
        else:
            mend = f'write one text: `{name}: "…"`'
        walk.wrong(node, f"`{name}` is one text, not a list", mend)
    elif walk.source(node).startswith("{"):
        walk.wrong(node, "an unquoted text can't start with a brace", "put the text in quotes")
    else:
        walk.wrong(
            node,
            f"`{name}` is a text, and a colon with a space makes keys of this one",
            "put the text in quotes",
        )


def _text_reader(name: str, filled: bool) -> Reader:
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


def _id_reader(name: str, pattern: str) -> Reader:
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


def _scalar_reader(name: str, convert: Callable[[str], Any], mend: str, blank: Any) -> Reader:
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


def _as_bool(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("is neither true nor false")
    return text == "true"


def _number_reader(kind: declared.IntType | declared.FloatType, name: str) -> Reader:
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
    return _scalar_reader(name, convert, mend, 1)


def _literal_reader(name: str, values: tuple[Any, ...]) -> Reader:
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


def _list_reader(item_type: declared.Type, name: str) -> Reader:
    read_item, blank = _compile(item_type, name, True)
    if isinstance(item_type, declared.StructType):
        sample = "a list: start each of its items with a dash"
    elif isinstance(item_type, declared.VarTupleType):
        sample = f"a list of lists: `{name}: [[one, two]]`"
    else:
        sample = f"a list: `{name}: [one, two]`"

    def read(walk: Walk, node: Node) -> tuple[Any, ...]:
        kind, items, _, _ = node
        if kind == SEQUENCE:
            walk.spend(len(items))
            return tuple([read_item(walk, item) for item in items])
        if kind == SCALAR and items.strip():
            walk.wrong(node, f"`{name}` is a list, not one text", f"write it as {sample}")
        elif kind == SCALAR:
            walk.wrong(node, f"`{name}` says nothing", f"remove it, or write it as {sample}")
        else:
            walk.wrong(node, f"`{name}` is a list", f"write it as {sample}")
        return ()

    return read


def _dict_reader(kind: declared.DictType, name: str) -> Reader:
    read_key, _ = _compile(kind.key_type, name, True)
    read_value, _ = _compile(kind.value_type, name, True)

    def read(walk: Walk, node: Node) -> dict[str, Any]:
        if node[0] != MAPPING:
            walk.wrong(node, f"`{name}` is a list of keys with texts", f"`{name}: {{key: text}}`")
            return {}
        walk.spend(len(node[1]))
        result: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, value in pairs(walk.merged(node)[1]):
            word = read_key(walk, key)
            if word in result:
                _repeated(walk, key, word, lines[word])
                continue
            result[word] = read_value(walk, value)
            lines[word] = key[2]
        result.pop("", None)
        return result

    return read


def _repeated(walk: Walk, key: Node, word: str, line: int) -> None:
    walk.wrong(
        key,
        f"`{clip(clean(word), 40)}` is already there, in line {line}",
        "keep one of the two",
    )


def _record_reader(kind: declared.StructType) -> tuple[Reader, Any]:
    model = kind.cls
    name = "deck file" if model.__name__ == "Deck" else model.__name__.lower()
    readers: dict[str, Reader] = {}
    blanks: dict[str, Any] = {}
    for field in kind.fields:
        # A text that may be left out is left out when it has nothing to say.
        readers[field.name], blank = _compile(field.type, field.name, not field.required)
        if field.required:
            blanks[field.name] = blank
    required = tuple(blanks)

    def read(walk: Walk, node: Node) -> Any:
        kind, items, _, _ = node
        if kind != MAPPING:
            _not_a_record(walk, node, name, readers, required)
            return model(**blanks)
        walk.spend(len(items))
        values: dict[str, Any] = {}
        each = iter(items)
        for key, value in zip(each, each, strict=True):
            word = key[1] if key[0] == SCALAR else None
            field_reader = readers.get(word)
            if field_reader is None or word in values:
                if word == "<<":
                    return read(walk, walk.merged(node))
                _stray_key(walk, key, value, name, items, readers)
            else:
                values[word] = field_reader(walk, value)
        for word in required:
            if word not in values:
                walk.wrong(
                    node, f"this {name} has no `{word}`", f"add {_SAMPLES.get(word, f'`{word}:`')}"
                )
                values[word] = blanks[word]
        return model(**values)

    return read, model(**blanks)


def _not_a_record(
    walk: Walk, node: Node, name: str, known: Iterable[str], required: tuple[str, ...]
) -> None:
    if node[0] == SCALAR and not node[1].strip():
        said = f"this {name} says nothing"
    else:
        said = f"a {name} is written with keys"
    sample = ", ".join(f"{word}: …" for word in required or list(known)[:1])
    walk.wrong(node, said, f"write `{sample}`")


def _stray_key(
    walk: Walk, key: Node, value: Node, name: str, items: list[Node], known: Iterable[str]
) -> None:
    """Report a key that isn't known, or is there twice."""
    if key[0] != SCALAR:
        walk.wrong(key, "a key is one word", "put the text in quotes if it starts with a brace")
        return
    word = key[1]
    if word in known:
        first = next(each for each in items[::2] if each[0] == SCALAR and each[1] == word)
        _repeated(walk, key, word, first[2])
        return
    mend = did_you_mean(word, known)
    if not mend and value[0] == SCALAR and not value[1]:
        mend = "if it belongs to the text before it, put that text in quotes"
    walk.wrong(
        key,
        f"a {name} has no key `{clip(clean(word), 40)}`",
        mend or f"its keys are {listed(known)}",
    )
