"""Composing what a framework can: whether its scenarios grade as they should, and some to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count as count_from
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from trainer.decks.composed import answer, card_of, composed, name_of
from trainer.decks.dice import Dice
from trainer.decks.frameworks import Composer, Composition
from trainer.decks.rules import Finding, Path
from trainer.decks.weak import MAX_WORDS, Grader, shared_phrases
from trainer.text import clip, count

if TYPE_CHECKING:
    from trainer.decks.model import Card, Deck, Framework

# Pairs of signals that are composed and graded, of one framework; a pair takes milliseconds.
MAX_PAIRS: Final = 500
# And repetitions of each signal, for scenarios of three and four.
_REPETITIONS: Final = 2
# Rounds of all signals without a new scenario after which there is hardly another.
_TURNS: Final = 10


class Sample(NamedTuple):
    """A composed scenario to read: the signal asked, and all that is shown of it."""

    card: str
    prompt: str
    verdict: str
    answer: str


def check_frameworks(deck: Deck, grade: Grader) -> Iterator[Finding]:
    """Yield what is wrong with the scenarios that a deck's frameworks compose."""
    for number, framework in enumerate(deck.frameworks):
        for finding in _Check(framework, deck, grade).findings():
            yield finding.below(("frameworks", number))


def samples(decks: Sequence[Deck], number: int) -> list[Sample]:
    """Return so many scenarios, of all signals in turn; the same ones each time.

    There are fewer where hardly any other is left to be found.
    """
    asked = Dice("samples").shuffled(
        [
            (f"{deck.deck}/{signal.id}", composer, signal.id)
            for deck in decks
            for composer in map(Composer, deck.frameworks)
            for signal in composer.framework.signals
        ]
    )
    made: dict[str, Sample] = {}
    idle = 0
    for turn in count_from(0):
        if len(made) == number or idle >= _TURNS * len(asked):
            break
        repetition, place = divmod(turn, len(asked))
        idle += 1
        ref, composer, signal = asked[place]
        card = composed(composer, signal, ref, repetition)
        if card is not None and card.verdict is not None:
            sample = Sample(ref, card.prompt, name_of(card.verdict), card.answer)
            if made.setdefault(card.prompt, sample) is sample:
                idle = 0
    return [*made.values()]


class _Check:
    """The check of one framework. Of each signal only the first thing wrong is told."""

    def __init__(self, framework: Framework, deck: Deck, grade: Grader) -> None:
        self._framework = framework
        self._deck = deck
        self._grade = grade
        self._composer = Composer(framework)
        self._told: set[str] = set()
        self._shown: set[tuple[str, str]] = set()

    def findings(self) -> Iterator[Finding]:
        pairs = self._composer.pairs()
        for made in islice(pairs, MAX_PAIRS):
            yield from self._shared(made)
            yield from self._check(made)
        left = sum(1 for _ in pairs)
        if left:
            yield Finding(
                ("signals",),
                f"of {count(MAX_PAIRS + left, 'pair')} of signals, {MAX_PAIRS} were composed",
                "divide the framework, to have all of them checked",
                severity="warning",
            )
        for signal in self._framework.signals:
            for repetition in range(_REPETITIONS):
                name = f"{self._deck.deck}/{signal.id}"
                one = self._composer.compose(signal.id, name, repetition)
                if one is not None:
                    yield from self._check(one)
        for index in range(len(self._framework.rules)):
            if not self._composer.can_fire(index):
                yield Finding(
                    ("rules", index),
                    "this rule never decides a scenario: no signals that it names can meet",
                    "loosen their `only_with` and `never_with`, or remove the rule",
                    severity="warning",
                )

    def _shared(self, made: Composition) -> Iterator[Finding]:
        """Yield the phrases that two signals which can meet have in common."""
        card = card_of(self._framework, made.rule.verdict, made.signals, made.prompt)
        for index, number, owner in shared_phrases(card.points):
            point = card.points[index]
            phrase = point.accept[number]
            if (point.id, phrase) not in self._shown:
                self._shown.add((point.id, phrase))
                yield Finding(
                    (*self._place(point.id), "point", "accept", number),
                    f"“{clip(phrase, 40)}” makes `{point.id}` and `{owner}`, which can meet",
                    "keep it at the signal it is meant for",
                    severity="warning",
                )

    def _check(self, made: Composition) -> Iterator[Finding]:
        """Yield what is wrong with one scenario, unless it was told of its signals."""
        if any(signal.id in self._told for signal in made.signals):
            return
        framework, verdict = self._framework, made.rule.verdict
        card = card_of(framework, verdict, made.signals, made.prompt)
        finding = self._wrong(card, made) or self._opposite(card, made)
        if finding is not None:
            self._told.update(signal.id for signal in made.signals)
            yield finding

    def _wrong(self, card: Card, made: Composition) -> Finding | None:
        """Return what is wrong with the model answer."""
        given = self._grade(card, card.answer, self._deck)
        missed = [point.id for point in given.points if not point.hit]
        shown = f"of “{clip(card.prompt, 100)}”"
        if missed:
            return Finding(
                (*self._place(missed[0]), "point"),
                f"the model answer {shown} misses `{missed[0]}`",
                "add to `accept` how its `say` says it, or reword `say`",
            )
        if given.rating != "good":
            right = "" if given.verdict else ", its verdict not found right"
            return Finding(
                self._place(card.id),
                f"the model answer {shown} is {given.rating} (score {given.score:.2f}){right}",
                f"it reads “{clip(card.answer, 200)}”: mend its verdict or a `say`",
            )
        words = len(card.answer.split())
        if words > MAX_WORDS:
            return Finding(
                self._place(card.id),
                f"the model answer {shown} has {words} words, more than are said in a minute",
                "shorten what its signals `say`",
                severity="warning",
            )
        return None

    def _opposite(self, card: Card, made: Composition) -> Finding | None:
        """Return what is wrong when the same reasons are given for another verdict."""
        for name in self._framework.verdicts:
            if name == made.rule.verdict:
                continue
            other = answer(self._framework, name, made.signals)
            given = self._grade(card, other, self._deck)
            if given.rating != "again":
                return Finding(
                    self._place(card.id),
                    f"with the verdict `{name}`, an answer to “{clip(card.prompt, 100)}” is "
                    f"{given.rating} and should be again",
                    f"it reads “{clip(other, 200)}”: let `say` name no verdict, nor “both” or "
                    "“together”, or add the other verdict to `reject`",
                )
        return None

    def _place(self, signal: str) -> Path:
        names = [each.id for each in self._framework.signals]
        return ("signals", names.index(signal))
