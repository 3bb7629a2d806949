"""Instants and study days.

An instant is a whole number of milliseconds since 1970-01-01 UTC. A study day is the ordinal
(`date.toordinal`) of the local date on which it began; it runs from the rollover hour to the next.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
_EPOCH = date(1970, 1, 1).toordinal()


class Moment(NamedTuple):
    """An instant, and how many minutes east of UTC the person's clock was then."""

    instant: int
    offset: int

    def day(self, rollover: int) -> int:
        """Return the study day; `rollover` is the local hour (0..23) at which one begins."""
        local = self.instant + (self.offset - rollover * 60) * MINUTE
        return _EPOCH + local // DAY


def now() -> Moment:
    """Return this moment by the system's clock and time zone."""
    local = datetime.now().astimezone()
    offset = local.utcoffset() or timedelta(0)
    return Moment(int(local.timestamp() * 1000), int(offset.total_seconds() // 60))


def day_start(day: int, offset: int, rollover: int) -> int:
    """Return the instant at which the study day begins, `offset` minutes east of UTC."""
    return (day - _EPOCH) * DAY + (rollover * 60 - offset) * MINUTE


def iso(instant: int) -> str:
    """Return the instant as ISO 8601 UTC with milliseconds: `2026-05-16T08:30:00.000Z`."""
    seconds, millis = divmod(instant, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{millis:03d}Z"


def parse_iso(text: str) -> int:
    """Return the instant of an ISO 8601 time; one without an offset is taken as UTC.

    Raises ValueError where `text` is not such a time.
    """
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return round(parsed.timestamp() * 1000)


def day_iso(day: int) -> str:
    """Return the study day as an ISO date."""
    return date.fromordinal(day).isoformat()


@lru_cache(maxsize=2_048)  # a log names the same days again and again
def parse_day(text: str) -> int:
    """Return the study day of an ISO date. Raises ValueError where `text` is not one."""
    return date.fromisoformat(text).toordinal()
