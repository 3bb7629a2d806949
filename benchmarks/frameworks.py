"""How long composing scenarios takes, and checking decks.

python benchmarks/frameworks.py [--decks DIR] [--json FILE]

Frameworks of several sizes are made, and of each is measured: getting it ready, and composing one
scenario. Then all of `trainer check` on the bundled decks, or those in DIR. The yardstick of both
is grading one answer to a scenario, which is what follows a composition.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

from trainer.decks.check import check
from trainer.decks.composed import composed
from trainer.decks.frameworks import Composer
from trainer.decks.model import Card, Deck, Framework, Reason, Rule, Signal, Subject, Verdict
from trainer.grading import grade
from trainer.grading.model import Grade
from trainer.paths import bundled_decks

# Subjects and signals.
_SIZES = ((30, 20), (100, 60), (1000, 500))
_RUNS = 300


class Row(NamedTuple):
    """What was measured: milliseconds of every run."""

    what: str
    times: list[float]


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--decks", metavar="DIR", default=bundled_decks(), help="decks to check")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file")
    options = parser.parse_args()
    rows = [_grading()]
    for size in _SIZES:
        rows += _composing(_framework(*size), f"{size[0]} subjects, {size[1]} signals")
    rows.append(_measured("check all decks, once", 1, lambda _: check([options.decks], _graded)))
    figures = [
        {
            "what": row.what,
            "median_ms": round(statistics.median(row.times), 3),
            "max_ms": round(max(row.times), 3),
            "ratio": round(statistics.median(row.times) / statistics.median(rows[0].times), 2),
            "runs": len(row.times),
        }
        for row in rows
    ]
    print(f"{'':46}{'median':>10}{'max':>10}{'ratio':>10}{'runs':>6}")
    for each in figures:
        print("{what:46}{median_ms:>10}{max_ms:>10}{ratio:>10}{runs:>6}".format(**each))
    print("Times in ms; the ratio is to grading one answer.")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=2)
            file.write("\n")


def _measured(what: str, runs: int, do: Callable[[int], object]) -> Row:
    times = []
    for run in range(runs):
        begin = time.perf_counter()
        do(run)
        times.append((time.perf_counter() - begin) * 1000)
    return Row(what, times)


def _grading() -> Row:
    card = composed(Composer(_framework(30, 20)), "s0", "d/s0", 0)
    assert card is not None
    grade(card, card.answer)
    return _measured("grade one answer", _RUNS, lambda _: grade(card, card.answer))


def _composing(framework: Framework, size: str) -> list[Row]:
    composer = Composer(framework)
    signals = framework.signals

    def compose(run: int) -> None:
        signal = signals[run % len(signals)].id
        assert composed(composer, signal, f"d/{signal}", run) is not None

    return [
        _measured(f"get ready ({size})", 20, lambda _: Composer(framework)),
        _measured(f"compose ({size})", _RUNS, compose),
    ]


def _graded(card: Card, answer: str, deck: Deck) -> Grade:
    return grade(card, answer, synonyms=deck.synonyms)


def _framework(subjects: int, signals: int) -> Framework:
    """Return a framework in which signals of four axes are compatible with a third of subjects."""
    sides, axes = ("rag", "tune"), ("facts", "behaviour", "cost", "latency")
    return Framework(
        id="f",
        verdicts={
            "rag": Verdict(accept=("RAG",), reject=("fine-tuning",)),
            "tune": Verdict(accept=("fine-tuning",), reject=("RAG",)),
            "both": Verdict(all=(("RAG",), ("fine-tuning",))),
        },
        subjects=tuple(
            Subject(id=f"u{n}", text=f"Subject {n}", tags=(f"t{n % 3}", f"u{n % 7}"))
            for n in range(subjects)
        ),
        signals=tuple(
            Signal(
                id=f"s{n}",
                favours=sides[n % 2],
                axis=axes[n % 4],
                cues=(f"cue {n}", f"another cue {n}"),
                only_with=(f"t{n % 3}",) if n % 2 else (),
                never_with=(f"s{n - 1}", f"u{n % 7}") if n % 5 == 4 else (),
                point=Reason(say=f"Reason {n} is told.", accept=(f"reason {n}",)),
            )
            for n in range(signals)
        ),
        rules=(
            Rule(when={"facts": "rag", "behaviour": "tune"}, verdict="both"),
            Rule(when={"facts": "rag"}, verdict="rag"),
            Rule(when={"behaviour": "tune"}, verdict="tune"),
        ),
    )


if __name__ == "__main__":
    main()
