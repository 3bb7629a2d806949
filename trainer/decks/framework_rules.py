"""What a framework means: what its parts need, and how signals and rules must agree.

As in `trainer.decks.rules`, placeholders ("" and ()) are passed over: they have been reported.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from trainer.decks.frameworks import FEWEST, Composer
from trainer.decks.model import Deck, Framework, Rule, Signal
from trainer.decks.rules import Finding, Path, check_point, check_topic, check_verdict
from trainer.decks.walk import did_you_mean, listed
from trainer.text import clip

# More than a person can look over; up to here, nothing that is done with a framework takes long.
MOST = {"verdicts": 50, "subjects": 1000, "signals": 500, "rules": 100}
FEWEST_OF = {"verdicts": 1, "subjects": 1, "signals": FEWEST, "rules": 1}
_NEEDS = {
    "verdicts": ("a verdict", "add `verdicts:`, each with `accept:` or `all:`"),
    "subjects": ("a subject", "add some to `subjects:`"),
    "signals": ("two signals", "add some to `signals:`"),
    "rules": ("a rule", "add `rules:`, such as `{when: {facts: rag}, verdict: rag}`"),
}


def check_framework(
    framework: Framework, deck: Deck, topics_known: bool, line_of: Callable[[Path], int]
) -> Iterator[Finding]:
    """Yield what is wrong with a framework; `line_of` tells the line of a place in it."""
    for name, most in MOST.items():
        number = len(getattr(framework, name))
        if number > most:
            said = f"a framework holds at most {most} {name}, and this one has {number:,}"
            yield Finding((name,), said, "divide it into several")
            return
    sound = True
    for finding in _check_parts(framework, deck, topics_known, line_of):
        sound = False
        yield finding
    if sound:
        yield from _check_askable(framework)


def _check_parts(
    framework: Framework, deck: Deck, topics_known: bool, line_of: Callable[[Path], int]
) -> Iterator[Finding]:
    yield from check_topic(framework.topic, deck, topics_known)
    for name, (what, mend) in _NEEDS.items():
        if len(getattr(framework, name)) < FEWEST_OF[name]:
            yield Finding((name,), f"a framework needs {what}", mend, unless=((name,), ()))
    for name, verdict in framework.verdicts.items():
        yield from check_verdict(verdict, ("verdicts", name))
    yield from _check_subjects(framework, line_of)
    yield from _check_signals(framework, line_of)
    yield from _check_rules(framework, line_of)


def _check_subjects(framework: Framework, line_of: Callable[[Path], int]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, subject in enumerate(framework.subjects):
        place: Path = ("subjects", index)
        if subject.id and subject.id in first:
            line = line_of(("subjects", first[subject.id], "id"))
            yield Finding(
                (*place, "id"),
                f"the subject `{subject.id}` is already there, in line {line}",
                "give each subject of a framework an id of its own",
            )
        first.setdefault(subject.id, index)
        if not subject.tags:
            yield Finding(
                (*place, "tags"),
                f"the subject `{subject.id}` has no tags",
                "add `tags:` with what signals may go by, such as `[facts]`",
                unless=((*place, "tags"), place),
            )


def _check_signals(framework: Framework, line_of: Callable[[Path], int]) -> Iterator[Finding]:
    labels = {label for subject in framework.subjects for label in subject.labels}
    signals = {signal.id for signal in framework.signals}
    shown: dict[str, Path] = {}
    for index, signal in enumerate(framework.signals):
        place: Path = ("signals", index)
        yield from check_point(signal.point, (*place, "point"))
        yield from _known_verdict(framework, signal.favours, (*place, "favours"))
        if framework.axes and signal.axis and signal.axis not in framework.axes:
            yield _unknown((*place, "axis"), "axis", signal.axis, framework.axes, ("axes",))
        if not signal.cues:
            yield Finding(
                (*place, "cues"),
                f"the signal `{signal.id}` has no cue",
                "add `cues:` with ways to say it in a prompt",
                unless=((*place, "cues"), place),
            )
        for number, cue in enumerate(signal.cues):
            here: Path = (*place, "cues", number)
            before = shown.setdefault(" ".join(cue.casefold().split()), here)
            if cue and before is not here:
                yield Finding(
                    here,
                    f"the cue “{clip(cue, 40)}” is already there, in line {line_of(before)}",
                    "reword one of the two",
                )
        yield from _check_company(signal, place, labels, signals)


def _check_company(
    signal: Signal, place: Path, labels: Collection[str], signals: Collection[str]
) -> Iterator[Finding]:
    """Yield what is wrong with what a signal wants and shuns."""
    for number, label in enumerate(signal.only_with):
        if label and labels and label not in labels:
            here: Path = (*place, "only_with", number)
            yield _unknown(here, "tag of a subject", label, labels, ("subjects",))
    for number, name in enumerate(signal.never_with):
        here = (*place, "never_with", number)
        if name and name == signal.id:
            yield Finding(here, f"the signal `{name}` excludes itself", "remove this entry")
        elif name and labels and name not in labels and name not in signals:
            known = {*labels, *signals}
            yield _unknown(here, "signal or tag", name, known, ("subjects",), ("signals",))
    if signal.only_with and {*signal.only_with} <= {*signal.never_with}:
        yield Finding(
            (*place, "never_with"),
            f"the signal `{signal.id}` excludes itself: it shuns every tag that it wants",
            "take a tag out of `never_with` or `only_with`",
        )


def _check_rules(framework: Framework, line_of: Callable[[Path], int]) -> Iterator[Finding]:
    votes: dict[str, set[str]] = {}
    for signal in framework.signals:
        votes.setdefault(signal.axis, set()).add(signal.favours)
    for index, rule in enumerate(framework.rules):
        place: Path = ("rules", index)
        yield from _known_verdict(framework, rule.verdict, (*place, "verdict"))
        for axis, favoured in rule.when.items():
            here: Path = (*place, "when", axis)
            if "" in votes or (axis not in votes and not votes):
                continue
            if axis not in votes:
                yield _unknown(here, "axis of a signal", axis, votes, ("signals",), at_key=True)
            elif favoured and favoured not in framework.verdicts:
                yield from _known_verdict(framework, favoured, here)
            elif favoured and favoured not in votes[axis] and "" not in votes[axis]:
                yield Finding(
                    here,
                    f"no signal favours `{favoured}` on the axis `{axis}`, so this rule never fits",
                    "add such a signal, or mend the rule",
                    unless=(here, ("signals",)),
                )
        reach = [*_check_reach(framework.rules, index, line_of)]
        yield from reach or _check_reason(framework, rule, place)


def _check_reason(framework: Framework, rule: Rule, place: Path) -> Iterator[Finding]:
    """Yield what a rule names that is no reason for its verdict."""
    verdict = framework.verdicts.get(rule.verdict)
    if verdict is None or verdict.all:
        return
    for axis, favoured in rule.when.items():
        if favoured in framework.verdicts and favoured != rule.verdict:
            yield Finding(
                (*place, "when", axis),
                f"`{favoured}` on the axis `{axis}` is no reason for the verdict `{rule.verdict}`",
                f"write `{axis}: {rule.verdict}`, or let the verdict want both with `all:`",
            )


def _check_reach(
    rules: tuple[Rule, ...], index: int, line_of: Callable[[Path], int]
) -> Iterator[Finding]:
    """Yield whether an earlier rule fits wherever this one does."""
    rule = rules[index]
    for number, before in enumerate(rules[:index]):
        if not before.when.items() <= rule.when.items():
            continue
        place, line = ("rules", index), line_of(("rules", number))
        unless: tuple[Path, ...] = (place, ("rules", number))
        if before.when != rule.when:
            said = f"this rule is never reached: the one in line {line} fits wherever it does"
            yield Finding(place, said, "put it before that one, or remove it", unless)
        elif before.verdict != rule.verdict:
            said = f"this rule contradicts the one in line {line}: the same `when`, another verdict"
            yield Finding(place, said, "keep one of the two", unless)
        else:
            said = f"this rule is already there, in line {line}"
            yield Finding(place, said, "remove one of the two", unless)
        return


def _check_askable(framework: Framework) -> Iterator[Finding]:
    composer = Composer(framework)
    for index, signal in enumerate(framework.signals):
        if not composer.can_be_asked(signal.id):
            yield Finding(
                ("signals", index),
                f"the signal `{signal.id}` can never be asked: there is no subject with another "
                "signal that a rule decides by both",
                "let a rule name what it favours, or loosen `only_with` and `never_with`",
                unless=((),),
            )


def _known_verdict(framework: Framework, name: str, place: Path) -> Iterator[Finding]:
    if name and framework.verdicts and name not in framework.verdicts:
        yield _unknown(place, "verdict", name, framework.verdicts, ("verdicts",))


def _unknown(
    place: Path,
    what: str,
    name: str,
    known: Collection[str],
    *unless: Path,
    at_key: bool = False,
) -> Finding:
    named = sorted(known)
    mend = did_you_mean(name, named) or (f"there are {listed(named)}" if named else "add it")
    return Finding(place, f"there is no {what} `{clip(name, 40)}`", mend, (place, *unless), at_key)
