"""A signal in the app: asked in a composition, its point and its companions' shown apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import TextArea

from trainer.config import Config
from trainer.decks.library import open_library
from trainer.desk import Desk
from trainer.progress.store import Store
from trainer.selection import Selection
from trainer.tui.app import TrainerApp
from trainer.tui.screens.browse import BrowseScreen
from trainer.tui.screens.feedback import FeedbackScreen
from trainer.tui.screens.question import QuestionScreen

DECK = """\
schema: 1
deck: small
title: Small deck
frameworks:
  - id: f
    verdicts:
      rag: {accept: [RAG], reject: [fine-tuning]}
      tune: {accept: [fine-tuning], reject: [RAG]}
    subjects:
      - {id: list, text: "Price [b]list[/]", tags: [facts]}
    signals:
      - id: monthly
        favours: rag
        axis: facts
        cues: ["monthly [/] updates"]
        hint: Where are the facts?
        point: {say: So re-index them., accept: [re-index]}
      - id: cited
        favours: rag
        axis: facts
        cues: [needs citations]
        point: {say: Passages can be cited., accept: [cite passages]}
    rules:
      - {when: {facts: rag}, verdict: rag}
"""
OpenDesk = Callable[[], Desk]


@pytest.fixture
def open_desk(tmp_path: Path) -> OpenDesk:
    def open_it() -> Desk:
        folder = tmp_path / "decks"
        folder.mkdir()
        (folder / "deck.yaml").write_text(DECK, encoding="utf-8")
        library = open_library(str(folder), str(tmp_path / "none"))
        assert not library.problems
        return Desk(library, Store.open(str(tmp_path / "progress.db")), Config())

    return open_it


def shown(app: TrainerApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def test_a_signal_is_asked_graded_taken_back_and_asked_again(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = TrainerApp(desk, desk.sitting("drill", Selection(card="small/monthly")))
    async with app.run_test(size=(80, 30)) as pilot:
        asked = shown(app)
        for part in ("Price [b]list[/], ", "monthly [/] updates", "needs citations", "→ ?"):
            assert part in asked
        await pilot.press("ctrl+t")
        assert "Where are the facts?" in shown(app)
        app.screen.query_one(TextArea).insert("RAG, and we can cite passages")
        await pilot.press("ctrl+j")
        assert isinstance(app.screen, FeedbackScreen)
        assert "0 of 1 point" in shown(app)
        assert "✗ So re-index them." in " ".join(shown(app).split())
        assert "✓ Also said: Passages can be cited." in " ".join(shown(app).split())
        assert "RAG. So re-index them. Passages can be cited." in shown(app)
        await pilot.press("1", "ctrl+b")
        assert isinstance(app.screen, QuestionScreen)
        assert "Price [b]list[/], " in shown(app)
        assert "cite passages" in shown(app)
    review, undo = (json.loads(line) for line in desk.store.lines() if '"review"' in line
                    or '"undo"' in line)  # fmt: skip
    assert undo["target"] == review["id"]
    assert review["points"] == {"monthly": 0.0, "cited": 1.0}
    desk.store.close()


async def test_a_signal_is_read_in_browse(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = TrainerApp(desk)
    async with app.run_test(size=(120, 30)) as pilot:
        await app.push_screen(BrowseScreen(desk))
        await pilot.press("down", "enter")
        await pilot.pause(0.3)
        text = shown(app)
        assert "For instance" in text
        assert "• So re-index them." in text
        assert "• Passages can be cited." not in text
    desk.store.close()
