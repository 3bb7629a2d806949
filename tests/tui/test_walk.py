"""Every screen with hostile text in it, at every size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from trainer.desk import Desk
from trainer.paths import locate
from trainer.tui.app import TrainerApp
from trainer.tui.messages import Go

MARKUP = ("[@click=app.quit]x[/]", "x[/]y", "List[int]", "[red]")
# As YAML writes them in double quotes: OSC, CSI, a bell, C1, bidi controls, wide and joined ones.
BAD = (
    f"{' '.join(MARKUP)} \\e]0;pwned\\a \\e[2J \\x9b31m \\u202egnp \\u2066 \\u200b\\u200d "
    "漢字かな 👩‍👩‍👧 é́́ "
)
LONG = "w" * 1_000
DECK = f"""\
schema: 1
deck: hostile
title: "TITLE {BAD}{LONG}"
topics: {{odd: "TOPIC {BAD}{LONG}", other: "[/]"}}
cards:
  - id: free
    topic: odd
    tags: [one]
    prompt: "PROMPT {BAD}{LONG}"
    hint: "HINT {BAD}{LONG}"
    points:
      - {{id: one, say: "SAY {BAD}{LONG}", accept: ["graph {BAD}"]}}
    mistakes:
      - {{say: "WRONG {BAD}{LONG}", match: [a tree], why: "WHY {BAD}{LONG}"}}
    answer: "ANSWER {BAD}{LONG}"
    follow_ups: ["NEXT {BAD}{LONG}"]
    source: "SOURCE {BAD}{LONG}"
  - id: pick
    topic: other
    kind: choice
    prompt: "PROMPT {BAD}{LONG}"
    choices:
      - {{text: "RIGHT {BAD}{LONG}", right: true}}
      - {{text: "LEFT {BAD}{LONG}", why: "WHY {BAD}{LONG}"}}
  - id: gap
    topic: odd
    kind: cloze
    text: "CLOZE {BAD}{LONG} {{{{an index|GAP {BAD}{LONG}}}}}"
  - id: flip
    topic: odd
    kind: flashcard
    prompt: "PROMPT {BAD}{LONG}"
    answer: "ANSWER {BAD}{LONG}"
"""
BROKEN = f'schema: 1\ndeck: broken\n"KEY {BAD}": 1\ncards: ["CARD {BAD}"]\n'
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
KINDS = ("question", "choice", "cloze", "flashcard")
SIZES = ((40, 12), (20, 5), (80, 24))


def shown(app: TrainerApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


class Walker:
    """Presses keys, and looks at each screen that comes of them at every size."""

    def __init__(self, app: TrainerApp, pilot: Pilot[None]) -> None:
        self.app = app
        self._pilot = pilot

    async def on(self, screen: str, *keys: str) -> None:
        """Press the keys, which lead to the screen of this name, and resize it."""
        await self.to(screen, *keys)
        for size in SIZES:
            await self._pilot.resize_terminal(*size)
            self._look(screen)

    async def to(self, screen: str, *keys: str) -> None:
        """Press the keys, which lead to the screen of this name."""
        await self._pilot.press(*keys)
        await self._pilot.pause()
        self._look(screen)

    def _look(self, screen: str) -> None:
        text = shown(self.app)
        assert type(self.app.screen).__name__ == screen, text
        assert not UNSAFE.search(text.replace("\n", ""))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with a hostile deck, a broken one, and preferences that can't be used."""
    mine = tmp_path / "decks"
    mine.mkdir()
    (mine / "hostile.yaml").write_text(DECK, encoding="utf-8")
    (mine / "x[@click=app.quit]y[\x1b[31m\u202e.yaml").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "config.toml").write_text('odd = 1\n[keys]\n"[/] \\u001b" = "[red]"\n')
    (tmp_path / "bundled").mkdir()
    paths = locate(str(tmp_path))._replace(bundled=str(tmp_path / "bundled"))
    with Desk.open(paths, (), for_reading=False) as opened:
        yield opened


async def test_every_screen(desk: Desk) -> None:
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await walk(Walker(app, pilot))


