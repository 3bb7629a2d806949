"""Reading a deck file: what is read, what is refused, and where each problem is."""

from __future__ import annotations

import gc
import os
import stat
from pathlib import Path

import pytest
from deck_texts import HEAD, card, only, places, read
from hypothesis import given
from hypothesis import strategies as st

from trainer.decks.reader import read_deck, read_text

CARDS = "cards: [{id: a, prompt: b, answer: c}]\n"


def test_three_lines_make_a_card() -> None:
    reading = card("prompt: Why?\nanswer: Because.")
    assert reading.problems == ()
    assert reading.deck is not None
    made = reading.deck.cards[0]
    assert (made.id, made.kind, made.prompt, made.answer) == ("c", "question", "Why?", "Because.")
    assert reading.lines == {"c": 4}


@pytest.mark.parametrize(
    "written",
    ["no", "12:30", "010", "3.10", "null", "~", "2024-01-01", "0x1F", "1_000", "True", "1e3", ".5"],
)
def test_text_stays_as_it_was_typed(written: str) -> None:
    reading = card(f"prompt: {written}\nanswer: {written}\ntags: [{written}]")
    assert reading.deck is not None
    made = reading.deck.cards[0]
    assert (made.prompt, made.answer, made.tags) == (written, written, (written,))


def test_text_passes_the_door_and_is_stripped() -> None:
    reading = card('prompt: "\\e[31m red \\u202e "\nanswer: |\n  one\n   two\n\n')
    assert reading.deck is not None
    made = reading.deck.cards[0]
    assert made.prompt == "�[31m red �"
    assert made.answer == "one\n two"


def test_title_and_topics_pass_the_door() -> None:
    reading = card("prompt: x\nanswer: y", HEAD + 'title: "a\\eb"\ntopics: {t: "\\a"}\n')
    assert reading.deck is not None
    assert (reading.deck.title, reading.deck.topics) == ("a�b", {"t": "�"})


@pytest.mark.parametrize("written", ["yes", "True", "1", "on", "TRUE", '""'])
def test_only_true_and_false_are_booleans(written: str) -> None:
    line, column, _, mend = only(
        card(f"prompt: x\nanswer: y\npoints:\n  - id: p\n    say: s\n    required: {written}")
    )
    assert (line, column) == (10, 19)
    assert mend == "write `true` or `false`"


@pytest.mark.parametrize("written", ["0", "4", "010", "1.0", "two", "1_0", "", "99999999999999999"])
def test_difficulty_is_a_whole_number_in_range(written: str) -> None:
    line, _, _, mend = only(card(f"prompt: x\nanswer: y\ndifficulty: {written}"))
    assert line == 7
    assert mend == "write a whole number, at least 1 and at most 3"


@pytest.mark.parametrize("written", ["nan", ".inf", "1e999", "0", "-1", "100.1", "1,5", "heavy"])
def test_weight_is_a_finite_number_in_range(written: str) -> None:
    line, column, _, mend = only(
        card(f"prompt: x\nanswer: y\npoints:\n  - id: p\n    say: s\n    weight: {written}")
    )
    assert (line, column) == (10, 17)
    assert "more than 0 and at most 100" in mend


@pytest.mark.parametrize(
    ("written", "value"), [("2", 2.0), ("0.5", 0.5), ("1e1", 10.0), (".5", 0.5)]
)
def test_weights(written: str, value: float) -> None:
    reading = card(f"prompt: x\nanswer: y\npoints: [{{id: p, say: s, weight: {written}}}]")
    assert reading.deck is not None
    assert reading.deck.cards[0].points[0].weight == value


