"""What the person prefers, listed and changed."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from trainer.config import Config
from trainer.desk import Desk
from trainer.errors import TrainerError
from trainer.preferences import GROUPS, Setting, change, in_words, typed
from trainer.text import clean, clip
from trainer.tui.everywhere import EverywhereApp
from trainer.tui.keys import Command, Scope, scopes, shown, usable
from trainer.tui.messages import Go
from trainer.tui.screens.base import TopBar, TrainerScreen

_TITLE_WIDTH = 24
_EVERYWHERE = "Everywhere"


class SettingsList(OptionList):
    """The settings, a line each, below the names of their groups."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Change", id="settings.change"),
    ]


class ValueInput(Input):
    """Where a new value is typed, in the place of what is said about the setting."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Save", id="settings.save"),
    ]

    def _on_paste(self, event: events.Paste) -> None:
        event.text = clean(event.text)


class KeyRow(NamedTuple):
    """A command whose keys can be others, and where it is one."""

    where: str
    command: Command


class SettingsScreen(TrainerScreen):
    """Lists what can be preferred, with the value there is; each is changed where it stands."""

    CSS_PATH = "settings.tcss"
    AUTO_FOCUS = "#settings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,delete", "default", "Default", id="settings.default", key_display="d"),
        Binding("e", "open_file", "Edit the file", id="settings.file"),
        Binding("escape", "back", "Back", id="settings.back"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._scopes: list[Scope] = []
        self._rows: list[Setting | KeyRow | None] = []
        self._asked: Setting | KeyRow | None = None

    def content(self) -> ComposeResult:
        """The settings in groups, and below them what the one at the cursor means."""
        yield TopBar(Content.styled("Trainer › Settings", "bold"), Content(""))
        yield SettingsList(id="settings", markup=False)
        with Vertical(id="below"):
            yield Static(id="about")
            yield ValueInput(id="value", compact=True)

    def on_mount(self) -> None:
        """List everything, with the cursor at the first setting."""
        self._scopes = scopes(type(self.app))
        self._fill()
        self.query_one(SettingsList).highlighted = 1

    def offers(self, action: str) -> bool:
        """Offer only to save or to go back while a value is typed."""
        return action == "back" or self._asked is None

    # The list

    def _fill(self) -> None:
        """List all there is, with the cursor where it was."""
        config = self._desk.config
        own, _ = usable(config.keys, self._scopes)
        rows: list[tuple[Setting | KeyRow | None, Content]] = []
        for group, settings in GROUPS.items():
            rows.append((None, Content.styled(group, "bold $text-accent")))
            for setting in settings:
                value, default = setting.of(config), setting.of(Config())
                rows.append((setting, _line(setting.title, _said(value), value != default)))
        rows.append((None, Content.styled("Keys", "bold $text-accent")))
        for row in self._key_rows():
            name = f"{row.where}: {row.command.description}"
            rows.append((row, _line(name, shown(row.command, own), row.command.id in own)))
        listed = self.query_one(SettingsList)
        cursor = listed.highlighted
        self._rows = [row for row, _ in rows]
        listed.set_options([Option(text, disabled=row is None) for row, text in rows])
        listed.highlighted = cursor

    def _key_rows(self) -> list[KeyRow]:
        known = {
            c.id: c for scope in self._scopes for c in scope.commands if c.id and c.description
        }
        rows = [KeyRow(_where(name), command) for name, command in known.items()]
        return sorted(rows, key=lambda row: (row.where != _EVERYWHERE, row.where))

    def _row(self) -> Setting | KeyRow | None:
        at = self.query_one(SettingsList).highlighted
        return None if at is None else self._rows[at]

    def on_option_list_option_highlighted(self) -> None:
        """Say what the setting at the cursor means, and what it may be."""
        row = self._row()
        if row is not None and self._asked is None:
            path = self._desk.paths.config if self._desk.paths else ""
            self._say(Content.assemble(_about(row), (f"   {clean(path)}", "dim")))

    def _say(self, text: Content) -> None:
        self.query_one("#about", Static).update(text)

    # Changing

    def on_option_list_option_selected(self) -> None:
        """Turn what is on or off the other way; ask for any other value."""
        row = self._row()
        if row is None:
            return
        if isinstance(row, Setting):
            value = row.of(self._desk.config)
            if isinstance(value, bool):
                self._change(row, not value)
                return
            if row.name == "theme":
                self._pick_theme()
                return
            text = in_words(value)
        else:
            own = dict(self._desk.config.keys)
            text = own.get(row.command.id, ",".join(row.command.keys))
        self._ask(row, text)

    def _pick_theme(self) -> None:
        from trainer.tui.palette import theme_names

        app = self._everywhere
        themes = [(name, partial(self._use_theme, name)) for name in theme_names(app)]
        app.search_commands(themes, placeholder="Which theme?")

    def _use_theme(self, name: str) -> None:
        self._everywhere.choose_theme(name)
        self._fill()

    def _ask(self, row: Setting | KeyRow, text: str) -> None:
        self._asked = row
        text = clean(text)
        value = self.query_one(ValueInput)
        value.value = text
        value.cursor_position = len(text)
        value.display = True
        value.focus()
        self.call_after_refresh(self.query_one(SettingsList).scroll_to_highlight)
        self.refresh_bindings()

    def on_input_submitted(self, submitted: Input.Submitted) -> None:
        """Write the value; where it doesn't fit, say so and let it be corrected."""
        row, text = self._asked, submitted.value
        if row is not None and self._change(
            row, typed(row, text) if isinstance(row, Setting) else clean(text).strip() or None
        ):
            self._end()

    def _end(self) -> None:
        """Put the field away."""
        self._asked = None
        self.query_one(ValueInput).display = False
        self.query_one(SettingsList).focus()
        self.on_option_list_option_highlighted()
        self.refresh_bindings()

    def _change(self, row: Setting | KeyRow, value: Any) -> bool:
        """Write a value, None for the default, and use it at once; return whether it was."""
        try:
            if self._desk.paths is None:
                raise TrainerError("there is no file of settings here")
            if isinstance(row, Setting):
                table = (row.table,) if row.table else ()
                change(self._desk.paths.config, table, row.name, value)
            else:
                self._check_key(row.command.id, value)
                change(self._desk.paths.config, ("keys",), row.command.id, value)
            self._everywhere.read_again()
        except TrainerError as error:
            self._say(Content.assemble(("✗ ", "bold $text-error"), str(error)))
            return False
        self._fill()
        return True

    def _check_key(self, name: str, value: str | None) -> None:
        """Raise TrainerError where a key can't be used, or takes another's."""
        others = [each for each in self._desk.config.keys if each[0] != name]
        # Last, so that of two that clash it is the one refused.
        wanted = [*others, (name, value)] if value is not None else others
        known = usable(self._desk.config.keys, self._scopes)[1]
        for problem in usable(wanted, self._scopes)[1]:
            if problem not in known or problem.startswith(f"[keys] {name}"):
                said = problem.removeprefix("[keys] ").rpartition("; ")[0]
                raise TrainerError(f"{said}; nothing was changed")

    def action_default(self) -> None:
        """Bring the setting at the cursor back to its default."""
        row = self._row()
        if row is not None and self._change(row, None):
            self.on_option_list_option_highlighted()

    def action_open_file(self) -> None:
        """Open the file of settings in the person's editor, then read it again."""
        self.attempt(self._open_file)

    def _open_file(self) -> None:
        import os

        from trainer.editor import command
        from trainer.files import create
        from trainer.preferences import commented
        from trainer.tui.editing import run

        assert self._desk.paths is not None
        path = self._desk.paths.config
        words = command(path, 1, os.environ)
        if not os.path.exists(path):
            create(path, commented().encode())
        run(self._everywhere, words, clean(path))
        self._everywhere.read_again()
        self._fill()
        for problem in self._desk.config.problems:
            self.notify(problem, severity="warning", markup=False, timeout=10)

    def action_back(self) -> None:
        """Leave the field, or the screen."""
        if self._asked is not None:
            self._end()
        else:
            self.leave(Go("home"))

    @property
    def _everywhere(self) -> EverywhereApp:
        app = self.app
        assert isinstance(app, EverywhereApp)
        return app


def _where(name: str) -> str:
    """Return what the first part of an id says; one of a single part works everywhere."""
    screen, dot, _ = name.partition(".")
    return screen.capitalize() if dot else _EVERYWHERE


def _line(title: str, value: str, changed: bool) -> Content:
    """Return a row; what isn't at its default has a mark."""
    name = clip(title, _TITLE_WIDTH)
    mark = ("•", "bold $text-accent") if changed else (" ", "")
    return Content.assemble(
        f"  {name:<{_TITLE_WIDTH}} ", mark, " ", (value, "bold" if changed else "")
    )


def _said(value: Any) -> str:
    return "default" if value == "" else clean(in_words(value)) or "none"


def _about(row: Setting | KeyRow) -> Content:
    """Return what a row means, what it may be, and its default."""
    if isinstance(row, KeyRow):
        default = shown(row.command, {})
        return Content.assemble(
            f"{row.command.id}: keys such as ctrl+s or f2, with commas between several.",
            (f"\nDefault: {default}", "dim"),
        )
    default = _said(row.of(Config()))
    return Content.assemble(
        f"{row.help}: ", (row.wanted, "bold"), ".", (f"\nDefault: {default}", "dim")
    )
