"""Beginning decks by command, and watching them while they are written."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from workbench import deck, flashcards

from trainer.authoring import watch
from trainer.cli import main
from trainer.decks.check import Checker, files_named
from trainer.decks.reader import read_deck
from trainer.decks.schema import schema_text
from trainer.grading import grade
from trainer.grading.model import Grade


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with nothing in it, and one bundled deck."""
    bundled = tmp_path / "bundled"
    bundled.mkdir()
    text = "# A deck.\nschema: 1\ndeck: b\ncards:\n  - {id: x, prompt: p, answer: a}\n"
    (bundled / "b.yaml").write_text(text)
    monkeypatch.setenv("TRAINER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("trainer.paths.bundled_decks", lambda: str(bundled))
    return tmp_path / "home"


Told = Callable[[], tuple[str, str]]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """Return what was printed since, and what was said beside it."""
    return lambda: tuple(capsys.readouterr())  # type: ignore[return-value]


def fails(*words: str) -> int:
    """Run a command that ends by itself or by its parser; return its exit code."""
    try:
        return main(words)
    except SystemExit as left:
        return int(left.code or 0)


@pytest.mark.parametrize("what", ["deck", "framework"])
def test_a_deck_is_begun_and_its_path_printed(home: Path, told: Told, what: str) -> None:
    for name in ("two-words", "two-words-2"):
        assert main(["new", what, "Two", "words"]) == 0
        path = home / "decks" / f"{name}.yaml"
        assert told() == (f"{path}\n", "")
        made = read_deck(path)
        assert made.problems == ()
        assert made.deck is not None
        assert (made.deck.deck, made.deck.title) == (name, "Two words")
    assert main(["check"]) == 0
    assert "warning" not in told()[0]


def test_a_card_is_begun_in_a_deck_of_yours(home: Path, told: Told) -> None:
    main(["new", "deck", "Mine"])
    told()
    path = home / "decks" / "mine.yaml"
    assert main(["new", "card", "--deck", "mine"]) == 0
    out, err = told()
    line = int(out.strip().removeprefix(f"{path}:"))
    assert "- id: new-card" in path.read_text(encoding="utf-8").splitlines()[line - 1]
    assert err == ""
    assert main(["--json", "--deck", "mine", "new", "card"]) == 0
    document = json.loads(told()[0])
    assert document["line"] > line
    assert {**document, "line": 0} == {
        "path": str(path), "line": 0, "deck": "mine", "card": "new-card-2",
    }  # fmt: skip


def test_a_card_for_a_bundled_deck_goes_into_a_copy(home: Path, told: Told) -> None:
    assert main(["new", "card", "--deck", "b"]) == 0
    copy = home / "decks" / "b.yaml"
    out, err = told()
    assert out.startswith(f"{copy}:")
    assert "is a copy of" in err
    assert [*read_deck(copy).lines] == ["x", "new-card"]
    assert [*read_deck(home.parent / "bundled" / "b.yaml").lines] == ["x"]
    assert main(["new", "card", "--deck", "b"]) == 0
    assert "copy" not in told()[1]
    assert [*read_deck(copy).lines] == ["x", "new-card", "new-card-2"]


def test_where_a_card_cannot_be_added_no_copy_is_left(home: Path, told: Told) -> None:
    text = "schema: 1\ndeck: b\ncards: [{id: x, prompt: p, answer: a}]\n"
    (home.parent / "bundled" / "b.yaml").write_text(text)
    assert main(["new", "card", "--deck", "b"]) == 1
    assert "write it where the others are" in told()[1]
    assert os.listdir(home / "decks") == []


def test_a_broken_deck_of_yours_is_named_with_its_first_error(home: Path, told: Told) -> None:
    (home / "decks").mkdir(parents=True)
    mine = home / "decks" / "mine.yaml"
    mine.write_text("schema: 1\ndeck: b\ncards:\n  - {id: x, prompt: p}\n")
    assert main(["new", "card", "--deck", "b"]) == 1
    assert f"{mine}:4:5: this deck has errors" in told()[1]
    assert os.listdir(home / "decks") == ["mine.yaml"]
    main(["new", "deck", "B"])
    assert told()[0] == f"{home / 'decks' / 'b-2.yaml'}\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["deck"], 2, "needs a title: `trainer new deck TITLE`"),
        (["framework"], 2, "needs a title"),
        (["deck", " "], 1, "needs a title"),
        (["deck", "A", "--deck", "b"], 2, "--deck goes with `trainer new card`"),
        (["card"], 2, "name it with --deck ID"),
        (["card", "A", "--deck", "b"], 2, "takes --deck alone"),
        (["card", "--deck", "bb"], 1, "did you mean `b`?"),
        (["card", "--deck", "\x1b[31m"], 1, "lists the deck files"),
        (["table"], 2, "invalid choice"),
        ([], 2, "required"),
    ],
)
def test_what_new_cannot_do(home: Path, told: Told, words: list[str], code: int, said: str) -> None:
    assert fails("new", *words) == code
    out, err = told()
    assert said in err
    assert "\x1b" not in err
    assert out == ""
    assert not home.exists() or not (home / "decks").exists()


