"""Others' words in a Markdown document: no heading, link or HTML comes of them, and no end of
where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&$!@]")
_AT_START = re.compile(r"(\s*)([-+=:]|\d+(?=[.)]))")
_LINK = re.compile(r"(?<=[a-z]):(?=//)|(?<=www)\.", re.IGNORECASE)


def escaped(text: str) -> str:
    """Return text for one line of a Markdown document, where it means nothing but itself."""
    return _line(" ".join(text.split()))


def _line(text: str) -> str:
    text = _SPECIAL.sub(r"\\\g<0>", text)
    text = _LINK.sub(r"\\\g<0>", text)
    begin = _AT_START.match(text)
    if begin is None:
        return text
    space, first = begin.groups()
    rest = text[begin.end() :]
    return f"{space}{first}\\{rest}" if first.isdecimal() else f"{space}\\{first}{rest}"


def quoted(text: str, spans: Iterable[tuple[int, int]] = ()) -> list[str]:
    """Return the lines of a block quote; what lies within a span is bold."""
    bold = {at for start, end in spans for at in range(start, end)}
    lines, at = [], 0
    for line in text.split("\n"):
        words = [
            (word.group(), not bold.isdisjoint(range(at + word.start(), at + word.end())))
            for word in re.finditer(r"\S+", line)
        ]
        lines.append(f"> {_marked(words)}".rstrip())
        at += len(line) + 1
    return lines


def _marked(words: Sequence[tuple[str, bool]]) -> str:
    """Join words to a line, each run of bold ones between asterisks."""
    runs: list[tuple[list[str], bool]] = []
    for word, bold in words:
        if runs and runs[-1][1] is bold:
            runs[-1][0].append(word)
        else:
            runs.append(([word], bold))
    texts = [(_line(" ".join(run)), bold) for run, bold in runs]
    return " ".join(f"**{text}**" if bold else text for text, bold in texts)


def fenced(text: str) -> list[str]:
    """Return the text in a fence longer than any within it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", *text.split("\n"), fence]
