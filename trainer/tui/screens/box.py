"""What stands over a screen until it is answered or left."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Box(ModalScreen[Result]):
    """A screen above another. The keys of that one don't work meanwhile, those of the app do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "app.help", "Help", id="box.help", show=False),
        Binding("ctrl+p", "app.command_palette", "Commands", id="box.commands", show=False),
        Binding("ctrl+q", "app.quit", "Quit", id="box.quit", show=False),
    ]
