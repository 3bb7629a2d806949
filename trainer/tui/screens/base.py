"""What every screen has: the footer, the notice on small terminals, the way errors are shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from trainer.errors import TrainerError
from trainer.session import Sitting
from trainer.tui.messages import NextWanted
from trainer.tui.widgets.keybar import KeyBar

T = TypeVar("T")


class TopBar(Static):
    """One line: where we are on the left, how far on the right."""

    def __init__(self, left: Content, right: Content) -> None:
        super().__init__()
        self._left = left
        self._right = right

    def render(self) -> Content:
        """Lay both ends out over the width there is; the left end gives way."""
        room = self.content_size.width - self._right.cell_length - 2
        left = self._left.truncate(max(0, room), ellipsis=True, pad=True)
        return Content.assemble(left, "  ", self._right)


class TooSmall(Static):
    """Covers the screen on a terminal too small for it."""

    def __init__(self) -> None:
        super().__init__("Window too small (40 × 12 needed)", markup=False)


class TrainerScreen(Screen[None]):
    """A screen of the app. Below its content stand the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "app.quit", "Quit", id="quit"),
    ]

    # Below this size TooSmall covers the rest (see app.tcss).
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (40, "-wide")]  # noqa: RUF012  (as Textual has it)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]  # noqa: RUF012

    leaving = False
    _unseen = False

    def compose(self) -> ComposeResult:
        """Put the screen's own content above the footer."""
        yield from self.content()
        yield KeyBar()
        yield TooSmall()

    def content(self) -> ComposeResult:
        """The widgets of this screen."""
        yield from ()

    @classmethod
    def style_sheet(cls) -> str:
        """Return the path of the file that CSS_PATH names, which lies beside the screen's own."""
        folder = os.path.dirname(os.path.abspath(str(sys.modules[cls.__module__].__file__)))
        return os.path.join(folder, str(cls.CSS_PATH))

    def fit(self, size: Size) -> None:
        """Have the classes for a size from the start; Textual would first lay out without them."""
        for edges, length in (
            (self.HORIZONTAL_BREAKPOINTS, size.width),
            (self.VERTICAL_BREAKPOINTS, size.height),
        ):
            self.add_class(max(each for each in edges if each[0] <= length)[1], update=False)

    def leave(self, message: Message) -> None:
        """Ask the app for what comes next. Keys that come before it do nothing more here."""
        if not self.leaving:
            self.leaving = True
            self.post_message(message)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what `offers` says; nothing once this screen is being left, or can't be seen."""
        return not self.leaving and not self._is_unseen() and self.offers(action)

    def _is_unseen(self) -> bool:
        return self.has_class("-narrow") or self.has_class("-low")

    def on_resize(self) -> None:
        """Offer other keys where the screen can be seen again, or no longer."""
        self.call_after_refresh(self._look_about)

    def _look_about(self) -> None:
        if self._unseen != self._is_unseen():
            self._unseen = not self._unseen
            self.refresh_bindings()

    def offers(self, action: str) -> bool:
        """Whether the screen has a use for this action now."""
        return True

    def desk_changed(self) -> None:
        """Show what the desk holds now: its decks or preferences were read again."""

    def undo(self, sitting: Sitting) -> None:
        """Take the last review back and have its card asked again."""

        def take_back() -> bool:
            return sitting.undo() is not None

        undone = self.attempt(take_back)
        if undone:
            self.leave(NextWanted(sitting))
        elif undone is not None:
            self.notify("Nothing to undo.", timeout=3)

    def attempt(self, do: Callable[[], T]) -> T | None:
        """Do what may fail for a reason the person should know; say it, and stay."""
        try:
            return do()
        except TrainerError as error:
            self.notify(str(error), severity="error", markup=False, timeout=10)
            return None
