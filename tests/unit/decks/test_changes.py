"""Reading only what changed of a deck: the same as reading all of it, whatever was changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from trainer.decks import changes, cuts, reader
from trainer.decks.library import Library, open_library

HEAD = "schema: 1\ndeck: d\ntitle: T\ntopics: {t: T, u: U}\n"
FRAMEWORK = """\
frameworks:
  - id: f
    topic: t
    verdicts: {rag: {accept: [RAG], reject: [tune]}, tune: {accept: [tune], reject: [RAG]}}
    subjects:
      - {id: s, text: S, tags: [facts]}
    signals:
      - {id: one, favours: rag, axis: facts, cues: [one cue], point: {say: x}, formerly: [uno]}
      - {id: two, favours: rag, axis: facts, cues: [two cues], point: {say: y}} # more
    rules:
      - {when: {facts: rag}, verdict: rag}
"""
CARD = "- {id: %s, topic: t, prompt: p, answer: a}\n"
PLAIN = "- id: %s\n  topic: u\n  tags: [x]\n  prompt: >\n    What\n    is it?\n  answer: It.\n"


class Deck:
    """A deck file beside a cache."""

    def __init__(self, folder: Path) -> None:
        self.decks = folder / "decks"
        self.decks.mkdir()
        self.file = self.decks / "d.yaml"
        self.cache = folder / "cache"
        self.whole: list[str] = []
        self.lines: list[int] = []

    def open(self, text: str | bytes, cache: str = "") -> Library:
        """Write the file, and read it beside what is known of it."""
        self.file.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.whole.clear()
        self.lines.clear()
        return open_library(str(self.decks), "", cache=str(cache or self.cache))


@contextmanager
def counted(folder: Path) -> Iterator[Deck]:
    """Have a deck say when it was read as a whole, and the lines of cards read by themselves."""
    deck = Deck(folder)
    read_text, read_card = reader.read_text, reader.read_card
    with pytest.MonkeyPatch.context() as patch:

        def whole(data: bytes, path: str) -> reader.Reading:
            deck.whole.append(path)
            return read_text(data, path)

        def one(piece: bytes, path: str, line: int, *rest: Any) -> reader.Reading | None:
            deck.lines.append(line)
            return read_card(piece, path, line, *rest)

        patch.setattr(reader, "read_text", whole)
        patch.setattr(reader, "read_card", one)
        yield deck


@pytest.fixture
def deck(tmp_path: Path) -> Iterator[Deck]:
    with counted(tmp_path) as made:
        yield made


def contents(library: Library) -> tuple[Any, ...]:
    """Return all that a library holds."""
    cards = [library.card(ref, n) for ref in library.cards for n in range(2)]
    kept = library.decks, [*library.cards.items()], library.problems, library.aliases
    return (*kept, library.synonyms("d"), cards, library.excerpts(), library.introduction())


def rows(cache: Path) -> list[Any]:
    """Return what a cache holds, but for the time stamps."""
    with closing(sqlite3.connect(cache / "decks.sqlite")) as db:
        files = db.execute("SELECT digest, about, cards, checksum FROM files").fetchall()
        outlines = db.execute("SELECT digest, outline, checksum FROM outlines").fetchall()
        cards = db.execute("SELECT key, card, checksum FROM cards ORDER BY key").fetchall()
    return [files, outlines, cards]


def same(deck: Deck, text: str | bytes) -> bool:
    """Read a text beside what is known of the last one; hold it against reading it anew.

    Returns whether cards alone were read.
    """
    library = deck.open(text)
    parts = not deck.whole and bool(deck.lines)
    found = contents(library)
    assert found == contents(open_library(str(deck.decks), ""))
    # What was kept is what is found next, and what another machine would keep.
    if deck.cache.exists():
        with TemporaryDirectory() as other:
            fresh = open_library(str(deck.decks), "", cache=other)
            assert contents(fresh) == found
            assert library.fingerprint == fresh.fingerprint
            files, *parts_of_it = zip(rows(Path(other)), rows(deck.cache), strict=True)
            assert files[0] == files[1]
            # Of a file that broke, what it held before is left.
            assert all(one == other for one, other in parts_of_it) or not library.decks
    return parts


def text_of(*cards: str, indent: int = 2, head: str = HEAD, tail: str = "") -> str:
    """Return a deck of cards, each written from its dash on."""
    lines = "".join(cards).splitlines(keepends=True)
    return head + "cards:\n" + "".join(" " * indent + line for line in lines) + tail


def test_one_edited_card_is_all_that_is_read(deck: Deck) -> None:
    names = [f"c{number}" for number in range(50)]
    same(deck, text_of(*(CARD % name for name in names), tail=FRAMEWORK))
    cards = [CARD % name for name in names]
    cards[20] = PLAIN % "c20"
    library = deck.open(text_of(*cards, tail=FRAMEWORK))
    assert (deck.whole, deck.lines) == ([], [26])
    assert library.card("d/c20").prompt == "What is it?"
    assert library.cards["d/c21"].line == 26 + 7
    assert library.cards["d/two"].line == 5 + 50 + 6 + 9
    same(deck, text_of(*cards, tail=FRAMEWORK))


def test_cards_that_are_added_removed_or_moved(deck: Deck) -> None:
    a, b, c = (PLAIN % name for name in "abc")
    same(deck, text_of(a, b))
    for cards, read in [((b, a), 0), ((b, c, a), 1), ((c,), 0), ((c, b), 1)]:
        deck.open(text_of(*cards))
        assert (deck.whole, len(deck.lines)) == ([], read)
        same(deck, text_of(*cards))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (text_of(CARD % "a", CARD % "b"), text_of(CARD % "a", CARD % "a")),
        (text_of(CARD % "a", CARD % "b"), text_of(CARD % "a", CARD % "one", tail=FRAMEWORK)),
        (text_of(CARD % "a", PLAIN % "b"), text_of(CARD % "a", PLAIN % "b", head="schema: 1\n")),
        (text_of(CARD % "a"), text_of(CARD % "a", head=HEAD.replace("t: T, ", ""))),
        (text_of(CARD % "a", CARD % "b"), text_of(CARD % "a", "- {id: b, prmpt: x}\n")),
        (text_of(CARD % "a", CARD % "b"), text_of(CARD % "a", "- {id: b, prompt: 'x}\n")),
        (text_of(CARD % "a", CARD % "b"), text_of(CARD % "a", "- {id: b, topic: v}\n")),
        (text_of(CARD % "a", CARD % "b"), text_of(CARD % "a", "- [b]\n")),
        (text_of(CARD % "a", CARD % "b"), text_of(CARD % "a", "-\n  id: b\n")),
        (text_of(CARD % "a", CARD % "b"), text_of(CARD % "a", "- \n  id: b\n")),
        (text_of(CARD % "a"), text_of(CARD % "a", "- {id: b, prompt: p, answer: a} # c\n")),
        (text_of(CARD % "a"), text_of(CARD % "a") + "...\n"),
        (text_of(CARD % "a") + "...\n", text_of(CARD % "a") + "...\n  " + CARD % "b"),
        (text_of(CARD % "a"), text_of(CARD % "a") + "---\n  " + CARD % "b"),
        (text_of(CARD % "a"), text_of(CARD % "a") + "%YAML 1.1\n"),
        (text_of(CARD % "a"), text_of(CARD % "a") + "'frameworks': []\n  " + CARD % "b"),
        (text_of(CARD % "a"), text_of(CARD % "a") + "<<: {title: X}\n"),
        (text_of(CARD % "a"), text_of(CARD % "a") + "title: X\n"),
        (text_of(CARD % "a"), text_of(CARD % "a", "- &x {id: b, prompt: p, answer: a}\n")),
        (
            text_of(CARD % "a", "- {id: b, prompt: &p p, answer: a}\n", "- {id: c, prompt: *p}\n"),
            text_of(CARD % "a", "- {id: b, prompt: &p q, answer: a}\n", "- {id: c, prompt: *p}\n"),
        ),
        (
            text_of(CARD % "a", "- {id: b, prompt: p, answer: a, formerly: [x]}\n"),
            text_of(CARD % "x", "- {id: b, prompt: p, answer: a, formerly: [x]}\n"),
        ),
        (
            text_of(CARD % "a", "- {id: b, prompt: p, answer: a, formerly: [x]}\n"),
            text_of(
                "- {id: a, prompt: p, answer: a, formerly: [d/x]}\n",
                "- {id: b, prompt: p, answer: a, formerly: [x]}\n",
            ),
        ),
        (text_of(CARD % "a", CARD % "b"), text_of(CARD % "a", "- id: b\n  prompt: |\n  - x\n")),
        (
            text_of("- id: a\n  prompt: |\n    - {id: z}\n  answer: x\n"),
            text_of("- id: a\n  prompt: |\n- {id: z, prompt: p, answer: a}\n"),
        ),
        (
            text_of("- {id: a, prompt: p, answer: a}\n"),
            text_of("- {id: a, prompt: p,\n- x, answer: a}\n"),
        ),
        (
            text_of('- {id: a, prompt: "p", answer: a}\n'),
            text_of('- {id: a, prompt: "p\n- x", answer: a}\n'),
        ),
        (text_of(CARD % "a"), text_of(CARD % "a").rstrip("\n")),
        (text_of(CARD % "a"), text_of(CARD % "a") + "\n\n# the end\n"),
        (text_of(CARD % "a"), text_of(CARD % "a", CARD % "b").replace("\n", "\r\n")),
        (
            text_of(CARD % "a").replace("\n", "\r\n"),
            text_of(CARD % "a", CARD % "b").replace("\n", "\r\n"),
        ),
        (text_of(CARD % "a"), text_of(CARD % "a", "- id: b\r  prompt: p\n")),
        ("\ufeff" + text_of(CARD % "a"), "\ufeff" + text_of(CARD % "a", CARD % "b")),
        (text_of(CARD % "a"), text_of(CARD % "a", "\ufeff- id: b\n")),
        (text_of(CARD % "a"), text_of(CARD % "a", "- id: b\n\tprompt: p\n")),
        (text_of(CARD % "a"), text_of(CARD % "a", "- {id: b, prompt: \x1b, answer: a}\n")),
        (text_of(CARD % "a").encode(), text_of(CARD % "a").encode() + b"  - {id: b\xff}\n"),
        (text_of(CARD % "a"), text_of(CARD % "a", "- {id: b, prompt: p\u2028- x, answer: a}\n")),
        (text_of(CARD % "a", indent=0), text_of(CARD % "a", CARD % "b", indent=0)),
        (text_of(CARD % "a", indent=0), text_of(CARD % "a", "- id: b\n- c\n", indent=0)),
        (text_of(CARD % "a", indent=1), text_of(CARD % "a", CARD % "b", indent=3)),
        (HEAD + "cards: [{id: a}]\n", HEAD + "cards: [{id: a, prompt: p, answer: a}]\n"),
        (
            HEAD.replace("title: T", 'title: "x\ncards:\n  - y"') + "cards:\n  - {id: a}\n",
            HEAD.replace("title: T", 'title: "x\ncards:\n  - z"') + "cards:\n  - {id: a}\n",
        ),
        ("cards:\n  " + CARD % "a" + HEAD, "cards:\n  " + CARD % "b" + HEAD),
        ("\ncards:\n  " + CARD % "a" + HEAD, "\ncards:\n  " + CARD % "b" + HEAD),
        (
            "\ncards:\n  " + CARD % "a" + "title: 'a\nschema: 1'\ndeck: d\nschema: 1\n",
            "\ncards:\n  " + CARD % "b" + "title: 'a\nschema: 1'\ndeck: d\nschema: 1\n",
        ),
        (
            "schema: 1\ncards: # these\n\n # are\n  " + CARD % "a" + "deck: d\n",
            "schema: 1\ncards: # these\n\n # are\n  " + CARD % "bb" + "\ndeck: d\n",
        ),
        (
            HEAD + FRAMEWORK + text_of(CARD % "a", head=""),
            HEAD + FRAMEWORK + text_of(PLAIN % "b", CARD % "a", head=""),
        ),
        (
            text_of("- id: a\n  prompt: p #x\n  answer: a\n", CARD % "b", tail=FRAMEWORK),
            text_of(PLAIN % "b", "- id: a\n  prompt: p #x\n  answer: a\n", tail=FRAMEWORK),
        ),
    ],
)  # fmt: skip
def test_what_a_change_means_is_seen(deck: Deck, before: str | bytes, after: str | bytes) -> None:
    same(deck, before)
    same(deck, after)
    same(deck, before)


def test_deep_nesting_is_refused_as_in_the_whole(deck: Deck) -> None:
    for depth in range(56, 66):
        deep = "{<<: " * depth + "{}" + "}" * depth
        same(deck, text_of(CARD % "a"))
        same(deck, text_of(CARD % "a", f"- {{id: b, prompt: p, answer: a, <<: {deep}}}\n"))


def test_an_unreadable_change_leaves_the_cache_sound(deck: Deck) -> None:
    same(deck, text_of(CARD % "a", CARD % "b"))
    same(deck, text_of(CARD % "a", "- {id: b"))
    same(deck, text_of(CARD % "a", CARD % "b"))
    same(deck, text_of(CARD % "a", CARD % "c"))


# Random edits

NAMES = st.one_of(
    st.integers(0, 999).map("n{}".format), st.integers(0, 999).map("m{}".format),
    st.sampled_from(["a", "b", "one", "uno"]),
)  # fmt: skip
SOUND = [
    "- {id: @, topic: t, prompt: p, answer: a}\n",
    "- id: @\n  topic: u\n  prompt: >\n    Why\n\n    so?\n  answer: Since.\n",
    "- id: @\n  prompt: |2\n      - odd\n    - {id: x}\n  answer: |+\n    a\n\n",
    "- id: @\n  # a comment\n  kind: cloze\n  text: '{{x|y}} is\n\n    z'\n",
    '- id: @\n  prompt: "two\n    lines" # and more\n  answer: a\n',
    "-   id: @\n    prompt: p\n    answer: a\n    tags:\n    - x\n    - ~\n",
    "- id: @\n  prompt: p\n  answer: a\n  formerly: [~]\n",
    "- {id: @, prompt: p, answer: a, formerly: [e/~, d/old-@]}\n",
    "- id: @\n  prompt: What of it #1 then\n  answer: a #tight\n",
    "- {id: @, kind: choice, prompt: p, choices: [{text: +, right: true}, {text: ~}]}\n",
    "- {id: @, prompt: p, answer: a}\n\n\n",
    "- {<<: {id: @}, prompt: p, answer: a}\n",
    "- ? id\n  : @\n  ? prompt\n  : p\n  ? answer\n  : a\n",
]
ODD = [
    "- {id: @, topic: ~, prompt: p, answer: a}\n",
    "- &~ {id: @, prompt: p, answer: a}\n",
    "- {id: @, prompt: *~, answer: a}\n",
    "- id: @\n  prompt: &~ p\n  answer: a\n",
    "- {id: @, prmpt: p}\n",
    "- id: @\n  prompt: 'open\n",
    "- !!str @\n",
    "- @\n",
    "- \n",
    "-\n  id: @\n  prompt: p\n  answer: a\n",
]
CARDS = st.builds(
    lambda odds, sound, odd, name, other: (
        (odd if odds == 7 else sound).replace("@", name).replace("~", other)
    ),
    st.integers(0, 19),
    st.sampled_from(SOUND),
    st.sampled_from(ODD),
    NAMES,
    NAMES,
)
HEADS = st.sampled_from(
    [
        *[HEAD] * 12,
        "schema: 1\ndeck: d\n",
        HEAD + "# cards:\nsynonyms: [[a, b]]\n",
        "%YAML 1.1\n---\n" + HEAD,
        "\ufeff" + HEAD,
        HEAD + FRAMEWORK,
        HEAD.replace("title: T", "title: |\n  cards:\n    - x"),
        HEAD.replace("title: T", "title: 'x\ncards:\n  - y'"),
        "title: &b T\n" + "schema: 1\ndeck: d\n",
    ]
)
TAILS = st.sampled_from(
    ["", "", "", FRAMEWORK, FRAMEWORK, "synonyms:\n  - [a, b]\n", "# end\n", "\n\n", "..."]
)
SNIPPETS = st.sampled_from(
    [
        "\n", " ", "  ", "    ", "\t", "#", " #x", "- ", "\n  - ", "\n- ", ":", ": ", "'", '"', "|",
        ">", "{", "}", "[", "]", ",", "&a ", "*a", "%", "---\n", "...\n", "\n---", "\n...", "\r",
        "\r\n", "!!x ", "?", "? ", "x", "\u2028", "\x85", "\ufeff", "\x00", "\x1b", "é", "<<: ",
        "\ncards:\n", "\nframeworks:\n", "\ntitle: X\n", "  - {id: z, prompt: p, answer: a}\n",
        "id: q\n", "\\", "``", "@",
    ]
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[str]:
    """A deck as it is edited: card by card, and now and then by what slips from the fingers."""
    cards = draw(st.lists(CARDS, min_size=1, max_size=5))
    indent = draw(st.sampled_from([2, 2, 2, 0, 1, 4]))
    head, tail = draw(HEADS), draw(TAILS)
    end = draw(st.sampled_from(["\n", "\n", "\n", "\r\n"]))
    history = []
    for kind in [0, *draw(st.lists(st.integers(0, 15), min_size=1, max_size=7))]:
        at = draw(st.integers(0, len(cards) - 1)) if cards else 0
        if kind in (1, 2, 3, 4):
            cards[at : at + 1] = [draw(CARDS)]
        elif kind in (5, 6, 7):
            cards.insert(at, draw(CARDS))
        elif kind == 8:
            del cards[at : at + 1]
        elif kind == 9:
            cards[at:] = cards[at:][::-1]
        elif kind == 10:
            head = draw(HEADS)
        elif kind == 11:
            tail = draw(TAILS)
        text = text_of(*cards, indent=indent, head=head, tail=tail).replace("\n", end)
        if kind > 11:
            text = draw(slips(text))
        history.append(text)
        if kind == 15:
            history.append(draw(slips(text)))
    return history


@st.composite
def slips(draw: st.DrawFn, text: str) -> str:
    """A text with a line too many or too few, or something typed into one."""
    lines = text.splitlines(keepends=True) or [""]
    at = draw(st.integers(0, len(lines) - 1))
    kind = draw(st.integers(0, 6))
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[draw(st.integers(0, len(lines) - 1))])
    elif kind == 2:
        lines.insert(at, draw(st.sampled_from(["# c\n", "\n", "   # c\n", "    \n", "\t\n"])))
    else:
        column = draw(st.integers(0, len(lines[at])))
        gone = draw(st.integers(0, 2))
        lines[at] = lines[at][:column] + draw(SNIPPETS) + lines[at][column + gone :]
    return "".join(lines)


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]


def _play(history: list[str]) -> None:
    with TemporaryDirectory() as folder, counted(Path(folder)) as deck:
        for text in history:
            event("cards alone" if same(deck, text) else "the whole")


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(histories())
def test_any_edit_reads_as_the_whole_would(history: list[str]) -> None:
    _play(history)


@pytest.mark.long
@settings(max_examples=500, deadline=None, suppress_health_check=QUIET)
@given(histories())
def test_very_many_edits_read_as_the_whole_would(history: list[str]) -> None:
    _play(history)


def test_a_piece_is_read_by_itself_as_among_the_others() -> None:
    """Each piece of a bundled deck means alone what it means there."""
    for path in sorted((Path(__file__).parents[3] / "decks").glob("*.yaml")):
        data = path.read_bytes()
        reading, made = reader.read_text(data, "x"), cuts.cut(data)
        assert reading.deck is not None
        assert made is not None
        assert cuts.cards_fit(reading, made)
        for piece, line, card in zip(made.pieces, made.lines(), reading.deck.cards, strict=False):
            alone = reader.read_card(piece, "x", line, made.indent, reading.deck)
            assert alone is not None
            assert alone.deck is not None
            assert alone.deck.cards == (card,)


@pytest.mark.parametrize("harm", ["digest = x'00'", "outline = zeroblob(40)", "checksum = 0"])
def test_an_outline_that_is_not_the_files_own_is_not_trusted(deck: Deck, harm: str) -> None:
    same(deck, text_of(CARD % "a", CARD % "b"))
    with closing(sqlite3.connect(deck.cache / "decks.sqlite")) as db, db:
        db.execute(f"UPDATE outlines SET {harm}")
    library = deck.open(text_of(CARD % "a", CARD % "c"))
    assert len(deck.whole) == 1
    assert contents(library) == contents(open_library(str(deck.decks), ""))


@pytest.mark.parametrize("edited", [True, False])
def test_a_library_is_read_on_from_when_its_file_breaks(deck: Deck, edited: bool) -> None:
    deck.open(text_of(CARD % "a", PLAIN % "b"))
    library = deck.open(text_of(CARD % "a", (CARD if edited else PLAIN) % "b"))
    assert deck.whole == []
    deck.open(text_of(CARD % "a", "- {id: b"))
    assert [library.card(ref).id for ref in library.cards] == ["a", "b"]
    same(deck, text_of(CARD % "a", CARD % "c"))


def test_another_process_that_wrote_first_is_left_alone(deck: Deck) -> None:
    same(deck, text_of(CARD % "a", CARD % "b"))
    known = deck.open(text_of(CARD % "a", CARD % "b"))
    keep = changes.read_changes
    with pytest.MonkeyPatch.context() as patch:

        def meanwhile(*args: Any) -> changes.Changed | None:
            patch.setattr(changes, "read_changes", keep)
            text = deck.file.read_text()
            Deck.open(deck, text_of(CARD % "a", CARD % "x", CARD % "y"))
            deck.file.write_text(text)
            return keep(*args)

        patch.setattr(changes, "read_changes", meanwhile)
        library = deck.open(text_of(CARD % "a", CARD % "c"))
    assert [*library.cards] == ["d/a", "d/c"]
    assert library.card("d/c").id == "c"
    assert known.card("d/a").id == "a"
    same(deck, text_of(CARD % "a", CARD % "c"))


def test_only_what_is_asked_otherwise_than_before_has_another_fingerprint(deck: Deck) -> None:
    first = text_of(CARD % "a", CARD % "b")
    known = deck.open(first).fingerprint
    for text in (first.replace("prompt: p", "prompt: q"), "# a line more\n" + first):
        assert deck.open(text).fingerprint == known
    for text in (
        text_of(CARD % "b", CARD % "a"),
        text_of(CARD % "a"),
        first.replace("id: b, topic: t", "id: b, topic: u"),
    ):
        assert deck.open(text).fingerprint != known
