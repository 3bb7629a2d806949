"""The deck model as a JSON Schema, by which editors complete and check a deck as it is typed.

It never refuses what the reader takes, but for white space within the quotes of a word that is one
of a few. What it can't tell it lets pass: whether ids are unique and names refer to something; and,
since an editor's parser has turned words into values by then, an empty text from `null`, `True`
from `true`, or `010` and `1.0` from whole numbers.

It is written without a `$schema`: that would be an address of a network, and editors take a schema
without one for draft 7, which this is.
"""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec
import msgspec.inspect as declared

from trainer.decks.described import DESCRIBED
from trainer.decks.framework_rules import FEWEST_OF, MOST
from trainer.decks.model import (
    Card,
    Deck,
    Framework,
    Mistake,
    Point,
    Reason,
    Signal,
    Subject,
    Verdict,
)
from trainer.decks.rules import NEEDS, USED_BY

Schema = dict[str, Any]

# How the file begins; what begins otherwise isn't ours.
COMMENT: Final = "The format of Trainer's decks, for editors; `trainer schema` prints it anew."

_NAME: Final = "[A-Za-z0-9][A-Za-z0-9._-]{0,79}"
# A cloze text: gaps of alternatives that say something, and between them no braces of a gap.
_BETWEEN: Final = r"(?:(?!\{\{|\}\})[\s\S])*"
_ALTERNATIVE: Final = r"(?:(?!\{\{|\}\}|\|)\s)*(?!\{\{|\}\}|\|)\S(?:(?!\{\{|\}\}|\|)[\s\S])*"
_GAP: Final = rf"\{{\{{{_ALTERNATIVE}(?:\|{_ALTERNATIVE})*\}}\}}"
_CLOZE: Final = rf"^{_BETWEEN}(?:{_GAP}{_BETWEEN})+$"

_FORMER: Final = {"items": {"minimum": 0, "pattern": rf"^\s*(?:{_NAME}/)?{_NAME}\s*$"}}
_TERMS: Final = {"items": {"minItems": 1}}
# Of lists; `doNotSuggest` keeps editors from offering a key a second time.
_FILLED: Final = {"minItems": 1, "doNotSuggest": True}
_RIGHT: Final = {"required": ["right"], "properties": {"right": {"enum": [True, "true"]}}}


def _unless_empty(asked: Schema) -> Schema:
    """Return what is asked of a list that isn't empty."""
    return {"if": {"minItems": 1}, "then": asked}


# What the rules ask of a key beyond its type.
_RULES: Final[dict[type[msgspec.Struct], dict[str, Schema]]] = {
    Deck: {"synonyms": {"items": {"minItems": 2}}},
    Card: {
        "formerly": _FORMER,
        "text": {
            "type": "string",
            "pattern": _CLOZE,
            "patternErrorMessage": "put what is to be filled in `{{` and `}}`",
        },
        "choices": _unless_empty(
            {
                "minItems": 2,
                "contains": _RIGHT,
                "errorMessage": "mark the right ones with `right: true`",
            }
        ),
    },
    Verdict: {"all": _TERMS | _unless_empty({"minItems": 2})},
    Point: {"together": _TERMS},
    Reason: {"together": _TERMS},
    Mistake: {"match": {"minItems": 1}},
    Subject: {"tags": {"minItems": 1}},
    Signal: {"cues": {"minItems": 1}, "formerly": _FORMER},
    Framework: {
        "verdicts": {"minProperties": FEWEST_OF["verdicts"], "maxProperties": MOST["verdicts"]},
        **{
            name: {"minItems": FEWEST_OF[name], "maxItems": MOST[name]}
            for name in ("subjects", "signals", "rules")
        },
    },
}


def schema_text() -> str:
    """Return the schema of deck files as the text of a JSON file."""
    made = {"$comment": COMMENT, "title": "A deck for Trainer", **schema()}
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def schema() -> Schema:
    """Return the schema of deck files."""
    return _compiled(declared.type_info(Deck), False)


