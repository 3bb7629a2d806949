"""Anki's packages as zip files: what is in them, and their collection unpacked to a file.

Nothing is taken on trust: no member's name becomes a path, and sizes are counted while unpacking.
"""

from __future__ import annotations

import errno
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from struct import unpack_from
from tempfile import TemporaryDirectory
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from trainer.errors import TrainerError
from trainer.text import clean

# A collection's names, the newest form first. A package of a newer form holds, under the older
# names, a collection that says only that Anki is to be updated.
NEWEST: Final = "collection.anki21b"
_COLLECTIONS: Final = (NEWEST, "collection.anki21", "collection.anki2")
# The form of package that is known here, by the number in its member `meta`.
_KNOWN_FORM: Final = 3

_CHUNK: Final = 1 << 20
# Bytes of a zip file's directory: some hundred thousand members.
_MAX_DIRECTORY: Final = 32 * 1024 * 1024
# Bytes that unpacking may need at once; Anki's packages need an eighth of it at most.
_MAX_WINDOW: Final = 64 * 1024 * 1024

_EXPORT: Final = "export the deck from Anki anew, as an Anki deck package (.apkg)"
_NOT_READ: Final = (
    BadZipFile, LargeZipFile, EOFError, NotImplementedError, zlib.error, ValueError, RuntimeError,
)  # fmt: skip


class Package:
    """A package that is open for reading; `form` is the name of its collection."""

    def __init__(self, archive: ZipFile, place: str) -> None:
        self._archive = archive
        self.place = place
        self._members = _checked(archive.infolist(), place)
        self.form = self._form()

    def _form(self) -> str:
        found = next((name for name in _COLLECTIONS if name in self._members), "")
        number = 0
        if "meta" in self._members:
            with self._archive.open(self._members["meta"]) as file:
                meta = file.read(64)
            number = meta[1] if len(meta) > 1 and meta[0] == 8 else 0
        if number > _KNOWN_FORM:
            raise TrainerError(
                "this package is of a newer form than is known here",
                place=self.place,
                mend="export it from Anki with `Support older Anki versions` ticked",
            )
        if not found or (number == _KNOWN_FORM and found != NEWEST):
            raise TrainerError(
                "there is no collection of cards in this package", place=self.place, mend=_EXPORT
            )
        return found

    def unpack(self, file: IO[bytes], most: int) -> None:
        """Write the package's collection to a file; at most so many bytes of it."""
        written = 0
        with self._archive.open(self._members[self.form]) as member:
            packed: Any = member
            if self.form == NEWEST:
                packed = _decompressed(member, self.place)
            while chunk := packed.read(_CHUNK):
                written += len(chunk)
                if written > most:
                    raise TrainerError(
                        f"the collection in this package is larger than {most >> 20} MiB",
                        place=self.place,
                        mend="export it from Anki in parts, a deck each",
                    )
                file.write(chunk)


@contextmanager
def unpacked(path: str, most: int) -> Iterator[tuple[str, str]]:
    """Give the path of a package's collection, unpacked for the while, and its name therein.

    Raises TrainerError where the file is no package, or not one that can be trusted.
    """
    place = clean(path)
    with TemporaryDirectory(prefix="trainer-") as folder:
        collection = os.path.join(folder, "collection")
        try:
            _check_directory(path, place)
            with ZipFile(path) as archive, open(collection, "wb") as file:
                package = Package(archive, place)
                package.unpack(file, most)
        except OSError as error:
            if error.errno == errno.EINVAL:  # it leads to a place that no file has
                raise _not_whole(place) from error
            raise TrainerError(
                f"this package can't be unpacked ({(error.strerror or str(error)).lower()})",
                place=place,
                mend="see to it that it can be read, and that there is room on the disk",
            ) from error
        except _NOT_READ as error:
            raise _not_whole(place) from error
        yield collection, package.form


def _not_whole(place: str) -> TrainerError:
    return TrainerError("this is not a whole Anki package", place=place, mend=_EXPORT)


def _checked(members: list[ZipInfo], place: str) -> dict[str, ZipInfo]:
    """Return a package's members by name, unless one is as Anki would never make it."""
    found: dict[str, ZipInfo] = {}
    for member in members:
        name = member.filename
        parts = name.replace("\\", "/").split("/")
        wrong = ""
        if ".." in parts or not parts[0] or ":" in parts[0]:
            wrong = "leads out of it"
        elif name in found:
            wrong = "is there twice"
        elif member.flag_bits & 0x1:
            wrong = "is encrypted"
        elif name in (*_COLLECTIONS, "meta") and member.compress_type not in (
            ZIP_STORED,
            ZIP_DEFLATED,
        ):
            wrong = "is packed in a way that Anki doesn't use"
        if wrong:
            shown = " ".join(clean(name).split())[:80]
            raise TrainerError(
                f"`{shown}` in this package {wrong}; nothing was read", place=place, mend=_EXPORT
            )
        found[name] = member
    return found


def _check_directory(path: str, place: str) -> None:
    """Refuse a zip file whose list of members would fill the memory."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        start = max(0, size - 66_000)
        file.seek(start)
        tail = file.read()
        plain = len(tail) - 22
        at = plain if tail[plain : plain + 4] == b"PK\5\6" else tail.rfind(b"PK\5\6")
        if at < 0 or at + 22 > len(tail):
            return
        (directory,) = unpack_from("<L", tail, at + 12)
        if at >= 20 and tail[at - 20 : at - 16] == b"PK\6\7":
            file.seek(max(0, start + at - 20 - 56))
            record = file.read(56)
            (directory,) = unpack_from("<Q", record, 40)
    if directory > _MAX_DIRECTORY:
        raise TrainerError(
            "this package holds more files than any that Anki makes", place=place, mend=_EXPORT
        )


def _decompressed(member: IO[bytes], place: str) -> Any:
    try:
        from zstandard import ZstdDecompressor, ZstdError
    except ImportError as error:
        raise TrainerError(
            "this package is of Anki's newer form, which needs one more Python package",
            place=place,
            mend="run `pip install 'interview-trainer[anki]'`, or export it from Anki with "
            "`Support older Anki versions` ticked",
        ) from error
    reader = ZstdDecompressor(max_window_size=_MAX_WINDOW).stream_reader(
        member, read_across_frames=True
    )

    class Reader:
        def read(self, size: int) -> bytes:
            try:
                return reader.read(size)
            except ZstdError as error:
                raise BadZipFile(str(error)) from error

    return Reader()
