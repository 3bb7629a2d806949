"""Pictures of numbers, drawn with characters, the numbers beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

_GAP = 2
_SHORTEST, _LONGEST = 8, 30
_EIGHTHS = " ▁▂▃▄▅▆▇█"


class Bar(NamedTuple):
    """A line of Bars: what it is of, how much (0..1), the number, and what else there is to say."""

    label: str
    share: float
    number: str
    more: str = ""


class Bars(Static):
    """Shares as bars, one below the other.

    Where it gets narrow, what else there is to say is left out first, then the bars.
    """

    def __init__(self, bars: Sequence[Bar], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._bars = bars
        self._labels = [Content(" ".join(bar.label.split())) for bar in bars]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line each."""
        return len(self._bars)

    def render(self) -> Content:
        """Draw them over the width there is."""
        label, length, more = self._widths(self.content_size.width)
        number = max(len(bar.number) for bar in self._bars)
        return Content("\n").join(
            [
                Content.assemble(
                    name.truncate(label, ellipsis=True, pad=True),
                    _drawn(bar.share, length) if length else "",
                    f"{'':{_GAP}}{bar.number:>{number}}",
                    (f"{'':{_GAP}}{bar.more}" if more else "", "dim"),
                )
                for name, bar in zip(self._labels, self._bars, strict=True)
            ]
        )

    def _widths(self, room: int) -> tuple[int, int, int]:
        """Return the widths of the labels, the bars, and what else there is to say."""
        label = min(max(name.cell_length for name in self._labels), max(24, room // 2))
        room -= _GAP + max(len(bar.number) for bar in self._bars)
        for more in (max(len(bar.more) for bar in self._bars), 0):
            length = room - label - _GAP - (_GAP + more if more else 0)
            if length >= _SHORTEST:
                return label, min(length, _LONGEST), more
        return max(1, min(label, room)), 0, 0


def _drawn(share: float, length: int) -> Content:
    full = min(length, max(int(share > 0), round(share * length)))
    return Content.assemble(" " * _GAP, "━" * full, ("─" * (length - full), "dim"))


class DayColumns(Static):
    """A column for each study day, its number below it, and the day of the month.

    Where not all fit, the last ones are left out, or with `latest` the first ones.
    """

    DEFAULT_CSS = """
    DayColumns {
        height: 6;
    }
    """
    _HEIGHT = 4

    def __init__(self, days: Sequence[tuple[int, int]], *, latest: bool = False) -> None:
        super().__init__()
        self._days = days
        self._latest = latest

    def render(self) -> Content:
        """Draw them over the width there is."""
        each = max(3, 1 + max(len(str(number)) for _, number in self._days))
        fitting = max(1, self.content_size.width // each)
        shown = self._days[-fitting:] if self._latest else self._days[:fitting]
        most = max(1, *(number for _, number in shown))
        lines = []
        for row in reversed(range(self._HEIGHT)):
            cells = []
            for _, number in shown:
                height = max(int(number > 0), round(number * self._HEIGHT * 8 / most))
                cells.append(" " + _EIGHTHS[min(8, max(0, height - 8 * row))] * (each - 1))
            lines.append(Content.styled("".join(cells), "$foreground 65%"))
        numbers = "".join(f"{number or '·':>{each}}" for _, number in shown)
        dates = "".join(f"{date.fromordinal(day).day:>{each}}" for day, _ in shown)
        return Content("\n").join([*lines, Content(numbers), Content.styled(dates, "dim")])
