"""Changing the preferences: their listing, what is typed as a value, the file with its comments.

What may stand in the file is for `trainer.config` to say; a change that it would not use is not
written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from trainer.config import Config, read, wanted
from trainer.errors import TrainerError
from trainer.files import replace
from trainer.text import clean


class Setting(NamedTuple):
    """One thing that can be preferred; `table` is empty where it stands outside of all tables."""

    table: str
    name: str
    title: str
    help: str

    @property
    def wanted(self) -> str:
        """What it may be, in words."""
        return wanted(self.table, self.name)

    def of(self, config: Config) -> Any:
        """Return its value as the file has it; None where there is none."""
        if self.name == "interview":
            return None if config.interview is None else date.fromordinal(config.interview)
        if self.table == "schedule":
            value = getattr(config.settings, self.name)
            return [*map(_plain, value)] if isinstance(value, tuple) else value
        return getattr(config, self.name)


# In the order of the file and of the screen.
GROUPS: dict[str, tuple[Setting, ...]] = {
    "Interview": (
        Setting(
            "", "interview", "Date", "The day of the next interview; the daily plan aims at it"
        ),
    ),
    "Each day": (
        Setting("daily", "new", "New cards", "Cards never asked before, at most this many a day"),
        Setting("daily", "reviews", "Reviews", "Reviews, at most this many a day"),
        Setting("daily", "minutes", "Minutes", "Minutes of answering a day; 0 is without a limit"),
        Setting(
            "daily",
            "backlog_days",
            "Spread a backlog over",
            "After days off, what piled up is spread over this many days",
        ),
    ),
    "Schedule": (
        Setting(
            "schedule",
            "retention",
            "Retention",
            "How likely you still know a card on the day it comes back",
        ),
        Setting(
            "schedule", "rollover", "Day begins at", "The hour at which a new study day begins"
        ),
        Setting(
            "schedule",
            "learning_steps",
            "Learning steps",
            "Minutes until a new card is asked again, one for each step",
        ),
        Setting(
            "schedule",
            "relearning_steps",
            "Relearning steps",
            "The same for a card that you had known and forgot",
        ),
        Setting(
            "schedule", "maximum_interval", "Longest interval", "A card comes back after these days"
        ),
    ),
    "Grading": (
        Setting("grading", "again", "Again below", "A score below this suggests Again"),
        Setting("grading", "hard", "Hard below", "A score below this suggests Hard"),
    ),
    "App": (
        Setting("app", "timer", "Timer", "Show how long a question has been open"),
        Setting("app", "confidence", "Ask confidence", "Ask how sure you are before the answer"),
        Setting(
            "app",
            "theme",
            "Theme",
            "The colours; ansi is the terminal's own",
        ),
    ),
}
_HEAD = """\
# What you prefer in Trainer. A line that begins with # is a comment; those that hold a setting
# show its default: remove the # and change the value."""
_TAIL = """
# Other keys for what the help screen (F1) lists, by its name there.
[keys]
# "question.submit" = "ctrl+s"

# What one deck has otherwise, by its id.
# [decks.ID]
# enabled = false
# retention = 0.95
"""


def in_words(value: Any) -> str:
    """Return a value as it is shown, and can be typed."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(in_words(each) for each in value)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def typed(setting: Setting, text: str) -> Any:
    """Return the value that a typed text means, None for the default; it may not fit."""
    text = clean(text).strip()
    if setting.table == "schedule" and setting.name.endswith("steps"):
        return [_number(each) for each in re.split(r"[\s,;\[\]]+", text) if each]
    if not text:
        return None
    if isinstance(setting.of(Config()), bool):
        return {"on": True, "true": True, "off": False, "false": False}.get(text.lower(), text)
    if setting.name == "interview":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text if setting.name == "theme" else _number(text)


def commented() -> str:
    """Return the text of a file in which each setting is explained, and at its default."""
    lines = [_HEAD]
    for title, settings in GROUPS.items():
        table = settings[0].table
        lines += ["", f"# {title}", *([f"[{table}]"] if table else [])]
        for setting in settings:
            lines.append(f"# {setting.help}:")
            lines.append(f"# {setting.wanted}.")
            lines.append(f"# {setting.name} = {_default(setting.table, setting.name)}")
    return "\n".join([*lines, _TAIL])


def change(path: str, table: tuple[str, ...], name: str, value: Any) -> None:
    """Write one value into the file at `path`, None for its default; all else in it stays.

    A file with all defaults, commented, is made where there is none. Raises TrainerError where
    the value can't be used or the file can't be changed; nothing is written then.
    """
    text, mark = _text(path)
    place = clean(path)
    before = _data(text, place)
    wish = _wished(before, table, name, value)
    for candidate in _candidates(text, before, table, name, value):
        if candidate is not None and _data_or_none(candidate) == wish:
            break
    else:
        raise TrainerError(
            f"{name} can't be changed without harm to what else stands there",
            place=place,
            mend="change it in an editor",
        )
    complaint = _complaint(read(candidate.encode(), place), place, table, name)
    if complaint and value is not None:
        raise TrainerError(f"{complaint}; nothing was changed")
    replace(path, (mark + candidate).encode())


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number


def _number(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _default(table: str, name: str) -> str:
    if name == "interview":
        return "2026-12-14"
    if name == "theme":
        return '"dark"'
    setting = Setting(table, name, "", "")
    return _toml(setting.of(Config()))


def _text(path: str) -> tuple[str, str]:
    """Return the file's text, or that of a new one, and the byte order mark it begins with."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
    except FileNotFoundError:
        return commented(), ""
    except OSError as error:
        raise TrainerError(
            f"this can't be read ({error.strerror}), so nothing was changed", place=clean(path)
        ) from error
    except UnicodeDecodeError as error:
        raise _invalid(clean(path), "it isn't UTF-8") from error
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    return text.removeprefix(mark), mark


