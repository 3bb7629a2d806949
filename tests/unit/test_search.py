"""Finding cards, and naming many of them for a sitting."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbench import CHOICE, CLOZE, FLASHCARD, FRAMEWORK, QUESTION, SCENARIO, Clock, deck

from trainer.decks.library import Library, open_library
from trainer.errors import TrainerError
from trainer.progress.records import Mark
from trainer.scheduling.schedule import Memory
from trainer.search import Index, Query, parse
from trainer.selection import Selection
from trainer.standing import Standing

DECK = deck(
    {**QUESTION, "tags": ["no-sql", "two words"]},
    {**SCENARIO, "tags": ["nosql"]},
    CHOICE,
    CLOZE,
    {**FLASHCARD, "prompt": "Was heißt ＨＮＳＷ auf Straße?", "topic": "other"},
    title="Keeping an index",
    topics={"t": "Index or not", "other": "Other things"},
)
DAY = Clock().day


def opened(folder: Path, *, cached: bool = False) -> Library:
    folder.mkdir(exist_ok=True)
    decks = folder / "decks"
    decks.mkdir(exist_ok=True)
    (decks / "d.yaml").write_text(DECK, encoding="utf-8")
    return open_library(
        str(decks), str(folder / "none"), cache=str(folder / "c") if cached else None
    )


@pytest.fixture
def index(tmp_path: Path) -> Index:
    library = opened(tmp_path)
    return Index(library.cards.values(), library.decks, library.excerpts())


def memory(**fields: object) -> Memory:
    known = Memory("review", 0, 3.0, 5.0, 3, DAY + 1, None, DAY - 2, DAY - 9, 4, 0)
    return known._replace(**fields)  # type: ignore[arg-type]


def standing(
    memories: dict[str, Memory] | None = None, marks: dict[str, Mark] | None = None
) -> Standing:
    return Standing(memories or {}, marks or {}, Clock()(), DAY)


def found(index: Index, text: str, known: Standing | None = None) -> list[str]:
    cards = index.find(parse(text), known or standing())
    return [card.ref.partition("/")[2] for card in cards]


ALL = ["why", "formulary", "pick", "gap", "flip"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ALL),
        ("  ", ALL),
        ("why index", ["why"]),  # both words, in any order
        ("INDEX WHY", ["why"]),
        ("lookups", ["why"]),  # the answer
        ("formulary", ["formulary"]),  # the prompt and the id
        ("d/gap", ["gap"]),
        ("other things", ["flip"]),  # the topic's title
        ("pear", ["pick"]),  # an option
        ("weights", ["gap"]),  # inside a gap
        ("strasse", ["flip"]),
        ("no such words", []),
        ("https://x", []),  # not a filter
        ("kind:choice", ["pick"]),
        ("kind:cl kind:clo", ["gap"]),
        ("KIND:Choice", ["pick"]),
        ("topic:t", ["why", "formulary", "flip"]),  # `things` begins with it too
        ("topic:index", ["why", "formulary"]),
        ("topic:other", ["flip"]),
        ("tag:sql", ["why"]),
        ("tag:no-s", ["why"]),
        ("tag:nosql", ["formulary"]),
        ("tag:words", ["why"]),
        ("deck:d", ALL),
        ("deck:keeping", ALL),
        ("deck:eeping", []),
        ("deck:", ALL),
        ("topic:other index", []),
        ("kind:flashcard was", ["flip"]),
        ("is:", ALL),
        ("is:bogus", ALL),
    ],
)
def test_what_is_found(index: Index, text: str, wanted: list[str]) -> None:
    assert found(index, text) == wanted


def test_typing_on_and_deleting_find_as_if_typed_at_once(index: Index) -> None:
    text = "index kind:question lookups is:new tag:sql"
    for end in [*range(len(text)), *range(len(text), -1, -1)]:
        index._last = None
        fresh = found(index, text[:end])
        found(index, text[: max(0, end - 1)])
        assert found(index, text[:end]) == fresh
        found(index, text[: end + 1])
        assert found(index, text[:end]) == fresh


def test_a_search_is_done_anew_when_the_cards_stand_otherwise(index: Index) -> None:
    assert found(index, "is:new") == ALL
    suspended = standing(marks={"d/why": Mark(suspended=True)})
    assert found(index, "is:suspended", suspended) == ["why"]
    assert found(index, "is:suspended") == []


@pytest.mark.parametrize("state", ["new", "due", "learning", "leech", "suspended", "buried"])
def test_states_leave_in_what_is_so(index: Index, state: str) -> None:
    known = standing(
        {
            "d/why": memory(due_day=DAY),
            "d/formulary": memory(phase="learning", due_at=Clock()().instant + 1),
            "d/pick": memory(lapses=8),
        },
        {"d/gap": Mark(suspended=True), "d/flip": Mark(buried_day=DAY, flag=2)},
    )
    wanted = {
        "new": [], "due": ["why"], "learning": ["formulary"], "leech": ["pick"],
        "suspended": ["gap"], "buried": ["flip"],
    }  # fmt: skip
    assert found(index, f"is:{state}", known) == wanted[state]
    assert found(index, "is:flagged is:buried", known) == ["flip"]


def test_unknown_states_are_named() -> None:
    assert parse("is:Due is:tired words") == Query(("words",), (), ("due",), ("tired",))


@pytest.mark.parametrize("cached", [False, True])
def test_prompts_are_those_asked(tmp_path: Path, cached: bool) -> None:
    for _ in range(2):  # read from the file, then from the cache
        library = opened(tmp_path, cached=cached)
        index = Index(library.cards.values(), library.decks, library.excerpts())
        prompts = [index.prompt(card) for card in index.cards]
        assert prompts[0] == "Why keep an index?"
        assert prompts[3] == "RAG keeps facts in ____ (1), tuning in ____ (2)."
        assert [index.title(card) for card in index.cards][2:] == [
            "Keeping an index", "Keeping an index", "Other things"
        ]  # fmt: skip


@pytest.mark.parametrize("cached", [False, True])
def test_signals_are_found_by_their_cues_and_what_is_said_of_them(
    tmp_path: Path, cached: bool
) -> None:
    folder = tmp_path / "decks"
    folder.mkdir()
    (folder / "d.yaml").write_text(deck(QUESTION, frameworks=[FRAMEWORK]), encoding="utf-8")
    for _ in range(2):  # read from the file, then from the cache
        cache = str(tmp_path / "c") if cached else None
        library = open_library(str(folder), "", cache=cache)
        index = Index(library.cards.values(), library.decks, library.excerpts())
        assert found(index, "new every week kind:scenario tag:change") == ["monthly"]
        assert found(index, "retrieved passages") == ["cited"]
        assert found(index, "kind:scenario") == ["monthly", "cited", "style"]
        assert index.prompt(library.cards["d/monthly"]) == "monthly updates / new every week"


def test_a_damaged_cache_costs_no_card(tmp_path: Path) -> None:
    import os
    import sqlite3

    opened(tmp_path, cached=True)
    (file,) = [os.path.join(tmp_path / "c", name) for name in os.listdir(tmp_path / "c")]
    with sqlite3.connect(file) as db:
        db.execute("UPDATE cards SET checksum = 0 WHERE key = (SELECT max(key) FROM cards)")
        db.execute("UPDATE files SET checksum = checksum")
    db.close()
    assert len(opened(tmp_path, cached=True).excerpts()) == len(ALL)


def test_a_selection_names_cards(tmp_path: Path) -> None:
    library = opened(tmp_path)
    wanted = Selection(refs=("d/gap", "d/why", "pick"))
    assert [card.ref for card in wanted.cards(library)] == ["d/why", "d/pick", "d/gap"]
    with pytest.raises(TrainerError, match="no card d/none"):
        Selection(refs=("d/none",)).cards(library)
