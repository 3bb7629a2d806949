"""The keys: what is declared where, and which of the person's own can be used instead."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.abc import InspectLoader
from types import CodeType
from typing import NamedTuple

from textual.binding import Binding, BindingsMap, InvalidBinding
from textual.dom import DOMNode
from textual.keys import Keys, key_to_character
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from trainer.text import clean

_MODIFIERS = {"ctrl", "shift", "alt", "super", "meta", "hyper"}
_NAMED = {key.value for key in Keys}


class Command(NamedTuple):
    """What one binding does, and its keys; the id is empty where it is one of Textual's own."""

    id: str
    keys: tuple[str, ...]
    description: str
    key_display: str = ""


class Scope(NamedTuple):
    """A screen by its title and all that its keys do, wherever the focus is.

    In each of `maps` keys may be shared, where only one of the commands is offered at a time.
    `types` says that text is typed on the screen.
    """

    title: str
    maps: tuple[tuple[Command, ...], ...]
    types: bool

    @property
    def commands(self) -> list[Command]:
        """All commands of the screen."""
        return [command for commands in self.maps for command in commands]


def scopes(app: type[DOMNode]) -> list[Scope]:
    """Return every screen of the app with its keys; this imports all of them."""
    import trainer.tui.screens as screens

    found = []
    everywhere = commands(app)
    for module in pkgutil.iter_modules(screens.__path__, f"{screens.__name__}."):
        classes = _classes(module.name)
        widgets = [each for each in classes if not issubclass(each, Screen)]
        for screen in classes:
            if issubclass(screen, Screen) and screen.__module__ == module.name:
                maps = [commands(screen), *(commands(widget) for widget in widgets), everywhere]
                types = any(issubclass(widget, Input | TextArea) for widget in widgets)
                found.append(Scope(title(screen), tuple(maps), types))
    return found


def _classes(screen: str) -> list[type[Widget]]:
    """Return the widgets that a screen's module names, also those it imports when it wants them."""
    waiting, seen = [screen], set()
    found: dict[type[Widget], None] = {}
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        module = import_module(name)
        named = vars(module).values()
        found.update(
            (each, None) for each in named if isinstance(each, type) and issubclass(each, Widget)
        )
        loader = module.__loader__
        if isinstance(loader, InspectLoader):
            waiting += _imported(loader.get_code(name), "trainer.tui.widgets.")
    return [*found]


def _imported(code: CodeType | None, package: str) -> Iterator[str]:
    """Yield the modules of a package that some code imports, at once or when it runs."""
    if code is not None:
        yield from (name for name in code.co_names if name.startswith(package))
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                yield from _imported(constant, package)


def title(screen: type[DOMNode]) -> str:
    """Return what a screen is called: `Question` for QuestionScreen."""
    return screen.__name__.removesuffix("Screen")


def commands(node: type[DOMNode]) -> tuple[Command, ...]:
    """Return what the keys of one widget, screen or app do, as declared."""
    keys: dict[str, list[Binding]] = {}
    for base in reversed(node.__mro__):
        keys.update(BindingsMap(base.__dict__.get("BINDINGS", ())).key_to_bindings)
    found: dict[tuple[str, str], list[str]] = {}
    first: dict[tuple[str, str], Binding] = {}
    for key, bindings in keys.items():
        for binding in bindings:
            name = (binding.id or "", binding.action)
            found.setdefault(name, []).append(key)
            first.setdefault(name, binding)
    return tuple(
        Command(
            binding.id or "", tuple(found[name]), binding.description, binding.key_display or ""
        )
        for name, binding in first.items()
    )