def test_the_schema_is_printed(home: Path, told: Told) -> None:
    for words in (["schema"], ["schema", "--json"]):
        assert main(words) == 0
        assert told() == (schema_text(), "")


@pytest.mark.parametrize("beside", ["--json", "--orphans", "--samples=3"])
def test_watch_stands_alone(home: Path, told: Told, beside: str) -> None:
    assert main(["check", "--watch", beside]) == 2
    assert "--watch goes with none of" in told()[1]


def test_what_is_not_there_is_not_watched(home: Path, told: Told) -> None:
    assert main(["check", "--watch", str(home / "gone.yaml")]) == 1
    assert "no such file" in told()[1]


# Watching. Each pause is one change of the files; after the last of them comes Ctrl+C.


def watched(folder: Path, out: io.StringIO, *changes: Callable[[], Any]) -> list[str]:
    """Watch a folder while it changes; return what each round printed."""
    left = iter(changes)

    def wait() -> None:
        change = next(left, None)
        if change is None:
            raise KeyboardInterrupt
        change()

    def by_rubric(card: Any, answer: str, deck: Any) -> Grade:
        return grade(card, answer, ref=card.id)

    watch(Checker(lambda: files_named([str(folder)], may_lack=True), by_rubric), out, wait)
    return [part.replace(str(folder), "") for part in out.getvalue().split("---\n")]


def sound(name: str) -> str:
    return deck(*flashcards("x"), name=name)


def test_each_change_is_told_and_no_change_is_not(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yml"
    one.write_text(sound("one"))
    rounds = watched(
        tmp_path,
        io.StringIO(),
        lambda: None,
        lambda: two.write_text("schema: 1\ndeck: two\ncards:\n  - {id: x, prompt: p}\n"),
        lambda: two.write_text("schema: 1\ndeck: t"),
        lambda: (tmp_path / "notes.txt").write_text("not a deck"),
        lambda: two.write_text(sound("one")),
        one.unlink,
        lambda: os.replace(tmp_path, tmp_path.with_name("away")),
        lambda: os.replace(tmp_path.with_name("away"), tmp_path),
    )
    fine, ends = "/one.yaml: 1 card, no errors\n", "watching for changes; Ctrl+C ends\n"
    assert rounds[0] == fine + ends
    assert rounds[1].startswith(fine + "/two.yml:4:5: a question card needs `answer`; add")
    assert rounds[2].startswith(fine + "/two.yml:1:1: warning: this deck has no cards")
    assert rounds[3].startswith(fine + "/two.yml:1:23: the deck id `one` is already used by")
    assert rounds[4] == "/two.yml: 1 card, no errors\n" + ends
    assert rounds[5].startswith(":1:1: this can't be checked (no such file")
    assert rounds[6:] == [rounds[4]]


def test_only_what_changed_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text(sound(name))
    read: list[str] = []

    def reading(path: str) -> Any:
        read.append(Path(path).stem)
        return read_deck(path)

    monkeypatch.setattr("trainer.decks.check.read_deck", reading)
    replaced = tmp_path / "new"
    replaced.write_text(sound("c"))
    rounds = watched(
        tmp_path,
        io.StringIO(),
        lambda: (tmp_path / "b.yaml").write_text(sound("b") + "\n"),
        lambda: os.replace(replaced, tmp_path / "c.yaml"),
        (tmp_path / "a.yaml").unlink,
    )
    assert read == ["a", "b", "c", "b", "c"]
    assert len(rounds) == 4


def test_a_terminal_is_cleared_between_the_rounds(tmp_path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    watched(tmp_path, out, lambda: (tmp_path / "a.yaml").write_text(sound("a")))
    first, second = out.getvalue().split("\x1b[2J\x1b[H")
    assert "a.yaml" not in first
    assert "a.yaml: 1 card" in second
    assert "---" not in second
