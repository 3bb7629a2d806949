"""Reading text: words, stems, clauses, and where they stand."""

import unicodedata

import pytest

from trainer.grading.negation import denied
from trainer.grading.rubric import clauses_of
from trainer.grading.tokens import analyse, compose
from trainer.grading.wording import likeness, profile


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Fine-tune/re-index snake_case", ["fine", "tune", "reindex", "snake", "case"]),
        ("It doesn’t", ["it", "does", "not"]),
        ("can't won't cannot", ["can", "not", "will", "not", "can", "not"]),
        ("RAG's LLMs", ["rag", "llms"]),
        ("C++, C# and .NET", ["c++", "c#", "and", ".net"]),
        ("1,000 rows, 3.5 s", ["1000", "rows", "3.5", "s"]),
        ("naïve Ünïcode ﬁne ＲＡＧ", ["naive", "unicode", "fine", "rag"]),
        ("6k rows, 2.5k, 1,500ms", ["6000", "rows", "2500", "1500", "ms"]),
        ("40M calls of 7bn", ["40", "million", "calls", "of", "7", "billion"]),
        ("10x p95 k8s", ["10x", "p95", "k8s"]),
        ("three of twenty", ["3", "of", "20"]),
        ("", []),
        ("🙂 — …", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert analyse(text).texts == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cites", "citation"),
        ("normalise", "normalization"),
        ("indices", "index"),
        ("darker", "dark"),
        ("thinnest", "thin"),
        ("noisier", "noisy"),
        ("loosest", "loose"),
        ("ate", "eating"),
        ("LLMs", "llm"),
        ("chosen", "choosing"),
        ("behaviour", "behavioral"),
        ("labelled", "labeling"),
        ("halves", "half"),
    ],
)
def test_forms_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert analyse(one).stems == analyse(other).stems


@pytest.mark.parametrize(
    "text", ["Café crème", "각난 RAG", "a\u0323\u0307b e\u0301\u0300", "Å\u0301ngström", "がぎ"]
)
def test_spans_are_those_of_the_text_as_received(text: str) -> None:
    for form in ("NFC", "NFD"):
        received = unicodedata.normalize(form, text)
        read = analyse(received)
        pieces = [received[b:e] for b, e in zip(read.starts, read.ends, strict=True)]
        assert [unicodedata.normalize("NFC", piece) for piece in pieces] == [
            unicodedata.normalize("NFC", word) for word in text.split()
        ]
        assert compose(received)[0] == unicodedata.normalize("NFC", text)


def test_a_word_limit_is_counted_past() -> None:
    read = analyse("one two three four", limit=2)
    assert (len(read), read.total) == (2, 3)


def test_clauses_and_sentences() -> None:
    read = analyse("It scales, but it costs. Use it because it caches.")
    assert read.clauses == [0, 0, 1, 1, 1, 2, 2, 3, 3, 3]
    assert read.sentences == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]


def test_a_model_answer_is_cut_where_it_says_another_thing() -> None:
    text = "RAG. It retrieves passages at query time, so facts stay fresh without training."
    assert [text[b:e] for (b, e), _ in clauses_of(text)] == [
        "RAG",
        "It retrieves passages at query time",
        "so facts stay fresh without training",
    ]


def test_what_is_denied() -> None:
    read = analyse("no retraining, just new documents instead of new weights")
    marked = [word for word, scope in zip(read.texts, denied(read), strict=True) if scope]
    assert marked == ["retraining", "new", "weights"]


def test_likeness_of_wording() -> None:
    one = profile(["retrieval", "augmented", "generation"])
    assert likeness(one, one) == pytest.approx(1.0)
    assert likeness(one, profile(["retrieval", "generation"])) > 0.7
    assert likeness(one, profile(["xyz"])) == 0.0
    assert likeness(one, profile([])) < 0.1
