"""The benchmarks: what their table says, what they are measured on, and that each one runs."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from trainer.decks.library import open_library
from trainer.progress.events import parse
from trainer.progress.store import Store

_FOLDER = Path(__file__).parents[2] / "benchmarks"


def module(name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(_FOLDER)
    return import_module(name)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Any:
    return module("table", monkeypatch)


@pytest.fixture
def synthetic(monkeypatch: pytest.MonkeyPatch) -> Any:
    return module("synthetic", monkeypatch)


def rows(table: Any, *things: tuple[Any, list[float]]) -> list[Any]:
    found = table.Rows()
    for thing, values in things:
        for value in values:
            found.add([(thing, value)])
    figures: list[Any] = found.report().figures
    return figures


# The table


def test_median_of_all_runs_and_the_ratio_to_what_was_measured_beside(table: Any) -> None:
    bare, ours = table.Thing("bare"), table.Thing("ours", 0, "bare")
    _, figure = rows(table, (bare, [2, 2, 4]), (ours, [3, 300, 1]))
    assert (figure.median, figure.min, figure.max, figure.runs) == (3, 1, 300, 3)
    assert (figure.ratio, figure.yardstick) == (1.5, "bare")


def test_a_ratio_is_to_the_same_number_of_cards(table: Any) -> None:
    things = [
        (table.Thing(what, cards, "raw" if what == "ours" else ""), [value])
        for what, cards, value in (
            ("raw", 10, 1),
            ("raw", 100, 4),
            ("ours", 10, 3),
            ("ours", 100, 8),
        )
    ]
    ratios = [each.ratio for each in rows(table, *things) if each.what == "ours"]
    assert ratios == [3, 2]


def test_growth_is_the_power_of_the_number_of_cards(table: Any) -> None:
    sizes = (1_000, 10_000, 100_000)
    assert table.growth([(size, 5.0) for size in sizes]) == pytest.approx(0, abs=1e-9)
    assert table.growth([(size, 0.01 * size) for size in sizes]) == pytest.approx(1)
    assert table.growth([(size, 1e-6 * size**1.5) for size in sizes]) == pytest.approx(1.5)
    assert table.growth([(10, 0.0), (100, 1.0)]) is None


def test_growth_above_linear_is_marked(table: Any) -> None:
    steep = [(table.Thing("steep", size), [float(size**2)]) for size in (10, 100, 1_000)]
    flat = [(table.Thing("flat", size), [7.0]) for size in (10, 100, 1_000)]
    shown = table.rendered(table.Report(rows(table, *steep, *flat), []))
    marked = [line for line in shown.splitlines() if "↑" in line]
    assert len(marked) == 1
    assert "steep" in marked[0]
    assert "2.00 ↑" in marked[0]


def test_a_row_says_its_budget_and_whether_it_holds(table: Any) -> None:
    kept, missed, none = rows(
        table,
        (table.Thing("due counts", 10_000), [0.9]),
        (table.Thing("statistics", 10_000), [10.1]),
        (table.Thing("statistics", 20_000), [99]),
    )
    assert (kept.holds, kept.budget) == (True, "✓ median ≤ 1")
    assert (missed.holds, missed.budget) == (False, "✗ median ≤ 10")
    assert (none.holds, none.budget) == (None, "")


def test_things_are_measured_in_turn_after_one_time_that_does_not_count(table: Any) -> None:
    calls: list[str] = []

    def measure(name: str) -> Any:
        def done() -> list[tuple[Any, float]]:
            calls.append(name)
            return [(table.Thing(name), float(len(calls)))]

        return done

    found = table.Rows()
    found.in_turn(2, measure("one"), measure("other"))
    assert calls == ["one", "other"] * 3
    assert list(found.values.values()) == [[3, 5], [4, 6]]


# What is measured on


def test_synthetic_decks_are_sound_hold_every_kind_and_are_always_the_same(
    synthetic: Any, tmp_path: Path
) -> None:
    synthetic.write_decks(str(tmp_path / "decks"), 120, 50)
    library = open_library(str(tmp_path / "decks"), str(tmp_path / "none"))
    assert library.problems == ()
    assert [*library.cards] == [card.ref for card in synthetic.placed(120, 50)]
    kinds = {card.kind for card in library.cards.values()}
    assert kinds == {"scenario", "question", "flashcard", "choice", "cloze"}
    synthetic.write_decks(str(tmp_path / "again"), 60, 50)
    first, again = (tmp_path / name / "00000.yaml" for name in ("decks", "again"))
    assert first.read_text() == again.read_text()


def test_synthetic_history_is_a_log_that_leads_to_the_state_beside_it(
    synthetic: Any, tmp_path: Path
) -> None:
    path = str(tmp_path / "progress.db")
    synthetic.write_history(path, 30, 4)
    with Store.open(path) as store:
        events = [parse(line) for line in store.lines()]
        assert len(events) == 30 * 4
        assert [event["at"] for event in events] == sorted(event["at"] for event in events)
        assert len(store.memories()) == 30
        assert not any(store.rebuild().values())


# The scripts


def run(script: str, *options: str, folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, _FOLDER / f"{script}.py", *options, "--json", folder / "figures.json"],
        capture_output=True,
        cwd=folder,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads((folder / "figures.json").read_bytes())
    return found


def test_what_does_not_fit_into_the_minutes_is_said_to_be_left_out(tmp_path: Path) -> None:
    found = run("all", "--minutes", "0", folder=tmp_path)
    assert found["figures"] == []
    assert (
        "progress.py --cards 100000 --runs 5: left out, no time for it (--large takes it)"
        in found["notes"]
    )
    table = (tmp_path / "dist" / "benchmarks.md").read_text()
    assert "progress.py --cards 100000 --runs 5: left out" in table


@pytest.mark.long
@pytest.mark.parametrize(
    ("script", "options", "wanted"),
    [
        ("startup", "--cards 60", {"quiz: start to prompt", "due, whole process"}),
        ("app", "", {"key to paint", "submit to feedback", "quit"}),
        ("libraries", "--cards 60", {"open the list of all cards", "due, peak RSS"}),
        ("decks", "--cards 60", {"read a deck, cold", "search, a rare word"}),
        ("progress", "--cards 60", {"due counts", "save an answer", "rebuild all state"}),
        ("grading", "", {"grade an answer to 80 words", "grade 10,000 words"}),
        ("frameworks", "", {"check all decks"}),
        ("exchange", "--cards 60", set()),
    ],
)
def test_each_script_runs_and_says_all_columns(
    script: str, options: str, wanted: set[str], tmp_path: Path
) -> None:
    found = run(script, "--runs", "1", *options.split(), folder=tmp_path)
    assert wanted <= {figure["what"] for figure in found["figures"]}
    for figure in found["figures"]:
        assert figure["runs"] >= 1
        assert figure["min"] <= figure["median"] <= figure["max"]
        assert {"cards", "unit", "p99", "yardstick", "ratio", "growth", "budget", "holds"} <= {
            *figure
        }
