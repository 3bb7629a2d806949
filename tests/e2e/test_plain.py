"""`trainer quiz --plain` over pipes, and the files and folders it can meet."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .terminal import (
    DEADLINE,
    command,
    data_folder,
    environment,
    reviews,
    run,
    saved_ids,
    write_deck,
)

if sys.platform != "win32":
    import resource

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes there can't be waited for")

# Four cards, each with a word that is its right answer.
WORDS = ("apple", "banana", "cherry", "damson")
CARDS = "".join(
    f'  - {{id: c{number}, prompt: "Number {number}?", answer: "It is {word}, of course.", '
    f'points: [{{id: p, say: "{word}", accept: [{word}]}}]}}\n'
    for number, word in enumerate(WORDS)
)
DECK = f"schema: 1\ndeck: numbers\ntitle: Numbers\ncards:\n{CARDS}"
QUIZ = ("quiz", "--plain", "--deck", "numbers")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of a person who has a deck of four cards."""
    folder = data_folder(tmp_path)
    write_deck(folder / "decks", "numbers", DECK)
    return folder


@pytest.fixture
def home(tmp_path: Path, data: Path) -> Path:
    """That person's home folder."""
    return tmp_path


def the_sentence(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """Return the one sentence on stderr, with which the command ended."""
    assert done.returncode == code, done
    assert done.stderr.startswith("trainer: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def assert_sound(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


class Talk:
    """A dialogue in progress."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin
        assert process.stdout
        self._in = process.stdin
        self._out = process.stdout.fileno()
        self.heard = ""

    def say(self, line: str = "") -> None:
        self._in.write(line.encode() + b"\n")
        self._in.flush()

    def hear(self, ending: str) -> str:
        """Return what is said up to and with `ending`; every prompt must come by itself."""
        said = b""
        end = time.monotonic() + DEADLINE
        while not said.endswith(ending.encode()):
            left = max(0.0, end - time.monotonic())
            read = os.read(self._out, 1) if select.select([self._out], [], [], left)[0] else b""
            assert read, f"never said: {ending!r}; but: {said.decode()}"
            said += read
        self.heard += said.decode()
        return said.decode()


@contextlib.contextmanager
def talk(home: Path, *arguments: str) -> Iterator[Talk]:
    """Open a dialogue, and wait for its end."""
    process = subprocess.Popen(
        command(*arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(home),
    )
    try:
        talking = Talk(process)
        yield talking
        rest, _ = process.communicate(timeout=DEADLINE)
        talking.heard += rest.decode()
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()


def test_a_dialogue(home: Path) -> None:
    with talk(home, *QUIZ) as talking:
        first = talking.hear("(an empty line ends it):\n")
        (number,) = re.findall(r"Number (\d)\?", first)
        talking.say("I'd say it is")
        talking.say(WORDS[int(number)])
        talking.say()
        assert WORDS[int(number)] in talking.hear("Rating [Good]: ")
        talking.say()
        (saved,) = saved_ids(talking.hear("Number "))
        talking.hear("(an empty line ends it):\n")
        talking.say()
        talking.hear("Rating [Again]: ")
        talking.say("u")
        assert f"undone {saved}" in talking.hear(f"Number {number}?\n")
        talking.hear("(an empty line ends it):\n")
        talking.say(WORDS[int(number)])
        talking.say()
        talking.hear("Rating [Good]: ")
        talking.say("hard")
        talking.hear("saved ")
        talking.hear("(an empty line ends it):\n")
        talking.say("what it is")
        talking.say()
        talking.hear(": ")
        talking.say("q")
    events = [json.loads(line) for line in run(home, "log").stdout.splitlines()]
    seen = [(e["type"], e.get("rating")) for e in events if e["type"] in ("review", "undo")]
    assert seen == [("review", 3), ("undo", None), ("review", 2)]
    logged = [event["id"] for event in events if event["type"] == "review"]
    assert saved_ids(talking.heard) == logged
    assert "Not saved" in talking.heard


def test_all_that_was_confirmed_is_in_the_log(home: Path) -> None:
    done = run(home, *QUIZ, typed="some words\n\n3\n" * 20)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(saved_ids(done.stdout)) == len(WORDS)
    assert saved_ids(done.stdout) == [review["id"] for review in reviews(home)]


def test_the_end_of_input_at_a_rating_saves_nothing(home: Path) -> None:
    done = run(home, *QUIZ, typed="some words\n\n")
    assert done.returncode == 0
    assert "Not saved" in done.stdout
    assert not saved_ids(done.stdout)
    assert not reviews(home)


def test_a_very_long_answer(home: Path) -> None:
    answer = ("a graph of near neighbours, one " * 4_000)[:100_000]
    done = run(home, *QUIZ, "--limit", "1", typed=f"{answer}\n\n3\n")
    assert (done.returncode, done.stderr) == (0, "")
    (review,) = reviews(home)
    assert saved_ids(done.stdout) == [review["id"]]
    assert review["answer"] == answer


# What a person's files may look like


def test_a_broken_deck_leaves_the_others(home: Path, data: Path) -> None:
    write_deck(data / "decks", "broken", "schema: 1\ndeck: broken\ncards:\n  - {id: a, prompt: [")
    done = run(home, *QUIZ, typed="some words\n\n3\n" * 9)
    assert "broken.yaml" in the_sentence(done, 0)
    assert len(saved_ids(done.stdout)) == len(WORDS)
    assert run(home, "check", str(data / "decks/broken.yaml")).returncode == 1


def a_folder(path: Path) -> None:
    path.mkdir()


def not_toml(path: Path) -> None:
    path.write_text("[daily\nnew = ")


def not_utf_8(path: Path) -> None:
    path.write_bytes(b"# caf\xe9\n")


@pytest.mark.parametrize("make", [a_folder, not_toml, not_utf_8])
def test_a_config_that_cannot_be_read(home: Path, data: Path, make: Callable[[Path], None]) -> None:
    make(data / "config.toml")
    done = run(home, *QUIZ, typed="some words\n\n3\n" * 9, TRAINER_HOME=str(data))
    assert "config.toml" in the_sentence(done, 0)
    assert len(saved_ids(done.stdout)) == len(WORDS)


def text(path: Path) -> None:
    path.write_text("Dear diary, this is not a database.\n" * 200)


def foreign(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE log (id TEXT)")
        db.execute("PRAGMA user_version = 1")
        db.commit()


def newer(path: Path) -> None:
    run(path.parent, *QUIZ[:2], "--data", str(path.parent))
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
        db.execute("PRAGMA journal_mode = DELETE")
    assert path.stat().st_size > 0


@pytest.mark.parametrize("make", [text, foreign, newer])
def test_a_file_that_is_not_our_progress_is_left_alone(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "progress.db"
    make(path)
    before = path.read_bytes()
    for arguments in (QUIZ[:2], ("due",), ("stats",), ("log",)):
        done = run(tmp_path, *arguments, "--data", str(tmp_path))
        assert "progress.db" in the_sentence(done)
        assert done.stdout == ""
        assert path.read_bytes() == before
    assert not [name for name in tmp_path.iterdir() if name.name.startswith("progress.db-")]


def test_a_data_folder_that_cannot_be_made(home: Path) -> None:
    (home / "file").write_text("")
    for folder in ("file", "file/below"):
        done = run(home, *QUIZ[:2], "--data", str(home / folder))
        assert "file" in the_sentence(done)
        assert done.stdout == ""


# Where writing fails


def test_a_full_disk(home: Path, data: Path) -> None:
    """Files may grow to 100,000 bytes, which is enough for some of the answers only."""
    first = run(home, *QUIZ, "--limit", "1", typed="some words\n\n3\n")
    assert len(saved_ids(first.stdout)) == 1

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))

    answer = "words " * 6_000
    done = run(home, *QUIZ, typed=f"{answer}\n\n3\n" * 9, preexec=limit)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    said = [line for line in done.stdout.splitlines() if "Not saved: " in line]
    assert "progress.db" in said[0]
    assert "disk" in said[0]

    confirmed = saved_ids(first.stdout + done.stdout)
    assert [review["id"] for review in reviews(home)] == confirmed
    assert len(confirmed) < len(WORDS)
    assert_sound(data / "progress.db")
    after = run(home, *QUIZ, typed="some words\n\n3\n" * 9)
    assert after.returncode == 0
    assert [review["id"] for review in reviews(home)] == confirmed + saved_ids(after.stdout)


def test_a_reader_that_has_seen_enough(home: Path) -> None:
    run(home, *QUIZ, typed=f"{'words ' * 9_000}\n\n3\n" * 9)
    process = subprocess.Popen(
        command("log"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home),
        encoding="utf-8",
    )
    assert process.stdout
    assert process.stderr
    first: dict[str, Any] = json.loads(process.stdout.readline())
    assert first["id"]
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(DEADLINE) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written(home: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command("due"),
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(home),
            encoding="utf-8",
            timeout=DEADLINE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("trainer: ")
    assert done.stderr.count("\n") == 1
