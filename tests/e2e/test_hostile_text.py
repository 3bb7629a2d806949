"""What decks and answers hold never reaches the terminal as more than text."""

from __future__ import annotations

import codecs
import re
import sys
from pathlib import Path

import pytest

from trainer.paths import bundled_decks

from .terminal import ENTER, ESCAPE, SUBMIT, Terminal, data_folder, run, write_deck

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

MARKUP = ("[@click=app.quit]x[/]", "x[/]y", "List[int]", "[red]")
# As YAML writes them in double quotes: OSC, CSI, a bell, C1, bidi controls.
ESCAPES = r"\e]0;pwned\a \e[2J\e[31m \x9b31m \x85 \u202egnp \u2066 \u200f"
BAD = f"{' '.join(MARKUP)} {ESCAPES}"
DECK = f"""\
schema: 1
deck: hostile
title: "TITLE {BAD}"
topics: {{odd: "TOPIC {BAD}", other: "OTHER {BAD}"}}
cards:
  - id: free
    topic: odd
    prompt: "PROMPT {BAD}"
    hint: "HINT {BAD}"
    points:
      - {{id: one, say: "SAY {BAD}", accept: ["graph {BAD}"]}}
    mistakes:
      - {{say: "WRONG {BAD}", match: [a tree], why: "WHY {BAD}"}}
    answer: "ANSWER {BAD}"
    follow_ups: ["NEXT {BAD}"]
    source: "SOURCE {BAD}"
  - id: pick
    topic: odd
    kind: choice
    prompt: "PROMPT {BAD}"
    choices: [{{text: "RIGHT {BAD}", right: true}}, {{text: "LEFT {BAD}", why: "WHY {BAD}"}}]
  - id: gap
    topic: other
    kind: cloze
    text: "CLOZE {BAD} {{{{an index|GAP {BAD}}}}}"
  - id: flip
    topic: odd
    kind: flashcard
    prompt: "PROMPT {BAD}"
    answer: "ANSWER {BAD}"
"""
# A file that has errors, its name, and preferences that can't be used.
BROKEN = f'schema: 1\ndeck: broken\n"KEY {BAD}": 1\ncards: ["CARD {BAD}"]\n'
FILE = "FILE [red] [@click=app.quit]x\x1b[31m\u202e\x9b."
CONFIG = '[app]\ntheme = "[red] \\u001b[31m \\u202e"\n[keys]\n"[@click=app.quit]x" = "\\u009b"\n'
CONFIG += "".join(
    f"[decks.{path.stem}]\nenabled = false\n" for path in Path(bundled_decks()).glob("*.yaml")
)
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder whose owner has the hostile deck."""
    write_deck(data_folder(tmp_path) / "decks", "hostile", DECK)
    return tmp_path


def assert_harmless(raw: bytes) -> None:
    """Nothing of the hostile text went out as anything but characters to be shown."""
    # What was read may end within a character.
    text = codecs.getincrementaldecoder("utf-8")().decode(raw)
    assert "Traceback" not in text
    assert "\x1b]0;" not in text
    assert "\x1b[2J\x1b[31m" not in text
    assert not BIDI.search(text)
    assert not re.search("[\x80-\x9f]", text)


def assert_shows(terminal: Terminal, before: str) -> None:
    """The markup stands on the screen as it was written, after the word `before`."""
    for markup in MARKUP:
        terminal.wait_for(lambda t, m=markup: re.search(f"{before} .*{re.escape(m)}", t.words))


def quiz(card: str) -> tuple[str, ...]:
    return ("quiz", "--card", f"hostile/{card}")


def test_every_place_gone_to_from_home(home: Path) -> None:
    folder = data_folder(home)
    write_deck(folder / "decks", FILE, BROKEN)
    (folder / "config.toml").write_text(CONFIG)
    place = {"TRAINER_HOME": str(folder)}
    with Terminal(home, columns=200, lines=60, variables=place) as terminal:

        def go(keys: str, *shown: str) -> None:
            terminal.send(keys)
            for each in shown:
                terminal.wait_for(each)

        def back(gone: str) -> None:
            terminal.send(ESCAPE)
            terminal.wait_for(lambda t: gone not in t.words)

        def go_home() -> None:
            go(ESCAPE, "Today:")

        terminal.wait_for("FILE [red]")
        terminal.wait_for("there is no [red]")
        go("m", "Mock interview", "TOPIC [@click")
        assert_shows(terminal, "TITLE")
        go(ENTER, "1 of 3")
        assert_shows(terminal, "TITLE")
        terminal.send(f"{MARKUP[0]} \x1b]0;pwned\x07")
        go(ESCAPE, "Today:")

        go("d", "Trainer › Drill")
        assert_shows(terminal, "TITLE")
        assert_shows(terminal, "TOPIC")
        go_home()
        go("b", "Search", "PROMPT [@click=app.quit]x[/] x[/]y List[int]")
        terminal.send(f"{MARKUP[0]} \u202e")
        go(f"{MARKUP[1]} nowhere", "No card matches.")
        go("\x15", "words deck:")
        go("kind:question", "1 of 4 cards", "SAY [@click", "ANSWER [@click")
        go(ENTER, "Reset")
        go("r", "Reset 1 card?")
        go("n", "Search")
        go("d", "Your answer")
        terminal.send("it is a tree " + " ".join(MARKUP))
        terminal.wait_for("it is a tree")
        go(SUBMIT, "1 Again")
        go("t", "Which point did you make?")
        assert_shows(terminal, "SAY")
        terminal.send(ENTER)
        back("Which point")
        go("r", "Once more")
        assert_shows(terminal, "PROMPT")
        back("Once more")
        go("4", "1 answer in")
        go(ENTER, "Weakest topics", "TOPIC [@click")
        assert_shows(terminal, "TOPIC")

        go("w", "Weak spots", "Points missed on 1 card")
        go("\x1b[B", "it is a tree [@click")
        assert_shows(terminal, "SAY")
        go_home()
        go("s", "Trainer › Stats", "TOPIC [@click")
        go_home()
        go("e", "2 errors", "TITLE [@click", "FILE [red]")
        go("\x1b[F", "[@click=app.quit]x", "KEY [@click")
        go("n", "What is the new deck called?")
        go("\x1b[200~T [red]\x9b31m\u202e\x1b[201~", "T [red]")
        back("T [red]")
        go_home()
        go(",", "Everywhere:")
        go(ENTER, "Save")
        go("[red]", "[red]")
        go(ENTER, "✗")
        back("✗")
        go_home()
        go("\x1bOP", "home.daily")
        back("home.daily")
        go("\x10", "Search for commands")
        go("[@click", "No matches")
        back("No matches")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
        assert_harmless(terminal.raw)


def test_a_question_its_hint_its_feedback_and_the_summary(home: Path) -> None:
    with Terminal(home, *quiz("free"), columns=200, lines=60) as terminal:
        terminal.wait_for("Your answer")
        for part in ("TITLE", "TOPIC", "PROMPT"):
            assert_shows(terminal, part)
        terminal.send("\x14")
        assert_shows(terminal, "HINT")
        terminal.send("it is a tree " + " ".join(MARKUP))
        assert_shows(terminal, "it is a tree")
        terminal.send(SUBMIT)
        terminal.wait_for("1 Again")
        for part in ("SAY", "WRONG", "WHY", "ANSWER", "NEXT", "SOURCE", "it is a tree"):
            assert_shows(terminal, part)
        terminal.send("3")
        terminal.wait_for("1 answer in")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
        assert_harmless(terminal.raw)


# What a clipboard may hold. Terminals take ESC out of what is pasted; one that doesn't is below.
PASTED = f"PASTED \x9b31m \x85 \u202egnp \u2066 \u200f \x07 \x08 {' '.join(MARKUP)}"


@pytest.mark.parametrize(("card", "submit"), [("free", SUBMIT), ("gap", ENTER)])
def test_an_answer_that_was_pasted(home: Path, card: str, submit: str) -> None:
    with Terminal(home, *quiz(card), columns=200, lines=60) as terminal:
        terminal.wait_for("Don't know")
        terminal.paste(PASTED)
        assert_shows(terminal, "PASTED")
        terminal.send(f" TYPED \u202e {' '.join(MARKUP)}")
        assert_shows(terminal, "TYPED")
        terminal.send(submit)
        terminal.wait_for("1 Again")
        assert_shows(terminal, "PASTED")
        terminal.send("3")
        terminal.wait_for("1 answer in")
        assert_harmless(terminal.raw)


def test_escapes_in_a_paste(home: Path) -> None:
    with Terminal(home, *quiz("free"), columns=200, lines=60) as terminal:
        terminal.wait_for("Don't know")
        terminal.paste("before \x1b]0;pwned\x07 \x1b[2J\x1b[31m after")
        terminal.wait_for("after")
        terminal.send(SUBMIT)
        terminal.wait_for("1 Again")
        assert_harmless(terminal.raw)


@pytest.mark.parametrize(
    ("card", "shown", "keys", "revealed"),
    [
        ("pick", "RIGHT", "1" + ENTER, "WHY"),
        ("gap", "CLOZE", "[red]x[/]y" + ENTER, "GAP"),
        ("flip", "PROMPT", " ", "ANSWER"),
    ],
)
def test_the_other_kinds(home: Path, card: str, shown: str, keys: str, revealed: str) -> None:
    with Terminal(home, *quiz(card), columns=200, lines=40) as terminal:
        assert_shows(terminal, shown)
        terminal.send(keys)
        terminal.wait_for("1 Again")
        assert_shows(terminal, "TITLE")
        terminal.send("3")
        terminal.wait_for("1 answer in")
        terminal.send("q")
        assert terminal.wait_for_exit() == 0
        assert_harmless(terminal.raw)


def test_the_plain_dialogue(home: Path) -> None:
    typed = f"it is a tree \x1b]0;pwned\x07 \u202e\x9b31m {' '.join(MARKUP)}\n\n3\n"
    done = run(home, *quiz("free"), "--plain", typed=typed)
    assert done.returncode == 0
    for markup in MARKUP:
        assert markup in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert_harmless(done.stdout.encode())


def test_reports(home: Path) -> None:
    for name in ("due", "stats", "check"):
        done = run(home, name)
        assert "\x1b" not in done.stdout + done.stderr
        assert_harmless((done.stdout + done.stderr).encode())
