"""The log's lines: fields, ids, JSON."""

from __future__ import annotations

import json
import re

from workbench import review

from trainer.progress.events import encode, new_id, review_event, settings_event, undo_event
from trainer.scheduling.days import Moment, parse_day, parse_iso
from trainer.scheduling.settings import Settings

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


def test_an_undo_names_its_review() -> None:
    event = undo_event("the-review", AT, "here")
    assert event.keys() == HEAD | {"target"}
    assert (event["type"], event["target"]) == ("undo", "the-review")


def test_settings_hold_what_decides_due_dates() -> None:
    event = settings_event(Settings().to_json(), AT, "here")
    assert event.keys() == HEAD | {*Settings._fields}
    assert Settings.from_json(json.loads(encode(event))) == Settings()


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
