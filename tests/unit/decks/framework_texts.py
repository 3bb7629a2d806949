"""A framework as a deck file, a line a thing, and frameworks made of bare records."""

from __future__ import annotations

from trainer.decks.model import Framework, Reason, Rule, Signal, Subject, Verdict

# Lines 1 to 24; what tests replace stands in a line of its own.
TEXT = """\
schema: 1
deck: d
topics: {t: T}
frameworks:
  - id: f
    topic: t
    verdicts:
      rag: {accept: [RAG], reject: [fine-tuning]}
      tune: {accept: [fine-tuning], reject: [RAG]}
      both: {all: [[RAG], [fine-tuning]]}
    axes: {facts: the facts, behaviour: the style}
    subjects:
      - {id: formulary, text: Drug formulary, domain: clinic, tags: [facts]}
      - {id: notes, text: Discharge notes, tags: [facts, prose]}
    signals:
      - {id: monthly, favours: rag, axis: facts, cues: [monthly updates], only_with: [facts], point: {say: "Facts change, so re-index documents.", accept: [re-index]}}
      - {id: cited, favours: rag, axis: facts, cues: [needs citations], never_with: [style], point: {say: Retrieved passages can be cited., accept: [cite passages]}}
      - {id: style, favours: tune, axis: behaviour, cues: [one house style], point: {say: A style is learnt from examples., accept: [learn the style]}}
      - {id: tone, favours: tune, axis: behaviour, cues: ["[b]formal[/b] tone\\x1b"], point: {say: The tone is learnt from examples., accept: [learn the tone]}}
    rules:
      - {when: {facts: rag, behaviour: tune}, verdict: both}
      - {when: {facts: rag}, verdict: rag}
      - {when: {behaviour: tune}, verdict: tune}
"""  # noqa: E501

VERDICTS = {
    "rag": Verdict(accept=("RAG",), reject=("fine-tuning",)),
    "tune": Verdict(accept=("fine-tuning",), reject=("RAG",)),
    "both": Verdict(all=(("RAG",), ("fine-tuning",))),
}


def signal(
    name: str,
    favours: str = "rag",
    axis: str = "facts",
    cues: tuple[str, ...] = (),
    **more: tuple[str, ...],
) -> Signal:
    point = Reason(say=f"It is {name}.", accept=(f"it is {name}",))
    return Signal(
        id=name, favours=favours, axis=axis, cues=cues or (f"cue of {name}",), point=point, **more
    )


def subject(name: str, *tags: str) -> Subject:
    return Subject(id=name, text=f"Subject {name}", tags=tags or ("any",))


def framework(
    signals: list[Signal], subjects: list[Subject], *rules: tuple[dict[str, str], str]
) -> Framework:
    return Framework(
        id="f",
        verdicts=VERDICTS,
        subjects=tuple(subjects),
        signals=tuple(signals),
        rules=tuple(Rule(when=when, verdict=verdict) for when, verdict in rules),
    )
