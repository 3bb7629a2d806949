"""What all tests of the app share."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from trainer.tui.app import TrainerApp


@pytest.fixture(autouse=True)
def _look_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a test begin once the first screen can be seen and used, as a person does."""
    start = App.run_test

    @asynccontextmanager
    async def run_test(app: App[None], **options: Any) -> AsyncGenerator[Pilot[None], None]:
        async with start(app, **options) as pilot:
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause()
            yield pilot

    monkeypatch.setattr(TrainerApp, "run_test", run_test)
