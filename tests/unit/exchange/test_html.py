"""HTML of other programs' fields, and the text of cards."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trainer.exchange.html import from_text, media_in, to_text
from trainer.text import clean

# What HTML and Anki take for something else than text, white space above all.
PIECES = [
    " ", "  ", "\n", "\t", "\xa0", "&", "&nbsp;", "&#xA0;", "<", ">", "<br>", "<b>x</b>", "<!--",
    "[sound:a.mp3]", "[latex]", "[/$]", "[$$]", "{{c1::a}}", "::", "'", '"', "\u05d0", "🙂", "a",
    "\x01", "\ufdd0", "</script>", "\u2028",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map(
    lambda pieces: clean("".join(pieces)).strip()
)


@given(texts)
@example("a  b \n  c\t d\xa0e")
def test_a_text_comes_back_from_its_html(text: str) -> None:
    assert to_text(from_text(text)) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("a <b>bold</b>&nbsp;word &amp; &lt;tag&gt; &eacute;", "a bold word & <tag> é"),
        ("a\n  b", "a b"),
        ("a<div>b</div><div><br></div><div>c</div>", "a\nb\n\nc"),
        ("<p>a</p><p>b</p>", "a\nb"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>d", "- a\n- b\n  - c\nd"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("<table><tr><th>a</th><td>b</td></tr><tr><td>c<td>d</table>", "a – b\nc – d"),
        ("<pre><code>def f():\n    return 1</code></pre>", "def f():\n    return 1"),
        ("10<sup>6</sup>", "10^6"),
        (r"[latex]x^2[/latex] is \(y\)", r"x^2 is \(y\)"),
        ("a<script>alert('<b>')</script>b<style>p{}</style><!-- c -->d", "abd"),
        ("a<script>never closed", "a"),
        ("<img src='a>b.png' onerror=alert(1)>a[sound:x.mp3]", "a"),
        ("a < b && c > d &nosuch; &", "a < b && c > d &nosuch; &"),
        ("a\x1b[31mb&#27;[31m&#x202e;", "a\ufffd[31mb[31m\ufffd"),
        ("", ""),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert to_text(html) == text


def test_media_are_counted() -> None:
    assert media_in('<img src="a.png"> <IMG/> [sound:a.mp3] <video src="b"></video> [list]') == 4


@pytest.mark.parametrize("piece", ["<", "<!--", "<a '\"", "&a", "<ul><li>", "[sound:", " \n"])
def test_a_broken_megabyte_is_gone_through_once(piece: str) -> None:
    # A pattern that went back for each piece would be at it for hours.
    assert len(to_text(piece * (1_000_000 // len(piece)))) <= 3_000_000
