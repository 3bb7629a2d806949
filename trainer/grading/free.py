"""Answers in one's own words: scenarios and questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from trainer.grading import constants, remarks
from trainer.grading.dontknow import says_nothing
from trainer.grading.model import Grade, MistakeMade, PointGrade, Span, Thresholds
from trainer.grading.negation import DENIED
from trainer.grading.phrases import EITHER, windows
from trainer.grading.points import grade_all_authored, grade_derived
from trainer.grading.reading import Reading, read_against
from trainer.grading.rubric import MistakeRubric, Rubric
from trainer.grading.score import suggest, weighted_mean
from trainer.grading.spans import merge, spans_of
from trainer.grading.tokens import Words, analyse
from trainer.grading.whole import whole_score


def grade_free(
    ref: str,
    answer: str,
    rubric: Rubric,
    taught: Sequence[tuple[str, str]],
    decided: Mapping[str, bool],
    thresholds: Thresholds,
    hint_used: bool,
) -> Grade:
    """Return the grade of a free-text answer."""
    read = analyse(answer)
    if says_nothing(read, rubric.literal):
        return _nothing(ref, rubric)
    reading = read_against(read, rubric)
    if rubric.authored or not rubric.model.terms:
        points = _decided(grade_all_authored(reading, rubric, thresholds, taught), rubric, decided)
        score = weighted_mean(
            (graded.credit, point.weight)
            for graded, point in zip(points, rubric.points, strict=True)
        )
    else:
        points = _decided(
            [grade_derived(point, reading, rubric, thresholds) for point in rubric.points],
            rubric,
            decided,
        )
        score = whole_score(reading, rubric)
    made = tuple(
        mistake
        for prepared in rubric.mistakes
        if (mistake := _mistake(prepared, reading)) is not None
    )
    right = reading.decision.right if reading.decision else None
    missed_required = any(
        point.required and not graded.hit
        for graded, point in zip(points, rubric.points, strict=True)
    )
    keywords = remarks.is_keyword_list(read)
    if keywords and rubric.authored:
        score *= constants.KEYWORD_FACTOR
    if right is False:
        score = min(score, constants.WRONG_VERDICT_CAP)
    if made:
        score = min(score, constants.MISTAKE_CAP)
    rating = suggest(
        score,
        thresholds,
        failed=right is False or missed_required or bool(made),
        held=hint_used or (rubric.verdict is not None and right is None),
    )
    return Grade(
        card=ref,
        score=score,
        rating=rating,
        verdict=right,
        points=points,
        mistakes=made,
        warnings=tuple(remarks.for_free_text(read, reading.decision, keywords)),
    )


def _decided(
    points: Sequence[PointGrade], rubric: Rubric, decided: Mapping[str, bool]
) -> tuple[PointGrade, ...]:
    """Return the points with what the person decided of them in place of what was found."""
    if not decided:
        return tuple(points)
    return tuple(
        replace(
            graded,
            credit=1.0 if decided[graded.id] else min(graded.credit, constants.MISS_CREDIT),
            hit=decided[graded.id],
            unsure=False,
            missed=() if decided[graded.id] else point.place,
        )
        if graded.id in decided
        else graded
        for graded, point in zip(points, rubric.points, strict=True)
    )


def _mistake(prepared: MistakeRubric, reading: Reading) -> MistakeMade | None:
    read = reading.answer.words
    spans: set[Span] = set()
    for phrase in prepared.phrases:
        for hits in windows(
            reading.answer,
            phrase,
            slack=constants.MISTAKE_SLACK,
            floor=constants.MISTAKE_FLOOR,
            synonym_floor=constants.MISTAKE_FLOOR,
        ):
            if _is_supposed(read, hits[0].at):
                continue
            if all(
                (reading.scopes[hit.at] in {DENIED, EITHER}) == negative
                for hit, negative in zip(hits, phrase.negative, strict=True)
            ):
                spans.update(span for span, _ in spans_of(read, hits))
    if not spans:
        return None
    mistake = prepared.mistake
    return MistakeMade(mistake.say, mistake.why, tuple(merge(sorted(spans))))


def _is_supposed(read: Words, at: int) -> bool:
    """Say whether the word at `at` stands in "if you do that, …": supposed, not stated."""
    first = next(i for i in range(len(read)) if read.clauses[i] == read.clauses[at])
    return read.texts[first] in {"if", "unless"}


def _nothing(ref: str, rubric: Rubric) -> Grade:
    points = tuple(
        PointGrade(id=point.id, say=point.say, credit=0.0, hit=False, missed=point.place)
        for point in rubric.points
    )
    return Grade(card=ref, score=0.0, rating="again", points=points)
