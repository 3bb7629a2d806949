"""Cards come in and go out by command, as a person would do it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from e2e.terminal import data_folder, run, write_deck

WORDS = "HNSW\tA layered graph\nIVF\tLists around centroids\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def words(home: Path) -> Path:
    path = home / "vector words.txt"
    path.write_text(WORDS)
    return path


def test_words_come_in_are_asked_and_come_again(home: Path, words: Path) -> None:
    would = run(home, "import", "--dry-run", str(words))
    assert would.returncode == 0
    assert would.stdout.startswith("Nothing was written.")
    assert not data_folder(home).exists()
    done = run(home, "import", str(words))
    deck = data_folder(home) / "decks" / "vector-words.yaml"
    assert done.stdout == (f"{words} → vector-words ({deck})\n  2 new, 0 updated, 0 unchanged\n")
    assert run(home, "check", str(deck)).returncode == 0
    quiz = run(home, "quiz", "--plain", "--deck", "vector-words", typed="a layered graph\n\n\n")
    assert "saved " in quiz.stdout
    words.write_text(WORDS.replace("A layered", "A many-layered"))
    again = run(home, "import", "--json", str(words))
    (told,) = json.loads(again.stdout)["files"]
    assert [told["decks"][0][name] for name in ("new", "updated", "unchanged")] == [0, 1, 1]
    assert "A many-layered graph" in deck.read_text()


@pytest.mark.parametrize("form", ["anki", "anki-text", "csv", "markdown", "json"])
def test_what_goes_out_comes_back(home: Path, form: str) -> None:
    out = home / "out"
    to_file = run(home, "export", "--deck", "rag-vs-fine-tuning", "--format", form, str(out))
    assert (to_file.returncode, to_file.stdout) == (0, "")
    back = run(home, "import", "--format", form, "--deck", "copy", str(out))
    assert (back.returncode, back.stderr) == (0, "")
    assert "56 new" in back.stdout
    was, became = (exported(home, deck) for deck in ("rag-vs-fine-tuning", "copy"))
    assert became == was


def exported(home: Path, deck: str) -> list[dict[str, object]]:
    """Return the cards of a deck, each with its topic's title."""
    (told,) = json.loads(run(home, "export", "--deck", deck, "--format", "json").stdout)["decks"]
    return [{**card, "topic": told["topics"][card["topic"]]} for card in told["cards"]]


def test_standard_output_takes_it_too(home: Path) -> None:
    done = run(home, "export", "--deck", "rag-systems", "--format", "json")
    assert json.loads(done.stdout)["decks"][0]["deck"] == "rag-systems"


def test_a_deck_with_errors_does_not_stay_behind_in_silence(home: Path) -> None:
    broken = "schema: 1\ndeck: mine\ncards:\n  - {id: a, prompt: b}\n"
    write_deck(data_folder(home) / "decks", "mine", broken)
    done = run(home, "export", "--format", "json", str(home / "all.json"))
    assert (done.returncode, done.stdout) == (0, "")
    assert "mine.yaml: 1 error; see `trainer check`" in done.stderr
    only = run(home, "export", "--format", "json", "--deck", "mine")
    assert only.returncode == 1
    assert "mine.yaml: 1 error; see `trainer check`" in only.stderr


def test_a_pipe_is_not_replaced_by_a_file(home: Path) -> None:
    pipe = home / "pipe"
    os.mkfifo(pipe)
    done = run(home, "export", "--format", "json", str(pipe))
    assert (done.returncode, pipe.is_fifo()) == (1, True)
    assert done.stderr.startswith(f"trainer: {pipe}: this isn't a regular file")


def test_a_conflict_is_listed_and_nothing_is_lost(home: Path, words: Path) -> None:
    run(home, "import", str(words))
    deck = data_folder(home) / "decks" / "vector-words.yaml"
    deck.write_text(deck.read_text().replace("A layered graph", "My own words"))
    words.write_text(WORDS.replace("A layered", "A many-layered"))
    before = deck.read_text()
    done = run(home, "import", str(words))
    assert done.returncode == 1
    assert "1 conflict" in done.stdout
    assert "My own words" in done.stdout
    assert "A many-layered graph" in done.stdout
    assert deck.read_text() == before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("no.apkg", b"PK\x03\x04 and nothing else", "no.apkg: "),
        ("empty.csv", b"", "empty.csv: "),
        ("latin.csv", b"a,caf\xe9\n", "latin.csv:1:6: "),
        ("open.csv", b'a,"b\nc,d\n', "open.csv:1:3: "),
        ("x.json", b'{"decks": [{]}', "x.json:1:13: "),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    home: Path, name: str, content: bytes, said: str
) -> None:
    (home / name).write_bytes(content)
    done = run(home, "import", name)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"trainer: {said}")
    assert done.stderr.count("\n") == 1


def test_the_files_before_a_broken_one_are_told(home: Path, words: Path) -> None:
    (home / "empty.csv").touch()
    done = run(home, "import", str(words), "empty.csv")
    assert done.returncode == 1
    assert "2 new" in done.stdout
    assert done.stderr.startswith("trainer: empty.csv: ")


def test_a_log_is_united(home: Path, words: Path) -> None:
    run(home, "import", str(words))
    run(home, "quiz", "--plain", "--deck", "vector-words", typed="a layered graph\n\n\n")
    log = home / "laptop.jsonl"
    log.write_text(run(home, "log").stdout)
    progress = data_folder(home) / "progress.db"
    progress.unlink()
    number = len(log.read_text().splitlines())
    would = run(home, "import", "--dry-run", str(log)).stdout
    assert f": {number} event" in would
    assert not progress.exists()
    done = run(home, "import", str(log))
    assert done.returncode == 0
    assert run(home, "log").stdout == log.read_text()
    assert ": 0 events" in run(home, "import", "--dry-run", str(log)).stdout
