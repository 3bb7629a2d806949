from __future__ import annotations

import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from workbench import AGAIN, CHOICE, EASY, GOOD, SCENARIO, Clock, deck, desk

from trainer.debrief import debrief, markdown, overview
from trainer.errors import TrainerError
from trainer.mockfile import Report
from trainer.plain import Dialogue
from trainer.session import HandedIn, Sitting

QUESTION: dict[str, Any] = {
    "id": "why",
    "topic": "s",
    "prompt": "Why keep an index?",
    "points": [
        {"id": "speed", "say": "Lookups become fast.", "accept": ["fast lookups", "speed"]},
        {"id": "order", "say": "Rows come sorted.", "accept": ["sorted rows"], "weight": 2},
        {"id": "need", "say": "Only for reading.", "accept": ["for reading"], "required": True},
    ],
    "answer": "Lookups become fast, and rows come sorted.\n\nOnly for reading.",
}
WRONG = "Fine-tuning, since it updates monthly."
RIGHT = "RAG, since it updates monthly."

Interview = Callable[..., Sitting]


@pytest.fixture
def interview(tmp_path: Path, clock: Clock) -> Any:
    """Hold a mock interview over some cards; each is answered after half a minute."""
    opened = []

    def hold(answers: dict[str, str], *cards: dict[str, Any], counts: bool = True) -> Sitting:
        topics = {"s": "Speed & size", "t": "Choosing"}
        at = desk(tmp_path, clock, deck(*cards, title="Deck | one", topics=topics))
        opened.append(at)
        sitting = at.sitting("mock", counts=counts)
        while (question := sitting.next()) is not None:
            clock.pass_(minutes=0.5)
            sitting.hand_in(answers.get(question.card.id, ""))
        return sitting

    yield hold
    for at in opened:
        at.store.close()


def test_the_sums(interview: Interview) -> None:
    answers = {"why": "speed", "formulary": RIGHT}
    sums = debrief(interview(answers, QUESTION, SCENARIO).handed_in)
    assert (sums.answers, sums.milliseconds, sums.verdicts) == (2, 60_000, (1, 1))
    assert sums.ratings == ((AGAIN, 1), (GOOD, 1))
    assert [(row.title, row.answers) for row in sums.topics] == [
        ("Speed & size", 1),
        ("Choosing", 1),
    ]
    assert sums.topics[0].score < 0.5 < sums.topics[1].score
    assert sums.score == pytest.approx(sum(row.score for row in sums.topics) / 2)
    assert sums.headline.startswith("2 answers in 1 min 0 s, 30 s each. Mean score: ")
    assert sums.headline.endswith("Right verdicts: 1 of 1.")


def test_required_and_weighty_points_lead_those_missed(interview: Interview) -> None:
    sums = debrief(interview({}, QUESTION).handed_in)
    says = [row.say for row in sums.missed]
    assert says == ["Only for reading.", "Rows come sorted.", "Lookups become fast."]


def test_a_point_missed_on_two_cards_comes_first(interview: Interview) -> None:
    other = {**QUESTION, "id": "two", "points": QUESTION["points"][:1]}
    sums = debrief(interview({"why": "sorted rows"}, QUESTION, other).handed_in)
    assert sums.missed[0] == ("Lookups become fast.", 2, 2)


def test_clauses_of_a_model_answer_are_no_points_to_miss(interview: Interview) -> None:
    bare = {"id": "bare", "prompt": "Why?", "answer": "Lookups become fast."}
    sums = debrief(interview({}, bare).handed_in)
    assert sums.missed == ()
    assert sums.headline == "1 answer in 30 s. Mean score: 0 %."


def test_a_right_option_not_picked_is_a_point_missed(interview: Interview) -> None:
    sums = debrief(interview({"pick": "Apple"}, CHOICE).handed_in)
    assert [row.say for row in sums.missed] == ["Pear (Which is a fruit?)"]


def test_the_overview_in_lines(interview: Interview) -> None:
    sums = debrief(
        interview(
            {"why": "for reading and speed", "formulary": RIGHT}, QUESTION, SCENARIO
        ).handed_in
    )
    assert overview(sums) == [
        sums.headline,
        "Speed & size: 50 % of 1 answer",
        "Choosing: 100 % of 1 answer",
        "Points missed most:",
        "- Rows come sorted.",
    ]


def test_nothing_was_answered() -> None:
    sums = debrief([])
    assert sums.headline == "No answer was given."
    assert (sums.topics, sums.missed, sums.score) == ((), (), 0.0)


# Markdown


def document(handed_in: list[HandedIn], *, counts: bool = True) -> str:
    return markdown(handed_in, Clock()(), counts=counts)


def test_the_document(interview: Interview) -> None:
    text = document(interview({"why": "Speed."}, QUESTION).handed_in)
    assert text.startswith("# Mock interview, 11 May 2026, 09:00\n\n1 answer in 30 s. Mean score: ")
    assert "| Speed \\& size | 1 | 25 % |" in text
    assert "## Points missed most\n\n- Only for reading.\n- Rows come sorted.\n" in text
    assert "| 1 | 25 % | ✗ Again | 30 s | Why keep an index? |" in text
    assert "## 1. Deck \\| one › Speed \\& size\n\n> Why keep an index?\n" in text
    assert "25 %, rated Again, 30 s. Card: d/why" in text
    assert "- ✓ made: Lookups become fast.\n- ✗ missed: Rows come sorted." in text
    assert "**Your answer**\n\n```text\nSpeed.\n```\n" in text
    assert "**Model answer** (bold is what you left out)" in text
    assert "> Lookups become fast, **" in text
    assert text.endswith("> **Only for reading.**\n")


