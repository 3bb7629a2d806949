"""A mock interview from its set-up to its debrief, driven by keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.widgets import OptionList, TextArea

from trainer.config import Config
from trainer.decks.library import open_library
from trainer.desk import Desk
from trainer.errors import ProgressError
from trainer.progress.store import Store
from trainer.session import Sitting
from trainer.tui.app import TrainerApp
from trainer.tui.messages import Go
from trainer.tui.screens.debrief import DebriefScreen
from trainer.tui.screens.feedback import FeedbackScreen
from trainer.tui.screens.home import HomeScreen
from trainer.tui.screens.mock import MockScreen
from trainer.tui.screens.question import QuestionScreen

DECK = """
schema: 1
deck: small
title: Small deck
topics: {one: Topic one, two: Topic two}
cards:
  - id: daily
    topic: one
    prompt: Why re-index?
    points: [{id: p, say: Facts change daily., accept: [change daily]}]
    answer: Because facts change daily.
  - id: cite
    topic: one
    prompt: Why cite?
    points: [{id: p, say: Passages can be checked., accept: [be checked]}]
    answer: Passages can be checked.
  - {id: flip, kind: flashcard, topic: two, prompt: "HNSW?", answer: A layered graph.}
"""
HOSTILE = "[@click=app.quit]x[/] a[/]b List[int] \\e[31m \\e]0;pwned\\a \\u202egnp.exe [[ $x"

OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[OpenDesk]:
    """Open a desk over one deck's text."""
    opened = []

    def open_it(deck: str = DECK) -> Desk:
        decks = tmp_path / "decks"
        decks.mkdir(exist_ok=True)
        (decks / "deck.yaml").write_text(deck, encoding="utf-8")
        library = open_library(str(decks), str(tmp_path / "mine"))
        opened.append(Desk(library, Store.open(str(tmp_path / "progress.db")), Config()))
        return opened[-1]

    yield open_it
    for desk in opened:
        desk.store.close()


