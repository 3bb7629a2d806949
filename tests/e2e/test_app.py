"""The app in a real terminal, from its start to its end."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import sys
from pathlib import Path

import pytest

from .terminal import DEADLINE, ENTER, ESCAPE, SUBMIT, Terminal, reviews, run, write_deck

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

# The first question's prompt, in the deck below.
PROMPT = "Which index answers nearest-neighbour queries?"
DECK = f"""\
schema: 1
deck: indexes
title: Indexes
cards:
  - id: nearest
    prompt: "{PROMPT}"
    points:
      - {{id: graph, say: "A layered graph, HNSW.", accept: [layered graph, HNSW]}}
    answer: "HNSW, a layered proximity graph."
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    return tmp_path


@pytest.fixture
def one_card(home: Path) -> tuple[str, ...]:
    """What opens the quiz at the one card of a deck of our own."""
    path = write_deck(home / "more", "indexes", DECK)
    return ("quiz", "--decks", str(path.parent), "--deck", "indexes")


def new_cards(terminal: Terminal) -> int:
    """Return how many new cards Home speaks of."""
    found = re.search(r"(\d+) new", terminal.text)
    assert found, terminal.text
    return int(found[1])


def test_a_first_sitting(home: Path) -> None:
    """Home, a question, its feedback, a rating, home again: and it counts the next time."""
    with Terminal(home) as terminal:
        terminal.wait_for(r"Today:")
        before = new_cards(terminal)
        assert before > 1
        terminal.send(ENTER)
        terminal.wait_for("Your answer")
        terminal.send("The knowledge stays in an index of documents.")
        terminal.wait_for("index of documents.")
        terminal.send(SUBMIT)
        terminal.wait_for(lambda t: re.search(r"\d+\s?% .*\d of \d+ points?", t.words))
        for shown in ("1 Again", "2 Hard", "3 Good", "4 Easy", "index of documents."):
            terminal.wait_for(shown)
        terminal.send("3")
        terminal.wait_for(f"2 of {before}")
        terminal.send(ESCAPE)
        terminal.wait_for(f"{before - 1} new")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
    assert list(home.glob("**/progress.db"))

    with Terminal(home) as terminal:
        terminal.wait_for("Today:")
        assert new_cards(terminal) == before - 1


def test_enter_gives_the_suggested_rating(home: Path, one_card: tuple[str, ...]) -> None:
    with Terminal(home, *one_card) as terminal:
        terminal.wait_for("Your answer")
        terminal.send("HNSW, a layered graph.")
        terminal.wait_for("layered graph.")
        terminal.send(SUBMIT)
        terminal.wait_for("1 of 1 point")
        terminal.send(ENTER)
        terminal.wait_for("1 Good")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
    assert '"rating":3' in run(home, "log").stdout.replace(" ", "")


def test_keys_before_the_editor_is_there_are_kept(home: Path, one_card: tuple[str, ...]) -> None:
    typed = "hnsw is what answers them, as a layered graph of near neighbours"
    with Terminal(home, *one_card, typed=typed) as terminal:
        # The terminal itself echoes what it gets before the app is there: that isn't the editor.
        terminal.wait_for(lambda t: re.search(f"{re.escape(PROMPT)}.*{typed}", t.words))


def test_enter_typed_during_the_start_is_a_new_line(home: Path, one_card: tuple[str, ...]) -> None:
    with Terminal(home, *one_card) as terminal:
        terminal.wait_until(lambda: not terminal.echoes())
        terminal.send("a layered" + ENTER + "graph")
        terminal.wait_for(lambda t: re.search(r"Your answer.*a layered\W+graph", t.words))
        assert "points" not in terminal.text


def test_submitting_at_once_takes_all_that_was_typed(home: Path, one_card: tuple[str, ...]) -> None:
    with Terminal(home, *one_card) as terminal:
        terminal.wait_for("Your answer")
        terminal.send("hnsw, a layered graph" + SUBMIT)
        terminal.wait_for("1 of 1 point")
        terminal.wait_for("hnsw, a layered graph")


