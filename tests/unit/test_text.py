"""The sanitising door, and the small text helpers."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.text import REPLACEMENT, clean, clip, count

_ANY = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("plain é 🙂 \t\n", "plain é 🙂 \t\n"),
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("\x1b]8;;http://x\x07", "�]8;;http://x�"),
        ("a\x00b\x7fc\x9bd", "a�b�c�d"),
        ("\u202eevil\u2066\u200f\u061c", "�evil���"),
        ("\ud800", "�"),
        ("a\r\nb", "a \nb"),
        ("a\rb\r\r\nc", "a\nb\n \nc"),
        ("a\u200db\u00ad", "a\u200db\u00ad"),
    ],
)
def test_clean(raw: str, safe: str) -> None:
    assert clean(raw) == safe


def test_nothing_that_would_be_obeyed_counts_as_printable() -> None:
    # What is printable is not looked at any further.
    printable = "".join(filter(str.isprintable, map(chr, range(0x110000))))
    assert clean(f"{printable}\n") == f"{printable}\n"


@given(_ANY)
def test_clean_keeps_the_length_and_leaves_nothing_to_obey(raw: str) -> None:
    safe = clean(raw)
    assert len(safe) == len(raw)
    assert clean(safe) == safe
    for character in safe:
        assert character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")
    safe.encode()


@given(_ANY, st.integers(1, 40))
def test_clip_gives_one_line_that_fits(raw: str, width: int) -> None:
    line = clip(raw, width)
    assert len(line) <= width
    assert len(line.splitlines()) <= 1


def test_clip() -> None:
    assert clip("one\n  two", 20) == "one two"
    assert clip("one two three", 8) == "one two…"
    assert clip("one two three", 5) == "one…"


def test_count() -> None:
    assert (count(1, "card"), count(0, "card"), count(2, "card")) == (
        "1 card",
        "0 cards",
        "2 cards",
    )
    assert REPLACEMENT == "\ufffd"
