"""The commands in-process: exit codes, where options may stand, what goes to which stream."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from workbench import CLOZE, FRAMEWORK, QUESTION, SCENARIO, Clock, deck, flashcards, review

from trainer import __version__
from trainer.cli import main
from trainer.progress.store import Store
from trainer.usage import command_first, parse


class Ran(NamedTuple):
    """How a command went."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code in (0, 1)
        return json.loads(self.out)


class Shell:
    """Runs commands on a folder that has a few decks of its own."""

    def __init__(
        self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.home = home
        self.monkeypatch = monkeypatch
        self.capsys = capsys

    def __call__(self, *args: str, stdin: bytes = b"") -> Ran:
        text = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
        self.monkeypatch.setattr(sys, "stdin", text)
        try:
            code = main(args)
        except SystemExit as left:
            code = int(left.code or 0)
        return Ran(code, *self.capsys.readouterr())

    def write(self, name: str, text: str) -> Path:
        path = self.home / "decks" / name
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    home, bundled = tmp_path / "home", tmp_path / "bundled"
    (home / "decks").mkdir(parents=True)
    bundled.mkdir()
    monkeypatch.setenv("TRAINER_HOME", str(home))
    monkeypatch.setattr("trainer.paths.bundled_decks", lambda: str(bundled))
    made = Shell(home, monkeypatch, capsys)
    made.write("d.yaml", deck(QUESTION, SCENARIO, CLOZE, *flashcards("flip")))
    return made


REPORTS = [
    ["due"],
    ["search", "is:new"],
    ["stats"],
    ["paths"],
    ["check"],
    ["grade", "--card", "d/gap"],
]


@pytest.mark.parametrize("command", REPORTS)
def test_json_is_one_document_and_nothing_else(shell: Shell, command: list[str]) -> None:
    after, before = shell(*command, "--json"), shell("--json", *command)
    for ran in (after, before):
        assert ran.code == 0
        assert ran.err == ""
        assert isinstance(ran.json, dict)
    without_time = [{k: v for k, v in ran.json.items() if k != "at"} for ran in (after, before)]
    assert without_time[0] == without_time[1]


@pytest.mark.parametrize("command", [*REPORTS, ["log"]])
def test_reports_make_no_progress_file(shell: Shell, command: list[str]) -> None:
    assert shell(*command).code == 0
    assert not (shell.home / "progress.db").exists()


def test_search_prints_a_card_in_a_line(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    found = shell("search", "kind:cloze").out
    assert found == shell("search", "kind:cloze", "is:new").out
    assert [line.split()[0] for line in found.splitlines()] == ["d/gap"]
    assert shell("search", "d/").out.count("\n") == 4
    assert shell("search", "--limit", "2", "d/").out.count("\n") == 2
    (card,) = shell("search", "kind:cloze", "--json").json["cards"]
    assert (card["card"], card["kind"]) == ("d/gap", "cloze")
    assert "____" in card["prompt"]
    monkeypatch.setattr("trainer.terminal.width", lambda: 12)
    assert {len(line) for line in shell("search", "d/").out.splitlines()} == {12}


def test_a_cache_that_can_not_be_kept_is_mentioned_once(shell: Shell) -> None:
    place = Path(shell("paths", "--json").json["cache"])
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file where the folder should be")
    ran = shell("due")
    assert ran.code == 0
    assert ran.err.count("can't be kept here") == ran.err.count("\n") == 1
    place.unlink()
    assert shell("due").err == shell("due").err == ""


def test_search_that_finds_nothing_says_so(shell: Shell) -> None:
    ran = shell("search", "quagga")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("trainer: no card matches")
    ran = shell("search", "quagga", "--json")
    assert (ran.code, ran.json, ran.err) == (1, {"cards": []}, "")
    ran = shell("search", "is:bored")
    assert (ran.code, ran.out) == (2, "")
    assert "due, new" in ran.err
    assert shell("search").code == 2
    assert shell("search", "x", "--limit", "0").code == 2


def test_options_stand_before_and_after_the_command(shell: Shell, tmp_path: Path) -> None:
    other = str(tmp_path / "other")
    for args in (
        ["--data", other, "paths", "--json"],
        [f"--data={other}", "--json", "paths"],
        ["paths", "--json", "--data", other],
    ):
        assert shell(*args).json["data"] == other


def test_more_decks_may_be_named_again_and_again(shell: Shell, tmp_path: Path) -> None:
    for name in "ef":
        (tmp_path / name).mkdir()
        (tmp_path / name / "deck.yaml").write_text(deck(*flashcards("x"), name=name))
    due = shell("--decks", str(tmp_path / "e"), "due", "--decks", str(tmp_path / "f"), "--json")
    assert [found["deck"] for found in due.json["decks"]] == ["d", "e", "f"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ([], []),
        (["--data", "due"], ["--data", "due"]),
        (["--data", "x", "due"], ["due", "--data", "x"]),
        (["--data=x", "due", "--json"], ["due", "--data=x", "--json"]),
        (["--json", "--decks", "a", "--decks", "b", "due"],
         ["due", "--json", "--decks", "a", "--decks", "b"]),
        (["--plain", "--limit", "3", "quiz"], ["quiz", "--plain", "--limit", "3"]),
        (["--card", "d/c", "grade"], ["grade", "--card", "d/c"]),
        (["check", "--data", "x", "file"], ["check", "--data", "x", "file"]),
    ],
)  # fmt: skip
def test_the_command_is_found_behind_options(typed: list[str], read: list[str]) -> None:
    assert command_first(typed) == read


@pytest.mark.parametrize(
    ("typed", "name", "wanted"),
    [
        ("import a --dry-run b", "files", ["a", "b"]),
        ("import --deck d a", "files", ["a"]),
        ("check a --json b --data x", "paths", ["a", "b"]),
        ("check --watch", "paths", []),
        ("new deck --json Python tips", "title", ["Python", "tips"]),
        ("search --limit 3 one --json two", "words", ["one", "two"]),
        ("export --format csv", "file", None),
        ("log --merge a b", "merge", ["a", "b"]),
    ],
)
def test_options_may_stand_anywhere(typed: str, name: str, wanted: object) -> None:
    args = parse(typed.split())
    assert (args.command, getattr(args, name)) == (typed.split()[0], wanted)


def test_scenarios_are_printed_to_be_read(shell: Shell) -> None:
    shell.write("f.yaml", deck(name="f", frameworks=[FRAMEWORK]))
    for command in (["check", "--samples", "3"], ["--samples", "3", "check"]):
        ran = shell(*command)
        assert ran.code == 0
        assert ran == shell(*command)
        assert ran.out.count(" → ?") == 3
        assert "f/cited: RAG" in ran.out
    one = str(shell.home / "decks" / "f.yaml")
    document = shell("check", one, "--samples", "2", "--json").json
    assert document["ok"] is True
    assert [sorted(sample) for sample in document["samples"]] == [
        ["answer", "card", "prompt", "verdict"]
    ] * 2
    assert "samples" not in shell("check", "--json").json
    assert "There is no framework" in shell("check", str(shell.home / "decks" / "d.yaml"),
                                            "--samples", "2").out  # fmt: skip
    assert shell("check", "--samples", "0").code == 2


def test_a_signal_is_graded_as_it_is_asked_next(shell: Shell) -> None:
    shell.write("f.yaml", deck(name="f", frameworks=[FRAMEWORK]))
    answer = b"RAG and fine-tuning: re-index, cite passages, learn the style"
    ran = shell("grade", "--card", "f/style", "--json", stdin=answer)
    assert ran.err.startswith("trainer: asked: ")
    assert ran.err.endswith(" → ?\n")
    assert ran.json["rating"] == "good"
    assert ran.json["points"][0]["id"] == "style"
    assert "also said: " in shell("grade", "--card", "f/style", stdin=answer).out


def test_version_and_help(shell: Shell) -> None:
    assert shell("--version") == (0, f"trainer {__version__}\n", "")
    assert "quiz" in shell("--help").out


@pytest.mark.parametrize(
    "args",
    [
        ["fly"],
        ["due", "--plain"],
        ["quiz", "--mode", "sleep"],
        ["quiz", "--kind", "essay"],
        ["quiz", "--plain", "--limit", "0"],
        ["quiz", "--plain", "--limit", "some"],
        ["quiz", "--plain", "--minutes", "-1"],
        ["quiz", "--plain", "--minutes", "nan"],
        ["quiz", "--plain", "--minutes", "inf"],
        ["quiz", "--plain", "--ask", "everything"],
        ["quiz", "--ask", "confidence"],
        ["grade"],
        ["due", "--decks", "/nowhere/at/all"],
        # No terminal.
        [],
        ["quiz"],
    ],
)
def test_wrong_usage(shell: Shell, args: list[str]) -> None:
    ran = shell(*args)
    assert ran.code == 2
    assert ran.out == ""
    assert "trainer" in ran.err
    assert not (shell.home / "progress.db").exists()


@pytest.mark.parametrize("args", [[], ["quiz"], ["quiz", "--plain"], ["grade", "--card", "d/flip"]])
def test_with_standard_input_closed(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, args: list[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(args) == 2
    said = shell.capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("trainer: ")


def test_with_standard_output_closed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["due"]) == 0


def test_without_a_terminal_the_plain_quiz_is_named(shell: Shell) -> None:
    assert "--plain" in shell("quiz").err
    assert "--plain" in shell().err


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["grade", "--card", "d/wy"], "there is no card d/wy; did you mean d/why"),
        (["quiz", "--plain", "--card", "d/no-such-thing"], "there is no card"),
        (["quiz", "--plain", "--deck", "e"], r"no card has the deck e \(there are: d\)"),
        (["quiz", "--plain", "--topic", "x\x1b[31my"], "no card has the topic x�"),
    ],
)
def test_what_is_not_so(shell: Shell, args: list[str], says: str) -> None:
    ran = shell(*args)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("trainer: ")
    assert ran.err.count("\n") == 1
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(ran.err)


