"""What counts as the same word, and what does not."""

import pytest
from grading_cards import question

from trainer.decks.model import Point
from trainer.grading import grade


def credit(phrase: str, answer: str) -> float:
    card = question(Point(id="p", say="-", accept=(phrase,)))
    return grade(card, answer).points[0].credit


def is_hit(phrase: str, answer: str) -> bool:
    card = question(Point(id="p", say="-", accept=(phrase,)))
    return grade(card, answer).points[0].hit


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("cite the source", "every answer cites its sources"),
        ("fine-tuning", "fine tune it"),
        ("fine-tuning", "finetuned"),
        ("finetune", "a fine-tuned one"),
        ("re-index", "reindexing"),
        ("re-index", "re indexing the lot"),
        ("key/value store", "a key-value store"),
        ("snake_case names", "names in snake case"),
        ("don't retrain", "do not retrain"),
        ("don’t retrain", "don't retrain"),
        ("no retraining", "without retraining"),
        ("no retraining", "you don't have to retrain"),
        ("no retraining", "retraining isn't needed"),
        ("three replicas", "3 replicas"),
        ("1,000 rows", "1000 rows"),
        ("analyse the logs", "analyzing logs"),
        ("normalise the tables", "table normalization"),
        ("the list is chosen", "choose a list"),
        ("up to date", "it is always up-to-date"),
        ("up to date", "the data stays current"),
        ("naïve Bayes", "naive bayes"),
        ("C++ templates", "c++ template"),
        ("updates monthly", "it changes every month"),
        ("low latency", "low response time"),
        ("hallucinates", "it makes things up"),
        ("labelled examples", "annotated examples"),
        ("large language model", "an LLM"),
        ("LLM", "LLMs"),
        ("embedding", "embeding"),
        ("asynchronous", "asynchronus"),
        ("consistency", "consistancy"),
    ],
)
def test_said_otherwise(phrase: str, answer: str) -> None:
    assert is_hit(phrase, answer)


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("retrieval", "retreival"),
        ("hallucination", "halucination"),
        ("throughput", "througput"),
        ("transaction", "trasnaction"),
        ("deterministic", "detreministic"),
    ],
)
def test_typos_in_longer_words(phrase: str, answer: str) -> None:
    card = question(Point(id="p", say="-", accept=(phrase,)))
    [point] = grade(card, f"it is about {answer}").points
    assert point.hit
    assert [match.how for match in point.matches] == ["typo"]
    assert point.credit < 1


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("RAG", "storage"),
        ("RAG", "ragged"),
        ("RAG", "rug"),
        ("SQL", "NoSQL"),
        ("NoSQL", "MySQL"),
        ("p95", "p99"),
        ("p99", "p95"),
        ("HTTP", "HTTPS"),
        ("HTTPS", "HTTP"),
        ("TCP", "UDP"),
        ("IPv4", "IPv6"),
        ("256", "255"),
        ("512 tokens", "1024 tokens"),
        ("O(n)", "O(1)"),
        ("C", "C++"),
        ("C#", "C"),
        ("BERT", "BART"),
        ("LoRA", "Lara"),
        ("unsupervised", "supervised"),
        ("increase", "decrease"),
        ("asynchronous", "synchronous"),
        ("increases", "it lowers"),
        ("retrieval", "generation"),
        ("decode", "encode"),
    ],
)
def test_not_the_same(phrase: str, answer: str) -> None:
    assert not is_hit(phrase, answer)


def test_letters_differing_only_in_case_are_the_same() -> None:
    assert credit("RAG", "rag") == credit("rag", "RAG") == 1.0


def test_a_synonym_says_so() -> None:
    card = question(Point(id="p", say="-", accept=("latency",)))
    [point] = grade(card, "the response time").points
    assert [match.how for match in point.matches] == ["synonym"]


def test_a_deck_synonym_counts_in_full() -> None:
    card = question(Point(id="p", say="-", accept=("blast radius",)))
    assert not grade(card, "few tenants are hit").points[0].hit
    groups = [["blast radius", "few tenants are hit"]]
    assert grade(card, "few tenants are hit", synonyms=groups).points[0].credit == 1.0


def test_a_phrase_scattered_over_sentences_is_not_said() -> None:
    assert is_hit("cite the source", "It can cite its source.")
    assert not is_hit("cite the source", "We cite nothing. There is a power source.")


def test_half_of_a_two_word_phrase_is_not_it() -> None:
    assert not is_hit("gradient clipping", "the gradient explodes")
