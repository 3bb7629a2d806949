"""Where a rubric's words stand in an answer: exactly, by typo, by synonym or by shared root."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz.distance import OSA

from trainer.grading import constants
from trainer.grading.model import How
from trainer.grading.synonyms import Thesaurus
from trainer.grading.tokens import ACRONYM, EXACT, LIGHT, NEG, STOP, Words
from trainer.grading.words import ARTICLES


@dataclass(slots=True, eq=False)
class Term:
    """One content word of a rubric text, prepared: its stem and all that may stand for it.

    `joins` are the word written together with a neighbour ("finetune"); `groups` the synonym
    groups it is in; `run` a fixed expression that has to stand word for word ("up to date");
    `opposed` the groups that it is in only together with the negation before it ("not change").
    """

    word: str
    stem: str
    weight: float
    exact: bool
    acronym: bool
    known: bool
    joins: tuple[str, ...] = ()
    groups: tuple[tuple[int, float], ...] = ()
    run: tuple[str, ...] = ()
    opposed: frozenset[int] = frozenset()
    key: str = field(init=False)
    bare: str = field(init=False)

    def __post_init__(self) -> None:
        # Equal keys find the same places: one search serves a word's every mention in the rubric.
        self.key = " ".join((self.word, *self.joins, *self.run))
        self.bare = self.stem.rstrip("e")


class Hit(NamedTuple):
    """A place in the answer that stands for a term: first word, number of words, strength.

    `group` is the synonym group by which it does, else -1.
    """

    at: int
    length: int
    strength: float
    how: How
    group: int = -1


def join_forms(first: str, second: str) -> tuple[str, str]:
    """Return the stems that two words written as one may have: final e's vary."""
    joined = (first + second).rstrip("e")
    return joined, joined + "e"


class AnswerIndex:
    """An answer's words, found by stem, by written-together pair and by synonym group."""

    __slots__ = (
        "_buckets",
        "_found",
        "groups",
        "joined",
        "plain",
        "plain_stems",
        "thesaurus",
        "where",
        "words",
    )

    def __init__(self, read: Words, thesaurus: Thesaurus) -> None:
        self.words = read
        self.thesaurus = thesaurus
        self.where: dict[str, list[int]] = {}
        self.joined: dict[str, list[int]] = {}
        self.groups: dict[int, list[tuple[int, int]]] = {}
        self._buckets: dict[str, list[tuple[str, str]]] | None = None
        self._found: dict[str, tuple[Hit, ...]] = {}
        where, joined = self.where, self.joined
        stems, texts, flags = read.stems, read.texts, read.flags
        previous = ""
        for at, stem in enumerate(stems):
            if stem in where:
                where[stem].append(at)
            else:
                where[stem] = [at]
            if previous:
                joined.setdefault((previous + stem).rstrip("e"), []).append(at - 1)
            previous = "" if flags[at] & NEG else texts[at]
        singles, groups = thesaurus.singles, self.groups
        for stem, places in where.items():
            if stem in thesaurus.acronyms:
                places = [at for at in places if texts[at] in {stem, stem + "s"}]
            for group in singles.get(stem, ()):
                groups.setdefault(group, []).extend((at, 1) for at in places)
        self.plain = [at for at, text in enumerate(texts) if text not in ARTICLES]
        self.plain_stems = [stems[at] for at in self.plain]
        for order, size, group in thesaurus.runs_in(self.plain_stems):
            first, last = self.plain[order], self.plain[order + size - 1]
            groups.setdefault(group, []).append((first, last - first + 1))

    def find(self, term: Term) -> tuple[Hit, ...]:
        """Return every place that stands for `term`, the best kind of match only per place."""
        hits = self._found.get(term.key)
        if hits is None:
            hits = self._found[term.key] = self._search(term)
        return hits

    def _search(self, term: Term) -> tuple[Hit, ...]:
        if term.run:
            return self._search_run(term)
        hits: dict[int, Hit] = {}
        places = self.where.get(term.stem)
        if places is not None:
            if term.acronym:
                # "ragged" has the stem "rag", but is neither RAG nor RAGs.
                forms, texts = {term.word, term.stem, term.stem + "s"}, self.words.texts
                places = [at for at in places if texts[at] in forms]
            hits = {at: Hit(at, 1, 1.0, "exact") for at in places}
        for at in self.joined.get(term.bare, ()):
            hits.setdefault(at, Hit(at, 2, 1.0, "exact"))
        for join in term.joins:
            for at in self.where.get(join, ()):
                hits.setdefault(at, Hit(at, 1, 1.0, "exact"))
        exact = bool(hits)
        if term.groups:
            mine, flags, light = self.groups, self.words.flags, constants.LIGHT_SYNONYM_FACTOR
            for group, strength in term.groups:
                if group in mine:
                    for at, length in mine[group]:
                        if length == 1 and term.weight == 1.0 and flags[at] & LIGHT:
                            # "get" hardly stands for "retrieve"
                            hits.setdefault(at, Hit(at, 1, strength * light, "synonym", group))
                            continue
                        old = hits.get(at)
                        if old is None or old.strength < strength:
                            hits[at] = Hit(at, length, strength, "synonym", group)
        # Where the word itself stands, a slip or a relative of it is another word.
        if not exact and not term.exact:
            for stem, strength, how in self._alike(term):
                for at in self.where[stem]:
                    old = hits.get(at)
                    if old is None or old.strength < strength:
                        hits[at] = Hit(at, 1, strength, how)
        if len(hits) < 2:
            return tuple(hits.values())
        return tuple(hits[at] for at in sorted(hits))

    def _search_run(self, term: Term) -> tuple[Hit, ...]:
        hits: dict[int, Hit] = {}
        size = len(term.run)
        for order, stem in enumerate(self.plain_stems):
            if stem == term.run[0] and tuple(self.plain_stems[order : order + size]) == term.run:
                at, last = self.plain[order], self.plain[order + size - 1]
                hits[at] = Hit(at, last - at + 1, 1.0, "exact")
        for group, strength in term.groups:
            for at, length in self.groups.get(group, ()):
                hits.setdefault(at, Hit(at, length, strength, "synonym", group))
        return tuple(hits[at] for at in sorted(hits))

    def _alike(self, term: Term) -> list[tuple[str, float, How]]:
        """Return the answer's stems that are a typo of the term or share its root."""
        if self._buckets is None:
            self._buckets = self._fill_buckets()
        found: list[tuple[str, float, How]] = []
        mine, head, known = term.stem, term.word[:3], term.known
        for stem, word in self._buckets.get(term.word[0], ()):
            if stem == mine:
                continue
            strength = shared_root(mine, stem)
            if strength:
                found.append((stem, strength, "root"))
            # One slip leaves the second or the third letter where it was, or next to it.
            elif (word[1] in head or word[2] in head) and not (
                known and stem in self.thesaurus.known
            ):
                slips = min(typos(term.word, word), typos(mine, stem), typos(term.word, stem))
                if slips <= 2:
                    found.append((stem, constants.TYPO_STRENGTH[slips], "typo"))
        return found

    def _fill_buckets(self) -> dict[str, list[tuple[str, str]]]:
        """Sort the answer's longer words by first letter: a slip there is rare."""
        buckets: dict[str, list[tuple[str, str]]] = {}
        flags, texts = self.words.flags, self.words.texts
        for stem, places in self.where.items():
            word = texts[places[0]]
            if not flags[places[0]] & (STOP | NEG | EXACT):
                buckets.setdefault(word[0], []).append((stem, word))
        return buckets


