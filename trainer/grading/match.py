"""Where a rubric's words stand in an answer: exactly, by typo, by synonym or by shared root."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec import Struct
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
    spellings: tuple[str, ...] = field(init=False)
    root: str = field(init=False)
    head: str = field(init=False)

    def __post_init__(self) -> None:
        # Equal keys find the same places: one search serves a word's every mention in the rubric.
        self.key = " ".join((self.word, *self.joins, *self.run))
        self.bare = self.stem.rstrip("e")
        self.spellings = (self.stem, *self.joins)
        self.root = self.stem[: constants.MIN_ROOT_LENGTH]
        self.head = self.word[:3]


class Hit(Struct, frozen=True, order=True, gc=False):
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
        self._buckets: dict[str, list[tuple[str, str, bool]]] | None = None
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
            if stem not in singles:
                continue
            if stem in thesaurus.acronyms:
                places = [at for at in places if texts[at] in {stem, stem + "s"}]
            single = [(at, 1) for at in places]
            for group in singles[stem]:
                groups[group] = groups[group] + single if group in groups else single
        self.plain = [at for at, text in enumerate(texts) if text not in ARTICLES]
        self.plain_stems = [stems[at] for at in self.plain]
        for order, size, group in thesaurus.runs_in(self.plain_stems):
            first, last = self.plain[order], self.plain[order + size - 1]
            groups[group] = [*groups.get(group, ()), (first, last - first + 1)]

    def find(self, terms: Iterable[Term]) -> list[tuple[Hit, ...]]:
        """Return for each term every place that stands for it, the best match only per place."""
        found = self._found
        return [
            found[term.key] if term.key in found else found.setdefault(term.key, self._search(term))
            for term in terms
        ]

    def _search(self, term: Term) -> tuple[Hit, ...]:
        if term.run:
            return self._search_run(term)
        hits: dict[int, Hit] = {}
        # Most words of a rubric don't stand in an answer.
        if term.bare in self.joined or not self.where.keys().isdisjoint(term.spellings):
            self._search_spelled(term, hits)
        exact = bool(hits)
        mine = self.groups
        for group, strength in term.groups:
            if group in mine:
                for at, length in mine[group]:
                    if length == 1 and term.weight == 1.0 and self.words.flags[at] & LIGHT:
                        # "get" hardly stands for "retrieve"
                        light = strength * constants.LIGHT_SYNONYM_FACTOR
                        hits.setdefault(at, Hit(at, 1, light, "synonym", group))
                        continue
                    old = hits.get(at)
                    if old is None or old.strength < strength:
                        hits[at] = Hit(at, length, strength, "synonym", group)
        # Where the word itself stands, a slip or a relative of it is another word.
        if not exact and not term.exact:
            self._search_alike(term, hits)
        if not hits:
            return ()
        return tuple([hits[at] for at in sorted(hits)])

    def _search_spelled(self, term: Term, hits: dict[int, Hit]) -> None:
        """Add the places of the term's own word, also where it is written as two or two as one."""
        places: Sequence[int] = self.where.get(term.stem, ())
        if term.acronym:
            # "ragged" has the stem "rag", but is neither RAG nor RAGs.
            forms, texts = {term.word, term.stem, term.stem + "s"}, self.words.texts
            places = [at for at in places if texts[at] in forms]
        for at in places:
            hits[at] = Hit(at, 1, 1.0, "exact")
        for at in self.joined.get(term.bare, ()):
            hits.setdefault(at, Hit(at, 2, 1.0, "exact"))
        for join in term.joins:
            for at in self.where.get(join, ()):
                hits.setdefault(at, Hit(at, 1, 1.0, "exact"))

    def _search_alike(self, term: Term, hits: dict[int, Hit]) -> None:
        """Add the places of words that are a typo of the term or share its root."""
        if self._buckets is None:
            self._buckets = self._fill_buckets()
        mine, root, head = term.stem, term.root, term.head
        for stem, word, known in self._buckets.get(term.word[0], ()):
            how: How = "root"
            strength = 0.0
            if stem.startswith(root):
                if stem == mine:
                    continue
                strength = shared_root(mine, stem)
            # One slip leaves the second or the third letter where it was, or next to it.
            if not strength and not (known and term.known) and (word[1] in head or word[2] in head):
                how = "typo"
                slips = min(typos(term.word, word), typos(mine, stem), typos(term.word, stem))
                strength = constants.TYPO_STRENGTH[slips] if slips <= 2 else 0.0
            if strength:
                for at in self.where[stem]:
                    old = hits.get(at)
                    if old is None or old.strength < strength:
                        hits[at] = Hit(at, 1, strength, how)

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

    def _fill_buckets(self) -> dict[str, list[tuple[str, str, bool]]]:
        """Sort the answer's longer words by first letter, where a slip is rare.

        With each are its stem, and whether the thesaurus knows that.
        """
        buckets: dict[str, list[tuple[str, str, bool]]] = {}
        flags, texts, known = self.words.flags, self.words.texts, self.thesaurus.known
        for stem, places in self.where.items():
            if not flags[places[0]] & (STOP | NEG | EXACT):
                word = texts[places[0]]
                buckets.setdefault(word[0], []).append((stem, word, stem in known))
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
