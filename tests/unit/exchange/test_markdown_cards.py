"""Markdown cards, out and in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hostile import back, decks, gone, heed, written
from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert

from trainer.decks.model import Deck
from trainer.decks.rules import check_card
from trainer.exchange.markdown_cards import read, write
from trainer.exchange.markdown_text import bracketed, fenced, unbracketed
from trainer.exchange.note import Head, Note, Skipped, Source

Saved = Callable[[str, str | bytes], str]


def taken(saved: Saved, text: str, kind: str = "flashcard") -> Source:
    return read(saved("m.md", text), kind, heed)


@given(deck=decks())
def test_cards_come_back_whole(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "out.md"
    assert back(write, read, path, deck) == gone(deck)
    source = read(str(path), "question", heed)
    assert source.heads == {deck.deck: Head(deck.title, deck.topics, deck.synonyms)}
    assert source.left_out == []


def made(*cards: dict[str, Any], **fields: Any) -> Deck:
    return convert({"schema": 1, "deck": "d", "cards": [*cards], **fields}, Deck)


QUESTION: dict[str, Any] = {
    "id": "a",
    "topic": "t",
    "prompt": "Why?",
    "answer": "So.",
    "points": [{"id": "p", "say": "One."}, {"id": "q", "say": "Two\nlines."}],
}
CHOICE: dict[str, Any] = {
    "id": "b",
    "kind": "choice",
    "prompt": "Which?",
    "choices": [{"text": "x > y"}, {"text": "z", "right": True}],
}
CLOZE: dict[str, Any] = {"id": "c", "kind": "cloze", "text": "A [b] {{c|d}} e."}


def test_cards_go_out_as_people_read_them() -> None:
    text = written(write, made(QUESTION, CHOICE, CLOZE, title='My "D"', topics={"t": "A topic"}))
    lines = text.splitlines()
    comments = [line for line in lines if line.startswith("<!--")]
    assert [comment.split(" {")[0] for comment in comments] == [
        "<!-- trainer: d/a", "<!-- trainer: d/b", "<!-- trainer: d/c",
    ]  # fmt: skip
    assert "\n".join(line for line in lines if line not in comments) == (
        '---\nname = "My \\"D\\""\n\n[decks."d"]\ntitle = "My \\"D\\""\n[decks."d".topics]\n'
        '"t" = "A topic"\n---\n\n'
        "Q: Why?\nA: So.\n\nPoints:\n\n- One.\n- Two\n  lines.\n\n---\n\n"
        "Q: Which?\n\n- x > y\n- z\nA:\n- [ ] x > y\n- [x] z\n\n---\n\n"
        "C: A \\[b\\] [c|d] e."
    )


def test_lines_that_mean_something_are_set_in_and_come_back() -> None:
    code = "See:\n```yaml\n---\nQ: x\n```\nA: y\n<!-- trainer: d/z {} -->\n```\n"
    text = written(write, made({**QUESTION, "prompt": code.strip(), "answer": "- a -->\n- b"}))
    assert (
        "\nQ: See:\n```yaml\n***\n Q: x\n```\n A: y\n <!-- trainer: d/z {} -->\n    ```\n"
        "A:\n- a -->\n- b\n\nPoints:\n"
    ) in text
    (comment,) = [line for line in text.splitlines() if line.startswith("<!-- trainer")]
    assert comment.count("-->") == 1


def test_a_fence_that_is_not_closed_takes_nothing_in(saved: Saved) -> None:
    deck = made({**QUESTION, "prompt": "~~~ x", "answer": "~~~\n```"}, CLOZE)
    assert [note.ref for note in taken(saved, written(write, deck)).notes] == ["d/a", "d/c"]


def test_what_was_edited_in_the_file_is_taken(saved: Saved) -> None:
    text = written(write, made(QUESTION, CHOICE, topics={"t": "A topic"}))
    text = text.replace("Why?", "How?").replace("- One.\n", "- Zero.\n").replace("[x] z", "[x] zz")
    first, second = taken(saved, text).notes
    assert (first.ref, first.fields["prompt"], first.fields["topic"]) == ("d/a", "How?", "t")
    assert first.fields["points"] == [
        {"say": "Zero.", "id": "p"},
        {"say": "Two\nlines.", "id": "q"},
    ]
    assert first.agreed is not None
    assert {"prompt", "answer", "points", "topic"} == first.agreed.keys()
    assert second.fields["prompt"] == "Which?"
    assert [choice["text"] for choice in second.fields["choices"]] == ["x > y", "zz"]


def test_several_decks_are_told_apart(saved: Saved) -> None:
    decks = [made(QUESTION, title="D", topics={"t": "T"}), made(CLOZE, deck="e.f")]
    source = taken(saved, written(write, *decks))
    assert [(note.ref, note.deck) for note in source.notes] == [("d/a", ("D",)), ("e.f/c", ())]
    assert source.heads == {"d": Head("D", {"t": "T"}), "e.f": Head()}
    assert source.title == ""


def basic(line: int, front: str, back: str) -> Note:
    fields = {"prompt": front, "answer": back, "kind": "flashcard"}
    return Note(f"m.md:{line}", fields)


def gapped(line: int, text: str) -> Note:
    return Note(f"m.md:{line}", {"text": text, "kind": "cloze"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q: a\nA: b\n\nQ: c\nA: d\n", [basic(1, "a", "b"), basic(4, "c", "d")]),
        ("# Head\n\nQ:a\nb\nA:\n\n- c\n- d\n\n---\n\nC: [x] y [z].\n",
         [basic(3, "a\nb", "- c\n- d"), gapped(12, "{{x}} y {{z}}.")]),
        ("C:\nTwo [li\nnes]\n\n— [A], [_B_]\n", [gapped(1, "Two {{li\nnes}}\n\n— {{A}}, {{_B_}}")]),
        ("C: [a]\nC: ![p](i.png) [b!] \\[c\\] []\n",
         [gapped(1, "{{a}}"), gapped(2, "![p](i.png) {{b!}} [c] []")]),
        ("C: a {{b}} {[c]} [d||e]\n", [gapped(1, "a { {b} } { {{c}}} {{d¦¦e}}")]),
        ("Q: a\n```\nQ: in\nA: code\n---\n```\nA: ~~~\nb\n",
         [basic(1, "a\n```\nQ: in\nA: code\n---\n```", "~~~\nb")]),
        ("Q: a\n```\nA: b\n", [basic(1, "a\n```", "b")]),
        ("Q: a\r\nA: b\u202e\r\n", [basic(1, "a", "b\ufffd")]),
        ("---\nQ: a\nA: b\n---\nC: [c]\n", [basic(2, "a", "b"), gapped(5, "{{c}}")]),
    ],
)  # fmt: skip
def test_hashcards_files_are_read(saved: Saved, text: str, expected: list[Note]) -> None:
    assert taken(saved, text) == Source(expected, [], [])


def test_points_and_choices_written_by_hand(saved: Saved) -> None:
    text = "Q: a\nA: b\n\nPoints:\n- c\n- d\n\nQ: e\n\n- f\n- g\nA:\n- [ ] f\n- [x] g\n"
    first, second = taken(saved, text, "question").notes
    assert first.fields == {
        "prompt": "a", "answer": "b", "points": [{"say": "c"}, {"say": "d"}], "kind": "question",
    }  # fmt: skip
    assert second.fields == {
        "prompt": "e", "answer": "", "choices": [{"text": "f"}, {"text": "g", "right": True}],
        "kind": "choice",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("front_matter", "title", "left_out"),
    [
        ('name = "Cell biology"', "Cell biology", []),
        ("", "", []),
        ("name = 5", "", []),
        ("title: YAML", "", ["the front matter was left out: it isn't TOML"]),
        (f"x = {'[' * 5000}", "", ["the front matter was left out: it isn't TOML"]),
        (
            "name = 'x'\ndecks = 5",
            "x",
            ["what the front matter says of decks was left out: Trainer wrote it not so"],
        ),
    ],
)
def test_the_front_matter_names_the_deck(
    saved: Saved, front_matter: str, title: str, left_out: list[str]
) -> None:
    source = taken(saved, f"---\n{front_matter}\n---\nQ: a\nA: b\n")
    assert (len(source.notes), source.title, source.left_out) == (1, title, left_out)


BAD_COMMENT = "the comment before it is not what Trainer wrote there"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("Q: x\nC: [y]", 1, "there is no answer to this question"),
        ("A: x", 1, "there is no question before this answer"),
        ("Q: x\nA: y\nA: z", 3, "there is no question before this answer"),
        ("C: no gap", 1, "nothing in it is in [brackets]"),
        ("Q:\nA: y", 1, "it has no front"),
        ("Q: x\nA:\n", 1, "it has no back"),
        ("<!-- trainer: d/a {} -->\n", 1, "no card follows this comment"),
        ("<!-- trainer: what is this -->\nQ: x\nA: y", 2, BAD_COMMENT),
        ("<!-- trainer: d {} -->\nQ: x\nA: y", 2, BAD_COMMENT),
        (
            "<!-- trainer: d/a {1} -->\nQ: x\nA: y",
            2,
            "it holds something else than a card's fields",
        ),
        (f"Q: x\nA: {'y' * 1_000_001}", 1, "its A has more than 1,000,000 characters"),
    ],
)
def test_what_makes_no_card_is_skipped(saved: Saved, text: str, line: int, reason: str) -> None:
    source = taken(saved, f"{text}\n\n---\nQ: fine\nA: yes\n")
    assert Skipped(f"m.md:{line}", reason) in source.skipped
    assert source.notes[-1].fields["prompt"] == "fine"


def test_lines_outside_of_cards_are_said(saved: Saved) -> None:
    source = taken(saved, "Intro.\n# Head\n\nQ: a\nA: b\n---\nmore\n")
    assert len(source.notes) == 1
    assert source.left_out == ["2 lines were left out, the first in line 1: they are of no card"]


@given(st.lists(st.sampled_from("[]{}|\\ab\n!"), max_size=20).map("".join))
def test_braces_from_elsewhere_open_no_gap(text: str) -> None:
    read = unbracketed(bracketed(f"{text} {{{{a}}}}") + text)
    deck = made({"id": "c", "kind": "cloze", "text": read})
    assert [*check_card(deck.cards[0], deck, True)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```\na\n```\nb", {0, 1, 2}),
        ("```py\n~~~\n```\n~~~", {0, 1, 2}),
        ("````\n```\n````", {0, 1, 2}),
        ("```\n````", {0, 1}),
        ("````\n```\nx\n```", {1, 2, 3}),
        ("``` `x`\n```", set()),
        ("    ```\na\n    ```", set()),
        ("```\n```x", set()),
    ],
)
def test_code_is_what_stands_between_fences(text: str, expected: set[int]) -> None:
    assert fenced(text.split("\n")) == expected