def typos(one: str, other: str) -> int:
    """Return the slips between two words, or 3 if there are too many for their length."""
    short = min(len(one), len(other))
    if short < constants.MIN_TYPO_LENGTH or abs(len(one) - len(other)) > 2:
        return 3
    limit = 1 if short < constants.TWO_TYPOS_LENGTH else 2
    distance = OSA.distance(one, other, score_cutoff=limit)
    return distance if distance <= limit else 3


def shared_root(one: str, other: str) -> float:
    """Return the strength of "generat" for "generator": one stem begins with the other."""
    tail = len(one) - len(other)
    short, long = (one, other) if tail <= 0 else (other, one)
    if (
        long.startswith(short)
        and abs(tail) <= constants.MAX_ROOT_TAIL
        and len(short) >= constants.MIN_ROOT_LENGTH
        and long.isalpha()
    ):
        return constants.ROOT_STRENGTH
    return 0.0


def terms_of(read: Words, thesaurus: Thesaurus) -> list[tuple[int, Term]]:
    """Return the content words of a rubric text as terms, with their positions in it."""
    stems, texts, flags = read.stems, read.texts, read.flags
    plain = [at for at, text in enumerate(texts) if text not in ARTICLES]
    in_runs: dict[int, list[tuple[int, float]]] = {}
    opposed: dict[int, set[int]] = {}
    for order, size, group in thesaurus.runs_in([stems[at] for at in plain]):
        denies = bool(flags[plain[order]] & NEG)
        for at in plain[order : order + size]:
            in_runs.setdefault(at, []).append((group, thesaurus.strengths[group]))
            if denies:
                opposed.setdefault(at, set()).add(group)
    found = []
    for at, stem in enumerate(stems):
        flag = flags[at]
        if flag & (STOP | NEG):
            continue
        groups = [(g, thesaurus.strengths[g]) for g in thesaurus.singles.get(stem, ())]
        groups += in_runs.get(at, ())
        joins: list[str] = []
        if at + 1 < len(stems) and not flags[at + 1] & STOP:
            joins += join_forms(texts[at], stems[at + 1])
        if at and not flags[at - 1] & STOP:
            joins += join_forms(texts[at - 1], stem)
        weight = constants.LIGHT_WEIGHT if flag & LIGHT else 1.0
        term = Term(
            word=texts[at],
            stem=stem,
            weight=weight,
            exact=bool(flag & EXACT),
            acronym=bool(flag & ACRONYM),
            known=stem in thesaurus.known,
            joins=tuple(joins),
            groups=tuple(groups),
            opposed=frozenset(opposed.get(at, ())),
        )
        found.append((at, term))
    return found
