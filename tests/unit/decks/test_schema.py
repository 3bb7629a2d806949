"""The schema of deck files: it says what the reader says, as far as a schema can."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from deck_texts import HEAD, read
from editor_yaml import as_an_editor
from framework_texts import TEXT
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from workbench import CHOICE, CLOZE, FRAMEWORK, QUESTION, SCENARIO

from trainer.decks.described import DESCRIBED
from trainer.decks.scan import deck_files
from trainer.decks.schema import schema, schema_text
from trainer.paths import bundled_decks

SCHEMA = schema()
VALIDATOR = Draft7Validator(SCHEMA)


def complaints(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(as_an_editor(text))]


def one(body: str) -> str:
    """Return a deck of one card, its body in one line."""
    return f"{HEAD}cards:\n  - {{id: c, {body}}}\n"


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_the_file_that_is_shipped_is_what_the_model_gives() -> None:
    shipped = Path(bundled_decks()) / "deck.schema.json"
    assert shipped.read_text(encoding="utf-8") == schema_text()


def test_it_names_no_network() -> None:
    assert "//" not in schema_text()


def test_every_key_is_described() -> None:
    for record, keys in DESCRIBED.items():
        assert keys.keys() == set(record.__struct_fields__), record
        assert all(10 < len(text) < 200 for text in keys.values())


@pytest.mark.parametrize("path", deck_files(bundled_decks())[0], ids=lambda path: Path(path).stem)
def test_it_takes_the_bundled_decks(path: str) -> None:
    assert complaints(Path(path).read_text(encoding="utf-8")) == []


P = "prompt: p, answer: a"
S = f"kind: scenario, {P}, verdict: {{accept: [RAG]}}"
TWO = "{text: a, right: true}, {text: b}"
SOUND = [
    TEXT,
    HEAD,
    HEAD + "title: null\ntopics: {no: yes, 1: 2.5, true: 2026-01-01}\n",
    HEAD + "synonyms: [[RAG, 12:30], [a, b, null]]\n",
    "schema: '1'\ndeck: 2026\n",
    one("prompt: 1, answer: no"),
    one("prompt: 3.10, answer: null, hint: true, source: 010, tags: [1, no, ~]"),
    one(f"{P}, difficulty: 3"),
    one(f"{P}, difficulty: '3', kind: question"),
    one(f"{P}, points: [], verdict: {{accept: [x], reject: []}}, kind: scenario"),
    one(f"{P}, choices: [], mistakes: []"),
    one(f"{P}, points: [{{id: 1, say: 2, weight: 0.5, required: true, need: 1}}]"),
    one(f"{P}, points: [{{id: p, say: s, weight: '1e1', required: 'false', together: [[a]]}}]"),
    one(f"{P}, points: [{{id: p, say: s}}], examples: [{{answer: '', rating: again}}]"),
    one(f"{P}, examples: [{{answer: , rating: again}}]"),
    one(f"{P}, formerly: [old, d2/old, 7]"),
    one(f"kind: flashcard, {P}, variants: [q]"),
    one(S),
    one(f"kind: scenario, {P}, verdict: {{all: [[RAG], [fine-tuning, 1]], accept: []}}"),
    one(f"kind: choice, prompt: p, choices: [{TWO}, {{text: no, right: true, why: w}}]"),
    one("kind: cloze, text: 'a {{b|c}} { } {{d}}}'"),
    HEAD + f"cards:\n  - &a {{id: a, {P}}}\n  - {{<<: *a, id: b, hint: h}}\n",
]
BROKEN = [
    "cards: []\n",
    "[]",
    "words\n",
    "schema: 2\ndeck: d\n",
    "schema: 1\ndeck: a b\n",
    "schema: 1\ndeck: -5\n",
    "schema: 1\ndeck: [d]\n",
    HEAD + "titel: x\n",
    HEAD + "title: ' '\n",
    HEAD + "topics: [t]\n",
    HEAD + "topics: {t: [x]}\n",
    HEAD + "topics: {t: ''}\n",
    HEAD + "synonyms: [[a]]\n",
    HEAD + "synonyms: [a, b]\n",
    HEAD + "cards: {id: a}\n",
    HEAD + "cards:\n",
    HEAD + "cards: [a]\n",
    HEAD + "cards: [{prompt: p, answer: a}]\n",
    one("tags: []"),
    one("prompt: p"),
    one("prompt: '', answer: a"),
    one("prompt: p, answer: [a]"),
    one("prompt: {a: b}, answer: b"),
    one(f"{P}, kind: riddle"),
    one(f"{P}, kind: "),
    one(f"{P}, tags: a"),
    one(f"{P}, tags: ['']"),
    one(f"{P}, tags: "),
    one(f"{P}, anwser: b"),
    one(f"{P}, difficulty: 4"),
    one(f"{P}, difficulty: 1.5"),
    one(f"{P}, difficulty: easy"),
    one(f"{P}, difficulty: "),
    one(f"{P}, formerly: [a b]"),
    one(f"{P}, formerly: [a/b/c]"),
    one(f"{P}, verdict: {{accept: [x]}}"),
    one(f"{P}, text: x"),
    one(f"{P}, choices: [{TWO}]"),
    one(f"{P}, mistakes: [{{say: s, match: [], why: w}}]"),
    one(f"{P}, mistakes: [{{say: s, match: [m]}}]"),
    one(f"{P}, points: [{{id: p}}]"),
    one(f"{P}, points: [{{say: s}}]"),
    one(f"{P}, points: [{{id: p, say: s, weight: 0}}]"),
    one(f"{P}, points: [{{id: p, say: s, weight: 101}}]"),
    one(f"{P}, points: [{{id: p, say: s, need: 0}}]"),
    one(f"{P}, points: [{{id: p, say: s, required: yes}}]"),
    one(f"{P}, points: [{{id: p, say: s, required: }}]"),
    one(f"{P}, points: [{{id: p, say: s, together: [a]}}]"),
    one(f"{P}, points: [{{id: p, say: s, together: [[]]}}]"),
    one(f"{P}, points: [{{id: p, say: s, accept: [a, '']}}]"),
    one(f"{P}, examples: [{{answer: x}}]"),
    one(f"{P}, examples: [{{answer: x, rating: easy}}]"),
    one(f"{P}, examples: [{{answer: x, rating: good, hits: [a b]}}]"),
    one(f"kind: flashcard, {P}, points: [{{id: p, say: s}}]"),
    one(f"kind: flashcard, {P}, examples: [{{answer: x, rating: good}}]"),
    one(f"kind: scenario, {P}"),
    one(f"kind: scenario, {P}, verdict: {{}}"),
    one(f"kind: scenario, {P}, verdict: {{reject: [a]}}"),
    one(f"kind: scenario, {P}, verdict: {{accept: [a], all: [[b], [c]]}}"),
    one(f"kind: scenario, {P}, verdict: {{all: [[b]]}}"),
    one(f"kind: scenario, {P}, verdict: {{all: [[b], []]}}"),
    one(f"{S}, text: x"),
    one("kind: choice, prompt: p"),
    one("kind: choice, prompt: p, choices: []"),
    one("kind: choice, prompt: p, choices: [{text: a, right: true}]"),
    one("kind: choice, prompt: p, choices: [{text: a}, {text: b}]"),
    one("kind: choice, prompt: p, choices: [{text: a, right: true}, {right: false}]"),
    one("kind: cloze"),
    one("kind: cloze, text: 5"),
    one("kind: cloze, text: no gap"),
    one("kind: cloze, text: '{{a}'"),
    one("kind: cloze, text: '{{a}} }}'"),
    one("kind: cloze, text: '{{a|}}'"),
    one("kind: cloze, text: '{{ }}'"),
    one("kind: cloze, text: '{{a}}', variants: [x]"),
    TEXT.replace("favours: rag, axis: facts, cues: [needs", "axis: facts, cues: [needs"),
    TEXT.replace("cues: [monthly updates]", "cues: []"),
    TEXT.replace("tags: [facts, prose]", "tags: []"),
    TEXT.replace("all: [[RAG], [fine-tuning]]", "all: [[RAG]]"),
    TEXT.replace("{when: {facts: rag}, ", "{"),
    TEXT.replace("{when: {facts: rag}, ", "{when: [facts], "),
    TEXT.replace("axes: {facts: the facts", "axes: {the facts: facts"),
    TEXT.split("    rules:")[0],
    TEXT.split("    rules:")[0] + "    rules: []\n",
    TEXT.replace("    signals:\n", "    signals: []\n    signal:\n"),
]
# What is wrong and can't be told by a schema, with what the reader says of it.
BEYOND = [
    # A reference to something elsewhere in the deck, and what is there twice.
    (one(f"{P}, topic: u").replace(HEAD, HEAD + "topics: {t: T}\n"), "isn't among the deck's"),
    (one(f"{P}, points: [{{id: p, say: s}}, {{id: p, say: t}}]"), "already has a point"),
    (one(f"{P}, examples: [{{answer: x, rating: good, hits: [q]}}]"), "no points to name"),
    (one(f"{S[:-2]}], reject: [rag]}}"), "both accepted and rejected"),
    (one(f"kind: choice, prompt: p, choices: [{TWO}, {{text: A}}]"), "there twice"),
    (one(f"{P}, formerly: [c]"), "is a card of this deck"),
    (TEXT.replace("verdict: both}", "verdict: bth}"), "no verdict `bth`"),
    (TEXT.replace("id: notes", "id: formulary"), "already there"),
    (TEXT.replace("with: [facts]", "with: [prose], never_with: [facts]"), "never be asked"),
    # One number that bounds the length of a list.
    (one(f"{P}, points: [{{id: p, say: s, need: 2}}]"), "`need` asks for 2"),
    # What an editor's parser has made other values of: nothing and `null`, numbers and booleans.
    (one("prompt: p, answer: "), "says nothing"),
    (one(f"{P}, points: [{{id: p, say: s, required: True}}]"), "neither true nor false"),
    (one(f"{P}, difficulty: 1.0"), "isn't a whole number"),
    (one(f"{P}, difficulty: 01"), "isn't a whole number"),
    (one(f"{P}, difficulty: '4'"), "out of range"),
    ("schema: 1\ndeck: +5\n", "can't be an id"),
]


@pytest.mark.parametrize("text", SOUND)
def test_what_the_reader_takes_it_takes(text: str) -> None:
    assert [each for each in read(text).problems if each.severity == "error"] == []
    assert complaints(text) == []


@pytest.mark.parametrize("text", BROKEN)
def test_what_the_reader_refuses_it_refuses(text: str) -> None:
    assert read(text).deck is None
    assert complaints(text) != []


@pytest.mark.parametrize(("text", "said"), BEYOND)
def test_what_a_schema_cannot_tell(text: str, said: str) -> None:
    assert any(said in problem.message for problem in read(text).problems)
    assert complaints(text) == []


# What the reader may say of a changed deck that the schema takes, as in `BEYOND`.
UNTOLD = re.compile(
    "isn't among the deck's|already|no points to name|has no point|both accepted|both the hits|"
    "there twice|is a card of this deck|there is no|asks for|says nothing|no signal favours|"
    "is no reason|never be asked|excludes itself|never reached|contradicts|isn't a whole number"
)
WHOLE: dict[str, Any] = {
    "schema": 1,
    "deck": "d",
    "title": "D",
    "topics": {"t": "T"},
    "synonyms": [["a", "b"]],
}
FLASHCARD = {"id": "f", "kind": "flashcard", "prompt": "p", "answer": "a", "formerly": ["g"]}
MISTAKE = {"say": "s", "match": ["m"], "why": "w"}
EXAMPLE = {"answer": "x", "rating": "good", "hits": ["speed"]}
CARDS = [
    {**QUESTION, "mistakes": [MISTAKE], "examples": [EXAMPLE], "difficulty": 2},
    SCENARIO,
    CHOICE,
    CLOZE,
    FLASHCARD,
]
DECKS = [*({**WHOLE, "cards": [card]} for card in CARDS), {**WHOLE, "frameworks": [FRAMEWORK]}]
INSTEAD = [None, "", "x", "no ne", "true", "{{x}}", -1, 0, 3, 1.5, True, [], ["x"], [[]], {}]


def changes(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Yield places in a deck and a way to change each, as JSON ("-" takes it out).

    Of lists, the first and the last item are changed.
    """
    if path:
        yield path, "-"
        yield from ((path, json.dumps(other)) for other in INSTEAD)
    if isinstance(value, dict):
        yield (*path, "zz"), "1"
        for key, each in value.items():
            yield from changes(each, (*path, key))
    elif isinstance(value, list):
        for index in sorted({0, len(value) - 1} if value else ()):
            yield from changes(value[index], (*path, index))


@pytest.mark.parametrize("number", range(len(DECKS)))
def test_both_say_the_same_of_every_change(number: int) -> None:
    for (*above, last), change in changes(DECKS[number]):
        deck = copy.deepcopy(DECKS[number])
        holder = deck
        for step in above:
            holder = holder[step]
        if change == "-":
            del holder[last]
        else:
            holder[last] = json.loads(change)
        text = json.dumps(deck)
        errors = [each.message for each in read(text).problems if each.severity == "error"]
        refused = [error.message for error in VALIDATOR.iter_errors(deck)]
        where = f"{[*above, last]} {change}: {errors} / {refused}"
        assert bool(errors) == bool(refused) or any(map(UNTOLD.search, errors)), where
        assert errors or not refused, where


@given(st.text("{}|a \n", max_size=14))
def test_both_say_the_same_of_gaps(text: str) -> None:
    deck = {**WHOLE, "cards": [{"id": "c", "kind": "cloze", "text": text}]}
    assert VALIDATOR.is_valid(deck) == (read(json.dumps(deck)).deck is not None)
