"""What the reporting commands print: tables for people, one JSON document for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trainer.due import Counts, Due
from trainer.paths import Paths
from trainer.scheduling.days import Moment, day_iso, iso
from trainer.text import clean, clip, count
from trainer.wording import (
    CONFIDENCE,
    day_name,
    duration,
    mistake,
    percent,
    point_said,
    verdict,
    when,
)

if TYPE_CHECKING:
    from trainer.decks.check import FileCheck
    from trainer.decks.framework_check import Sample
    from trainer.decks.model import Card
    from trainer.forecast import Forecast
    from trainer.grading.model import Grade
    from trainer.progress.doctor import Findings
    from trainer.progress.merge import Merged
    from trainer.progress.records import Taught
    from trainer.progress.salvage import Gap
    from trainer.scheduling.projection import DayLoad
    from trainer.search import Found
    from trainer.stats import Stats


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


def found_text(found: Sequence[Found], width: int | None) -> str:
    """Return the cards found, one in a line, cut where the terminal's width is known."""
    rows = [(card.ref, clip(title, 40), " ".join(prompt.split())) for card, title, prompt in found]
    return "\n".join([line if width is None else line[:width] for line in table(rows)])


def found_document(found: Sequence[Found]) -> dict[str, Any]:
    """Return the cards found, for programs."""
    cards = [
        {
            "card": card.ref,
            "deck": card.deck,
            "topic": card.topic,
            "kind": card.kind,
            "title": title,
            "prompt": prompt,
        }
        for card, title, prompt in found
    ]
    return {"cards": cards}


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
    """Return how it is going, in sentences and tables."""
    lines = [
        f"{count(stats.reviews, 'review')} on {count(stats.days, 'day')}, "
        f"{stats.reviews_today} today in {duration(stats.milliseconds_today)}.",
        f"Streak: {count(stats.streak, 'day')}.",
        _retention(stats),
    ]
    month = [day for day in stats.done if day.reviews]
    if month:
        answers = sum(day.reviews for day in month)
        minutes = sum(day.milliseconds for day in month) / 60_000
        lines.append(
            f"Last {len(stats.done)} days: {count(answers, 'review')} in {minutes:.0f} min, on "
            f"{count(len(month), 'day')}."
        )
    week = [day.cards for day in stats.due[:7]]
    total = sum(day.cards for day in stats.due)
    lines.append(
        f"Falling due: {week[0]} today, {sum(week)} within a week, {total} within "
        f"{len(stats.due)} days."
    )
    if stats.mastery:
        rows = [("topic", "cards", "met", "recall tomorrow")]
        rows += [
            (clean(row.title), str(row.cards), str(row.met), percent(row.recall))
            for row in stats.mastery
        ]
        lines += ["", *table(rows, right=(1, 2, 3))]
    if stats.points:
        rows = [("weakest points", "", "made", "asked")]
        rows += [(p.card, p.point, str(p.made), str(p.asked)) for p in stats.points]
        lines += ["", *table(rows, right=(2, 3))]
    if stats.hardest:
        rows = [("hardest cards", "lapses", "difficulty", "")]
        rows += [
            (card.card, str(card.lapses), f"{card.difficulty:.1f}", "leech" if card.leech else "")
            for card in stats.hardest
        ]
        lines += ["", *table(rows, right=(1, 2))]
    if stats.calibration:
        sure = [("how sure", "right", "of")]
        sure += [
            (CONFIDENCE[row.confidence], percent(row.right / row.reviews), str(row.reviews))
            for row in stats.calibration
        ]
        lines += ["", *table(sure, right=(1, 2))]
    if stats.sure_and_wrong:
        wrong = [("sure, and wrong", "", "")]
        wrong += [
            (each.card, CONFIDENCE[each.confidence], f"“{clip(each.answer, 50)}”")
            for each in stats.sure_and_wrong
        ]
        lines += ["", *table(wrong)]
    return "\n".join(lines)