def usable(
    wanted: Iterable[tuple[str, str]], scopes: Sequence[Scope]
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Return the keys for those ids that can have them, and a sentence about each other entry."""
    known = {command.id: command for scope in scopes for command in scope.commands if command.id}
    found: dict[str, tuple[str, ...]] = {}
    problems = []
    for name, text in wanted:
        keys = _keys(text)
        if name not in known:
            near = get_close_matches(name, known, 1)
            meant = f" (did you mean {near[0]}?)" if near else ""
            problems.append(f"[keys] {clean(name)} is not known{meant}")
        elif keys is None:
            problems.append(f"[keys] {name}: {clean(text)} is not a key")
        elif _is_typed(keys) and any(_types(scope, known[name]) for scope in scopes):
            problems.append(f"[keys] {name}: {clean(text)} would be typed into the text there")
        else:
            found[name] = keys
    while clash := _clash(found, scopes):
        name, key, other = clash
        problems.append(f"[keys] {name}: {_shown(key)} is the key of {other} there")
        del found[name]
    return found, [f"{problem}; it is left out" for problem in problems]


def keymap(keys: Mapping[str, tuple[str, ...]], scopes: Sequence[Scope]) -> dict[str, str]:
    """Return the keys as `App.set_keymap` takes them.

    Taking a key from one command, Textual takes it from those that share it too: these are given
    their own anew.
    """
    full = dict(keys)
    grown = True
    while grown:
        grown = False
        for each in (commands for scope in scopes for commands in scope.maps):
            freed = {key for command in each if command.id in full for key in command.keys}
            for command in each:
                if command.id and command.id not in full and freed & {*command.keys}:
                    full[command.id] = command.keys
                    grown = True
    return {name: ",".join(each) for name, each in full.items()}


def shown(command: Command, own: Mapping[str, tuple[str, ...]]) -> str:
    """Return a command's keys as they are written on screen, `own` being the person's."""
    if command.id in own:
        return " ".join(_shown(key) for key in own[command.id])
    return command.key_display or " ".join(_shown(key) for key in command.keys)


def _shown(key: str) -> str:
    from textual.keys import format_key

    *modifiers, last = key.split("+")
    said = "+".join([*(m for m in modifiers if m != "ctrl"), format_key(last)])
    return f"^{said}" if "ctrl" in modifiers else said


def _keys(text: str) -> tuple[str, ...] | None:
    """Return the keys that a text names, as Textual writes them; None where one is none."""
    parts = ["comma" if text.strip() == "," else part.strip() for part in text.strip().split(",")]
    keys = []
    try:
        for binding in Binding.make_bindings([Binding(part, "") for part in parts[: len(text)]]):
            *modifiers, key = binding.key.split("+")
            modifiers = [modifier.lower() for modifier in modifiers]
            is_key = key in _NAMED or key_to_character(key) is not None
            if not is_key or not key.isprintable() or not _MODIFIERS.issuperset(modifiers):
                return None
            keys.append("+".join([*modifiers, key]))
    except InvalidBinding:
        return None
    return tuple(dict.fromkeys(keys))


def _is_typed(keys: Iterable[str]) -> bool:
    return any(key_to_character(key) is not None for key in keys)


def _types(scope: Scope, command: Command) -> bool:
    """Whether the command has to work while text is typed on the screen."""
    return scope.types and command in scope.commands and not _is_typed(command.keys)


def _clash(own: dict[str, tuple[str, ...]], scopes: Sequence[Scope]) -> tuple[str, str, str] | None:
    """Return the last id whose key another command of its screen has, that key, and the other."""
    for name in reversed(own):
        for key, other in _neighbours(name, own, scopes):
            if key in own[name]:
                return name, key, other
    return None


def _neighbours(
    name: str, own: Mapping[str, tuple[str, ...]], scopes: Sequence[Scope]
) -> Iterator[tuple[str, str]]:
    """Yield each key of the other commands on the same screens, with whose it is."""
    for scope in scopes:
        mine = next((command for command in scope.commands if command.id == name), None)
        if mine is None:
            continue
        for other in scope.commands:
            if other.id == name or {*other.keys} & {*mine.keys}:
                continue
            for key in own.get(other.id, other.keys):
                yield key, other.id or f"“{other.description or 'editing'}”"
