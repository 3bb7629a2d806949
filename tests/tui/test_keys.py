"""The person's own keys: which can be used, and what is said of the others."""

from __future__ import annotations

from collections import Counter

import pytest
from textual.binding import Binding
from textual.widget import Widget

from trainer.tui.app import TrainerApp
from trainer.tui.keys import Command, Scope, commands, keymap, scopes, shown, usable

SUBMIT = Command("question.submit", ("ctrl+j", "ctrl+enter"), "Submit")
LINE = Command("question.line", ("enter",), "Submit")
FLIP = Command("question.flip", ("space", "enter"), "Flip")
START = Command("home.start", ("enter",), "Start")
QUIT = Command("quit", ("ctrl+q",), "Quit")
EDITING = Command("", ("ctrl+a",), "Line start")
SCOPES = [
    Scope("Question", ((SUBMIT, LINE, FLIP), (EDITING,), (QUIT,)), types=True),
    Scope("Home", ((START,), (QUIT,)), types=False),
]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"question.submit": "ctrl+s"}, {"question.submit": ("ctrl+s",)}),
        ({"question.submit": " F2 , Ctrl+S"}, None),
        ({"question.submit": "f2, Ctrl+s"}, {"question.submit": ("f2", "ctrl+s")}),
        ({"home.start": "?"}, {"home.start": ("question_mark",)}),
        ({"home.start": ","}, {"home.start": ("comma",)}),
        ({"home.start": "é"}, {"home.start": ("é",)}),
        ({"question.flip": "x"}, {"question.flip": ("x",)}),
        # Two may change places, and share what they shared.
        (
            {"quit": "ctrl+j", "question.submit": "ctrl+q"},
            {"quit": ("ctrl+j",), "question.submit": ("ctrl+q",)},
        ),
        (
            {"question.line": "f2", "question.flip": "f2"},
            {"question.line": ("f2",), "question.flip": ("f2",)},
        ),
        ({"home.start": "ctrl+j"}, {"home.start": ("ctrl+j",)}),
    ],
)
def test_what_can_be_used(wanted: dict[str, str], found: dict[str, tuple[str, ...]] | None) -> None:
    got, problems = usable(wanted.items(), SCOPES)
    assert got == (found or {})
    assert len(problems) == (found is None)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"question.sumbit": "f2"}, r"is not known \(did you mean question.submit\?\); it is left"),
        ({"x\x1b": "f2"}, "x\ufffd is not known; it is left out"),
        ({"home.start": "foo"}, "home.start: foo is not a key"),
        ({"home.start": "ctrl+"}, "is not a key"),
        ({"home.start": "f2,,"}, "is not a key"),
        ({"home.start": "cmd+s"}, "is not a key"),
        ({"home.start": "\x1b"}, "home.start: \ufffd is not a key"),
        ({"question.submit": "s"}, "s would be typed into the text there"),
        ({"quit": "q"}, "q would be typed into the text there"),
        ({"question.submit": "ctrl+q"}, r"\^q is the key of quit there"),
        ({"question.submit": "ctrl+a"}, r"\^a is the key of “Line start” there"),
        ({"quit": "f2", "home.start": "f2"}, r"home.start: f2 is the key of quit there"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_said(wanted: dict[str, str], says: str) -> None:
    got, problems = usable(wanted.items(), SCOPES)
    assert len(got) == len(wanted) - 1
    assert len(problems) == 1
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(problems[0])


def test_one_left_out_may_leave_out_another() -> None:
    wanted = {"home.start": "ctrl+q", "quit": "x"}
    got, problems = usable(wanted.items(), SCOPES)
    assert got == {}
    assert len(problems) == 2


def test_those_that_share_a_key_keep_it() -> None:
    assert keymap({"question.flip": ("f2",)}, SCOPES) == {
        "question.flip": "f2",
        "question.line": "enter",
    }
    assert keymap({}, SCOPES) == {}


def test_keys_are_shown_as_the_footer_does() -> None:
    assert shown(SUBMIT, {}) == "^j ^⏎"
    assert shown(QUIT, {"quit": ("f2",)}) == "f2"


def test_bindings_are_read_from_the_class() -> None:
    class Other(Widget):
        BINDINGS = [Binding("a,b", "x", "X", id="o.x"), ("c", "y")]  # noqa: RUF012

    assert commands(Other)[:2] == (
        Command("o.x", ("a", "b"), "X"),
        Command("", ("c",), ""),
    )


def test_every_key_of_the_app_has_a_name_of_its_own() -> None:
    unnamed, names = [], Counter[str]()
    seen: set[tuple[str, str]] = set()
    for scope in scopes(TrainerApp):
        for command in scope.maps[0]:
            if command.id:
                if (command.id, command.description) not in seen:
                    names[command.id] += 1
                seen.add((command.id, command.description))
            elif command.keys[0] not in ("tab", "shift+tab", "ctrl+c", "super+c"):
                unnamed.append((scope.title, command))
    assert unnamed == []
    assert [name for name, times in names.items() if times > 1] == []


def test_no_key_goes_before_what_is_typed() -> None:
    import trainer.tui.everywhere as everywhere

    for binding in everywhere.EverywhereApp.BINDINGS:
        assert isinstance(binding, Binding)
        assert not binding.priority
