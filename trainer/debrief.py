"""What a mock interview came to, and its Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from trainer.markdown import escaped, fenced, quoted
from trainer.scheduling.days import Moment
from trainer.scheduling.schedule import Rating
from trainer.text import clip, count
from trainer.wording import (
    CONFIDENCE,
    day_name,
    duration,
    mistake,
    model_answer,
    percent,
    point_said,
    point_state,
    verdict,
)

if TYPE_CHECKING:
    from trainer.session import Feedback, HandedIn

SIGNS = {Rating.AGAIN: "✗", Rating.HARD: "~", Rating.GOOD: "✓", Rating.EASY: "✓"}
_POINT_SIGNS = {"made": "✓", "partly": "~", "missed": "✗"}
# Points whose names the deck's author gave, or that are gaps and options; a model answer's clauses
# are there to be read.
_WITH_POINTS = ("choice", "cloze")
# Points named where there is little room; the file names all.
MOST = 5


class TopicScore(NamedTuple):
    """How the answers of one topic went: how many there were, and their mean score, 0..1."""

    title: str
    answers: int
    score: float


class MissedPoint(NamedTuple):
    """A point that was missed: its text, in how many of the answers it was asked of."""

    say: str
    missed: int
    asked: int


class Debrief(NamedTuple):
    """The sums of a mock interview: topics weakest first, points missed most first.

    `verdicts` are how many were right, of how many that the answers left no doubt of.
    """

    answers: int
    score: float
    milliseconds: int
    ratings: tuple[tuple[Rating, int], ...]
    verdicts: tuple[int, int]
    topics: tuple[TopicScore, ...]
    missed: tuple[MissedPoint, ...]

    @property
    def headline(self) -> str:
        """How many answers, how good, and how fast, in a sentence."""
        if not self.answers:
            return "No answer was given."
        said = f"{count(self.answers, 'answer')} in {duration(self.milliseconds)}"
        if self.answers > 1:
            said += f", {duration(round(self.milliseconds / self.answers))} each"
        said += f". Mean score: {percent(self.score)}."
        right, judged = self.verdicts
        return f"{said} Right verdicts: {right} of {judged}." if judged else said


def debrief(handed_in: Sequence[HandedIn]) -> Debrief:
    """Sum up the answers of a mock interview."""
    scores = [each.feedback.grade.score for each in handed_in]
    ratings = [each.saved.rating for each in handed_in]
    verdicts = [each.feedback.grade.verdict for each in handed_in]
    judged = [right for right in verdicts if right is not None]
    return Debrief(
        answers=len(handed_in),
        score=_mean(scores),
        milliseconds=sum(each.saved.elapsed_ms for each in handed_in),
        ratings=tuple((r, ratings.count(r)) for r in Rating if r in ratings),
        verdicts=(sum(judged), len(judged)),
        topics=_topics(handed_in),
        missed=_missed(handed_in),
    )


def overview(sums: Debrief) -> list[str]:
    """Return the sums as lines: the whole, each topic, and the points missed most."""
    lines = [sums.headline]
    lines += [
        f"{topic.title}: {percent(topic.score)} of {count(topic.answers, 'answer')}"
        for topic in sums.topics
    ]
    if sums.missed:
        lines += ["Points missed most:", *(f"- {point.say}" for point in sums.missed[:MOST])]
    return lines


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _topics(handed_in: Iterable[HandedIn]) -> tuple[TopicScore, ...]:
    titles: dict[tuple[str, str], str] = {}
    scores: dict[tuple[str, str], list[float]] = {}
    for each in handed_in:
        question = each.feedback.question
        topic = question.ref.partition("/")[0], question.card.topic
        titles[topic] = question.topic_title or question.deck_title
        scores.setdefault(topic, []).append(each.feedback.grade.score)
    rows = [TopicScore(titles[topic], len(of), _mean(of)) for topic, of in scores.items()]
    return tuple(sorted(rows, key=lambda row: (row.score, row.title)))


def _missed(handed_in: Iterable[HandedIn]) -> tuple[MissedPoint, ...]:
    """Return the points missed; of those missed as often, required and weighty ones first."""
    asked: dict[str, int] = {}
    missed: dict[str, int] = {}
    lost: dict[str, tuple[bool, float]] = {}
    for each in handed_in:
        question, grade = each.feedback.question, each.feedback.grade
        card = question.card
        if not card.points and card.kind not in _WITH_POINTS:
            continue
        # A gap or an option alone doesn't say what it is about.
        about = "" if card.points else f" ({clip(question.prompt, 80)})"
        authored = {point.id: point for point in card.points}
        for point in grade.points:
            if point.id in card.noted:
                continue
            say = point.say + about
            asked[say] = asked.get(say, 0) + 1
            if point.hit:
                continue
            missed[say] = missed.get(say, 0) + 1
            known = authored.get(point.id)
            weight = (1.0 - point.credit) * (known.weight if known else 1.0)
            lost[say] = max(lost.get(say, (False, 0.0)), (bool(known and known.required), weight))
    rows = [MissedPoint(say, times, asked[say]) for say, times in missed.items()]
    return tuple(sorted(rows, key=lambda row: (row.missed, lost[row.say]), reverse=True))


def markdown(handed_in: Sequence[HandedIn], at: Moment, *, counts: bool) -> str:
    """Return the debrief as a Markdown document: the sums, then each answer and its model answer.

    `at` is when the interview ended; `counts` is whether it changed the schedule.
    """
    sums = debrief(handed_in)
    then = local(at)
    lines = [
        f"# Mock interview, {day_name(then.toordinal())}, {then:%H:%M}",
        "",
        sums.headline + ("" if counts else " It didn't count for the schedule."),
        "",
    ]
    if sums.topics:
        lines += ["## By topic", "", "| Topic | Answers | Score |", "|---|---:|---:|"]
        lines += [f"| {escaped(t.title)} | {t.answers} | {percent(t.score)} |" for t in sums.topics]
        lines += [""]
    if sums.missed:
        lines += ["## Points missed most", ""]
        lines += [f"- {escaped(row.say)}{_missed_of(row)}" for row in sums.missed]
        lines += [""]
    if handed_in:
        lines += ["## Answers", "", "| | Score | Rating | Time | Question |"]
        lines += ["|---:|---:|---|---:|---|"]
        lines += [_row(number, each) for number, each in enumerate(handed_in, 1)]
        lines += [""]
    for number, each in enumerate(handed_in, 1):
        lines += _answer(number, each)
    return "\n".join(lines).rstrip("\n") + "\n"


def local(at: Moment) -> datetime:
    """Return the moment as the person's own date and time."""
    zone = timezone(timedelta(minutes=at.offset))
    return datetime.fromtimestamp(at.instant / 1000, UTC).astimezone(zone)


