"""Choice and cloze cards."""

import pytest
from grading_cards import GAPS, PICK

from trainer.decks.model import Card, Choice
from trainer.grading import grade


@pytest.mark.parametrize(
    ("answer", "score", "rating"),
    [
        ("1,3", 1.0, "good"),
        ("1, 3", 1.0, "good"),
        ("3 1", 1.0, "good"),
        ("1 and 3", 1.0, "good"),
        ("a, c", 1.0, "good"),
        ("A C", 1.0, "good"),
        ("RAG, a prompt template", 1.0, "good"),
        ("rag; 3", 1.0, "good"),
        ("(1) (3)", 1.0, "good"),
        ("1. 3.", 1.0, "good"),
        ("1,1,3", 1.0, "good"),
        ("1", 0.5, "hard"),
        ("1,2,3", 0.5, "hard"),
        ("1,2", 0.0, "again"),
        ("2", 0.0, "again"),
        ("2,4", 0.0, "again"),
        ("1,2,3,4", 0.0, "again"),
    ],
)
def test_picks(answer: str, score: float, rating: str) -> None:
    made = grade(PICK, answer)
    assert (made.score, made.rating) == (score, rating)
    assert made.warnings == ()


def test_picks_follow_the_order_shown() -> None:
    order = [3, 2, 1, 0]
    made = grade(PICK, "2,4", order=order)
    assert made.rating == "good"
    assert [point.id for point in made.points] == ["1", "3"]
    assert [point.evidence for point in made.points] == [((2, 3),), ((0, 1),)]
    wrong = grade(PICK, "c", order=order)
    assert [mistake.why for mistake in wrong.mistakes] == ["Its knowledge is in the weights."]


def test_a_wrong_pick_is_explained_and_a_missed_one_listed() -> None:
    made = grade(PICK, "2, 3")
    assert [(m.say, m.why, m.evidence) for m in made.mistakes] == [
        ("Fine-tuning", "Its knowledge is in the weights.", ((0, 1),))
    ]
    assert [(point.say, point.hit) for point in made.points] == [
        ("RAG", False),
        ("A prompt template", True),
    ]


@pytest.mark.parametrize(
    ("answer", "named"),
    [("7", "7"), ("1,7", "7"), ("the first one", "the first one"), ("0", "0"), ("z", "z")],
)
def test_an_unreadable_pick_is_named(answer: str, named: str) -> None:
    [warning] = grade(PICK, answer).warnings
    assert f"“{named}”" in warning
    assert "4 options" in warning


def test_an_option_that_is_a_number_is_meant_when_written_out() -> None:
    card = Card(
        id="n",
        kind="choice",
        prompt="How many?",
        choices=(Choice(text="3"), Choice(text="7", right=True), Choice(text="12")),
    )
    assert grade(card, "7").rating == "good"
    assert grade(card, "2").rating == "good"


def test_a_hint_holds_picks_at_hard() -> None:
    assert grade(PICK, "1,3", hint_used=True).rating == "hard"


@pytest.mark.parametrize(
    ("answer", "score", "rating"),
    [
        ("an index; the weights", 1.0, "good"),
        ("index;weights", 1.0, "good"),
        ("INDEX ; THE WEIGHTS", 1.0, "good"),
        ("a knowledge base; weights", 1.0, "good"),
        ("knowledge-base; weights", 1.0, "good"),
        ("knowlege base; wieghts", 1.0, "good"),
        ("an index; the prompt", 0.5, "hard"),
        ("the weights; an index", 0.0, "again"),
        ("storage; weights", 0.5, "hard"),
    ],
)
def test_gaps(answer: str, score: float, rating: str) -> None:
    made = grade(GAPS, answer)
    assert (made.score, made.rating) == (score, rating)
    assert [(point.id, point.say) for point in made.points] == [
        ("1", "an index"),
        ("2", "the weights"),
    ]
    assert made.warnings == ()


def test_gap_spans() -> None:
    answer = " a knowledge base ;  weights."
    made = grade(GAPS, answer)
    assert [[answer[b:e] for b, e in point.evidence] for point in made.points] == [
        ["a knowledge base"],
        ["weights"],
    ]


def test_too_few_and_too_many_parts_are_said() -> None:
    assert "1 part given for 2 gaps" in grade(GAPS, "an index").warnings[0]
    made = grade(GAPS, "an index; the weights; more")
    assert "3 parts given for 2 gaps" in made.warnings[0]


@pytest.mark.parametrize(
    ("gap", "answer", "right"),
    [
        ("SQL", "sql", True),
        ("SQL", "NoSQL", False),
        ("p95", "p99", False),
        ("RAG", "RAF", False),
        ("42", "43", False),
        ("42", "42", True),
        ("three", "3", True),
        ("O(log n)", "o(log n)", True),
        ("O(log n)", "O(n)", False),
        ("precision", "precison", True),
        ("precision", "recall", False),
        ("precision", "precision and recall and everything else", False),
        ("a; b", "a; b", True),
        ("re-ranking", "reranking", True),
        ("C++", "C", False),
        ("==", "==", True),
        ("==", "=", False),
    ],
)
def test_one_gap_takes_the_whole_answer(gap: str, answer: str, right: bool) -> None:
    card = Card(id="g", kind="cloze", text=f"It is {{{{{gap}}}}}.")
    made = grade(card, answer)
    assert made.points[0].hit is right
    assert made.rating == ("good" if right else "again")


def test_a_letter_of_another_alphabet_is_no_option() -> None:
    assert grade(PICK, "\u0130").rating == "again"
