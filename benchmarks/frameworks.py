"""How long does it take to compose scenarios, and to check decks?

python benchmarks/frameworks.py [--decks DIR] [--runs N] [--json FILE]

Frameworks of several sizes are made, and of each is measured: getting it ready, and composing one
scenario. Then all of `trainer check` on the bundled decks, or those in DIR. The yardstick of
composing is grading one answer to a scenario, which is what follows it, in turn with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from table import Measure, Rows, Thing, options, show, timed

from trainer.decks.check import check
from trainer.decks.composed import composed
from trainer.decks.frameworks import Composer
from trainer.decks.model import Card, Deck, Framework, Reason, Rule, Signal, Subject, Verdict
from trainer.grading import grade
from trainer.grading.model import Grade
from trainer.paths import bundled_decks

# Subjects and signals.
_SIZES = ((30, 20), (100, 60), (1000, 500))
_GRADING = "grade an answer to a scenario"
_READY_RUNS = 5
_CHECKS = 2


def main() -> None:
    """Measure, print the table, and write the figures where --json says."""
    parser = options(__doc__, 100)
    parser.add_argument("--decks", metavar="DIR", default=bundled_decks(), help="decks to check")
    chosen = parser.parse_args()
    rows = Rows()
    frameworks = [_framework(*size) for size in _SIZES]
    rows.in_turn(
        min(chosen.runs, _READY_RUNS),
        *(
            timed(Thing(f"get ready {_name(each)}"), lambda each=each: Composer(each))  # type: ignore[misc]
            for each in frameworks
        ),
    )
    rows.in_turn(chosen.runs, _grading(), *map(_composing, frameworks))
    checking = timed(Thing("check all decks"), lambda: check([chosen.decks], _graded))
    rows.in_turn(min(chosen.runs, _CHECKS), checking)
    show(rows, chosen.json)


def _grading() -> Measure:
    card = composed(Composer(_framework(30, 20)), "s0", "d/s0", 0)
    assert card is not None
    return timed(Thing(_GRADING), lambda: grade(card, card.answer))


def _composing(framework: Framework) -> Measure:
    composer = Composer(framework)
    repetitions: Iterator[int] = count()

    def compose() -> None:
        repetition = next(repetitions)
        signal = framework.signals[repetition % len(framework.signals)].id
        assert composed(composer, signal, f"d/{signal}", repetition) is not None

    return timed(Thing(f"compose of {_name(framework)}", 0, _GRADING), compose)


def _name(framework: Framework) -> str:
    return f"{len(framework.subjects)} subjects, {len(framework.signals)} signals"


def _graded(card: Card, answer: str, deck: Deck) -> Grade:
    return grade(card, answer, synonyms=deck.synonyms)


def _framework(subjects: int, signals: int) -> Framework:
    """Return a framework in which signals of four axes are compatible with a third of subjects."""
    sides, axes = ("rag", "tune"), ("facts", "behaviour", "cost", "latency")
    return Framework(
        id="f",
        verdicts={
            "rag": Verdict(accept=("RAG",), reject=("fine-tuning",)),
            "tune": Verdict(accept=("fine-tuning",), reject=("RAG",)),
            "both": Verdict(all=(("RAG",), ("fine-tuning",))),
        },
        subjects=tuple(
            Subject(id=f"u{n}", text=f"Subject {n}", tags=(f"t{n % 3}", f"u{n % 7}"))
            for n in range(subjects)
        ),
        signals=tuple(
            Signal(
                id=f"s{n}",
                favours=sides[n % 2],
                axis=axes[n % 4],
                cues=(f"cue {n}", f"another cue {n}"),
                only_with=(f"t{n % 3}",) if n % 2 else (),
                never_with=(f"s{n - 1}", f"u{n % 7}") if n % 5 == 4 else (),
                point=Reason(say=f"Reason {n} is told.", accept=(f"reason {n}",)),
            )
            for n in range(signals)
        ),
        rules=(
            Rule(when={"facts": "rag", "behaviour": "tune"}, verdict="both"),
            Rule(when={"facts": "rag"}, verdict="rag"),
            Rule(when={"behaviour": "tune"}, verdict="tune"),
        ),
    )


if __name__ == "__main__":
    main()
