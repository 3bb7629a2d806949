"""The person's preferences: a TOML file, read and validated. Without one, all is at its default."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from trainer.scheduling.settings import Settings
from trainer.text import clean


class Config(NamedTuple):
    """What the person prefers. `again` and `hard` are the scores below which these are suggested.

    `problems` are sentences about values that could not be used and are at their defaults.
    """

    new: int = 10
    reviews: int = 100
    again: float = 0.5
    hard: float = 0.7
    settings: Settings = Settings()
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


_STEPS = _Rule("a list of minutes, each from 0.1 to 1440", _minutes)
_RULES: dict[str, dict[str, _Rule]] = {
    "daily": {"new": _whole(0, 9_999), "reviews": _whole(0, 9_999)},
    "schedule": {
        "retention": _number(0.7, 0.97),
        "rollover": _whole(0, 23),
        "learning_steps": _STEPS,
        "relearning_steps": _STEPS,
        "maximum_interval": _whole(1, 36_500),
    },
    "grading": {"again": _number(0, 1), "hard": _number(0, 1)},
}


def load(path: str) -> Config:
    """Return the preferences in the file; never fails.

    A value, or a whole file, that can't be used is named in `problems`, and its default holds.
    """
    if not os.path.exists(path):
        return Config()
    import tomllib

    place = clean(path)
    try:
        with open(path, "rb") as file:
            tables = tomllib.loads(file.read().decode("utf-8-sig"))
    except OSError as error:
        return Config(problems=(f"{place}: can't be read ({error.strerror}); defaults are used",))
    # A number of thousands of digits is a ValueError, as are what isn't TOML and what isn't UTF-8.
    except (ValueError, RecursionError) as error:
        return Config(problems=(f"{place}: not valid TOML ({error}); defaults are used",))

    problems: list[str] = []
    values: dict[str, dict[str, Any]] = {table: {} for table in _RULES}
    for table, rows in tables.items():
        rules = _RULES.get(table)
        if rules is None or not isinstance(rows, dict):
            known = ", ".join(f"[{name}]" for name in _RULES)
            problems.append(f"{place}: {clean(table)} is not known here; the tables are {known}")
            continue
        for name, value in rows.items():
            rule = rules.get(name)
            if rule is None:
                problems.append(
                    f"{place}: [{table}] has no {clean(name)}; it has {', '.join(rules)}"
                )
            elif not rule.fits(value):
                problems.append(
                    f"{place}: [{table}] {name} must be {rule.wanted}; the default is used"
                )
            else:
                values[table][name] = value
    grading = values["grading"]
    if grading.get("again", Config().again) > grading.get("hard", Config().hard):
        problems.append(f"{place}: [grading] again must not be above hard; the defaults are used")
        grading = {}
    schedule: dict[str, Any] = {
        name: tuple(map(float, value)) if isinstance(value, list) else value
        for name, value in values["schedule"].items()
    }
    return Config(
        **values["daily"],
        **grading,
        settings=Settings(**schedule),
        problems=tuple(problems),
    )
