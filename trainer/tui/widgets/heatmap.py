"""A year of study, a shade for each day."""

from __future__ import annotations

from itertools import groupby

from textual.content import Content
from textual.widgets import Static

from trainer.heat import SHADES, WEEKS, Year

_GUTTER = 4
_NAMES = ("Mon", "", "Wed", "", "Fri", "", "Sun")
# Of each shade; the character alone says it, too.
_STYLES = dict(zip(SHADES, ("40%", "55%", "65%", "75%", "90%"), strict=True))


class Heatmap(Static):
    """As many of the last weeks as fit, two columns each, below the names of their months."""

    DEFAULT_CSS = """
    Heatmap {
        height: 8;
    }
    """

    def __init__(self, year: Year) -> None:
        super().__init__()
        self._year = year

    def render(self) -> Content:
        """Draw it over the width there is."""
        width = self.content_size.width
        weeks = min(WEEKS, max(1, (width - _GUTTER) // 2))
        rows = zip(_NAMES, self._year.rows(weeks), strict=True)
        return Content("\n").join(
            [Content.styled(self._months(weeks, width), "dim"), *(_row(*row) for row in rows)]
        )

    def _months(self, weeks: int, width: int) -> str:
        line = ""
        for week, name in self._year.months(weeks):
            start = _GUTTER + 2 * week
            if len(line) < start and start + len(name) <= width:
                line = line.ljust(start) + name
        return line


def _row(name: str, shades: str) -> Content:
    runs = ((shade, len([*run])) for shade, run in groupby(shades))
    return Content.assemble(
        (f"{name:<{_GUTTER}}", "dim"),
        *(
            (days * (f"{shade} " if shade in " ·" else 2 * shade), _style(shade))
            for shade, days in runs
        ),
    )


def _style(shade: str) -> str:
    return f"$foreground {_STYLES[shade]}" if shade in _STYLES else ""
