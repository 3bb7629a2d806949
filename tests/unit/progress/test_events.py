"""The log's lines: fields, ids, JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbench import review

from trainer.progress.events import (
    Review,
    card_event,
    encode,
    forget_event,
    new_id,
    parse,
    retry_event,
    review_event,
    settings_event,
    teach_event,
    undo_event,
)
from trainer.scheduling.days import Moment, parse_day, parse_iso
from trainer.scheduling.settings import FSRS_DEFAULTS, DeckSettings, Settings
from trainer.text import clean

AT = Moment(parse_iso("2026-05-16T01:30:00.250Z"), 120)
DAY = parse_day("2026-05-15")
HEAD = {"type", "id", "at", "device", "offset"}


def test_a_review_has_the_fields_of_the_format() -> None:
    event = review_event(review("d/c", 2, confidence=4), AT, DAY, "here")
    assert event.keys() == HEAD | {
        "card", "rating", "suggested", "score", "kind", "mode", "counts", "day", "elapsed_ms",
        "variant", "prompt", "answer", "points", "confidence", "hint",
    }  # fmt: skip
    assert (event["type"], event["card"], event["rating"]) == ("review", "d/c", 2)
    assert event["at"] == "2026-05-16T01:30:00.250Z"
    assert event["offset"] == 120
    assert event["day"] == "2026-05-15"
    assert event["counts"] is True


def test_a_retry_is_a_review_that_does_not_count() -> None:
    event = retry_event(review("d/c", 2), AT, DAY, "here")
    assert (event["type"], event["counts"]) == ("retry", False)
    same = review_event(review("d/c", 2), AT, DAY, "here")
    assert event.keys() == same.keys()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("suspend", {}),
        ("unsuspend", {}),
        ("reset", {}),
        ("bury", {"day": "2026-05-15"}),
        ("flag", {"value": 7}),
    ],
)
def test_events_of_a_card(kind: str, fields: dict[str, Any]) -> None:
    event = card_event(kind, "d/c", AT, "here", **fields)
    assert event.keys() == HEAD | {"card", *fields}
    assert parse(encode(event)) == event


def test_what_is_taught_and_forgotten() -> None:
    event = teach_event("d/c", "p", "a phrase", AT, "here")
    assert event.keys() == HEAD | {"card", "point", "phrase"}
    assert parse(encode(event)) == event
    event = forget_event("x", AT, "here")
    assert event.keys() == HEAD | {"target"}
    assert parse(encode(event)) == event


@given(
    st.builds(
        review,
        st.sampled_from(["d/a", "d.e/f_g-h"]),
        st.integers(1, 4),
        answer=st.text(),
        prompt=st.text(),
        points=st.dictionaries(st.text(max_size=5), st.floats(0, 1)),
        confidence=st.one_of(st.none(), st.integers(1, 4)),
        score=st.one_of(st.none(), st.floats(0, 1)),
        elapsed_ms=st.integers(0, 1 << 40),
        counts=st.booleans(),
    ),
    st.integers(0, 1 << 44),
    st.integers(-1_440, 1_440),
)
def test_a_cleaned_review_is_read_as_it_was_written(
    written: Review, instant: int, offset: int
) -> None:
    written = written._replace(
        answer=clean(written.answer),
        prompt=clean(written.prompt),
        points={clean(name): credit for name, credit in written.points.items()},
    )
    event = review_event(written, Moment(instant, offset), DAY, "here")
    line = encode(event)
    assert parse(line) == event
    assert encode(parse(line)) == line
    assert "\n" not in line


def test_an_undo_names_its_review() -> None:
    event = undo_event("the-review", AT, "here")
    assert event.keys() == HEAD | {"target"}
    assert (event["type"], event["target"]) == ("undo", "the-review")


def test_settings_hold_what_decides_due_dates() -> None:
    event = settings_event(Settings().to_json(), AT, "here")
    assert event.keys() == HEAD | {*Settings._fields}
    assert Settings.from_json(json.loads(encode(event))) == Settings()
    own = Settings(
        0.8, 0, (), (1.5, 60.0), 9, (*FSRS_DEFAULTS[:20], 0.2), (DeckSettings("d", 0.95),)
    )
    event = settings_event(own.to_json(), AT, "here")
    assert Settings.from_json(parse(encode(event))) == own


def test_an_event_is_one_line_of_plain_json() -> None:
    event = review_event(review("d/c", answer="größer\nals 2"), AT, DAY, "here")
    line = encode(event)
    assert "\n" not in line
    assert "größer" in line
    assert json.loads(line) == event


def test_equal_events_are_equal_text() -> None:
    event = undo_event("x", AT, "here")
    assert encode(dict(reversed(event.items()))) == encode(event)


def test_ids_are_uuids_of_version_7_and_carry_their_time() -> None:
    made = new_id(AT.instant)
    x = "[0-9a-f]"
    assert re.fullmatch(f"{x}{{8}}-{x}{{4}}-7{x}{{3}}-[89ab]{x}{{3}}-{x}{{12}}", made)
    assert int(made.replace("-", "")[:12], 16) == AT.instant


def test_ids_of_one_millisecond_ascend() -> None:
    made = [new_id(AT.instant) for _ in range(500)]
    assert made == sorted(set(made))
