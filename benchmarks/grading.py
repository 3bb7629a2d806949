"""How well does the grader agree with people, and how long does it take?

python benchmarks/grading.py [--data DIR] [--only NAME,…] [--runs N] [--json FILE]

DIR holds answers that people have marked, as JSON Lines (docs/grading.md says in what form).
Without it only the time is measured, on the bundled decks' examples and model answers, and on
longer answers put together from those. Yardsticks are measured in turn on the same answers:
RapidFuzz's token_set_ratio, the share of the model answer's stems that the answer holds, and, where
a model for it is installed, the cosine of sentence embeddings. Each call is one of the runs that
the table counts; a card's first answer prepares its rubric, and is a row of its own.
"""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from agreement import Agreement, agreement, fit_threshold
from graders import Grader, Task, graders
from table import Report, Rows, Thing, options, rendered, write_json

from trainer.decks.reader import read_deck
from trainer.decks.scan import deck_files
from trainer.paths import bundled_decks

# These publish results by split, with the threshold from the training answers.
_BY_SPLIT = ("beetle", "scientsbank")
_LENGTHS = (80, 300)
_ENDLESS = 10_000
_WARM_UP = 20
_OURS, _BARE = "trainer", "token_set_ratio"


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


# A data set, a grader, and how the two agree.
Finding = tuple[str, str, Agreement]


class Graded(Report):
    """What was found, with the agreement where there were marks."""

    agreement: list[dict[str, Any]]


def main() -> None:
    """Measure, print the tables, and write the figures where --json says."""
    parser = options(__doc__, 5)
    parser.add_argument("--data", metavar="DIR", help="a folder of *.jsonl and *.jsonl.gz")
    parser.add_argument("--only", metavar="NAME,…", help="only these data sets")
    chosen = parser.parse_args()
    if chosen.only and not chosen.data:
        parser.error("--only chooses among data sets: name their folder with --data")

    only = [name.strip() for name in (chosen.only or "").split(",") if name.strip()]
    measured, left_out = graders()
    rows = Rows()
    rows.notes += left_out
    found: list[Finding] = []
    if chosen.data:
        found += _compare(_load(Path(chosen.data), only), measured, rows)
        _print_agreement(found)
    else:
        _time_examples(measured, chosen.runs, rows)
    timed = rows.report()
    marks = [{"data": data, "grader": name, **each._asdict()} for data, name, each in found]
    report = Graded(timed.figures, timed.notes, marks)
    print(rendered(report))
    if chosen.json:
        write_json(report, chosen.json)


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


def _compare(rows: Sequence[Row], measured: dict[str, Grader], times: Rows) -> Iterator[Finding]:
    """Grade every answer; yield the agreement of each data set, and of each split where usual."""
    tasks = [list(_tasks(row)) for row in rows]
    _warm_up(measured, [task for each in tasks[:_WARM_UP] for task in each])
    scores: dict[str, list[float]] = {name: [] for name in measured}
    for each in tasks:
        for name, grader in measured.items():
            scores[name].append(max(_timed(name, grader, task, times) for task in each))
    for name in measured:
        sets: dict[str, dict[str, list[tuple[float, Row]]]] = {}
        for row, score in zip(rows, scores[name], strict=True):
            splits = sets.setdefault(row.dataset, {})
            splits.setdefault(row.split or "all", []).append((score, row))
        for data, splits in sorted(sets.items()):
            yield from ((of, name, each) for of, each in _agreements(data, splits))


def _agreements(
    name: str, splits: dict[str, list[tuple[float, Row]]]
) -> Iterator[tuple[str, Agreement]]:
    threshold = None
    if name in _BY_SPLIT and len(splits) > 1:
        if "train" in splits:
            pairs = sorted((score, row.score_human) for score, row in splits.pop("train"))
            threshold = fit_threshold(pairs)
        for split, graded in sorted(splits.items()):
            yield f"{name}/{split}", _agreement(graded, threshold)
    yield name, _agreement([item for graded in splits.values() for item in graded], threshold)


def _time_examples(measured: dict[str, Grader], rounds: int, times: Rows) -> None:
    """Time the examples, and long answers to the same cards, each by all graders in turn."""
    tasks = list(_examples())
    long = [_longer(tasks, place, _LENGTHS[-1]) for place in range(0, len(tasks), 7)]
    endless = [_longer(tasks, place, _ENDLESS) for place in range(0, len(tasks), 100)]
    _warm_up(measured, [Task("Why?", "For this reason.", "That is why.")])
    met: set[str] = set()
    for task in tasks:
        if task.question not in met:
            _timed(_OURS, measured[_OURS], task, times, "the first answer to a card")
            met.add(task.question)
    for task in (tasks + long) * rounds:
        for name, grader in measured.items():
            _timed(name, grader, task, times)
    for task in endless * rounds:
        _timed(_OURS, measured[_OURS], task, times, f"{_ENDLESS:,} words")


def _longer(tasks: Sequence[Task], place: int, words: int) -> Task:
    """Return an answer to a card of so many words: its own, then those that follow in the decks."""
    task = tasks[place]
    said: list[str] = []
    while len(said) < words:
        said += tasks[place % len(tasks)].answer.split()
        place += 1
    return task._replace(answer=" ".join(said[:words]))


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


def _warm_up(measured: dict[str, Grader], tasks: Sequence[Task]) -> None:
    for task in tasks:
        for grader in measured.values():
            grader(task)


def _timed(name: str, grader: Grader, task: Task, times: Rows, what: str = "") -> float:
    started = time.perf_counter()
    score = grader(task)
    elapsed = (time.perf_counter() - started) * 1000
    words = len(task.answer.split())
    longest = next((most for most in _LENGTHS if words <= most), 0)
    what = what or (f"an answer to {longest} words" if longest else "a longer answer")
    ours = name == _OURS
    bare = f"{_BARE}: {what}" if name != _BARE else ""
    times.add([(Thing(f"grade {what}" if ours else f"{name}: {what}", 0, bare), elapsed)])
    return score


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


if __name__ == "__main__":
    main()
