"""Files from other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str | bytes], str]:
    """Write a file into an empty folder; return how it is called from there."""
    monkeypatch.chdir(tmp_path)

    def save(name: str, data: str | bytes) -> str:
        Path(name).write_bytes(data if isinstance(data, bytes) else data.encode())
        return name

    return save