def _missed_of(row: MissedPoint) -> str:
    return f" (missed {row.missed} of {row.asked} times)" if row.asked > 1 else ""


def _row(number: int, each: HandedIn) -> str:
    saved = each.saved
    cells = (
        str(number),
        percent(each.feedback.grade.score),
        f"{SIGNS[saved.rating]} {saved.rating.label}",
        duration(saved.elapsed_ms),
        escaped(clip(each.feedback.question.prompt, 80)),
    )
    return f"| {' | '.join(cells)} |"


def _answer(number: int, each: HandedIn) -> list[str]:
    """Return the part of the document on one answer."""
    feedback = each.feedback
    question, grade = feedback.question, feedback.grade
    where = [question.deck_title, question.topic_title]
    said = [percent(grade.score), verdict(grade), f"rated {each.saved.rating.label}"]
    said += [duration(each.saved.elapsed_ms), "with a hint" if feedback.hint_used else ""]
    said += [f"you were {CONFIDENCE[each.confidence]}"] if each.confidence in CONFIDENCE else []
    lines = [
        f"## {number}. {' › '.join(escaped(title) for title in where if title)}",
        "",
        *quoted(question.asked),
        "",
        f"{', '.join(filter(None, said))}. Card: {escaped(question.ref)}",
        "",
    ]
    for point in grade.points:
        sign = _POINT_SIGNS[point_state(point).partition(",")[0]]
        lines.append(f"- {sign} {point_said(point, question.card)}: {escaped(point.say)}")
    lines += [f"- ✗ mistake: {escaped(mistake(made))}" for made in grade.mistakes]
    lines += [f"- ! {escaped(warning)}" for warning in grade.warnings]
    lines += ["", "**Your answer**", "", *_given(feedback), ""]
    model = model_answer(question.card)
    if model:
        # The spans are of the answer as written; a cloze's sentence stands before it.
        spans = [span for p in grade.points if not p.hit for span in p.missed]
        marked = model == question.card.answer and spans
        title = "**Model answer**" + (" (bold is what you left out)" if marked else "")
        lines += [title, "", *quoted(model, spans if marked else ()), ""]
    return lines


def _given(feedback: Feedback) -> list[str]:
    answer = feedback.answer.strip("\n")
    return fenced(answer) if answer.strip() else ["(no answer)"]
