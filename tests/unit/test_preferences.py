"""Changing the preferences: only what was asked for, with all comments, or nothing."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.config import Config, load, read
from trainer.errors import TrainerError
from trainer.preferences import GROUPS, Setting, change, commented, in_words, typed

SETTINGS = {setting.name: setting for settings in GROUPS.values() for setting in settings}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "config.toml"


def test_the_commented_file_is_at_its_defaults() -> None:
    assert read(commented().encode(), "") == Config()
    assert max(map(len, commented().splitlines())) <= 100


def test_every_commented_line_can_be_used() -> None:
    lines = [line.removeprefix("# ") for line in commented().splitlines()]
    text = "\n".join(line for line in lines if line.startswith("[") or " = " in line)
    config = read(text.encode(), "")
    assert config.problems == ()
    assert config._replace(interview=None, theme="", keys=(), disabled=()) == Config(
        settings=config.settings
    )
    assert config.disabled == ("ID",)


def test_the_first_change_writes_all_defaults_as_comments(path: Path) -> None:
    change(str(path), ("daily",), "new", 5)
    before, after = commented().splitlines(), path.read_text().splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [("# new = 10", "new = 5")]
    assert load(str(path)) == Config(new=5)


def test_back_to_the_default_is_as_it_was(path: Path) -> None:
    for setting in SETTINGS.values():
        table = (setting.table,) if setting.table else ()
        value = {"interview": date(2026, 12, 1), "theme": "nord"}.get(setting.name)
        change(str(path), table, setting.name, value or setting.of(Config()))
        assert f"\n{setting.name} = " in path.read_text()
        change(str(path), table, setting.name, None)
    assert path.read_text() == commented()


OWN = """\
# mine
daily = { new = 3 }  # inline

[grading]
# strict
again = 0.4  # why not

