"""Instants and study days."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.scheduling.days import (
    DAY,
    Moment,
    day_iso,
    day_start,
    iso,
    now,
    parse_day,
    parse_iso,
)

INSTANTS = st.integers(0, parse_iso("2200-01-01"))
OFFSETS = st.integers(-12 * 60, 14 * 60)
HOURS = st.integers(0, 23)


@pytest.mark.parametrize(
    ("at", "offset", "rollover", "day"),
    [
        # The day turns at the rollover hour, not before.
        ("2026-05-16T03:59:59.999Z", 0, 4, "2026-05-15"),
        ("2026-05-16T04:00:00.000Z", 0, 4, "2026-05-16"),
        ("2026-05-15T23:59:59.999Z", 0, 0, "2026-05-15"),
        ("2026-05-16T00:00:00.000Z", 0, 0, "2026-05-16"),
        ("2026-05-16T22:59:59.999Z", 0, 23, "2026-05-15"),
        ("2026-05-16T23:00:00.000Z", 0, 23, "2026-05-16"),
        # It turns by the person's own clock.
        ("2026-05-15T14:59:00Z", 13 * 60, 4, "2026-05-15"),
        ("2026-05-15T15:00:00Z", 13 * 60, 4, "2026-05-16"),
        ("2026-05-16T14:59:00Z", -11 * 60, 4, "2026-05-15"),
        ("2026-05-16T15:00:00Z", -11 * 60, 4, "2026-05-16"),
        ("2026-05-15T22:15:00Z", 5 * 60 + 45, 4, "2026-05-16"),
        ("2026-05-15T22:14:59Z", 5 * 60 + 45, 4, "2026-05-15"),
        # Years end, and some Februaries have a day more.
        ("2027-01-01T03:59:00Z", 0, 4, "2026-12-31"),
        ("2027-01-01T04:00:00Z", 0, 4, "2027-01-01"),
        ("2028-02-29T12:00:00Z", 0, 4, "2028-02-29"),
        ("2028-03-01T03:00:00Z", 0, 4, "2028-02-29"),
        ("2027-03-01T03:00:00Z", 0, 4, "2027-02-28"),
        ("1969-12-31T23:00:00Z", 0, 4, "1969-12-31"),
    ],
)
def test_study_day(at: str, offset: int, rollover: int, day: str) -> None:
    assert day_iso(Moment(parse_iso(at), offset).day(rollover)) == day


@given(INSTANTS, OFFSETS, HOURS)
def test_a_moment_lies_within_its_study_day(instant: int, offset: int, rollover: int) -> None:
    start = day_start(Moment(instant, offset).day(rollover), offset, rollover)
    assert start <= instant < start + DAY
    assert Moment(start, offset).day(rollover) == Moment(instant, offset).day(rollover)
    assert Moment(start - 1, offset).day(rollover) == Moment(instant, offset).day(rollover) - 1


@given(INSTANTS)
def test_iso_is_read_back(instant: int) -> None:
    assert parse_iso(iso(instant)) == instant


def test_iso_is_utc_with_milliseconds() -> None:
    assert iso(parse_iso("2026-05-16T10:30:00.007+02:00")) == "2026-05-16T08:30:00.007Z"


def test_a_time_without_an_offset_is_utc() -> None:
    assert parse_iso("2026-05-16T08:30:00") == parse_iso("2026-05-16T08:30:00Z")


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-05-16T25:00:00Z"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_iso(text)


@given(st.integers(parse_day("1970-01-01"), parse_day("2200-01-01")))
def test_days_are_read_back(day: int) -> None:
    assert parse_day(day_iso(day)) == day


@pytest.mark.parametrize(("zone", "offset"), [("NPT-5:45", 345), ("SST11", -660), ("UTC", 0)])
def test_now_knows_how_far_east_the_clock_is(
    monkeypatch: pytest.MonkeyPatch, zone: str, offset: int
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert now().offset == offset
    finally:
        monkeypatch.undo()
        time.tzset()
