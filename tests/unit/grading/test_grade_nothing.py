"""Answers that say nothing, and answers that only sound so."""

import pytest
from grading_cards import FORMULARY, GAPS, PICK, question

from trainer.decks.model import Point
from trainer.grading import grade


@pytest.mark.parametrize(
    "answer",
    [
        "",
        " \n\t ",
        "?",
        "...",
        "idk",
        "IDK",
        "I don't know",
        "i dont know",
        "I don’t know.",
        "don't know",
        "I do not know",
        "I really don't know",
        "I don't know, sorry",
        "Sorry, I don't know this one",
        "no idea",
        "I have no idea",
        "No clue",
        "not sure",
        "I'm not sure",
        "Hmm, not sure.",
        "dunno",
        "pass",
        "skip",
        "I can't remember",
        "I don't remember",
        "I forgot",
        "I give up",
        "Not sure, I'd have to look that up.",
        "n/a",
        "Honestly, I have no clue",
    ],
)
def test_nothing_said(answer: str) -> None:
    made = grade(FORMULARY, answer)
    assert made.score == 0.0
    assert made.rating == "again"
    assert [point.hit for point in made.points] == [False, False]
    assert all(point.missed for point in made.points)


@pytest.mark.parametrize(
    "answer",
    [
        "I don't know, but maybe RAG because the list changes often and it can cite the source",
        "Not sure, I'd say RAG: it changes often, and each answer must cite the source",
        "No idea about the budget; RAG, as it changes often and it can cite the source",
    ],
)
def test_a_hedged_answer_is_an_answer(answer: str) -> None:
    made = grade(FORMULARY, answer)
    assert made.verdict is True
    assert made.score > 0.5


def test_a_word_that_the_card_asks_for_is_an_answer() -> None:
    card = question(Point(id="p", say="The no-op.", accept=("pass",)), prompt="Python's no-op?")
    assert grade(card, "pass").points[0].hit


@pytest.mark.parametrize("card", [PICK, GAPS])
@pytest.mark.parametrize("answer", ["", "idk", "don't know", "?"])
def test_nothing_said_to_exact_cards(card, answer: str) -> None:
    made = grade(card, answer)
    assert (made.score, made.rating, made.warnings) == (0.0, "again", ())
