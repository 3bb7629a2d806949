"""HTML, as note programs keep it in their fields, and the plain text of cards.

The tokens are found by one pattern that goes through a text once, however broken it is: a field
comes from strangers and may be a megabyte long.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from trainer.text import clean

_TOKEN: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<hidden>script|style|title|template|noscript|iframe|svg)\b.*?(?:</(?P=hidden)\b|\Z)[^<>]*>?"
    r"|<(?P<end>/?)(?P<tag>[a-z][a-z0-9:-]*+)"
    r"""(?:[^<>"']*+(?:"[^"]*+"|'[^']*+')){0,30}+[^<>"']*+>"""
    r"|<[!?][^<>]*+>"
    r"|&(?P<entity>[^\s&;<]{1,32};?)",
    re.DOTALL | re.IGNORECASE,
)
_BLOCKS: Final = frozenset(
    ["address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "figcaption",
     "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
     "ol", "p", "pre", "section", "table", "tr", "ul"]
)  # fmt: skip
_SOUND: Final = re.compile(r"\[(?:sound|anki:play):[^][\n]*+\]")
_MATHS: Final = re.compile(r"\[/?(?:latex|\$\$?)\]")
_MEDIA: Final = re.compile(r"<(?:img|audio|video|object|embed|svg)\b", re.IGNORECASE)

# What stands for itself until white space has been dealt with; `clean` leaves none of these in a
# text. A soft break is one that does nothing at the beginning of a line.
_SPACE, _TAB, _SOFT, _NBSP, _BREAK = "\x01", "\x02", "\x03", "\x04", "\x0e"
_LAST: Final = str.maketrans(
    {_SPACE: " ", _TAB: "\t", _SOFT: "\n", _BREAK: "\n", "\xa0": " ", _NBSP: "\xa0"}
)
_KEPT: Final = str.maketrans({" ": _SPACE, "\t": _TAB, "\n": _BREAK})
_WHITE: Final = re.compile(r"[ \t\n]+")
_AROUND_BREAKS: Final = re.compile(f" *([{_BREAK}{_SOFT}]) *")
_NEEDLESS: Final = re.compile(f"(\\A|[{_BREAK}{_SOFT}]){_SOFT}+")

# Those met most, and the one that `from_text` writes where such a space is part of the text.
_CHARACTERS: Final = {
    "&nbsp;": _SPACE, "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#xA0;": _NBSP,
}  # fmt: skip
_OUTER: Final = re.compile(r"(?<![^ \n]) | (?=\n|\Z)")
_COMMAND: Final = re.compile(r"\[(?=sound:|anki:|/?latex\]|/?\$)")


def to_text(html: str) -> str:
    """Return what a field shows, as clean text: lines for blocks, dashes for lists, no media."""
    return to_text_of_clean(clean(html)) if html else ""


def to_text_of_clean(html: str) -> str:
    """Return what a field shows that has passed the sanitising door.

    What the caller has put in since, from U+0005 to U+0008, is kept where it stands.
    """
    if html.isalnum() or not html:
        return html
    if "[" in html:
        html = _MATHS.sub("", _SOUND.sub("", html))
    if "<" not in html and "&" not in html:
        return _levelled(html).replace("\xa0", " ").strip()
    shown = _levelled("".join(_shown(html)))
    if _BREAK in shown or _SOFT in shown:
        shown = _NEEDLESS.sub(r"\1", _AROUND_BREAKS.sub(r"\1", shown))
    return shown.translate(_LAST).strip()


def media_in(html: str) -> int:
    """Return how many pictures, sounds and the like a field has, which its text lacks."""
    pictures = len(_MEDIA.findall(html)) if "<" in html else 0
    return pictures + (len(_SOUND.findall(html)) if "[" in html else 0)


def media_left_out(number: int) -> list[str]:
    """Return what is said of so many media that texts lack."""
    were = "picture or sound was" if number == 1 else "pictures or sounds were"
    return [f"{number} {were} left out: a card here is text"] if number else []


def from_text(text: str) -> str:
    """Return HTML that shows a clean, stripped text, and of which `to_text` makes it again."""
    if text.isalnum() or not text:
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "[" in text:
        text = _COMMAND.sub("&#91;", text)
    text = text.replace("\xa0", "&#xA0;").replace("\t", "&#9;")
    if "  " in text or "\n " in text or " \n" in text:
        text = _OUTER.sub("&nbsp;", text)
    return text.replace("\n", "<br>")


def _levelled(text: str) -> str:
    """Return a text with a space for each stretch of white space."""
    is_level = "  " not in text and "\n" not in text and "\t" not in text
    return text if is_level else _WHITE.sub(" ", text)


def _shown(html: str) -> list[str]:
    """Return what a text shows, its own white space not yet levelled."""
    shown: list[str] = []
    lists: list[int] = []  # of each list around: the number of its item, -1 where it has none
    verbatim = cell = 0
    place = 0
    for token in _TOKEN.finditer(html):
        if token.start() > place:
            text = html[place : token.start()]
            shown.append(text.translate(_KEPT) if verbatim else text)
        place = token.end()
        if token["entity"]:
            shown.append(_character(token[0]))
            continue
        tag = (token["tag"] or "").lower()
        if tag == "br":
            shown.append(_BREAK)
        elif tag in ("td", "th"):
            if not token["end"]:
                shown.append(f"{_SPACE}–{_SPACE}" if cell else "")
                cell += 1
        elif tag == "sup":
            shown.append("" if token["end"] else "^")
        elif tag in _BLOCKS:
            shown.append(_SOFT)
            if tag == "pre":
                verbatim = 0 if token["end"] else 1
            elif tag == "tr":
                cell = 0
            elif tag in ("ul", "ol") and token["end"]:
                del lists[-1:]
            elif tag in ("ul", "ol"):
                lists.append(0 if tag == "ol" else -1)
            elif tag == "li" and not token["end"]:
                shown.append(_mark(lists))
    text = html[place:]
    shown.append(text.translate(_KEPT) if verbatim else text)
    return shown


def _mark(lists: list[int]) -> str:
    """Return what the next item of the innermost list begins with."""
    indent = _SPACE * 2 * min(len(lists) - 1, 8)
    if not lists or lists[-1] < 0:
        return f"{indent}-{_SPACE}"
    lists[-1] += 1
    return f"{indent}{lists[-1]}.{_SPACE}"


def _character(entity: str) -> str:
    known = _CHARACTERS.get(entity)
    return clean(unescape(entity)).translate(_KEPT) if known is None else known
