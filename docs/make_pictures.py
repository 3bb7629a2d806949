"""Make the pictures: every screen of the app, drawn to SVG, over some weeks of made-up answers.

python docs/make_pictures.py [FOLDER]

Into FOLDER go those at 80 × 24, dark; into `light` beside them the same in the light theme, and
into `wide` and `wide-light` those at 120 × 40. Run twice, it draws the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import tempfile
from datetime import date
from pathlib import Path
from random import Random
from unittest.mock import patch

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from trainer.config import load
from trainer.decks.library import open_library
from trainer.desk import Desk
from trainer.paths import Paths, bundled_decks
from trainer.progress.store import Store
from trainer.question import Question
from trainer.scheduling.days import MINUTE, Moment, day_start
from trainer.scheduling.schedule import Rating
from trainer.selection import Selection
from trainer.session import Sitting
from trainer.tui.app import TrainerApp
from trainer.tui.widgets.clock import Clock

TODAY = date(2026, 11, 23).toordinal()
DAYS = 45
LOOKS = (
    ("dark", (80, 24), "."),
    ("light", (80, 24), "light"),
    ("dark", (120, 40), "wide"),
    ("light", (120, 40), "wide-light"),
)
CONFIG = """interview = 2026-12-14
[daily]
new = 2
[app]
theme = "{theme}"
"""
# The deck that the README shows how to write.
DECK = """schema: 1
deck: python
title: Python
cards:
  - id: gil
    prompt: What does the GIL mean for threads?
    answer: >
      Only one thread runs Python bytecode at a time, so threads don't speed up CPU-bound work.
      They still help with I/O, since the lock is released while waiting. For CPU-bound work use
      processes.
"""
RAG = "rag-vs-fine-tuning"
SCENARIO = f"{RAG}/formulary-monthly-citations"
ANSWER = "RAG: the list changes every month, so a tuned model would be stale within weeks."


class Hand:
    """The clock of the desk, set by hand."""

    def __init__(self) -> None:
        self.instant = 0

    def set(self, day: int, hour: float = 8) -> None:
        """Be at an hour of a study day, which begins at four."""
        self.instant = day_start(day, 0, 4) + round((hour - 4) * 60 * MINUTE)

    def __call__(self) -> Moment:
        return Moment(self.instant, 0)


def open_desk(home: Path, hand: Hand, theme: str) -> Desk:
    """Open a person's desk; the paths are short, since some are on the screens."""
    paths = Paths(
        str(home),
        str(home / "progress.db"),
        str(home / "backups"),
        str(home / "decks"),
        str(home / "config.toml"),
        str(home / "cache"),
        bundled_decks(),
    )
    (home / "decks").mkdir(parents=True)
    (home / "decks" / "python.yaml").write_text(DECK)
    (home / "config.toml").write_text(CONFIG.format(theme=theme))
    library = open_library(paths.bundled, paths.decks, (), paths.cache)
    return Desk(library, Store.open(paths.progress), load(paths.config), hand, paths=paths)


def answered(question: Question, luck: Random, known: float) -> str:
    """Return an answer, as likely a good one as `known` says."""
    card, well = question.card, luck.random() < known
    if card.kind == "choice":
        right = [n for n, at in enumerate(question.order, 1) if card.choices[at].right]
        return ",".join(map(str, right if well else right[:1]))
    wanted = ("good",) if well else ("hard", "again")
    fitting = [each.answer for each in card.examples if each.rating in wanted]
    return luck.choice(fitting) if fitting else card.answer if well else ""


def answer_it(sitting: Sitting, question: Question, hand: Hand, luck: Random, known: float) -> None:
    """Answer a question, and rate the answer as is suggested."""
    hand.instant += luck.randrange(25, 95) * 1_000
    feedback = sitting.submit(answered(question, luck, known))
    rating = feedback.suggested or (Rating.GOOD if luck.random() < known else Rating.AGAIN)
    sitting.rate(rating, confidence=luck.randrange(1, 5))


def study(desk: Desk, hand: Hand) -> None:
    """Answer some weeks of daily sittings, better from week to week, with days left out."""
    luck = Random(9)
    for past in range(DAYS, 0, -1):
        if luck.random() < 0.22 and past > 6:
            continue
        hand.set(TODAY - past, 7.5 + luck.random())
        sitting = desk.sitting("daily", limit=luck.choice((4, 9, 14, 18, 35)))
        while question := sitting.next():
            known = 0.95 - 0.4 * past / DAYS - 0.3 * ("Cost" in question.topic_title)
            answer_it(sitting, question, hand, luck, known)
    hand.set(TODAY)
    for ref in list(desk.library.cards)[3:12:4]:
        desk.store.flag(ref, hand(), 1)


class Painter:
    """Draws an app's screens into a folder."""

    def __init__(self, pilot: Pilot[None], folder: Path) -> None:
        self._pilot = pilot
        self._folder = folder

    async def draw(self, name: str, *keys: str) -> None:
        """Press keys, and draw what there is then."""
        app = self._pilot.app
        await self._pilot.press(*keys)
        await app.workers.wait_for_complete()
        await self._pilot.pause()
        await self._pilot.pause(0.1)  # Browse shows a card once the cursor rests
        for field in (*app.screen.query(TextArea), *app.screen.query(Input)):
            field.cursor_blink = False
        for clock in app.screen.query(Clock):
            clock.tick()
        await self._pilot.pause()
        (self._folder / f"{name}.svg").write_text(
            slim(app.export_screenshot(title="Trainer")), encoding="utf-8"
        )


