"""Stats: every picture has its numbers beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trainer.config import Config
from trainer.decks.library import open_library
from trainer.desk import Desk
from trainer.progress.events import Review
from trainer.progress.store import Store
from trainer.scheduling.days import DAY, Moment, parse_day, parse_iso
from trainer.tui.app import TrainerApp
from trainer.tui.screens.home import HomeScreen
from trainer.tui.screens.stats import StatsScreen
from trainer.tui.widgets.bars import Bar, Bars

LONG = "数" * 3_000 + " [/] [@click=app.quit]x[/] \\u202e"
DECK = f"""
schema: 1
deck: small
title: Small deck
topics: {{one: Topic one, two: "{LONG}"}}
cards:
  - id: a
    topic: one
    prompt: "A?"
    points: [{{id: p, say: "It says [/] so.", accept: [so]}}]
    answer: So.
  - {{id: b, kind: flashcard, topic: two, prompt: "B?", answer: B.}}
"""
NOW = Moment(parse_iso("2026-05-13T09:00:00Z"), 0)

OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(tmp_path: Path) -> OpenDesk:
    """Open a desk over one deck."""

    def open_it(**preferred: Any) -> Desk:
        decks = tmp_path / "decks"
        decks.mkdir()
        (decks / "deck.yaml").write_text(DECK, encoding="utf-8")
        library = open_library(str(decks), str(tmp_path / "mine"))
        store = Store.open(str(tmp_path / "progress.db"))
        return Desk(library, store, Config(**preferred), lambda: NOW)

    return open_it


def answer(desk: Desk, card: str, rating: int, days_ago: int, **fields: Any) -> None:
    at = NOW._replace(instant=NOW.instant - days_ago * DAY)
    known = {
        "suggested": None, "score": None, "kind": "question", "mode": "daily",
        "elapsed_ms": 90_000, "variant": 0, "prompt": "?", "answer": "", "points": {},
        "hint": False,
    }  # fmt: skip
    desk.store.add_review(Review(card, rating, **{**known, **fields}), at, desk.today(at))


def shown(app: TrainerApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def test_what_was_done_and_what_is_hard(open_desk: OpenDesk) -> None:
    desk = open_desk(interview=parse_day("2026-05-23"))
    for days_ago in range(40, 0, -4):
        answer(desk, "small/a", 3, days_ago + 1, points={"p": 0.1})
        answer(desk, "small/a", 1, days_ago, points={"p": 0.0, "gone": 0.0})
    answer(desk, "small/b", 1, 0, confidence=4, answer="no [/] [@click=app.quit]clue[/]")
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 200)) as pilot:
        app.switch_screen(StatsScreen(desk))
        await pilot.pause()
        await pilot.pause()
        text = shown(app)
        words = " ".join(text.split())
        assert "21 reviews on 21 days in the last year, streak 1 day." in words
        assert "Young cards" in words
        assert "15 reviews on 15 days of the last 30, 1 today." in words
        assert "22 min in the last 30 days, 90 s an answer." in words
        assert "Falling due" in words
        assert "Until the interview on 23 May 2026" in words
        assert "Without another answer" in words
        assert "1 of 1 cards met" in words
        assert "0 of 20 It says [/] so. small/a" in words
        assert "0 of 10 gone small/a" in words, "no point of the card has this id any more"
        assert "10 lapses small/a ! leech" in words
        assert "certain" in words
        assert "0 % of 1" in words
        assert "certain “no [/] [@click=app.quit]clue[/]” small/b" in words
        assert "\u202e" not in text
        for size in ((120, 200), (40, 12), (20, 5), (80, 200)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert shown(app) == text
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)
    desk.store.close()


@pytest.mark.parametrize(
    ("room", "label", "length", "more"),
    [
        (111, 9, 30, 15),
        (71, 9, 30, 15),
        (50, 9, 16, 15),
        (40, 9, 23, 0),
        (22, 9, 0, 0),
        (10, 4, 0, 0),
        (0, 1, 0, 0),
    ],
)
def test_what_does_not_fit_beside_a_bar_is_left_out(
    room: int, label: int, length: int, more: int
) -> None:
    bars = Bars([Bar("Topic one", 0.5, "50 %", "10 of 10 met ok"), Bar("B", 0, "0 %", "")])
    assert bars._widths(room) == (label, length, more)


async def test_before_the_first_answer_it_says_so(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        app.switch_screen(StatsScreen(desk))
        await pilot.pause()
        assert "Nothing was answered yet." in shown(app)
        assert "0 of 1 cards met" in shown(app)
    desk.store.close()
