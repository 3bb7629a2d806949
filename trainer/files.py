"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os

from trainer.errors import TrainerError
from trainer.paths import make_folder
from trainer.text import clean


def replace(path: str, data: bytes) -> None:
    """Put the bytes in the file's place, durably; a link stays one, and the mode as it was.

    Raises TrainerError where that can't be done; the file is then as it was.
    """
    real = os.path.realpath(path)
    if os.path.exists(real) and not os.path.isfile(real):  # a device would become a file
        raise TrainerError("this isn't a regular file", place=clean(path), mend="name another")
    make_folder(os.path.dirname(real))
    part = f"{real}.{os.getpid()}.part"
    try:
        with open(part, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(real):
            os.chmod(part, os.stat(real).st_mode & 0o7777)
        os.replace(part, real)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise _unwritten(path, error) from error
    _sync_folder(real)


def create(path: str, data: bytes) -> None:
    """Write a new file, durably. Raises TrainerError where there is one, or it can't be written."""
    make_folder(os.path.dirname(path))
    try:
        with open(path, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _unwritten(path, error) from error
    _sync_folder(path)


def _unwritten(path: str, error: OSError) -> TrainerError:
    reason = (error.strerror or "no reason given").lower()
    return TrainerError(f"this can't be written ({reason}); nothing was changed", place=clean(path))


def _sync_folder(path: str) -> None:
    """Have the folder's entry last too, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(os.path.dirname(path), os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
