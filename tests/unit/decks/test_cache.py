"""The cache of read decks: the same with it as without, and harmless whatever befalls it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from workbench import FRAMEWORK, deck

from trainer.decks import cache as cache_module
from trainer.decks import fetch, reader
from trainer.decks.library import Library, open_library

DECK = """\
schema: 1
deck: d
title: é
topics: {t: T}
synonyms: [[RAG, retrieval]]
cards:
  - {id: a, topic: t, tags: [x, y], prompt: p, answer: a, difficulty: 2, formerly: [old]}
  - {id: b, kind: cloze, text: "{{x|y}}"}
"""
FRAMED = deck(name="f", topics={"t": "T"}, frameworks=[FRAMEWORK])
BROKEN = "schema: 1\ndeck: e\ncards: [{id: a}, {id: b, prmpt: x}]\n"


class Folders:
    """A folder of decks beside a cache, and which files were parsed, if only in part."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.decks = root / "decks"
        self.decks.mkdir()
        self.cache = root / "cache"
        self.deck = self.decks / "d.yaml"
        self.deck.write_text(DECK)
        (self.decks / "broken.yaml").write_text(BROKEN)
        self.parsed: list[str] = []
        read_text = reader.read_text

        def counting(data: bytes, path: str) -> reader.Reading:
            self.parsed.append(os.path.basename(path))
            return read_text(data, path)

        read_card = reader.read_card

        def counting_card(piece: bytes, path: str, *place: Any) -> reader.Reading | None:
            self.parsed.append(os.path.basename(path))
            return read_card(piece, path, *place)

        monkeypatch.setattr(reader, "read_text", counting)
        monkeypatch.setattr(reader, "read_card", counting_card)

    def open(self, cache: Path | None = None) -> Library:
        self.parsed.clear()
        return open_library(str(self.decks), "", cache=str(cache or self.cache))

    @property
    def file(self) -> Path:
        return self.cache / "decks.sqlite"


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    return Folders(tmp_path, monkeypatch)


def contents(library: Library) -> tuple[Any, ...]:
    """Return all that a library holds."""
    cards = [library.card(ref, repetition) for ref in library.cards for repetition in range(3)]
    kept = (library.decks, list(library.cards.values()), library.problems, library.aliases)
    return (*kept, library.synonyms("d"), library.files, cards, library.excerpts())


def test_signals_are_composed_of_what_is_cached(folders: Folders) -> None:
    (folders.decks / "f.yaml").write_text(FRAMED)
    without = contents(open_library(str(folders.decks), ""))
    cold = contents(folders.open())
    warm = contents(folders.open())
    assert folders.parsed == []
    assert without == cold == warm
    # One row is enough; where that is damaged, the file is read.
    with closing(sqlite3.connect(folders.file, isolation_level=None)) as db:
        db.execute("UPDATE cards SET checksum = 0")
    wanted = open_library(str(folders.decks), "").card("f/cited", 1)
    assert folders.open().card("f/cited", 1) == wanted
    assert folders.parsed == ["f.yaml"]


def test_a_signal_whose_file_has_changed_is_no_longer_there(folders: Folders) -> None:
    path = folders.decks / "f.yaml"
    path.write_text(FRAMED)
    library = open_library(str(folders.decks), "")
    asked = library.card("f/cited", 2)
    assert library.card_anew("f/cited", asked) == asked
    assert library.card_anew("d/a", library.card("d/a")) == library.card("d/a")
    path.write_text(FRAMED.replace('"cited"', '"quoted"'))
    fresh = folders.open()
    path.unlink()
    assert fresh.card("f/quoted").id == "quoted"
    gone = folders.open(folders.decks / "none")
    assert "f/cited" not in gone.cards


def test_warm_is_what_cold_was(folders: Folders) -> None:
    without = contents(open_library(str(folders.decks), ""))
    cold = contents(folders.open())
    assert folders.parsed == ["broken.yaml", "d.yaml"]
    warm = contents(folders.open())
    assert folders.parsed == []
    assert without == cold == warm
    assert len(cold[2]) == 5


