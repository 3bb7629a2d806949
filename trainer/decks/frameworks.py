"""Composing scenarios: which subject, which signals beside the one that is asked, which rule.

Sets of signals are numbers with a bit for each, so that who may stand beside whom is a matter of
a few operations and combinations are never enumerated. Pure: the same framework, signal, name and
repetition give the same composition on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from trainer.decks.dice import Dice

if TYPE_CHECKING:
    from trainer.decks.model import Framework, Rule, Signal, Subject

# Signals in one scenario: a single one decides nothing, and five are a riddle.
FEWEST: Final = 2
MOST: Final = 4
# Sets of signals looked at before a search gives up; most need three or four.
_TRIES: Final = 400

_Key = TypeVar("_Key")
_Ordered = Callable[[list[int]], list[int]]


class Composition(NamedTuple):
    """A scenario: its subject, its signals with the cue of each, and the rule that decides it.

    The first signal is the one that is asked; `order` has the places of the cues as they are
    shown.
    """

    subject: Subject
    signals: tuple[Signal, ...]
    cues: tuple[str, ...]
    order: tuple[int, ...]
    rule: Rule

    @property
    def prompt(self) -> str:
        """The scenario as it is asked."""
        return ", ".join([self.subject.text, *(self.cues[at] for at in self.order)]) + " → ?"


class _Ruling(NamedTuple):
    """A rule prepared: the sets of signals of which it needs one each, and all it may decide.

    What it may decide are reasons for its verdict: signals that favour what it says of their axis
    or, on axes it doesn't name, the verdict itself.
    """

    rule: Rule
    wanted: tuple[int, ...]
    fitting: int


class Composer:
    """A framework ready to compose: making one looks at each signal and each subject once."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self._place = {signal.id: place for place, signal in enumerate(framework.signals)}
        sets = _Sets(framework.signals)
        self.apart = [sets.apart(signal) for signal in framework.signals]
        for place, signal in enumerate(framework.signals):
            for name in signal.never_with:
                if name in self._place:
                    self.apart[place] |= 1 << self._place[name]
        self._allowed = [sets.allowed(subject) for subject in framework.subjects]
        self.rulings = [sets.ruling(rule) for rule in framework.rules]

    def knows(self, signal: str) -> bool:
        """Whether the framework has the signal."""
        return signal in self._place

    def compose(self, signal: str, name: str, repetition: int) -> Composition | None:
        """Return the scenario in which a signal is asked at a repetition; None if it can't be.

        `name` is the signal's `deck/signal`. From one repetition to the next its subject, its cue
        and the place of the cue change, each where there is another.
        """
        place = self._place[signal]
        turn, dice = Dice(name), Dice(f"{name}\n{repetition}")
        subjects = turn.rotated(self._subjects(place), repetition)
        size = FEWEST + dice.below(MOST - FEWEST + 1)
        found = self._find(place, subjects, dice.shuffled, size) or self._find(place, subjects)
        if found is None:
            return None
        at, number, chosen = found
        beside = dice.shuffled(_bits(chosen & ~(1 << place)))
        signals = tuple([self.framework.signals[each] for each in (place, *beside)])
        own, *_ = turn.rotated(signals[0].cues, repetition)
        cues = (own, *(each.cues[dice.below(len(each.cues))] for each in signals[1:]))
        order = list(range(1, len(signals)))
        order.insert((turn.below(MOST) + repetition) % len(signals), 0)
        subject, rule = self.framework.subjects[at], self.rulings[number].rule
        return Composition(subject, signals, cues, tuple(order), rule)

    def can_be_asked(self, signal: str) -> bool:
        """Whether there is any scenario in which the signal is asked."""
        place = self._place[signal]
        return self._find(place, self._subjects(place)) is not None

    def can_fire(self, rule: int) -> bool:
        """Whether a rule, by its place, decides any scenario."""
        return any(
            self._find(place, self._subjects(place), rules=[rule])
            for place in _bits(self.rulings[rule].fitting)
        )

    def rule_for(self, signals: Sequence[str]) -> Rule | None:
        """Return the rule that decides these signals together.

        None where one isn't there, excludes another, or is no reason for the verdict.
        """
        if not all(name in self._place for name in signals):
            return None
        places = [self._place[name] for name in signals]
        chosen = sum([1 << place for place in places])
        if any(self.apart[place] & chosen & ~(1 << place) for place in places):
            return None
        return self._rule(chosen)

    def pairs(self) -> Iterator[Composition]:
        """Yield a scenario for every two signals that can meet by themselves."""
        # Of subjects that allow the same signals, one will do.
        alike = dict(zip(self._allowed, self.framework.subjects, strict=True))
        for place, one in enumerate(self.framework.signals):
            kinds = [allowed for allowed in alike if allowed >> place & 1]
            beside = _union(kinds) & ~self.apart[place]
            for other in _bits(beside >> place << place):
                pair = 1 << place | 1 << other
                kind = next((allowed for allowed in kinds if allowed & pair == pair), None)
                rule = self._rule(pair)
                if kind is None or rule is None:
                    continue
                two = one, self.framework.signals[other]
                cues = tuple([each.cues[(place + other) % len(each.cues)] for each in two])
                yield Composition(alike[kind], two, cues, (0, 1), rule)

    def deciding(self, chosen: int) -> int:
        """Return the number of the first rule that fits a set of signals, that of none after all
        others."""
        for number, ruling in enumerate(self.rulings):
            if all([wanted & chosen for wanted in ruling.wanted]):
                return number
        return len(self.rulings)

    def _rule(self, chosen: int) -> Rule | None:
        number = self.deciding(chosen)
        if number == len(self.rulings) or chosen & ~self.rulings[number].fitting:
            return None
        return self.rulings[number].rule

    def _subjects(self, place: int) -> list[int]:
        """Return the places of the subjects that allow a signal."""
        return [at for at, allowed in enumerate(self._allowed) if allowed >> place & 1]

    def _find(
        self,
        place: int,
        subjects: Iterable[int],
        ordered: _Ordered = list,
        size: int = FEWEST,
        rules: Sequence[int] = (),
    ) -> tuple[int, int, int] | None:
        """Return a subject, a rule and signals with the one at `place`; None where none is found.

        Subjects are tried as they come, rules (all, or those given) and signals as `ordered`.
        """
        search = _Search(self, ordered, size)
        numbers = [
            number
            for number in rules or range(len(self.rulings))
            if self.rulings[number].fitting >> place & 1
        ]
        failed: set[int] = set()
        for at in subjects:
            allowed = self._allowed[at]
            if allowed in failed:
                continue
            for number in ordered(numbers):
                chosen = search.signals(number, place, allowed)
                if chosen:
                    return at, number, chosen
            failed.add(allowed)
        return None


