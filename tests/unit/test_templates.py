"""New decks and cards: right as they are, and written over nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from workbench import FRAMEWORK, deck

from trainer.decks.check import check
from trainer.decks.framework_check import samples
from trainer.decks.reader import read_deck
from trainer.decks.schema import schema_text
from trainer.errors import TrainerError
from trainer.grading import grade
from trainer.templates import (
    SCHEMA_FILE,
    add_card,
    card_text,
    deck_text,
    framework_text,
    id_from,
    new_deck,
)


def is_right(path: Path) -> bool:
    (result,) = check([str(path)], lambda card, answer, deck: grade(card, answer, ref=card.id))
    return not result.errors and not result.warnings


@pytest.mark.parametrize(
    "title",
    [
        "Systems",
        'A "b": {{c}} [x] #',
        "漢字",
        "\x1b[31m",
        "no",
        "a" * 300,
        "'",
        "\\",
        "- x",
        "\u202e",
        "a\ufffe\uffff",
        "🎉",
    ],
)
@pytest.mark.parametrize("text_of", [deck_text, framework_text])
def test_a_new_deck_is_right_whatever_its_title(
    tmp_path: Path, title: str, text_of: Callable[[str, str], str]
) -> None:
    path = Path(new_deck(str(tmp_path / "decks"), title, [], text_of))
    assert is_right(path)
    read = read_deck(path).deck
    assert read is not None
    assert read.deck == path.stem
    assert "\x1b" not in read.title


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("scenario", ["verdict"]),
        ("question", ["points", "mistakes", "hint", "topic", "tags", "follow_ups"]),
        ("choice", ["choices"]),
        ("cloze", ["text"]),
    ],
)
def test_what_the_template_has_in_comments_is_right_too(
    tmp_path: Path, kind: str, keys: list[str]
) -> None:
    _, *lines = [line[4:] for line in card_text("c", 0).splitlines() if line.startswith("  # ")]
    shown = yaml.safe_load("\n".join(lines))
    card = {"id": "c", "prompt": "x", "kind": kind, **{key: shown[key] for key in keys}}
    if kind != "cloze":
        card["answer"] = "y"
    path = tmp_path / "d.yaml"
    path.write_text(deck(card, topics={"basics": "Basics"}))
    assert read_deck(path).problems == ()


def test_a_new_framework_composes_every_verdict_and_takes_cards_too(tmp_path: Path) -> None:
    path = new_deck(str(tmp_path), "F", [], framework_text)
    made = read_deck(path).deck
    assert made is not None
    shown = {sample.verdict for sample in samples([made], 20)}
    assert len(shown) == len(made.frameworks[0].verdicts) == 3
    add_card(path)
    assert is_right(Path(path))


def test_a_new_deck_names_the_schema_beside_it(tmp_path: Path) -> None:
    first = Path(new_deck(str(tmp_path), "A", [])).read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={SCHEMA_FILE}"
    assert (tmp_path / SCHEMA_FILE).read_text(encoding="utf-8") == schema_text()


def test_a_deck_that_names_the_schema_has_it_beside_it_again_with_a_new_card(
    tmp_path: Path,
) -> None:
    path = Path(new_deck(str(tmp_path), "A", []))
    (tmp_path / SCHEMA_FILE).unlink()
    add_card(str(path))
    assert (tmp_path / SCHEMA_FILE).exists()
    path.write_text(HEAD + CARDS)
    (tmp_path / SCHEMA_FILE).unlink()
    add_card(str(path))
    assert not (tmp_path / SCHEMA_FILE).exists()


def test_a_schema_of_another_version_is_renewed_and_a_file_of_yours_is_not(tmp_path: Path) -> None:
    schema = tmp_path / SCHEMA_FILE
    for before, after in ((schema_text()[:999], schema_text()), ('{"mine": 1}', '{"mine": 1}')):
        schema.write_text(before, encoding="utf-8")
        new_deck(str(tmp_path), "A", [])
        assert schema.read_text(encoding="utf-8") == after


def test_ids_come_from_titles() -> None:
    assert id_from("Café & RAG: 2026!") == "cafe-rag-2026"
    assert id_from("RAG vs Fine-Tuning") == "rag-vs-fine-tuning"
    assert id_from("漢字") == "deck"
    assert id_from("a", {"a", "a-2"}) == "a-3"
    assert len(id_from("x" * 500)) <= 80


def test_no_file_and_no_deck_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("mine")
    (tmp_path / "A-2.yaml").write_text("mine")
    path = new_deck(str(tmp_path), "A", ["a-3"])
    assert Path(path).name == "a-4.yaml"
    assert (tmp_path / "a.yml").read_text() == "mine"


def test_a_deck_needs_a_title(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="needs a title"):
        new_deck(str(tmp_path), " \n ", [])


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "decks").write_text("")
    with pytest.raises(TrainerError, match="can't be made"):
        new_deck(str(tmp_path / "decks"), "A", [])


@pytest.mark.parametrize(
    "cards",
    [
        "cards:\n  - {id: a, prompt: x, answer: y}\n",
        "cards:\n- id: a\n  prompt: x\n  answer: y",
        "cards:\n      - id: a\n        prompt: x\n        answer: |\n          y\n\n\n# the end\n",
    ],
)
def test_a_card_is_added_as_the_others_are(tmp_path: Path, cards: str) -> None:
    path = tmp_path / "d.yaml"
    text = f"# hi\nschema: 1\ndeck: d\n{cards}"
    path.write_text(text)
    line = add_card(str(path))
    assert path.read_text().startswith(text)
    assert "id: new-card" in path.read_text().splitlines()[line - 1]
    assert add_card(str(path)) > line
    assert [*read_deck(path).lines] == ["a", "new-card", "new-card-2"]
    assert is_right(path)


HEAD = "schema: 1\ndeck: d\n"
CARDS = "cards:\n  - {id: a, prompt: x, answer: y}\n"
FRAMEWORKS = f"frameworks: [{json.dumps(FRAMEWORK)}]\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEAD + CARDS, FRAMEWORKS),
        (HEAD + CARDS, "\n# What follows.\n\n" + FRAMEWORKS),
        (HEAD + CARDS + "    # still of the card\n", "# not of the card\n" + FRAMEWORKS),
        (HEAD + CARDS + "# between\n  - {id: b, prompt: x, answer: y}\n", FRAMEWORKS),
        (HEAD + "cards:\n- id: a\n  prompt: x\n  answer: |\n    y\n\n    # z\n", "title: T\n"),
        (HEAD + FRAMEWORKS + CARDS, ""),
        (HEAD + FRAMEWORKS, ""),
        (HEAD, ""),
        ("\ufeff" + HEAD + CARDS, "...\n"),
        ((HEAD + CARDS).replace("\n", "\r\n"), FRAMEWORKS.replace("\n", "\r\n")),
        (HEAD + "title: a\u2028b\x85c\n" + CARDS, FRAMEWORKS),
    ],
)
def test_a_card_is_added_below_the_last_one_and_nothing_else_changes(
    tmp_path: Path, before: str, after: str
) -> None:
    path = tmp_path / "d.yaml"
    path.write_bytes((before + after).encode())
    old = read_deck(path).deck
    line = add_card(str(path))
    text = path.read_bytes().decode()
    assert text.startswith(before)
    assert text.endswith(after)
    assert ("\r\n" in before) == ("\r\n" in text)
    assert "\r" not in text.replace("\r\n", "")
    new = read_deck(path).deck
    assert old is not None
    assert new is not None
    *others, card = new.cards
    assert tuple(others) == old.cards
    assert new.frameworks == old.frameworks
    assert card.id == "new-card"
    assert re.split("\r\n|\n", text)[line - 1].lstrip().startswith("- id: new-card")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("schema: 1\ndeck: d\ncards: [{id: a, prompt: x, answer: y}]\n", "aren't a list of lines"),
        ("schema: 1\ndeck: d\ncards: []\n", "aren't a list of lines"),
        ("schema: 1\ndeck: d\ncards:\n  - {id: a}\n", "has errors"),
        ("", "has errors"),
    ],
)
def test_where_a_card_cannot_be_added_nothing_changes(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(text)
    with pytest.raises(TrainerError, match=says):
        add_card(str(path))
    assert path.read_text() == text
