"""Gaps in a text: `{{c1::answer::hint}}` in Anki, `{{answer|another}}` in a cloze card.

Both sides of a field are HTML here, since Anki looks for gaps before it shows a field.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from trainer.decks.model import GAP
from trainer.exchange.html import from_text, to_text_of_clean
from trainer.text import clean

# Stand for what opens a gap, ends it, and begins its hint; a clean text has none of them.
_OPEN, _END, _HINT = "\x05", "\x06", "\x07"
_PART: Final = re.compile(rf"{_OPEN}([\d,]{{1,60}}){_OPEN}|{_END}|{_HINT}")
_TOKEN: Final = re.compile(r"\{\{c([\d,]{1,60}+)::|\}\}|::")
# A brace that the next character would make a double one.
_DOUBLE: Final = re.compile(rf"(\{{(?=[{{{_OPEN}])|\}}(?=[}}{_END}]))")
# Gaps in gaps beyond this depth are part of the one around them.
_DEEPEST: Final = 8
# As many cards as Anki makes of a field, and as many characters as they may have together.
_MOST: Final = 500
_LONGEST: Final = 10_000_000


class _Gap(NamedTuple):
    """A gap with what it holds: texts, and gaps within it; and what is said of it as a hint."""

    numbers: frozenset[int]
    parts: list[str | _Gap]
    hint: list[str]


def from_anki(html: str) -> list[tuple[int, str, str]]:
    """Return the cards of a cloze field: each one's number, its text, and its hint.

    The gaps of its own number are open in its text, and the others are filled in. A gap that shows
    nothing, as one with a picture only, is none; a number without a gap makes no card. Raises
    ValueError where the field makes more of them than anybody wants.
    """
    whole = _parsed(html)
    numbers = _numbers(whole)
    if len(numbers) > _MOST or len(numbers) * len(html) > _LONGEST:
        raise ValueError("its gaps make too many cards")
    cards = []
    for number in sorted(numbers):
        hints: list[str] = []
        text = _braced(_with_open(whole, number, hints))
        if GAP.search(text):
            cards.append((number, text, " / ".join(dict.fromkeys(hints))))
    return cards


def to_anki(text: str) -> str:
    """Return a cloze text as a field of one card: all its gaps are number 1, `|` stays as it is."""
    return GAP.sub(lambda gap: f"{{{{c1::{gap[1].replace('::', ':&#58;')}}}}}", from_text(text))


def from_ours(html: str) -> str:
    """Return the cloze text of a field that `to_anki` wrote, whatever its gaps' numbers are now."""
    shown = []
    for part in _parsed(html).parts:
        text = _filled(part) if isinstance(part, _Gap) else part
        is_gap = isinstance(part, _Gap) and text.strip()
        shown.append(f"{_OPEN}{text}{_END}" if is_gap else text)
    return _braced("".join(shown))


def _parsed(html: str) -> _Gap:
    """Return the field as a gap around it all, its texts plain and without braces that open."""
    text = to_text_of_clean(_TOKEN.sub(_marked, clean(html)))
    whole = _Gap(frozenset(), [], [])
    around = [whole]
    place = 0
    for token in _PART.finditer(text):
        _add(around[-1], text[place : token.start()])
        place = token.end()
        if token[1]:
            deep = len(around) > _DEEPEST
            around.append(around[-1] if deep else _Gap(_listed(token[1]), [], []))
        elif token[0] == _HINT:
            if len(around) > 1 and not around[-1].hint:
                around[-1].hint.append("")
            else:
                _add(around[-1], "::")
        elif len(around) > 1:
            gap = around.pop()
            if gap is not around[-1]:
                around[-1].parts.append(gap)
        else:
            _add(whole, "}}")
    _add(around[-1], text[place:])
    for outer, gap in zip(around[-2::-1], around[:0:-1], strict=True):  # never closed: no gaps
        if gap is not outer:
            outer.parts.extend(gap.parts)
    return whole


def _listed(numbers: str) -> frozenset[int]:
    return frozenset(int(each) for each in numbers.split(",") if each.strip("0"))


def _marked(token: re.Match[str]) -> str:
    if token[1]:
        return f"{_OPEN}{token[1]}{_OPEN}"
    return _HINT if token[0] == "::" else _END


def _add(gap: _Gap, text: str) -> None:
    if gap.hint:
        gap.hint[0] += text
    elif text:
        gap.parts.append(text)


def _numbers(gap: _Gap) -> set[int]:
    """Return the numbers of the gaps in a gap."""
    found: set[int] = set()
    for part in gap.parts:
        if isinstance(part, _Gap):
            found |= part.numbers | _numbers(part)
    return found


def _filled(gap: _Gap) -> str:
    return "".join(_filled(part) if isinstance(part, _Gap) else part for part in gap.parts)


def _with_open(gap: _Gap, number: int, hints: list[str]) -> str:
    """Return what a gap shows, those of the number in it marked; note their hints."""
    shown = []
    for part in gap.parts:
        if isinstance(part, str):
            shown.append(part)
        elif number not in part.numbers:
            shown.append(_with_open(part, number, hints))
        elif answer := _filled(part).strip().replace("|", "¦"):
            shown.append(f"{_OPEN}{answer}{_END}")
            hints += [hint for hint in part.hint if hint]
    return "".join(shown)


def _braced(marked: str) -> str:
    """Return a text with its marked gaps in braces, and no others in it that would open one."""
    text = _DOUBLE.sub(r"\1 ", marked).strip()
    return text.replace(_OPEN, "{{").replace(_END, "}}")