def test_keys_in_one_burst_keep_their_order(home: Path, tmp_path: Path) -> None:
    """A slow connection delivers many at once, those that do something among them."""
    text = "schema: 1\ndeck: gaps\ncards:\n"
    text += "  - {id: a, kind: cloze, text: 'It is {{one}} and {{two}} and {{three}}.'}\n"
    write_deck(tmp_path / "more", "gaps", text)
    with Terminal(home, "quiz", "--decks", str(tmp_path / "more"), "--deck", "gaps") as terminal:
        terminal.wait_for("Next gap")
        terminal.send("first one" + ENTER + "second" + ENTER + "third" + ENTER)
        terminal.wait_for("1 Again")
        terminal.send("4")
        terminal.wait_for("1 answer")
    assert reviews(home)[0]["answer"] == "first one; second; third"


def test_what_was_typed_outlives_a_kill(home: Path, one_card: tuple[str, ...]) -> None:
    typed = "a graph, in layers, and"
    with Terminal(home, *one_card) as terminal:
        terminal.wait_for("Your answer")
        terminal.send(typed)
        terminal.wait_until(lambda: drafts(home) == [typed])
        terminal.kill()
    with Terminal(home, *one_card) as terminal:
        terminal.wait_for(typed)


def test_being_told_to_end_loses_nothing(home: Path, one_card: tuple[str, ...]) -> None:
    with Terminal(home, *one_card) as terminal:
        terminal.wait_for("Your answer")
        terminal.send("a graph, in layers")
        terminal.wait_for("in layers")
        terminal.process.terminate()
        assert terminal.wait_for_exit() == 0
        assert terminal.echoes()
    assert drafts(home) == ["a graph, in layers"]


def test_a_window_closed_without_a_word_ends_it(home: Path, one_card: tuple[str, ...]) -> None:
    with Terminal(home, *one_card, controlling=False) as terminal:
        terminal.wait_for("Your answer")
        terminal.send("a graph, in layers")
        terminal.wait_for("in layers")
        terminal.close()
        assert terminal.process.wait(DEADLINE) == 0
    assert drafts(home) == ["a graph, in layers"]


def drafts(home: Path) -> list[str]:
    """Return the unrated answers that the progress file holds."""
    (path,) = home.glob("**/progress.db")
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return [answer for (answer,) in db.execute("SELECT answer FROM draft")]


def test_an_editor_that_cannot_be_started(home: Path, one_card: tuple[str, ...]) -> None:
    with Terminal(home, *one_card, variables={"VISUAL": "/nonexistent/vi"}) as terminal:
        terminal.wait_for("Your answer")
        terminal.send("hnsw" + SUBMIT)
        terminal.wait_for("1 of 1 point")
        terminal.send("e")
        terminal.wait_for("/nonexistent/vi can't be started")
        terminal.send(ENTER)
        terminal.wait_for("1 Good")


def test_a_terminal_too_small(home: Path, one_card: tuple[str, ...]) -> None:
    with Terminal(home, *one_card, columns=8) as terminal:
        terminal.wait_for("too small")
        assert "Which" not in terminal.text
        terminal.resize(80, 24)
        terminal.wait_for(PROMPT)
        terminal.send("hnsw")
        terminal.wait_for("hnsw")
        for size in ((2, 5), (1, 1), (40, 3)):
            terminal.resize(*size)
        terminal.wait_for("too small")
        terminal.resize(100, 30)
        terminal.wait_for(PROMPT)
        terminal.wait_for("hnsw")
        assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize("arguments", [(), ("quiz",)])
def test_without_a_terminal_it_says_so(home: Path, arguments: tuple[str, ...]) -> None:
    done = run(home, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("trainer: ")
    assert done.stderr.count("\n") == 1
    assert "terminal" in done.stderr
    assert not list(home.iterdir())
