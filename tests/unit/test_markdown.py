"""Others' words in Markdown, read back by a Markdown parser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from trainer.markdown import escaped, fenced, quoted

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SIGNS = "ab1 .`~#>*_[]()<&\\|!\n-+=:/@\"'\t{}^;xhtpsw"
PLAIN = {"inline", "text", "text_special", "paragraph_open", "paragraph_close", "softbreak"}


def parsed(text: str) -> list[Token]:
    """Return all tokens of a document, those within lines too."""

    def flat(tokens: Sequence[Token]) -> Iterator[Token]:
        for token in tokens:
            yield token
            yield from flat(token.children or ())

    return list(flat(PARSER.parse(text)))


def said(tokens: Sequence[Token]) -> str:
    """Return the text that the document shows, without its white space."""
    shown = [token.content for token in tokens if token.type in ("text", "text_special")]
    return "".join("".join(shown).split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain words, and more.", "plain words, and more."),
        ("a*b_c`d", "a\\*b\\_c\\`d"),
        ("two\nlines", "two lines"),
        ("- item", "\\- item"),
        ("12. item", "12\\. item"),
        ("12 items", "12 items"),
        ("=== x", "\\=== x"),
        ("https://x.y", "https\\://x.y"),
        ("www.x.y", "www\\.x.y"),
        ("a: b", "a: b"),
        ("x@y.z", "x\\@y.z"),
        ("", ""),
    ],
)
def test_escaping(text: str, said: str) -> None:
    assert escaped(text) == said


@given(st.text(alphabet=SIGNS, max_size=40))
def test_a_line_is_only_its_text(text: str) -> None:
    tokens = parsed(f"x {escaped(text)}")
    assert {token.type for token in tokens} <= PLAIN
    assert said(tokens) == "x" + "".join(text.split())


@given(st.text(alphabet=SIGNS, max_size=40))
def test_a_table_keeps_its_cells(text: str) -> None:
    tokens = parsed(f"| a | b |\n|---|---|\n| {escaped(text)} | c |")
    cells = [token.type for token in tokens if token.type == "td_open"]
    assert len(cells) == 2


@given(st.text(alphabet=SIGNS, max_size=40))
def test_a_quote_is_only_its_text(text: str) -> None:
    tokens = parsed("\n".join(quoted(text)))
    assert {token.type for token in tokens} <= PLAIN | {"blockquote_open", "blockquote_close"}
    assert said(tokens) == "".join(text.split())


def test_what_lies_in_a_span_is_bold() -> None:
    assert quoted("one (two three)\nfour", [(5, 14), (16, 20)]) == [
        "> one **(two three)**",
        "> **four**",
    ]


@given(st.text(alphabet="ab `~\n\t#", max_size=40))
def test_a_fence_ends_only_where_the_text_does(text: str) -> None:
    tokens = PARSER.parse("\n".join([*fenced(text), "", "after"]))
    kinds = [token.type for token in tokens]
    assert kinds == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content == f"{text}\n"