@pytest.mark.parametrize(
    ("body", "place", "said", "mend"),
    [
        ("prompt: x\nanswer: y\nhint:", (7, 5), "`hint` says nothing", "remove it"),
        ('prompt: "  "\nanswer: y', (5, 13), "`prompt` says nothing", "write its text"),
        ("prompt: x\nanswer: y\ntags: clinical", (7, 11), "is a list", "`tags: [one, two]`"),
        ("prompt: x\nanswer: y\ntags:", (7, 5), "says nothing", "remove it"),
        ("prompt: x\nanswer: y\ntags: [a, , b]", None, "", ""),
        ("prompt: [a]\nanswer: y", (5, 13), "one text, not a list", "quotes"),
        ("prompt:\n  - a\nanswer: y", (6, 7), "one text, not a list", '`prompt: "…"`'),
        ("prompt: {{x}}\nanswer: y", (5, 13), "can't start with `{{`", "quotes"),
        ("prompt: x\nanswer: y\ntags:\n  - Cost: low", (8, 9), "colon", "quotes"),
        ("prompt: x\nanswer: y\nvariants: {a: b}", (7, 15), "is a list", "[one, two]"),
        ("prompt: x\nanswer: y\npoints: [p]", (7, 14), "written with keys", "id: …, say: …"),
        ("prompt: x\nanswer: y\npoints: {id: p}", (7, 13), "is a list", "dash"),
        ("prompt: x\nanswer: y\npoints: [{say: s}]", (7, 14), "no `id`", "a-short-name"),
        ("promt: x\nprompt: x\nanswer: y", (5, 5), "no key `promt`", "did you mean `prompt`?"),
        ("prompt: x\nanswer: y\nzzz: 1", (7, 5), "no key `zzz`", "its keys are `id`, `kind`"),
        ("prompt: x\nanswer: y\nprompt: z", (7, 5), "already there, in line 5", "keep one"),
        ("prompt: x\nanswer: y\nkind: flashcrad", (7, 11), "no kind", "did you mean `flashcard`?"),
        ("prompt: x\nanswer: y\nkind: zzz", (7, 11), "no kind", "`choice`, `cloze`, `flashcard`"),
        ("prompt: x\nanswer: y\n? [a]\n: b", (7, 7), "a key is one word", "quotes"),
        ("prompt: x\nanswer: y\n{a: b}: c", (7, 5), "a key is one word", "quotes"),
    ],
)
def test_wrong_shapes(body: str, place: tuple[int, int] | None, said: str, mend: str) -> None:
    reading = card(body)
    if place is None:
        assert reading.deck is None
        return
    line, column, message, how = only(reading)
    assert (line, column) == place
    assert said in message
    assert mend in how


def test_a_text_split_at_its_comma_is_explained() -> None:
    reading = card(
        "kind: choice\nprompt: x\nchoices:\n  - {text: a, why: b, c}\n  - {text: d, right: true}"
    )
    line, column, message, mend = only(reading)
    assert (line, column) == (8, 27)
    assert "no key `c`" in message
    assert "text before it" in mend


@pytest.mark.parametrize("written", ["-a", "a b", "a/b", "é", "a" * 81, ".a", "a\u200bb", "<<"])
def test_bad_ids(written: str) -> None:
    reading = read(f"{HEAD}cards:\n  - id: {written}\n    prompt: x\n    answer: y\n")
    line, column, _, mend = only(reading)
    assert (line, column) == (4, 9)
    assert mend


def test_the_mend_of_a_bad_id_suggests_one() -> None:
    _, _, message, mend = only(
        read("schema: 1\ndeck: my first deck!\ncards: [{id: a, prompt: b, answer: c}]\n")
    )
    assert "`my first deck!`" in message
    assert mend.endswith("as in `my-first-deck`")


def test_missing_keys_of_the_deck() -> None:
    reading = read("cards: []\n")
    assert [(p.line, p.message) for p in reading.problems if p.severity == "error"] == [
        (1, "this deck file has no `schema`"),
        (1, "this deck file has no `deck`"),
    ]
    assert all(problem.mend for problem in reading.problems)


def test_another_schema() -> None:
    line, column, message, mend = only(
        read("schema: 2\ndeck: d\ncards: [{id: a, prompt: b, answer: c}]\n")
    )
    assert (line, column, mend) == (1, 9, "write `1`")
    assert "`2`" in message


def test_a_deck_without_cards_loads_with_a_warning() -> None:
    reading = read(HEAD)
    assert reading.deck is not None
    assert [problem.severity for problem in reading.problems] == ["warning"]


def test_unknown_keys_of_the_deck() -> None:
    reading = read(HEAD + "titel: x\nframes: 12\n" + CARDS)
    assert places(reading) == [(3, 1), (4, 1)]
    assert reading.problems[0].mend == "did you mean `title`?"


