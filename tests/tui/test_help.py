"""Help, palette, theme and keys: what works on every screen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from trainer.desk import Desk
from trainer.paths import Paths, locate
from trainer.selection import Selection
from trainer.tui.app import TrainerApp
from trainer.tui.screens.decks import DecksScreen
from trainer.tui.screens.feedback import FeedbackScreen
from trainer.tui.screens.help import HelpScreen
from trainer.tui.screens.home import HomeScreen
from trainer.tui.screens.question import QuestionScreen

DECK = """
schema: 1
deck: d
title: A deck
cards:
  - {id: a, prompt: What is an index for?, answer: Fast lookups.}
  - {id: f, kind: flashcard, prompt: HNSW?, answer: A layered graph.}
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    bundled = tmp_path / "bundled"
    bundled.mkdir()
    (bundled / "d.yaml").write_text(DECK)
    return locate(str(tmp_path / "home"))._replace(bundled=str(bundled))


def opened(paths: Paths, config: str = "") -> Desk:
    os.makedirs(paths.data, exist_ok=True)
    if config:
        Path(paths.config).write_text(config)
    return Desk.open(paths, [], for_reading=False)


def shown(app: TrainerApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def test_help_lists_the_keys_of_where_it_was_asked(paths: Paths) -> None:
    with opened(paths, '[keys]\nquestion.submit = "f8"\n') as desk:
        app = TrainerApp(desk, desk.sitting("drill", Selection(card="d/a")))
        async with app.run_test(size=(80, 40)) as pilot:
            app.screen.query_one(TextArea).insert("what?")
            await pilot.press("?")
            assert isinstance(app.screen, QuestionScreen), "typed where text is typed"
            assert app.screen.query_one(TextArea).text == "what??"
            await pilot.press("f1")
            assert isinstance(app.screen, HelpScreen)
            assert "question.submit" in shown(app)
            assert "f8" in shown(app)
            assert "Everywhere" in shown(app)
            await pilot.press("escape", "f8")
            assert isinstance(app.screen, FeedbackScreen)
            await pilot.press("?")
            assert "feedback." in shown(app)


async def test_a_key_taken_from_one_leaves_the_others_theirs(paths: Paths) -> None:
    with opened(paths, '[keys]\nquestion.flip = "x"\n') as desk:
        app = TrainerApp(desk, desk.sitting("drill", Selection(card="d/f")))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("space")
            assert isinstance(app.screen, QuestionScreen)
            await pilot.press("x")
            assert isinstance(app.screen, FeedbackScreen)


async def test_the_palette_does_what_the_screen_can_and_goes_anywhere(paths: Paths) -> None:
    with opened(paths) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            titles = [command.title for command in app.get_system_commands(app.screen)]
            assert {"Start", "Quit", "Go to Decks", "Theme: light"} <= {*titles}
            assert len(titles) == len({*titles})
            await pilot.press("ctrl+p", *"go to decks")
            await pilot.pause(0.3)
            app.screen.query_one(Input)
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, DecksScreen)
            theme = next(c for c in app.get_system_commands(app.screen) if c.title == "Theme: nord")
            theme.callback()
            assert app.theme == "nord"
    assert 'theme = "nord"' in Path(paths.config).read_text()


async def test_theme_and_keys_that_are_none_are_said_on_home(paths: Paths) -> None:
    config = '[app]\ntheme = "neon[/]"\n[keys]\nhome.strat = "f2"\nhelp = "ctrl+p"\n'
    with opened(paths, config) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(120, 40)):
            text = " ".join(shown(app).split())
            assert "there is no neon[/]; the default is used" in text
            assert "home.strat is not known (did you mean home." in text
            assert "^p is the key of commands there; it is left out" in text
            assert app.theme == "textual-dark"


@pytest.mark.parametrize(
    ("theme", "name"),
    [
        ("light", "textual-light"),
        ("ansi", "ansi-dark"),
        ("gruvbox", "gruvbox"),
        ("", "textual-dark"),
    ],
)
def test_a_theme_holds_from_the_start(paths: Paths, theme: str, name: str) -> None:
    with opened(paths, f'[app]\ntheme = "{theme}"\n') as desk:
        assert TrainerApp(desk).theme == name


async def test_without_colour_all_is_still_there(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with opened(paths) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24)):
            assert app.no_color
            assert isinstance(app.screen, HomeScreen)


async def test_what_changes_on_disk_is_read_when_home_opens(paths: Paths) -> None:
    with opened(paths) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await pilot.pause()
            os.makedirs(paths.decks)
            Path(paths.decks, "n.yaml").write_text(DECK.replace("deck: d", "deck: new"))
            app.on_app_focus()
            assert "new" in desk.library.decks
            await pilot.pause()
            assert "Your decks or settings changed" in shown(app)
            library = desk.library
            app.on_app_focus()
            assert desk.library is library, "nothing changed since"
            Path(paths.config).write_text("[decks.new]\nenabled = false\n")
            assert app.look_again()
            assert "new" in desk.library.disabled


def test_the_start_needs_none_of_it() -> None:
    code = (
        "import sys, trainer.tui.app\n"
        "late = ['trainer.tui.keys', 'trainer.tui.palette', 'trainer.preferences', 'tomlkit']\n"
        "assert not {*late} & {*sys.modules}, {*late} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


async def test_a_sitting_goes_on_with_its_deck_as_it_is_now(paths: Paths) -> None:
    deck = Path(paths.bundled, "d.yaml")
    with opened(paths) as desk:
        app = TrainerApp(desk, desk.sitting("drill"))
        async with app.run_test(size=(80, 40)) as pilot:
            await pilot.press(*"speed", "ctrl+j")
            assert "Fast lookups." in shown(app)
            deck.write_text(DECK.replace("Fast lookups.", "Speed above all."))
            app.on_app_focus()
            await pilot.pause()
            await pilot.pause()
            assert "Speed above all." in shown(app)
            deck.write_text("schema: 1\ndeck: d\ncards: [{id: a}]\n")
            app.on_app_focus()
            await pilot.press("3")
            assert "HNSW?" in shown(app), "a broken deck ends no sitting"
