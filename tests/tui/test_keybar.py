"""The line of keys: as many as fit, and each can be clicked."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from trainer.tui.widgets.keybar import KeyBar


class Keys(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "pick('first')", "The first of them"),
        Binding("b", "pick('second')", "The second of them"),
        Binding("c,d", "pick('third')", "The third of them"),
        Binding("x", "pick('hidden')", "Out of sight", show=False),
        Binding("f1", "help", "Help"),
    ]

    picked = ""
    third = False

    def compose(self) -> ComposeResult:
        yield KeyBar()

    def action_pick(self, which: str) -> None:
        self.picked = which

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        return parameters != ("third",) or self.third


def line(app: App[None]) -> str:
    return app.screen._compositor.render_strips()[-1].text.strip()


async def test_it_says_what_can_be_pressed_now_and_takes_clicks() -> None:
    app = Keys()
    async with app.run_test(size=(80, 4)) as pilot:
        assert line(app) == "a The first of them  b The second of them  f1 Help"
        app.third = True
        app.refresh_bindings()
        await pilot.pause()
        assert line(app).endswith("c The third of them  f1 Help")
        await pilot.click(KeyBar, offset=(24, 0))
        assert app.picked == "second"


async def test_what_does_not_fit_is_left_to_the_help() -> None:
    app = Keys()
    async with app.run_test(size=(36, 4)) as pilot:
        assert line(app) == "a The first of them  …  f1 Help"
        await pilot.resize_terminal(12, 4)
        await pilot.pause()
        assert line(app) == "…  f1 Help"
