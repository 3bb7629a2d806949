"""The decision an answer makes, in the ways people phrase it."""

import pytest
from grading_cards import BOTH, FORMULARY, TONE

from trainer.grading import grade

# Seen from a card whose answer is RAG and not fine-tuning.
RAG_IS_RIGHT = [
    ("RAG", True),
    ("Not RAG. It would still be RAG's job to search.", False),
    ("rag.", True),
    ("A RAG pipeline", True),
    ("I'd use RAG", True),
    ("I would go with RAG here.", True),
    ("Definitely RAG, not fine-tuning", True),
    ("RAG, not fine-tuning", True),
    ("RAG and not fine-tuning", True),
    ("RAG rather than fine-tuning", True),
    ("RAG instead of fine-tuning", True),
    ("RAG over fine-tuning", True),
    ("Instead of fine-tuning, use RAG", True),
    ("Instead of fine-tuning use RAG", True),
    ("Rather than fine-tuning I'd choose RAG", True),
    ("I prefer RAG to fine-tuning", True),
    ("RAG is better than fine-tuning here", True),
    ("Retrieval-augmented generation", True),
    ("retrieval augmented generation over the formulary", True),
    ("Fine-tuning won't work here, so RAG", True),
    ("fine-tuning would need retraining every month so RAG", True),
    ("Fine-tuning can't cite anything, so I'd build RAG", True),
    ("start with RAG and only consider fine-tuning later if style matters", True),
    ("RAG first; fine-tuning only if the tone is off", True),
    ("RAG. Fine-tuning changes style, not facts.", True),
    ("RAG, since fine-tuning a model each month is expensive", True),
    ("Don't fine-tune. Use RAG.", True),
    ("No fine-tuning; RAG", True),
    ("Avoid fine-tuning and go for RAG", True),
    ("Fine-tuning? No, RAG.", True),
    ("I don't know, but maybe RAG because it can cite", True),
    ("fine-tuning is overkill, RAG is enough", True),
    ("The right choice is RAG because fine-tuning bakes facts into the weights", True),
    ("Fine-tune it", False),
    ("fine tune it on the drug list", False),
    ("finetuning", False),
    ("A fine-tuned model", False),
    ("I'd fine-tune a small model", False),
    ("Not RAG, fine-tuning", False),
    ("Fine-tuning, not RAG", False),
    ("fine-tuning instead of RAG", False),
    ("Fine-tuning rather than RAG because it is faster", False),
    ("RAG won't help here, so fine-tune", False),
    ("Fine-tuning: with RAG you'd pay for a longer prompt each time", False),
    ("RAG is not enough, you have to fine-tune", False),
    ("I wouldn't use RAG, I'd fine-tune", False),
    ("RAG and fine-tuning", False),
    ("Use RAG and fine-tuning together", False),
    ("RAG plus fine-tuning", False),
    ("fine-tuning with RAG", False),
    ("maybe fine-tuning", False),
    ("Not RAG", False),
    ("RAG or fine-tuning", None),
    ("Either RAG or fine-tuning would do", None),
    ("I would not fine-tune", None),
    ("Definitely not fine-tuning", None),
    ("Put the documents in a folder", None),
    ("I don't think we need RAG", False),
    ("I don't think you should fine-tune; RAG", True),
    ("Go with RAG, since fine-tuning bakes facts in", True),
    ("I'd say RAG", True),
    ("My choice: RAG", True),
    ("RAG it is", True),
    ("Hands down RAG.", True),
    ("Use retrieval augmented generation (RAG).", True),
    ("retrieval-augmented generation because it can cite", True),
    ("I would never fine-tune for this; RAG all the way", True),
    ("You could fine-tune, but RAG is the better fit", True),
    ("Although fine-tuning is popular, RAG fits better here", True),
    ("While fine-tuning could work, I'd pick RAG", True),
    ("Fine-tuning is tempting but RAG is right", True),
    ("fine-tuning isn't suitable, use RAG", True),
    ("fine-tuning is too slow for monthly changes. RAG.", True),
    ("RAG wins over fine-tuning", True),
    ("RAG > fine-tuning", True),
    ("RAG beats fine-tuning here because facts change", True),
    ("As opposed to fine-tuning, RAG keeps facts fresh", True),
    ("Compared to fine-tuning, RAG is cheaper to update", True),
    ("RAG, as fine tuning doesn't give sources", True),
    ("RAG handles this; no need to fine-tune", True),
    ("RAG without fine-tuning", True),
    ("Neither; just RAG", True),
    ("I'd start with RAG, maybe fine-tuning later", True),
    ("RAG now, fine-tuning later if needed", True),
    ("The knowledge should live in an index, so RAG", True),
    ("It has to be RAG because weights can't be cited", True),
    ("RAG (not fine-tuning)", True),
    ("Build a rag system. Fine-tuned models can't cite.", True),
    ("RAG, because a fine-tuned model would be stale after a month", True),
    ("RAG; fine-tuning each month costs too much", True),
    ("I'd choose fine-tuning over RAG", False),
    ("Fine-tuning beats RAG here", False),
    ("RAG is too slow, so fine-tuning", False),
    ("fine-tune because RAG needs an index", False),
    ("Fine-tuning is better than RAG", False),
    ("Fine-tune the model on the drug list each month", False),
    ("combine RAG with fine-tuning", False),
    ("Both RAG and fine-tuning", False),
    ("both", False),
    ("fine-tuning and then RAG on top", False),
    ("train a LoRA adapter on it", None),
    ("RAG can't do that. Fine-tuning can.", False),
    ("Don't use RAG", False),
    ("RAG isn't needed here", False),
    ("forget RAG, fine-tune", False),
    ("Use fine-tuning, RAG is overkill", False),
    ("It depends: RAG or fine-tuning", None),
    ("RAG for the facts, fine-tuning for the tone", False),
    ("RAG, fine-tuning and a cache", False),
    ("RAG, fine-tuning would need another training run each month", True),
    ("Could be RAG, could be fine-tuning", None),
    ("RAG? fine-tuning? hard to say", None),
    ("It depends on the budget", None),
    ("Prompt engineering", None),
]


