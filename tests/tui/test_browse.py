"""Browsing: finding cards, reading them, doing something with them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from trainer.config import Config
from trainer.decks.library import open_library
from trainer.desk import Desk
from trainer.errors import ProgressError
from trainer.progress.store import Store
from trainer.tui.app import TrainerApp
from trainer.tui.screens.browse import BrowseScreen
from trainer.tui.screens.home import HomeScreen
from trainer.tui.widgets.rows import Rows

HOSTILE = "[@click=app.quit]x[/] a[/]b \\e[31m \\u202egnp.exe 漢字漢字 [[ $x " + "w" * 10_000
DECK = f"""
schema: 1
deck: small
title: Small deck
topics: {{one: Topic one}}
cards:
  - id: verdict
    topic: one
    prompt: "Facts change daily, sources wanted → ?"
    points: [{{id: daily, say: "Facts change daily, so re-index.", accept: [change daily]}}]
    answer: RAG. Facts change daily, so re-index.
  - {{id: flip, kind: flashcard, prompt: "HNSW?", answer: A layered graph.}}
  - {{id: gap, kind: cloze, text: "Facts live in {{{{an index}}}}."}}
  - id: hostile
    kind: flashcard
    topic: one
    tags: [odd]
    prompt: "{HOSTILE}"
    answer: "{HOSTILE}"
"""

OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(tmp_path: Path) -> OpenDesk:
    """Open a desk over one deck's text."""

    def open_it(deck: str = DECK) -> Desk:
        decks = tmp_path / "decks"
        decks.mkdir(exist_ok=True)
        (decks / "deck.yaml").write_text(deck, encoding="utf-8")
        library = open_library(str(decks), str(tmp_path / "mine"))
        assert all(problem.severity == "warning" for problem in library.problems)
        return Desk(library, Store.open(str(tmp_path / "progress.db")), Config())

    return open_it


def shown(app: App[None]) -> str:
    """Return all text on the screen, as a person sees it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def until(pilot: Pilot[None], text: str) -> None:
    """Wait until the text is shown: the card at the cursor is, when the cursor has rested."""
    async with asyncio.timeout(5):
        while text not in shown(pilot.app):
            await pilot.pause()


def happened(desk: Desk) -> list[str]:
    told = (json.loads(line) for line in desk.store.lines())
    return [f"{event['type']} {event['card']}" for event in told if "card" in event]


async def test_cards_are_found_read_and_acted_on(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = TrainerApp(desk)
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await app.push_screen(BrowseScreen(desk))
        await until(pilot, "never answered yet")
        assert "4 cards" in shown(app)
        await pilot.press(*"facts")
        assert "2 of 4 cards" in shown(app)
        assert "HNSW?" not in shown(app)
        await pilot.press("down", "space", "space")
        assert "2 marked" in shown(app)
        await pilot.press("s")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "2 cards suspended." in shown(app)
        await pilot.press("r", "n")
        assert happened(desk) == ["suspend small/verdict", "suspend small/gap"]
        await pilot.press("slash", "end", *" is:new")
        assert "No card matches." in shown(app)
        await pilot.press("down", "d", "f")  # with nothing there, nothing is done
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)
    desk.store.close()


async def test_marked_cards_are_drilled(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(BrowseScreen(desk))
        await pilot.press(*"kind:cloze", "down", "d")
        assert "Facts live in ____" in shown(app)
        assert "1 of 1" in shown(app)
    desk.store.close()


async def test_without_room_beside_the_table_a_card_is_read_in_its_place(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk()
    app = TrainerApp(desk)
    async with app.run_test(size=(60, 20)) as pilot:
        await app.push_screen(BrowseScreen(desk))
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "so re-index." in shown(app)
        assert "HNSW?" not in shown(app)
        await pilot.resize_terminal(20, 5)
        await pilot.resize_terminal(120, 30)
        await pilot.pause()
        assert "HNSW?" in shown(app)
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, HomeScreen)
    desk.store.close()


async def test_hostile_text_is_shown_as_it_is(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = TrainerApp(desk)
    async with app.run_test(size=(120, 30)) as pilot:
        await app.push_screen(BrowseScreen(desk))
        app.screen.query_one(Input).post_message(Paste("tag:odd \x1b[31m is:[/]\u202e"))
        await pilot.pause()
        assert "is:[/]\ufffd? Known: due" in shown(app)
        await pilot.press("ctrl+u", *"tag:odd", "down")
        await until(pilot, "w" * 30)
        assert shown(app).count("[@click=app.quit]x[/] a[/]b") >= 2
        assert not {"\x1b", "\u202e"} & {*shown(app)}
    desk.store.close()


async def test_what_fails_is_said_and_the_rest_left(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    app = TrainerApp(desk)
    flag = desk.store.flag

    def full(card: str, *rest: object) -> None:
        if card == "small/gap":
            raise ProgressError("the disk is full", place="progress.db", mend="free some space")
        flag(card, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.store, "flag", full)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await app.push_screen(BrowseScreen(desk))
        await pilot.press("down", "a", "f")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "the disk is full" in shown(app)
        assert happened(desk) == ["flag small/verdict", "flag small/flip"]
        assert app.screen.query_one(Rows).has_focus
    desk.store.close()


async def test_an_empty_library_is_said(open_desk: OpenDesk) -> None:
    desk = open_desk("schema: 1\ndeck: none\ncards: []\n")
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(BrowseScreen(desk))
        await pilot.press("down", "enter", "space", "end", "up")
        assert "No cards are loaded." in shown(app)
    desk.store.close()
