"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator

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
    with _part(path, real, data) as part:
        if os.path.exists(real):
            os.chmod(part, os.stat(real).st_mode & 0o7777)
        os.replace(part, real)


def create(path: str, data: bytes) -> None:
    """Write a new file, durably. Raises TrainerError where there is one, or it can't be written;
    there is then no file that wasn't there before."""
    with _part(path, path, data) as part:
        try:
            os.link(part, path)
        except FileExistsError:
            raise
        except OSError as error:  # not every file system has hard links
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from error
            os.rename(part, path)


@contextlib.contextmanager
def _part(path: str, real: str, data: bytes) -> Iterator[str]:
    """Yield the name of a file beside the `real` one that holds the bytes, and is gone after it.

    Raises TrainerError, with `path`, where it or what is done with it fails.
    """
    make_folder(os.path.dirname(real))
    part = f"{real}.{os.getpid()}.part"
    try:
        with open(part, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield part
    except OSError as error:
        raise _unwritten(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(part)
    _sync_folder(real)


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
