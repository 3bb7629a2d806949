"""What is measured, and the table in which all benchmarks say it."""

from __future__ import annotations

import argparse
import gc
import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from budgets import BUDGETS

# Growth with a power above this is more than in proportion.
LINEAR = 1.1
_TITLES = (
    "what", "cards", "median", "min", "max", "unit", "runs", "ratio", "to", "growth", "budget",
)  # fmt: skip


class Thing(NamedTuple):
    """What is measured; `yardstick` is what is measured in turn with it, of as many cards or of
    none."""

    what: str
    cards: int = 0
    yardstick: str = ""
    unit: str = "ms"


Sample = list[tuple[Thing, float]]
Measure = Callable[[], Sample]


class Figure(msgspec.Struct):
    """A row of the table. `growth` is the power of the number of cards by which the medians grow,
    said at the largest; `holds` says whether the budget is kept, None where there is none."""

    what: str
    cards: int
    unit: str
    median: float
    min: float
    max: float
    p99: float
    runs: int
    yardstick: str
    ratio: float | None = None
    growth: float | None = None
    budget: str = ""
    holds: bool | None = None


class Report(msgspec.Struct):
    """What one benchmark found."""

    figures: list[Figure]
    notes: list[str]


class Rows:
    """Collects the values of every run, thing by thing, and what is to be said of them."""

    def __init__(self) -> None:
        self.values: dict[Thing, list[float]] = {}
        self.notes: list[str] = []

    def add(self, sample: Sample) -> None:
        """Add what was measured in one run."""
        for thing, value in sample:
            self.values.setdefault(thing, []).append(value)

    def in_turn(self, runs: int, *measures: Measure, warm_up: bool = True) -> None:
        """Measure the things in turn, `runs` times, after one time that doesn't count."""
        if warm_up:
            for measure in measures:
                measure()
        for _ in range(runs):
            for measure in measures:
                self.add(measure())

    def report(self) -> Report:
        """Return the rows of the table, and the notes."""
        figures = [_figure(thing, values) for thing, values in self.values.items()]
        return Report(concluded(figures), self.notes)


def concluded(figures: list[Figure]) -> list[Figure]:
    """Add what rows say together: ratios, growth, budgets; put the sizes of a thing together."""
    order = list(dict.fromkeys(figure.what for figure in figures))
    figures = sorted(figures, key=lambda each: (order.index(each.what), each.cards))
    for figure in figures:
        if figure.ratio is None:  # else it was said by the run in which both were measured
            figure.ratio = _ratio(figure, figures)
        sizes = [each for each in figures if each.what == figure.what and each.cards]
        figure.growth = None
        if len(sizes) > 1 and figure is sizes[-1]:
            figure.growth = growth([(each.cards, each.median) for each in sizes])
        _judge(figure)
    return figures


def timed(thing: Thing, do: Callable[[], object]) -> Measure:
    """Return what times a call, after a collection, so that no run pays for another's garbage.

    The cyclic collector stays on, as it is in the program.
    """

    def measure() -> Sample:
        gc.collect()
        started = time.perf_counter()
        do()
        return [(thing, (time.perf_counter() - started) * 1000)]

    return measure


def growth(points: Sequence[tuple[int, float]]) -> float | None:
    """Return the power by which a figure grows with a size: least squares through the logarithms.

    None where a figure is nought.
    """
    if any(value <= 0 for _, value in points):
        return None
    sizes = [math.log(size) for size, _ in points]
    values = [math.log(value) for _, value in points]
    return _rounded(statistics.linear_regression(sizes, values).slope)


def quantile(values: Iterable[float], share: float) -> float:
    """Return the value that a share of all are at most, by the nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def options(doc: str | None, runs: int, cards: str = "") -> argparse.ArgumentParser:
    """Return the options that all benchmarks take."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=runs, metavar="N", help=f"of each ({runs})")
    if cards:
        parser.add_argument("--cards", default=cards, metavar="N,…", help=f"sizes ({cards})")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file")
    return parser


def sizes(text: str) -> list[int]:
    """Return the numbers of cards that --cards names."""
    return sorted(map(int, text.split(",")))


def show(rows: Rows, path: str | None) -> None:
    """Print the table, and write the figures to a file where one is named."""
    report = rows.report()
    print(rendered(report))
    if path:
        write_json(report, path)


def write_json(report: object, path: str) -> None:
    """Write what was found as indented JSON."""
    Path(path).write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")


def rendered(report: Report) -> str:
    """Return the table and the notes as Markdown that reads well as it is."""
    lines = [_TITLES, *map(_cells, report.figures)]
    wide = [max(len(line[column]) for line in lines) for column in range(len(_TITLES))]
    ruled = ["-" * width for width in wide]
    table = [
        "| " + " | ".join(_padded(line, wide)) + " |" for line in (lines[0], ruled, *lines[1:])
    ]
    return "\n".join([*table, "", *(f"- {note}" for note in report.notes)])


def _figure(thing: Thing, values: list[float]) -> Figure:
    return Figure(
        what=thing.what,
        cards=thing.cards,
        unit=thing.unit,
        median=_rounded(statistics.median(values)),
        min=_rounded(min(values)),
        max=_rounded(max(values)),
        p99=_rounded(quantile(values, 0.99)),
        runs=len(values),
        yardstick=thing.yardstick,
    )


def _ratio(figure: Figure, figures: Sequence[Figure]) -> float | None:
    for each in figures:
        if each.what == figure.yardstick and each.cards in (figure.cards, 0) and each.median:
            return _rounded(figure.median / each.median)
    return None


def _judge(figure: Figure) -> None:
    """Say the budgets of a row, and whether they hold."""
    said, figure.holds = [], None
    for budget in BUDGETS:
        if budget.what != figure.what or figure.cards not in budget.cards:
            continue
        value = getattr(figure, budget.figure)
        if value is None:
            continue
        holds = value <= budget.most
        figure.holds = holds and figure.holds is not False
        found = "" if budget.figure in ("median", "ratio", "growth") else f" ({value:g})"
        said.append(f"{'✓' if holds else '✗'} {budget.figure} ≤ {budget.most:g}{found}")
    figure.budget = ", ".join(said)


def _cells(figure: Figure) -> tuple[str, ...]:
    above = figure.growth is not None and figure.growth > LINEAR
    return (
        figure.what,
        f"{figure.cards:,}" if figure.cards else "",
        *(f"{value:,g}" for value in (figure.median, figure.min, figure.max)),
        figure.unit,
        str(figure.runs),
        "" if figure.ratio is None else f"{figure.ratio:g}",
        figure.yardstick if figure.ratio is not None else "",
        "" if figure.growth is None else f"{figure.growth:.2f}{' ↑' if above else ''}",
        figure.budget,
    )


def _padded(line: Sequence[str], wide: Sequence[int]) -> Iterable[str]:
    for column, (cell, width) in enumerate(zip(line, wide, strict=True)):
        number = _TITLES[column] in ("cards", "median", "min", "max", "runs", "ratio", "growth")
        yield cell.rjust(width) if number else cell.ljust(width)


def _rounded(value: float) -> float:
    """Return a value to four digits that count."""
    return float(f"{value:.4g}")
