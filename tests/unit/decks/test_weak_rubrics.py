"""Warnings of weak rubrics: what is said of them, where, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer.decks.check import FileCheck, check, report
from trainer.decks.model import Card, Deck
from trainer.grading import grade
from trainer.grading.model import Grade

HEAD = "schema: 1\ndeck: d\ncards:\n"
# The card begins in line 4; its points stand in lines 8 and 9.
CARD = """\
  - id: index
    prompt: Why keep an index?
    answer: Lookups become fast, since only a few pages are read. But writes cost more.
    points:
      - {id: speed, say: Lookups become fast., accept: [fast lookups, few pages]}
      - {id: cost, say: Writes cost more., accept: [slower writes, writes cost]}
    examples:
      - {answer: "Fast lookups, slower writes.", rating: good}
      - {answer: "No idea.", rating: again}
"""
MISTAKE = '    mistakes: [{say: "It is free.", match: [%s], why: "Writes pay."}]\n'


def grader(card: Card, answer: str, deck: Deck) -> Grade:
    return grade(card, answer, ref=f"{deck.deck}/{card.id}", synonyms=deck.synonyms)


def checked(folder: Path, cards: str) -> FileCheck:
    path = folder / "d.yaml"
    path.write_text(HEAD + cards)
    (result,) = check([str(path)], grader)
    assert result.errors == (), [str(error) for error in result.errors]
    return result


def test_a_sound_card(tmp_path: Path) -> None:
    assert checked(tmp_path, CARD + MISTAKE % "free of charge").warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        (" But writes cost more.", "", (9, 9), "the model answer of `index` misses `cost`"),
        ("slower writes", "Few-pages", (9, 53), "“Few-pages” makes `cost` and `speed`"),
        ("fast lookups", "an INDEX", (8, 57), "“an INDEX” of `speed` stands in the prompt"),
        ("rating: again", "rating: good", (4, 5), "no example that fails"),
        ("is read. But", "is read. " + "Well, " * 150 + "But", (6, 13), "16"),
    ],
    ids=["missed", "shared", "in the prompt", "none fails", "long"],
)
def test_a_weak_card(tmp_path: Path, old: str, new: str, place: tuple[int, int], said: str) -> None:
    text = CARD.replace("pages are read", "pages is read").replace(old, new)
    text = text.replace('"No idea.", rating: good', '"Fast lookups, slower writes.", rating: good')
    (warning,) = checked(tmp_path, text).warnings
    assert (warning.line, warning.column) == place
    assert said in warning.message
    assert warning.mend
    assert warning.severity == "warning"


def test_a_phrase_in_a_variant_of_the_prompt(tmp_path: Path) -> None:
    variant = "    variants: [Why few pages?]\n"
    (warning,) = checked(tmp_path, CARD + variant).warnings
    assert "“few pages” of `speed` stands in the prompt" in warning.message


def test_part_of_a_word_of_the_prompt_is_not_in_it(tmp_path: Path) -> None:
    text = CARD.replace("Why keep an index?", "Why few pagesets?").replace("few pages,", "few,")
    assert checked(tmp_path, text).warnings == ()


def test_a_phrase_of_signs_is_its_own(tmp_path: Path) -> None:
    text = CARD.replace("[fast", "['→', C, fast").replace("[slower", "['±', C++, slower")
    assert checked(tmp_path, text).warnings == ()


def test_a_single_point(tmp_path: Path) -> None:
    lines = [line for line in CARD.splitlines(keepends=True) if "id: cost" not in line]
    (warning,) = checked(tmp_path, "".join(lines)).warnings
    assert (warning.line, warning.column) == (8, 7)
    assert "single point" in warning.message


def test_a_mistake_that_the_model_answer_makes(tmp_path: Path) -> None:
    (warning,) = checked(tmp_path, CARD + MISTAKE % "writes cost").warnings
    assert (warning.line, warning.column) == (13, 16)
    assert "makes the mistake “It is free.”" in warning.message


def test_a_scenario_may_repeat_its_prompt(tmp_path: Path) -> None:
    text = CARD.replace("prompt: Why keep an index?", "prompt: Slower writes → ?")
    text += "    kind: scenario\n    verdict: {accept: [index]}\n"
    text = text.replace("answer: Look", "answer: An index. Look").replace('"Fast', '"Index. Fast')
    assert checked(tmp_path, text).warnings == ()


def test_cards_without_a_rubric_are_left_alone(tmp_path: Path) -> None:
    cards = """\
  - {id: a, prompt: Why?, answer: Because.}
  - {id: b, kind: flashcard, prompt: What?, answer: This.}
  - {id: c, kind: cloze, text: "It is {{this}}."}
  - {id: d, kind: choice, prompt: Which?, choices: [{text: A, right: true}, {text: B}]}
"""
    assert checked(tmp_path, cards).warnings == ()


def test_warnings_leave_it_ok_and_stand_in_the_report(tmp_path: Path) -> None:
    document = report([checked(tmp_path, CARD.replace("[slower", "[few pages, slower"))])
    assert document["ok"] is True
    (warning,) = document["files"][0]["warnings"]
    assert sorted(warning) == ["column", "line", "mend", "message"]


def test_a_broken_deck_is_told_its_errors_only(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(HEAD + CARD.replace("rating: again", "rating: bad"))
    (result,) = check([str(path)], grader)
    assert result.errors
    assert result.warnings == ()


def test_any_number_of_warnings_finds_its_places_through_aliases(tmp_path: Path) -> None:
    shared = "  - &card\n" + CARD.replace("  - id: index", "    id: index").replace(
        "rating: again", "rating: good"
    ).replace('"No idea."', '"Fast lookups, slower writes."')
    copies = "".join(f"  - {{<<: *card, id: c{number}}}\n" for number in range(40))
    warnings = checked(tmp_path, shared + copies).warnings
    assert [warning.line for warning in warnings] == [4, *range(14, 54)]