async def test_what_was_opened_upon_a_screen_goes_with_it(desk: Desk) -> None:
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        walker = Walker(app, pilot)
        await walker.to("BrowseScreen", "b")
        app.screen.query_one("#search", Input).value = "kind:flashcard"
        await walker.to("ConfirmScreen", "down", "r")
        app.screen.post_message(Go("stats"))
        await walker.to("StatsScreen")
        assert len(app.screen_stack) == 1


async def test_weak_spots_of_a_deck_that_goes(desk: Desk) -> None:
    app = TrainerApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        walker = Walker(app, pilot)
        await walker.to("BrowseScreen", "b")
        app.screen.query_one("#search", Input).value = "kind:question"
        await walker.to("FeedbackScreen", "down", "d", "ctrl+n")
        await walker.to("HomeScreen", "1", "escape")
        await walker.to("WeakScreen", "w")
        assert desk.paths is not None
        (Path(desk.paths.decks) / "hostile.yaml").unlink()
        app.on_app_focus()
        await walker.to("WeakScreen", "down", "up")
        await walker.to("HomeScreen", "enter")


async def walk(walker: Walker) -> None:
    """Go everywhere from home by keys alone."""
    on, to, app = walker.on, walker.to, walker.app
    await on("HomeScreen")
    await on("HelpScreen", "f1")
    await to("HomeScreen", "escape")
    await on("CommandPalette", "ctrl+p")
    await to("HomeScreen", "escape")

    await to("BrowseScreen", "b")
    await on("BrowseScreen", "down", "enter")
    await on("ConfirmScreen", "escape", "r")
    await to("BrowseScreen", "n")
    for kind in KINDS:
        if kind != "question":
            await to("BrowseScreen", "b")
        app.screen.query_one("#search", Input).value = f"kind:{kind}"
        await on("QuestionScreen", "down", "d")
        await answered(walker, kind)
        await (on if kind == "question" else to)("SummaryScreen", "4")
        await to("HomeScreen", "enter")

    await on("HomeScreen")
    await on("PickScreen", "d")
    await to("HomeScreen", "escape")
    await on("WeakScreen", "w")
    for _ in range(4):
        await to("WeakScreen", "down")
    await to("HomeScreen", "escape")
    await on("StatsScreen", "s")
    await to("HomeScreen", "escape")
    await on("DecksScreen", "e")
    await to("DecksScreen", "down")
    await on("DecksScreen", "n")
    await to("DecksScreen", "escape")
    await to("HomeScreen", "escape")
    await on("SettingsScreen", "comma")
    await on("SettingsScreen", "enter")
    await to("SettingsScreen", "escape")
    await to("HomeScreen", "escape")

    await on("MockScreen", "m")
    await to("QuestionScreen", "enter")
    await to("QuestionScreen", "ctrl+n")
    await to("QuestionScreen", "ctrl+n")
    await on("DebriefScreen", "ctrl+n")
    await to("DebriefScreen", "3")
    await on("FeedbackScreen", "enter")
    await to("DebriefScreen", "4")
    await to("HomeScreen", "escape")


async def answered(walker: Walker, kind: str) -> None:
    """Answer the question on the screen, and do all that can be done before it is rated."""
    on, to, app = walker.on, walker.to, walker.app
    if kind == "question":
        await on("QuestionScreen", "ctrl+t")
        app.screen.query_one(TextArea).insert(f"a tree {' '.join(MARKUP)} {LONG * 9}")
        await on("FeedbackScreen", "ctrl+j")
        await on("TeachScreen", "t")
        await to("TeachScreen", "enter")
        await to("FeedbackScreen", "escape")
        await on("RetryScreen", "r")
        app.screen.query_one(TextArea).insert(f"a tree {' '.join(MARKUP)} {LONG * 9}")
        await on("FeedbackScreen", "ctrl+j")
        await to("FeedbackScreen", "F")
    elif kind == "choice":
        await on("FeedbackScreen", "1", "2", "enter")
        await to("RetryScreen", "r")
        await to("FeedbackScreen", "escape")
    elif kind == "cloze":
        app.screen.query_one(Input).value = f"{' '.join(MARKUP)} {LONG}"
        await on("FeedbackScreen", "enter")
        await to("RetryScreen", "r")
        await to("FeedbackScreen", "escape")
    else:
        await on("FeedbackScreen", "space")
