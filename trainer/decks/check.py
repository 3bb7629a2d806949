"""Checking deck files: everything that is wrong or weak in them, and whether their examples hold.

An example is an answer with the grade its author expects: a card's own regression test.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from trainer.decks.entry import entry_of
from trainer.decks.fetch import Fetch
from trainer.decks.framework_check import check_frameworks
from trainer.decks.index import Problem
from trainer.decks.library import Library
from trainer.decks.reader import Reading, read_deck
from trainer.decks.rules import Finding
from trainer.decks.scan import deck_files
from trainer.decks.weak import Grader, weaknesses
from trainer.errors import TrainerError
from trainer.text import clean, clip

if TYPE_CHECKING:
    from trainer.decks.model import Card, Deck, Example
    from trainer.grading.model import Grade, PointGrade


class FileCheck(NamedTuple):
    """What checking one file gave. `deck` is empty when its id couldn't be read."""

    path: str
    deck: str
    cards: int
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check(paths: Sequence[str], grade: Grader) -> list[FileCheck]:
    """Check deck files, and those below folders, in the order given, and what is between them.

    Raises TrainerError for a path that isn't there. Two files of one deck id are an error within
    one folder; between folders one deck may stand in for another.
    """
    readings: list[list[Reading]] = []
    problems: list[Problem] = []
    for path in paths:
        files, met = _files_of(path)
        readings.append([read_deck(name) for name in files])
        problems += met
    layers = [[entry_of(reading) for reading in layer] for layer in readings]
    library = Library(layers, problems, Fetch(None))
    return _results([reading for layer in readings for reading in layer], library, grade)


def check_library(library: Library, grade: Grader) -> list[FileCheck]:
    """Check every file of a library, with what is wrong between its decks."""
    return _results([read_deck(path) for path in library.files], library, grade)


def _results(readings: Sequence[Reading], library: Library, grade: Grader) -> list[FileCheck]:
    waiting: dict[str, list[Problem]] = {}
    for problem in library.problems:
        waiting.setdefault(problem.path, []).append(problem)
    collecting = gc.isenabled()
    gc.disable()  # rubrics by the hundred are prepared and kept, which takes half as long again
    try:
        results = [
            _check_reading(reading, grade, waiting.pop(clean(reading.path), []))
            for reading in readings
        ]
    finally:
        if collecting:
            gc.enable()
    results += [_result(path, None, problems) for path, problems in waiting.items()]
    return results


def sound_decks(paths: Sequence[str]) -> list[Deck]:
    """Return the decks without errors among deck files, and those below folders."""
    files = [name for path in paths for name in _files_of(path)[0]]
    return [deck for deck in (read_deck(name).deck for name in files) if deck is not None]


def report(results: Sequence[FileCheck]) -> dict[str, Any]:
    """Return the results as `trainer check --json` prints them."""
    return {
        "ok": all(not result.errors for result in results),
        "files": [
            {
                "path": result.path,
                "deck": result.deck,
                "cards": result.cards,
                "errors": [_as_json(problem) for problem in result.errors],
                "warnings": [_as_json(problem) for problem in result.warnings],
            }
            for result in results
        ],
    }


def _as_json(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "mend": problem.mend,
    }


def _files_of(path: str) -> tuple[list[str], list[Problem]]:
    try:
        if not os.path.lexists(path):
            raise FileNotFoundError(2, "no such file or directory")
        if os.path.isdir(path):
            return deck_files(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not one the system knows"
        raise TrainerError(
            f"{clean(path)} can't be checked ({reason.lower()})",
            mend="name a deck file, or a folder of them",
        ) from error
    return [path], []


def _check_reading(reading: Reading, grade: Grader, others: Sequence[Problem]) -> FileCheck:
    problems = [*reading.problems, *(each for each in others if each not in reading.problems)]
    if reading.deck is not None:
        problems += _failed_examples(reading, reading.deck, grade)
        for findings in (weaknesses(reading.deck, grade), check_frameworks(reading.deck, grade)):
            problems += [_problem(reading, finding) for finding in findings]
    return _result(clean(reading.path), reading, sorted(problems, key=lambda each: each[1:3]))


def _result(path: str, reading: Reading | None, problems: Sequence[Problem]) -> FileCheck:
    return FileCheck(
        path,
        reading.deck_id if reading is not None else "",
        len(reading.lines) if reading is not None else 0,
        tuple([problem for problem in problems if problem.severity == "error"]),
        tuple([problem for problem in problems if problem.severity != "error"]),
    )


def _problem(reading: Reading, finding: Finding) -> Problem:
    place = reading.place_of(finding.path)
    return Problem(clean(reading.path), *place, finding.message, finding.mend, finding.severity)


def _failed_examples(reading: Reading, deck: Deck, grade: Grader) -> Iterator[Problem]:
    for number, card in enumerate(deck.cards):
        for index, example in enumerate(card.examples):
            given = grade(card, example.answer, deck)
            wrong = differences(example, given)
            if wrong:
                line, column = reading.place_of(("cards", number, "examples", index))
                answer = clip(example.answer, 50) or "(empty)"
                yield Problem(
                    clean(reading.path),
                    line,
                    column,
                    f"the example “{answer}” of `{card.id}` {' and '.join(wrong)}",
                    _mend(example, given),
                )


def differences(example: Example, given: Grade) -> list[str]:
    """Return in words where a grade differs from what the example expects."""
    wrong: list[str] = []
    if given.rating != example.rating:
        wrong.append(f"should be {example.rating} and is {given.rating} (score {given.score:.2f})")
    points = {point.id: point for point in given.points}
    for name in example.hits:
        if not _hit(points.get(name)):
            wrong.append(f"should hit `{name}` and misses it{_credit(points.get(name))}")
    for name in example.misses:
        if _hit(points.get(name)):
            wrong.append(f"should miss `{name}` and hits it{_credit(points.get(name))}")
    return wrong


def newly_failing(
    card: Card, before: Callable[[str], Grade], after: Callable[[str], Grade]
) -> tuple[Example, list[str]] | None:
    """Return the first example that holds before a change in grading and not after it, and why."""
    for example in card.examples:
        wrong = differences(example, after(example.answer))
        if wrong and not differences(example, before(example.answer)):
            return example, wrong
    return None


def _hit(point: PointGrade | None) -> bool:
    return point is not None and point.hit


def _credit(point: PointGrade | None) -> str:
    return f" (credit {point.credit:.2f})" if point is not None else ""


def _mend(example: Example, given: Grade) -> str:
    """Return the mend for the first thing that explains the difference."""
    hits = {point.id for point in given.points if point.hit}
    if any(name not in hits for name in example.hits):
        return "add how the answer says it to the point's `accept`, or correct the example"
    if any(name in hits for name in example.misses):
        return "narrow the point's `accept`, or correct the example"
    if given.mistakes:
        return f"it makes the mistake “{clip(given.mistakes[0].say, 60)}”: correct one of the two"
    if given.verdict is False:
        return "the decision in it counts as wrong: correct the `verdict` or the example"
    missed = [point.id for point in given.points if not point.hit]
    if missed and example.rating != "again":
        named = ", ".join(f"`{name}`" for name in missed)
        return f"it misses {named}: add phrases there, or correct the example"
    return "correct the example's rating, or the card"
