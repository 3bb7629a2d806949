"""A card's rubric, prepared once: everything that does not depend on the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import takewhile

from trainer.decks.model import Card, Mistake, Point
from trainer.grading import constants
from trainer.grading.match import Term, terms_of
from trainer.grading.model import Span
from trainer.grading.negation import DENIED, denied
from trainer.grading.synonyms import Thesaurus, with_deck_groups
from trainer.grading.tokens import STOP, Words, analyse
from trainer.grading.wording import Profile, new_words, profile
from trainer.grading.words import ARTICLES


@dataclass(slots=True, eq=False)
class Phrase:
    """A text to be found in an answer: its terms, and for each whether the text denies it."""

    text: str
    terms: tuple[Term, ...]
    negative: tuple[bool, ...]
    total: float


@dataclass(slots=True, eq=False)
class PointRubric:
    """A rubric point prepared: its phrases, its `say`, and where the model answer says it.

    `side` is which of the rubric's `sides` its `together` begins with, from 1; 0 if none.
    """

    id: str
    say: str
    phrases: tuple[Phrase, ...]
    together: tuple[tuple[Phrase, ...], ...]
    evidence: Phrase
    need: int
    weight: float
    required: bool
    place: tuple[Span, ...]
    side: int = 0


@dataclass(slots=True, eq=False)
class MistakeRubric:
    """A mistake prepared: the phrases that give it away."""

    mistake: Mistake
    phrases: tuple[Phrase, ...]


@dataclass(slots=True, eq=False)
class VerdictRubric:
    """The verdict's phrases prepared: any of `accept`, none of `reject`, one of each of `all`."""

    accept: tuple[Phrase, ...] = ()
    reject: tuple[Phrase, ...] = ()
    all: tuple[tuple[Phrase, ...], ...] = ()


@dataclass(slots=True, eq=False)
class Rubric:
    """All that an answer is compared with.

    `either` are pairs of terms of the model answer, by number, of which it asks for one only;
    `repeated` is the share of the model answer's words that the prompt gave.
    """

    thesaurus: Thesaurus
    prompt: frozenset[str]
    prompt_order: tuple[str, ...]
    points: tuple[PointRubric, ...]
    authored: bool
    model: Phrase
    either: tuple[tuple[int, int], ...]
    mistakes: tuple[MistakeRubric, ...]
    verdict: VerdictRubric | None
    sides: VerdictRubric | None
    wording: Profile
    new_wording: Profile
    repeated: float
    literal: frozenset[str] = field(default_factory=frozenset)


# Some of a card's texts are read for more than one purpose.
_read = lru_cache(maxsize=256)(analyse)


@lru_cache(maxsize=256)
def prepare(card: Card, prompt: str, groups: tuple[tuple[str, ...], ...]) -> Rubric:
    """Return the card's rubric for the prompt that was shown and the deck's synonym groups."""
    thesaurus = with_deck_groups(groups)
    order = tuple(prompt_stems(prompt))
    shown = frozenset(order)
    model = _read(card.answer)
    whole = phrase_of(card.answer, thesaurus)
    repeated = sum(term.stem in shown for term in whole.terms)
    clauses = clauses_of(card.answer)
    placed = [(span, phrase_of(text, thesaurus)) for span, text in clauses]
    verdict = None
    if card.verdict is not None:
        verdict = VerdictRubric(
            phrases_of(card.verdict.accept, thesaurus),
            phrases_of(card.verdict.reject, thesaurus),
            tuple(phrases_of(texts, thesaurus) for texts in card.verdict.all),
        )
    # What names a verdict or a side is judged as that; as a reason it says little.
    heads = phrases_of(
        (terms[0] for point in card.points for terms in point.together if terms), thesaurus
    )
    named = frozenset(
        term.stem
        for phrases in (heads, *((verdict.accept, verdict.reject, *verdict.all) if verdict else ()))
        for phrase in phrases
        for term in phrase.terms
    )
    sides: VerdictRubric | None = None
    if card.points:
        points = tuple(_point(point, placed, thesaurus, named) for point in card.points)
        if verdict is None:
            points, sides = _sided(points)
        elif verdict.all:
            sides = verdict
    else:
        points = tuple(
            PointRubric(str(n), text, (), (), _demoted(phrase, shown), 1, 1.0, False, (span,))
            for n, ((span, phrase), (_, text)) in enumerate(
                zip(placed, clauses, strict=True), start=1
            )
        )
    accepted = [text for point in card.points for text in point.accept]
    if card.verdict:
        accepted += [*card.verdict.accept, *card.verdict.reject]
    return Rubric(
        thesaurus=thesaurus,
        prompt=shown,
        prompt_order=order,
        points=points,
        authored=bool(card.points),
        model=_demoted(whole, shown),
        either=tuple(_alternatives(model, whole)),
        mistakes=tuple(
            MistakeRubric(mistake, phrases_of(mistake.match, thesaurus))
            for mistake in card.mistakes
        ),
        verdict=verdict,
        sides=sides,
        wording=profile(model.texts),
        new_wording=profile(new_words(model, shown)),
        repeated=repeated / len(whole.terms) if whole.terms else 0.0,
        literal=frozenset(" ".join(_read(text).texts) for text in accepted),
    )


def prompt_stems(prompt: str) -> Iterable[str]:
    """Return the content stems of a prompt."""
    read = analyse(prompt)
    return (s for s, f in zip(read.stems, read.flags, strict=True) if not f & STOP)


