"""What is known of a deck without reading its cards: enough to count, choose and list.

Plain tuples, so that commands which only count never import the deck model.
"""

from __future__ import annotations

from typing import NamedTuple


class CardInfo(NamedTuple):
    """A card's place in the library. `ref` is `deck/card`, its identity for ever.

    `framework` is the framework that composes it, empty where it stands in the deck as it is asked.
    """

    ref: str
    deck: str
    kind: str
    topic: str
    tags: tuple[str, ...]
    difficulty: int
    line: int
    framework: str = ""


class DeckInfo(NamedTuple):
    """A deck that loaded: its id, title, topics (id → title), file, and number of cards."""

    id: str
    title: str
    topics: dict[str, str]
    path: str
    cards: int


class Problem(NamedTuple):
    """Something wrong in a deck file, where it is (1-based), and how to mend it.

    `severity` is `error` (the deck, or what clashes in it, is not loaded) or `warning`. Line and
    column are 0 where the whole file is meant.
    """

    path: str
    line: int
    column: int
    message: str
    mend: str
    severity: str = "error"

    def __str__(self) -> str:
        # Editors go to a file by a line and a column: of a whole file, to its beginning.
        place = f"{self.path}:{self.line or 1}:{self.column or 1}"
        kind = "warning: " if self.severity == "warning" else ""
        return f"{place}: {kind}{self.message}" + (f"; {self.mend}" if self.mend else "")
