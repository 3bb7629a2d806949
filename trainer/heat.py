"""A year of study as a calendar: a column for each week, from Monday down to Sunday."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from trainer.text import count

# Study days of a year, today among them, and the weeks that they touch.
DAYS = 365
WEEKS = 53
SHADES = "·░▒▓█"
LEGEND = "· none   ░ 1–4   ▒ 5–14   ▓ 15–29   █ 30 or more reviews a day"
# From so many reviews on, a day has the next shade.
_FROM = (1, 5, 15, 30)


class Year(NamedTuple):
    """The study day `today`, and the reviews of the days of the year up to it that had any."""

    today: int
    reviews: dict[int, int]

    def rows(self, weeks: int) -> list[str]:
        """Return the days of the last `weeks` weeks: a line for each weekday, a shade for each
        week, a space where a day is not of the year."""
        return [
            "".join(self._shade(monday + weekday) for monday in self._mondays(weeks))
            for weekday in range(7)
        ]

    def months(self, weeks: int) -> list[tuple[int, str]]:
        """Return the months that begin in the last `weeks` weeks: (week, counted from 0; name)."""
        found = []
        for week, monday in enumerate(self._mondays(weeks)):
            sunday = date.fromordinal(monday + 6)
            if sunday.day <= 7:
                found.append((week, f"{sunday:%b}"))
        return found

    @property
    def said(self) -> str:
        """The year in words."""
        reviews = count(sum(self.reviews.values()), "review")
        return f"{reviews} on {count(len(self.reviews), 'day')} in the last year"

    def _mondays(self, weeks: int) -> range:
        last = self.today - (self.today - 1) % 7  # the ordinal 1 was a Monday
        return range(last - 7 * (weeks - 1), last + 1, 7)

    def _shade(self, day: int) -> str:
        if not self.today - DAYS < day <= self.today:
            return " "
        reviews = self.reviews.get(day, 0)
        return SHADES[sum(reviews >= start for start in _FROM)]


def year(rows: Iterable[tuple[int, str, int, int, int]], today: int) -> Year:
    """Sum up the year to `today` from a store's `review_days`."""
    reviews: dict[int, int] = {}
    for day, _, _, number, _ in rows:
        if today - DAYS < day <= today:
            reviews[day] = reviews.get(day, 0) + number
    return Year(today, reviews)