def shown(app: TrainerApp) -> str:
    """Return all text on the screen, as a person sees it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def ratings(desk: Desk) -> list[int]:
    events = [json.loads(line) for line in desk.store.lines()]
    undone = {event["target"] for event in events if event["type"] == "undo"}
    return [e["rating"] for e in events if e["type"] == "review" and e["id"] not in undone]


def finished(desk: Desk, answer: str = "They change daily") -> Sitting:
    """Return a mock interview in which all was answered the same."""
    sitting = desk.sitting("mock")
    while sitting.next() is not None:
        sitting.hand_in(answer)
    return sitting


async def test_an_interview_from_its_set_up_to_its_debrief(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = open_desk()
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.post_message(Go("mock"))
        await pilot.pause()
        await pilot.pause()
        assert "Only 2 cards to draw from." in shown(app)
        await pilot.press("down", "down", "2")
        assert "2 cards to draw from" in shown(app)
        assert "Small deck" in shown(app)
        await pilot.press("enter")
        for _ in range(2):
            assert isinstance(app.screen, QuestionScreen)
            app.screen.query_one(TextArea).insert("Facts change daily")
            await pilot.press("ctrl+j")
        await pilot.pause()

        assert isinstance(app.screen, DebriefScreen)
        assert sorted(ratings(desk)) == [1, 3]
        assert "2 answers in" in shown(app)
        assert "Mean score: 50 %." in shown(app)
        assert "50 % ━━━━──── Topic one 2×" in shown(app)
        assert "✗ Passages can be checked." in shown(app)
        (report,) = (tmp_path / "mocks").iterdir()
        assert report.name in "".join(shown(app).split())

        await pilot.press("4", "down", "enter")
        assert isinstance(app.screen, FeedbackScreen)
        await pilot.press("2")
        await pilot.pause()
        assert isinstance(app.screen, DebriefScreen)
        assert app.screen.query_one(OptionList).highlighted == 1
        assert sorted(ratings(desk)) == [2, 4]
        assert list((tmp_path / "mocks").iterdir()) == [report]
        text = report.read_text("utf-8")
        assert "rated Easy" in text
        assert "rated Hard" in text

        await pilot.press("enter", "escape")
        await pilot.pause()
        assert isinstance(app.screen, DebriefScreen), "from an answer back to the debrief"
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)


async def test_an_interview_broken_off_is_debriefed(open_desk: OpenDesk) -> None:
    desk = open_desk()
    sitting = desk.sitting("mock")
    app = TrainerApp(desk, sitting)
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(TextArea).insert("Facts change daily")
        await pilot.press("ctrl+j")
        app.post_message(Go("home"))
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, DebriefScreen)
        assert "1 answer in" in shown(app)
        await pilot.press("enter", "3")
        await pilot.pause()
        assert isinstance(app.screen, DebriefScreen), "no further question"


async def test_quitting_in_the_midst_leaves_the_report(open_desk: OpenDesk, tmp_path: Path) -> None:
    desk = open_desk()
    app = TrainerApp(desk, desk.sitting("mock", limit=3))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.screen.query_one(TextArea).insert("they change daily")
        await pilot.press("ctrl+j", "ctrl+q")
    (report,) = (tmp_path / "mocks").glob("*.md")
    assert "they change daily" in report.read_text(encoding="utf-8")


async def test_practice_only_and_by_time(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(Go("mock"))
        await pilot.pause()
        await pilot.press("down", "right", "down", "down", "left")
        assert "30 minutes" in shown(app)
        assert "no, practice only" in shown(app)
        assert isinstance(app.screen, MockScreen)
        wishes = app.screen._wishes
        assert (wishes.timed, wishes.amount, wishes.counts) == (True, 30, False)
        await pilot.press("1", "5", "0", "0", "backspace", "0")
        assert app.screen._wishes.amount == 150, "the second nought would be too many"


async def test_clicks_change_what_they_are_on(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(Go("mock"))
        await pilot.pause()
        await pilot.pause()
        lines = shown(app).split("\n")
        for row, sign in (("How many", "›"), ("Counts", "‹"), ("Topic one", "[")):
            y = next(i for i, line in enumerate(lines) if row in line)
            await pilot.click(offset=(lines[y].rindex(sign), y))
        assert isinstance(app.screen, MockScreen)
        wishes = app.screen._wishes
        assert (wishes.amount, wishes.counts, wishes.without) == (11, False, frozenset({"one"}))


async def test_some_of_the_topics(open_desk: OpenDesk) -> None:
    other = '  - {id: third, topic: two, prompt: "Third?", answer: An answer.}\n'
    desk = open_desk(DECK + other)
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.post_message(Go("mock"))
        await pilot.pause()
        await pilot.press("up", "a", "enter")
        assert "No card to ask here" in shown(app)
        await pilot.press("space")
        assert "[ ] Topic one" in shown(app)
        assert "[x] Topic two" in shown(app)
        assert "Only 1 card to draw from." in shown(app)
        await pilot.press("enter")
        assert "Third?" in shown(app)
        assert "1 of 1" in shown(app)


async def test_where_only_flashcards_are_there_is_no_interview(open_desk: OpenDesk) -> None:
    flip = "{id: flip, kind: flashcard, prompt: HNSW?, answer: A graph.}"
    desk = open_desk(f"schema: 1\ndeck: flips\ncards: [{flip}]\n")
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.post_message(Go("mock"))
        await pilot.pause()
        await pilot.press("enter")
        assert isinstance(app.screen, MockScreen)
        assert "asks no flashcards" in shown(app)


async def test_what_cannot_be_saved_is_said(
    open_desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    (tmp_path / "mocks").write_text("a file in the way")
    app = TrainerApp(desk, finished(desk))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        assert isinstance(app.screen, DebriefScreen)
        assert "Not saved as a file." in shown(app)

        def full(*_: object) -> str:
            raise ProgressError("the disk is full")

        monkeypatch.setattr(desk.store, "change_review", full)
        before = ratings(desk)
        await pilot.press("4")
        assert ratings(desk) == before
        assert "the disk is full" in shown(app)


async def test_sums_that_do_not_fit_are_scrolled(open_desk: OpenDesk) -> None:
    desk = open_desk()
    app = TrainerApp(desk, finished(desk))
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        assert "Sums" in shown(app)
        assert "By topic" not in shown(app)
        await pilot.press("tab", "end")
        await pilot.wait_for_animation()
        assert "checked." in shown(app)
        await pilot.press("tab", "4")
        assert 4 in ratings(desk)


async def test_hostile_text_in_set_up_and_debrief(open_desk: OpenDesk, tmp_path: Path) -> None:
    desk = open_desk(
        f'schema: 1\ndeck: h\ntitle: "{HOSTILE}"\ntopics: {{t: "{HOSTILE}"}}\ncards:\n'
        f'  - {{id: a, topic: t, prompt: "{HOSTILE}", answer: "{HOSTILE}", '
        f'points: [{{id: p, say: "{HOSTILE}"}}]}}\n'
    )
    app = TrainerApp(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        app.post_message(Go("mock"))
        await pilot.pause()
        await pilot.press("down", "right")
        screens = [shown(app)]
    app = TrainerApp(desk, finished(desk, HOSTILE + "word" * 2_500))
    async with app.run_test(size=(120, 40)) as pilot:
        screens.append(shown(app))
        for size in ((20, 5), (40, 12), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        screens.append(shown(app))
    assert not any(char in text for text in screens for char in "\x1b\x07\x9b\u202e")
    for text in screens:
        assert "[@click=app.quit]x[/] a[/]b List[int]" in text
