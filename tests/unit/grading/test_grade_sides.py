"""What is said of the other side, and words that would make two points at once."""

import pytest
from grading_cards import BOTH, question

from trainer.decks.model import Card, Point, Verdict
from trainer.grading import grade

LAYERS = question(
    Point(
        id="tuned",
        say="The fine-tuned model handles tone and format.",
        accept=("tone and format",),
        together=(("fine-tuning", "tone"),),
    ),
    Point(
        id="fetched",
        say="RAG brings the current facts.",
        accept=("current facts",),
        together=(("RAG", "facts"),),
    ),
    prompt="What does each layer do?",
)

NOTES = Card(
    id="notes",
    kind="scenario",
    prompt="Notes in our style, with rules that change → ?",
    verdict=Verdict(all=(("RAG", "retrieval"), ("fine-tuning",))),
    points=(
        Point(id="style", say="Our style is learned by fine-tuning.", accept=("our style",)),
        Point(id="rules", say="The rules change, so retrieve them.", accept=("rules change",)),
    ),
    answer=BOTH.answer,
)


def hits(card: Card, answer: str) -> set[str]:
    return {point.id for point in grade(card, answer).points if point.hit}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("The fine-tuned model does tone and format, RAG supplies current facts", 2),
        ("RAG supplies current facts and fine-tuning the tone and format", 2),
        ("Tone and format are trained, current facts are fetched", 2),
        ("The fine-tuned model supplies current facts, RAG does tone and format", 0),
    ],
)
def test_terms_of_two_points_are_sides(answer: str, found: int) -> None:
    assert len(hits(LAYERS, answer)) == found


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("Both. Fine-tune so it has our style, and use RAG because the rules change", 2),
        ("Both. Use RAG so it has our style, and fine-tune because the rules change", 0),
    ],
)
def test_a_reason_belongs_to_what_it_is_given_for(answer: str, found: int) -> None:
    assert len(hits(NOTES, answer)) == found


def test_the_same_words_make_one_of_two_points() -> None:
    card = question(
        Point(id="checkable", say="-", accept=("check against the source",)),
        Point(id="validated", say="-", accept=("validate the numbers",)),
    )
    assert hits(card, "each number can be checked against its source") == {"checkable"}
    assert hits(card, "numbers are checked against the source, and we validate the numbers") == {
        "checkable",
        "validated",
    }
