"""Every deck there is, as a list: those asked, those put aside, and the files with errors."""

from __future__ import annotations

from typing import NamedTuple

from trainer.decks.index import DeckInfo, Problem
from trainer.decks.library import Library
from trainer.text import clean


class Installed(NamedTuple):
    """A deck, or a file that should be one: then there is no `deck`.

    `path` is its file, empty where a folder is meant; `problems` are what is wrong there.
    """

    path: str
    deck: DeckInfo | None
    enabled: bool
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def line(self) -> int:
        """The line to go to: that of the first problem, or the first."""
        return next((problem.line for problem in self.problems if problem.line), 1)


def installed(library: Library) -> list[Installed]:
    """Return the decks in the order they are asked, then those put aside, then what is broken."""
    files = {clean(path): path for path in library.files}
    problems: dict[str, list[Problem]] = {}
    for problem in library.problems:
        problems.setdefault(problem.path, []).append(problem)
    rows = []
    for decks, enabled in ((library.decks, True), (library.disabled, False)):
        for deck in decks.values():
            wrong = tuple(problems.pop(clean(deck.path), ()))
            rows.append(Installed(deck.path, deck, enabled, wrong))
    for path, wrong_there in problems.items():
        rows.append(Installed(files.get(path, ""), None, False, tuple(wrong_there)))
    return rows
