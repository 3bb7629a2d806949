"""The Markdown file that a mock interview leaves behind."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trainer.debrief import local, markdown
from trainer.errors import TrainerError
from trainer.files import create, replace
from trainer.scheduling.days import Moment, day_iso

if TYPE_CHECKING:
    from trainer.session import HandedIn


def folder_beside(progress: str) -> str:
    """Return the folder of the reports, which lies beside the progress file."""
    return os.path.join(os.path.dirname(progress), "mocks")


class Report:
    """The Markdown file of one interview; written anew when a rating was changed.

    `path` is empty until it is there. No other file is ever overwritten, nor this one once someone
    else wrote to it: another is made then.
    """

    def __init__(self, folder: str, at: Moment) -> None:
        self.at = at
        self.path = ""
        self._folder = folder
        self._text = ""

    def save(self, handed_in: Sequence[HandedIn], *, counts: bool) -> str:
        """Write the debrief and return the path. Raises TrainerError where that can't be done."""
        text = markdown(handed_in, self.at, counts=counts)
        ours = self._is_ours()
        path = self.path if ours else self._free()
        if not ours:
            create(path, b"")
        try:
            replace(path, text.encode())
        except TrainerError:
            if not ours:
                with contextlib.suppress(OSError):
                    os.unlink(path)
            raise
        self.path, self._text = path, text
        return path

    def _is_ours(self) -> bool:
        if not self.path:
            return False
        try:
            with open(self.path, "rb") as file:
                return file.read() == self._text.encode()
        except OSError:
            return False

    def _free(self) -> str:
        """Return a path of the interview's time that nothing has."""
        then = local(self.at)
        name = os.path.join(self._folder, f"mock-{day_iso(then.toordinal())}-{then:%H%M}")
        path, number = f"{name}.md", 1
        while os.path.lexists(path):
            number += 1
            path = f"{name}-{number}.md"
        return path
