"""A question: its clock, its gaps, and how sure one is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.events import Key, Paste
from textual.widget import Widget
from textual.widgets import Input, TextArea

from trainer.config import Config
from trainer.decks.library import open_library
from trainer.desk import Desk
from trainer.progress.store import Store
from trainer.scheduling.days import Moment, now
from trainer.selection import Selection
from trainer.tui.app import TrainerApp
from trainer.tui.screens.feedback import FeedbackScreen
from trainer.tui.screens.question import QuestionScreen
from trainer.tui.widgets.clock import Clock

DECK = """
schema: 1
deck: small
title: Small deck
cards:
  - id: facts
    prompt: Where do facts live?
    points: [{id: p, say: In an index., accept: [in an index]}]
    answer: In an index.
  - id: gaps
    kind: cloze
    prompt: Where does what live?
    text: "RAG keeps facts in {{an index}}, fine-tuning in {{the weights}}, [@click=app.quit]x[/]."
"""
OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(tmp_path: Path) -> OpenDesk:
    """Open a desk over the deck, each time on the same progress file."""

    def open_it(
        config: Config | None = None, clock: Callable[[], Moment] = now, deck: str = DECK
    ) -> Desk:
        decks = tmp_path / "decks"
        decks.mkdir(exist_ok=True)
        (decks / "deck.yaml").write_text(deck, encoding="utf-8")
        library = open_library(str(decks), str(tmp_path / "mine"))
        store = Store.open(str(tmp_path / "progress.db"))
        return Desk(library, store, config or Config(), clock)

    return open_it


def app_for(desk: Desk, card: str, **sitting: float) -> TrainerApp:
    minutes = sitting.get("minutes")
    return TrainerApp(desk, desk.sitting("drill", Selection(card=card), minutes=minutes))


def shown(app: TrainerApp) -> str:
    """Return all text on the screen, as a person sees it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def reviews(desk: Desk) -> list[dict[str, object]]:
    return [event for line in desk.store.lines() if (event := json.loads(line))["type"] == "review"]


async def test_gaps_are_filled_in_place(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/gaps")
    async with app.run_test(size=(80, 24)) as pilot:
        assert "RAG keeps facts in ______________, fine-tuning in ______________," in shown(app)
        assert "[@click=app.quit]x[/]." in shown(app)
        first, second = app.screen.query(Input)
        assert app.focused is first
        await pilot.press("tab")
        assert app.focused is second
        second.post_message(Paste("the; weights\x1b\nof it"))
        await pilot.press("shift+tab", *"an index", "enter")
        assert app.focused is second
        assert "in an index , fine-tuning in the, weights\ufffd ," in " ".join(shown(app).split())
        await pilot.press("enter")
        assert isinstance(app.screen, FeedbackScreen)
        await pilot.press("1")
    assert reviews(desk)[0]["answer"] == "an index; the, weights\ufffd"
    desk.store.close()


async def test_a_gap_grows_with_what_it_holds_and_wraps_with_the_text(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/gaps")
    async with app.run_test(size=(44, 14)) as pilot:
        first, second = app.screen.query(Input)
        first.value = "数据库" * 8
        await pilot.pause()
        assert first.region.width == first.region.right - 4 == 36
        assert second.region.y > first.region.y
        assert "fine-tuning in" in shown(app)
        await pilot.resize_terminal(20, 5)
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert first.size.width == 50
        await pilot.press("end", "semicolon", *"x")
        assert second.value == "x"
    desk.store.close()


async def test_gaps_left_half_filled_are_back(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = app_for(desk, "small/gaps")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", *"weights", "escape")
    app = app_for(desk, "small/gaps")
    async with app.run_test(size=(80, 24)) as pilot:
        assert [gap.value for gap in app.screen.query(Input)] == ["", "weights"]
        await pilot.press("backspace", "tab", *["backspace"] * 7, "enter")
        assert isinstance(app.screen, QuestionScreen), "nothing filled in is no answer"
    desk.store.close()


@pytest.mark.parametrize(("key", "said"), [("3", 3), ("escape", None)])
async def test_confidence_is_asked_before_the_reveal(
    open_desk: OpenDesk, key: str, said: int | None
) -> None:
    at = now()
    time = [at]
    desk = open_desk(Config(confidence=True), lambda: time[0])
    app = app_for(desk, "small/facts")
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(TextArea).insert("in an index")
        time[0] = at._replace(instant=at.instant + 20_000)
        await pilot.press("ctrl+j")
        assert "How sure are you?" in shown(app)
        assert "100 %" not in shown(app)
        time[0] = at._replace(instant=at.instant + 50_000)
        await pilot.press(key)
        assert "100 %" in shown(app)
        assert ("you said: fairly sure" in shown(app)) is (said is not None)
        await pilot.press("enter")
    assert reviews(desk)[0].get("confidence") == said
    assert reviews(desk)[0]["elapsed_ms"] == 20_000
    desk.store.close()


async def test_what_is_typed_before_there_is_where_to_is_kept_in_order(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk()
    app = app_for(desk, "small/facts")
    async with app.run_test(size=(80, 24)) as pilot:
        for char in "in an index":
            app.post_message(Key("space" if char == " " else char, char))
        await pilot.pause()
        area = app.screen.query_one(TextArea)
        assert area.text == "in an index"
        app.screen.set_focus(None)  # as a click beside it does
        await pilot.press(*"es")
        assert area.text == "in an indexes"
        assert app.focused is area
    app = app_for(desk, "small/facts")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen
        assert isinstance(screen, QuestionScreen)
        screen.set_focus(None)
        screen._ready = False  # as before the first paint
        for char in "!?":
            screen.on_key(Key(char, char))
        screen._hand_over()
        await pilot.pause()
        assert screen.query_one(TextArea).text == "in an indexes!?"
    desk.store.close()


async def test_who_gives_up_is_not_asked_how_sure(open_desk: OpenDesk) -> None:
    desk = open_desk(Config(confidence=True))
    app = app_for(desk, "small/facts")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+n")
        assert isinstance(app.screen, FeedbackScreen)
    desk.store.close()


async def test_the_clock_counts_and_repaints_nothing_but_itself(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = now()
    time = [at]
    desk = open_desk(clock=lambda: time[0])
    app = app_for(desk, "small/facts", minutes=2)
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(TextArea).cursor_blink = False
        clock = app.screen.query_one(Clock)
        assert "2:00 left" in shown(app)
        await pilot.pause()
        painted: set[object] = set()
        update, compositor = app.screen._compositor.update_widgets, app.screen._compositor

        def paint(widgets: set[Widget]) -> None:
            painted.update(widgets)
            update(widgets)

        monkeypatch.setattr(compositor, "update_widgets", paint)
        monkeypatch.setattr(app.screen, "_refresh_layout", lambda *_: painted.add("layout"))
        for passed, said in ((59, "1:01 left"), (119.5, "0:01 left"), (130, "time’s up")):
            time[0] = at._replace(instant=at.instant + round(passed * 1000))
            clock.tick()
            await pilot.pause()
            assert said in shown(app)
        assert painted == {clock}
    desk.store.close()


async def test_the_clock_can_be_off(open_desk: OpenDesk) -> None:
    desk = open_desk(Config(timer=False))
    app = app_for(desk, "small/facts")
    async with app.run_test(size=(80, 24)):
        assert not app.screen.query(Clock)
        assert "Small deck" in shown(app)
    desk.store.close()