def slim(svg: str) -> str:
    """Return a picture that asks nobody for its fonts, and takes half the room."""
    for unneeded in (
        r"@font-face \{.*?\}",
        r'<clipPath id="[^"]*-line-\d+">.*?</clipPath>',
        r' clip-path="[^"]*-line-\d+\)"',
        r"(?<=\.\d)\d+(?=\")",
        r"(?<=\n)\s+",
        r"<text [^>]*>\n</text>",
        r' shape-rendering="crispEdges"',
        r"terminal-\d+-",
    ):
        svg = re.sub(unneeded, "", svg, flags=re.DOTALL)
    svg = svg.replace("<style>", "<style>\nrect { shape-rendering: crispEdges }")
    return svg.replace("&#160;", "\N{NO-BREAK SPACE}")


async def draw_places(desk: Desk, size: tuple[int, int], folder: Path) -> None:
    """Go from home to each place and back."""
    app = TrainerApp(desk)
    async with app.run_test(size=size) as pilot:
        painter = Painter(pilot, folder)
        await painter.draw("home")
        await painter.draw("drill", "d")
        await painter.draw("mock", "escape", "m")
        await painter.draw("weak", "escape", "w", "down")
        await painter.draw("stats", "escape", "s")
        await painter.draw("stats-more", "pagedown", "pagedown")
        await painter.draw("decks", "escape", "e", "end")
        await painter.draw("settings", "escape", "comma")
        await painter.draw("browse", "escape", "b", *"citations")
        if size[0] < 100:
            await painter.draw("browse-card", "down", "enter")
            await pilot.press("escape")
        await painter.draw("help", "down", "f1")
        await painter.draw("palette", "escape", "ctrl+p", *"go")


async def draw_sitting(desk: Desk, hand: Hand, size: tuple[int, int], folder: Path) -> None:
    """Answer one question, well in part, and all that may come of it."""
    hand.set(TODAY)
    luck = Random(5)
    cards = [card for card in desk.library.cards.values() if not card.framework]
    refs = [card.ref for card in cards if (card.deck, card.topic) == (RAG, "decision")]
    sitting = desk.sitting("drill", Selection(refs=tuple(refs[:12])))
    while question := sitting.next():
        answer_it(sitting, question, hand, luck, 0.8)
        if question.ref == SCENARIO:
            sitting.undo()
            break
    app = TrainerApp(desk, sitting)
    async with app.run_test(size=size) as pilot:
        painter = Painter(pilot, folder)
        await pilot.pause()
        await pilot.pause()
        hand.instant += 48_000
        app.screen.query_one(TextArea).text = ANSWER
        app.screen.query_one(TextArea).move_cursor((0, 999))
        await painter.draw("question", "ctrl+t")
        await painter.draw("feedback", "ctrl+j")
        await painter.draw("teach", "t")
        await painter.draw("retry", "escape", "r")
        await pilot.press("escape", "3")
    while question := sitting.next():
        answer_it(sitting, question, hand, luck, 0.8)
    app = TrainerApp(desk, sitting)
    async with app.run_test(size=size) as pilot:
        await Painter(pilot, folder).draw("summary")


async def draw_kinds(desk: Desk, hand: Hand, size: tuple[int, int], folder: Path) -> None:
    """Draw a question of each kind that isn't answered in sentences."""
    for kind, keys in (("choice", "1"), ("cloze", "an index"), ("flashcard", "")):
        hand.set(TODAY)
        refs = [card.ref for card in desk.library.cards.values() if card.kind == kind]
        app = TrainerApp(desk, desk.sitting("drill", Selection(refs=tuple(sorted(refs))), limit=3))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.pause()
            hand.instant += 12_000
            await Painter(pilot, folder).draw(kind, *keys)


async def draw_confidence(desk: Desk, size: tuple[int, int], folder: Path) -> None:
    """Draw the question that comes between an answer and its feedback."""
    desk.config = desk.config._replace(confidence=True)
    app = TrainerApp(desk, desk.sitting("drill", Selection(card=SCENARIO)))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.pause()
        app.screen.query_one(TextArea).text = ANSWER
        app.screen.query_one(TextArea).move_cursor((0, 999))
        await Painter(pilot, folder).draw("confidence", "ctrl+j")


async def draw_mock(desk: Desk, hand: Hand, size: tuple[int, int], folder: Path) -> None:
    """Hold a mock interview of six questions, and draw its debrief."""
    hand.set(TODAY, 18)
    luck = Random(5)
    sitting = desk.sitting("mock", limit=6)
    while question := sitting.next():
        hand.instant += luck.randrange(40, 120) * 1_000
        sitting.hand_in(answered(question, luck, 0.6))
    app = TrainerApp(desk, sitting)
    async with app.run_test(size=size) as pilot:
        await Painter(pilot, folder).draw("debrief")


async def draw(folder: Path) -> None:
    """Draw all screens at each size in each theme, from the same history each time."""
    for theme, size, name in LOOKS:
        into = folder / name
        into.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            scratch = stack.enter_context(tempfile.TemporaryDirectory())
            stack.enter_context(contextlib.chdir(scratch))
            stack.enter_context(patch("os.urandom", Random(1).randbytes))  # it makes the log's ids
            hand = Hand()
            desk = open_desk(Path("trainer"), hand, theme)
            with desk.store:
                study(desk, hand)
                await draw_places(desk, size, into)
                await draw_kinds(desk, hand, size, into)
                await draw_sitting(desk, hand, size, into)
                await draw_mock(desk, hand, size, into)
                await draw_confidence(desk, size, into)


def main() -> None:
    """Read the arguments and draw."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures"
    asyncio.run(draw(folder.resolve()))


if __name__ == "__main__":
    main()
