"""A composed scenario as a card: its prompt, verdict, rubric and model answer.

Its points are the reasons of its signals, each under the signal's id. The one of the signal that is
asked is required and has all the weight; those of its companions are noted only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trainer.decks.frameworks import Composer
from trainer.decks.model import Card, Framework, Point, Signal, Verdict


def composed(composer: Composer, signal: str, name: str, repetition: int) -> Card | None:
    """Return the card that asks a signal at a repetition; None if it can't be asked.

    `name` is the signal's `deck/signal`.
    """
    made = composer.compose(signal, name, repetition)
    if made is None:
        return None
    return card_of(composer.framework, made.rule.verdict, made.signals, made.prompt)


def read_anew(composer: Composer, asked: Card) -> Card | None:
    """Return a composed card as its framework, which was edited, has it now, under the same prompt.

    None where one of its signals is gone, or they no longer go together.
    """
    names = [point.id for point in asked.points]
    rule = composer.rule_for(names)
    if rule is None:
        return None
    by_id = {signal.id: signal for signal in composer.framework.signals}
    signals = [by_id[name] for name in names]
    return card_of(composer.framework, rule.verdict, signals, asked.prompt)


def card_of(framework: Framework, verdict: str, signals: Sequence[Signal], prompt: str) -> Card:
    """Return the card of a scenario in which the first of the signals is asked."""
    asked = signals[0]
    return Card(
        id=asked.id,
        kind="scenario",
        topic=framework.topic,
        tags=asked.tags,
        difficulty=asked.difficulty,
        prompt=prompt,
        hint=asked.hint,
        verdict=framework.verdicts[verdict],
        points=tuple([_point(signal, counts=signal is asked) for signal in signals]),
        answer=answer(framework, verdict, signals),
        follow_ups=asked.follow_ups,
        source=asked.source,
        formerly=asked.formerly,
    )


def answer(framework: Framework, verdict: str, signals: Sequence[Signal]) -> str:
    """Return what a strong candidate says: the decision, then a reason for each signal."""
    decision = framework.verdicts[verdict]
    sides = [_side(framework, decision, signal) for signal in signals]
    by_side = sorted(range(len(signals)), key=lambda at: sides[at])
    said = [_decision(framework, decision, signals, sides)]
    said += [signals[at].point.say for at in by_side]
    return " ".join(_sentence(text) for text in said)


def name_of(verdict: Verdict) -> str:
    """Return a verdict in words: the first phrase of it, or of each of its sides."""
    return " and ".join(group[0] for group in verdict.all) or verdict.accept[0]


def _point(signal: Signal, *, counts: bool) -> Point:
    reason = signal.point
    return Point(
        id=signal.id,
        say=reason.say,
        accept=reason.accept,
        need=reason.need,
        together=reason.together,
        weight=1.0 if counts else 0.0,
        required=counts,
    )


def _side(framework: Framework, decision: Verdict, signal: Signal) -> int:
    """Return which of the decisions that are wanted together a signal argues for.

    Where there is but one it is that; a signal that argues for none of several comes after them.
    """
    favoured = {phrase.casefold() for phrase in framework.verdicts[signal.favours].accept}
    for number, phrases in enumerate(decision.all):
        if any(phrase.casefold() in favoured for phrase in phrases):
            return number
    return len(decision.all)


def _decision(
    framework: Framework, decision: Verdict, signals: Sequence[Signal], sides: Sequence[int]
) -> str:
    """Return the decision in a sentence, with what each side of it is for where that has a name."""
    if not decision.all:
        return name_of(decision)
    parts, named = [], True
    for number, phrases in enumerate(decision.all):
        axes = [signal.axis for signal, side in zip(signals, sides, strict=True) if side == number]
        titles = [framework.axes[axis] for axis in dict.fromkeys(axes) if axis in framework.axes]
        parts.append(f"{phrases[0]} for {_listed(titles)}" if titles else phrases[0])
        named = named and bool(titles)
    return _listed(parts) + ("" if named else ", together")


def _listed(parts: Iterable[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def _sentence(text: str) -> str:
    ends = text.rstrip("\"'”’)").endswith((".", "!", "?", "…"))
    return text[0].upper() + text[1:] + ("" if ends else ".")
