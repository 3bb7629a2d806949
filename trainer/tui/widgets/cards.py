"""The parts of the screen that lists cards: what is looked for, and the table's columns."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Input, Static

from trainer.standing import STATES
from trainer.text import clean, clip

_PLACEHOLDER = f"words deck: topic: tag: kind: is:{' '.join(STATES)}"
# From so many columns on there is room for the topic.
_WITH_TOPIC = 70
_DUE = 10


class SearchLine(Input):
    """What is looked for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,enter", "screen.cards", "Cards", key_display="↓", id="browse.cards"),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder=_PLACEHOLDER, id="search", max_length=200)
        self.border_title = "Search"

    def _on_paste(self, event: events.Paste) -> None:
        event.text = clean(event.text)


class Head(Static):
    """What the columns are, or something to be said in its place."""

    said = reactive("")

    def render(self) -> Content:
        """Lay the names out as the rows are."""
        width = self.content_size.width
        if self.said:
            return Content(self.said).truncate(width, ellipsis=True)
        return columns(width, "", "", "Card", "Topic", "Due")


class Cards(Horizontal):
    """The table and the card beside it: what holds for both of them.

    What is left out first where the footer is too short stands last.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.read", "Read", id="browse.read"),
        Binding("space", "screen.mark", "Mark", id="browse.mark"),
        Binding("s", "screen.act('suspend')", "Suspend", id="browse.suspend"),
        Binding("b", "screen.act('bury')", "Bury", id="browse.bury"),
        Binding("f", "screen.act('flag')", "Flag", id="browse.flag"),
        Binding("d", "screen.drill", "Drill", id="browse.drill"),
        Binding("e", "screen.edit", "Edit", id="browse.edit"),
        Binding("escape", "screen.back", "Back", id="browse.back"),
        Binding("r", "screen.reset", "Reset", id="browse.reset"),
        Binding("a", "screen.mark_all", "Mark all", id="browse.all"),
        Binding("slash", "screen.search", "Search", key_display="/", id="browse.search"),
    ]


def columns(width: int, mark: str, flag: str, prompt: str, topic: str, due: str) -> Content:
    """Lay a row of the table out over the width there is; the topic gives way first."""
    topic_room = min(28, width // 4) if width >= _WITH_TOPIC else 0
    prompt_room = width - 5 - _DUE - (topic_room + 1 if topic_room else 0)
    cells: list[str | tuple[str, str]]
    cells = [(f"{mark or ' '} {flag or ' '} ", "bold $text-accent")] if mark or flag else ["    "]
    cells += [_fitted(prompt, prompt_room), " "]
    if topic_room:
        cells += [(_fitted(topic, topic_room), "dim"), " "]
    return Content.assemble(*cells, (_fitted(due, _DUE), "bold" if due == "due" else "dim"))


def _fitted(text: str, room: int) -> str:
    """Return a text of just so many cells."""
    line = Content(clip(text, room))
    return line.truncate(room, ellipsis=True, pad=True).plain if room > 0 else ""