def phrases_of(texts: Iterable[str], thesaurus: Thesaurus) -> tuple[Phrase, ...]:
    """Return the phrases that hold at least one word."""
    phrases = (phrase_of(text, thesaurus, literal=True) for text in texts)
    return tuple(phrase for phrase in phrases if phrase.terms)


@lru_cache(maxsize=4096)
def phrase_of(text: str, thesaurus: Thesaurus, *, literal: bool = False) -> Phrase:
    """Return `text` as a phrase of unique terms.

    A text without a content word ("as is") has to stand word for word; so does, if `literal`, one
    that is a synonym as a whole and has grammar in it ("up to date").
    """
    read = _read(text)
    wording = tuple(s for s, w in zip(read.stems, read.texts, strict=True) if w not in ARTICLES)
    content = terms_of(read, thesaurus)
    if wording and (not content or (literal and len(content) < len(wording))):
        whole = tuple(
            (group, thesaurus.strengths[group])
            for _, size, group in thesaurus.runs_in(wording)
            if size == len(wording)
        )
        if whole or not content:
            term = Term(text, "", 1.0, True, False, True, groups=whole, run=wording)
            return Phrase(text, (term,), (False,), 1.0)
    scopes = denied(read)
    terms: dict[str, tuple[Term, bool]] = {}
    for at, term in content:
        negative = scopes[at] == DENIED
        if term.stem not in terms:
            terms[term.stem] = (term, negative)
    return Phrase(
        text,
        tuple(term for term, _ in terms.values()),
        tuple(negative for _, negative in terms.values()),
        sum(term.weight for term, _ in terms.values()),
    )


def _alternatives(read: Words, phrase: Phrase) -> Iterable[tuple[int, int]]:
    """Yield the pairs of the phrase's terms with "or" between them: "metres or feet"."""
    numbers = {term.stem: number for number, term in enumerate(phrase.terms)}
    for before, text, after in zip(read.stems, read.texts[1:], read.stems[2:], strict=False):
        if text == "or" and before in numbers and after in numbers:
            yield numbers[before], numbers[after]


def _demoted(phrase: Phrase, given: frozenset[str]) -> Phrase:
    """Return the phrase with the words that are given, and so not shown to be known, lighter."""
    terms = tuple(
        replace(term, weight=term.weight * constants.PROMPT_WEIGHT) if term.stem in given else term
        for term in phrase.terms
    )
    return Phrase(phrase.text, terms, phrase.negative, sum(term.weight for term in terms))


def _point(
    point: Point,
    placed: list[tuple[Span, Phrase]],
    thesaurus: Thesaurus,
    named: frozenset[str],
) -> PointRubric:
    phrases = phrases_of(point.accept, thesaurus)
    evidence = phrase_of(point.say, thesaurus)
    return PointRubric(
        id=point.id,
        say=point.say,
        phrases=phrases,
        together=tuple(phrases_of(terms, thesaurus) for terms in point.together),
        evidence=_demoted(evidence, named),
        need=point.need,
        weight=point.weight,
        required=point.required,
        place=_place((evidence, *phrases), placed),
    )


def _sided(
    points: tuple[PointRubric, ...],
) -> tuple[tuple[PointRubric, ...], VerdictRubric | None]:
    """Return the points with their sides, and the sides: what their `together` begin with.

    "[fine-tuning, tone]" of one point and "[RAG, facts]" of another are two sides of a question.
    """
    heads: dict[str, Phrase] = {}
    for point in points:
        if len(point.together) == 1:
            heads.setdefault(point.together[0][0].text, point.together[0][0])
    if len(heads) < 2:
        return points, None
    order = list(heads)
    sided = tuple(
        replace(point, side=order.index(point.together[0][0].text) + 1)
        if len(point.together) == 1
        else point
        for point in points
    )
    return sided, VerdictRubric(all=tuple((head,) for head in heads.values()))


def _place(wanted: Iterable[Phrase], placed: list[tuple[Span, Phrase]]) -> tuple[Span, ...]:
    """Return the span of the model answer's clause that says most of a point, if one does."""
    best = constants.PLACE_THRESHOLD
    place: tuple[Span, ...] = ()
    for span, clause in placed:
        stems = {term.stem for term in clause.terms}
        groups = {group for term in clause.terms for group, _ in term.groups}
        for phrase in wanted:
            if phrase.total:
                shared = sum(
                    term.weight
                    for term in phrase.terms
                    if term.stem in stems or any(group in groups for group, _ in term.groups)
                )
                if shared / phrase.total > best:
                    best, place = shared / phrase.total, (span,)
    return place


def clauses_of(text: str) -> list[tuple[Span, str]]:
    """Cut a model answer into the sentences and clauses that each say one thing."""
    read = _read(text)
    pieces: list[list[int]] = []
    for at in range(len(read)):
        if not pieces or _begins_piece(read, at, pieces[-1]):
            pieces.append([])
        pieces[-1].append(at)
    spans = [(read.starts[piece[0]], read.ends[piece[-1]]) for piece in pieces]
    return [((begin, end), text[begin:end]) for begin, end in spans]


def _begins_piece(read: Words, at: int, piece: list[int]) -> bool:
    """Say whether the word at `at` begins a piece: after a sentence, or a clause long enough."""
    if read.sentences[at] != read.sentences[at - 1]:
        return True
    clause = read.clauses[at]
    if clause == read.clauses[at - 1]:
        return False
    rest = takewhile(lambda i: read.clauses[i] == clause, range(at, len(read)))
    return (
        sum(not read.flags[i] & STOP for i in piece) >= constants.MIN_CLAUSE_WORDS
        and sum(not read.flags[i] & STOP for i in rest) >= constants.MIN_CLAUSE_WORDS
    )
