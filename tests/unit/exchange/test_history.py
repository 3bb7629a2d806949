"""What was answered elsewhere, as events of the log."""

from __future__ import annotations

from workbench import events, rebuilt

from trainer.exchange.history import events_of
from trainer.exchange.note import Answer, Note
from trainer.progress.events import encode, parse
from trainer.progress.store import Store

AT = 1_778_490_000_123  # 2026-05-11T09:00:00.123Z
NOTE = Note(
    "x.apkg nid:1",
    {},
    answers=(Answer(AT, 1, 4_000), Answer(AT + 86_400_000, 3, 2_500)),
    suspended=True,
    flag=2,
)


def test_answers_are_reviews_and_marks_follow_them() -> None:
    first, second, *marks = events_of([("d/a", NOTE)])
    assert {**first, "id": ""} == {
        "type": "review",
        "id": "",
        "at": "2026-05-11T09:00:00.123Z",
        "device": "anki",
        "offset": 0,
        "card": "d/a",
        "rating": 1,
        "elapsed_ms": 4_000,
    }
    assert second["rating"] == 3
    assert sorted((mark["type"], mark.get("value")) for mark in marks) == [
        ("flag", 2),
        ("suspend", None),
    ]
    assert {mark["at"] for mark in marks} == {"2026-05-12T09:00:00.124Z"}


def test_days_are_told_by_the_clock_of_the_other_program() -> None:
    made = events_of([("d/a", NOTE._replace(offset=-480))])
    assert {event["offset"] for event in made} == {-480}


def test_events_are_sound_and_begin_with_their_time() -> None:
    made = events_of([("d/a", NOTE), ("d/b", NOTE), ("d/c", Note("", {}, suspended=True))])
    assert [parse(encode(event)) for event in made] == made
    assert len({event["id"] for event in made}) == len(made)
    assert [event["at"] for event in made] == sorted(event["at"] for event in made)
    for event in made:
        assert event["id"][14] == "7"
        assert event["id"][19] in "89ab"


def test_a_second_time_adds_nothing(store: Store) -> None:
    assert store.unknown(events_of([("d/a", NOTE)])) == 4
    assert store.unite_events(events_of([("d/a", NOTE)])).added == 4
    merged = store.unite_events(events_of([("d/a", NOTE)]))
    assert (merged.added, merged.known, merged.differing) == (0, 4, ())
    assert store.unknown(events_of([("d/a", NOTE)])) == 0
    assert len(events(store)) == 4
    assert rebuilt(store) == {}


def test_what_was_answered_since_is_added(store: Store) -> None:
    store.unite_events(events_of([("d/a", NOTE)]))
    later = NOTE._replace(answers=(*NOTE.answers, Answer(AT + 10**9, 4, 1_000)), suspended=False)
    assert store.unite_events(events_of([("d/a", later)])).added == 2  # the flag is told anew
