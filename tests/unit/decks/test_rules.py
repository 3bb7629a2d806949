"""What a deck means: each kind's needs and allowances, and what must agree."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import yaml
from deck_texts import HEAD, card, only, places, read
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.decks.model import Deck
from trainer.decks.reader import read_text

SCENARIO = "kind: scenario\nprompt: p\nanswer: a\n"  # lines 5 to 7
VERDICT = "verdict: {accept: [RAG]}\n"


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ("kind: scenario", ["prompt", "verdict", "answer"]),
        ("kind: question", ["prompt", "answer"]),
        ("kind: flashcard", ["prompt", "answer"]),
        ("kind: choice", ["prompt", "choices"]),
        ("kind: cloze", ["text"]),
        ("tags: []", ["prompt", "answer"]),
    ],
)
def test_what_each_kind_needs(body: str, missing: list[str]) -> None:
    reading = card(body)
    assert [p.message.split("`")[1] for p in reading.problems] == missing
    assert places(reading) == [(4, 5)] * len(missing)
    assert all(problem.mend for problem in reading.problems)


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("question", VERDICT),
        ("question", "text: x"),
        ("question", "choices: [{text: a, right: true}, {text: b}]"),
        ("flashcard", "points: [{id: p, say: s}]"),
        ("flashcard", "mistakes: [{say: s, match: [m], why: w}]"),
        ("flashcard", "examples: [{answer: x, rating: good}]"),
        ("scenario", "text: x"),
    ],
)
def test_a_field_that_its_kind_does_not_use(kind: str, field: str) -> None:
    verdict = VERDICT if kind == "scenario" else ""
    reading = card(f"kind: {kind}\nprompt: p\nanswer: a\n{field.strip()}\n{verdict}")
    line, column, message, mend = only(reading)
    assert (line, column) == (8, 5)
    assert f"a {kind} card doesn't use" in message
    assert "kind one that does: `" in mend


@pytest.mark.parametrize("field", ["points: [{id: p, say: s}]", VERDICT, "variants: [x]"])
def test_a_cloze_uses_little(field: str) -> None:
    line, column, _, _ = only(card(f"kind: cloze\ntext: '{{{{x}}}}'\n{field}"))
    assert (line, column) == (7, 5)


@pytest.mark.parametrize(
    ("verdict", "place", "said"),
    [
        ("{}", (8, 14), "needs the decisions"),
        ("{reject: [a]}", (8, 14), "needs the decisions"),
        ("{accept: [a], all: [[b], [c]]}", (8, 28), "either `accept` or `all`"),
        ("{all: [[b]]}", (8, 20), "at least two lists"),
        ("{all: [[b], []]}", (8, 26), "empty"),
        ("{accept: [RAG], reject: [x, rag]}", (8, 42), "both accepted and rejected"),
        ("{all: [[RAG], [b]], reject: [Rag]}", (8, 43), "both accepted and rejected"),
    ],
)
def test_verdicts(verdict: str, place: tuple[int, int], said: str) -> None:
    line, column, message, mend = only(card(f"{SCENARIO}verdict: {verdict}"))
    assert (line, column) == place
    assert said in message
    assert mend


def test_a_verdict_of_several() -> None:
    reading = card(SCENARIO + "verdict: {all: [[RAG], [fine-tuning, tune]], reject: [neither]}")
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("points", "place", "said"),
    [
        ("[{id: p, say: s}, {id: p, say: t}]", (7, 36), "already has a point `p`"),
        ("[{id: p, say: s, need: 2}]", (7, 36), "`need` asks for 2 phrases"),
        ("[{id: p, say: s, accept: [a, b], need: 3}]", (7, 52), "`accept` has 2"),
        ("[{id: p, say: s, together: [[]]}]", (7, 41), "empty"),
        ("[{id: p}]", (7, 14), "no `say`"),
        ("[{id: p, say: s, accept: [a, '']}]", (7, 42), "says nothing"),
    ],
)
def test_points(points: str, place: tuple[int, int], said: str) -> None:
    line, column, message, mend = only(card(f"prompt: p\nanswer: a\npoints: {points}"))
    assert (line, column) == place
    assert said in message
    assert mend


def test_a_point_needs_nothing_but_its_id_and_what_it_says() -> None:
    assert card("prompt: p\nanswer: a\npoints: [{id: p, say: s}]").problems == ()


@pytest.mark.parametrize("mistake", ["{say: s, match: [], why: w}", "{say: s, why: w}"])
def test_a_mistake_needs_phrases(mistake: str) -> None:
    line, column, message, mend = only(card(f"prompt: p\nanswer: a\nmistakes: [{mistake}]"))
    assert (line, column) == (7, 16)
    assert mend
    assert "match" in message or "phrases" in message


@pytest.mark.parametrize(
    ("choices", "place", "said"),
    [
        ("[{text: a, right: true}]", (7, 14), "at least two"),
        ("[{text: a}, {text: b}]", (7, 14), "none of the choices is right"),
        ("[{text: a, right: true}, {text: A}]", (7, 46), "there twice"),
        ("[{text: a, right: true}, {right: false}]", (7, 39), "no `text`"),
    ],
)
def test_choices(choices: str, place: tuple[int, int], said: str) -> None:
    line, column, message, mend = only(card(f"kind: choice\nprompt: p\nchoices: {choices}"))
    assert (line, column) == place
    assert said in message
    assert mend


def test_no_choices_at_all() -> None:
    reading = card("kind: choice\nprompt: p\nchoices: []")
    assert "needs `choices`" in only(reading)[2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no gap", "needs a gap"),
        ("a {{b", "braces don't match"),
        ("a b}}", "braces don't match"),
        ("{{a {{b}} c}}", "braces don't match"),
        ("}}a{{", "braces don't match"),
        ("a {{}}", "is empty"),
        ("a {{ }}", "is empty"),
        ("a {{b|}}", "is empty"),
        ("a {{|b}}", "is empty"),
        ("{{a}} {{b||c}}", "is empty"),
    ],
)
def test_cloze_gaps(text: str, said: str) -> None:
    line, column, message, mend = only(card(f'kind: cloze\ntext: "{text}"'))
    assert (line, column) == (6, 11)
    assert said in message
    assert mend


def test_a_good_cloze() -> None:
    assert card('kind: cloze\ntext: "{{a|b}} and {{ c }}, {d}"').problems == ()


@pytest.mark.parametrize(
    ("example", "place", "said"),
    [
        ("{answer: x, rating: good, hits: [q]}", (8, 49), "no point `q`"),
        ("{answer: x, rating: good, misses: [updatse]}", (8, 51), "no point `updatse`"),
        ("{answer: x, rating: good, hits: [updates], misses: [updates]}", (8, 68), "both the hits"),
        ("{answer: x, rating: easy}", (8, 36), "no rating `easy`"),
        ("{rating: good}", (8, 16), "no `answer`"),
    ],
)
def test_examples(example: str, place: tuple[int, int], said: str) -> None:
    points = "points: [{id: updates, say: s}]"
    line, column, message, mend = only(
        card(f"prompt: p\nanswer: a\n{points}\nexamples: [{example}]")
    )
    assert (line, column) == place
    assert said in message
    assert mend


def test_the_point_an_example_meant() -> None:
    points = "points: [{id: updates, say: s}]"
    body = (
        f"prompt: p\nanswer: a\n{points}\nexamples: [{{answer: x, rating: good, hits: [updatse]}}]"
    )
    assert only(card(body))[3] == "did you mean `updates`?"


def test_example_answers_may_be_empty() -> None:
    reading = card(
        'prompt: p\nanswer: a\nexamples:\n  - {answer: "", rating: again}\n'
        "  - answer:\n    rating: again"
    )
    assert reading.problems == ()
    assert reading.deck is not None
    assert [example.answer for example in reading.deck.cards[0].examples] == ["", ""]


def test_examples_that_name_points_of_a_card_without_any() -> None:
    body = "kind: choice\nprompt: p\nchoices: [{text: a, right: true}, {text: b}]\n"
    assert card(body + "examples: [{answer: '1', rating: good}]").problems == ()
    line, column, message, _ = only(
        card(body + "examples: [{answer: '1', rating: good, hits: [a, b]}]")
    )
    assert (line, column) == (8, 51)
    assert "no points" in message


def test_topics_must_be_declared_where_any_are() -> None:
    body = "prompt: p\nanswer: a\ntopic: decisoin"
    assert card(body).problems == ()
    line, column, message, mend = only(card(body, HEAD + "topics: {decision: D}\n"))
    assert (line, column) == (8, 12)
    assert "`decisoin`" in message
    assert mend == "did you mean `decision`?"


def test_a_topic_like_none_of_them() -> None:
    mend = only(card("prompt: p\nanswer: a\ntopic: zzz", HEAD + "topics: {a1: A, b2: B}\n"))[3]
    assert mend == "add it to them, or use one of `a1` and `b2`"


def test_a_topic_that_says_nothing() -> None:
    assert places(card("prompt: p\nanswer: a", HEAD + "topics: {a: , b: B}\n")) == [(3, 10)]


def test_synonyms_come_in_groups() -> None:
    reading = card("prompt: p\nanswer: a", HEAD + "synonyms:\n  - [RAG]\n  - [a, b]\n  - c\n")
    assert places(reading) == [(4, 5), (6, 5)]


def test_repeated_ids_name_the_first_place() -> None:
    cards = "".join(f"  - {{id: {name}, prompt: p, answer: a}}\n" for name in ("a", "b", "a", "a"))
    reading = read(f"{HEAD}cards:\n{cards}")
    assert places(reading) == [(6, 10), (7, 10)]
    assert all("already used, in line 4" in problem.message for problem in reading.problems)


@pytest.mark.parametrize(
    ("formerly", "said"),
    [
        ("[b]", "is a card of this deck"),
        ("[a]", "is a card of this deck"),
        ("[d/b]", "is a card of this deck"),
        ("[old, old]", "already claimed by the card `a`"),
        ("[old, d/old]", "already claimed by the card `a`"),
        ("[other/x, taken]", None),
        ("[a/b/c]", "isn't a card's id"),
        ("['a b']", "isn't a card's id"),
        ("[/a]", "isn't a card's id"),
    ],
)
def test_former_names(formerly: str, said: str | None) -> None:
    text = (
        f"{HEAD}cards:\n  - {{id: a, prompt: p, answer: a, formerly: {formerly}}}\n"
        "  - {id: b, prompt: p, answer: a, formerly: [other/y]}\n"
    )
    reading = read(text)
    if said is None:
        assert reading.problems == ()
        return
    line, _, message, mend = only(reading)
    assert line == 4
    assert said in message
    assert mend


def test_a_name_claimed_by_two_cards() -> None:
    cards = "".join(
        f"  - {{id: {name}, prompt: p, answer: a, formerly: [old]}}\n" for name in ("a", "b")
    )
    line, column, message, _ = only(read(f"{HEAD}cards:\n{cards}"))
    assert (line, column) == (5, 46)
    assert "already claimed by the card `a`" in message


def test_a_wrong_kind_says_nothing_of_what_it_would_need() -> None:
    assert places(card("kind: clozee\ntext: '{{x}}'")) == [(5, 11)]


_NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,10}", fullmatch=True)
_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"),
                  exclude_characters="\ufffe\uffff\u061c\u200e\u200f{}"
                  + "".join(map(chr, range(0x202A, 0x202F)))
                  + "".join(map(chr, range(0x2066, 0x206A)))),
    min_size=1, max_size=30,
).filter(lambda text: text == text.strip())  # fmt: skip


def _optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


_POINTS = st.lists(
    st.builds(
        dict[str, Any], id=_NAMES, say=_WORDS,
        accept=st.lists(_WORDS, max_size=3),
        weight=st.floats(0.01, 100), required=st.booleans(),
    ),
    max_size=3, unique_by=lambda point: point["id"],
)  # fmt: skip


@st.composite
def _cards(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": draw(_NAMES),
        **draw(
            _optional(
                tags=st.lists(_WORDS, max_size=3),
                difficulty=st.integers(1, 3),
                hint=_WORDS,
                source=_WORDS,
                follow_ups=st.lists(_WORDS, max_size=2),
            )
        ),
    }
    made["kind"] = draw(st.sampled_from(["scenario", "question", "flashcard", "choice", "cloze"]))
    if made["kind"] == "cloze":
        made["text"] = f"{draw(_WORDS)} {{{{{draw(_NAMES)}}}}}"
        return made
    made["prompt"], made["answer"] = draw(_WORDS), draw(_WORDS)
    if made["kind"] == "choice":
        made["choices"] = [{"text": "a", "right": True}, {"text": "b" + draw(_WORDS)}]
    if made["kind"] == "scenario":
        made["verdict"] = {"accept": draw(st.lists(_WORDS, min_size=1, max_size=2))}
    if made["kind"] in ("scenario", "question"):
        made["points"] = draw(_POINTS)
        ids = [point["id"] for point in made["points"]]
        made["examples"] = [{"answer": draw(st.just("") | _WORDS), "rating": "good", "hits": ids}]
    return made


_DECKS = st.fixed_dictionaries(
    {
        "schema": st.just(1),
        "deck": _NAMES,
        "cards": st.lists(_cards(), min_size=1, max_size=4, unique_by=lambda made: made["id"]),
    },
    optional={"title": _WORDS, "synonyms": st.lists(st.lists(_WORDS, min_size=2, max_size=3))},
)


@settings(max_examples=60)
@given(_DECKS, st.sampled_from([True, False, None]))
def test_any_valid_deck_reads_as_what_was_written(made: dict[str, Any], flow: bool | None) -> None:
    text = yaml.safe_dump(made, allow_unicode=True, default_flow_style=flow, sort_keys=False)
    reading = read_text(text.encode(), "d.yaml")
    assert [str(problem) for problem in reading.problems if problem.severity == "error"] == []
    assert reading.deck == msgspec.convert(made, Deck)
