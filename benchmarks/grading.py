"""How well the grader agrees with people, and how long it takes.

python benchmarks/grading.py [--data DIR] [--json FILE] [--only NAME,...]

DIR holds answers that people have marked, as JSON Lines (docs/grading.md says in what form).
Without it only the time is measured, on the bundled decks' examples and model answers. Three
yardsticks are measured in the same run on the same answers: RapidFuzz's token_set_ratio, the
share of the model answer's stems that the answer holds, and, where a model for it is installed,
the cosine of sentence embeddings.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from agreement import Agreement, agreement, fit_threshold
from graders import Grader, Task, graders

from trainer.decks.reader import read_deck
from trainer.decks.scan import deck_files
from trainer.paths import bundled_decks

# These publish results by split, with the threshold from the training answers.
_BY_SPLIT = ("beetle", "scientsbank")
_LENGTHS = (20, 40, 80, 150, 300)
_WARM_UP = 20
_ROUNDS = 5


class Criterion(msgspec.Struct):
    """One point of a rubric."""

    text: str


class Row(msgspec.Struct):
    """A line of the data: an answer with the mark that people gave it, 0..1."""

    dataset: str
    question_id: str
    question: str
    reference_answers: Annotated[list[str], msgspec.Meta(min_length=1)]
    answer: str
    score_human: Annotated[float, msgspec.Meta(ge=0, le=1)]
    split: str | None = None
    rubric: list[Criterion] | None = None


# Milliseconds of every call, by the longest answer that its class of length holds.
Times = dict[float, list[float]]
# A data set, a grader, and how the two agree.
Finding = tuple[str, str, Agreement]


def main() -> None:
    """Measure, print the tables, and write the figures where --json says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", metavar="DIR", help="a folder of *.jsonl and *.jsonl.gz")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file")
    parser.add_argument("--only", metavar="NAME,...", help="only these data sets")
    options = parser.parse_args()
    if options.only and not options.data:
        parser.error("--only chooses among data sets: name their folder with --data")

    only = [name.strip() for name in (options.only or "").split(",") if name.strip()]
    rows = _load(Path(options.data), only) if options.data else []
    measured, left_out = graders()
    found: list[Finding] = []
    times: dict[str, Times] = {}
    for name, grader in measured.items():
        if rows:
            times[name] = defaultdict(list)
            found += [(data, name, each) for data, each in _compare(rows, grader, times[name])]
        else:
            times |= _time_examples(name, grader)

    if found:
        _print_agreement(found)
    _print_times(times)
    for line in left_out:
        print(line)
    if options.json:
        figures = {
            "agreement": [{"data": d, "grader": g, **a._asdict()} for d, g, a in found],
            "latency": list(_latency(times)),
            "left_out": left_out,
        }
        try:
            Path(options.json).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise SystemExit(f"{options.json} can't be written ({error.strerror})") from error


# The data


def _load(folder: Path, only: Sequence[str]) -> list[Row]:
    if not folder.is_dir():
        raise SystemExit(f"{folder} is not a folder; name one that holds *.jsonl or *.jsonl.gz")
    paths = sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")])
    rows = [row for path in paths for row in _read(path)]
    if not rows:
        raise SystemExit(f"{folder} holds no answers; they are read from *.jsonl and *.jsonl.gz")
    known = sorted({row.dataset for row in rows})
    for name in only:
        if name not in known:
            raise SystemExit(f"no data set {name} in {folder}; it holds {', '.join(known)}")
    return [row for row in rows if not only or row.dataset in only]


