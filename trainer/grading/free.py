"""Answers in one's own words: scenarios and questions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from trainer.decks.model import Card
from trainer.grading import constants, remarks
from trainer.grading.dontknow import says_nothing
from trainer.grading.match import AnswerIndex, Hit, Term
from trainer.grading.model import (
    Grade,
    How,
    Match,
    MistakeMade,
    PointGrade,
    Span,
    SuggestedRating,
    Thresholds,
)
from trainer.grading.negation import DENIED, denied
from trainer.grading.phrases import EITHER, NOTHING, Found, best_window, windows
from trainer.grading.rubric import MistakeRubric, Phrase, PointRubric, Rubric, phrases_of
from trainer.grading.score import concave, settle, suggest, weighted_mean
from trainer.grading.tokens import STOP, Words, analyse
from trainer.grading.verdict import Decision, decide
from trainer.grading.wording import likeness, new_words, profile


class Reading(NamedTuple):
    """An answer read against a rubric: its index, what is denied, and what it decided."""

    index: AnswerIndex
    scopes: list[int]
    decision: Decision | None


class Evidence(NamedTuple):
    """What one phrase or text of a point earned, and where."""

    credit: float
    found: Found
    phrase: str
    how: How | None


def grade_free(
    card: Card,
    ref: str,
    answer: str,
    rubric: Rubric,
    taught: Sequence[tuple[str, str]],
    thresholds: Thresholds,
    hint_used: bool,
) -> Grade:
    """Return the grade of a free-text answer."""
    read = analyse(answer)
    if says_nothing(read, rubric.literal):
        return _nothing(ref, rubric)
    reading = read_against(read, rubric)
    if rubric.authored or not rubric.model.terms:
        points = tuple(
            _authored(point, reading, rubric, thresholds, taught) for point in rubric.points
        )
        score = weighted_mean(
            (graded.credit, point.weight)
            for graded, point in zip(points, rubric.points, strict=True)
        )
    else:
        points = tuple(_derived(point, reading, rubric, thresholds) for point in rubric.points)
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
    if right is False:
        score = min(score, constants.WRONG_VERDICT_CAP)
    rating: SuggestedRating = suggest(
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
        warnings=tuple(remarks.for_free_text(read, reading.decision, rubric, points)),
    )


def read_against(read: Words, rubric: Rubric) -> Reading:
    """Return the answer indexed, with its denials and its decision."""
    index = AnswerIndex(read, rubric.thesaurus)
    scopes = denied(read)
    if rubric.verdict is None:
        return Reading(index, scopes, None)
    decision = decide(index, scopes, rubric.verdict)
    if decision.right:
        # What is denied of the wrong verdict ("fine-tuning can't cite") argues for the right one.
        against = {read.clauses[mention.first] for mention in decision.rejected}
        scopes = [
            EITHER if scope and read.clauses[at] in against else scope
            for at, scope in enumerate(scopes)
        ]
    return Reading(index, scopes, decision)


def whole_score(reading: Reading, rubric: Rubric) -> float:
    """Return the score of an answer against the whole model answer.

    Mostly the share of the model answer's content words that the answer holds, through a concave
    map; the rest is likeness of wording, in all words and in those that the prompt didn't give,
    which also sees grammar words, word forms and typos.
    """
    read = reading.index.words
    parts = (
        concave(_recall(reading, rubric.model), constants.MODEL_CURVE),
        math.sqrt(likeness(profile(read.texts), rubric.wording)),
        math.sqrt(likeness(profile(new_words(read, rubric.prompt)), rubric.new_wording)),
    )
    mixed = sum(part * share for part, share in zip(parts, constants.MODEL_SHARES, strict=True))
    score = min(1.0, mixed**constants.LENIENCE)
    exempt = reading.decision is not None and reading.decision.right
    if not exempt and _is_echo(reading.index.words, rubric):
        score = min(score, constants.PROMPT_ONLY_CREDIT)
    return score


def _recall(reading: Reading, phrase: Phrase) -> float:
    good = 0.0
    for term, negative in zip(phrase.terms, phrase.negative, strict=True):
        hit, agrees = _best_hit(reading, term, negative)
        if hit is not None:
            strength = hit.strength
            if hit.how == "synonym":
                strength *= constants.MODEL_SYNONYM_FACTOR
            good += strength * term.weight * (1.0 if agrees else constants.DENIED_FACTOR)
    return good / phrase.total if phrase.total else 0.0


def _best_hit(reading: Reading, term: Term, negative: bool) -> tuple[Hit | None, bool]:
    """Return the term's best place in the answer, one of the right polarity before others."""
    best: Hit | None = None
    best_key = (0.0, False)
    for hit in reading.index.find(term):
        key = (hit.strength, _agrees(reading.scopes[hit.at], negative))
        if key > best_key:
            best, best_key = hit, key
    return best, best_key[1]


