"""What decides a due date. These enter the log when they change, so that it replays exactly."""

from __future__ import annotations

from typing import Any, NamedTuple

# FSRS-6's published default parameters, kept here so that a new release of a library can't move
# anyone's due dates in silence.
FSRS_DEFAULTS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip


class Settings(NamedTuple):
    """The scheduler's settings. Steps are in minutes, the maximum interval in days.

    `retention` is the probability of recall at which a card falls due; `rollover` the local hour
    at which a study day begins.
    """

    retention: float = 0.9
    rollover: int = 4
    learning_steps: tuple[float, ...] = (10.0,)
    relearning_steps: tuple[float, ...] = (10.0,)
    maximum_interval: int = 36_500
    parameters: tuple[float, ...] = FSRS_DEFAULTS

    def to_json(self) -> dict[str, Any]:
        """Return the settings as the fields of a `settings` event."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in self._asdict().items()}

    @classmethod
    def from_json(cls, event: dict[str, Any]) -> Settings:
        """Return the settings of an event; what it doesn't name is at its default."""
        values: dict[str, Any] = {
            name: tuple(event[name]) if isinstance(event[name], list) else event[name]
            for name in cls._fields
            if name in event
        }
        return cls(**values)
