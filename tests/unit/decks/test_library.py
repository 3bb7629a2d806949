"""The library: layers, what clashes between decks, and the names a card goes by."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trainer.decks.library import Library, open_library
from trainer.errors import TrainerError, UsageError


def deck(name: str, *cards: str, **keys: str) -> str:
    """Return a deck; each card is an id, or an id and its former names as `a<b,c`."""
    lines = ["schema: 1", f"deck: {name}", *(f"{key}: {text}" for key, text in keys.items())]
    lines.append("cards:")
    for card in cards:
        card_id, _, former = card.partition("<")
        extra = f", formerly: [{former}]" if former else ""
        lines.append(f"  - {{id: {card_id}, prompt: {name} asks, answer: a{extra}}}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    bundled, user = tmp_path / "bundled", tmp_path / "user"
    bundled.mkdir()
    user.mkdir()
    return bundled, user


def opened(folders: tuple[Path, Path], *extra: Path) -> Library:
    return open_library(str(folders[0]), str(folders[1]), [str(path) for path in extra])


def test_decks_and_cards_in_order(folders: tuple[Path, Path]) -> None:
    bundled, user = folders
    (bundled / "z.yaml").write_text(deck("z", "c2", "c1", title="The Z", topics="{t: T}"))
    (user / "sub").mkdir()
    (user / "sub" / "b.YML").write_text(deck("b", "x", synonyms="[[one, two]]"))
    (user / "a.yaml").write_text(deck("a", "x"))
    library = opened(folders)
    assert library.problems == ()
    assert list(library.decks) == ["z", "a", "b"]
    assert list(library.cards) == ["z/c2", "z/c1", "a/x", "b/x"]
    info = library.decks["z"]
    assert (info.title, info.topics, info.cards) == ("The Z", {"t": "T"}, 2)
    assert library.decks["a"].title == "a"
    assert library.cards["z/c1"].line == 7
    assert library.card("z/c1").prompt == "z asks"
    assert library.synonyms("b") == (("one", "two"),)
    assert library.synonyms("nowhere") == ()


def test_decks_are_met_side_by_side_and_the_persons_own_first(folders: tuple[Path, Path]) -> None:
    bundled, user = folders
    (bundled / "long.yaml").write_text(deck("long", "a", "b", "c", "d"))
    (bundled / "short.yaml").write_text(deck("short", "a", "b"))
    (user / "own.yaml").write_text(deck("own", "x", "y"))
    met = opened(folders).introduction()
    assert met == [
        "own/x", "own/y", "long/a", "short/a", "long/b", "long/c", "short/b", "long/d",
    ]  # fmt: skip


def test_ones_own_copy_of_a_bundled_deck_is_met_where_that_is(
    folders: tuple[Path, Path],
) -> None:
    bundled, user = folders
    (bundled / "a.yaml").write_text(deck("a", "x", "y"))
    (bundled / "b.yaml").write_text(deck("b", "x", "y"))
    (user / "b.yaml").write_text(deck("b", "x", "y"))
    assert opened(folders).introduction() == ["a/x", "b/x", "a/y", "b/y"]


def test_a_later_layer_replaces_a_deck(folders: tuple[Path, Path], tmp_path: Path) -> None:
    bundled, user = folders
    (bundled / "d.yaml").write_text(deck("d", "a", "b"))
    (user / "other.yaml").write_text(deck("d", "c"))
    assert list(opened(folders).cards) == ["d/c"]
    single = tmp_path / "single.txt"
    single.write_text(deck("d", "e"))
    library = opened(folders, single)
    assert library.problems == ()
    assert list(library.cards) == ["d/e"]
    assert library.decks["d"].path == str(single)


def test_a_broken_deck_keeps_no_other_from_loading(folders: tuple[Path, Path]) -> None:
    bundled, user = folders
    (bundled / "d.yaml").write_text(deck("d", "a"))
    (user / "broken.yaml").write_text("schema: 1\ndeck: d\ncards: [{id: a}]\n")
    (user / "good.yaml").write_text(deck("good", "a"))
    library = opened(folders)
    assert list(library.cards) == ["d/a", "good/a"]
    assert {problem.path for problem in library.problems} == {str(user / "broken.yaml")}
    assert str(user / "broken.yaml") in library.files


def test_two_files_of_one_id_in_a_layer(folders: tuple[Path, Path]) -> None:
    _, user = folders
    (user / "a.yaml").write_text(deck("d", "first"))
    (user / "b.yaml").write_text("# a comment\n" + deck("d", "second"))
    library = opened(folders)
    assert list(library.cards) == ["d/first"]
    (problem,) = library.problems
    assert (problem.path, problem.line, problem.column) == (str(user / "b.yaml"), 3, 7)
    assert str(user / "a.yaml") in problem.message
    assert problem.severity == "error"
    assert problem.mend


def test_what_is_passed_over(folders: tuple[Path, Path]) -> None:
    _, user = folders
    (user / ".hidden.yaml").write_text("broken: [")
    (user / ".git").mkdir()
    (user / ".git" / "x.yaml").write_text("broken: [")
    (user / "notes.txt").write_text("broken: [")
    (user / "folder.yaml").mkdir()
    (user / "folder.yaml" / "d.yaml").write_text(deck("d", "a"))
    library = opened(folders)
    assert library.problems == ()
    assert list(library.cards) == ["d/a"]


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links and FIFOs")
def test_links_and_what_is_no_file(folders: tuple[Path, Path]) -> None:
    _, user = folders
    (user / "a.yaml").write_text(deck("d", "a"))
    (user / "loop").symlink_to(user)
    (user / "same.yaml").symlink_to(user / "a.yaml")
    (user / "dangling.yaml").symlink_to(user / "nowhere")
    os.mkfifo(user / "pipe.yaml")
    library = opened(folders)
    assert list(library.cards) == ["d/a"]
    assert sorted(os.path.basename(problem.path) for problem in library.problems) == [
        "dangling.yaml",
        "pipe.yaml",
    ]


def test_missing_folders(folders: tuple[Path, Path], tmp_path: Path) -> None:
    bundled, _ = folders
    assert open_library(str(bundled), str(tmp_path / "none")).problems == ()
    assert len(open_library(str(tmp_path / "none"), str(bundled)).problems) == 1
    (tmp_path / "file").write_text("")
    (problem,) = open_library(str(bundled), str(tmp_path / "file")).problems
    assert "can't be read" in problem.message
    with pytest.raises(UsageError, match=r"gone.*no such file") as caught:
        opened(folders, tmp_path / "gone")
    assert caught.value.mend


def test_names_of_a_card(folders: tuple[Path, Path]) -> None:
    bundled, _ = folders
    (bundled / "a.yaml").write_text(deck("a", "only-here", "both<old,gone/older"))
    (bundled / "b.yaml").write_text(deck("b", "both"))
    library = opened(folders)
    assert library.aliases == {"a/old": "a/both", "gone/older": "a/both"}
    assert library.resolve("a/both") == "a/both"
    assert library.resolve("a/old") == "a/both"
    assert library.resolve("only-here") == "a/only-here"
    assert library.card("gone/older").id == "both"
    with pytest.raises(TrainerError, match=r"several decks.*a/both, b/both"):
        library.resolve("both")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("a/only-heer", "a/only-here"), ("onlyhere", "a/only-here"), ("zzz/only-here", "a/only-here")],
)
def test_an_unknown_card_names_the_nearest(
    folders: tuple[Path, Path], asked: str, meant: str
) -> None:
    (folders[0] / "a.yaml").write_text(deck("a", "only-here"))
    library = opened(folders)
    with pytest.raises(TrainerError) as caught:
        library.card(asked)
    assert caught.value.exit_code == 1
    assert asked in caught.value.message
    assert meant in caught.value.mend


def test_an_unknown_card_is_cleaned_in_the_message(folders: tuple[Path, Path]) -> None:
    with pytest.raises(TrainerError) as caught:
        opened(folders).card("\x1b[2J")
    assert "\x1b" not in str(caught.value)


def test_former_names_that_clash_across_decks(folders: tuple[Path, Path]) -> None:
    bundled, _ = folders
    (bundled / "a.yaml").write_text(deck("a", "one<b/live,x/old"))
    (bundled / "b.yaml").write_text(deck("b", "live", "two<x/old"))
    library = opened(folders)
    assert list(library.cards) == ["a/one", "b/live", "b/two"]
    assert library.aliases == {"x/old": "a/one"}
    live, claimed = library.problems
    assert (live.path, live.line, live.column) == (str(bundled / "a.yaml"), 4, 53)
    assert "`b/live` is a card" in live.message
    assert claimed.path == str(bundled / "b.yaml")
    assert "already claimed by the card `a/one`" in claimed.message
    assert live.mend
    assert claimed.mend


def test_a_file_that_changed_under_an_open_library(folders: tuple[Path, Path]) -> None:
    path = folders[0] / "a.yaml"
    path.write_text(deck("a", "one"))
    cache = str(folders[1] / "cache")
    open_library(str(folders[0]), str(folders[1]), cache=cache)
    library = open_library(str(folders[0]), str(folders[1]), cache=cache)
    os.remove(os.path.join(cache, "decks.sqlite"))
    path.write_text(deck("a", "two"))
    with pytest.raises(TrainerError, match="no longer in its file"):
        library.card("a/one")


_WARM = """
import sys
before = set(sys.modules)
from trainer.decks.library import open_library
library = open_library(sys.argv[1], sys.argv[2], cache=sys.argv[3])
assert len(library.cards) == 2, library.problems
heavy = {"yaml", "msgspec", "textual", "rich", "rapidfuzz", "difflib", "hashlib", "pathlib",
         "dataclasses", "inspect", "logging", "importlib.resources", "argparse", "tomllib"}
print(sorted(heavy & (set(sys.modules) - before)))
library.card("a/one")
print("msgspec" in sys.modules, "yaml" in sys.modules)
"""


def test_opening_what_is_unchanged_imports_nothing_heavy(folders: tuple[Path, Path]) -> None:
    bundled, user = folders
    path = bundled / "a.yaml"
    path.write_text(deck("a", "one", "two"))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    arguments = [str(bundled), str(user), str(user / "cache")]
    open_library(arguments[0], arguments[1], cache=arguments[2])
    _forget_freshness(user / "cache", path)
    done = subprocess.run(
        [sys.executable, "-c", _WARM, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["[]", "True False"]


def _forget_freshness(cache: Path, path: Path) -> None:
    """Mark a file that was written just now as one that was read long after it was written."""
    import sqlite3
    from contextlib import closing

    from trainer.decks.fetch import _stamp

    with closing(sqlite3.connect(cache / "decks.sqlite")) as connection, connection:
        connection.execute("UPDATE files SET stamp = ?", (_stamp(os.stat(path)),))