def _is_echo(read: Words, rubric: Rubric) -> bool:
    """Say whether an answer only hands the prompt's words back.

    Where the model answer too is made of the prompt's words, only a run of the prompt is an echo.
    """
    content = [stem for stem, flag in zip(read.stems, read.flags, strict=True) if not flag & STOP]
    if not all(stem in rubric.prompt for stem in content):
        return False
    new = sum(term.stem not in rubric.prompt for term in rubric.model.terms)
    if new >= constants.NEW_WORDS_SHARE * len(rubric.model.terms):
        return True
    return f" {' '.join(content)} " in f" {' '.join(rubric.prompt_order)} "


def _authored(
    point: PointRubric,
    reading: Reading,
    rubric: Rubric,
    thresholds: Thresholds,
    taught: Sequence[tuple[str, str]],
) -> PointGrade:
    exempt = reading.decision is not None and bool(reading.decision.right)
    tried = [_phrase_evidence(reading, rubric, phrase, exempt, None) for phrase in point.phrases]
    tried += [
        _phrase_evidence(reading, rubric, phrase, exempt, "taught")
        for phrase in phrases_of(
            (text for owner, text in taught if owner == point.id), rubric.thesaurus
        )
    ]
    tried.sort(key=lambda evidence: -evidence.credit)
    needed = tried[: point.need]
    credit = sum(evidence.credit for evidence in needed) / point.need
    counted = [evidence for evidence in needed if evidence.credit >= constants.SHOWN_CREDIT]
    if point.together:
        joint = [_together(reading, terms) for terms in point.together]
        share = sum(evidence.credit for evidence in joint) / len(joint)
        if share > credit:
            credit, counted = share, [evidence for evidence in joint if evidence.credit]
    else:
        said = _say_evidence(reading, rubric, point.evidence, exempt)
        if point.need > 1:
            said = said._replace(credit=min(said.credit, constants.SAY_WITH_NEED_CAP))
        if said.credit > credit:
            credit, counted = said.credit, [said]
    value, hit, unsure = settle(credit, thresholds)
    shown = counted or [e for e in tried if e.found.negated and e.found.hits][:1]
    return _point_grade(point, reading, value, hit, unsure, shown)


def _phrase_evidence(
    reading: Reading, rubric: Rubric, phrase: Phrase, exempt: bool, how: How | None
) -> Evidence:
    reach = constants.WINDOW_BASE + constants.WINDOW_PER_TERM * len(phrase.terms)
    found = best_window(reading.index, phrase, reading.scopes, rubric.prompt, reach=reach)
    return _weigh(found, phrase, exempt, how, constants.PHRASE_CURVE)


def _say_evidence(reading: Reading, rubric: Rubric, phrase: Phrase, exempt: bool) -> Evidence:
    found = best_window(
        reading.index,
        phrase,
        reading.scopes,
        rubric.prompt,
        reach=constants.SAY_REACH,
        one_sentence=False,
    )
    return _weigh(found, phrase, exempt, None, constants.SAY_CURVE)


def _weigh(
    found: Found,
    phrase: Phrase,
    exempt: bool,
    how: How | None,
    curve: tuple[tuple[float, float], ...],
) -> Evidence:
    credit = concave(found.quality, curve)
    if found.negated:
        credit *= constants.DENIED_CREDIT
    elif found.given and not exempt:
        credit = min(credit, constants.PROMPT_ONLY_CREDIT)
    return Evidence(credit, found, phrase.text, how)


def _together(reading: Reading, terms: tuple[Phrase, ...]) -> Evidence:
    """Return full credit if all of `terms` stand undenied in one clause."""
    clauses = reading.index.words.clauses
    by_clause: list[dict[int, tuple[Hit, ...]]] = []
    for phrase in terms:
        by_clause.append(
            {
                clauses[hits[0].at]: hits
                for hits in windows(
                    reading.index,
                    phrase,
                    slack=constants.TOGETHER_SLACK,
                    floor=constants.TOGETHER_FLOOR,
                    synonym_floor=constants.TOGETHER_FLOOR,
                )
                if any(_agrees(reading.scopes[h.at], n) for h, n in zip(hits, phrase.negative))
            }
        )
    text = " + ".join(phrase.text for phrase in terms)
    for clause in by_clause[0] if by_clause else ():
        if all(clause in places for places in by_clause):
            hits = tuple(hit for places in by_clause for hit in places[clause])
            return Evidence(1.0, Found(1.0, hits, False, False), text, None)
    return Evidence(0.0, Found(0.0, (), False, False), text, None)


