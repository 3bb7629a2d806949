"""The app: which screen comes after which."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable

from textual.app import App
from textual.screen import Screen

from trainer.desk import Desk
from trainer.errors import TrainerError
from trainer.session import Sitting
from trainer.tui import messages


def run_app(desk: Desk, sitting: Sitting | None = None) -> int:
    """Run the app until the person leaves it, and return the exit code.

    With a sitting, it opens at the first question.
    """
    app = TrainerApp(desk, sitting)
    app.run()
    return app.return_code or 0


class TrainerApp(App[None]):
    """Home, questions, feedback, summary. One screen at a time, each behind a factory."""

    CSS_PATH = "app.tcss"
    TITLE = "Trainer"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, desk: Desk, sitting: Sitting | None = None) -> None:
        super().__init__()
        self._desk = desk
        self._opening = sitting
        self._debriefed = 0  # answers of a mock interview gone through

    def on_mount(self) -> None:
        """Open the first screen; leave in order when told to end."""
        with contextlib.suppress(NotImplementedError):  # not on Windows
            for name in ("SIGHUP", "SIGTERM"):
                number = getattr(signal, name, None)
                if number is not None:
                    asyncio.get_running_loop().add_signal_handler(number, self.exit)
        opening = self._opening
        self.push_screen(self._made(self._home if opening is None else lambda: self._next(opening)))

    # The screens

    def _home(self) -> Screen[None]:
        from trainer.tui.screens.home import HomeScreen

        return HomeScreen(self._desk)

    def _next(self, sitting: Sitting) -> Screen[None]:
        question = sitting.next()
        if question is not None and question.draft.submitted and sitting.mode != "mock":
            # Its model answer was shown: what is left to do is to rate what was answered then.
            from trainer.tui.screens.feedback import FeedbackScreen

            self.notify("You gave this answer before; it is still to be rated.", timeout=4)
            draft = question.draft
            return FeedbackScreen(sitting, sitting.submit(draft.answer, hint_used=draft.hint))
        if question is None and self._debriefed < len(sitting.handed_in):
            from trainer.tui.screens.feedback import FeedbackScreen

            number, self._debriefed = self._debriefed, self._debriefed + 1
            feedback = sitting.handed_in[number].feedback
            return FeedbackScreen(sitting, feedback, debriefed=number)
        if question is None:
            from trainer.tui.screens.summary import SummaryScreen

            return SummaryScreen(sitting, self._desk.clock())
        from trainer.tui.screens.question import QuestionScreen

        return QuestionScreen(sitting, question)

    # What screens want

    def on_go(self, wanted: messages.Go) -> None:
        self._show(lambda: self._place(wanted.place))

    def _place(self, place: messages.Place) -> Screen[None]:
        """Return the screen of a place; each is imported when it is first gone to."""
        if place == "drill":
            from trainer.tui.screens.pick import PickScreen

            return PickScreen(self._desk)
        return self._home()

    def on_sitting_wanted(self, wanted: messages.SittingWanted) -> None:
        self._debriefed = 0
        self._show(
            lambda: self._next(
                self._desk.sitting(
                    wanted.mode,
                    wanted.selection,
                    wanted.limit,
                    wanted.minutes,
                    counts=wanted.counts,
                )
            )
        )

    def on_graded(self, graded: messages.Graded) -> None:
        from trainer.tui.screens.feedback import FeedbackScreen

        self._show(lambda: FeedbackScreen(graded.sitting, graded.feedback))

    def on_next_wanted(self, wanted: messages.NextWanted) -> None:
        self._show(lambda: self._next(wanted.sitting))

    def _show(self, make: Callable[[], Screen[None]]) -> None:
        self.clear_notifications()  # they spoke of the screen before
        self.switch_screen(self._made(make))

    def _made(self, make: Callable[[], Screen[None]]) -> Screen[None]:
        """Return the screen; where it can't be made, home, where it is said why."""
        try:
            return make()
        except TrainerError as error:
            self.notify(str(error), severity="error", markup=False, timeout=10)
            return self._home()