def _retention(stats: Stats) -> str:
    whole = stats.retention
    if whole.share is None:
        return "Retention: no card has come back for review yet."
    parts = [
        f"{name} cards {percent(each.share)} of {each.reviews}"
        for name, each in (("young", stats.young), ("mature", stats.mature))
        if each.share is not None
    ]
    return (
        f"Retention: {percent(whole.share)} of {count(whole.reviews, 'review')} in the last "
        f"{len(stats.done)} days ({', '.join(parts)})."
    )


def stats_document(stats: Stats, at: Moment) -> dict[str, Any]:
    """Return how it is going as JSON's types; shares are 0..1, times in milliseconds."""
    return {
        "at": iso(at.instant),
        "reviews": stats.reviews,
        "reviews_today": stats.reviews_today,
        "milliseconds_today": stats.milliseconds_today,
        "days": stats.days,
        "streak": stats.streak,
        "retention": stats.retention.share,
        "retention_reviews": stats.retention.reviews,
        "young": {"retention": stats.young.share, "reviews": stats.young.reviews},
        "mature": {"retention": stats.mature.share, "reviews": stats.mature.reviews},
        "done": [{**row._asdict(), "day": day_iso(row.day)} for row in stats.done],
        "due": [{**row._asdict(), "day": day_iso(row.day)} for row in stats.due],
        "mastery": [row._asdict() for row in stats.mastery],
        "points": [row._asdict() for row in stats.points],
        "hardest": [row._asdict() for row in stats.hardest],
        "calibration": [row._asdict() for row in stats.calibration],
        "sure_and_wrong": [
            {**row._asdict(), "day": day_iso(row.day)} for row in stats.sure_and_wrong
        ],
    }


def forecast_text(forecast: Forecast) -> str:
    """Return what the coming days hold, and the plan for the interview."""
    rows = [("day", "reviews", "new", "minutes")]
    rows += [
        (
            day_iso(day.day),
            f"{day.reviews:.0f}",
            str(day.new),
            f"{(day.reviews + day.new) * forecast.pace / 60_000:.0f}",
        )
        for day in forecast.load
    ]
    lines = table(rows, right=(1, 2, 3))
    plan = forecast.plan
    if plan is None:
        return "\n".join(lines)
    lines += [
        "",
        f"Interview on {day_name(plan.interview)}, in {count(plan.days_left, 'day')}.",
        f"The plan: {count(round(plan.cards_a_day), 'card')} a day; today "
        f"{plan.new_today} new and {count(len(plan.extra), 'early review')} besides what is due.",
        f"Expected recall on the day: {percent(plan.recall_planned)} with the plan, "
        f"{percent(plan.recall_usual)} with the usual daily limits, "
        f"{percent(plan.recall_none)} without another answer.",
    ]
    if plan.unseen:
        lines.append(
            f"{count(plan.unseen, 'card')} can't be seen in time; raise [daily] reviews or minutes "
            "in the config."
        )
    return "\n".join(lines)


def forecast_document(forecast: Forecast, at: Moment) -> dict[str, Any]:
    """Return the forecast as JSON's types; recalls are 0..1, the pace in milliseconds."""
    plan = forecast.plan
    return {
        "at": iso(at.instant),
        "milliseconds_an_answer": round(forecast.pace),
        "days": [_load(day) for day in forecast.load],
        "interview": plan
        and {
            **plan._asdict(),
            "interview": day_iso(plan.interview),
            "load": [_load(day) for day in plan.load],
        },
    }


def _load(day: DayLoad) -> dict[str, Any]:
    return {"day": day_iso(day.day), "reviews": round(day.reviews, 2), "new": day.new}


def merged_text(merged: Merged) -> str:
    """Return what came of uniting logs."""
    lines = [f"{count(merged.added, 'event')} added, {merged.known} known already."]
    lines += [
        f"{name}: two contents under one id; the smaller is kept" for name in merged.differing
    ]
    for problem in merged.problems:
        then = "all before it was taken" if problem.torn else "it was left out"
        lines.append(f"{problem.place}: {problem.message}; {then}")
    return "\n".join(clean(line) for line in lines)


