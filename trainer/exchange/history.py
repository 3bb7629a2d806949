"""What was answered in another program, as events of the log."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

from trainer.exchange.note import Note
from trainer.progress.events import Event, id_of
from trainer.scheduling.days import iso

DEVICE: Final = "anki"
# When a card was suspended or flagged is not known: it is put behind its last answer, or, where it
# has none, before all that is done here.
_BEFORE_ALL: Final = 1


def events_of(notes: Iterable[tuple[str, Note]]) -> list[Event]:
    """Return the events of notes, each with its card (`deck/card`), the oldest first.

    The same history makes the same events for ever, so that it is in the log once however often it
    is brought in.
    """
    events = []
    for card, note in notes:
        for answer in note.answers:
            event = _event("review", card, answer.at, note.offset, str(answer.rating))
            events.append({**event, "rating": answer.rating, "elapsed_ms": answer.elapsed_ms})
        after = note.answers[-1].at + 1 if note.answers else _BEFORE_ALL
        if note.suspended:
            events.append(_event("suspend", card, after, note.offset))
        if note.flag:
            event = _event("flag", card, after, note.offset, str(note.flag))
            events.append({**event, "value": note.flag})
    events.sort(key=lambda event: str(event["id"]))  # which begins with the time
    return events


def _event(kind: str, card: str, at: int, offset: int, told: str = "") -> Event:
    digest = blake2b(f"{DEVICE} {kind} {card} {at} {told}".encode(), digest_size=10).digest()
    return {
        "type": kind,
        "id": id_of(at, int.from_bytes(digest, "big")),
        "at": iso(at),
        "device": DEVICE,
        "offset": offset,
        "card": card,
    }
