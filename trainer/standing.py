"""How cards stand: what is known of them at a moment, and that in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from trainer.progress.records import Mark, Past
from trainer.progress.store import Store
from trainer.scheduling.days import Moment
from trainer.scheduling.memory import model
from trainer.scheduling.schedule import Memory, Rating
from trainer.scheduling.settings import LEECH_LAPSES, Settings
from trainer.text import count
from trainer.wording import day_name, percent, wait, when

_UNMARKED = Mark()


class Standing(NamedTuple):
    """What is known of every card, as of the moment `at`, on the study day `day`."""

    memories: Mapping[str, Memory]
    marks: Mapping[str, Mark]
    at: Moment
    day: int

    def mark(self, card: str) -> Mark:
        """Return what the person said of a card."""
        return self.marks.get(card, _UNMARKED)

    def is_(self, state: str, card: str) -> bool:
        """Whether the card is in one of STATES."""
        return STATES[state](self.memories.get(card), self.mark(card), self.day, self.at.instant)

    def due(self, card: str) -> str:
        """Return in a word or two when the card is asked next: `due`, `3 d`, `suspended`."""
        mark, memory = self.mark(card), self.memories.get(card)
        if mark.suspended:
            return "suspended"
        if mark.buried_day >= self.day:
            return "buried"
        if memory is None:
            return "new"
        if memory.is_due(self.day, self.at.instant):
            return "due"
        return wait(memory._replace(interval=memory.due_day - self.day), self.at)


def standing(store: Store, at: Moment, settings: Settings) -> Standing:
    """Return how all cards stand at a moment."""
    return Standing(store.memories(), store.marks(), at, at.day(settings.rollover))


def _is_new(memory: Memory | None, mark: Mark, day: int, _: int) -> bool:
    return memory is None and not (mark.suspended or mark.buried_day >= day)


def _is_due(memory: Memory | None, mark: Mark, day: int, instant: int) -> bool:
    hidden = mark.suspended or mark.buried_day >= day
    return memory is not None and not hidden and memory.is_due(day, instant)


# What a card can be. One that is suspended or buried is neither new nor due: it isn't asked.
STATES: dict[str, Callable[[Memory | None, Mark, int, int], bool]] = {
    "due": _is_due,
    "new": _is_new,
    "learning": lambda memory, mark, *_: (
        memory is not None and memory.phase != "review" and not mark.suspended
    ),
    "leech": lambda memory, *_: memory is not None and memory.lapses >= LEECH_LAPSES,
    "suspended": lambda _, mark, *__: mark.suspended,
    "buried": lambda _, mark, day, __: mark.buried_day >= day,
    "flagged": lambda _, mark, *__: mark.flag > 0,
}


def described(card: str, known: Standing, settings: Settings) -> list[tuple[str, str]]:
    """Return what is known of a card, line by line: what it is, and how it is in plain words."""
    memory = known.memories.get(card)
    lines = _memory(card, memory, known, settings) if memory else [("Memory", "never answered yet")]
    mark = known.mark(card)
    marks = ["suspended: it is never asked"] if mark.suspended else []
    if mark.buried_day >= known.day:
        marks.append("buried until tomorrow")
    if mark.flag:
        marks.append("flagged")
    if marks:
        lines.append(("Marks", "; ".join(marks)))
    return lines


def _memory(
    card: str, memory: Memory, known: Standing, settings: Settings
) -> list[tuple[str, str]]:
    fsrs = model(settings.of(card).parameters)
    recall = fsrs.retrievability(memory.stability, known.day - memory.last_day)
    due = when(memory.falls_due(known.at.offset, settings.rollover), known.at)
    lapses = "never forgotten since it was learnt"
    if memory.lapses:
        leech = ", a leech" if memory.lapses >= LEECH_LAPSES else ""
        lapses = f"forgotten {_times(memory.lapses)} after it was learnt{leech}"
    hardness = "easy" if memory.difficulty < 4 else "middling" if memory.difficulty < 7 else "hard"
    return [
        ("Recall", f"{percent(recall)} likely now"),
        ("Due", due),
        ("Stability", f"{_days(memory.stability)} to 90 % recall"),
        ("Difficulty", f"{memory.difficulty:.1f} of 10, {hardness} for you"),
        ("Answered", _times(memory.reps)),
        ("First", day_name(memory.first_day)),
        ("Lapses", lapses),
    ]


def _days(days: float) -> str:
    if days < 1:
        return "less than a day"
    return count(round(days), "day") if days < 730 else f"{days / 365.25:.1f} years"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def told(past: Past) -> str:
    """Return an answer once given on one line: when, how it was rated, what it was."""
    rated = Rating(past.rating).label if past.rating in list(Rating) else ""
    score = "" if past.score is None else f", {percent(past.score)}"
    aside = "taken back" if past.undone else "a retry" if past.kind == "retry" else ""
    if not aside and not past.counts:
        aside = "practice"
    day = "" if past.day is None else f"{day_name(past.day)}: "
    return f"{day}{rated}{score}{f' ({aside})' if aside else ''}"
