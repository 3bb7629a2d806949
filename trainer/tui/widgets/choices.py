"""The options of a choice, to be picked by number."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.geometry import Region
from textual.reactive import reactive
from textual.style import Style
from textual.widgets import Static


class Choices(Static, can_focus=True):
    """The options of a card, numbered; one is picked where one is right, else any number."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Option above", show=False, id="choice.up"),
        Binding("down", "move(1)", "Option below", show=False, id="choice.down"),
        Binding("space", "pick", "Pick", key_display="1-9 space", id="choice.pick"),
        *(
            Binding(str(n), f"pick({n})", f"Pick {n}", show=False, id=f"choice.pick-{n}")
            for n in range(1, 10)
        ),
    ]

    cursor = reactive(0)
    picked: reactive[frozenset[int]] = reactive(frozenset())

    def __init__(self, options: tuple[str, ...], *, several: bool) -> None:
        super().__init__(id="answer")
        self._options = options
        self._several = several
        self.border_title = "Pick all that are right" if several else "Pick one"

    @property
    def text(self) -> str:
        """The numbers picked, as an answer: `1,3`."""
        return ",".join(str(number + 1) for number in sorted(self.picked))

    def render(self) -> Content:
        """One option a line: the cursor, a box, its number, its text."""
        return Content("\n").join(self._lines())

    def _lines(self) -> list[Content]:
        lines = []
        for number, option in enumerate(self._options):
            pointer = "›" if number == self.cursor and self.has_focus else " "
            box = "[x]" if number in self.picked else "[ ]"
            style = "bold $text-accent" if number in self.picked else ""
            line = f"{pointer} {box} {number + 1}  {' '.join(option.split())}"
            text = Content.styled(line, style)
            lines.append(text.stylize(Style.from_meta({"option": number + 1})))
        return lines

    def watch_cursor(self) -> None:
        """Keep the option at the cursor in sight, where the options scroll."""
        width = self.content_size.width
        if not (isinstance(self.parent, ScrollableContainer) and width):
            return
        heights = [len(line.wrap(width)) for line in self._lines()]
        top = sum(heights[: self.cursor]) + self.gutter.top
        region = Region(0, top, 1, heights[self.cursor])
        self.parent.scroll_to_region(region, animate=False)

    def action_move(self, by: int) -> None:
        """Move the cursor up or down, round at the ends."""
        self.cursor = (self.cursor + by) % len(self._options)

    def action_pick(self, number: int = 0) -> None:
        """Pick or leave the option `number` (from 1 on), or the one at the cursor."""
        index = number - 1 if number else self.cursor
        if index >= len(self._options):
            return
        self.cursor = index
        if not self._several:
            self.picked = frozenset({index})
        else:
            self.picked = self.picked ^ {index}

    def on_click(self, event: events.Click) -> None:
        """Pick the option clicked."""
        number = event.style.meta.get("option", 0)
        if number:
            self.action_pick(number)
