"""Getting at the text of a file from another program, without trusting that it is one."""

from __future__ import annotations

import codecs
import os
import stat

from trainer.errors import TrainerError
from trainer.exchange.limits import MAX_TEXT
from trainer.text import clean

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_text(path: str) -> str:
    """Return what a text file says, cleaned and with plain newlines.

    It is UTF-8, or UTF-16 where it begins with the mark of it. Raises TrainerError where the file
    can't be read, is no text, is larger than 32 MiB, or says nothing.
    """
    text = _decoded(_bytes(path), path)
    nul = text.find("\0")
    if nul >= 0:
        raise TrainerError(
            "a NUL byte stands here: this isn't a text file in UTF-8",
            place=place_at(path, text, nul),
            mend="save it as UTF-8 text",
        )
    if not text.strip():
        raise TrainerError(
            "this file is empty", place=clean(path), mend="name a file that has cards"
        )
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return clean(text)


def place_at(path: str, text: str, at: int) -> str:
    """Return where the character stands that has the number `at`: path:line:column."""
    before = text[:at].replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return f"{clean(path)}:{line}:{column}"


def _bytes(path: str) -> bytes:
    try:
        # Opening a FIFO would wait for somebody to write to it.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise TrainerError(
                "this isn't a regular file", place=clean(path), mend="name a file that has cards"
            )
        with open(path, "rb") as file:
            data = file.read(MAX_TEXT + 1)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else ""
        reason = (said or "its name is not one the system knows").lower()
        raise TrainerError(f"this file can't be read ({reason})", place=clean(path)) from error
    if len(data) > MAX_TEXT:
        raise TrainerError(
            f"this file is larger than {MAX_TEXT // 1024**2} MiB",
            place=clean(path),
            mend="split it into several",
        )
    return data


def _decoded(data: bytes, path: str) -> str:
    mark, encoding = next((each for each in _MARKS if data.startswith(each[0])), (b"", "utf-8"))
    data = data[len(mark) :]
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding)
        if encoding == "utf-8":
            wrong = f"the byte {data[error.start]:#04x} isn't UTF-8"
        else:
            wrong = "this isn't UTF-16, as the file's first bytes say"
        raise TrainerError(
            wrong, place=place_at(path, before, len(before)), mend="save the file as UTF-8"
        ) from error
