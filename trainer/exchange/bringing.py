"""The whole of an import: files in, decks and log changed, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from trainer.errors import TrainerError, UsageError
from trainer.exchange.formats import READ, format_of, read
from trainer.exchange.history import events_of
from trainer.exchange.importing import Arrival, arrivals
from trainer.exchange.note import ID, Skipped
from trainer.exchange.telling import Ticker, Told
from trainer.garbage import uncollected
from trainer.paths import Paths
from trainer.progress.events import Event
from trainer.progress.merge import Merged, read_log
from trainer.progress.store import Store
from trainer.text import clean

if TYPE_CHECKING:
    from trainer.decks.library import Library
    from trainer.desk import Desk


class Wishes(NamedTuple):
    """How files are brought in: all into the deck `deck` (each into its own where that is empty),
    read as `form` (by what they look like where that is empty), fronts and backs as cards of a
    `kind`; with `dry_run` nothing is written."""

    deck: str
    form: str
    kind: str
    dry_run: bool


class Bringer:
    """Brings files in, one after the other.

    The library is opened anew for each, since the one before may have changed it; the desk only
    where there is something for the log.
    """

    def __init__(
        self,
        wishes: Wishes,
        paths: Paths,
        library: Callable[[], Library],
        desk: Callable[[], Desk],
        ticker: Ticker,
    ) -> None:
        if wishes.form and wishes.form not in READ:
            raise UsageError(
                f"there is no format {clean(wishes.form)}", mend=f"use {', '.join(READ)}"
            )
        if wishes.deck and not ID.fullmatch(wishes.deck):
            raise UsageError(
                f"{clean(wishes.deck)} can't be a deck's id",
                mend="use letters without accents, digits, `-`, `_` and `.`",
            )
        self._wishes = wishes
        self._paths = paths
        self._library = library
        self._desk = desk
        self._ticker = ticker

    def bring(self, path: str) -> Told:
        """Bring a file in. Raises TrainerError; decks written until then stay written."""
        form = self._wishes.form or format_of(path)
        if form == "log":
            return self._unite(path)
        with uncollected():  # thousands of notes, cards and events are made, and none is garbage
            source = read(path, form, self._wishes.kind, self._ticker.heed)
            if not source.notes and not source.skipped and not source.heads:
                raise TrainerError("there are no cards in this file", place=clean(path))
            coming = arrivals(
                source, path, self._library(), self._paths, self._wishes.deck, self._ticker.heed
            )
            if not self._wishes.dry_run:
                for arrival in coming:
                    arrival.write(self._paths.decks)
            added = self._add_history(coming)
        return Told(path, form, coming, source.skipped, source.left_out, added)

    def _unite(self, path: str) -> Told:
        if self._wishes.dry_run:
            events, problems = read_log(path)
            merged = Merged(self._unknown(events), 0, (), tuple(problems))
        else:
            with self._desk() as desk:
                desk.back_up()
                merged = desk.store.unite([path])
        skipped = [Skipped(problem.place, problem.message) for problem in merged.problems]
        said = [f"the event {event} is there with other contents" for event in merged.differing]
        return Told(path, "log", [], skipped, said, merged.added)

    def _add_history(self, coming: Sequence[Arrival]) -> int:
        events = events_of(each for arrival in coming for each in arrival.taken)
        if not events:
            return 0
        if self._wishes.dry_run:
            return self._unknown(events)
        self._ticker.history(len(events))
        with self._desk() as desk:
            desk.back_up()
            return desk.store.unite_events(events).added

    def _unknown(self, events: Sequence[Event]) -> int:
        with Store.open_for_reading(self._paths.progress) as store:
            return store.unknown(events)
