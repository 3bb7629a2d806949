"""The app: which screen comes after which."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.events import Key, Paste

from trainer.decks.library import Library
from trainer.desk import Desk
from trainer.errors import TrainerError
from trainer.session import Sitting
from trainer.terminal import is_gone, let_go
from trainer.tui import messages
from trainer.tui.everywhere import EverywhereApp
from trainer.tui.screens.base import TrainerScreen

if TYPE_CHECKING:
    from trainer.mockfile import Report

# How often it is looked whether the terminal is still there.
_TERMINAL_SECONDS = 5.0


def run_app(desk: Desk, sitting: Sitting | None = None) -> int:
    """Run the app until the person leaves it, and return the exit code.

    With a sitting, it opens at the first question.
    """
    app = TrainerApp(desk, sitting)
    app.run()
    if is_gone():
        let_go()
    return app.return_code or 0


class TrainerApp(EverywhereApp):
    """Home, questions, feedback, summary. One screen at a time, each behind a factory."""

    CSS_PATH = "app.tcss"
    TITLE = "Trainer"

    def __init__(self, desk: Desk, sitting: Sitting | None = None) -> None:
        super().__init__(desk)
        self._opening = sitting
        self._sitting: Sitting | None = None
        # A mock interview that is debriefed when its screen is left, its report once it is over,
        # and the answer looked at last.
        self._interview: Sitting | None = None
        self._report: Report | None = None
        self._debriefed = 0
        self._ahead: list[Key | Paste] = []

    def on_mount(self) -> None:
        """Leave in order when told to end."""
        with contextlib.suppress(NotImplementedError):  # not on Windows
            for name in ("SIGHUP", "SIGTERM"):
                number = getattr(signal, name, None)
                if number is not None:
                    asyncio.get_running_loop().add_signal_handler(number, self.exit)
        self.call_after_refresh(self._settle)

    def get_default_screen(self) -> TrainerScreen:
        """Return the first screen. Upon a blank one of Textual's own it would come later."""
        opening = self._opening
        screen = self._made(self._home if opening is None else lambda: self._next(opening))
        # As Textual does for every screen but the lowest, which couldn't give way to another.
        screen._push_result_callback(self, None)
        return screen

    def _settle(self) -> None:
        """After the first paint: collect garbage again, from what is made from here on."""
        gc.freeze()
        gc.enable()
        self.look_again()
        if not self.is_headless:
            self.set_interval(_TERMINAL_SECONDS, self._leave_if_alone, name="terminal")
            _take_sizes_in_turn()

    def _leave_if_alone(self) -> None:
        """Leave where the terminal is gone; Textual would read from it for ever."""
        if is_gone():
            self.exit()

    def on_unmount(self) -> None:
        """Leave the report of an interview that was broken off by quitting."""
        left = self._interview
        if left is not None and left.handed_in and self._report is None:
            with contextlib.suppress(TrainerError):  # all answers are saved in any case
                self._new_report().save(left.handed_in, counts=left.counts)

    # The screens

    def _home(self) -> TrainerScreen:
        from trainer.tui.screens.home import HomeScreen

        return HomeScreen(self._desk)

    def _next(self, sitting: Sitting) -> TrainerScreen:
        self._sitting = sitting
        if self._report is not None:
            return self._debrief(sitting)
        question = sitting.next()
        if question is not None and question.draft.submitted and sitting.mode != "mock":
            # Its model answer was shown: what is left to do is to rate what was answered then.
            from trainer.tui.screens.feedback import FeedbackScreen

            self.notify("You gave this answer before; it is still to be rated.", timeout=4)
            draft = question.draft
            return FeedbackScreen(sitting, sitting.submit(draft.answer, hint_used=draft.hint))
        if question is None and sitting.handed_in:
            return self._debrief(sitting)
        if question is None:
            from trainer.tui.screens.summary import SummaryScreen

            return SummaryScreen(sitting, self._desk.clock())
        from trainer.tui.screens.question import QuestionScreen

        self._interview = sitting if sitting.mode == "mock" else None
        return QuestionScreen(sitting, question)

    def _debrief(self, sitting: Sitting) -> TrainerScreen:
        """Return the debrief of a mock interview; what was saved of it is its report."""
        from trainer.tui.screens.debrief import DebriefScreen

        self._interview = None
        if self._report is None:
            self._report = self._new_report()
        return DebriefScreen(sitting, self._report, self._debriefed)

    def _new_report(self) -> Report:
        from trainer.mockfile import Report, folder_beside

        return Report(folder_beside(self._desk.store.path), self._desk.clock())

    # What screens want

    def on_coming(self, coming: messages.Coming) -> None:
        self.style(coming.screen)

    def on_go(self, wanted: messages.Go) -> None:
        if wanted.place == "help":
            self.action_help()
            return
        self._sitting = None
        if wanted.place in ("home", "decks"):
            self.look_again()
        left = self._interview
        if wanted.place == "home" and left is not None and left.handed_in:
            self._show(lambda: self._debrief(left))
        else:
            self._show(lambda: self._place(wanted.place))

    def _place(self, place: messages.Place) -> TrainerScreen:
        """Return the screen of a place; each is imported when it is first gone to."""
        if place == "drill":
            from trainer.tui.screens.pick import PickScreen

            return PickScreen(self._desk)
        if place == "mock":
            from trainer.tui.screens.mock import MockScreen

            return MockScreen(self._desk)
        if place == "weak":
            from trainer.tui.screens.weak import WeakScreen

            return WeakScreen(self._desk)
        if place == "browse":
            from trainer.tui.screens.browse import BrowseScreen

            return BrowseScreen(self._desk)
        if place == "stats":
            from trainer.tui.screens.stats import StatsScreen

            return StatsScreen(self._desk)
        if place == "decks":
            from trainer.tui.screens.decks import DecksScreen

            return DecksScreen(self._desk)
        if place == "settings":
            from trainer.tui.screens.settings import SettingsScreen

            return SettingsScreen(self._desk)
        return self._home()

    def on_sitting_wanted(self, wanted: messages.SittingWanted) -> None:
        self._interview = self._report = None
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

        self._show(
            lambda: FeedbackScreen(graded.sitting, graded.feedback, confidence=graded.confidence)
        )

    def on_answer_wanted(self, wanted: messages.AnswerWanted) -> None:
        from trainer.tui.screens.feedback import FeedbackScreen

        sitting, self._debriefed = wanted.sitting, wanted.number
        self._interview = sitting
        feedback = sitting.handed_in[wanted.number].feedback
        self._show(lambda: FeedbackScreen(sitting, feedback, debriefed=wanted.number))

    def on_next_wanted(self, wanted: messages.NextWanted) -> None:
        self._show(lambda: self._next(wanted.sitting))
        if wanted.said:
            self.notify(wanted.said, timeout=4)

    def on_edit_wanted(self, wanted: messages.EditWanted) -> None:
        from trainer.tui.editing import edit_card

        try:
            if edit_card(self, self._desk, wanted.ref):
                if wanted.sitting is not None:
                    wanted.sitting.use_library(self._desk.library)
                self.screen.post_message(messages.Edited())
        except TrainerError as error:
            self.notify(str(error), severity="error", markup=False, timeout=10)

    def follow(self, before: Library) -> None:
        """Have a sitting go on with the decks as they are now; with a broken one, as it was."""
        library = self._desk.library
        if self._sitting is not None and before.decks.keys() <= library.decks.keys():
            self._sitting.use_library(library)
            self.screen.post_message(messages.Edited())

    def _show(self, make: Callable[[], TrainerScreen]) -> None:
        """Put a screen in the place of the one there is, and of what was opened upon that."""
        self.clear_notifications()  # they spoke of the screen before
        while len(self.screen_stack) > 1:
            self.pop_screen()
        gc.disable()  # garbage can wait until the screen is painted
        self.switch_screen(self._made(make))
        self.call_after_refresh(gc.enable)
        self._hand_on()

    def holds(self, event: Key | Paste) -> bool:
        """Hold back what is typed while one screen gives way to another."""
        leaving = isinstance(self.screen, TrainerScreen) and self.screen.leaving
        if leaving:
            self._ahead.append(event)
        return leaving

    def _hand_on(self) -> None:
        """Take what was held back as the beginning of an answer. It decides nothing: there was
        nothing to see yet when it was typed."""
        from trainer.tui.screens.question import QuestionScreen

        ahead, self._ahead = self._ahead, []
        if isinstance(self.screen, QuestionScreen) and self.screen.takes_text:
            for event in ahead:
                if isinstance(event, Paste) or event.is_printable:
                    self.post_message(event)

    def _made(self, make: Callable[[], TrainerScreen]) -> TrainerScreen:
        """Return the screen, ready to be shown; home, which says why, if it can't be made."""
        try:
            screen = make()
        except TrainerError as error:
            self.notify(str(error), severity="error", markup=False, timeout=10)
            screen = self._home()
        self.style(type(screen))
        screen.fit(self.size)
        return screen


def _take_sizes_in_turn() -> None:
    """Have the loop call Textual's handler of a changed size.

    As a handler of the interpreter's it is interrupted by itself while a window is dragged, and the
    size that was read first then arrives last.
    """
    number = getattr(signal, "SIGWINCH", None)
    if number is not None:
        handler = signal.getsignal(number)
        if callable(handler):
            asyncio.get_running_loop().add_signal_handler(number, handler, number, None)
