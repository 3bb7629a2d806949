"""Home: what it says of today, and where its keys lead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from trainer.config import Config
from trainer.decks.library import open_library
from trainer.desk import Desk
from trainer.progress.events import Review
from trainer.progress.store import Store
from trainer.scheduling.days import DAY, Moment, parse_day, parse_iso
from trainer.tui import app as app_module
from trainer.tui.app import TrainerApp
from trainer.tui.messages import Go, SittingWanted
from trainer.tui.screens.home import HomeScreen

DECK = """
schema: 1
deck: small
title: Small deck
topics: {one: Topic one, two: "[/] [@click=app.quit]Topic[/] two \\u202e"}
cards:
  - {id: a, kind: flashcard, topic: one, prompt: "A?", answer: A.}
  - {id: b, kind: flashcard, topic: two, prompt: "B?", answer: B.}
  - {id: c, kind: flashcard, topic: two, prompt: "C?", answer: C.}
"""
NOW = Moment(parse_iso("2026-05-13T09:00:00Z"), 0)

OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(tmp_path: Path) -> OpenDesk:
    """Open a desk over one deck's text, or none."""

    def open_it(deck: str = DECK, **preferred: object) -> Desk:
        decks = tmp_path / "decks"
        decks.mkdir(exist_ok=True)
        if deck:
            (decks / "deck.yaml").write_text(deck, encoding="utf-8")
        library = open_library(str(decks), str(tmp_path / "mine"))
        store = Store.open(str(tmp_path / "progress.db"))
        return Desk(library, store, Config(**preferred), lambda: NOW)  # type: ignore[arg-type]

    return open_it


def answer(desk: Desk, card: str, rating: int, days_ago: int) -> None:
    at = NOW._replace(instant=NOW.instant - days_ago * DAY)
    review = Review(
        card, rating, suggested=None, score=None, kind="flashcard", mode="daily",
        elapsed_ms=60_000, variant=0, prompt="?", answer="", points={}, hint=False,
    )  # fmt: skip
    desk.store.add_review(review, at, desk.today(at))


class Watched(TrainerApp):
    """Keeps what its screens ask for."""

    CSS_PATH = Path(app_module.__file__).with_name("app.tcss")

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.wanted: list[Go | SittingWanted] = []

    def on_go(self, wanted: Go) -> None:
        self.wanted.append(wanted)
        wanted.prevent_default()
        self.switch_screen(HomeScreen(self._desk))

    def on_sitting_wanted(self, wanted: SittingWanted) -> None:
        self.wanted.append(wanted)
        wanted.prevent_default()
        self.switch_screen(HomeScreen(self._desk))


def shown(app: TrainerApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def test_all_that_matters_is_there_at_80_by_24(open_desk: OpenDesk) -> None:
    desk = open_desk(interview=parse_day("2026-05-15"), new=0, reviews=1)
    answer(desk, "small/a", 1, 1)
    answer(desk, "small/b", 3, 2)
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        text = shown(app)
        assert "Today: 1 learning step, 1 new, about 2 min" in text
        assert "Streak 2 days   Interview in 2 days (15 May 2026)" in text
        lines = text.splitlines()
        start = next(n for n, line in enumerate(lines) if "⏎ Start" in line)
        for said in ("d Drill", "w Weak", "m Mock", "b Browse", "s Stats", "e Decks", ", Settings"):
            assert any(said in line for line in lines[start : start + 2]), said
        assert "[/] [@click=app.quit]Topic[/] two" in text
        assert "\u202e" not in text
        assert "2 reviews on 2 days in the last year" in text
        assert "Mon " in text
        assert "· none   ░ 1–4" in text
        await pilot.resize_terminal(20, 5)
        assert "too small" in shown(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert shown(app) == text
    desk.store.close()


async def test_each_key_leads_to_its_place(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = Watched(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("d", "w", "m", "b", "s", "e", "comma", "enter")
        places = [each.place for each in app.wanted if isinstance(each, Go)]
        assert places == ["drill", "weak", "mock", "browse", "stats", "decks", "settings"]
        assert isinstance(app.wanted[-1], SittingWanted)
        assert app.wanted[-1].mode == "daily"
        await pilot.click("Menu", offset=(10, 0))
        assert isinstance(app.wanted[-1], Go)
        assert app.wanted[-1].place == "drill"
    desk.store.close()


async def test_a_key_of_the_persons_own_is_the_one_shown(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = Watched(desk)
    app.set_keymap({"home.drill": "x"})
    async with app.run_test(size=(40, 12)) as pilot:
        assert "x Drill" in shown(app)
        await pilot.press("d", "x")
        assert [each.place for each in app.wanted if isinstance(each, Go)] == ["drill"]
    desk.store.close()


async def test_with_nothing_left_it_offers_a_drill(open_desk: OpenDesk) -> None:
    desk = open_desk(new=0, reviews=0)
    answer(desk, "small/a", 4, 0)
    app = Watched(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        text = shown(app)
        assert "Nothing is left for today. Next due on " in text
        assert "you can drill" in " ".join(text.split())
        assert "Start" not in text
        await pilot.press("enter")
        assert app.wanted == []
        answer(desk, "small/b", 4, 30)
        app.screen._plan_anew()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "beyond the day's limits waits" in " ".join(shown(app).split())
    desk.store.close()


async def test_without_a_deck_it_says_how_to_come_to_one(open_desk: OpenDesk) -> None:
    desk = open_desk("")
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24)):
        text = shown(app)
        assert "No deck is loaded." in text
        assert "trainer paths" in text
        assert "two minutes" in text
        assert "year" not in text
    desk.store.close()
