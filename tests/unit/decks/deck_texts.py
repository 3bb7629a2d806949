"""Short decks for tests, and what is asked of a reading again and again."""

from __future__ import annotations

from trainer.decks.reader import Reading, read_text

HEAD = "schema: 1\ndeck: d\n"


def read(text: str) -> Reading:
    return read_text(text.encode(), "d.yaml")


def card(body: str, head: str = HEAD) -> Reading:
    """Read a deck of one card; the first line of `body` is line 5 of the file."""
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    return read(f"{head}cards:\n  - id: c\n{indented}")


def places(reading: Reading) -> list[tuple[int, int]]:
    return [(problem.line, problem.column) for problem in reading.problems]


def only(reading: Reading) -> tuple[int, int, str, str]:
    """Return the one problem of a reading that gave no deck."""
    assert reading.deck is None
    assert len(reading.problems) == 1, [str(problem) for problem in reading.problems]
    problem = reading.problems[0]
    assert problem.severity == "error"
    assert problem.message
    return problem.line, problem.column, problem.message, problem.mend
