"""The synonym file holds together."""

from itertools import combinations
from pathlib import Path

import pytest

import trainer.grading
from trainer.grading.synonyms import built_in, parse, term_of

GROUPS = parse(Path(trainer.grading.__file__).with_name("synonyms.txt").read_text(encoding="utf-8"))
OPPOSITES = [
    ("increase", "decrease"), ("more", "less"), ("big", "small"), ("fast", "slow"),
    ("begin", "end"), ("first", "last"), ("before", "after"), ("up", "down"), ("hot", "cold"),
    ("same", "different"), ("advantage", "disadvantage"), ("easy", "difficult"),
    ("accept", "reject"), ("allow", "prevent"), ("insert", "remove"), ("push", "pop"),
    ("stack", "queue"), ("sender", "receiver"), ("encrypt", "decrypt"), ("global", "local"),
    ("public", "private"), ("static", "dynamic"), ("cheap", "expensive"), ("precision", "recall"),
    ("supervised", "unsupervised"), ("overfit", "underfit"), ("RAG", "fine-tuning"),
    ("synchronous", "asynchronous"), ("mutable", "immutable"), ("open", "close"),
    ("always", "never"), ("often", "rare"), ("temporary", "permanent"), ("inside", "outside"),
    ("above", "below"), ("float", "sink"), ("attract", "repel"), ("client", "server"),
    ("SQL", "NoSQL"), ("batch", "stream"), ("stale", "fresh"), ("keep", "remove"),
    ("false positive", "false negative"), ("horizontal scaling", "vertical scaling"),
    ("heavy", "light"), ("loud", "quiet"), ("thick", "thin"), ("hard", "soft"), ("wet", "dry"),
    ("bright", "dark"), ("heat up", "cool down"), ("conductor", "insulator"), ("alive", "dead"),
    ("speed up", "slow down"), ("positive", "negative"), ("melt", "freeze"),
    ("uphill", "downhill"),
]  # fmt: skip


def test_the_file_has_breadth() -> None:
    assert len(GROUPS) >= 400


def test_strengths_and_sizes_are_sane() -> None:
    for strength, terms in GROUPS:
        assert 0.5 <= strength <= 1.0, terms
        assert len(terms) >= 2, terms
        assert all(term_of(term) for term in terms), terms


def test_no_term_is_repeated_within_a_group() -> None:
    for _, terms in GROUPS:
        stems = [term_of(term) for term in terms]
        assert len(set(stems)) == len(stems), terms


def test_no_pair_is_in_two_groups() -> None:
    seen: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for _, terms in GROUPS:
        for pair in combinations(sorted(map(term_of, terms)), 2):
            assert pair not in seen, (terms, seen[pair])
            seen[pair] = terms


@pytest.mark.parametrize(("one", "other"), OPPOSITES)
def test_opposites_are_not_synonyms(one: str, other: str) -> None:
    for _, terms in GROUPS:
        stems = {term_of(term) for term in terms}
        assert not {term_of(one), term_of(other)} <= stems, terms


def test_the_file_is_read_once() -> None:
    assert built_in() is built_in()
