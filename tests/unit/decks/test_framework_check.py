"""Checking what frameworks compose, and samples of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from framework_texts import TEXT

from trainer.decks import framework_check
from trainer.decks.check import FileCheck, check, sound_decks
from trainer.decks.framework_check import samples
from trainer.decks.model import Card, Deck
from trainer.grading import grade
from trainer.grading.model import Grade


def grader(card: Card, answer: str, deck: Deck) -> Grade:
    return grade(card, answer, ref=f"{deck.deck}/{card.id}", synonyms=deck.synonyms)


def checked(folder: Path, *changes: tuple[str, str]) -> FileCheck:
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = folder / "d.yaml"
    path.write_text(text)
    (result,) = check([str(path)], grader)
    return result


def test_a_sound_framework(tmp_path: Path) -> None:
    result = checked(tmp_path)
    assert result[1:] == ("d", 4, (), ())


def test_a_model_answer_that_misses_a_point(tmp_path: Path) -> None:
    change = ("accept: [learn the tone]", "accept: [a corpus, of letters], need: 2")
    (error,) = checked(tmp_path, change).errors
    assert error.line == 19
    assert "misses `tone`" in error.message
    assert "[b]formal[/b]" in error.message
    assert "`accept`" in error.mend


def test_the_opposite_verdict_is_again(tmp_path: Path) -> None:
    # The reasons of one side assert the other.
    change = ("Facts change, so re-index documents.", "So use RAG and fine-tuning, re-index.")
    result = checked(tmp_path, change)
    assert result.errors
    assert any("should be again" in error.message or "verdict" in error.message
               for error in result.errors)  # fmt: skip


def test_a_single_verdict_where_both_are_wanted(tmp_path: Path) -> None:
    # To the grader, "together" says both.
    change = ("say: The tone is learnt from examples.", "say: Tone and words are learnt together.")
    accept = ("accept: [learn the tone]", "accept: [words are learnt]")
    (error,) = checked(tmp_path, change, accept).errors
    assert "and should be again" in error.message
    assert "“together”" in error.mend


def test_a_rule_that_never_decides(tmp_path: Path) -> None:
    shy = ("axis: facts, cues: [monthly updates]", "axis: facts, never_with: [style, tone], "
           "cues: [monthly updates]")  # fmt: skip
    other = ("never_with: [style]", "never_with: [style, tone]")
    result = checked(tmp_path, shy, other)
    assert result.errors == ()
    (warning,) = result.warnings
    assert warning.line == 21
    assert "never decides" in warning.message


def test_a_phrase_of_two_signals_that_can_meet(tmp_path: Path) -> None:
    change = ("accept: [cite passages]", "accept: [cite passages, Re-index]")
    (warning,) = checked(tmp_path, change).warnings
    assert warning.line == 17
    assert "“Re-index” makes `cited` and `monthly`, which can meet" in warning.message
    # These two never do.
    change = ("accept: [cite passages]", "accept: [cite passages, learn the style]")
    assert checked(tmp_path, change).warnings == ()


def test_no_more_than_so_many_pairs_are_graded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(framework_check, "MAX_PAIRS", 2)
    (warning,) = checked(tmp_path).warnings
    assert "of 5 pairs of signals, 2 were composed" in warning.message


def test_a_model_answer_that_takes_too_long(tmp_path: Path) -> None:
    long = "The tone is learnt from examples" + ", one after the other" * 40 + "."
    change = ("say: The tone is learnt from examples.", f'say: "{long}"')
    (warning,) = checked(tmp_path, change).warnings
    assert "words, more than are said in a minute" in warning.message


def test_samples_are_the_same_each_time(tmp_path: Path) -> None:
    checked(tmp_path)
    decks = sound_decks([str(tmp_path)])
    made = samples(decks, 9)
    assert made == samples(decks, 9)
    assert made[:4] == samples(decks, 4)
    assert len(made) == 9
    assert {sample.card for sample in made[:4]} == {"d/monthly", "d/cited", "d/style", "d/tone"}
    # The same signal again is another scenario.
    assert len({sample.prompt for sample in made}) == 9
    assert all(sample.prompt.endswith(" → ?") for sample in made)
    assert {sample.verdict for sample in made} <= {"RAG", "fine-tuning", "RAG and fine-tuning"}


def test_no_samples_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "e.yaml").write_text("schema: 1\ndeck: e\n")
    (tmp_path / "f.yaml").write_text("schema: 2\n")
    assert samples(sound_decks([str(tmp_path)]), 5) == []
