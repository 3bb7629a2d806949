"""Decks: on and off, new ones, editing, and what is wrong in them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from trainer.config import load
from trainer.desk import Desk
from trainer.paths import Paths, locate
from trainer.tui.app import TrainerApp
from trainer.tui.messages import Go
from trainer.tui.screens.decks import DecksScreen

DECK = """
schema: 1
deck: d
title: "[@click=app.quit]x[/] a[/]b \\e[31m"
cards:
  - {id: a, prompt: What is an index for?, answer: Fast lookups.}
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    (tmp_path / "bundled").mkdir()
    (tmp_path / "bundled" / "d.yaml").write_text(DECK)
    home = tmp_path / "home"
    (home / "decks").mkdir(parents=True)
    return locate(str(home))._replace(bundled=str(tmp_path / "bundled"))


@pytest.fixture
def edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have an editor that writes a line below each file it is given, and give the app up to it."""
    script = tmp_path / "editor.py"
    script.write_text("import sys\nopen(sys.argv[-1], 'a').write('# edited\\n')\n")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")

    @contextmanager
    def suspend(_: TrainerApp) -> Iterator[None]:
        yield

    monkeypatch.setattr(TrainerApp, "suspend", suspend)
    return script


def shown(app: TrainerApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def test_a_deck_is_put_aside_and_back(paths: Paths) -> None:
    with Desk.open(paths, [], for_reading=False) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            app.post_message(Go("decks"))
            await pilot.pause()
            assert "[@click=app.quit]x[/] a[/]b" in shown(app)
            assert "\x1b" not in shown(app)
            assert "bundled" in shown(app)
            await pilot.press("space")
            assert "off" in shown(app)
            assert load(paths.config).disabled == ("d",)
            assert not desk.library.cards
            await pilot.press("space")
            assert [*desk.library.decks] == ["d"]


async def test_errors_are_shown_with_place_and_mend(paths: Paths) -> None:
    Path(paths.decks, "bad.yaml").write_text("schema: 1\ndeck: bad\ncards:\n  - {id: x}\n")
    with Desk.open(paths, [], for_reading=False) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            app.post_message(Go("decks"))
            await pilot.pause()
            await pilot.press("end")
            assert "✗ 2 errors" in shown(app)
            assert "bad.yaml:4: a question card needs `prompt`" in shown(app)
            assert "add `prompt:` with what is asked" in shown(app)


async def test_new_decks_and_cards_are_written_and_opened(paths: Paths, edits: Path) -> None:
    with Desk.open(paths, [], for_reading=False) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            app.post_message(Go("decks"))
            await pilot.pause()
            await pilot.press("n")
            app.screen.query_one(Input).value = "Systems [/] 1"
            await pilot.press("enter")
            written = Path(paths.decks, "systems-1.yaml")
            assert written.read_text().endswith("# edited\n")
            assert desk.library.decks["systems-1"].cards == 1
            app.screen.query_one(OptionList).highlighted = 1
            await pilot.pause()
            await pilot.press("c")
            assert desk.library.decks["systems-1"].cards == 2
            assert not desk.library.problems


async def test_a_bundled_deck_is_copied_before_it_is_edited(paths: Paths, edits: Path) -> None:
    with Desk.open(paths, [], for_reading=False) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            app.post_message(Go("decks"))
            await pilot.pause()
            await pilot.press("enter")
            copy = os.path.join(paths.decks, "d.yaml")
            assert Path(copy).read_text() == DECK + "# edited\n"
            assert Path(paths.bundled, "d.yaml").read_text() == DECK
            assert desk.library.decks["d"].path == copy
            await pilot.pause()
            assert "You edit a copy" in shown(app)


async def test_without_an_editor_it_is_said(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    with Desk.open(paths, [], for_reading=False) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            app.post_message(Go("decks"))
            await pilot.pause()
            for key in ("enter", "c"):
                await pilot.press(key)
                await pilot.pause()
                assert "no editor is named" in shown(app)
            assert os.listdir(paths.decks) == []


async def test_a_card_that_was_not_written_is_not_kept(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", f"{sys.executable} -c pass")
    monkeypatch.setattr(TrainerApp, "suspend", lambda _: nullcontext())
    with Desk.open(paths, [], for_reading=False) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            app.post_message(Go("decks"))
            await pilot.pause()
            await pilot.press("c")
            await pilot.pause()
            assert "Nothing was changed" in shown(app)
            assert os.listdir(paths.decks) == []


async def test_no_deck_at_all(paths: Paths) -> None:
    os.unlink(os.path.join(paths.bundled, "d.yaml"))
    with Desk.open(paths, [], for_reading=False) as desk:
        app = TrainerApp(desk)
        async with app.run_test(size=(80, 24)) as pilot:
            app.post_message(Go("decks"))
            await pilot.pause()
            await pilot.press("space", "c", "enter")
            assert isinstance(app.screen, DecksScreen)
            assert "No deck is here" in shown(app)
            await pilot.resize_terminal(20, 5)
            await pilot.resize_terminal(80, 24)
            await pilot.pause()
            assert "No deck is here" in shown(app)
