"""What an answer earns on one point: an authored one, or a clause of the model answer."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from trainer.grading import constants
from trainer.grading.binding import scopes_for, side_of
from trainer.grading.match import Hit
from trainer.grading.model import How, Match, PointGrade, Span, Thresholds
from trainer.grading.phrases import NOTHING, Found, agrees, best_window, windows
from trainer.grading.reading import Reading, best_hit, found_of
from trainer.grading.rubric import Phrase, PointRubric, Rubric, phrases_of
from trainer.grading.score import concave, settle
from trainer.grading.spans import merge, spans_of


class Evidence(Struct, frozen=True, gc=False):
    """What one phrase or text of a point earned, and where."""

    credit: float
    found: Found
    phrase: str
    how: How | None


def grade_all_authored(
    reading: Reading,
    rubric: Rubric,
    thresholds: Thresholds,
    taught: Sequence[tuple[str, str]],
) -> list[PointGrade]:
    """Return the grades of the authored points; the same words make one of two points only."""
    made = [grade_authored(p, reading, rubric, thresholds, taught) for p in rubric.points]
    exact, weak = [], []
    for graded, counted in made:
        hits = [hit for evidence in counted for hit in evidence.found.hits] if graded.hit else []
        exact.append({hit.at for hit in hits if hit.how == "exact"})
        weak.append({hit.at for hit in hits if hit.how != "exact"})
    result = []
    for number, (graded, _) in enumerate(made):
        taken = frozenset(
            at for other, own in enumerate(exact) if other != number for at in own & weak[number]
        )
        if taken:
            graded, _ = grade_authored(
                rubric.points[number], reading, rubric, thresholds, taught, taken
            )
        result.append(graded)
    return result


def grade_authored(
    point: PointRubric,
    reading: Reading,
    rubric: Rubric,
    thresholds: Thresholds,
    taught: Sequence[tuple[str, str]],
    taken: frozenset[int] = frozenset(),
) -> tuple[PointGrade, Sequence[Evidence]]:
    """Return the grade of an authored point, and the evidence that counts.

    The words `taken` make another point: by a synonym or a slip they don't make this one too.
    """
    exempt = reading.decision is not None and bool(reading.decision.right)
    reading = _bound(reading, rubric, point)
    tried = [
        _phrase_evidence(reading, rubric, phrase, exempt, None, taken) for phrase in point.phrases
    ]
    tried += [
        _phrase_evidence(reading, rubric, phrase, exempt, "taught", taken)
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
    if point.side or not point.together:
        said = _say_evidence(reading, rubric, point.evidence, exempt, taken)
        if point.need > 1:
            said = replace(said, credit=min(said.credit, constants.SAY_WITH_NEED_CAP))
        if said.credit > credit:
            credit, counted = said.credit, [said]
    value, hit, unsure = settle(credit, thresholds)
    shown = counted or [e for e in tried if e.found.negated and e.found.hits][:1]
    return _point_grade(point, reading, value, hit, unsure, shown), counted


def _bound(reading: Reading, rubric: Rubric, point: PointRubric) -> Reading:
    """Return the reading in which what is said of another side doesn't count."""
    if rubric.sides is None:
        return reading
    if point.together and not point.side:
        # The author has said which words belong together.
        return reading
    side = point.side or side_of(point.say, rubric.sides, rubric.thesaurus)
    if not side:
        return reading
    scopes = scopes_for(side, reading.answer.words, reading.scopes, reading.named)
    return replace(reading, scopes=scopes)


def _phrase_evidence(
    reading: Reading,
    rubric: Rubric,
    phrase: Phrase,
    exempt: bool,
    how: How | None,
    taken: frozenset[int],
) -> Evidence:
    reach = constants.WINDOW_BASE + constants.WINDOW_PER_TERM * len(phrase.terms)
    found = best_window(
        reading.answer, phrase, reading.scopes, rubric.prompt, reach=reach, taken=taken
    )
    return _weigh(found, phrase, exempt, how, constants.PHRASE_CURVE)


def _say_evidence(
    reading: Reading, rubric: Rubric, phrase: Phrase, exempt: bool, taken: frozenset[int]
) -> Evidence:
    found = best_window(
        reading.answer,
        phrase,
        reading.scopes,
        rubric.prompt,
        reach=constants.SAY_REACH,
        one_sentence=False,
        synonym_factor=constants.SAY_SYNONYM_FACTOR,
        taken=taken,
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
    if found.given and not exempt:
        credit = min(credit, constants.PROMPT_ONLY_CREDIT)
    return Evidence(credit, found, phrase.text, how)


def _together(reading: Reading, terms: tuple[Phrase, ...]) -> Evidence:
    """Return full credit if all of `terms` stand undenied in one clause."""
    clauses = reading.answer.words.clauses
    by_clause: list[dict[int, tuple[Hit, ...]]] = []
    for phrase in terms:
        by_clause.append(
            {
                clauses[hits[0].at]: hits
                for hits in windows(
                    reading.answer,
                    phrase,
                    slack=constants.TOGETHER_SLACK,
                    floor=constants.TOGETHER_FLOOR,
                    synonym_floor=constants.TOGETHER_FLOOR,
                )
                if any(
                    agrees(reading.scopes[hit.at], negative)
                    for hit, negative in zip(hits, phrase.negative, strict=True)
                )
            }
        )
    text = " + ".join(phrase.text for phrase in terms)
    for clause in by_clause[0] if by_clause else ():
        if all(clause in places for places in by_clause):
            hits = tuple(hit for places in by_clause for hit in places[clause])
            return Evidence(1.0, Found(1.0, hits, False, False), text, None)
    return Evidence(0.0, Found(0.0, (), False, False), text, None)


def grade_derived(
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
    for term, negative, hits in found_of(reading, phrase):
        hit, same = best_hit(hits, reading.scopes, negative)
        if same:
            chosen.append(hit)
            good += hit.strength * term.weight
    if not chosen:
        return NOTHING
    stems = reading.answer.words.stems
    given = rubric.prompt.issuperset([stems[hit.at] for hit in chosen])
    return Found(good / phrase.total if phrase.total else 0.0, tuple(chosen), False, given)


def _point_grade(
    point: PointRubric,
    reading: Reading,
    credit: float,
    hit: bool,
    unsure: bool,
    shown: Sequence[Evidence],
) -> PointGrade:
    read = reading.answer.words
    matches: list[Match] = []
    counted: set[Span] = set()
    for evidence in shown:
        negated = evidence.found.negated
        for span, how in spans_of(read, evidence.found.hits):
            matches.append(Match(span, evidence.phrase, evidence.how or how, negated))
            if not negated:
                counted.add(span)
    return PointGrade(
        id=point.id,
        say=point.say,
        credit=credit,
        hit=hit,
        unsure=unsure,
        evidence=tuple(merge(sorted(counted))) if counted else (),
        matches=tuple(matches),
        missed=() if hit else point.place,
    )