# of the app
[app]
timer = false
[keys]
question.submit = "f5"
"""


@pytest.mark.parametrize(
    ("table", "name", "value", "line"),
    [
        (("daily",), "new", 4, "daily = { new = 4 }  # inline"),
        (("grading",), "again", 0.3, "again = 0.3  # why not"),
        (("grading",), "hard", 0.6, "hard = 0.6"),
        (("app",), "theme", 'a "quoted" one', 'theme = "a \\"quoted\\" one"'),
        (("keys",), "question.submit", "f6", 'question.submit = "f6"'),
        (("keys",), "help", "f2", 'help = "f2"'),
        (("keys",), "home.start", "f2", '"home.start" = "f2"'),
        ((), "interview", date(2026, 12, 14), "interview = 2026-12-14"),
        (("decks", "a.b"), "enabled", False, '[decks."a.b"]'),
        (("schedule",), "learning_steps", [1, 10.5], "learning_steps = [1, 10.5]"),
    ],
)
def test_all_else_stays_line_by_line(
    path: Path, table: tuple[str, ...], name: str, value: Any, line: str
) -> None:
    path.parent.mkdir()
    path.write_text(OWN)
    change(str(path), table, name, value)
    lines = path.read_text().splitlines()
    assert line in lines
    kept = [each for each in OWN.splitlines() if each in lines]
    assert len(kept) >= len(OWN.splitlines()) - 1
    assert [each for each in lines if each in kept and each] == [each for each in kept if each]
    if name == "hard":
        assert lines[lines.index("hard = 0.6") - 1] == "again = 0.4  # why not"


@pytest.mark.parametrize(
    ("table", "name", "value", "says"),
    [
        (("daily",), "new", -1, "new must be a whole number from 0 to 9999; nothing was changed"),
        (("daily",), "new", "ten", "new must be a whole number"),
        (("grading",), "again", 0.9, "again must not be above hard"),
        (("grading",), "hard", 0.2, "again must not be above hard"),
        ((), "interview", "soon", "interview must be a date such as"),
        (("schedule",), "learning_steps", [0], "learning_steps must be a list"),
        (("app",), "timer", "maybe", "timer must be true or false"),
        (("keys",), "help", 5, "help must name keys"),
    ],
)
def test_what_cannot_be_used_is_not_written(
    path: Path, table: tuple[str, ...], name: str, value: Any, says: str
) -> None:
    change(str(path), ("daily",), "reviews", 7)
    before = path.read_bytes()
    with pytest.raises(TrainerError, match=says):
        change(str(path), table, name, value)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["config.toml"]


@pytest.mark.parametrize("data", [b"[daily\nnew = 1", b"\xff", b"a = 1\na = 2", b"a = [" * 5000])
def test_what_is_not_toml_is_left_as_it_is(path: Path, data: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(data)
    with pytest.raises(TrainerError, match=r"config.toml: not valid TOML .* left as it is"):
        change(str(path), ("daily",), "new", 5)
    assert path.read_bytes() == data


@pytest.mark.parametrize("text", ["daily = 5", "[[daily]]\nnew = 1", "decks = 1\ndaily = []"])
def test_what_is_no_table_is_left_as_it_is(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(TrainerError, match="without harm"):
        change(str(path), ("daily",), "new", 5)
    assert path.read_text() == text


def test_a_bad_value_elsewhere_is_no_hindrance(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("[daily]\nnew = -1\nnews = 2\n[shape]\nx = 1\n")
    change(str(path), ("daily",), "reviews", 5)
    assert load(str(path)).reviews == 5
    change(str(path), ("daily",), "new", 5)
    assert load(str(path)).new == 5


def test_a_link_stays_one_and_so_do_mode_mark_and_line_ends(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    real = tmp_path / "dotfile"
    real.write_bytes(b"\xef\xbb\xbf[daily]\r\nnew = 3\r\n# end\r\n")
    real.chmod(0o600)
    path.symlink_to(real)
    change(str(path), ("daily",), "reviews", 5)
    assert path.is_symlink()
    assert real.read_bytes() == b"\xef\xbb\xbf[daily]\r\nnew = 3\r\nreviews = 5\r\n# end\r\n"
    assert real.stat().st_mode & 0o777 == 0o600


def test_a_folder_in_its_place_is_said(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(TrainerError, match="can't be read"):
        change(str(path), ("daily",), "new", 5)


def test_a_deck_is_put_aside_and_back(path: Path) -> None:
    change(str(path), ("decks", "d"), "enabled", False)
    assert load(str(path)).disabled == ("d",)
    change(str(path), ("decks", "d"), "retention", 0.8)
    change(str(path), ("decks", "d"), "enabled", True)
    assert load(str(path)).disabled == ()
    assert load(str(path)).settings.decks[0].retention == 0.8


@given(st.text(min_size=1, max_size=20))
def test_any_name_can_be_a_key(name: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "config.toml")
        try:
            change(path, ("keys",), name, "f2")
        except TrainerError:
            assert not os.path.exists(path)
        else:
            with open(path, "rb") as file:
                assert tomllib.load(file)["keys"] == {name: "f2"}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("new", " 5 ", 5),
        ("new", "", None),
        ("new", "five", "five"),
        ("new", "nan", "nan"),
        ("retention", "0.85", 0.85),
        ("learning_steps", "1, 10", [1, 10]),
        ("learning_steps", "[1 10.5]", [1, 10.5]),
        ("learning_steps", "", []),
        ("learning_steps", "10m", ["10m"]),
        ("interview", "2026-12-14", date(2026, 12, 14)),
        ("interview", "soon", "soon"),
        ("timer", "off", False),
        ("timer", "ON", True),
        ("timer", "perhaps", "perhaps"),
        ("theme", "12", "12"),
    ],
)
def test_what_is_typed(name: str, text: str, value: object) -> None:
    got = typed(SETTINGS[name], text)
    assert got == value or (text == "nan" and got != got)
    assert type(got) is type(value) or text == "nan"


def test_what_is_shown_can_be_typed() -> None:
    full = Config(interview=date(2026, 12, 14).toordinal(), theme="nord", minutes=22.5)
    for config in (Config(), full):
        for setting in SETTINGS.values():
            value = setting.of(config)
            assert typed(setting, in_words(value)) == (None if value == "" else value)


def test_each_setting_says_what_it_may_be() -> None:
    assert all(setting.wanted and setting.help for setting in SETTINGS.values())
    assert isinstance(SETTINGS["new"], Setting)
