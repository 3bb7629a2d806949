"""YAML as an editor's parser reads it: the core schema of YAML 1.2, and JSON's types."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml


class _Core(yaml.SafeLoader):
    """Resolves words as YAML 1.2 does: `no`, `12:30` and dates are texts, `010` is ten."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


def _number(loader: _Core, node: yaml.ScalarNode) -> float:
    word = str(node.value)
    if word[:2] in ("0o", "0x"):
        return int(word, 0)
    return int(word) if re.fullmatch("[-+]?[0-9]+", word) else float(word.replace(".inf", "inf"))


for _tag, _pattern in (
    ("null", "~|null|Null|NULL|"),
    ("bool", "true|True|TRUE|false|False|FALSE"),
    ("int", "[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.inf"),
    ("merge", "<<"),
):
    _Core.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})\\Z"), first=None
    )
for _tag in ("int", "float"):
    _Core.add_constructor(f"tag:yaml.org,2002:{_tag}", _number)


def as_an_editor(text: str) -> Any:
    """Return a document as JSON's types. Raises yaml.YAMLError where it isn't YAML."""
    return _plain(yaml.load(text, _Core))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key if isinstance(key, str) else json.dumps(key): _plain(each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
