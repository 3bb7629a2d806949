"""Checking files: problems and failed examples, as they are reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trainer.decks.check import Checker, FileCheck, check, report
from trainer.decks.library import library_files
from trainer.decks.model import Card, Deck
from trainer.errors import TrainerError, UsageError
from trainer.grading.model import Grade, MistakeMade, PointGrade

DECK = """\
schema: 1
deck: d
synonyms: [[a, b]]
cards:
  - id: c
    prompt: p
    answer: two and one
    points: [{id: p1, say: one}, {id: p2, say: two}]
    examples:
      - {answer: one two, rating: good, hits: [p1, p2]}
      - answer: one
        rating: hard
        misses: [p2]
      - {answer: no idea, rating: again}
  - {id: flash, kind: flashcard, prompt: p, answer: a}
"""


def by_word(card: Card, answer: str, deck: Deck) -> Grade:
    """Hit each point whose words are in the answer."""
    assert deck.synonyms == (("a", "b"),)
    points = tuple(
        PointGrade(point.id, point.say, credit=float(point.say in answer), hit=point.say in answer)
        for point in card.points
    )
    score = sum(point.credit for point in points) / len(points)
    return Grade(
        "d/c", score, "good" if score > 0.7 else "hard" if score else "again", None, points
    )


def checked(folder: Path, text: str) -> FileCheck:
    (folder / "d.yaml").write_text(text)
    (result,) = check([str(folder / "d.yaml")], by_word)
    return result


def test_a_good_deck(tmp_path: Path) -> None:
    result = checked(tmp_path, DECK)
    assert result == (str(tmp_path / "d.yaml"), "d", 2, (), ())
    assert report([result]) == {
        "ok": True,
        "files": [
            {
                "path": str(tmp_path / "d.yaml"),
                "deck": "d",
                "cards": 2,
                "errors": [],
                "warnings": [],
            }
        ],
    }


def test_a_failed_example_says_what_moved(tmp_path: Path) -> None:
    text = DECK.replace("answer: one two", "answer: one").replace(
        "- answer: one\n", "- answer: two\n"
    )
    first, second = checked(tmp_path, text).errors
    assert (first.line, first.column) == (10, 9)
    assert "should be good and is hard (score 0.50)" in first.message
    assert "should hit `p2` and misses it (credit 0.00)" in first.message
    assert "`accept`" in first.mend
    assert (second.line, second.column) == (11, 9)
    assert "should miss `p2` and hits it (credit 1.00)" in second.message
    assert "narrow" in second.mend


def test_a_rating_that_a_mistake_or_the_verdict_explains(tmp_path: Path) -> None:
    def mistaken(card: Card, answer: str, deck: Deck) -> Grade:
        return Grade("d/c", 1, "again", None, (), (MistakeMade("It is so.", "no"),))

    def wrong(card: Card, answer: str, deck: Deck) -> Grade:
        return Grade("d/c", 1, "again", False)

    path = tmp_path / "d.yaml"
    path.write_text(DECK.replace(", hits: [p1, p2]", ""))
    assert "It is so." in check([str(path)], mistaken)[0].errors[0].mend
    assert "`verdict`" in check([str(path)], wrong)[0].errors[0].mend


def test_a_broken_deck_has_its_examples_left_alone(tmp_path: Path) -> None:
    result = checked(tmp_path, DECK + "  - {id: x, prmpt: y}\n")
    assert (result.deck, result.cards) == ("d", 3)
    assert [problem.line for problem in result.errors] == [16, 16, 16]


def test_warnings_leave_it_ok(tmp_path: Path) -> None:
    result = checked(tmp_path, "schema: 1\ndeck: e\n")
    assert report([result])["ok"] is True
    assert [problem["line"] for problem in report([result])["files"][0]["warnings"]] == [1]


def test_the_report_is_json(tmp_path: Path) -> None:
    document = report([checked(tmp_path, "schema: 1\ndeck: \ttitel: [")])
    assert document["ok"] is False
    (error, *_) = json.loads(json.dumps(document))["files"][0]["errors"]
    assert sorted(error) == ["column", "line", "mend", "message"]


def test_folders_and_files_in_the_order_given(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.yml").write_text("schema: 1\ndeck: b\n")
    (tmp_path / "a.yaml").write_text("schema: 1\ndeck: a\n")
    (tmp_path / "c.txt").write_text("schema: 1\ndeck: c\n")
    results = check([str(tmp_path / "c.txt"), str(tmp_path)], by_word)
    assert [result.deck for result in results] == ["c", "a", "b"]


def test_two_files_of_one_id_below_a_folder(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("schema: 1\ndeck: d\n")
    first, second = check([str(tmp_path)], by_word)
    assert first.errors == ()
    assert [(error.line, error.column) for error in second.errors] == [(2, 7)]
    paths = [str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")]
    assert all(not result.errors for result in check(paths, by_word))


def test_a_path_that_is_not_there() -> None:
    with pytest.raises(TrainerError, match="no such file") as caught:
        check(["/nowhere/at\x1ball.yaml"], by_word)
    assert not isinstance(caught.value, UsageError)
    assert caught.value.mend
    assert "\x1b" not in str(caught.value)


def test_a_library_with_what_is_wrong_between_its_decks(tmp_path: Path) -> None:
    user = tmp_path / "user"
    user.mkdir()
    (user / "a.yaml").write_text(DECK)
    (user / "b.yaml").write_text(
        "schema: 1\ndeck: b\ncards: [{id: x, prompt: p, answer: a, formerly: [d/c]}]\n"
    )
    (user / "broken.yaml").symlink_to(user / "nowhere")
    checker = Checker(lambda: library_files(str(tmp_path / "bundled"), str(user)), by_word)
    results = {result.path: result for result in checker.changed() or []}
    assert results[str(user / "a.yaml")].errors == ()
    assert ["is a card of the library" in e.message for e in results[str(user / "b.yaml")].errors]
    assert results[str(user / "broken.yaml")].errors
    assert results[str(tmp_path / "bundled")].errors
    assert report(list(results.values()))["ok"] is False


def test_a_former_name_that_is_a_card_of_another_file(tmp_path: Path) -> None:
    card = "kind: flashcard, prompt: p, answer: a"
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text(f"schema: 1\ndeck: one\ncards: [{{id: b, {card}}}]\n")
    second.write_text(f"schema: 1\ndeck: two\ncards: [{{id: c, {card}, formerly: [one/b]}}]\n")
    sound, broken = check([str(first), str(second)], by_word)
    assert sound.errors == ()
    (error,) = broken.errors
    assert (error.line, error.column) == (3, 67)
    assert "`one/b` is a card of the library" in error.message