def _compiled(kind: declared.Type, filled: bool) -> Schema:
    """Return the schema of a declared type. `filled` says that a text has to say something."""
    if isinstance(kind, declared.Metadata):
        return _compiled(kind.type, filled)
    if isinstance(kind, declared.UnionType):
        (only,) = (each for each in kind.types if not isinstance(each, declared.NoneType))
        return _compiled(only, filled)
    if isinstance(kind, declared.StrType):
        return _text(kind, filled or bool(kind.min_length))
    if isinstance(kind, declared.BoolType):
        return _worded("boolean", "true|false", "write `true` or `false`")
    if isinstance(kind, declared.IntType):
        whole = _worded("integer", "[+-]?(?:0|[1-9][0-9]{0,14})", "write a whole number")
        return whole | _range(kind)
    if isinstance(kind, declared.FloatType):
        number = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
        return _worded("number", number, "write a number") | _range(kind)
    if isinstance(kind, declared.LiteralType):
        quoted = [str(value) for value in kind.values]
        return {"enum": [*dict.fromkeys([*kind.values, *quoted])]}
    if isinstance(kind, declared.VarTupleType):
        return {"type": "array", "items": _compiled(kind.item_type, True)}
    if isinstance(kind, declared.DictType):
        key = _compiled(kind.key_type, True)
        names = {name: key[name] for name in ("pattern", "patternErrorMessage")}
        values = _compiled(kind.value_type, True)
        return {"type": "object", "propertyNames": names, "additionalProperties": values}
    if isinstance(kind, declared.StructType):
        return _record(kind)
    raise TypeError(f"the deck model declares a type that has no schema: {kind}")


def _text(kind: declared.StrType, filled: bool) -> Schema:
    """Return the schema of a text: the reader takes any word for one, whatever YAML makes of it."""
    made: Schema = {"type": ["string", "number", "boolean", "null"]}
    if kind.pattern:
        name = kind.pattern.removeprefix("^").removesuffix("$")
        mend = "use letters without accents, digits, `-`, `_` and `.`, a letter or digit first"
        # An id of digits is a number by now; one below 0 began with a sign.
        return made | {"minimum": 0, "pattern": rf"^\s*{name}\s*$", "patternErrorMessage": mend}
    if filled:
        return made | {"pattern": r"\S", "patternErrorMessage": "write its text, or remove it"}
    return made


def _worded(name: str, pattern: str, mend: str) -> Schema:
    """Return the schema of a value that may also be written in quotes."""
    return {
        "type": [name, "string"],
        "pattern": rf"^\s*(?:{pattern})\s*$",
        "patternErrorMessage": mend,
    }


def _range(kind: declared.IntType | declared.FloatType) -> Schema:
    limits = {
        "minimum": kind.ge,
        "exclusiveMinimum": kind.gt,
        "maximum": kind.le,
        "exclusiveMaximum": kind.lt,
    }
    return {name: limit for name, limit in limits.items() if limit is not None}


def _record(kind: declared.StructType) -> Schema:
    described, rules = DESCRIBED[kind.cls], _RULES.get(kind.cls, {})
    properties: Schema = {}
    for field in kind.fields:
        # A text that may be left out is left out when it has nothing to say.
        made = _compiled(field.type, not field.required)
        properties[field.name] = {
            "description": described[field.name],
            **_with(made, rules.get(field.name, {})),
        }
    made = {
        "type": "object",
        "properties": properties,
        "required": [field.name for field in kind.fields if field.required],
        "additionalProperties": False,
    }
    if kind.cls is Card:
        made["allOf"] = [_of_kind(name) for name in NEEDS]
    if kind.cls is Verdict:
        either = "a verdict has either `accept` or `all`"
        made["anyOf"] = [
            {"required": [key], "properties": {key: _FILLED, other: _unused(either)}}
            for key, other in (("accept", "all"), ("all", "accept"))
        ]
    return made


def _with(made: Schema, more: Schema) -> Schema:
    """Return a schema with what another one asks besides, level by level."""
    both = dict(made)
    for name, value in more.items():
        both[name] = _with(both[name], value) if isinstance(both.get(name), dict) else value
    return both


def _of_kind(name: str) -> Schema:
    """Return what a card needs and may not have when it is of a kind."""
    asked: Schema = {"properties": {"kind": {"const": name}}}
    if name != "question":  # the kind of a card that names none
        asked["required"] = ["kind"]
    properties = {key: _FILLED for key in NEEDS[name]} | {
        key: _unused(f"a {name} card has no `{key}`")
        for key, kinds in USED_BY.items()
        if name not in kinds
    }
    return {"if": asked, "then": {"required": [*NEEDS[name]], "properties": properties}}


def _unused(message: str) -> Schema:
    """Return what refuses all but an empty list, which is as good as none."""
    return {"const": [], "errorMessage": message, "doNotSuggest": True}
