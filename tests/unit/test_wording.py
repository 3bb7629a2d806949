"""Times, scores and grades in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbench import CLOZE, QUESTION, Clock, deck, library

from trainer.grading import Grade, MistakeMade, PointGrade
from trainer.scheduling.days import DAY, MINUTE, Moment
from trainer.scheduling.schedule import Memory
from trainer.wording import (
    duration,
    mistake,
    model_answer,
    percent,
    point_state,
    verdict,
    wait,
    when,
)

AT = Clock()()


def memory(days: int = 0, minutes: float | None = None) -> Memory:
    due_at = None if minutes is None else AT.instant + round(minutes * MINUTE)
    return Memory("review", 0, 1.0, 5.0, days, days, due_at, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0.1, "1 min"), (10, "10 min"), (59.4, "59 min"), (59.6, "1 h"), (90, "1.5 h"),
     (1440, "24 h"), (-5, "1 min")],
)  # fmt: skip
def test_waiting_for_a_step(minutes: float, said: str) -> None:
    assert wait(memory(minutes=minutes), AT) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "1 d"), (29, "29 d"), (30, "1 mo"), (137, "4.5 mo"), (364, "12 mo"), (365, "1 y"),
     (438, "1.2 y"), (36_500, "99.9 y")],
)  # fmt: skip
def test_waiting_for_a_review(days: int, said: str) -> None:
    assert wait(memory(days), AT) == said


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (-DAY, "now"),
        (0, "now"),
        (1, "in 1 minute"),
        (9 * MINUTE, "in 9 minutes"),
        (59.4 * MINUTE, "in 59 minutes"),
        (59.9 * MINUTE, "today at 09:59"),
        (90 * MINUTE, "today at 10:30"),
        (19 * 60 * MINUTE, "tomorrow at 04:00"),
        (2 * DAY, "on Wednesday"),
        (6 * DAY, "on Sunday"),
        (7 * DAY, "on 18 May"),
        (300 * DAY, "on 7 March 2027"),
    ],
)
def test_when(later: float, said: str) -> None:
    assert when(AT.instant + round(later), AT) == said


def test_when_is_said_by_the_persons_clock() -> None:
    east = Moment(AT.instant, 14 * 60)
    assert when(AT.instant + 90 * MINUTE, east) == "tomorrow at 00:30"


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [(0, "0 s"), (499, "0 s"), (59_400, "59 s"), (59_600, "1 min 0 s"), (200_000, "3 min 20 s")],
)
def test_duration(milliseconds: int, said: str) -> None:
    assert duration(milliseconds) == said


def test_percent() -> None:
    assert [percent(share) for share in (0, 0.666, 1)] == ["0 %", "67 %", "100 %"]


@pytest.mark.parametrize(
    ("right", "said"), [(None, ""), (True, "right verdict"), (False, "wrong verdict")]
)
def test_verdict(right: bool | None, said: str) -> None:
    assert verdict(Grade("d/c", 0.5, "again", right)) == said


@pytest.mark.parametrize(
    ("point", "said"),
    [
        (PointGrade("a", "A.", 1.0, True), "made"),
        (PointGrade("a", "A.", 0.7, True, unsure=True), "made, unsure"),
        (PointGrade("a", "A.", 0.6, False, unsure=True), "missed, unsure"),
        (PointGrade("a", "A.", 0.4, False, evidence=((0, 3),)), "partly"),
        (PointGrade("a", "A.", 0.0, False), "missed"),
    ],
)
def test_point_state(point: PointGrade, said: str) -> None:
    assert point_state(point) == said


def test_mistakes_are_sentences() -> None:
    assert mistake(MistakeMade("It can cite.", "Weights have no source.")) == (
        "It can cite. Weights have no source."
    )
    assert mistake(MistakeMade("Brick", "")) == "Brick."


def test_model_answers(tmp_path: Path) -> None:
    cards = library(tmp_path, deck(QUESTION, CLOZE))
    assert model_answer(cards.card("d/why")) == QUESTION["answer"]
    assert model_answer(cards.card("d/gap")) == (
        "RAG keeps facts in an index, tuning in the weights."
    )
