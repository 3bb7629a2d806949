"""All that a front end works with: the library, the progress file, the preferences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from trainer.config import Config, load
from trainer.decks.library import Library, open_library
from trainer.due import Due, due_now
from trainer.paths import Paths
from trainer.progress.store import Store
from trainer.scheduling.days import Moment, now
from trainer.selection import Selection
from trainer.session import Mode, Sitting, limits_left
from trainer.text import clean, count

if TYPE_CHECKING:
    from trainer.forecast import Forecast
    from trainer.grading.model import Grade
    from trainer.stats import Stats


class Desk(NamedTuple):
    """What was opened for one run of the program; `store` is to be closed at its end.

    `backups` is the folder for copies of the progress file, empty where none are made.
    """

    library: Library
    store: Store
    config: Config
    clock: Callable[[], Moment] = now
    backups: str = ""

    @classmethod
    def open(cls, paths: Paths, decks: Sequence[str], *, for_reading: bool) -> Desk:
        """Open everything below `paths`, and the decks in the folders `decks`.

        For reading, no progress file is made, and a read-only one will do. Raises TrainerError.
        """
        config = load(paths.config)
        library = open_library(paths.bundled, paths.decks, decks, paths.cache)
        opened = Store.open_for_reading if for_reading else Store.open
        store = opened(paths.progress)
        store.use_aliases(library.aliases, library.decks)
        store.use_cards(library.fingerprint, library.cards.values())
        return cls(library, store, config, backups="" if for_reading else paths.backups)

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with self.store:
            answered = not kind and bool(self.backups and self.store.last_event())
        if answered:
            self.back_up(once_a_day=True)

    def back_up(self, *, once_a_day: bool = False) -> None:
        """Copy the progress file into the folder of backups, and remove those no longer needed.

        `once_a_day` makes none where there is one of this study day. Raises ProgressError where
        it can't be made.
        """
        from trainer.progress.backup import backup_now, latest, thin

        at, rollover = self.clock(), self.config.settings.rollover
        last = latest(self.backups)
        if (
            once_a_day
            and last
            and at._replace(instant=last.instant).day(rollover) >= at.day(rollover)
        ):
            return
        backup_now(self.store.path, self.backups, at)
        thin(self.backups, at, rollover)

    @property
    def notices(self) -> list[str]:
        """Sentences on what could not be used: preferences, and deck files with errors."""
        errors: dict[str, int] = {}
        for problem in self.library.problems:
            if problem.severity == "error":
                errors[problem.path] = errors.get(problem.path, 0) + 1
        return [
            *self.config.problems,
            *(
                f"{clean(path)}: {count(n, 'error')}; see `trainer check`"
                for path, n in errors.items()
            ),
        ]

    def today(self, at: Moment) -> int:
        """Return the study day at `at`."""
        return at.day(self.config.settings.rollover)

    def due(self, at: Moment) -> Due:
        """Count what is due at `at`."""
        day, rollover = self.today(at), self.config.settings.rollover
        topics = self.store.topic_counts(day, at.instant)
        limits = limits_left(self.store, self.config, day)
        return due_now(self.library.decks, topics, limits, at, rollover)

    def grade(self, ref: str, answer: str) -> Grade:
        """Grade an answer to the card, with what its deck and the person taught."""
        from trainer.grading import Thresholds, grade

        return grade(
            self.library.card(ref),
            answer,
            ref=ref,
            synonyms=self.library.synonyms(self.library.cards[ref].deck),
            taught=[(each.point, each.phrase) for each in self.store.taught(ref)],
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
