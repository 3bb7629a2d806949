"""Settings, changed where they are listed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from trainer.config import load
from trainer.desk import Desk
from trainer.paths import Paths, locate
from trainer.tui.app import TrainerApp
from trainer.tui.messages import Go
from trainer.tui.screens.home import HomeScreen
from trainer.tui.screens.settings import SettingsScreen


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    (tmp_path / "bundled").mkdir()
    home = tmp_path / "home"
    home.mkdir()
    return locate(str(home))._replace(bundled=str(tmp_path / "bundled"))


def shown(app: TrainerApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


def go_to(app: TrainerApp, words: str) -> None:
    listed = app.screen.query_one(OptionList)
    titles = [str(option.prompt) for option in listed.options]
    listed.highlighted = next(n for n, title in enumerate(titles) if words in title)


def write(app: TrainerApp, text: str) -> None:
    app.screen.query_one(Input).value = text


async def test_values_are_changed_in_place(paths: Paths) -> None:
    with Desk.open(paths, [], for_reading=False) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            app.post_message(Go("settings"))
            await pilot.pause()
            assert isinstance(app.screen, SettingsScreen)
            go_to(app, "New cards")
            await pilot.pause()
            assert "a whole number from 0 to 9999" in " ".join(shown(app).split())
            assert not os.path.exists(paths.config)

            await pilot.press("enter")
            write(app, "-5")
            await pilot.press("enter")
            assert "new must be a whole number" in shown(app)
            assert not os.path.exists(paths.config)
            write(app, "5")
            await pilot.press("enter")
            assert desk.config.new == 5
            assert "• 5" in shown(app)
            assert "# reviews = 100" in Path(paths.config).read_text()

            await pilot.press("d")
            assert desk.config.new == 10
            go_to(app, "Ask confidence")
            await pilot.press("enter")
            assert desk.config.confidence is True

            await pilot.press("enter", "escape")
            assert isinstance(app.screen, HomeScreen)
    assert load(paths.config) == desk.config


async def test_keys_that_clash_are_refused(paths: Paths) -> None:
    with Desk.open(paths, [], for_reading=False) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            app.post_message(Go("settings"))
            await pilot.pause()
            go_to(app, "Question: Submit")
            for typed, said in (
                ("ctrl+q", "^q is the key of"),
                ("s", "would be typed"),
                ("nonsense", "nonsense is not a key"),
            ):
                await pilot.press("enter")
                write(app, typed)
                await pilot.press("enter")
                assert said in shown(app)
                await pilot.press("escape")
            assert not os.path.exists(paths.config)
            await pilot.press("enter")
            write(app, "f8")
            await pilot.press("enter")
            assert desk.config.keys == (("question.submit", "f8"),)

            await pilot.press("d")
            assert desk.config.keys == ()


async def test_a_default_that_another_has_now_is_not_taken_back(paths: Paths) -> None:
    Path(paths.config).write_text('[keys]\n"decks.new" = "f9"\n"decks.switch" = "n"\n')
    with Desk.open(paths, [], for_reading=False) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            app.post_message(Go("settings"))
            await pilot.pause()
            go_to(app, "Decks: New deck")
            await pilot.press("d")
            assert "n is the key of" in shown(app)
            go_to(app, "Decks: On/off")
            await pilot.press("d")
            go_to(app, "Decks: New deck")
            await pilot.press("d")
            assert desk.config.keys == ()


async def test_a_file_that_is_not_toml_is_left_alone(paths: Paths) -> None:
    Path(paths.config).write_text("[daily\n")
    with Desk.open(paths, [], for_reading=False) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            app.post_message(Go("settings"))
            await pilot.pause()
            go_to(app, "Timer")
            await pilot.press("enter")
            assert "not valid TOML" in " ".join(shown(app).split())
    assert Path(paths.config).read_text() == "[daily\n"
