"""What the reporting commands print: tables for people, one JSON document for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trainer.due import Counts, Due
from trainer.paths import Paths
from trainer.scheduling.days import Moment, iso
from trainer.stats import Stats
from trainer.text import clean, count
from trainer.wording import duration, mistake, percent, point_state, verdict, when

if TYPE_CHECKING:
    from trainer.decks.check import FileCheck
    from trainer.grading.model import Grade
    from trainer.progress.store import Taught


_CONTROLS = re.compile("[\x7f-\x9f]")


def as_json(document: Any) -> str:
    """Return one JSON document, indented, in plain UTF-8.

    The controls that JSON lets stand, DEL and C1, are escaped: a terminal would obey them.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return _CONTROLS.sub(lambda control: f"\\u{ord(control[0]):04x}", text)


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Return rows as lines with aligned columns; `right` names those aligned to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def due_text(due: Due, at: Moment) -> str:
    """Return what is due, by deck and topic."""
    rows: list[tuple[str, ...]] = [("", "new", "learning", "due")]
    for deck in due.decks:
        rows.append((clean(deck.title), *map(str, deck.counts)))
        rows += [
            (f"  {clean(topic.title)}", *map(str, topic.counts))
            for topic in deck.topics
            if topic.title
        ]
    if len(due.decks) > 1:
        rows.append(("all decks", *map(str, due.counts)))
    lines = table(rows, right=(1, 2, 3)) if due.decks else ["No decks are loaded."]
    today = due.today
    lines.append("")
    if sum(today):
        lines.append(
            f"Today: {count(today.due, 'review')}, {count(today.learning, 'learning step')}, "
            f"{today.new} new."
        )
    else:
        lines.append("Nothing is left for today.")
    if due.next is not None:
        lines.append(f"Next due: {when(due.next, at)}.")
    return "\n".join(lines)


def due_document(due: Due, at: Moment) -> dict[str, Any]:
    """Return what is due as JSON's types; times are ISO 8601 UTC, null where nothing falls due."""

    def time(instant: int | None) -> str | None:
        return None if instant is None else iso(instant)

    return {
        "at": iso(at.instant),
        **_counts(due.counts),
        "today": _counts(due.today),
        "next": time(due.next),
        "decks": [
            {
                "deck": deck.id,
                "title": deck.title,
                **_counts(deck.counts),
                "next": time(deck.next),
                "topics": [
                    {"topic": topic.id, "title": topic.title, **_counts(topic.counts)}
                    for topic in deck.topics
                ],
            }
            for deck in due.decks
        ],
    }


def _counts(counts: Counts) -> dict[str, int]:
    return counts._asdict()


def stats_text(stats: Stats) -> str:
    """Return how it is going, in a few lines and a table of topics."""
    lines = [
        f"{count(stats.reviews, 'review')} on {count(stats.days, 'day')}, "
        f"{stats.reviews_today} today in {duration(stats.milliseconds_today)}.",
        f"Streak: {count(stats.streak, 'day')}.",
    ]
    if stats.retention is None:
        lines.append("Retention: no card has come back for review yet.")
    else:
        lines.append(
            f"Retention: {percent(stats.retention)} of "
            f"{count(stats.retention_reviews, 'review')} in the last 30 days."
        )
    if stats.mastery:
        rows = [("topic", "cards", "met", "recall tomorrow")]
        rows += [
            (clean(row.title), str(row.cards), str(row.met), percent(row.recall))
            for row in stats.mastery
        ]
        lines += ["", *table(rows, right=(1, 2, 3))]
    return "\n".join(lines)


def stats_document(stats: Stats, at: Moment) -> dict[str, Any]:
    """Return how it is going as JSON's types; shares are 0..1, times in milliseconds."""
    return {
        "at": iso(at.instant),
        **stats._asdict(),
        "mastery": [row._asdict() for row in stats.mastery],
    }


def grade_text(grade: Grade, answer: str) -> str:
    """Return a grade in words."""
    if grade.rating is None:
        return "This card is rated by yourself; there is nothing to grade."
    parts = [f"Score {percent(grade.score)}", verdict(grade), f"suggested rating {grade.rating}"]
    lines = [", ".join(part for part in parts if part) + "."]
    lines += grade_lines(grade, answer)
    return "\n".join(clean(line) for line in lines)


def grade_lines(grade: Grade, answer: str) -> list[str]:
    """Return what an answer made and missed, its mistakes, and the grader's notes, a line each."""
    lines = []
    for point in grade.points:
        shown = "; ".join(" ".join(answer[start:end].split()) for start, end in point.evidence)
        evidence = f' ("{shown}")' if shown else ""
        lines.append(f"- {point_state(point)}: {point.say}{evidence}")
    lines += [f"- mistake: {mistake(made)}" for made in grade.mistakes]
    return lines + [f"- note: {warning}" for warning in grade.warnings]


def check_text(results: Sequence[FileCheck]) -> str:
    """Return what `trainer check` found: a line for each error, warning and sound file."""
    lines = []
    for result in results:
        lines += [str(problem) for problem in (*result.errors, *result.warnings)]
        if not result.errors:
            lines.append(f"{result.path}: {count(result.cards, 'card')}, no errors")
    errors = sum(len(result.errors) for result in results)
    if errors:
        lines.append(count(errors, "error"))
    return "\n".join(clean(line) for line in lines)


def taught_text(taught: Sequence[Taught]) -> str:
    """Return the phrases taught, each with its id, card and point."""
    if not taught:
        return "Nothing was taught yet."
    rows = [(row.id, row.card, row.point, f"“{row.phrase}”") for row in taught]
    return "\n".join(clean(line) for line in table(rows))


def taught_document(taught: Sequence[Taught]) -> list[dict[str, Any]]:
    """Return the phrases taught as JSON's types."""
    return [{**row._asdict(), "at": iso(row.at)} for row in taught]


def paths_text(paths: Paths) -> str:
    """Return where everything lives."""
    return "\n".join(table([(name, clean(path)) for name, path in paths._asdict().items()]))
