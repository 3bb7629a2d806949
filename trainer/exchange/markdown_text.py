"""Texts of cards within a Markdown file of cards, whose lines have meanings of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from trainer.decks.model import GAP

COMMENT: Final = "<!-- trainer:"

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\n]*)")
_TAKEN = re.compile(r"[QAC]:|<!-- trainer:")
_BLOCK = re.compile(r"\s*(?:[-*+>#|`~]|\d+[.)])")

# Of a text with gaps in brackets: an escaped bracket, a picture, a gap.
_BRACKETS = re.compile(r"\\([\[\]])|(!\[[^\[\]]*\])|\[((?:\\[\[\]]|[^\[\]])+)\]")
# Stand for the braces of a gap; a clean text has none of them.
_OPEN, _END = "\x05", "\x06"
_DOUBLE = re.compile(rf"(\{{(?=[{{{_OPEN}])|\}}(?=[}}{_END}]))")


def fenced(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines that are of a code block between fences that is closed."""
    fences = [(number, found) for number, line in enumerate(lines) if (found := _fence(line))]
    # What could close a fence later on, the longest one: without one it is no fence.
    closing: dict[str, int] = {}
    closable = []
    for _, (sign, length, info) in reversed(fences):
        closable.append(closing.get(sign, 0) >= length)
        if not info:
            closing[sign] = max(closing.get(sign, 0), length)
    within: set[int] = set()
    opened: tuple[int, str, int] | None = None
    for (number, (sign, length, info)), can in zip(fences, reversed(closable), strict=True):
        if opened is None:
            opened = (number, sign, length) if can else None
        elif sign == opened[1] and length >= opened[2] and not info:
            within.update(range(opened[0], number + 1))
            opened = None
    return within


def guarded(text: str, *, item: bool = False) -> str:
    """Return a text with no line in it that would begin or end a card: those are set in.

    A fence that isn't closed becomes plain text, and so do all fences in an item of a list.
    """
    lines = text.split("\n")
    code = set() if item else fenced(lines)
    for number, line in enumerate(lines):
        if line.strip() == "---":
            lines[number] = "***"
        elif _TAKEN.match(line):
            lines[number] = f" {line}"
        elif number not in code and _fence(line):
            lines[number] = f"    {line}"
    return "\n".join(lines)


def tagged(tag: str, text: str) -> str:
    """Return a text behind its tag, on a line of its own where it begins a list or the like."""
    lines = text.split("\n")
    opens = _fence(lines[0]) and 0 not in fenced(lines)  # would take what follows the text for code
    between = "\n" if _BLOCK.match(text) and not opens else " "
    return f"{tag}{between}{text}" if text else tag


def bulleted(items: Iterable[str]) -> str:
    """Return texts as a list; the further lines of one are set in."""
    return "\n".join(
        "- " + re.sub(r"\n(?=[^\n])", "\n  ", guarded(item, item=True)) for item in items
    )


def unbulleted(text: str) -> list[str] | None:
    """Return the texts of a list; None where it isn't only a list."""
    items: list[list[str]] = []
    for line in text.split("\n"):
        if line.startswith("- "):
            items.append([line[2:]])
        elif items and (line.startswith("  ") or not line):
            items[-1].append(line[2:])
        else:
            return None
    return [item for lines in items if (item := "\n".join(lines).strip())]


def bracketed(text: str) -> str:
    """Return a text with gaps as hashcards has it: in brackets, and other brackets escaped."""
    marked = GAP.sub(lambda gap: f"{_OPEN}{gap[1]}{_END}", text)
    escaped = re.sub(r"[\[\]]", r"\\\g<0>", marked)
    # A backslash, or the sign of a picture, would make something else of the bracket behind it.
    escaped = re.sub(rf"\\(?=[{_OPEN}{_END}])|!(?={_OPEN})", r"\g<0> ", escaped)
    return escaped.replace(_OPEN, "[").replace(_END, "]")


def unbracketed(text: str) -> str:
    """Return a text from hashcards with its gaps in braces, and no others in it that open one."""

    def shown(found: re.Match[str]) -> str:
        escaped, picture, answer = found.groups()
        if answer is None:
            return str(escaped or picture)
        answer = re.sub(r"\\([\[\]])", r"\1", answer)
        if not all(each.strip() for each in answer.split("|")):
            answer = answer.replace("|", "¦")
        return f"{_OPEN}{answer}{_END}" if answer.strip() else f"[{answer}]"

    marked = _DOUBLE.sub(r"\1 ", _BRACKETS.sub(shown, text))
    return marked.replace(_OPEN, "{{").replace(_END, "}}")


def _fence(line: str) -> tuple[str, int, str] | None:
    """Return the sign of a fence, how often it stands there, and what stands behind it."""
    found = _FENCE.fullmatch(line)
    if found is None or (found[1][0] == "`" and "`" in found[2]):
        return None
    return found[1][0], len(found[1]), found[2].strip()
