"""A text with gaps to be filled in place."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Input

from trainer.decks.model import GAP
from trainer.text import clean

# As wide as a gap is while little is in it, in columns; its width shall not give the answer away.
_WIDTH = 14
_MAX_CHARACTERS = 1_000


class GapInput(Input):
    """One gap. A semicolon goes on to the next, as it does between answers typed on one line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "Next gap", id="gap.next"),
        Binding("enter", "submit", "Submit", id="gap.submit"),
    ]

    class Filled(Message):
        """The person is done with this gap."""

        def __init__(self, gap: GapInput) -> None:
            super().__init__()
            self.gap = gap

    def __init__(self, value: str, *, last: bool) -> None:
        super().__init__(value, placeholder="_" * _WIDTH, max_length=_MAX_CHARACTERS, compact=True)
        self._last = last

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to submit in the last gap, and in the others to go on."""
        if action in ("next", "submit"):
            return self._last is (action == "submit")
        return super().check_action(action, parameters)

    def action_next(self) -> None:
        """Go on to the next gap."""
        self.post_message(self.Filled(self))

    async def action_submit(self) -> None:
        """Be done with the last gap."""
        self.post_message(self.Filled(self))

    def on_key(self, event: events.Key) -> None:
        """Let a semicolon, which can't be part of an answer, part two of them."""
        if event.character == ";":
            event.stop()
            event.prevent_default()
            if not self._last:
                self.action_next()

    def _on_paste(self, event: events.Paste) -> None:
        # Input's own handler comes after this one, and inserts what is left.
        event.text = clean(event.text).replace(";", ",").strip()


class Gaps(Widget):
    """A cloze text with an input in each gap; Tab and Enter go from one to the next.

    Its `text` is the answer: what stands in the gaps, parted by semicolons.
    """

    DEFAULT_CSS = """
    Gaps {
        height: auto;
    }
    """

    class Changed(Message):
        """Something was typed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Submitted(Message):
        """Enter was pressed in the last gap."""

    def __init__(self, text: str, answer: str = "") -> None:
        """`text` is the cloze text, gaps and all; `answer` what was filled in before."""
        super().__init__(id="answer")
        self._pieces = GAP.split(text)[::2]
        wanted = len(self._pieces) - 1
        given = [part.strip().replace(";", ",") for part in answer.split(";", max(0, wanted - 1))]
        given += [""] * (wanted - len(given))
        self._inputs = [
            GapInput(value, last=number == wanted)
            for number, value in enumerate(given[:wanted], start=1)
        ]
        self._layout = _InPlace()

    @property
    def text(self) -> str:
        """The answer: `a; b`, empty where all gaps are."""
        values = [gap.value.strip() for gap in self._inputs]
        return "; ".join(values) if any(values) else ""

    @property
    def layout(self) -> Layout:
        """Inputs stand where their gaps are in the text."""
        return self._layout

    def compose(self) -> ComposeResult:
        """An input for each gap."""
        yield from self._inputs

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the text takes."""
        return len(self.lines(width))

    def render(self) -> Content:
        """The text, wrapped as the inputs are placed."""
        return Content("\n").join(self.lines(self.content_size.width))

    def lines(self, width: int) -> list[Content]:
        """Return the text in lines of this width; each gap is a row of underscores."""
        text = Content(self._pieces[0])
        for number, piece in enumerate(self._pieces[1:]):
            blank = "_" * _columns(self._inputs[number].value, width)
            mark = Style.from_meta({"gap": number})
            text = Content.assemble(text, (blank, mark), piece)
        return text.wrap(max(1, width))

    def regions(self, width: int) -> list[Region]:
        """Return where the gaps are in lines of this width."""
        found: list[Region] = []
        for y, line in enumerate(self.lines(width)):
            for start, end, style in line.spans:
                # Of a gap that a long word beside it breaks in two, the first part is the input.
                if isinstance(style, Style) and style.meta.get("gap") == len(found):
                    found.append(Region(cell_len(line.plain[:start]), y, end - start, 1))
        return found

    def on_input_changed(self, changed: Input.Changed) -> None:
        """Make the gap as wide as it has to be; tell what is typed."""
        changed.stop()
        width = self.content_size.width
        if changed.input.size.width != _columns(changed.value, width):
            self.refresh(layout=True)
        self.post_message(self.Changed(self.text))

    def on_gap_input_filled(self, filled: GapInput.Filled) -> None:
        """Go on to the next gap; after the last, the answer is whole."""
        filled.stop()
        after = self._inputs.index(filled.gap) + 1
        if after < len(self._inputs):
            self._inputs[after].focus()
        else:
            self.post_message(self.Submitted())


class _InPlace(Layout):
    """Puts each input of a Gaps over its gap."""

    name = "in-place"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Return where the inputs go in a width."""
        assert isinstance(parent, Gaps)
        return [
            WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, child)
            for child, region in zip(children, parent.regions(size.width), strict=True)
        ]


def _columns(value: str, width: int) -> int:
    """Return how wide a gap is: as what it holds, with room for the cursor, within the line."""
    return max(1, min(max(_WIDTH, cell_len(value) + 2), width))
