"""Signals in a sitting: composed afresh at each repetition, logged as they were asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from workbench import (
    AGAIN,
    FRAMEWORK,
    GOOD,
    QUESTION,
    Clock,
    deck,
    desk,
    events,
    library,
    rebuilt,
)

from trainer.debrief import debrief, markdown
from trainer.decks.model import Point, Verdict
from trainer.desk import Desk
from trainer.progress.records import Draft
from trainer.selection import Selection
from trainer.session import Sitting
from trainer.weakness import answers_lately, confusions, weak_spots

TEXT = deck(QUESTION, title="Deck d", topics={"t": "Topic t"}, frameworks=[FRAMEWORK])
# What is right whatever else is in the scenario.
RIGHT = {
    "RAG": "RAG, re-index; we can cite passages.",
    "both": "RAG and fine-tuning: re-index, cite passages, and learn the style.",
}


@pytest.fixture
def at(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    opened = desk(tmp_path, clock, TEXT)
    yield opened
    opened.store.close()


def drill(at: Desk, signal: str = "monthly") -> Sitting:
    return at.sitting("drill", Selection(card=f"d/{signal}"))


def right(sitting: Sitting) -> str:
    question = sitting._question
    assert question is not None
    assert question.card.verdict is not None
    return RIGHT["both" if question.card.verdict.all else "RAG"]


def test_a_signal_is_a_card_like_any_other(at: Desk) -> None:
    info = at.library.cards["d/monthly"]
    assert (info.kind, info.topic, info.tags) == ("scenario", "t", ("change",))
    assert at.library.decks["d"].cards == 4
    for selection in (Selection(kind="scenario"), Selection(tag="change"), Selection(topic="t")):
        assert info in selection.cards(at.library)
    refs = []
    sitting = at.sitting()
    while (question := sitting.next()) is not None:
        refs.append(question.ref)
        sitting.submit("")
        sitting.rate(GOOD)
    assert sorted(set(refs)) == ["d/cited", "d/monthly", "d/style", "d/why"]


def test_the_log_keeps_what_was_asked(at: Desk) -> None:
    sitting = drill(at)
    question = sitting.next()
    assert question is not None
    assert question.card.hint == "Where does the knowledge live?"
    sitting.submit(right(sitting))
    sitting.rate(GOOD)
    (event,) = events(at.store, "review")
    assert event["prompt"] == question.prompt
    assert event["kind"] == "scenario"
    assert msgspec.convert(event["verdict"], Verdict) == question.card.verdict
    # A noted point weighs nothing, which no deck may say of its own.
    kept = [{**point, "weight": point["weight"] or 1.0} for point in event["rubric"]]
    counted = [msgspec.structs.replace(p, weight=1.0) for p in question.card.points]
    assert msgspec.convert(kept, list[Point]) == counted
    assert [point["weight"] for point in event["rubric"]][:2] == [1.0, 0.0]
    assert {*event["points"]} == {point.id for point in question.card.points}


def test_each_review_asks_another_composition(at: Desk, clock: Clock) -> None:
    prompts = []
    for _ in range(6):
        sitting = drill(at)
        question = sitting.next()
        assert question is not None
        prompts.append(question.prompt)
        sitting.submit("x")
        sitting.rate(GOOD)
        clock.pass_(days=30)
    assert all(one != other for one, other in pairwise(prompts))
    assert len({prompt.split(",")[0] for prompt in prompts}) == 3


def test_the_same_is_asked_until_it_is_rated_and_after_an_undo(at: Desk) -> None:
    sitting = drill(at)
    first = sitting.next()
    assert first is not None
    again = drill(at).next()
    assert again is not None
    assert again.card == first.card
    sitting.submit("RAG")
    sitting.rate(AGAIN)
    assert drill(at).next() != first
    sitting.undo()
    undone = sitting.next()
    assert undone is not None
    assert (undone.prompt, undone.card) == (first.prompt, first.card)
    assert undone.draft.answer == "RAG"
    assert undone.draft.prompt == first.prompt


def test_the_asked_point_and_the_verdict_make_the_rating(at: Desk) -> None:
    sitting = drill(at, "cited")
    question = sitting.next()
    assert question is not None
    feedback = sitting.submit(right(sitting))
    assert (feedback.grade.rating, feedback.grade.score) == ("good", 1.0)
    verdict = right(sitting).split(":")[0].split(",")[0]
    feedback = sitting.submit(f"{verdict}, re-index and learn the style.")
    assert feedback.grade.rating == "again"
    assert feedback.grade.verdict is True
    # Nor are the others decided or taught here.
    assert [point.id for point in feedback.teachable] == ["cited"]


def test_nothing_noted_is_asked_about(at: Desk) -> None:
    sitting = drill(at)
    sitting.next()
    feedback = sitting.submit(right(sitting))
    unsure = [msgspec.structs.replace(p, unsure=True) for p in feedback.grade.points]
    grade = msgspec.structs.replace(feedback.grade, points=tuple(unsure))
    assert [point.id for point in feedback._replace(grade=grade).unsure] == ["monthly"]


def test_what_is_taught_counts_beside_others_too(at: Desk) -> None:
    sitting = drill(at)
    question = sitting.next()
    assert question is not None
    sitting.submit("RAG: put the new papers on the shelf")
    feedback = sitting.teach("monthly", "papers on the shelf")
    assert feedback.grade.points[0].hit
    sitting.rate(GOOD)
    beside = drill(at, "cited")
    while (question := beside.next()) is not None and "monthly" not in question.card.noted:
        beside.submit("x")
        beside.rate(AGAIN)
    assert question is not None
    feedback = beside.submit("RAG and fine-tuning: papers on the shelf")
    hits = {point.id: point.hit for point in feedback.grade.points}
    assert hits["monthly"]
    assert not hits["cited"]


def test_an_edited_deck_grades_the_same_composition_anew(
    at: Desk, tmp_path: Path, clock: Clock
) -> None:
    sitting = drill(at)
    question = sitting.next()
    assert question is not None
    assert sitting.submit("RAG and fine-tuning, put it anew on the shelf").grade.rating == "again"
    edited = TEXT.replace('"re-index"', '"anew on the shelf"').replace("one house style", "a voice")
    sitting.use_library(library(tmp_path, edited))
    feedback = sitting.feedback
    assert feedback is not None
    assert feedback.question.prompt == question.prompt
    assert feedback.grade.points[0].hit
    assert [point.id for point in feedback.question.card.points] == [
        point.id for point in question.card.points
    ]
    sitting.rate(GOOD)
    (event,) = events(at.store, "review")
    assert event["prompt"] == question.prompt
    assert event["rubric"][0]["accept"] == ["anew on the shelf"]


def test_a_deck_from_which_a_companion_has_gone_leaves_the_question_as_it_was(
    at: Desk, tmp_path: Path
) -> None:
    sitting = drill(at, "monthly")
    question = sitting.next()
    assert question is not None
    feedback = sitting.submit("RAG")
    signals = [
        {**signal, "id": f"other-{signal['id']}"} if signal["id"] in question.card.noted else signal
        for signal in FRAMEWORK["signals"]
    ]
    sitting.use_library(library(tmp_path, deck(frameworks=[{**FRAMEWORK, "signals": signals}])))
    assert sitting.feedback is not None
    assert sitting.feedback.question.card == feedback.question.card


def test_a_draft_of_another_composition_is_not_its_answer(at: Desk, clock: Clock) -> None:
    draft = Draft("RAG", submitted=True, prompt="Something else → ?")
    at.store.keep_draft("d/monthly", draft, clock())
    question = drill(at).next()
    assert question is not None
    assert question.draft == Draft()


def test_a_retry_keeps_the_composition_too(at: Desk) -> None:
    sitting = drill(at)
    question = sitting.next()
    assert question is not None
    sitting.submit("x")
    assert sitting.retry(right(sitting)).rating == "good"
    (event,) = events(at.store, "retry")
    assert event["prompt"] == question.prompt
    assert event["rubric"][0]["id"] == "monthly"


def test_a_mock_interview_and_its_debrief(at: Desk, clock: Clock) -> None:
    sitting = at.sitting("mock", Selection(kind="scenario"), limit=3)
    while sitting.next() is not None:
        sitting.hand_in("RAG")
    sums = debrief(sitting.handed_in)
    # Each asked point once; those noted beside them are not counted.
    assert {point.say for point in sums.missed} == {
        signal["point"]["say"] for signal in FRAMEWORK["signals"]
    }
    assert [point.asked for point in sums.missed] == [1, 1, 1]
    document = markdown(sitting.handed_in, clock(), counts=True)
    assert "also to say: " in document
    changed = sitting.change(0, GOOD)
    assert changed.rating == GOOD
    assert rebuilt(at.store) == {}


def test_weak_spots_name_the_signals_own_card(at: Desk, clock: Clock) -> None:
    sitting = drill(at, "cited")
    question = sitting.next()
    assert question is not None
    sitting.submit("fine-tuning")
    sitting.rate(AGAIN)
    spots = weak_spots(at.library, at.store, at.today(clock()))
    missed = {(point.card, point.point, point.say) for point in spots.points}
    says = {s["id"]: s["point"]["say"] for s in FRAMEWORK["signals"]}
    assert missed == {(f"d/{p.id}", p.id, says[p.id]) for p in question.card.points}
    weak = at.sitting("weak")
    asked = weak.next()
    assert asked is not None
    assert asked.weakness is not None


def test_what_was_confused_goes_by_the_verdict_that_was_asked(at: Desk, clock: Clock) -> None:
    for _ in range(8):
        sitting = drill(at, "cited")
        question = sitting.next()
        assert question is not None
        sitting.submit("fine-tuning")
        sitting.rate(AGAIN)
    wanted = {
        "RAG and fine-tuning" if event["verdict"].get("all") else "RAG"
        for event in events(at.store, "review")
    }
    assert len(wanted) == 2
    found = confusions(answers_lately(at.library, at.store, at.today(clock())))
    assert {(each.said, each.right) for each in found} == {("fine-tuning", r) for r in wanted}


def test_a_review_whose_verdict_is_not_told_is_no_confusion(
    at: Desk, clock: Clock, tmp_path: Path
) -> None:
    lines = [
        {"type": "review", "id": f"x{n}", "at": "2026-05-11T09:00:00.000Z", "card": "d/cited",
         "rating": 1, "answer": "fine-tuning", "rubric": [{}], "points": {"cited": 0},
         "verdict": verdict}
        for n, verdict in enumerate([None, {}, {"accept": 3}, {"reject": ["x"]}])
    ]  # fmt: skip
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert at.store.unite([str(path)]).added == 4
    assert confusions(answers_lately(at.library, at.store, at.today(clock()))) == []


def test_a_renamed_signal_keeps_its_history(tmp_path: Path, clock: Clock) -> None:
    before = desk(tmp_path, clock, TEXT)
    sitting = drill(before)
    sitting.next()
    sitting.submit("RAG: anew on the shelf")
    sitting.teach("monthly", "anew on the shelf")
    sitting.rate(GOOD)
    before.store.close()
    monthly, *rest = FRAMEWORK["signals"]
    renamed = {**monthly, "id": "fresh", "formerly": ["monthly"]}
    after = desk(tmp_path, clock, deck(frameworks=[{**FRAMEWORK, "signals": [renamed, *rest]}]))
    memory = after.store.memory("d/fresh")
    assert memory is not None
    assert memory.reps == 1
    (point,) = [row for row in after.store._db.execute("SELECT * FROM point WHERE card='d/fresh'")]
    assert point[1] == "fresh"
    sitting = drill(after, "fresh")
    sitting.next()
    assert sitting.submit("RAG and fine-tuning, anew on the shelf").grade.points[0].hit
    after.store.close()
