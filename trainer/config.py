"""The person's preferences: a TOML file, read and validated. Without one, all is at its default."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from trainer.scheduling.settings import (
    LONGEST,
    PARAMETERS_FROM,
    DeckSettings,
    Settings,
    are_parameters,
)
from trainer.text import clean


class Config(NamedTuple):
    """What the person prefers. `again` and `hard` are the scores below which these are suggested.

    A day has at most `new` new cards, `reviews` reviews, and `minutes` minutes of answering (0: no
    limit). After days off, the reviews that piled up are spread over `backlog_days` days.
    `interview` is the study day of the next interview. Decks with the ids `disabled` are left out.
    A sitting shows a `timer` and asks for `confidence` where these are on; `theme` is the app's,
    and `keys` are other keys for what its bindings' ids name. `problems` are sentences about values
    that could not be used and are at their defaults.
    """

    new: int = 10
    reviews: int = 100
    again: float = 0.5
    hard: float = 0.7
    settings: Settings = Settings()
    minutes: float = 0
    backlog_days: int = 1
    interview: int | None = None
    disabled: tuple[str, ...] = ()
    timer: bool = True
    confidence: bool = False
    theme: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()


class _Rule(NamedTuple):
    wanted: str
    fits: Callable[[Any], bool]


def _whole(low: int, high: int) -> _Rule:
    def fits(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return _Rule(f"a whole number from {low} to {high}", fits)


def _number(low: float, high: float) -> _Rule:
    def fits(value: Any) -> bool:
        return (
            isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
        )

    return _Rule(f"a number from {low:g} to {high:g}", fits)


def _minutes(value: Any) -> bool:
    one = _number(0.1, 1_440)
    return isinstance(value, list) and len(value) <= 10 and all(one.fits(v) for v in value)


def _is_day(value: Any) -> bool:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return False
    return isinstance(value, date) and not isinstance(value, datetime)


_STEPS = _Rule("a list of minutes, each from 0.1 to 1440", _minutes)
_ON_OFF = _Rule("true or false", lambda value: isinstance(value, bool))
_THEME = _Rule(
    'a theme by its name, such as "dark", "light" or "ansi"', lambda value: isinstance(value, str)
)
_RETENTION = _number(0.7, 0.97)
_INTERVIEW = _Rule("a date such as 2026-12-14", _is_day)
# The rule of each setting, by its table; `interview` stands outside of all tables.
_RULES: dict[str, dict[str, _Rule]] = {
    "daily": {
        "new": _whole(0, 9_999),
        "reviews": _whole(0, 9_999),
        "minutes": _number(0, 1_440),
        "backlog_days": _whole(1, 365),
    },
    "schedule": {
        "retention": _RETENTION,
        "rollover": _whole(0, 23),
        "learning_steps": _STEPS,
        "relearning_steps": _STEPS,
        "maximum_interval": _whole(1, LONGEST),
    },
    "grading": {"again": _number(0, 1), "hard": _number(0, 1)},
    "app": {"timer": _ON_OFF, "confidence": _ON_OFF, "theme": _THEME},
}
# What a deck of its own table, [decks.ID], may have otherwise.
_OF_A_DECK = {
    "enabled": _ON_OFF,
    "retention": _RETENTION,
    "parameters": _Rule(
        f"a list of FSRS-6's {len(PARAMETERS_FROM)} parameters, each within its bounds",
        are_parameters,
    ),
}


def load(path: str) -> Config:
    """Return the preferences in the file; never fails.

    A value, or a whole file, that can't be used is named in `problems`, and its default holds.
    """
    if not os.path.exists(path):
        return Config()
    place = clean(path)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        return Config(problems=(f"{place}: can't be read ({error.strerror}); defaults are used",))
    return read(data, place)


def wanted(table: str, name: str) -> str:
    """Return in words what a setting may be; the table is empty for those outside of all tables."""
    return _RULES[table][name].wanted if table else _INTERVIEW.wanted


def read(data: bytes, place: str) -> Config:
    """Return the preferences in the bytes of a file; never fails. `place` names it in sentences."""
    import tomllib

    try:
        tables = tomllib.loads(data.decode("utf-8-sig"))
    # A number of thousands of digits is a ValueError, as are what isn't TOML and what isn't UTF-8.
    except (ValueError, RecursionError) as error:
        said = clean(" ".join(str(error).split()))
        return Config(problems=(f"{place}: not valid TOML ({said}); defaults are used",))

    problems: list[str] = []
    values: dict[str, dict[str, Any]] = {}
    interview = tables.pop("interview", None)
    if interview is not None and not _INTERVIEW.fits(interview):
        problems.append(f"{place}: interview must be {_INTERVIEW.wanted}; it is left out")
        interview = None
    own = _decks(tables.pop("decks", {}), place, problems)
    keys = _keys(tables.pop("keys", {}), place, problems)
    for table, rows in tables.items():
        if table in _RULES and isinstance(rows, dict):
            values[table] = _fitting(rows, _RULES[table], f"{place}: [{table}]", problems)
        else:
            known = ", ".join(f"[{name}]" for name in (*_RULES, "keys", "decks.ID"))
            problems.append(f"{place}: {clean(table)} is not known here; the tables are {known}")
    grading = values.get("grading", {})
    if grading.get("again", Config().again) > grading.get("hard", Config().hard):
        problems.append(f"{place}: [grading] again must not be above hard; the defaults are used")
        grading = {}
    schedule: dict[str, Any] = {
        name: tuple(map(float, value)) if isinstance(value, list) else value
        for name, value in values.get("schedule", {}).items()
    }
    return Config(
        **values.get("daily", {}),
        **grading,
        **values.get("app", {}),
        settings=Settings(**schedule, decks=_scheduled(own)),
        interview=_day(interview),
        disabled=tuple(deck for deck, rows in own.items() if not rows.get("enabled", True)),
        keys=keys,
        problems=tuple(problems),
    )


def _fitting(
    rows: dict[str, Any], rules: dict[str, _Rule], table: str, problems: list[str]
) -> dict[str, Any]:
    """Return the values that fit their rules; add a sentence to `problems` for each other one."""
    fitting = {}
    for name, value in rows.items():
        rule = rules.get(name)
        if rule is None:
            problems.append(f"{table} has no {clean(name)}; it has {', '.join(rules)}")
        elif not rule.fits(value):
            problems.append(f"{table} {name} must be {rule.wanted}; the default is used")
        else:
            fitting[name] = clean(value) if isinstance(value, str) else value
    return fitting


def _decks(tables: Any, place: str, problems: list[str]) -> dict[str, dict[str, Any]]:
    """Return what each deck of its own table has otherwise."""
    if not isinstance(tables, dict):
        problems.append(f"{place}: decks must be tables such as [decks.ID]; they are left out")
        return {}
    decks = {}
    for deck, rows in sorted(tables.items()):
        table = f"{place}: [decks.{clean(deck)}]"
        if isinstance(rows, dict):
            decks[clean(deck)] = _fitting(rows, _OF_A_DECK, table, problems)
        else:
            problems.append(f"{table} must be a table; it is left out")
    return decks


def _scheduled(decks: dict[str, dict[str, Any]]) -> tuple[DeckSettings, ...]:
    scheduled = []
    for deck, own in decks.items():
        parameters = tuple(map(float, own["parameters"])) if "parameters" in own else None
        if "retention" in own or parameters:
            scheduled.append(DeckSettings(deck, own.get("retention"), parameters))
    return tuple(scheduled)


def _keys(table: Any, place: str, problems: list[str]) -> tuple[tuple[str, str], ...]:
    if not isinstance(table, dict):
        problems.append(f"{place}: keys must be a table, [keys]; it is left out")
        return ()
    keys = []
    for name, value in _flat(table):
        if isinstance(value, str) and value.strip():
            keys.append((clean(name), clean(value)))
        else:
            problems.append(
                f'{place}: [keys] {clean(name)} must name keys, such as "ctrl+j"; it is left out'
            )
    return tuple(keys)


def _flat(table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield names and values; `a.b = 1`, which TOML reads as a table in a table, is one of them."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{rest}", each) for rest, each in value.items())
        else:
            yield name, value


def _day(value: str | date | None) -> int | None:
    if isinstance(value, str):
        value = date.fromisoformat(value)
    return value.toordinal() if value else None