def test_merge_keys_and_aliases() -> None:
    text = (
        HEAD + "cards:\n"
        "  - &base {id: a, kind: flashcard, prompt: p, answer: &long An answer., tags: &t [x, y]}\n"
        "  - {<<: *base, id: b, prompt: q}\n"
        "  - {id: c, prompt: r, answer: *long, tags: *t}\n"
        "  - {id: d, prompt: r, <<: [{answer: first}, {answer: second, hint: h}]}\n"
    )
    reading = read(text)
    assert reading.problems == ()
    assert reading.deck is not None
    a, b, c, d = reading.deck.cards
    assert (b.id, b.kind, b.prompt, b.answer) == ("b", "flashcard", "q", "An answer.")
    assert (c.answer, c.tags, c.kind) == (a.answer, a.tags, "question")
    assert (d.answer, d.hint) == ("first", "h")


def test_a_wrong_value_brought_in_by_merging_is_reported_where_it_stands() -> None:
    text = (
        HEAD + "cards:\n  - &b {id: a, prompt: p, answer: q, difficulty: 9}\n  - {<<: *b, id: c}\n"
    )
    assert places(read(text)) == [(4, 50)]


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (HEAD + "title: *nowhere\n", (3, 8), "isn't above"),
        (HEAD + "title: &a [*a]\n", (3, 12), "inside what it names"),
        (HEAD + "cards: &a\n  - *a\n", (4, 5), "inside what it names"),
        (
            HEAD + "title: !!python/object/apply:os.system [true]\n",
            (3, 8),
            "type mark `!!python/ob",
        ),
        (HEAD + "title: !x y\n", (3, 8), "type mark `!x`"),
        (HEAD + "title: !!str y\n", (3, 8), "type mark `!!str`"),
        ("!deck\nschema: 1\n", (1, 1), "type mark `!deck`"),
        (HEAD + "---\nschema: 1\n", (3, 1), "a second document"),
        ("- a\n", (1, 1), "a deck is written with keys"),
        ("just text\n", (1, 1), "a deck is written with keys"),
        (HEAD + "title: a\x00b\n", (3, 9), "U+0000"),
        (HEAD + "title: é\x1b[0m\n", (3, 9), "U+001B"),
        (HEAD + "title: \x85ok\n\x9b", (4, 1), "U+009B"),
    ],
)
def test_refusals(text: str, place: tuple[int, int], said: str) -> None:
    reading = read(text)
    assert reading.deck is None
    line, column, _, mend, *_ = next(p for p in reading.problems if said in p.message)[1:]
    assert (line, column) == place
    assert mend


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "\ufeff"])
def test_an_empty_file(text: str) -> None:
    _, _, message, mend = only(read(text))
    assert "empty" in message or "keys" in message
    assert "schema: 1" in mend


def test_bytes_that_are_not_utf8() -> None:
    line, column, message, mend = only(read_text(b"schema: 1\r\ndeck: \xc3\xa9\xe9\n", "d"))
    assert (line, column) == (2, 8)
    assert "0xe9" in message
    assert "UTF-8" in mend


def test_utf16_is_refused_in_one_sentence() -> None:
    only(read_text(HEAD.encode("utf-16"), "d"))


def test_a_byte_order_mark_and_any_line_ends_are_fine() -> None:
    text = "\ufeff" + HEAD + "cards:\n  - id: a\n    prompt: p\n    answer: q\n    hitn: r\n"
    for ends in ("\n", "\r\n", "\r"):
        assert places(read(text.replace("\n", ends))) == [(7, 5)]


def test_places_count_code_points_and_odd_line_ends_are_not_lines() -> None:
    reading = read(HEAD + "title: a\u2028b\u0085c 🙂 é\ntopics: {é🙂: x, é🙂: y}\n")
    assert places(reading)[-1] == (4, 17)


@pytest.mark.parametrize("unit", ["- ", "[", "{", "? ", "- [", "{a: ", "[{", "-\n "])
@pytest.mark.parametrize("before", ["", HEAD + "cards: "])
def test_deep_nesting_is_refused_before_it_hurts(unit: str, before: str) -> None:
    reading = read(before + unit * 50_000)
    assert reading.deck is None
    assert len(reading.problems) == 1


def test_the_depth_that_is_allowed() -> None:
    assert "nested" not in read("[" * 64 + "]" * 64).problems[0].message
    line, column, message, _ = only(read("[" * 65 + "]" * 65))
    assert (line, column) == (1, 65)
    assert "more than 64 deep" in message