@pytest.mark.parametrize(("answer", "verdict"), RAG_IS_RIGHT)
def test_decision_for_one(answer: str, verdict: bool | None) -> None:
    assert grade(FORMULARY, answer).verdict is verdict


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("Fine-tune, since RAG changes what it knows and not how it talks", True),
        ("fine tuning: RAG adds nothing when facts rarely change", True),
        ("RAG can't change the tone, so fine-tune", True),
        ("RAG, with the style guide in the index", False),
        ("SFT on good transcripts", True),
    ],
)
def test_decision_for_the_other(answer: str, verdict: bool) -> None:
    assert grade(TONE, answer).verdict is verdict


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("Both", True),
        ("RAG and fine-tuning", True),
        ("Fine-tune for the layout, RAG for the guidelines", True),
        ("A combination: retrieval-augmented generation with a fine-tuned model", True),
        ("Not just RAG: fine-tune it too", True),
        ("RAG alone isn't enough, fine-tune as well", True),
        ("Fine-tuning alone. Layout and guidelines can both be trained in.", False),
        ("RAG", False),
        ("Fine-tuning alone", False),
        ("RAG, no fine-tuning", False),
        ("Fine-tuning rather than RAG", False),
        ("RAG or fine-tuning", None),
        ("Write a longer prompt", None),
        ("Fine-tune for layout and RAG for guidelines", True),
        ("You need both approaches: RAG for the facts, tuning for layout", True),
        ("RAG for the guidelines; then fine-tune for the layout", True),
        ("hybrid", True),
        ("A hybrid of the two", True),
        ("Use them together", True),
        ("combine the two", True),
        ("Only RAG", False),
        ("just fine-tuning", False),
        ("RAG is enough", False),
        ("Not both, only RAG", False),
        ("RAG; fine-tuning isn't needed", False),
        ("neither", None),
        ("fine-tuning first, later RAG", True),
        ("RAG with a fine-tuned model", True),
        ("RAG plus SFT", True),
        ("RAG, and possibly fine-tuning", True),
    ],
)
def test_decision_for_both(answer: str, verdict: bool | None) -> None:
    assert grade(BOTH, answer).verdict is verdict


def test_wrong_decision_is_again_whatever_the_reasons() -> None:
    made = grade(FORMULARY, "Fine-tune: updates monthly, and every answer can cite the source")
    assert made.verdict is False
    assert made.rating == "again"


def test_open_decision_is_said_and_never_good() -> None:
    made = grade(FORMULARY, "RAG or fine-tuning: it changes often and has to cite the source")
    assert made.verdict is None
    assert made.rating != "good"
    assert any("Unsure" in warning for warning in made.warnings)


def test_missing_decision_is_said() -> None:
    made = grade(FORMULARY, "It changes often and each answer has to cite its source")
    assert made.verdict is None
    assert any("No decision" in warning for warning in made.warnings)


def test_deck_synonyms_name_a_verdict() -> None:
    answer = "An open-book model"
    assert grade(FORMULARY, answer).verdict is None
    assert grade(FORMULARY, answer, synonyms=[["RAG", "open-book model"]]).verdict is True


@pytest.mark.parametrize(
    "answer", ["storage", "Use cloud storage", "a drag and drop tool", "ragged"]
)
def test_a_verdict_is_not_found_inside_other_words(answer: str) -> None:
    assert grade(FORMULARY, answer).verdict is None