def _agrees(scope: int, negative: bool) -> bool:
    return scope == EITHER or (scope == DENIED) == negative


def _derived(
    point: PointRubric, reading: Reading, rubric: Rubric, thresholds: Thresholds
) -> PointGrade:
    found = _anywhere(reading, rubric, point.evidence)
    evidence = _weigh(found, point.evidence, False, None, constants.MODEL_CURVE)
    credit = evidence.credit
    hit = credit >= thresholds.hit
    unsure = abs(credit - thresholds.hit) <= constants.UNSURE_BAND
    return _point_grade(point, reading, credit, hit, unsure, [evidence])


def _anywhere(reading: Reading, rubric: Rubric, phrase: Phrase) -> Found:
    """Return what of a clause of the model answer stands anywhere in the answer."""
    chosen: list[Hit] = []
    good = 0.0
    for term, negative in zip(phrase.terms, phrase.negative, strict=True):
        hit, agrees = _best_hit(reading, term, negative)
        if hit is not None and agrees:
            chosen.append(hit)
            good += hit.strength * term.weight
    if not chosen:
        return NOTHING
    stems = reading.index.words.stems
    given = all(stems[hit.at] in rubric.prompt for hit in chosen)
    return Found(good / phrase.total if phrase.total else 0.0, tuple(chosen), False, given)


def _point_grade(
    point: PointRubric,
    reading: Reading,
    credit: float,
    hit: bool,
    unsure: bool,
    shown: Sequence[Evidence],
) -> PointGrade:
    read = reading.index.words
    matches: list[Match] = []
    for evidence in shown:
        for span, hows in _spans(read, evidence.found.hits):
            how = evidence.how or hows
            matches.append(Match(span, evidence.phrase, how, evidence.found.negated))
    counted = sorted({match.span for match in matches if not match.negated})
    return PointGrade(
        id=point.id,
        say=point.say,
        credit=credit,
        hit=hit,
        unsure=unsure,
        evidence=tuple(_merge(counted)),
        matches=tuple(matches),
        missed=() if hit else point.place,
    )


def _spans(read: Words, hits: Sequence[Hit]) -> list[tuple[Span, How]]:
    """Return the hits' spans in the answer; those with only grammar between become one."""
    result: list[tuple[Span, How]] = []
    last = -2
    for hit in sorted(set(hits)):
        span = (read.starts[hit.at], read.ends[hit.at + hit.length - 1])
        if result and result[-1][1] == hit.how and _is_bridge(read, last, hit.at):
            (begin, end), _ = result[-1]
            result[-1] = ((begin, max(end, span[1])), hit.how)
        else:
            result.append((span, hit.how))
        last = max(last, hit.at + hit.length - 1)
    return result


def _is_bridge(read: Words, last: int, first: int) -> bool:
    return (
        first - last <= 3
        and all(
            read.flags[i] & STOP and read.clauses[i] == read.clauses[first]
            for i in range(last + 1, first)
        )
        and (last < 0 or read.clauses[last] == read.clauses[first])
    )


def _merge(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in spans:
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _mistake(prepared: MistakeRubric, reading: Reading) -> MistakeMade | None:
    read = reading.index.words
    spans: set[Span] = set()
    for phrase in prepared.phrases:
        for hits in windows(
            reading.index,
            phrase,
            slack=constants.MISTAKE_SLACK,
            floor=constants.MISTAKE_FLOOR,
            synonym_floor=constants.MISTAKE_FLOOR,
        ):
            if all(
                (reading.scopes[hit.at] in {DENIED, EITHER}) == negative
                for hit, negative in zip(hits, phrase.negative, strict=True)
            ):
                spans.update(span for span, _ in _spans(read, hits))
    if not spans:
        return None
    mistake = prepared.mistake
    return MistakeMade(mistake.say, mistake.why, tuple(_merge(sorted(spans))))


def _nothing(ref: str, rubric: Rubric) -> Grade:
    points = tuple(
        PointGrade(id=point.id, say=point.say, credit=0.0, hit=False, missed=point.place)
        for point in rubric.points
    )
    return Grade(card=ref, score=0.0, rating="again", points=points)
