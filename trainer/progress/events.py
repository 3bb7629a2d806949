"""The events of the log: what they hold, their ids, their JSON."""

from __future__ import annotations

import json
import os
import threading
from typing import Any, NamedTuple

from trainer.scheduling.days import Moment, day_iso, iso

Event = dict[str, Any]


class Review(NamedTuple):
    """One rated answer, as a sitting hands it over.

    `rating` and `suggested` are 1..4, `points` credits (0..1) by point id, `variant` 0 for the
    card's prompt and from 1 on for its variants, `confidence` 1..4 where the person was asked.
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


def review_event(review: Review, at: Moment, day: int, device: str) -> Event:
    """Return the `review` event of an answer rated at `at`, on the study day `day`."""
    return {**_head("review", at, device), **review._asdict(), "day": day_iso(day)}


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


def encode(event: Event) -> str:
    """Return the event as one line of JSON, keys in order, so that equal events are equal text."""
    return json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


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
    value = (instant & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (counter & 0xFFF) << 64
    value |= 0b10 << 62 | random & (1 << 62) - 1
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
