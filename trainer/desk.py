"""All that a front end works with: the library, the progress file, the preferences."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from trainer.config import Config, load
from trainer.decks.library import Library, open_library
from trainer.due import Due, due_now
from trainer.errors import ProgressError
from trainer.paths import Paths
from trainer.progress.store import Store
from trainer.scheduling.days import Moment, now
from trainer.selection import Selection
from trainer.session import Mode, Sitting, limits_left
from trainer.text import clean, count

if TYPE_CHECKING:
    from trainer.grading.model import Grade
    from trainer.stats import Stats


class Desk(NamedTuple):
    """What was opened for one run of the program; `store` is to be closed at its end."""

    library: Library
    store: Store
    config: Config
    clock: Callable[[], Moment] = now

    @classmethod
    def open(cls, paths: Paths, decks: Sequence[str], *, for_reading: bool) -> Desk:
        """Open everything below `paths`, and the decks in the folders `decks`.

        For reading, no progress file is made, and a read-only one will do. Raises TrainerError.
        """
        config = load(paths.config)
        library = open_library(paths.bundled, paths.decks, decks, paths.cache)
        opened = Store.open_for_reading if for_reading else Store.open
        store = opened(paths.progress)
        # Where the file can't be written, cards renamed since count under their former names.
        with contextlib.suppress(ProgressError):
            store.use_aliases(library.aliases, library.decks)
        return cls(library, store, config)

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

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
        limits = limits_left(self.store, self.config, self.today(at))
        cards = self.library.cards.values()
        memories = self.store.memories()
        return due_now(self.library.decks, cards, memories, limits, at, self.config.settings)

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
        from trainer.stats import DayRow, stats

        return stats(
            [DayRow(*row) for row in self.store.review_days()],
            self.library.decks,
            self.library.cards.values(),
            self.store.memories(),
            self.today(at),
            self.config.settings,
        )

    def sitting(
        self,
        mode: Mode = "daily",
        selection: Selection | None = None,
        limit: int | None = None,
        minutes: float | None = None,
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
            clock=self.clock,
        )
