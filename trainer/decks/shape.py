"""Nodes → the deck model, driven by the model's own declarations.

Each type of `trainer.decks.model` is compiled once into a reader of nodes. A reader reports what
is wrong and carries on with a placeholder, so that one pass finds every fault and the places of
lists stay those of the file.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any, Final

import msgspec
import msgspec.inspect as declared

from trainer.decks.nodes import MAPPING, SCALAR, SEQUENCE, Node
from trainer.decks.scalars import (
    as_bool,
    id_reader,
    literal_reader,
    number_reader,
    scalar_reader,
    text_reader,
)
from trainer.decks.walk import Reader, Walk, did_you_mean, listed, pairs
from trainer.text import clean, clip

# What to write for a required key that is missing.
_SAMPLES: Final = {
    "id": "`id: a-short-name`, which stays when the text is edited",
    "schema": "`schema: 1` as the first line",
    "deck": "`deck: a-short-name`, which stays when the file is renamed",
    "answer": "`answer:` with what a person might type",
    "rating": "`rating:` with again, hard or good",
    "match": "`match:` with a list of phrases",
    "cues": "`cues:` with a list of ways to say it in a prompt",
    "favours": "`favours:` with one of the framework's verdicts",
    "axis": "`axis:` with what it bears on, such as facts",
    "point": "`point:` with `say:`, what an answer should say of it",
    "tags": "`tags:` with what signals may go by",
    "when": "`when:` with what is favoured on which axis",
}


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
            return id_reader(name, kind.pattern), ""
        return text_reader(name, filled or bool(kind.min_length)), ""
    if isinstance(kind, declared.BoolType):
        return scalar_reader(name, as_bool, "write `true` or `false`", False), False
    if isinstance(kind, declared.IntType):
        return number_reader(kind, name), kind.ge or 0
    if isinstance(kind, declared.FloatType):
        return number_reader(kind, name), 1.0
    if isinstance(kind, declared.LiteralType):
        return literal_reader(name, kind.values), kind.values[0]
    if isinstance(kind, declared.VarTupleType):
        return _list_reader(kind.item_type, name), ()
    if isinstance(kind, declared.DictType):
        return _dict_reader(kind, name), {}
    if isinstance(kind, declared.StructType):
        return _record_reader(kind)
    raise TypeError(f"the deck model declares a type that nothing reads: {kind}")


def _list_reader(item_type: declared.Type, name: str) -> Reader:
    read_item, _ = _compile(item_type, name, True)
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
    records = isinstance(kind.value_type, declared.StructType)
    what, value = ("keys with keys of their own", "{…}") if records else ("keys with texts", "text")

    def read(walk: Walk, node: Node) -> dict[str, Any]:
        if node[0] != MAPPING:
            walk.wrong(node, f"`{name}` is a list of {what}", f"`{name}: {{key: {value}}}`")
            return {}
        walk.spend(len(node[1]))
        result: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, text in pairs(walk.merged(node)[1]):
            word = read_key(walk, key)
            if word in result:
                _repeated(walk, key, word, lines[word])
                continue
            result[word] = read_value(walk, text)
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
            word: str = key[1] if key[0] == SCALAR else ""
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