def _read(path: Path) -> Iterator[Row]:
    decoder = msgspec.json.Decoder(Row)
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    yield decoder.decode(line.removeprefix(b"\xef\xbb\xbf"))
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise SystemExit(f"{path}:{number}: {error}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise SystemExit(f"{path} can't be read ({error})") from error


def _examples() -> Iterator[Task]:
    """Yield the answers that the bundled decks hold, to cards answered in one's own words."""
    for path in deck_files(bundled_decks())[0]:
        deck = read_deck(path).deck
        if deck is None:
            continue
        for card in deck.cards:
            if card.kind in {"scenario", "question"}:
                for answer in (*(example.answer for example in card.examples), card.answer):
                    yield Task(card.prompt, card.answer, answer, None, card, deck.synonyms)


# Measuring


def _compare(rows: Sequence[Row], grader: Grader, times: Times) -> Iterator[tuple[str, Agreement]]:
    """Grade every row; yield the agreement of each data set, and of each split where usual."""
    tasks = [list(_tasks(row)) for row in rows]
    _warm_up(grader, [task for each in tasks[:_WARM_UP] for task in each])
    sets: dict[str, dict[str, list[tuple[float, Row]]]] = {}
    for row, each in zip(rows, tasks, strict=True):
        score = max(_timed(grader, task, times) for task in each)
        splits = sets.setdefault(row.dataset, {})
        splits.setdefault(row.split or "all", []).append((score, row))
    for name, splits in sorted(sets.items()):
        threshold = None
        if name in _BY_SPLIT and len(splits) > 1:
            if "train" in splits:
                pairs = sorted((score, row.score_human) for score, row in splits.pop("train"))
                threshold = fit_threshold(pairs)
            for split, graded in sorted(splits.items()):
                yield f"{name}/{split}", _agreement(graded, threshold)
        yield name, _agreement([item for graded in splits.values() for item in graded], threshold)


def _time_examples(name: str, grader: Grader) -> dict[str, Times]:
    """Time the examples. Trainer's first answer to a card counts apart: it prepares the rubric."""
    new: Times = defaultdict(list)
    known: Times = defaultdict(list)
    met: set[str] = set()
    tasks = list(_examples())
    _warm_up(grader, [Task("Why?", "For this reason.", "That is why.")])
    for task in tasks * _ROUNDS:
        _timed(grader, task, known if name != "trainer" or task.question in met else new)
        met.add(task.question)
    return {name: known, f"{name}, new card": new} if new else {name: known}


def _tasks(row: Row) -> Iterator[Task]:
    points = [{"text": each.text} for each in row.rubric] if row.rubric else None
    for reference in row.reference_answers:
        yield Task(row.question, reference, row.answer, points)


def _agreement(graded: Sequence[tuple[float, Row]], threshold: float | None) -> Agreement:
    return agreement(
        [score for score, _ in graded],
        [row.score_human for _, row in graded],
        [row.question_id for _, row in graded],
        threshold,
    )


def _warm_up(grader: Grader, tasks: Sequence[Task]) -> None:
    for task in tasks:
        grader(task)


def _timed(grader: Grader, task: Task, times: Times) -> float:
    started = time.perf_counter()
    score = grader(task)
    elapsed = (time.perf_counter() - started) * 1000
    words = len(task.answer.split())
    times[next((most for most in _LENGTHS if words <= most), float("inf"))].append(elapsed)
    return score


def _latency(times: dict[str, Times]) -> Iterator[dict[str, Any]]:
    for name, by_length in times.items():
        for most, taken in sorted(by_length.items()):
            yield {
                "grader": name,
                "words_up_to": None if most == float("inf") else most,
                "n": len(taken),
                "median_ms": round(statistics.median(taken), 4),
                "p99_ms": round(sorted(taken)[int(0.99 * (len(taken) - 1) + 0.5)], 4),
            }


def _print_agreement(found: Sequence[Finding]) -> None:
    wide = max(len(data) for data, _, _ in found) + 2
    titles = ("n", "r", "RMSE", "iso", "×5", "iso×5", "F1", "from")
    print(f"{'data':{wide}}{'grader':18}" + "".join(f"{title:>7}" for title in titles))
    order = list(dict.fromkeys(data for data, _, _ in found))
    for data, name, each in sorted(found, key=lambda finding: order.index(finding[0])):
        errors = (each.rmse, each.rmse_isotonic)
        scaled = (None if error is None else 5 * error for error in errors)
        cells = (each.r, *errors, *scaled, each.macro_f1, each.threshold)
        shown = "".join(f"{'–' if cell is None else format(cell, '.3f'):>7}" for cell in cells)
        print(f"{data:{wide}}{name:18}{each.n:>7}{shown}")
    print(
        "\nRMSE as scored; iso: after an isotonic map fitted leaving the question out; ×5: on"
        "\nMohler's scale of 0 to 5. F1: macro-F1 of a pass (people gave .7 or more); from: its"
        "\nthreshold, fitted on the training split; –: fitted leaving the question out.\n"
    )


def _print_times(times: dict[str, Times]) -> None:
    cells = {(row["grader"], row["words_up_to"]): row for row in _latency(times)}
    lengths = [most for most in (*_LENGTHS, None) if any(most == m for _, m in cells)]
    titles = (f"to {most} words" if most else "longer" for most in lengths)
    print(f"{'ms: median / p99':18}" + "".join(f"{title:>18}" for title in titles))
    for name in times:
        mine = [cells.get((name, most)) for most in lengths]
        shown = (f"{c['median_ms']:.3f} / {c['p99_ms']:.3f}" if c else "–" for c in mine)
        print(f"{name:18}" + "".join(f"{text:>18}" for text in shown))
    last = [cells.get((name, most)) for most in lengths]
    print(f"{'calls':18}" + "".join(f"{cell['n'] if cell else 0:>18,}" for cell in last))


if __name__ == "__main__":
    main()