class _Sets:
    """The signals as sets: by axis, by what they favour, by the tags they want or shun."""

    def __init__(self, signals: Sequence[Signal]) -> None:
        self.on: dict[str, int] = {}
        self.favouring: dict[str, int] = {}
        self.voting: dict[tuple[str, str], int] = {}
        self.only: dict[str, int] = {}
        self.never: dict[str, int] = {}
        self.free = 0
        self.bits = {signal.id: 1 << place for place, signal in enumerate(signals)}
        for signal in signals:
            bit = self.bits[signal.id]
            _add(self.on, signal.axis, bit)
            _add(self.favouring, signal.favours, bit)
            _add(self.voting, (signal.axis, signal.favours), bit)
            for label in signal.only_with:
                _add(self.only, label, bit)
            for label in signal.never_with:
                _add(self.never, label, bit)
            self.free |= 0 if signal.only_with else bit

    def apart(self, signal: Signal) -> int:
        """Return the signals that one never stands beside: itself, those of its axis that favour
        something else, and those that exclude it."""
        others = self.on[signal.axis] & ~self.voting[signal.axis, signal.favours]
        return others | self.bits[signal.id] | self.never.get(signal.id, 0)

    def allowed(self, subject: Subject) -> int:
        """Return the signals that a subject allows."""
        wanted = _union([self.only.get(label, 0) for label in subject.labels])
        return (self.free | wanted) & ~_union([self.never.get(e, 0) for e in subject.labels])

    def ruling(self, rule: Rule) -> _Ruling:
        """Return a rule prepared."""
        wanted = tuple([self.voting.get(vote, 0) for vote in rule.when.items()])
        named = _union([self.on.get(axis, 0) for axis in rule.when])
        fitting = _union(wanted) | self.favouring.get(rule.verdict, 0) & ~named
        return _Ruling(rule, wanted, fitting)


class _Search:
    """A search for signals that a rule decides; it gives up after so many tries."""

    def __init__(self, composer: Composer, ordered: _Ordered, size: int) -> None:
        self._composer = composer
        self._ordered = ordered
        self._size = size
        self._left = _TRIES

    def signals(self, number: int, place: int, allowed: int) -> int:
        """Return signals with the one at `place` that the rule `number` decides, 0 for none."""
        open_ = allowed & self._composer.rulings[number].fitting & ~self._composer.apart[place]
        chosen = self._meet(number, 1 << place, open_)
        return self._grown(number, chosen, open_) if chosen else 0

    def _meet(self, number: int, chosen: int, open_: int) -> int:
        """Add to the chosen signals what the rule needs, of those that are open."""
        self._left -= 1
        # With more signals more rules fit, never fewer.
        if self._left < 0 or self._composer.deciding(chosen) < number:
            return 0
        wanted = self._composer.rulings[number].wanted
        missing = next((each for each in wanted if not each & chosen), None)
        if missing is None:
            if chosen.bit_count() >= FEWEST:
                return chosen
            missing = open_
        if chosen.bit_count() == MOST:
            return 0
        for place in self._ordered(_bits(missing & open_)):
            met = self._meet(number, chosen | 1 << place, open_ & ~self._composer.apart[place])
            if met:
                return met
        return 0

    def _grown(self, number: int, chosen: int, open_: int) -> int:
        """Add other signals that leave the verdict as it is, up to the size wanted."""
        for place in _bits(chosen):
            open_ &= ~self._composer.apart[place]
        for place in self._ordered(_bits(open_)):
            if chosen.bit_count() >= self._size:
                break
            bit = 1 << place
            if open_ & bit and self._composer.deciding(chosen | bit) == number:
                chosen |= bit
                open_ &= ~self._composer.apart[place]
        return chosen


def _add(sets: dict[_Key, int], key: _Key, bit: int) -> None:
    sets[key] = sets.get(key, 0) | bit


def _union(sets: Iterable[int]) -> int:
    union = 0
    for each in sets:
        union |= each
    return union


def _bits(chosen: int) -> list[int]:
    """Return the places that are in a set."""
    places = []
    while chosen:
        low = chosen & -chosen
        places.append(low.bit_length() - 1)
        chosen ^= low
    return places
