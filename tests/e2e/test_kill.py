"""What was confirmed as saved is there, whenever the program is killed."""

from __future__ import annotations

import contextlib
import os
import random
import re
import select
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .terminal import DEADLINE, command, environment, reviews, run, saved_ids, write_deck

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")

CARDS = "".join(
    f'  - {{id: c{number}, prompt: "Number {number}?", answer: "It is so, and no other way."}}\n'
    for number in range(40)
)
DECK = f"schema: 1\ndeck: numbers\ntitle: Numbers\ncards:\n{CARDS}"
# Each answer is long enough to spread over some pages of the progress file.
SCRIPT = (f"{'It is so, and no other way. ' * 300}\n\n3\n" * 40).encode()


def killed(home: Path, arguments: tuple[str, ...], ratings: int, seconds: float) -> str:
    """Run a session, kill it `seconds` after it asked for that many ratings, return what it said.

    All answers lie before it from the start, so that it goes on while we look away.
    """
    script = home / "script"
    script.write_bytes(SCRIPT)
    said = b""
    with open(script, "rb") as answers:
        process = subprocess.Popen(
            command(*arguments), stdin=answers, stdout=subprocess.PIPE, env=environment(home)
        )
    assert process.stdout
    pipe = process.stdout.fileno()
    end = time.monotonic() + DEADLINE
    while said.count(b"Rating") < ratings:
        assert select.select([pipe], [], [], max(0.0, end - time.monotonic()))[0]
        # A byte at a time, so as to stop right behind the question.
        read = os.read(pipe, 1)
        assert read, said
        said += read
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    said += process.stdout.read()
    process.stdout.close()
    process.wait()
    return said.decode()


@pytest.mark.parametrize("runs", [5, pytest.param(200, marks=pytest.mark.long)])
def test_nothing_confirmed_is_lost(tmp_path: Path, runs: int) -> None:
    deck = write_deck(tmp_path / "more", "numbers", DECK)
    quiz = ("quiz", "--plain", "--mode", "drill", "--deck", "numbers", "--decks", str(deck.parent))
    (tmp_path / "data").mkdir()
    place = ("--data", str(tmp_path / "data"))
    chance = random.Random(20_260)
    confirmed: list[str] = []
    for number in range(runs):
        # Some while it starts, the others while it saves one of the first answers.
        ratings = chance.choice([0, 1, 2, 5, 9]) if number else 2
        seconds = chance.uniform(0, 0.25) if ratings == 0 else chance.uniform(0, 0.008)
        said = killed(tmp_path, (*quiz, *place), ratings, seconds)
        confirmed += saved_ids(said)
        logged = [review["id"] for review in reviews(tmp_path, *place)]
        # The last of a session may be in the log without our having heard of it.
        assert set(confirmed) <= set(logged)
        assert len(logged) <= len(confirmed) + number + 1
        with contextlib.closing(sqlite3.connect(tmp_path / "data" / "progress.db")) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            (known,) = db.execute("SELECT count(*) FROM review").fetchone()
            assert known == len(logged)
    assert confirmed
    after = run(tmp_path, *quiz, *place, "--limit", "1", typed="so\n\n3\n")
    assert (after.returncode, after.stderr) == (0, "")
    (last,) = saved_ids(after.stdout)
    assert reviews(tmp_path, *place)[-1]["id"] == last
    assert not re.search("Traceback", after.stdout)
