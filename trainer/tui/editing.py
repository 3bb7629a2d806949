"""Editing a card in the person's own editor, while the app stands aside."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from textual.app import App, SuspendNotSupported

from trainer.desk import Desk
from trainer.editor import command, drop_unchanged, is_bundled, own_copy
from trainer.errors import TrainerError
from trainer.text import clean, count


def edit_card(app: App[None], desk: Desk, ref: str) -> bool:
    """Open a card's file at its line, and have the desk read the decks again afterwards.

    A bundled deck is copied into the person's folder first. Returns whether the decks were read;
    a deck that has errors now is said, and stays as it was. Raises TrainerError where no editor
    can be opened.
    """
    info = desk.library.cards.get(ref)
    if info is None:
        raise TrainerError(f"the card {clean(ref)} is no longer in any deck")
    original = path = desk.library.decks[info.deck].path
    words = command(path, info.line, os.environ)
    copied = desk.paths is not None and is_bundled(path, desk.paths)
    if copied and desk.paths is not None:
        path = own_copy(path, desk.paths)
        words = command(path, info.line, os.environ)
    try:
        run(app, words, f"{clean(path)}:{info.line}")
    finally:
        dropped = copied and drop_unchanged(path, original)
    if dropped:
        app.notify("Nothing was changed.", timeout=3)
        return False
    if copied:
        said = f"You edited a copy, {clean(path)}. It takes the bundled deck’s place from now on."
        app.notify(said, markup=False, timeout=8)
    return _read_again(app, desk, path, ref)


def _read_again(app: App[None], desk: Desk, path: str, ref: str) -> bool:
    from trainer.decks.reader import read_deck

    errors = [each for each in read_deck(path).problems if each.severity == "error"]
    if errors:
        said = f"{errors[0]}\n{count(len(errors), 'error')}: the deck stays as it was."
        app.notify(said, severity="error", markup=False, timeout=15)
        return False
    desk.reload()
    if ref not in desk.library.cards:
        app.notify(f"The card {ref} is no longer in its deck.", markup=False, timeout=5)
    return True


def run(app: App[None], words: list[str], place: str) -> None:
    """Give the terminal to the command until it ends."""
    failure: OSError | None = None
    try:
        with app.suspend(), _interrupts_ignored():
            # An error that left this block would leave the app suspended.
            try:
                subprocess.run(words, check=False)
            except OSError as error:
                failure = error
    except SuspendNotSupported as error:
        raise TrainerError(
            "no editor can be opened from this terminal", place=place, mend="open the file yourself"
        ) from error
    if failure is not None:
        raise TrainerError(
            f"the editor {clean(words[0])} can't be started ({failure.strerror})",
            place=place,
            mend="set $VISUAL or $EDITOR, or open the file yourself",
        ) from failure


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Keep a Ctrl+C that is meant for the editor from ending the app."""
    # A handler, not SIG_IGN, which the editor would inherit.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
