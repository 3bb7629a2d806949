"""Files are written whole or not at all, and only in the place of files."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from trainer.errors import TrainerError
from trainer.files import create, replace


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is found to be full when what was written has to last."""

    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("write", [create, replace])
def test_a_full_disk_leaves_no_half_file(
    tmp_path: Path, write: Callable[[str, bytes], None]
) -> None:
    with pytest.raises(TrainerError, match="no space left on device"):
        write(str(tmp_path / "new.yaml"), b"schema: 1\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("full")
def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_bytes(b"old")
    with pytest.raises(TrainerError):
        replace(str(path), b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("links", [True, False])
def test_a_new_file_never_takes_the_place_of_one(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "deck.yaml"
    create(str(path), b"first")
    with pytest.raises(TrainerError, match="file exists"):
        create(str(path), b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "link"
    link.symlink_to(pipe)
    for path in (pipe, link):
        with pytest.raises(TrainerError, match="isn't a regular file"):
            replace(str(path), b"cards")
    assert pipe.is_fifo()
    assert link.is_symlink()