def test_an_edited_file_is_read_again_and_others_are_not(folders: Folders) -> None:
    folders.open()
    folders.deck.write_text(DECK.replace("prompt: p", "prompt: q"))
    library = folders.open()
    assert folders.parsed == ["d.yaml"]
    assert library.card("d/a").prompt == "q"
    assert folders.open().card("d/a").prompt == "q"
    assert folders.parsed == []


def test_an_edit_that_leaves_size_and_time_alone_is_seen(folders: Folders) -> None:
    times = (1_000_000_000, 1_000_000_000)
    os.utime(folders.deck, times)
    folders.open()
    folders.deck.write_text(DECK.replace("prompt: p", "prompt: q"))
    os.utime(folders.deck, times)
    assert folders.open().card("d/a").prompt == "q"


def test_a_fresh_stamp_is_not_trusted_and_an_old_one_is(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    read_stamped = fetch.read_stamped

    def noting(path: str) -> tuple[bytes, os.stat_result]:
        hashed.append(os.path.basename(path))
        return read_stamped(path)

    monkeypatch.setattr(fetch, "read_stamped", noting)
    monkeypatch.setattr(fetch, "_is_fresh", lambda status: True)
    folders.open()
    folders.open()
    assert hashed == ["broken.yaml", "d.yaml"] * 2
    monkeypatch.setattr(fetch, "_is_fresh", lambda status: False)
    folders.open()
    hashed.clear()
    folders.open()
    assert (hashed, folders.parsed) == ([], [])


@pytest.mark.parametrize(("age", "fresh"), [(0, True), (1.9, True), (2.1, False), (-9, True)])
def test_freshness_counts_from_the_later_of_both_times(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, age: float, fresh: bool
) -> None:
    path = tmp_path / "x"
    path.write_text("")
    status = os.stat(path)
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    monkeypatch.setattr(fetch.time, "time_ns", lambda: changed + int(age * 1e9))
    assert fetch._is_fresh(status) is fresh


def test_a_touched_file_is_not_parsed_again(folders: Folders) -> None:
    folders.open()
    os.utime(folders.deck, (1_500_000_000, 1_500_000_000))
    folders.open()
    assert folders.parsed == []


def test_a_file_that_is_gone_leaves_the_cache(folders: Folders) -> None:
    folders.open()
    folders.deck.unlink()
    (folders.decks / "new.yaml").write_text(DECK.replace("deck: d", "deck: new"))
    assert list(folders.open().decks) == ["new"]
    with closing(sqlite3.connect(folders.file)) as connection:
        paths = [os.path.basename(path) for (path,) in connection.execute("SELECT path FROM files")]
        cards = connection.execute("SELECT count(*) FROM cards").fetchone()
    assert paths == [b"broken.yaml", b"new.yaml"]
    assert cards == (2,)


def _tear(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _scribble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[100:] = bytes(len(data) - 100)
    path.write_bytes(bytes(data))


def _flip_texts(path: Path) -> None:
    data = path.read_bytes()
    assert b'"synonyms":' in data
    path.write_bytes(data.replace(b'"T"', b'"U"').replace(b"\xa1p", b"\xa1q"))


def _age(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version = 1")


def _newer(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE files (quite TEXT, other TEXT)")
        connection.execute("PRAGMA user_version = 2000000000")


def _drop_a_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE cards")


def _odd_types(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE files SET about = 12, checksum = 'x'")


def _text(path: Path) -> None:
    path.write_text("this is not a database at all, and long enough to be read as one " * 20)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "harm",
    [_tear, _scribble, _flip_texts, _age, _newer, _drop_a_table, _odd_types, _text, _empty],
)
def test_a_harmed_cache_is_noticed_and_made_anew(
    folders: Folders, harm: Callable[[Path], None]
) -> None:
    expected = contents(folders.open())
    harm(folders.file)
    assert contents(folders.open()) == expected
    # What is damaged where reading didn't notice, the next writing does.
    folders.deck.write_text(DECK + "# edited\n")
    for _ in range(3):
        assert contents(folders.open()) == expected
    assert folders.parsed == []


def test_a_harmed_card_is_read_from_its_file(folders: Folders) -> None:
    folders.open()
    with closing(sqlite3.connect(folders.file)) as connection, connection:
        connection.execute("UPDATE cards SET card = x'80'")
    library = folders.open()
    assert folders.parsed == []
    assert library.card("d/a").prompt == "p"


def test_a_locked_cache_is_done_without(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "_WAIT", 0)
    expected = contents(folders.open())
    with closing(sqlite3.connect(folders.file, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        folders.deck.write_text(DECK + "# edited\n")
        library = folders.open()
        assert contents(library) == expected
        assert not library.unkept
        connection.execute("ROLLBACK")
    assert folders.file.exists()
    folders.open()
    assert folders.parsed == ["d.yaml"]


def test_a_cache_that_can_not_be_made(folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    expected = contents(open_library(str(folders.decks), ""))
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nowhere")):
        library = folders.open(place)
        assert contents(library) == expected
        assert library.unkept
    assert not folders.open().unkept


@pytest.mark.parametrize("whole", [True, False])
def test_a_full_disk_costs_no_card(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    if not whole:
        folders.open()
        folders.deck.write_text(DECK.replace("id: b", "id: bee"))
    expected = contents(open_library(str(folders.decks), ""))
    put = cache_module.Cache._put

    def full(connection: sqlite3.Connection, *kept: Any) -> None:
        # SQLite itself says that the disk is full: the file may not grow.
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        for number in range(100):
            connection.execute(
                "INSERT INTO outlines VALUES (?, x'', zeroblob(9999), 0)", (-number,)
            )
        put(connection, *kept)

    with monkeypatch.context() as patch:
        patch.setattr(cache_module.Cache, "_put", staticmethod(full))
        library = folders.open()
        assert contents(library) == expected
        assert "full" in library.unkept
    library = folders.open()
    assert contents(library) == expected
    assert not library.unkept


def test_a_folder_in_the_place_of_the_cache(folders: Folders) -> None:
    folders.file.mkdir(parents=True)
    assert len(folders.open().cards) == 2


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions bind here")
def test_a_cache_without_permission(folders: Folders) -> None:
    folders.open()
    folders.file.chmod(0o400)
    folders.cache.chmod(0o500)
    folders.deck.write_text(DECK + "# edited\n")
    assert len(folders.open().cards) == 2
    folders.cache.chmod(0o700)


def test_another_release_reads_decks_anew(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.open()
    monkeypatch.setattr(cache_module, "__version__", "999")
    folders.open()
    assert folders.parsed == ["broken.yaml", "d.yaml"]
    folders.open()
    assert folders.parsed == []


def test_two_files_alike_share_their_cards(folders: Folders, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "copy.yaml").write_text(DECK)
    for _ in range(2):
        library = open_library(str(folders.decks), str(other), cache=str(folders.cache))
        assert library.decks["d"].path == str(other / "copy.yaml")
        assert library.card("d/a").prompt == "p"


@pytest.mark.skipif(os.name == "nt", reason="file names are bytes here")
def test_a_file_name_that_is_not_text(folders: Folders) -> None:
    folders.deck.rename(os.fsdecode(os.fsencode(folders.decks) + b"/\xff.yaml"))
    expected = contents(folders.open())
    assert contents(folders.open()) == expected
    assert folders.parsed == []


def test_problems_are_shown_with_the_path_that_was_given(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.open()
    monkeypatch.chdir(folders.decks.parent)
    library = open_library("decks", "", cache=str(folders.cache))
    assert folders.parsed == ["broken.yaml", "d.yaml"]
    assert {problem.path for problem in library.problems} == {os.path.join("decks", "broken.yaml")}
    assert library.card("d/a").prompt == "p"