def test_deep_indentation_is_refused() -> None:
    text = "".join(f"{' ' * depth}a:\n" for depth in range(70))
    assert "more than 64 deep" in only(read(text))[2]


def test_an_expansion_bomb_is_refused() -> None:

    many = ", ".join
    text = (
        HEAD + "cards:\n  - id: a\n    prompt: p\n    answer: q\n    points:\n"
        "    - &p {id: a, say: s, together: [&l ["
        + many(["t"] * 300)
        + "], "
        + many(["*l"] * 300)
        + "]}\n"
        + "    - *p\n" * 300
    )

    _, _, message, _ = only(read(text))
    assert "unfold" in message


def test_a_merge_bomb_is_refused() -> None:
    lines = ["  - &m0 {id: a, prompt: p, answer: q}"]
    for level in range(1, 40):
        lines.append(f"  - &m{level} {{<<: [{', '.join([f'*m{level - 1}'] * 9)}], id: a{level}}}")
    reading = read(HEAD + "cards:\n" + "\n".join(lines))
    assert "unfold" in only(reading)[2]


def test_so_many_faults_that_listing_more_helps_nobody() -> None:
    reading = read(HEAD + "cards:\n" + "  - {x: y}\n" * 5000)
    assert reading.deck is None
    assert len(reading.problems) < 1100
    assert any("more is wrong" in problem.message for problem in reading.problems)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    assert "16 MiB" in only(read_deck(path))[2]


@pytest.mark.parametrize("size", [100_000, 1_000_000])
def test_long_lines_are_read(size: int) -> None:
    reading = card(f"prompt: {'x' * size}\nanswer: y")
    assert reading.deck is not None
    assert len(reading.deck.cards[0].prompt) == size


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "no such file" in only(read_deck(tmp_path / "none.yaml"))[2]
    assert "folder" in only(read_deck(tmp_path))[2]
    assert "can't be read" in only(read_deck("a\0b"))[2]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_a_fifo_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "deck.yaml")
    assert stat.S_ISFIFO(os.stat(tmp_path / "deck.yaml").st_mode)
    assert "regular file" in only(read_deck(tmp_path / "deck.yaml"))[2]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions bind here")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "deck.yaml"
    path.write_text(HEAD)
    path.chmod(0)
    assert "permission denied" in only(read_deck(path))[2]


def test_hostile_file_names_are_cleaned_in_problems(tmp_path: Path) -> None:
    reading = read_deck(tmp_path / "\x1b[2J.yaml")
    assert "\x1b" not in str(reading.problems[0])


@pytest.mark.parametrize("on", [True, False])
def test_the_garbage_collector_is_left_as_it_was(on: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        read(HEAD)
        read("a: b: c")
        assert gc.isenabled() is on
    finally:
        (gc.enable if was else gc.disable)()


def test_a_comment_that_cuts_a_text_short_is_a_warning() -> None:
    reading = card("prompt: Why was issue #12 closed? # a comment\nanswer: y # fine")
    assert reading.deck is not None
    (problem,) = reading.problems
    assert (problem.line, problem.column, problem.severity) == (5, 27, "warning")
    assert "quotes" in problem.mend


_LINES = ["schema: 1", "deck: d", "cards:", "  - id: a", "    prompt: ", "    kind: cloze"]
_MARKS = ["- ", "{{", "}}", ": ", "&a ", "*a", "<<: ", "!x ", "---", "...", "? ", "points"]
_SINGLE = list("\n\n\n\t\r[]{}'|>#%@é🙂,\\\"")
_SCRAPS = st.lists(st.sampled_from(_LINES + _MARKS + _SINGLE), max_size=40).map("".join)
_TEXTS = st.one_of(st.text(max_size=200), _SCRAPS).map(str.encode)


@given(st.one_of(st.binary(max_size=200), _TEXTS))
def test_any_bytes_give_a_deck_or_errors_with_places(data: bytes) -> None:
    reading = read_text(data, "d.yaml")
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    assert (reading.deck is None) == bool(errors)
    lines = data.decode("utf-8", "replace").count("\n") + data.count(b"\r") + 1
    for problem in reading.problems:
        assert 0 <= problem.line <= lines
        assert "\n" not in problem.message
