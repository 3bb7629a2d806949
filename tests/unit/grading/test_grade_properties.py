"""What holds for any answer at all."""

import sys
import unicodedata

import pytest
from grading_cards import BOTH, FORMULARY, GAPS, PICK, TONE
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.decks.model import Card
from trainer.grading import Grade, grade, grade_points, grade_text

BARE = Card(id="bare", prompt="What is RAG?", answer=FORMULARY.answer)
CARDS = [FORMULARY, TONE, BOTH, PICK, GAPS, BARE]
WORDS = [
    "RAG", "not", "fine-tuning", "cite", "the", "source", "monthly", "updates", "no", "without",
    "é", "e\u0301", "1", "3", ",", ";", ".", "?", "\n", "instead of", "don't", "ﬁne", "Å", "가",
]  # fmt: skip
ANSWERS = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=st.characters(), max_size=80),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
)


def spans(made: Grade) -> list[tuple[int, int]]:
    found = [span for point in made.points for span in point.evidence]
    found += [match.span for point in made.points for match in point.matches]
    return found + [span for mistake in made.mistakes for span in mistake.evidence]


@settings(max_examples=200, deadline=None)
@given(answer=ANSWERS, card=st.sampled_from(CARDS))
def test_any_answer_is_graded_within_bounds_and_always_the_same(answer: str, card: Card) -> None:
    made = grade(card, answer)
    assert 0.0 <= made.score <= 1.0
    assert all(0.0 <= point.credit <= 1.0 for point in made.points)
    assert all(0 <= begin < end <= len(answer) for begin, end in spans(made))
    assert all(
        0 <= begin < end <= len(card.answer) for point in made.points for begin, end in point.missed
    )
    assert grade(card, answer) == made


@settings(max_examples=200, deadline=None)
@given(answer=ANSWERS, card=st.sampled_from(CARDS))
def test_composed_and_decomposed_answers_score_the_same(answer: str, card: Card) -> None:
    composed = grade(card, unicodedata.normalize("NFC", answer))
    decomposed = grade(card, unicodedata.normalize("NFD", answer))
    assert composed.score == decomposed.score
    assert composed.rating == decomposed.rating
    assert composed.verdict == decomposed.verdict


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), ANSWERS)
def test_any_card_can_be_graded(question: str, model_answer: str, answer: str) -> None:
    assert 0.0 <= grade_text(question, model_answer, answer) <= 1.0
    points = [{"id": "a", "text": model_answer}, {"id": "b", "text": question}]
    assert 0.0 <= grade_text(question, model_answer, answer, points) <= 1.0
    assert all(0.0 <= credit <= 1.0 for credit in grade_points(question, points, answer))


@pytest.mark.parametrize(
    "answer",
    [
        "\ud800 RAG \udfff cites the source",
        "\x00" * 50,
        "a" * 20_000,
        "e" + "\u0301" * 10_000,
        "RAG " * 10_000,
        "not " * 10_000,
        "fine tune fine tune " * 3_000,
        "cite source " * 5_000,
        "," * 20_000,
        "1.1" * 10_000,
        "가" * 10_000,
        "\u1100\u1161" * 5_000,
        "-" * 20_000,
        "a'" * 10_000,
        "1,3;" * 5_000,
    ],
    ids=range(15),
)
@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_hostile_answers_are_graded_in_few_steps(card: Card, answer: str) -> None:
    grade(card, "warm up")
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        made = grade(card, answer)
    finally:
        sys.setprofile(before)
    assert steps < 1_000_000, "calls and returns; a quadratic search takes many times as many"
    assert 0.0 <= made.score <= 1.0
    assert all(0 <= begin < end <= len(answer) for begin, end in spans(made))


def test_more_of_the_model_answer_never_scores_less() -> None:
    words = FORMULARY.answer.split()
    scores = [
        grade_text("Why?", FORMULARY.answer, " ".join(words[:n])) for n in range(1, len(words) + 1)
    ]
    assert scores[-1] > 0.9
    assert scores[len(words) // 2] > scores[2]
