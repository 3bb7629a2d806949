"""Weak spots, driven by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trainer.config import Config
from trainer.decks.library import open_library
from trainer.desk import Desk
from trainer.progress.store import Store
from trainer.scheduling.schedule import Rating
from trainer.selection import Selection
from trainer.tui.app import TrainerApp
from trainer.tui.messages import Go
from trainer.tui.screens.home import HomeScreen
from trainer.tui.screens.question import QuestionScreen
from trainer.tui.screens.weak import WeakScreen

HOSTILE = "[@click=app.quit]x[/] a[/]b List[int] \\e[31m \\e]0;pwned\\a \\u202egnp.exe [[ $x"
DECK = """
schema: 1
deck: small
title: Small deck
topics: {{one: "{title}", two: Topic two}}
cards:
  - id: verdict
    kind: scenario
    topic: one
    prompt: "Facts change daily → ?"
    verdict: {{accept: [RAG], reject: [fine-tuning]}}
    points: [{{id: daily, say: "{say}", accept: [change daily]}}]
    answer: RAG. Facts change daily.
  - {{id: other, topic: one, prompt: Other?, answer: Another answer.}}
  - {{id: flip, kind: flashcard, topic: two, prompt: "HNSW?", answer: A layered graph.}}
"""

OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[OpenDesk]:
    """Open a desk over the deck, with some of its texts as given."""
    opened = []

    def open_it(title: str = "Topic one", say: str = "Facts change daily.") -> Desk:
        decks = tmp_path / "decks"
        decks.mkdir(exist_ok=True)
        (decks / "deck.yaml").write_text(DECK.format(title=title, say=say), encoding="utf-8")
        library = open_library(str(decks), str(tmp_path / "mine"))
        opened.append(Desk(library, Store.open(str(tmp_path / "progress.db")), Config()))
        return opened[-1]

    yield open_it
    for desk in opened:
        desk.store.close()


def answer(desk: Desk, card: str, text: str) -> None:
    sitting = desk.sitting("drill", Selection(card=card))
    assert sitting.next() is not None
    sitting.submit(text)
    sitting.rate(Rating.AGAIN)


def shown(app: TrainerApp) -> str:
    """Return all text on the screen, as a person sees it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def test_spots_with_their_answers_and_a_drill(open_desk: OpenDesk) -> None:
    desk = open_desk()
    answer(desk, "small/verdict", "Fine-tuning, obviously")
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(Go("weak"))
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "1×  ━━━━━━━━━━  Topic one  1 card" in shown(app)
        assert "1×  Facts change daily." in shown(app)
        assert "said “fine-tuning” where “RAG” is right" in shown(app)
        await pilot.press("down")
        assert "today, 0 %  “Fine-tuning, obviously”" in shown(app)
        await pilot.press("down")
        assert "Facts change daily → ?  “Fine-tuning, obviously”" in shown(app)
        await pilot.press("enter")
        assert isinstance(app.screen, QuestionScreen)
        assert "1 of 1" in shown(app)
        app.post_message(Go("weak"))
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.press("enter")
        assert "1 of 2" in shown(app), "the topic's two cards"
        app.post_message(Go("weak"))
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.press("w")
        assert isinstance(app.screen, QuestionScreen)
        assert app.screen._sitting.mode == "weak"


async def test_the_cursor_stays_in_sight(open_desk: OpenDesk) -> None:
    desk = open_desk()
    answer(desk, "small/verdict", "Fine-tuning, obviously " * 40)
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(Go("weak"))
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.press("end")
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        await pilot.pause()
        assert "1×  said “fine-tuning”" in shown(app)
        await pilot.press("up", "up")
        assert "1×  ━━━━━━━━━━  Topic one" in shown(app)


async def test_nothing_weak(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(Go("weak"))
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "No point was missed in the last 30 days." in shown(app)
        await pilot.press("w", "enter")
        assert isinstance(app.screen, WeakScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)


async def test_hostile_text_is_shown_as_it_is(open_desk: OpenDesk) -> None:
    desk = open_desk(HOSTILE, HOSTILE)
    answer(desk, "small/verdict", "fine-tuning [@click=app.quit]y[/] \x1b[31m" + "word" * 2_500)
    app = TrainerApp(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        app.post_message(Go("weak"))
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        screens = [shown(app)]
        await pilot.press("down")
        screens.append(shown(app))
        for size in ((20, 5), (40, 12), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        screens.append(shown(app))
    assert not any(char in text for text in screens for char in "\x1b\x07\x9b\u202e")
    for text in screens:
        assert "[@click=app.quit]x[/] a[/]b List[int]" in text
    assert "fine-tuning [@click=app.quit]y[/]" in screens[1]
