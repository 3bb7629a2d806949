"""How times, scores and grades are said, the same in the app and in plain words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from trainer.scheduling.days import MINUTE, Moment
from trainer.scheduling.schedule import Memory
from trainer.text import clip, count

if TYPE_CHECKING:
    from trainer.decks.model import Card
    from trainer.grading.model import Grade, MistakeMade, PointGrade
    from trainer.scheduling.queues import Weakness

# How sure a person says to be, before the answer is shown.
CONFIDENCE = {1: "a guess", 2: "unsure", 3: "fairly sure", 4: "certain"}


def wait(memory: Memory, at: Moment) -> str:
    """Return how long a card waits from `at` on: `10 min`, `3 d`, `4.5 mo`, `1.2 y`."""
    if memory.due_at is not None:
        minutes = max(1, round((memory.due_at - at.instant) / MINUTE))
        return f"{minutes} min" if minutes < 60 else f"{_short(minutes / 60)} h"
    days = memory.interval
    if days < 30:
        return f"{days} d"
    return f"{_short(days / 30.4375)} mo" if days < 365 else f"{_short(days / 365.25)} y"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def when(instant: int, at: Moment) -> str:
    """Return a later time as a person says it: `in 9 minutes`, `tomorrow`, `on 3 June`."""
    minutes = (instant - at.instant) / MINUTE
    if minutes <= 0:
        return "now"
    whole = max(1, round(minutes))
    if whole < 60:
        return f"in {whole} minute{'' if whole == 1 else 's'}"
    zone = timezone(timedelta(minutes=at.offset))
    then, today = (
        datetime.fromtimestamp(value / 1000, UTC).astimezone(zone)
        for value in (instant, at.instant)
    )
    days = (then.date() - today.date()).days
    clock = f"{then:%H:%M}"
    if days == 0:
        return f"today at {clock}"
    if days == 1:
        return f"tomorrow at {clock}"
    if days < 7:
        return f"on {then:%A}"
    year = f" {then.year}" if then.year != today.year else ""
    return f"on {then.day} {then:%B}{year}"


def day_name(day: int) -> str:
    """Return a study day as a date: `14 December 2026`."""
    date = datetime.fromordinal(day)
    return f"{date.day} {date:%B} {date.year}"


def why_weak(weakness: Weakness, card: Card) -> str:
    """Return why a card is asked where weak cards are."""
    says = {point.id: point.say for point in card.points}
    missed = []
    for point, times in weakness.points:
        name = f"“{clip(says[point], 60)}”" if point in says else "the answer"
        missed.append(name if times == 1 else f"{name} {times} times")
    said = f"You missed {', '.join(missed[:3])} lately" if missed else ""
    if weakness.topic:
        others = f"{count(weakness.topic, 'point')} of its topic on other cards"
        said = f"{said}, and {others}" if said else f"You missed {others} lately"
    return f"{said}."


def percent(score: float) -> str:
    """Return a score or share, 0..1, as whole percent."""
    return f"{round(score * 100)} %"


def duration(milliseconds: int) -> str:
    """Return a length of time in minutes and seconds: `3 min 20 s`."""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def verdict(grade: Grade) -> str:
    """Return what became of the verdict, empty where the card has none."""
    if grade.verdict is None:
        return ""
    return "right verdict" if grade.verdict else "wrong verdict"


def mistake(made: MistakeMade) -> str:
    """Return a mistake with why it is one, as sentences."""
    return f"{made.say.rstrip('.')}. {made.why}".strip()


def point_state(point: PointGrade) -> str:
    """Return `made`, `partly` or `missed`; a point near the threshold is said to be unsure."""
    if point.hit:
        return "made, unsure" if point.unsure else "made"
    if point.unsure:
        return "missed, unsure"
    return "partly" if point.credit >= 0.2 and point.evidence else "missed"


def task(card: Card) -> str:
    """Return what is asked for besides the prompt; "" where that says it."""
    return "Decide, and give a reason for each cue." if card.noted else ""


def point_said(point: PointGrade, card: Card) -> str:
    """Return what became of a point of a card; one that is noted only is said to be that."""
    if point.id in card.noted:
        return "also said" if point.hit else "also to say"
    return point_state(point)


def model_answer(card: Card) -> str:
    """Return what a strong answer to the card is; a choice's right options are its points."""
    if card.kind == "cloze":
        from trainer.decks.model import filled

        return "\n\n".join(text for text in (filled(card.text), card.answer) if text)
    return card.answer
