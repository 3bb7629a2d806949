"""All that a front end works with: the library, the progress file, the preferences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from trainer.config import Config, load
from trainer.decks.library import Library, open_library
from trainer.due import Due, due_now
from trainer.paths import Paths, backups_of
from trainer.planning import Mode, limits_left
from trainer.progress.store import Store
from trainer.question import taught_of
from trainer.scheduling.days import Moment, now
from trainer.selection import Selection
from trainer.session import Sitting

if TYPE_CHECKING:
    from trainer.decks.model import Card
    from trainer.forecast import Forecast
    from trainer.grading.model import Grade
    from trainer.stats import Stats


class Desk:
    """What was opened for one run of the program; `store` is to be closed at its end."""

    def __init__(
        self,
        library: Library,
        store: Store,
        config: Config,
        clock: Callable[[], Moment] = now,
        *,
        paths: Paths | None = None,
        decks: Sequence[str] = (),
        backs_up: bool = False,
    ) -> None:
        """`paths` and `decks` are what it was opened with, to be read again; `backs_up` says that
        the progress file is copied once a study day."""
        self.store = store
        self.config = config
        self.clock = clock
        self.paths = paths
        self._decks = decks
        self._backs_up = backs_up
        self._use(library)

    @classmethod
    def open(cls, paths: Paths, decks: Sequence[str], *, for_reading: bool) -> Desk:
        """Open everything below `paths`, and the decks in the folders `decks`.

        For reading, no progress file is made, and a read-only one will do. Raises TrainerError.
        """
        config = load(paths.config)
        library = _library(paths, decks, config)
        opened = Store.open_for_reading if for_reading else Store.open
        store = opened(paths.progress)
        return cls(library, store, config, paths=paths, decks=decks, backs_up=not for_reading)

    def reload(self) -> None:
        """Read the preferences and the decks again. Raises TrainerError."""
        assert self.paths is not None
        self.config = load(self.paths.config)
        self._use(_library(self.paths, self._decks, self.config))

    def _use(self, library: Library) -> None:
        self.library = library
        self.store.use_aliases(library.aliases, library.decks)
        cards = library.cards.values()
        self.store.use_cards(library.fingerprint, cards, library.introduction)

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with self.store:
            answered = not kind and self._backs_up and bool(self.store.last_event())
        if answered:
            self.back_up(once_a_day=True)

    def back_up(self, *, once_a_day: bool = False) -> None:
        """Copy the progress file into the folder of backups, and remove those no longer needed.

        `once_a_day` makes none where there is one of this study day. Raises ProgressError where
        it can't be made.
        """
        from trainer.progress.backup import backup_now, latest, thin

        at, folder = self.clock(), backups_of(self.store.path)
        last = latest(folder)
        if once_a_day and last and self.today(at._replace(instant=last.instant)) >= self.today(at):
            return
        backup_now(self.store.path, folder, at)
        thin(folder, at, self.config.settings.rollover)

    @property
    def notices(self) -> list[str]:
        """Sentences on what could not be used: preferences, and deck files with errors."""
        return [*self.config.problems, *self.library.broken]

    def today(self, at: Moment) -> int:
        """Return the study day at `at`."""
        return at.day(self.config.settings.rollover)

    def due(self, at: Moment) -> Due:
        """Count what is due at `at`."""
        day, rollover = self.today(at), self.config.settings.rollover
        topics = self.store.topic_counts(day, at.instant)
        limits = limits_left(self.store, self.config, day)
        return due_now(self.library.decks, topics, limits, at, rollover)

    def asked(self, ref: str) -> Card:
        """Return the card as it is asked next; only what is composed changes from time to time."""
        memory = self.store.memory(ref)
        return self.library.card(ref, memory.reps if memory else 0)

    def grade(self, ref: str, answer: str) -> Grade:
        """Grade an answer to the card, with what its deck and the person taught."""
        from trainer.grading import Thresholds, grade

        card = self.asked(ref)
        return grade(
            card,
            answer,
            ref=ref,
            synonyms=self.library.synonyms(self.library.cards[ref].deck),
            taught=taught_of(self.store, ref, card),
            thresholds=Thresholds(again=self.config.again, hard=self.config.hard),
        )

    def stats(self, at: Moment) -> Stats:
        """Sum up how it is going as of `at`."""
        from trainer.stats import stats

        return stats(self.store, self.library.decks, at, self.config.settings)

    def forecast(self, at: Moment) -> Forecast:
        """Project what the coming days hold, and the plan for the interview where one is set."""
        from trainer.forecast import forecast

        return forecast(self.library, self.store, self.config, at)

    def sitting(
        self,
        mode: Mode = "daily",
        selection: Selection | None = None,
        limit: int | None = None,
        minutes: float | None = None,
        more_new: int = 0,
        counts: bool = True,
    ) -> Sitting:
        """Begin a sitting. Raises TrainerError where nothing is there to be selected."""
        return Sitting(
            self.library,
            self.store,
            self.config,
            mode=mode,
            selection=selection,
            limit=limit,
            minutes=minutes,
            more_new=more_new,
            counts=counts,
            clock=self.clock,
        )


def _library(paths: Paths, decks: Sequence[str], config: Config) -> Library:
    return open_library(paths.bundled, paths.decks, decks, paths.cache, config.disabled)