@pytest.mark.parametrize("command", [["due"], ["stats"], ["log"], ["quiz", "--plain"]])
def test_a_damaged_progress_file(shell: Shell, command: list[str]) -> None:
    path = shell.home / "progress.db"
    path.write_text("my shopping list\n" * 100)
    ran = shell(*command)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"trainer: {path}: this is not a progress file")
    assert path.read_text().startswith("my shopping list")


def test_a_data_folder_that_cannot_be(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = shell("quiz", "--plain", "--data", str(tmp_path / "file" / "below"))
    assert (ran.code, ran.out) == (1, "")
    assert "can't be made" in ran.err


def test_a_bad_preference_and_a_broken_deck_are_said_beside_the_report(shell: Shell) -> None:
    (shell.home / "config.toml").write_text("[daily]\nnew = -1\n")
    path = shell.write("broken.yaml", "schema: 1\ndeck: [\n")
    ran = shell("due", "--json")
    assert ran.code == 0
    assert [found["deck"] for found in ran.json["decks"]] == ["d"]
    assert "trainer: " + str(shell.home / "config.toml") in ran.err
    assert f"trainer: {path}: 1 error; see `trainer check`" in ran.err


def test_check(shell: Shell) -> None:
    sound = shell("check")
    assert (sound.code, sound.err) == (0, "")
    broken = shell.write("broken.yaml", "schema: 1\ndeck: b\ncards:\n  - {prompt: x}\n")
    ran = shell("check", "--json")
    assert ran.code == 1
    assert ran.json["ok"] is False
    errors = {file["path"]: file["errors"] for file in ran.json["files"]}
    assert errors[str(broken)][0].keys() == {"line", "column", "message", "mend"}
    assert shell("check", str(shell.home / "decks" / "d.yaml")).code == 0
    assert f"{broken}:4:" in shell("check", str(broken)).out


def test_due(shell: Shell) -> None:
    empty = shell("due", "--json").json
    assert (empty["new"], empty["learning"], empty["due"], empty["next"]) == (4, 0, 0, None)
    clock = Clock("2020-01-01T09:00:00Z")
    with Store.open(str(shell.home / "progress.db")) as store:
        store.add_review(review("d/why", 4), clock(), clock.day)
        store.add_review(review("d/flip", 1), clock(), clock.day)
    found = shell("due", "--json").json
    assert (found["new"], found["learning"], found["due"]) == (2, 1, 1)
    assert found["next"] == "2020-01-01T09:10:00.000Z"
    (row,) = found["decks"]
    assert (row["deck"], row["next"]) == ("d", found["next"])
    assert [topic["topic"] for topic in row["topics"]] == ["t", ""]
    assert "Next due: now." in shell("due").out


def test_due_knows_a_card_by_its_new_name(shell: Shell) -> None:
    shell("quiz", "--plain", "--card", "d/flip", stdin=b"\n4\n")
    (card,) = flashcards("new")
    shell.write("d.yaml", deck({**card, "formerly": ["flip"]}))
    found = shell("due", "--json").json
    assert (found["new"], found["next"] is None) == (0, False)
    assert shell("stats", "--json").json["mastery"][0]["met"] == 1


def test_grade(shell: Shell) -> None:
    ran = shell("grade", "--card", "formulary", "--json", stdin=b"RAG, since it updates monthly.")
    grade = ran.json
    assert grade.keys() == {"card", "score", "rating", "verdict", "points", "mistakes", "warnings"}
    assert (grade["card"], grade["rating"], grade["verdict"]) == ("d/formulary", "good", True)
    (point,) = grade["points"]
    assert point.keys() == {
        "id", "say", "credit", "hit", "unsure", "evidence", "matches", "missed",
    }  # fmt: skip
    assert point["matches"][0].keys() == {"span", "phrase", "how", "negated"}
    assert "right verdict" in shell("grade", "--card", "formulary", stdin=b"RAG").out


def test_spans_count_the_answer_as_it_was_received(shell: Shell) -> None:
    text = "So, größer:\r\n\r\nRAG, as it updates monthly.\r\n"
    ran = shell("grade", "--card", "formulary", "--json", stdin=text.encode())
    (match, *_) = ran.json["points"][0]["matches"]
    assert text[slice(*match["span"])] == "updates monthly"


def test_grade_takes_any_bytes(shell: Shell) -> None:
    ran = shell("grade", "--card", "formulary", stdin=b"RAG \xff\xfe\x1b[31m updates monthly")
    assert ran.code == 0
    assert "\x1b" not in ran.out


def test_the_plain_quiz_and_its_log(shell: Shell) -> None:
    ran = shell("quiz", "--plain", "--card", "d/flip", stdin=b"\n4\n")
    assert ran.code == 0
    (said,) = [line for line in ran.out.splitlines() if "saved " in line and "answer" not in line]
    lines = [json.loads(line) for line in shell("log").out.splitlines()]
    assert [(line["type"], line["card"], line["rating"]) for line in lines] == [
        ("review", "d/flip", 4)
    ]
    assert said.endswith(f"saved {lines[0]['id']}")
    assert lines[0]["mode"] == "drill"


def test_the_plain_quiz_asks_confidence_if_told(shell: Shell) -> None:
    ran = shell("quiz", "--plain", "--card", "d/flip", "--ask", "confidence", stdin=b"\n2\n4\n")
    assert "How sure are you" in ran.out
    assert json.loads(shell("log").out)["confidence"] == 2


def test_stats(shell: Shell) -> None:
    empty = shell("stats", "--json").json
    assert (empty["reviews"], empty["retention"], empty["streak"]) == (0, None, 0)
    shell("quiz", "--plain", "--card", "d/flip", stdin=b"\n4\n")
    found = shell("stats", "--json").json
    assert (found["reviews"], found["reviews_today"], found["streak"]) == (1, 1, 1)
    assert {row["topic"]: row["met"] for row in found["mastery"]} == {"t": 0, "": 1}
    assert "Streak: 1 day." in shell("stats").out


def test_paths(shell: Shell) -> None:
    found = shell("paths", "--json").json
    assert found["progress"] == str(shell.home / "progress.db")
    assert found.keys() == {
        "data", "progress", "backups", "decks", "config", "cache", "bundled",
    }  # fmt: skip
    assert str(shell.home / "config.toml") in shell("paths").out
