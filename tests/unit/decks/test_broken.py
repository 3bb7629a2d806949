"""Broken YAML: the place and the mend a person needs, and everything else that is wrong too."""

from __future__ import annotations

import pytest
from deck_texts import HEAD, card, only, places, read

QUOTES = "put the text in quotes"


@pytest.mark.parametrize(
    ("body", "place", "said", "mend"),
    [
        ("prompt: Which is best: a or b?", (5, 26), "a colon followed by a space", QUOTES),
        ('prompt: "x": y', (5, 16), "a colon followed by a space", QUOTES),
        ("prompt: {{x}} and more", (5, 13), "can't start with `{{`", QUOTES),
        ("prompt: [x] and more", (5, 13), "can't start with `[`", QUOTES),
        ("prompt: {x} and more", (5, 13), "can't start with `{`", QUOTES),
        ("prompt: @x", (5, 13), "can't start with `@`", QUOTES),
        ("prompt: `x`", (5, 13), "can't start with a backtick", QUOTES),
        ("prompt: %x", (5, 13), "can't start with `%`", QUOTES),
        ("prompt: *x y", (5, 13), "can't start with `*`", QUOTES),
        ("prompt: * x", (5, 13), "can't start with `*`", QUOTES),
        ("prompt: & x", (5, 13), "can't start with `&`", QUOTES),
        ("prompt: !<x", (5, 13), "can't start with `!`", QUOTES),
        ("prompt: , x", (5, 13), "can't start with `,`", QUOTES),
        ("prompt: ]", (5, 13), "can't start with `]`", QUOTES),
        ("prompt: ? x", (5, 13), "question mark", QUOTES),
        ("prompt: - x", (5, 13), "a list can't start on the line of its key", "quotes"),
        ("prompt: > x", (5, 13), "starts on the next line", "quotes"),
        ('prompt: "RAG" or "tuning"?', (5, 13), "after a closing quote", "single quotes"),
        ("prompt: 'What's up?'", (5, 13), "after a closing quote", "double quotes"),
        ('prompt: "a\nhint: "b"', (5, 13), "the quote opened here isn't closed", "close it"),
        ('prompt: "a\nhint: b', (5, 13), "the quote opened here is never closed", "close it"),
        ('prompt: "a \\d b"', (5, 16), r"`\d` isn't an escape", "single quotes"),
        ('prompt: "\\ud800"', (5, 14), "isn't an escape", "twice"),
        ("prompt:\n\thint: b", (6, 5), "a tab is used to indent", "use spaces"),
        ("prompt:x\nhint: b", (5, 11), "needs a space after it", "put a space there"),
        ("prompt: x\njust words\nhint: y", (6, 5), "`just words` is neither", "`key: value`"),
        ("prompt: x\n  hint: y", (6, 7), "`hint` is indented further", "same column"),
        ("prompt: x\n hint: y", (6, 6), "`hint` is indented further", "same column"),
        ("tags:\n  - a\n hint: y", (7, 6), "doesn't fit the keys above", "column"),
        ("tags: [a, b\nhint: y", (5, 11), "the `[` opened here isn't closed", "`]`"),
        ("points: [{id: p, say: s\nhint: y", (5, 14), "the `{` opened here isn't closed", "`}`"),
        ("tags: [", (5, 11), "the `[` opened here isn't closed", "`]`"),
        ("tags: [a: b: c]", (5, 16), "can't stand here", "in quotes"),
        ('examples: [{answer: "a" b}]', (5, 25), "after a closing quote", "single quotes"),
    ],
)
def test_the_likely_mend(body: str, place: tuple[int, int], said: str, mend: str) -> None:
    reading = card(body + "\nanswer: y" + ("" if "prompt" in body else "\nprompt: z"))
    line, column, message, how = only(reading)
    assert (line, column) == place
    assert said in message
    assert mend in how


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("\tschema: 1\n", (1, 1), "a tab"),
        ("  schema: 1\ndeck: d\n", (2, 1), "further left"),
        ("%x\n", (1, 1), "can't start with `%`"),
        ("schema:1\ndeck: d\n", (1, 7), "needs a space"),
        ("words\ndeck: d\n", (1, 1), "not a key and its value"),
        ("[", (1, 1), "isn't closed"),
        ("schema: 1\ndeck: 'd\n", (2, 7), "never closed"),
    ],
)
def test_a_broken_head(text: str, place: tuple[int, int], said: str) -> None:
    line, column, message, mend = only(read(text))
    assert (line, column) == place
    assert said in message
    assert mend


def test_all_that_is_wrong_is_found_at_once() -> None:
    text = (
        HEAD  # lines 1 and 2
        + "titel: x\n"
        + "topics: {t: T}\n"
        + "cards:\n"
        + "  - id: a\n"
        + "    prompt: What: is it?\n"  # 7: syntax
        + "    anwser: y\n"  # 8: an unknown key after it
        + "    hint: @x\n"  # 9: another syntax error in the same card
        + "  - id: b\n"
        + "    topic: u\n"  # 11: a topic that isn't declared
        + "    prompt: {{x}} y\n"  # 12: syntax
        + "    answer: z\n"
        + '  - {id: c, prompt: "x, answer: y}\n'  # 14: syntax
        + "  - id: a\n"  # 15: a repeated id
        + "    prompt: x\n"
        + "    answer: y\n"
        + "synonims: []\n"  # 18: an unknown key behind the cards
    )
    reading = read(text)
    assert reading.deck is None
    assert places(reading) == [
        (3, 1),
        (6, 5),
        (7, 17),
        (8, 5),
        (9, 11),
        (11, 12),
        (12, 13),
        (14, 21),
        (15, 9),
        (18, 1),
    ]
    assert "needs `answer`" in reading.problems[1].message
    assert all(problem.mend for problem in reading.problems)


def test_a_broken_card_says_nothing_of_what_could_not_be_read() -> None:
    reading = card("prompt: a: b\n  continued\n  and on\nanswer: y\nexamples: x")
    assert places(reading) == [(5, 14), (9, 15)]


def test_a_broken_head_leaves_the_cards_checked() -> None:
    reading = read("schema: 1\ndeck: d: e\ncards:\n- id: a\n  prompt: x\n  answer: y\n  zzz: 1\n")
    assert places(reading) == [(2, 8), (7, 3)]


def test_an_unreadable_head_leaves_the_cards_checked() -> None:
    reading = read("schema: 1\n deck: d\ncards:\n- id: a\n  prompt: x\n  answer: y\n  zzz: 1\n")
    assert places(reading) == [(2, 2), (7, 3)]


def test_aliases_across_cards_outlive_a_broken_card() -> None:
    reading = read(
        HEAD + "cards:\n"
        "  - id: a\n    prompt: &p What\n    answer: &q\n     b: c: d\n   e: f\n"
        "  - {id: b, prompt: *p, answer: *q}\n"
        "  - {id: c, prompt: *p, answer: *nowhere}\n"
    )
    assert places(reading) == [(7, 10), (10, 33)]
    assert "`*nowhere`" in reading.problems[1].message


def test_the_yaml_jargon_stays_out() -> None:
    jargon = ("token", "scalar", "block", "flow", "mapping", "expected", "node", "anchor")
    for unit in (
        "a: b: c",
        "a: [",
        "a: {b",
        "- - a\n - b",
        "a: !<",
        "a: |0\n b",
        "&",
        "*",
        "? : :",
    ):
        for problem in read(unit).problems:
            assert not any(word in problem.message for word in jargon), problem.message