def _invalid(place: str, reason: str) -> TrainerError:
    return TrainerError(
        f"not valid TOML ({reason}), so it was left as it is",
        place=place,
        mend="correct it in an editor, then change the setting again",
    )


def _data(text: str, place: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _invalid(place, clean(" ".join(str(error).split()))) from error


def _data_or_none(text: str) -> dict[str, Any] | None:
    try:
        return _data(text, "")
    except TrainerError:
        return None


def _wished(
    data: dict[str, Any], table: tuple[str, ...], name: str, value: Any
) -> dict[str, Any] | None:
    """Return what the file should hold afterwards; None where a table's name is another thing."""
    from copy import deepcopy

    data = inner = deepcopy(data)
    for part in table:
        if value is None and part not in inner:
            return data
        inner = inner.setdefault(part, {})
        if not isinstance(inner, dict):
            return None
    holder, key = _held(inner, name)
    if value is None:
        holder.pop(key, None)
    else:
        holder[key] = value
    return data


def _held(table: Any, name: str) -> tuple[Any, str]:
    """Return where in a table a name is, or would be; `a.b` may be a table in the table."""
    first, dot, rest = name.partition(".")
    if dot and name not in table and isinstance(table.get(first), dict) and rest in table[first]:
        return table[first], rest
    return table, name


def _candidates(
    text: str, data: dict[str, Any], table: tuple[str, ...], name: str, value: Any
) -> Iterator[str | None]:
    """Yield the text changed in several ways, the most careful one of the layout first."""
    inner: Any = data
    for part in table:
        inner = inner.get(part, {}) if isinstance(inner, dict) else {}
    holder, key = _held(inner, name) if isinstance(inner, dict) else ({}, name)
    if value is None:
        if key not in holder:
            yield text
        if len(table) < 2 and table != ("keys",):
            default = _default(table[0] if table else "", name)
            yield _line_changed(text, table, rf"{re.escape(name)}\s*=", f"# {name} = {default}")
    elif key not in holder:
        line = f"{_key(name)} = {_toml(value)}"
        yield _line_changed(text, table, rf"#\s*{re.escape(_key(name))}\s*=", line)
        yield _line_added(text, table, line)
    yield _by_tomlkit(text, table, name, value)


def _by_tomlkit(text: str, table: tuple[str, ...], name: str, value: Any) -> str | None:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        inner: Any = document
        for part in table:
            if part not in inner:
                inner[part] = tomlkit.table()
            inner = inner[part]
        holder, key = _held(inner, name)
        if value is None:
            holder.pop(key, None)
        else:
            holder[key] = value
        return tomlkit.dumps(document)
    except (TOMLKitError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _section(lines: list[str], table: tuple[str, ...]) -> tuple[int, int] | None:
    """Return from which line to which a table goes, its header included."""
    start = 0
    if table:
        header = f"[{'.'.join(map(_key, table))}]"
        found = [n for n, line in enumerate(lines) if line.split("#")[0].strip() == header]
        if len(found) != 1:
            return None
        start = found[0] + 1
    for end in range(start, len(lines)):
        if lines[end].lstrip().startswith("["):
            return start, end
    return start, len(lines)


def _line_changed(text: str, table: tuple[str, ...], begins: str, line: str) -> str | None:
    """Return the text with the table's one line that begins so as another."""
    lines = text.splitlines(keepends=True)
    section = _section(lines, table)
    if section is None:
        return None
    for number in range(*section):
        if re.match(rf"\s*{begins}", lines[number]):
            lines[number] = line + _ending(lines[number])
            return "".join(lines)
    return None


def _line_added(text: str, table: tuple[str, ...], line: str) -> str | None:
    """Return the text with a line more, after the last of the table that isn't a comment."""
    lines = text.splitlines(keepends=True)
    section = _section(lines, table)
    if section is None or not table:
        return None
    start, end = section
    while end > start and lines[end - 1].strip()[:1] in ("", "#"):
        end -= 1
    before = lines[end - 1]
    lines[end - 1] = before if _ending(before) else before + "\n"
    lines.insert(end, line + (_ending(before) or "\n"))
    return "".join(lines)


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(value: Any) -> str:
    import tomlkit

    return str(tomlkit.item(value).as_string())


def _complaint(config: Config, place: str, table: tuple[str, ...], name: str) -> str:
    """Return what the config has against a setting, without what would be done of it."""
    begins = f"[{'.'.join(table)}] " if table else ""
    for problem in config.problems:
        said = problem.removeprefix(f"{place}: ").rpartition("; ")[0]
        about = said.removeprefix(begins)
        if said.startswith(begins) and re.search(rf"(?<!\w){re.escape(clean(name))}(?!\w)", about):
            return about
    return ""
