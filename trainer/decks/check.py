"""Checking deck files: everything that is wrong or weak in them, once or again and again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from trainer.decks.entry import entry_of
from trainer.decks.examples import failed_examples
from trainer.decks.fetch import Fetch
from trainer.decks.framework_check import check_frameworks
from trainer.decks.index import Problem
from trainer.decks.library import Library
from trainer.decks.reader import Reading, read_deck
from trainer.decks.rules import Finding
from trainer.decks.scan import FileStamp, deck_files, stamp_of
from trainer.decks.weak import Grader, weaknesses
from trainer.errors import TrainerError
from trainer.garbage import uncollected
from trainer.text import clean

if TYPE_CHECKING:
    from trainer.decks.model import Deck


class FileCheck(NamedTuple):
    """What checking one file gave. `deck` is empty when its id couldn't be read."""

    path: str
    deck: str
    cards: int
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


# The files of each layer, and what is wrong besides.
Found = tuple[list[list[str]], list[Problem]]


class _Known(NamedTuple):
    """A file as it was read last, and all that is wrong in itself."""

    stamp: FileStamp | None
    reading: Reading
    problems: tuple[Problem, ...]


class Checker:
    """Checks deck files, again and again: a file that hasn't changed is not read anew.

    `find` returns the files of each layer and what is wrong besides, as `files_named` does.
    """

    def __init__(self, find: Callable[[], Found], grade: Grader) -> None:
        self._find = find
        self._grade = grade
        self._before: tuple[Found, dict[str, FileStamp | None]] | None = None
        self._known: dict[str, _Known] = {}

    def changed(self) -> list[FileCheck] | None:
        """Return what checking gives, in the order of the files, or None if nothing changed."""
        found = self._find()
        paths = dict.fromkeys(path for layer in found[0] for path in layer)
        stamps = {path: stamp_of(path) for path in paths}
        if (found, stamps) == self._before:
            return None
        self._before = found, stamps
        with (
            uncollected()
        ):  # rubrics by the hundred are prepared and kept, which takes half as long again
            self._known = {path: self._known_of(path, stamps[path]) for path in paths}
        return self._results(*found)

    def _known_of(self, path: str, stamp: FileStamp | None) -> _Known:
        known = self._known.get(path)
        if known is not None and known.stamp == stamp:
            return known
        # The stamp is older than what is read: what is written meanwhile shows in the next one.
        reading = read_deck(path)
        return _Known(stamp, reading, tuple(_problems_in(reading, self._grade)))

    def _results(self, layers: list[list[str]], problems: list[Problem]) -> list[FileCheck]:
        """Return the results, with what is wrong between the decks."""
        entries = [[entry_of(self._known[path].reading) for path in layer] for layer in layers]
        waiting: dict[str, list[Problem]] = {}
        for problem in Library(entries, problems, Fetch(None)).problems:
            waiting.setdefault(problem.path, []).append(problem)
        results = []
        for path in (path for layer in layers for path in layer):
            known, others = self._known[path], waiting.pop(clean(path), [])
            between = [each for each in others if each not in known.reading.problems]
            every = sorted([*known.problems, *between], key=lambda each: each[1:3])
            results.append(_result(clean(path), known.reading, every))
        return results + [_result(path, None, wrong) for path, wrong in waiting.items()]


def check(paths: Sequence[str], grade: Grader) -> list[FileCheck]:
    """Check deck files, and those below folders, in the order given, and what is between them.

    Raises TrainerError for a path that isn't there. Two files of one deck id are an error within
    one folder; between folders one deck may stand in for another.
    """
    return Checker(lambda: files_named(paths), grade).changed() or []


def files_named(paths: Sequence[str], *, may_lack: bool = False) -> Found:
    """Return the deck files that are named or below folders that are, a layer for each.

    A path that isn't there raises TrainerError; if it may lack, it is something wrong.
    """
    layers: list[list[str]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            files, met = _files_of(path)
        except TrainerError as error:
            if not may_lack:
                raise
            files, met = [], [Problem(clean(path), 0, 0, error.message, error.mend)]
        layers.append(files)
        problems += met
    return layers, problems


def sound_decks(paths: Sequence[str]) -> list[Deck]:
    """Return the decks without errors among deck files, and those below folders."""
    readings = [read_deck(path) for layer in files_named(paths)[0] for path in layer]
    return [reading.deck for reading in readings if reading.deck is not None]


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
            f"this can't be checked ({reason.lower()})",
            place=clean(path),
            mend="name a deck file, or a folder of them",
        ) from error
    return [path], []


def _problems_in(reading: Reading, grade: Grader) -> Iterator[Problem]:
    """Yield what is wrong or weak in a file itself."""
    yield from reading.problems
    if reading.deck is not None:
        yield from failed_examples(reading, reading.deck, grade)
        for findings in (weaknesses(reading.deck, grade), check_frameworks(reading.deck, grade)):
            for finding in findings:
                yield _problem(reading, finding)


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