def merged_document(merged: Merged) -> dict[str, Any]:
    """Return what came of uniting logs as JSON's types."""
    return {
        "added": merged.added,
        "known": merged.known,
        "differing": list(merged.differing),
        "problems": [problem._asdict() for problem in merged.problems],
    }


def findings_text(findings: Findings) -> str:
    """Return what the doctor found and did."""
    if not findings.exists:
        return f"There is no progress file yet at {clean(findings.path)}."
    events = count(findings.events, "event")
    if not findings.kept:
        if findings.sound:
            return f"The progress file is sound: {events}, and all that follows from them agrees."
        rows = ", ".join(f"{number} of {table}" for table, number in findings.differing)
        return f"The log is sound: {events}. What follows from it was put right (rows: {rows})."
    lines = [
        "The progress file was damaged.",
        f"The damaged original is kept in {clean(findings.kept)}.",
        f"{count(findings.read, 'event')} could be read of it.",
    ]
    if findings.backup:
        lines.append(
            f"{count(findings.restored, 'event')} came from the backup {clean(findings.backup)}."
        )
    else:
        lines.append("There was no sound backup to add to them.")
    for gap in findings.gaps:
        lines.append(f"Missing: {count(gap.rows, 'event')}{_between(gap)}.")
    if not findings.gaps:
        lines.append("No event is known to be missing.")
    return "\n".join([*lines, f"The new progress file holds {events}."])


def _between(gap: Gap) -> str:
    after, before = (None if at is None else iso(at) for at in (gap.after, gap.before))
    if after and before:
        return f" from between {after} and {before}"
    return f" from after {after}" if after else f" from before {before}" if before else ""


def findings_document(findings: Findings) -> dict[str, Any]:
    """Return what the doctor found and did as JSON's types; times are ISO 8601 UTC."""
    return {
        "ok": findings.sound,
        **findings._asdict(),
        "differing": dict(findings.differing),
        "gaps": [
            {
                "events": gap.rows,
                "after": gap.after and iso(gap.after),
                "before": gap.before and iso(gap.before),
            }
            for gap in findings.gaps
        ],
    }


def orphans_text(orphans: Sequence[tuple[str, int]]) -> str:
    """Return the cards with a history that no deck has any more."""
    if not orphans:
        return "Every card with a history is in the library."
    lines = table([(card, count(reviews, "review")) for card, reviews in orphans])
    return "\n".join(
        [
            *lines,
            "",
            "No deck has these; their progress is kept. Where a card was renamed, write its old "
            "name under `formerly:`.",
        ]
    )


def grade_text(grade: Grade, answer: str, card: Card) -> str:
    """Return the grade of an answer to a card in words."""
    if grade.rating is None:
        return "This card is rated by yourself; there is nothing to grade."
    parts = [f"Score {percent(grade.score)}", verdict(grade), f"suggested rating {grade.rating}"]
    lines = [", ".join(part for part in parts if part) + "."]
    lines += grade_lines(grade, answer, card)
    return "\n".join(clean(line) for line in lines)


def grade_lines(grade: Grade, answer: str, card: Card) -> list[str]:
    """Return what an answer made and missed, its mistakes, and the grader's notes, a line each."""
    lines = []
    for point in grade.points:
        shown = "; ".join(" ".join(answer[start:end].split()) for start, end in point.evidence)
        evidence = f' ("{shown}")' if shown else ""
        lines.append(f"- {point_said(point, card)}: {point.say}{evidence}")
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
    return "\n".join(clean(line).replace("\n", " ") for line in lines)


def samples_text(samples: Sequence[Sample]) -> str:
    """Return composed scenarios to be read: each with its verdict and its model answer."""
    if not samples:
        return "There is no framework to compose scenarios from."
    lines = []
    for number, sample in enumerate(samples, 1):
        lines += ["", f"{number}. {sample.prompt}", f"   {sample.card}: {sample.verdict}"]
        lines.append(f"   {sample.answer}")
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
