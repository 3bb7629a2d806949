"""Anki's card templates: a note's fields as the two sides of a card."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from trainer.exchange.html import to_text

_TAG: Final = re.compile(r"\{\{([^{}]*+)\}\}")
_RULE: Final = re.compile(r"<hr\b[^<>]*\bid\s*=\s*[\"']?answer\b[^<>]*>", re.IGNORECASE)
_EMPTY: Final = re.compile(r"(?:\s|&nbsp;|</?(?:br|div|p)\b[^<>]*>)*+", re.IGNORECASE)
# Filters whose result is no text.
_SOUNDS: Final = ("tts", "tts-voices")


class _Field(NamedTuple):
    name: str
    filters: tuple[str, ...]


class _Open(NamedTuple):
    """The beginning of a section that is shown where the field says something, or else where it
    says nothing; `end` is the part behind it."""

    name: str
    inverted: bool
    end: int


_Part = str | _Field | _Open


class Side(NamedTuple):
    """What a side shows, as text, and what it shows only on a click."""

    text: str
    hint: str


class Template:
    """A side's template. `cloze` is the name of the field whose gaps it shows, or empty."""

    def __init__(self, template: str) -> None:
        self._parts = _parsed(template)
        shown = [part for part in self._parts if isinstance(part, _Field)]
        self.cloze = next((part.name for part in shown if "cloze" in part.filters), "")

    def side(
        self, fields: Mapping[str, str], number: int, most: int, *, is_back: bool = False
    ) -> Side:
        """Return what it shows of a note's fields; `number` is that of the gaps asked for.

        What stands above the answer's rule on a back is the front again, and is left out, as are
        texts with gaps. Raises ValueError where it shows more than `most` characters.
        """
        shown: list[str] = []
        hints: list[str] = []
        length = place = 0
        while place < len(self._parts):
            part = self._parts[place]
            place += 1
            if isinstance(part, _Open):
                if _says(part.name, fields, number) == part.inverted:
                    place = part.end
                continue
            if isinstance(part, str):
                text = part
            elif "hint" in part.filters and not is_back:
                hints.append(fields.get(part.name, ""))
                continue
            else:
                text = _shown(part, fields, is_back)
            length += len(text)
            if length > most:
                raise ValueError(f"its card is longer than {most:,} characters")
            shown.append(text)
        html = "".join(shown)
        if is_back and (rule := _RULE.search(html)):
            html = html[rule.end() :]
        return Side(to_text(html), " / ".join(filter(None, map(to_text, hints))))


def _parsed(template: str) -> list[_Part]:
    parts: list[_Part] = []
    sections: list[tuple[int, str, bool]] = []
    place = 0
    for tag in _TAG.finditer(template):
        if tag.start() > place:
            parts.append(template[place : tag.start()])
        place = tag.end()
        name = tag[1].strip()
        mark, rest = name[:1], name[1:].strip()
        if mark in ("#", "^"):
            sections.append((len(parts), rest, mark == "^"))
            parts.append("")
        elif mark == "/":
            if sections and sections[-1][1] == rest:
                _close(parts, sections)
        else:
            *filters, field = [piece.strip() for piece in name.split(":")]
            parts.append(_Field(field, tuple(filters)))
    parts.append(template[place:])
    while sections:
        _close(parts, sections)
    return parts


def _close(parts: list[_Part], sections: list[tuple[int, str, bool]]) -> None:
    at, name, inverted = sections.pop()
    parts[at] = _Open(name, inverted, len(parts))


def _says(name: str, fields: Mapping[str, str], number: int) -> bool:
    if name in fields:
        return not _EMPTY.fullmatch(fields[name])
    return name == f"c{number}"


def _shown(part: _Field, fields: Mapping[str, str], is_back: bool) -> str:
    for name in part.filters:
        if name in ("cloze", "cloze-only") or name.split(" ")[0] in _SOUNDS:
            return ""
        if name == "type" and not is_back:
            return ""
    return fields.get(part.name, "")
