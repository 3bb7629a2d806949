"""The Markdown file that a mock interview leaves behind."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trainer.debrief import local, markdown
from trainer.errors import TrainerError
from trainer.paths import make_folder
from trainer.scheduling.days import Moment, day_iso
from trainer.text import clean

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
        make_folder(self._folder)
        try:
            if not self._is_ours():
                self.path = self._claimed()
            self._write(text)
        except OSError as error:
            raise TrainerError(
                f"the debrief can't be saved ({(error.strerror or 'no reason given').lower()})",
                place=clean(self._folder),
                mend="the answers themselves are saved",
            ) from error
        return self.path

    def _is_ours(self) -> bool:
        if not self.path:
            return False
        try:
            with open(self.path, encoding="utf-8", newline="") as file:
                return file.read() == self._text
        except (OSError, UnicodeDecodeError):
            return False

    def _claimed(self) -> str:
        """Make an empty file under a name that nothing has, and return its path."""
        then = local(self.at)
        name = f"mock-{day_iso(then.toordinal())}-{then:%H%M}"
        number = 1
        while True:
            path = os.path.join(self._folder, f"{name}{f'-{number}' if number > 1 else ''}.md")
            try:
                with open(path, "x", encoding="utf-8"):
                    self._text = ""
                    return path
            except FileExistsError:
                number += 1

    def _write(self, text: str) -> None:
        part = f"{self.path}.{os.urandom(4).hex()}.part"
        try:
            with open(part, "x", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.path)
            self._text = text
        except OSError:
            for left in (part, "" if self._text else self.path):
                if left and os.path.exists(left):
                    os.unlink(left)
            if not self._text:
                self.path = ""
            raise
