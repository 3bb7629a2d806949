"""Errors a person can cause or meet: one sentence, where it is, and how to mend it."""

from __future__ import annotations


class TrainerError(Exception):
    """Something the person has to know; the command ends with `exit_code`.

    `message` says what is wrong, `place` where (a path, or path:line:column), `mend` what to do.
    """

    exit_code = 1

    def __init__(self, message: str, *, place: str = "", mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.mend = mend

    def __str__(self) -> str:
        sentence = f"{self.place}: {self.message}" if self.place else self.message
        return f"{sentence}; {self.mend}" if self.mend else sentence


class UsageError(TrainerError):
    """The command was called wrongly: nothing was tried."""

    exit_code = 2


class ProgressError(TrainerError):
    """The progress file can't be opened, read or written."""


class DamagedError(ProgressError):
    """The progress file is there, and what it holds can't be trusted."""