def test_a_changed_rating_is_the_one_told(interview: Interview) -> None:
    sitting = interview({"formulary": RIGHT}, SCENARIO)
    sitting.change(0, EASY)
    text = document(sitting.handed_in)
    assert "✓ Easy" in text
    assert "right verdict, rated Easy" in text


def test_that_it_did_not_count_is_said(interview: Interview) -> None:
    sitting = interview({}, QUESTION, counts=False)
    assert "didn't count" in document(sitting.handed_in, counts=False)


def test_an_answer_not_given(interview: Interview) -> None:
    assert "**Your answer**\n\n(no answer)\n" in document(interview({}, QUESTION).handed_in)


HOSTILE = "# x\n```\n</details> | <script> ![a](b) [c](http://d) - *e* `f` www.g.h\n~~~\n1. i\n---"


def test_hostile_text_breaks_nothing(interview: Interview) -> None:
    card = {
        **QUESTION,
        "prompt": HOSTILE,
        "answer": HOSTILE,
        "points": [{"id": "p", "say": HOSTILE, "accept": ["nothing"]}],
    }
    text = document(interview({"why": HOSTILE}, card).handed_in)
    assert headings(text) == [
        "# Mock interview, 11 May 2026, 09:00",
        "## By topic",
        "## Points missed most",
        "## Answers",
        "## 1. Deck \\| one › Speed \\& size",
    ]
    outside, fence = [], ""
    for line in text.split("\n"):
        if not fence and line.startswith("````"):
            fence = line.removesuffix("text")
        elif fence and line == fence:
            fence = ""
        elif not fence:
            outside.append(line)
    assert not fence
    rest = "\n".join(outside)
    for live in ("<script", "<details", "](", "http:", "www.g", "\n---\n", "\n> ---", "\n> 1."):
        assert live not in rest.replace("\\" + live, "")


def headings(text: str) -> list[str]:
    """Return the lines that begin as headings do, outside of fences of four."""
    parts = text.split("````")
    return [line for part in parts[::2] for line in part.split("\n") if line.startswith("#")]


# The file


def test_the_file_is_named_after_the_local_time(interview: Interview, tmp_path: Path) -> None:
    sitting = interview({}, QUESTION)
    folder = tmp_path / "mocks"
    report = Report(str(folder), Clock("2026-11-22T08:15:00Z", 120)())
    path = report.save(sitting.handed_in, counts=True)
    assert path == str(folder / "mock-2026-11-22-1015.md")
    assert Path(path).read_text("utf-8").startswith("# Mock interview, 22 November 2026, 10:15\n")
    assert os.listdir(folder) == ["mock-2026-11-22-1015.md"]


def test_saved_again_it_is_the_same_file(interview: Interview, tmp_path: Path) -> None:
    sitting = interview({}, QUESTION)
    report = Report(str(tmp_path / "mocks"), Clock()())
    first = report.save(sitting.handed_in, counts=True)
    sitting.change(0, EASY)
    assert report.save(sitting.handed_in, counts=True) == first
    assert "rated Easy" in Path(first).read_text("utf-8")


def test_nothing_is_overwritten(interview: Interview, tmp_path: Path) -> None:
    sitting = interview({}, QUESTION)
    folder = tmp_path / "mocks"
    folder.mkdir()
    theirs = folder / "mock-2026-05-11-0900.md"
    theirs.write_text("mine", "utf-8")
    report = Report(str(folder), Clock()())
    second = Path(report.save(sitting.handed_in, counts=True))
    assert second.name == "mock-2026-05-11-0900-2.md"
    second.write_text(second.read_text("utf-8") + "\nMy note.\n", "utf-8")
    third = report.save(sitting.handed_in, counts=True)
    assert third.endswith("-3.md")
    assert second.read_text("utf-8").endswith("My note.\n")
    assert theirs.read_text("utf-8") == "mine"


def test_a_folder_that_cannot_be_made(interview: Interview, tmp_path: Path) -> None:
    sitting = interview({}, QUESTION)
    (tmp_path / "mocks").write_text("a file", "utf-8")
    with pytest.raises(TrainerError, match="can't be made"):
        Report(str(tmp_path / "mocks"), Clock()()).save(sitting.handed_in, counts=True)


def test_a_write_that_fails_leaves_nothing_behind(
    interview: Interview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = interview({}, QUESTION)
    folder = tmp_path / "mocks"
    report = Report(str(folder), Clock()())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        with pytest.raises(TrainerError, match="can't be written"):
            report.save(sitting.handed_in, counts=True)
    assert os.listdir(folder) == []
    first = report.save(sitting.handed_in, counts=True)
    was = Path(first).read_text("utf-8")
    sitting.change(0, EASY)
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(TrainerError):
        report.save(sitting.handed_in, counts=True)
    assert Path(first).read_text("utf-8") == was


@pytest.mark.parametrize("typed", ["speed\n\n\n", "speed\n\n", "speed\n\nq\n", "speed\n\n4\n"])
def test_the_plain_dialogue_tells_and_saves_it(tmp_path: Path, clock: Clock, typed: str) -> None:
    at = desk(tmp_path, clock, deck(QUESTION, topics={"s": "Speed"}))
    out, mocks = StringIO(), str(tmp_path / "mocks")
    dialogue = Dialogue(at.sitting("mock"), StringIO(typed), out, mocks=mocks, clock=clock)
    assert dialogue.run() == 0
    path = os.path.join(mocks, "mock-2026-05-11-0900.md")
    assert "1 answer in 0 s. Mean score: 25 %.\nSpeed: 25 % of 1 answer\n" in out.getvalue()
    assert f"- Rows come sorted.\nSaved as {path}\n" in out.getvalue()
    rated = "Easy" if "4" in typed else "Again"
    assert f"rated {rated}" in Path(path).read_text("utf-8")
    at.store.close()
