"""The year as a calendar, by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.heat import DAYS, LEGEND, SHADES, WEEKS, Year, year

WEDNESDAY = date(2026, 5, 13).toordinal()


def test_weeks_are_columns_and_the_last_is_this_one() -> None:
    monday = WEDNESDAY - 2
    found = Year(WEDNESDAY, {monday: 1, WEDNESDAY: 40, monday - 1: 5, monday - 7: 15})
    assert found.rows(3) == ["·▓░", "···", "··█", "·· ", "·· ", "·· ", "·▒ "]


@pytest.mark.parametrize(
    ("reviews", "shade"),
    [
        (0, "·"),
        (1, "░"),
        (4, "░"),
        (5, "▒"),
        (14, "▒"),
        (15, "▓"),
        (29, "▓"),
        (30, "█"),
        (999, "█"),
    ],
)
def test_the_shades_are_those_of_the_legend(reviews: int, shade: str) -> None:
    assert Year(WEDNESDAY, {WEDNESDAY: reviews}).rows(1)[2] == shade
    assert shade in LEGEND


@given(st.integers(min_value=date(1970, 1, 1).toordinal(), max_value=date(2100, 1, 1).toordinal()))
def test_a_year_fits_its_weeks_whatever_day_it_is(today: int) -> None:
    rows = Year(today, dict.fromkeys(range(today - 2 * DAYS, today + 30), 1)).rows(WEEKS)
    assert [len(row) for row in rows] == [WEEKS] * 7
    days = "".join("".join(column) for column in zip(*rows, strict=True))
    assert days.strip() == SHADES[1] * DAYS
    assert rows[date.fromordinal(today).weekday()][-1] == SHADES[1]


def test_months_stand_above_the_week_with_their_first_day() -> None:
    # Monday 11 May is the last week, 1 May was a Friday, 1 April a Wednesday.
    assert Year(WEDNESDAY, {}).months(7) == [(0, "Apr"), (4, "May")]
    names = [name for _, name in Year(WEDNESDAY, {}).months(WEEKS)]
    said = "Jun Jul Aug Sep Oct Nov Dec Jan Feb Mar Apr May"
    assert " ".join(names) == said


def test_a_month_that_began_on_a_monday() -> None:
    assert Year(date(2026, 6, 7).toordinal(), {}).months(1) == [(0, "Jun")]


def test_the_rows_of_a_day_are_summed_and_other_years_left_out() -> None:
    rows = [
        (WEDNESDAY - DAYS, "young", 3, 9, 1),
        (WEDNESDAY - DAYS + 1, "new", 3, 1, 1),
        (WEDNESDAY, "new", 1, 2, 1),
        (WEDNESDAY, "young", 3, 3, 1),
        (WEDNESDAY + 1, "young", 3, 9, 1),
    ]
    found = year(rows, WEDNESDAY)
    assert found.reviews == {WEDNESDAY - DAYS + 1: 1, WEDNESDAY: 5}
    assert found.said == "6 reviews on 2 days in the last year"
    assert year([], WEDNESDAY).said == "0 reviews on 0 days in the last year"
