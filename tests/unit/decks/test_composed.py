"""A composed scenario as a card: what is asked, what counts, what a strong answer says."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from deck_texts import read
from framework_texts import TEXT
from msgspec.structs import replace

from trainer.decks.composed import card_of, composed, read_anew
from trainer.decks.frameworks import Composer
from trainer.decks.model import Card, Framework, Verdict
from trainer.grading import grade
from trainer.grading.model import Grade


@dataclass
class Made:
    framework: Framework
    composer: Composer

    def card(self, verdict: str, *signals: str, prompt: str = "It, cue → ?") -> Card:
        by_id = {signal.id: signal for signal in self.framework.signals}
        return card_of(self.framework, verdict, [by_id[name] for name in signals], prompt)

    def grade(self, card: Card, answer: str) -> Grade:
        return grade(card, answer)


@pytest.fixture(scope="module")
def made() -> Made:
    deck = read(TEXT).deck
    assert deck is not None
    return Made(deck.frameworks[0], Composer(deck.frameworks[0]))


def test_only_the_asked_point_counts(made: Made) -> None:
    card = made.card("rag", "cited", "monthly")
    asked, beside = card.points
    assert (asked.id, asked.weight, asked.required) == ("cited", 1.0, True)
    assert (beside.id, beside.weight, beside.required) == ("monthly", 0.0, False)
    assert card.noted == {"monthly"}
    assert (card.id, card.kind, card.topic) == ("cited", "scenario", "t")


@pytest.mark.parametrize(
    ("answer", "rating", "score", "hits"),
    [
        ("RAG, because we can cite passages.", "good", 1.0, ["cited"]),
        ("RAG, since we can cite passages and re-index.", "good", 1.0, ["cited", "monthly"]),
        # The other signal's reason alone is not what is asked.
        ("RAG, since we can re-index.", "again", 0.0, ["monthly"]),
        ("Fine-tuning, and we can cite passages.", "again", 0.45, ["cited"]),
    ],
)
def test_grading(made: Made, answer: str, rating: str, score: float, hits: list[str]) -> None:
    given = made.grade(made.card("rag", "cited", "monthly"), answer)
    assert given.rating == rating
    assert given.score <= score
    assert given.score == score or rating == "again"
    assert [point.id for point in given.points if point.hit] == hits


def test_for_both_a_single_verdict_fails(made: Made) -> None:
    card = made.card("both", "monthly", "tone")
    assert made.grade(card, card.answer).rating == "good"
    reasons = "We can re-index, and learn the tone from examples."
    assert made.grade(card, f"RAG and fine-tuning. {reasons}").rating == "good"
    for verdict in ("RAG", "Fine-tuning"):
        given = made.grade(card, f"{verdict}. {reasons}")
        assert (given.rating, given.verdict) == ("again", False)


def test_the_model_answer_reads_as_it_is_said(made: Made) -> None:
    assert made.card("rag", "cited", "monthly").answer == (
        "RAG. Retrieved passages can be cited. Facts change, so re-index documents."
    )
    # What is decided for what, and the reasons in that order.
    assert made.card("both", "tone", "monthly").answer == (
        "RAG for the facts and fine-tuning for the style. "
        "Facts change, so re-index documents. The tone is learnt from examples."
    )


def test_the_model_answer_where_axes_have_no_names(made: Made) -> None:
    bare = replace(made.framework, axes={})
    card = Made(bare, Composer(bare)).card("both", "monthly", "tone")
    assert card.answer.startswith("RAG and fine-tuning, together. Facts change")
    verdicts = {**bare.verdicts, "tune": Verdict(accept=("a fine tune…",))}
    short = replace(bare, verdicts=verdicts)
    assert Made(short, Composer(short)).card("tune", "tone", "style").answer == (
        "A fine tune… The tone is learnt from examples. A style is learnt from examples."
    )


def test_a_sentence_ends_once(made: Made) -> None:
    for say, told in (("it is", "It is."), ("Is it?", "Is it?"), ('"It is."', '"It is."')):
        first, *rest = made.framework.signals
        point = replace(first.point, say=say)
        signals = (replace(first, point=point), *rest)
        of = replace(made.framework, signals=signals)
        card = Made(of, Composer(of)).card("rag", "monthly", "cited")
        assert card.answer == f"RAG. {told} Retrieved passages can be cited."


def test_hostile_text_stays_text(made: Made) -> None:
    cards = [composed(made.composer, "tone", "d/tone", repetition) for repetition in range(4)]
    for card in cards:
        assert card is not None
        assert "[b]formal[/b] tone\ufffd" in card.prompt


def test_an_edited_framework_keeps_the_composition(made: Made) -> None:
    asked = composed(made.composer, "monthly", "d/monthly", 3)
    assert asked is not None
    assert read_anew(made.composer, asked) == asked
    deck = read(TEXT.replace("Facts change, so", "They change:")).deck
    assert deck is not None
    anew = read_anew(Composer(deck.frameworks[0]), asked)
    assert anew is not None
    assert anew.prompt == asked.prompt
    assert [point.id for point in anew.points] == [point.id for point in asked.points]
    assert "They change: re-index documents." in anew.answer


def test_a_composition_whose_signal_is_gone(made: Made) -> None:
    asked = made.card("rag", "cited", "monthly")
    left = [signal for signal in made.framework.signals if signal.id != "monthly"]
    assert read_anew(Composer(replace(made.framework, signals=tuple(left))), asked) is None
    assert read_anew(Composer(replace(made.framework, rules=())), asked) is None


def test_one_that_can_not_be_asked(made: Made) -> None:
    assert composed(Composer(replace(made.framework, rules=())), "cited", "d/cited", 0) is None
