"""The events of the log: what they hold, their ids, their JSON."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable
from math import isfinite
from typing import Any, NamedTuple

from trainer.scheduling.days import Moment, day_iso, iso, parse_day, parse_iso
from trainer.scheduling.settings import Settings
from trainer.text import clean

Event = dict[str, Any]


class Review(NamedTuple):
    """One rated answer, as a sitting hands it over.

    `rating` and `suggested` are 1..4, `points` credits (0..1) by point id, `variant` 0 for the
    card's prompt and from 1 on for its variants, `confidence` 1..4 where the person was asked.
    `rubric` and `verdict` are those of a composed card, as JSON; its points are signals' by their
    ids, each one's own history.
    """

    card: str
    rating: int
    suggested: int | None
    score: float | None
    kind: str
    mode: str
    elapsed_ms: int
    variant: int
    prompt: str
    answer: str
    points: dict[str, float]
    hint: bool
    confidence: int | None = None
    counts: bool = True
    rubric: list[dict[str, Any]] | None = None
    verdict: dict[str, Any] | None = None


def review_event(
    review: Review, at: Moment, day: int, device: str, clock: Moment | None = None
) -> Event:
    """Return the `review` event of an answer rated on the study day `day`.

    `at` is its place in the log, and `clock` what the clock said where that is another time.
    """
    told = review._asdict()
    for composed in ("rubric", "verdict"):
        if told[composed] is None:
            del told[composed]
    event = {**_head("review", at, device), **told, "day": day_iso(day)}
    return {**event, "clock": iso(clock.instant)} if clock and clock != at else event


def retry_event(
    review: Review, at: Moment, day: int, device: str, clock: Moment | None = None
) -> Event:
    """Return the `retry` event of an answer given after the model answer was shown."""
    return {**review_event(review, at, day, device, clock), "type": "retry", "counts": False}


def card_event(kind: str, card: str, at: Moment, device: str, **fields: Any) -> Event:
    """Return a `suspend`, `unsuspend`, `reset`, `bury` (`day`) or `flag` (`value`) event."""
    return {**_head(kind, at, device), "card": card, **fields}


def undo_event(target: str, at: Moment, device: str) -> Event:
    """Return the `undo` event that takes back the review with the id `target`."""
    return {**_head("undo", at, device), "target": target}


def teach_event(card: str, point: str, phrase: str, at: Moment, device: str) -> Event:
    """Return the `teach` event: from here on, `phrase` counts for this point of the card."""
    return {**_head("teach", at, device), "card": card, "point": point, "phrase": phrase}


def forget_event(target: str, at: Moment, device: str) -> Event:
    """Return the `forget` event that takes back what the `teach` event `target` taught."""
    return {**_head("forget", at, device), "target": target}


def settings_event(fields: dict[str, Any], at: Moment, device: str) -> Event:
    """Return the `settings` event: from here on, these decide due dates."""
    return {**_head("settings", at, device), **fields}


def _head(kind: str, at: Moment, device: str) -> Event:
    return {
        "type": kind,
        "id": new_id(at.instant),
        "at": iso(at.instant),
        "device": device,
        "offset": at.offset,
    }


def companions(event: Event) -> list[str]:
    """Return the cards whose points were noted in a review of another one, composed with them."""
    card, points = event.get("card"), event.get("points")
    if event["type"] != "review" or not event.get("rubric"):
        return []
    if not isinstance(card, str) or not isinstance(points, dict):
        return []
    named = [f"{card.partition('/')[0]}/{point}" for point in points]
    return [name for name in named if name != card and _CARD.fullmatch(name)]


def encode(event: Event) -> str:
    """Return the event as one line of JSON, keys in order, so that equal events are equal text."""
    return _encoder.encode(event)


_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def parse(line: str) -> Event:
    """Return the event of a line of a log that comes from elsewhere, its texts cleaned.

    Events of kinds that aren't known here are kept as they are. Raises ValueError, with what is
    wrong, for what can't be an event.
    """
    try:
        loaded = _cleaned(json.loads(line, parse_constant=_no_constant, parse_float=_finite))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({error.msg})") from None
    if not isinstance(loaded, dict):
        raise ValueError("it is not a JSON object")
    event: Event = loaded
    kind = event.get("type")
    required = _REQUIRED.get(kind, ()) if isinstance(kind, str) else ()
    for field in ("type", "id", "at", *required):
        if field not in event:
            raise ValueError(f"it has no {field}")
    known = isinstance(kind, str) and (kind in _REQUIRED or kind == "settings")
    checks = _FIELDS if known else _HEAD
    for field, check in checks.items():
        empty = field in _MAY_BE_NULL and field not in required and event.get(field) is None
        if field in event and not empty and not check(event[field]):
            raise ValueError(f"its {field} is not one that can be used")
    if kind == "settings":
        Settings.from_json(event)
    return event


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text} is too large a number")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {clean(name): _cleaned(each) for name, each in value.items()}
    return value


def _is_time(value: object) -> bool:
    return isinstance(value, str) and 0 <= _try(parse_iso, value) < _LAST_INSTANT


def _is_day(value: object) -> bool:
    return isinstance(value, str) and 0 < _try(parse_day, value) < _LAST_DAY


def _try(parse: Callable[[str], int], text: str) -> int:
    try:
        return parse(text)
    except (ValueError, OverflowError):
        return -1


def _whole(low: int, high: int) -> Callable[[object], bool]:
    return lambda value: (
        isinstance(value, int) and (not isinstance(value, bool) and low <= value <= high)
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _are_points(value: object) -> bool:
    return isinstance(value, dict) and all(_is_share(credit) for credit in value.values())


# The year 3000: no interval leads from there to where dates end.
_LAST_DAY = parse_day("3000-01-01")
_LAST_INSTANT = parse_iso("3000-01-01T00:00:00Z")
_CARD = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}/[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_ID = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_REQUIRED = {
    "review": ("card", "rating"),
    "retry": ("card",),
    "undo": ("target",),
    "forget": ("target",),
    "suspend": ("card",),
    "unsuspend": ("card",),
    "reset": ("card",),
    "bury": ("card", "day"),
    "flag": ("card", "value"),
    "teach": ("card", "point", "phrase"),
}
_MAY_BE_NULL = {"day", "clock", "confidence", "points", "score", "rubric", "verdict"}
_HEAD: dict[str, Callable[[object], bool]] = {
    "type": lambda value: isinstance(value, str) and bool(value),
    "id": lambda value: isinstance(value, str) and bool(_ID.fullmatch(value)),
    "at": _is_time,
    "device": _is_text,
}
_FIELDS: dict[str, Callable[[object], bool]] = {
    **_HEAD,
    "clock": _is_time,
    "card": lambda value: isinstance(value, str) and bool(_CARD.fullmatch(value)),
    "target": _is_text,
    "point": _is_text,
    "phrase": _is_text,
    "prompt": _is_text,
    "answer": _is_text,
    "day": _is_day,
    "offset": _whole(-1_440, 1_440),
    "rating": _whole(1, 4),
    "confidence": _whole(1, 4),
    "elapsed_ms": _whole(0, 1 << 40),
    "counts": lambda value: isinstance(value, bool),
    "points": _are_points,
    "rubric": lambda value: isinstance(value, list),
    "verdict": lambda value: isinstance(value, dict),
    "score": _is_share,
    "value": lambda value: isinstance(value, bool) or _whole(0, 7)(value),
}

_lock = threading.Lock()
_last = (0, 0)


def new_id(instant: int) -> str:
    """Return a UUIDv7 (RFC 9562) for `instant`; ids made in one millisecond ascend."""
    global _last
    with _lock:
        random = int.from_bytes(os.urandom(10), "big")
        counter = random >> 69  # 11 bits: leaves room for the count to rise
        if _last[0] == instant:
            counter = _last[1] + 1
        _last = (instant, counter)
    return id_of(instant, counter << 64 | random & (1 << 64) - 1)


def id_of(instant: int, told: int) -> str:
    """Return the UUIDv7 of an instant, the rest of it from the lowest 76 bits of `told`."""
    value = (instant & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (told >> 64 & 0xFFF) << 64
    value |= 0b10 << 62 | told & (1 << 62) - 1
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
