"""Where answers are typed."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from trainer.text import clean

MAX_CHARACTERS = 10_000


class AnswerArea(TextArea):
    """A multi-line answer in the person's own words.

    A paste that would take it past MAX_CHARACTERS is cut, since a longer text slows every key.
    """

    class Cut(Message):
        """A paste was cut."""

    def __init__(self, text: str) -> None:
        super().__init__(
            text,
            id="answer",
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
        )
        self.border_title = "Your answer"
        self.move_cursor(self.document.end)

    async def _on_paste(self, event: events.Paste) -> None:
        # The only way in for what a keyboard can't type. TextArea's own handler comes after this
        # one, and inserts what is left.
        event.text = clean(event.text)
        room = MAX_CHARACTERS - len(self.text) + len(self.selected_text)
        if len(event.text) > room:
            event.text = event.text[: max(0, room)]
            self.post_message(self.Cut())
