"""What decides a due date. These enter the log when they change, so that it replays exactly."""

from __future__ import annotations

from typing import Any, NamedTuple

# FSRS-6's published default parameters, kept here so that a new release of a library can't move
# anyone's due dates in silence.
FSRS_DEFAULTS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
# Between these each of FSRS-6's parameters has to lie, as its optimiser holds them.
PARAMETERS_FROM = (
    0.001, 0.001, 0.001, 0.001, 1.0, 0.001, 0.001, 0.001, 0.0, 0.0, 0.001,
    0.001, 0.001, 0.001, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.1,
)  # fmt: skip
PARAMETERS_TO = (
    100.0, 100.0, 100.0, 100.0, 10.0, 4.0, 4.0, 0.75, 4.5, 0.8, 3.5,
    5.0, 0.25, 0.9, 4.0, 1.0, 6.0, 2.0, 2.0, 0.8, 0.8,
)  # fmt: skip
LONGEST = 36_500
_LONGEST_STEP = 525_600  # minutes: a year
# Forgotten so often after it had been learnt, a card is a leech.
LEECH_LAPSES = 8


class DeckSettings(NamedTuple):
    """What one deck has otherwise; None where it is as everywhere else."""

    deck: str
    retention: float | None = None
    parameters: tuple[float, ...] | None = None


class Settings(NamedTuple):
    """The scheduler's settings. Steps are in minutes, the maximum interval in days.

    `retention` is the probability of recall at which a card falls due; `rollover` the local hour
    at which a study day begins; `parameters` are FSRS-6's.
    """

    retention: float = 0.9
    rollover: int = 4
    learning_steps: tuple[float, ...] = (10.0,)
    relearning_steps: tuple[float, ...] = (10.0,)
    maximum_interval: int = LONGEST
    parameters: tuple[float, ...] = FSRS_DEFAULTS
    decks: tuple[DeckSettings, ...] = ()

    def of(self, card: str) -> Settings:
        """Return the settings that hold for `deck/card`: its deck's own, where it has some."""
        if not self.decks:
            return self
        deck = card.partition("/")[0]
        for own in self.decks:
            if own.deck == deck:
                return self._replace(
                    retention=self.retention if own.retention is None else own.retention,
                    parameters=self.parameters if own.parameters is None else own.parameters,
                    decks=(),
                )
        return self._replace(decks=())

    def to_json(self) -> dict[str, Any]:
        """Return the settings as the fields of a `settings` event."""
        fields: dict[str, Any] = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self._asdict().items()
        }
        fields["decks"] = {
            own.deck: {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in own._asdict().items()
                if name != "deck" and value is not None
            }
            for own in self.decks
        }
        return fields

    @classmethod
    def from_json(cls, event: dict[str, Any]) -> Settings:
        """Return the settings of an event; what it doesn't name is at its default.

        Raises ValueError where a value is not one that can be scheduled by.
        """
        values = {name: event[name] for name in cls._fields if name in event}
        decks = values.pop("decks", {})
        if not isinstance(decks, dict):
            raise ValueError("decks is not a table")
        for own in decks.values():
            if not isinstance(own, dict):
                raise ValueError("a deck's settings are not a table")
            _check(own)
        _check(values)
        return cls(
            **{name: _tupled(value) for name, value in values.items()},
            decks=tuple(
                DeckSettings(
                    deck,
                    own.get("retention"),
                    _tupled(own["parameters"]) if "parameters" in own else None,
                )
                for deck, own in sorted(decks.items())
            ),
        )


def are_parameters(value: object) -> bool:
    """Whether it is a list of 21 numbers, each within the bounds that FSRS-6 has for it."""
    return (
        isinstance(value, list | tuple)
        and len(value) == len(FSRS_DEFAULTS)
        and all(
            _is_number(given) and low <= given <= high
            for given, low, high in zip(value, PARAMETERS_FROM, PARAMETERS_TO, strict=True)
        )
    )


def _check(values: dict[str, Any]) -> None:
    for name, value in values.items():
        sound = {
            "retention": lambda v: _is_number(v) and 0.1 <= v <= 0.999,
            "rollover": lambda v: _is_whole(v) and 0 <= v <= 23,
            "learning_steps": _are_steps,
            "relearning_steps": _are_steps,
            "maximum_interval": lambda v: _is_whole(v) and 1 <= v <= LONGEST,
            "parameters": are_parameters,
        }.get(name)
        if sound and not sound(value):
            raise ValueError(f"{name} can't be scheduled by")


def _are_steps(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= 100
        and all(_is_number(each) and 0 < each <= _LONGEST_STEP for each in value)
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _tupled(value: Any) -> Any:
    return tuple(map(float, value)) if isinstance(value, list) else value
