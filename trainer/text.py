"""The sanitising door for text that comes from outside, and small text helpers."""

from __future__ import annotations

import re

REPLACEMENT = "\ufffd"

# C0 but tab and newline, DEL, C1, the bidi controls, and lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def clean(text: str) -> str:
    """Return `text`, as long as it was, with nothing in it that a terminal would obey.

    Control characters, bidi controls and lone surrogates become U+FFFD. A carriage return
    becomes white space: a space before a newline, else a newline.
    """
    if text.isprintable():  # most are, and a look takes a tenth of the time
        return text
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    return _UNSAFE.sub(REPLACEMENT, text)


def clip(text: str, width: int) -> str:
    """Return `text` on one line, at most `width` characters long, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: max(0, width - 1)].rstrip() + "…"


def count(number: int, noun: str) -> str:
    """Return the number with its noun: `1 card`, `2 cards`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
