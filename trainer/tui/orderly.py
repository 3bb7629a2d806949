"""Keys in the order in which they were pressed, however quickly they come."""

from __future__ import annotations

from collections import deque

from textual import events
from textual.app import App
from textual.message import Message
from textual.timer import Timer

# How long a key waits for the one before it, in seconds, should no word of that ever come.
_PATIENCE = 0.5


class KeyDone(Message):
    """Follows a key from the widget that got it up to the app, and so tells that it was dealt with.

    `rounds` is how often another one is still to follow what came of the key.
    """

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.rounds = rounds


class OrderlyApp(App[None]):
    """Lets one key through after the other.

    What is typed goes to the widget in focus at once, what is bound to a key is done by the app
    when the key has come up to it. Text typed right behind such a key would overtake it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._under_way = False
        self._impatience: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        """Let a key or a paste through, or have it wait until the one before it is dealt with."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            if self._under_way:
                self._waiting.append(event)
                if self._impatience is None:
                    self._impatience = self.set_timer(_PATIENCE, self._next_key)
            else:
                await self._let_through(event)
        else:
            await super().on_event(event)

    def holds(self, event: events.Key | events.Paste) -> bool:
        """Whether a key or paste is kept for something else; it goes nowhere then."""
        return False

    async def _let_through(self, event: events.Key | events.Paste) -> None:
        if self.holds(event):
            return
        # A key that types nothing may do something, such as moving the focus.
        rounds = int(isinstance(event, events.Key) and not event.is_printable)
        target = self.focused or self.screen
        self._under_way = True
        await super().on_event(event)
        self._under_way = target.post_message(KeyDone(rounds))

    async def on_key_done(self, done: KeyDone) -> None:
        """Let the next one through, once what came of this one was dealt with, too."""
        done.stop()
        target = self.focused or self.screen
        if not done.rounds or not target.post_message(KeyDone(done.rounds - 1)):
            await self._next_key()

    async def _next_key(self) -> None:
        self._under_way = False
        if self._impatience is not None:
            self._impatience.stop()
            self._impatience = None
        while self._waiting and not self._under_way:
            await self._let_through(self._waiting.popleft())
