"""The table in which the benchmarks of whole programs say their figures."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """What was measured of one thing: milliseconds of every run, and the most memory it held."""

    name: str
    yardstick: str
    times: list[float]
    rss: list[float]


def in_turn(runs: int, things: dict[str, Callable[[], tuple[float, float]]]) -> list[Row]:
    """Measure the things in turn, `runs` times after one that doesn't count.

    Each returns milliseconds and the most memory held (MiB); the first is the yardstick.
    """
    yardstick = next(iter(things))
    rows = [Row(name, yardstick, [], []) for name in things]
    for run in range(runs + 1):
        for row, thing in zip(rows, things.values(), strict=True):
            elapsed, rss = thing()
            if run:
                row.times.append(elapsed)
                row.rss.append(rss)
    return rows


def show(rows: Sequence[Row], path: str | None) -> None:
    """Print the table, and write the figures to a file where one is named."""
    figures = _figures(rows)
    print(f"{'':22}{'median':>9}{'min':>8}{'max':>8}{'ratio':>8}  {'to':16}{'RSS':>8}{'runs':>6}")
    for row in figures:
        print(
            f"{row['name']:22}{row['median_ms']:>9}{row['min_ms']:>8}{row['max_ms']:>8}"
            f"{row['ratio']:>8}  {row['yardstick']:16}{row['max_rss_mib']:>8}{row['runs']:>6}"
        )
    print("Times in ms; RSS in MiB, the most of any run, 0 where it was not measured.")
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=2)
            file.write("\n")


def _figures(rows: Sequence[Row]) -> list[dict[str, object]]:
    medians = {row.name: statistics.median(row.times) for row in rows}
    return [
        {
            "name": row.name,
            "median_ms": round(medians[row.name], 1),
            "min_ms": round(min(row.times), 1),
            "max_ms": round(max(row.times), 1),
            "ratio": round(medians[row.name] / medians[row.yardstick], 2),
            "yardstick": row.yardstick,
            "max_rss_mib": round(max(row.rss), 1),
            "runs": len(row.times),
        }
        for row in rows
    ]
