"""What happens to the answers when the file, the disk or another program misbehaves."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .terminal import command, data_folder, environment, reviews, run, saved_ids, write_deck

if sys.platform != "win32":
    import resource

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files there can't be so treated")

CARDS = "".join(
    f'  - {{id: c{number}, prompt: "Number {number}?", answer: "It is so, and no other way."}}\n'
    for number in range(40)
)
DECK = f"schema: 1\ndeck: numbers\ntitle: Numbers\ncards:\n{CARDS}"
QUIZ = ("quiz", "--plain", "--mode", "drill", "--deck", "numbers")
ANSWER = "It is so, and no other way. " * 40
PAGE = 4096


def give(home: Path, answers: int, *place: str) -> list[str]:
    """Answer so many cards, and return the ids that were said to be saved."""
    typed = f"{ANSWER}\n\n3\n" * answers
    done = run(home, *QUIZ, *place, "--limit", str(answers), typed=typed)
    assert done.returncode == 0, done
    return saved_ids(done.stdout)


def logged(home: Path, *place: str) -> set[str]:
    return {review["id"] for review in reviews(home, *place)}


def doctor(home: Path) -> tuple[int, dict[str, Any]]:
    done = run(home, "doctor", "--json")
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_deck(data_folder(tmp_path) / "decks", "numbers", DECK)
    return tmp_path


@pytest.fixture
def progress(home: Path) -> Path:
    """A progress file of twelve answers, and no backup of it."""
    give(home, 12)
    shutil.rmtree(data_folder(home) / "backups")
    return data_folder(home) / "progress.db"


def test_a_sound_file(home: Path, progress: Path) -> None:
    code, found = doctor(home)
    assert (code, found["ok"], found["events"]) == (0, True, 12)
    said = run(home, "doctor").stdout
    assert said == "The progress file is sound: 12 events, and all that follows from them agrees.\n"


def test_without_a_file_there_is_nothing_to_mend(home: Path) -> None:
    done = run(home, "doctor")
    assert done.returncode == 0
    assert "no progress file yet" in done.stdout
    assert not (data_folder(home) / "progress.db").exists()


def test_a_zeroed_page_with_a_backup_loses_nothing(home: Path, progress: Path) -> None:
    before = logged(home)
    assert run(home, "backup").returncode == 0
    more = set(give(home, 3))
    data = bytearray(progress.read_bytes())
    # The page that holds the third answer.
    third = data.index(sorted(before)[2].encode()) // PAGE
    data[third * PAGE : (third + 1) * PAGE] = bytes(PAGE)
    progress.write_bytes(data)
    code, found = doctor(home)
    assert (code, found["ok"]) == (1, False)
    assert found["gaps"] == []
    assert Path(found["kept"]).read_bytes() == data
    assert logged(home) == before | more
    assert doctor(home)[1]["ok"] is True
    assert len(give(home, 1)) == 1


def test_a_zeroed_page_without_a_backup_says_what_is_missing(home: Path, progress: Path) -> None:
    before = reviews(home)
    data = bytearray(progress.read_bytes())
    page = data.index(before[5]["id"].encode()) // PAGE
    lost = [r["id"] for r in before if r["id"].encode() in data[page * PAGE : (page + 1) * PAGE]]
    data[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    progress.write_bytes(data)
    done = run(home, "doctor")
    assert done.returncode == 1
    assert done.stderr == ""
    kept = next(line for line in done.stdout.splitlines() if "is kept in" in line)
    assert Path(kept.removesuffix(".").partition("kept in ")[2]).read_bytes() == data
    left = logged(home)
    missing = {review["id"] for review in before} - left
    assert missing <= set(lost)
    said = sum(int(line.split()[1]) for line in done.stdout.splitlines() if "Missing:" in line)
    assert said == len(missing)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_cut_file(home: Path, progress: Path, share: float) -> None:
    before = logged(home)
    assert run(home, "backup").returncode == 0
    data = progress.read_bytes()
    progress.write_bytes(data[: int(len(data) * share)])
    if share < 0.99:  # what is counted may lie before the end
        told = run(home, "due")
        assert told.returncode == 1
        assert "trainer doctor" in told.stderr
        assert told.stderr.count("\n") == 1
    code, found = doctor(home)
    assert code == 1
    assert found["gaps"] == []
    assert logged(home) == before


def test_a_byte_that_flipped_in_an_answer_is_found(home: Path, progress: Path) -> None:
    before = logged(home)
    data = bytearray(progress.read_bytes())
    place = data.index(b"no other way")
    data[place] ^= 0x20
    progress.write_bytes(data)
    code, found = doctor(home)
    assert code == 1
    assert [gap["events"] for gap in found["gaps"]] == [1]
    assert len(before - logged(home)) == 1


def test_a_file_that_lost_its_head(home: Path, progress: Path) -> None:
    before = logged(home)
    data = progress.read_bytes()
    progress.write_bytes(bytes(PAGE) + data[PAGE:])
    assert "trainer doctor" in run(home, "stats").stderr
    assert doctor(home)[0] == 1
    assert logged(home) == before


def test_a_folder_in_the_files_place(home: Path, progress: Path) -> None:
    progress.unlink()
    progress.mkdir()
    for arguments in (QUIZ, ("due",), ("doctor",), ("backup",)):
        done = run(home, *arguments, typed="")
        assert done.returncode == 1, done
        assert done.stderr.count("\n") == 1
        assert str(progress) in done.stderr
    assert progress.is_dir()


def test_odd_names(home: Path) -> None:
    place = ("--data", str(home / "mein Ordner ñ #1%20?"))
    write_deck(home / "mein Ordner ñ #1%20?" / "decks", "numbers", DECK)
    saved = set(give(home, 3, *place))
    assert run(home, "doctor", *place).returncode == 0
    copy = home / "Kopie mit Ü & Leerzeichen.db"
    assert run(home, "backup", str(copy), *place).returncode == 0
    assert run(home, "restore", str(copy), *place).returncode == 0
    assert logged(home, *place) == saved


def test_restoring_keeps_what_was_there(home: Path, progress: Path) -> None:
    before = logged(home)
    copy = home / "copy.db"
    assert run(home, "backup", str(copy)).returncode == 0
    give(home, 2)
    later = logged(home)
    done = run(home, "restore", str(copy), "--json")
    assert logged(home) == before
    kept = json.loads(done.stdout)["kept"]
    assert run(home, "restore", kept).returncode == 0
    assert logged(home) == later


@pytest.mark.parametrize("bad", [b"", b"my shopping list", b"SQLite format 3\0" + bytes(5000)])
def test_what_is_no_backup_is_not_restored(home: Path, progress: Path, bad: bytes) -> None:
    before = progress.read_bytes()
    other = home / "other.db"
    other.write_bytes(bad)
    done = run(home, "restore", str(other))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert progress.read_bytes() == before


def test_a_full_disk_at_each_write(home: Path) -> None:
    place = ("--data", str(home / "small"))
    write_deck(home / "small" / "decks", "numbers", DECK)
    give(home, 1, *place)
    saved = logged(home, *place)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    for limit in range(20_000, 320_000, 30_000):
        done = subprocess.run(
            command(*QUIZ, "--limit", "3", *place),
            input=f"{ANSWER}\n\n3\n" * 3,
            env=environment(home),
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda limit=limit: resource.setrlimit(  # type: ignore[misc]
                resource.RLIMIT_FSIZE, (limit, hard)
            ),
        )
        assert "Traceback" not in done.stdout + done.stderr
        saved |= set(saved_ids(done.stdout))
        assert saved <= logged(home, *place)
        assert done.returncode in (0, 1)
        if done.returncode:
            assert "Not saved: " in done.stdout or done.stderr.startswith("trainer: ")
    assert run(home, "doctor", *place).returncode == 0


def test_two_at_once(home: Path) -> None:
    answers = f"{ANSWER}\n\n3\n" * 20
    both = [
        subprocess.Popen(
            command(*QUIZ, "--limit", "20"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(home),
            text=True,
        )
        for _ in range(2)
    ]
    for one in both:
        assert one.stdin
        one.stdin.write(answers)
        one.stdin.close()
    said = [one.stdout.read() if one.stdout else "" for one in both]
    assert [one.wait() for one in both] == [0, 0]
    for one in both:
        assert one.stdout
        one.stdout.close()
    assert {saved for text in said for saved in saved_ids(text)} == logged(home)
    assert doctor(home)[1]["ok"] is True


def test_a_copy_taken_while_answers_come_in(home: Path) -> None:
    answers = f"{ANSWER}\n\n3\n" * 30
    with subprocess.Popen(
        command(*QUIZ, "--limit", "30"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(home),
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(answers)
        process.stdin.flush()
        confirmed: list[str] = []
        while len(confirmed) < 3:
            confirmed += saved_ids(process.stdout.readline())
        copy = home / "copy.db"
        assert run(home, "backup", str(copy)).returncode == 0
        process.stdin.close()
        process.stdout.read()
    with contextlib.closing(sqlite3.connect(copy)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        copied = {name for (name,) in db.execute("SELECT id FROM log")}
    assert set(confirmed) <= copied <= logged(home)


def test_a_day_has_one_backup_of_its_own(home: Path) -> None:
    give(home, 1)
    give(home, 1)
    (backup,) = os.listdir(data_folder(home) / "backups")
    assert backup.startswith("progress-")


def test_merging_and_exchanging_logs(home: Path) -> None:
    here, there = ("--data", str(home / "here")), ("--data", str(home / "there"))
    for place in (here, there):
        write_deck(Path(place[1]) / "decks", "numbers", DECK)
    give(home, 3, *here)
    give(home, 4, *there)
    file = home / "log.jsonl"
    file.write_text(run(home, "log", *here).stdout, encoding="utf-8")
    done = run(home, "log", "--merge", str(file), *there)
    assert (done.returncode, done.stdout) == (0, "3 events added, 0 known already.\n")
    file.write_text(run(home, "log", *there).stdout + '{"torn', encoding="utf-8")
    done = run(home, "log", "--merge", str(file), *here)
    assert done.returncode == 0
    assert "4 events added, 3 known already" in done.stdout
    assert "cut short" in done.stdout
    done = run(home, "log", "--merge", "there/progress.db", *here)  # relative to where one is
    assert (done.returncode, done.stdout) == (0, "0 events added, 7 known already.\n")
    assert run(home, "log", *here).stdout == run(home, "log", *there).stdout
    bad = home / "bad.jsonl"
    bad.write_text('{"type": "review"}\n[]\n', encoding="utf-8")
    done = run(home, "log", "--merge", str(bad), *here)
    assert done.returncode == 1
    assert f"{bad}:1: it has no id" in done.stdout
    assert f"{bad}:2: it is not a JSON object" in done.stdout
