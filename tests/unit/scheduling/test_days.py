"""Instants and study days."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbench import AGAIN, GOOD

from trainer.scheduling.days import (
    DAY,
    MINUTE,
    Moment,
    day_iso,
    day_start,
    iso,
    now,
    parse_day,
    parse_iso,
)
from trainer.scheduling.schedule import Memory, advance
from trainer.scheduling.settings import Settings

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
        ("2026-12-31T10:59:59Z", 13 * 60, 0, "2026-12-31"),
        ("2026-12-31T11:00:00Z", 13 * 60, 0, "2027-01-01"),
        ("2027-01-01T10:59:59Z", -11 * 60, 0, "2026-12-31"),
        ("2028-02-29T23:30:00Z", -11 * 60, 23, "2028-02-28"),
        ("2028-03-01T10:00:00Z", -11 * 60, 23, "2028-02-29"),
        # Berlin: 2:00 becomes 3:00, a day that begins at 2 begins at 3; 3:00 becomes 2:00.
        ("2026-03-29T00:59:59Z", 60, 2, "2026-03-28"),
        ("2026-03-29T01:00:00Z", 120, 2, "2026-03-29"),
        ("2026-03-29T01:59:59Z", 120, 4, "2026-03-28"),
        ("2026-03-29T02:00:00Z", 120, 4, "2026-03-29"),
        ("2026-10-25T00:00:00Z", 120, 2, "2026-10-25"),
        ("2026-10-25T01:00:00Z", 60, 2, "2026-10-25"),
        ("2026-10-25T02:59:59Z", 60, 4, "2026-10-24"),
        ("2026-10-25T03:00:00Z", 60, 4, "2026-10-25"),
        # New York: the same at 7:00 UTC in spring and 6:00 in autumn.
        ("2026-03-08T06:59:59Z", -300, 2, "2026-03-07"),
        ("2026-03-08T07:00:00Z", -240, 2, "2026-03-08"),
        ("2026-11-01T05:00:00Z", -240, 1, "2026-11-01"),
        ("2026-11-01T06:00:00Z", -300, 1, "2026-11-01"),
        # Lord Howe: by half an hour, 2:00 becomes 1:30 and back.
        ("2026-04-04T14:59:59Z", 660, 2, "2026-04-04"),
        ("2026-04-04T15:00:00Z", 630, 2, "2026-04-04"),
        ("2026-04-04T15:30:00Z", 630, 2, "2026-04-05"),
        ("2026-10-03T15:29:59Z", 630, 2, "2026-10-03"),
        ("2026-10-03T15:30:00Z", 660, 2, "2026-10-04"),
    ],
)
def test_study_day(at: str, offset: int, rollover: int, day: str) -> None:
    assert day_iso(Moment(parse_iso(at), offset).day(rollover)) == day


# When the clock is changed, and how many minutes east of UTC it is before and after.
CHANGES = {
    "Berlin, spring": ("2026-03-29T01:00:00Z", 60, 120),
    "Berlin, autumn": ("2026-10-25T01:00:00Z", 120, 60),
    "New York, spring": ("2026-03-08T07:00:00Z", -300, -240),
    "New York, autumn": ("2026-11-01T06:00:00Z", -240, -300),
    "Lord Howe, autumn": ("2026-04-04T15:00:00Z", 660, 630),
    "Lord Howe, spring": ("2026-10-03T15:30:00Z", 630, 660),
    # Changes at midnight, one hour back from it, as they were in Cuba and Brazil.
    "Havana, autumn": ("2026-11-01T05:00:00Z", -240, -300),
    "São Paulo, autumn": ("2018-02-18T02:00:00Z", -120, -180),
    # On leap day and at the year's end, whatever zone that may be.
    "leap day": ("2028-02-29T01:00:00Z", 60, 120),
    "year's end": ("2026-12-31T23:00:00Z", 120, 60),
}
FLIGHTS = {
    "a day back over the date line": ("2026-05-16T02:00:00Z", 13 * 60, -11 * 60),
    "a day on over the date line": ("2026-05-16T02:00:00Z", -11 * 60, 13 * 60),
    "west": ("2026-05-16T12:00:00Z", 120, -240),
    "east": ("2026-05-16T12:00:00Z", -240, 120),
}
Change = tuple[str, int, int]
changes = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
journeys = pytest.mark.parametrize(
    "change", [*CHANGES.values(), *FLIGHTS.values()], ids=[*CHANGES, *FLIGHTS]
)
rollovers = pytest.mark.parametrize("rollover", [0, 1, 2, 3, 4, 23])


def around(change: Change, days: int = 4) -> Iterator[Moment]:
    """Yield the moments every ten minutes from some days before a change to some after."""
    turn, before, after = parse_iso(change[0]), change[1], change[2]
    for instant in range(turn - days * DAY, turn + days * DAY + 1, 10 * MINUTE):
        yield Moment(instant, before if instant < turn else after)


@changes
@rollovers
def test_days_follow_one_another_when_the_clock_is_changed(change: Change, rollover: int) -> None:
    moments = list(around(change))
    days = [moment.day(rollover) for moment in moments]
    assert all(later - sooner in (0, 1) for sooner, later in pairwise(days))
    shift = (change[2] - change[1]) * MINUTE
    turns = [two for one, two in pairwise(moments) if one.day(rollover) < two.day(rollover)]
    for one, two in pairwise(turns):
        assert two.instant - one.instant in (DAY, DAY - shift)
    # A day begins at its hour, or where that hour is left out, at the change.
    for turn in turns:
        begins = day_start(turn.day(rollover), turn.offset, rollover)
        assert turn.instant in (begins, parse_iso(change[0]))


@journeys
@rollovers
def test_a_card_for_every_day_is_asked_once_each_day(change: Change, rollover: int) -> None:
    """Whoever sits at it all the time has it at every new study day, never twice, never lost."""
    settings = Settings(rollover=rollover, learning_steps=(), maximum_interval=1)
    memory: Memory | None = None
    asked: list[int] = []
    seen: list[int] = []
    for at in around(change):
        day = at.day(rollover)
        seen.append(day)
        if memory is None or memory.is_due(day, at.instant):
            memory = advance("d/c", memory, GOOD, at, day, settings)
            asked.append(day)
            assert not memory.is_due(day, at.instant)
    # Days that are lived twice, west over the date line, are asked once.
    assert asked == sorted(set(seen))


@journeys
@rollovers
def test_a_step_ends_once_whatever_the_clock_says(change: Change, rollover: int) -> None:
    settings = Settings(rollover=rollover, learning_steps=(90.0,), maximum_interval=1)
    moments = list(around(change, days=1))
    for begun in moments[:: len(moments) // 24]:
        memory = advance("d/c", None, AGAIN, begun, begun.day(rollover), settings)
        due = [at for at in moments if memory.is_due(at.day(rollover), at.instant)]
        expected = [at for at in moments if at.instant >= begun.instant + 90 * MINUTE]
        assert due == expected
        assert memory.falls_due(change[2], rollover) == begun.instant + 90 * MINUTE


@journeys
@rollovers
def test_a_review_falls_due_on_its_day_by_the_clock_there(change: Change, rollover: int) -> None:
    moments = list(around(change, days=3))
    at = moments[0]
    settings = Settings(rollover=rollover, learning_steps=(), maximum_interval=3)
    memory = advance("d/c", None, GOOD, at, at.day(rollover), settings)
    for moment in moments:
        is_due = memory.is_due(moment.day(rollover), moment.instant)
        assert is_due == (moment.instant >= memory.falls_due(moment.offset, rollover))


@given(INSTANTS, OFFSETS, OFFSETS, HOURS)
def test_a_journey_never_makes_time_negative(
    instant: int, offset: int, elsewhere: int, rollover: int
) -> None:
    left = Moment(instant, offset)
    met = advance("d/c", None, GOOD, left, left.day(rollover), Settings(learning_steps=()))
    there = Moment(instant + 10 * MINUTE, elsewhere)
    again = advance("d/c", met, GOOD, there, there.day(rollover), Settings(learning_steps=()))
    assert again.stability >= met.stability
    assert again.last_day == there.day(rollover)
    assert again.due_day == again.last_day + again.interval > again.last_day


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
