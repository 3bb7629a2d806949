"""What an import did, or would do, in words and as a document; and how far it has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import Any, Final, NamedTuple, TextIO

from trainer.exchange.importing import Arrival, Counts
from trainer.exchange.note import Skipped
from trainer.exchange.update import Conflict
from trainer.exchange.writing import on_one_line
from trainer.text import clean, clip, count

_LISTED: Final = 20
_WIDTH: Final = 100  # characters of a value that are shown
_BEFORE: Final = 30  # and how many of them before the first that differs
_PATIENCE: Final = 0.5  # seconds until it is worth saying that something goes on
_PAUSE: Final = 0.1


class Told(NamedTuple):
    """One file that was brought in: what came of its notes, deck by deck, what could not be taken,
    what was left out, and how many events of its history are new in the log."""

    file: str
    form: str
    arrivals: Sequence[Arrival]
    skipped: Sequence[Skipped]
    left_out: Sequence[str]
    events: int

    @property
    def whole(self) -> bool:
        """Whether all was taken."""
        return not self.skipped and not any(a.conflicts or a.skipped for a in self.arrivals)


def document(told: Sequence[Told], dry_run: bool) -> dict[str, Any]:
    """Return what was done as a JSON document."""
    return {
        "dry_run": dry_run,
        "files": [
            {
                "file": each.file,
                "format": each.form,
                "decks": [
                    {
                        "deck": arrival.deck,
                        "path": arrival.path,
                        **arrival.counts._asdict(),
                        "conflicts": [conflict._asdict() for conflict in arrival.conflicts],
                        "skipped": [skipped._asdict() for skipped in arrival.skipped],
                    }
                    for arrival in each.arrivals
                ],
                "skipped": [skipped._asdict() for skipped in each.skipped],
                "left_out": [*each.left_out],
                "events": each.events,
            }
            for each in told
        ],
    }


def text(told: Sequence[Told], dry_run: bool) -> str:
    """Return what was done in words, cleaned."""
    lines = ["Nothing was written. This would happen:"] if dry_run else []
    for each in told:
        lines += _file_lines(each)
    return clean("\n".join(lines))


def _file_lines(told: Told) -> Iterator[str]:
    if told.form == "log":
        yield f"{told.file}: {count(told.events, 'event')} added to the log"
    elif not told.arrivals:
        yield f"{told.file}: no cards"
    for arrival in told.arrivals:
        yield f"{told.file} → {arrival.deck} ({arrival.path})"
        yield f"  {_counted(arrival.counts)}"
        yield from _conflicts(arrival.conflicts)
        yield from _skips(arrival.skipped)
    yield from _skips(told.skipped)
    yield from (f"  {sentence}" for sentence in told.left_out)
    if told.arrivals and told.events:
        yield f"  {count(told.events, 'event')} of its history added to the log"


def _counted(counts: Counts) -> str:
    parts = [f"{counts.new} new, {counts.updated} updated, {counts.unchanged} unchanged"]
    if counts.kept:
        parts.append(f"{counts.kept} with your edits kept")
    if counts.gone:
        parts.append(f"{counts.gone} that you took out stay out")
    return ", ".join(parts)


def _conflicts(conflicts: Sequence[Conflict]) -> Iterator[str]:
    if conflicts:
        number = count(len(conflicts), "conflict")
        yield f"  {number}: changed both here and there, so left as it is here"
    for conflict in conflicts[:_LISTED]:
        yield f"    {conflict.card}: {conflict.field} ({conflict.place})"
        here, there = _apart(conflict.here, conflict.there)
        yield f"      here:  {here}"
        yield f"      there: {there}"
    yield from _more(conflicts)


def _apart(here: object, there: object) -> tuple[str, str]:
    """Return two values on a line each, from shortly before they differ."""
    texts = [
        " ".join((value if isinstance(value, str) else on_one_line(value)).split())
        for value in (here, there)
    ]
    same = takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False))
    start = max(0, sum(1 for _ in same) - _BEFORE)
    ours, theirs = (f"{'…' if start else ''}{clip(text[start:], _WIDTH)}" for text in texts)
    return ours, theirs


def _skips(skipped: Sequence[Skipped]) -> Iterator[str]:
    if skipped:
        yield f"  {len(skipped)} skipped"
    for each in skipped[:_LISTED]:
        yield f"    {each.place}: {each.reason}"
    yield from _more(skipped)


def _more(listed: Sequence[object]) -> Iterator[str]:
    if len(listed) > _LISTED:
        yield f"    … and {len(listed) - _LISTED} more; --json lists all"


class Ticker:
    """Says on a terminal how far a file has come, after the first half a second."""

    def __init__(self, out: TextIO | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out if out is not None and out.isatty() else None
        self._clock = clock
        self._next = clock() + _PATIENCE
        self._shown = False

    def heed(self, notes: int) -> None:
        """Say that so many notes have been dealt with."""
        self._show(f"{notes:,} notes …")

    def history(self, events: int) -> None:
        """Say that so many events are being added to the log."""
        self._show(f"{events:,} events of its history …")

    def _show(self, text: str) -> None:
        if self._out is not None and self._clock() >= self._next:
            self._next = self._clock() + _PAUSE
            self._shown = True
            self._out.write(f"\r\x1b[K{text}")
            self._out.flush()

    def done(self) -> None:
        """Take away what was said."""
        if self._out is not None and self._shown:
            self._out.write("\r\x1b[K")
            self._out.flush()
