"""Groups of words that may stand for one another, each with a strength."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from trainer.grading import constants
from trainer.grading.tokens import ACRONYM, Words, analyse
from trainer.grading.words import ARTICLES, PARTICLES

Term = tuple[str, ...]


class Thesaurus:
    """Which groups a stem, or a run of stems, belongs to.

    `singles` maps a stem to its groups, `runs` the first two stems of a longer term to the whole
    term and its group; `strengths` holds each group's strength, 0..1. `acronyms` are the stems that
    only a word written just so, or its plural, can have: "ragged" is not RAG.
    """

    __slots__ = ("acronyms", "known", "runs", "singles", "strengths")

    def __init__(
        self, groups: Iterable[tuple[float, Sequence[str]]], base: Thesaurus | None = None
    ) -> None:
        self.strengths: list[float] = list(base.strengths) if base else []
        self.singles: dict[str, tuple[int, ...]] = dict(base.singles) if base else {}
        self.runs: dict[tuple[str, str], tuple[tuple[Term, int], ...]] = (
            dict(base.runs) if base else {}
        )
        self.known: set[str] = set(base.known) if base else set()
        self.acronyms: set[str] = set(base.acronyms) if base else set()
        for strength, terms in groups:
            group = len(self.strengths)
            self.strengths.append(strength)
            for term in {self._term(text): None for text in terms}:
                if len(term) == 1:
                    self.singles[term[0]] = (*self.singles.get(term[0], ()), group)
                elif term:
                    head = (term[0], term[1])
                    self.runs[head] = (*self.runs.get(head, ()), (term, group))
                self.known.update(term)

    def _term(self, text: str) -> Term:
        read = analyse(text, constants.MAX_PHRASE_WORDS)
        self.acronyms.update(s for s, f in zip(read.stems, read.flags, strict=True) if f & ACRONYM)
        return _stems(read)

    def runs_in(self, stems: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Yield (first word, number of words, group) for each longer term in `stems`."""
        get = self.runs.get
        if not PARTICLES.isdisjoint(stems):
            for at, stem in enumerate(stems):
                if stem in PARTICLES:
                    # "make a reference up": the particle may follow the object
                    for gap in range(2, min(at, constants.PARTICLE_REACH) + 1):
                        for run, group in get((stems[at - gap], stem), ()):
                            if len(run) == 2:
                                yield at - gap, gap + 1, group
        for at, runs in enumerate(map(get, pairwise(stems))):
            for run, group in runs or ():
                size = len(run)
                if size == 2 or tuple(stems[at : at + size]) == run:
                    yield at, size, group


def term_of(text: str) -> Term:
    """Return the stems of a term, articles left out."""
    return _stems(analyse(text, constants.MAX_PHRASE_WORDS))


def _stems(read: Words) -> Term:
    return tuple(s for s, w in zip(read.stems, read.texts, strict=True) if w not in ARTICLES)


def parse(text: str) -> list[tuple[float, list[str]]]:
    """Return the groups in the file's form: a line is a strength, then terms between commas."""
    groups = []
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if line:
            strength, _, terms = line.partition(" ")
            groups.append((float(strength), [term.strip() for term in terms.split(",")]))
    return groups


@lru_cache(maxsize=1)
def built_in() -> Thesaurus:
    """Return the thesaurus that ships with Trainer, read once."""
    file = Path(__file__).with_name("synonyms.txt")
    return Thesaurus(parse(file.read_text(encoding="utf-8")))


@lru_cache(maxsize=32)
def with_deck_groups(groups: tuple[tuple[str, ...], ...]) -> Thesaurus:
    """Return the built-in thesaurus with a deck's own groups, which count in full."""
    if not groups:
        return built_in()
    return Thesaurus(((1.0, group) for group in groups), base=built_in())
