"""Answers that try the grader: does each kind of answer land where a fair examiner would put it?

The answers, in `answers/`, were written from the cards alone, and the bands below before anything
was graded; where a case fails, the grader or the deck is at fault until shown otherwise. Orderings
and bands only: no exact scores.

`python tests/adversarial/test_bands.py` prints every case that doesn't hold and the rates by kind,
those included of the kinds that are reported and not enforced.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from trainer.decks.library import Library, open_library
from trainer.grading import Grade, grade
from trainer.paths import bundled_decks

FOLDER = Path(__file__).parent / "answers"
# How many cards of each bundled deck the suite has at least.
CARDS_A_DECK = 3

WELL_SAID = ("good", "paraphrase", "synonyms", "acronym", "typos", "reordered")
CONTRARY = ("negated", "swapped")
ENFORCED = (
    *WELL_SAID,
    "half",
    *CONTRARY,
    "stuffing",
    "copied",
    "ramble",
    "ramble_with_answer",
)
# Measured and never enforced, each by the band of another kind.
REPORTED = {"far_paraphrase": "good", "swapped_reasons": "swapped"}
OPTIONAL = {"acronym", "swapped", *REPORTED}
ROUNDING = 1e-9  # the mean of three tenths is a hair above a tenth

NOTHING_KINDS = ("empty", "dont-know")
NOTHING_CARDS = tuple(
    f"rag-vs-fine-tuning/{card}"
    for card in ("what-is-rag", "shop-prices-daily", "invoice-fields-json", "help-desk-replies")
)


class Case(NamedTuple):
    """One answer to one card, which is named as `deck/card`."""

    card: str
    kind: str
    text: str


@cache
def answers() -> dict[str, dict[str, str]]:
    """Return the answers as written, by card and kind."""
    written: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name != "common.yaml":
            for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
                written[entry.pop("card")] = entry
    return written


@cache
def common() -> dict[str, list[str]]:
    """Return the answers that say nothing, by kind."""
    loaded: dict[str, list[str]] = yaml.safe_load((FOLDER / "common.yaml").read_text("utf-8"))
    return loaded


@cache
def library() -> Library:
    return open_library(bundled_decks(), str(FOLDER / "no-user-decks"))


@cache
def graded(ref: str, text: str) -> Grade:
    """Return the grade of an answer, as the app would ask for it."""
    card, synonyms = library().card(ref), library().synonyms(library().cards[ref].deck)
    return grade(card, text, ref=ref, prompt=card.prompt, synonyms=synonyms)


def text_of(ref: str, kind: str) -> str | None:
    """Return the answer of that kind, None where the card has none."""
    written = answers()[ref]
    if kind == "copied":
        return library().card(ref).prompt
    if kind == "ramble":
        return re.sub(r"\s*\{answer\}\s*", " ", written["ramble"])
    if kind == "ramble_with_answer":
        return written["ramble"].replace("{answer}", written["good"])
    return written.get(kind)


def cases(kinds: tuple[str, ...]) -> list[Case]:
    """Return the cases of these kinds, card by card."""
    found = []
    for ref in answers():
        for kind in kinds:
            # A prompt is read from the library, so only when it is graded.
            text = "" if kind == "copied" else text_of(ref, kind)
            if text is not None:
                found.append(Case(ref, kind, text))
    return found


def nothing_cases() -> list[Case]:
    """Return the answers that say nothing, each for a few cards."""
    return [
        Case(ref, kind, text)
        for ref in NOTHING_CARDS
        for kind in NOTHING_KINDS
        for text in common()[kind]
    ]


def complaint(case: Case) -> str:
    """Return how the grade of this answer breaks its kind's promise, "" where it keeps it."""
    kind = REPORTED.get(case.kind, case.kind)
    text = text_of(case.card, "copied") or "" if kind == "copied" else case.text
    made = graded(case.card, text)
    score = made.score
    shown = f"scored {score:.3f}"
    if kind in WELL_SAID:
        return "" if score >= 0.75 - ROUNDING else f"{shown}, at least .75 expected"
    if kind == "half":
        return (
            "" if 0.35 - ROUNDING <= score <= 0.75 + ROUNDING else f"{shown}, .35 to .75 expected"
        )
    if kind == "ramble":
        return "" if score <= 0.35 + ROUNDING else f"{shown}, at most .35 expected"
    if kind in ("copied", *NOTHING_KINDS):
        return "" if score <= 0.10 + ROUNDING else f"{shown}, at most .10 expected"

    good = graded(case.card, answers()[case.card]["good"]).score
    shown += f", the good answer {good:.3f}"
    wrong: list[str] = []
    if kind in CONTRARY:
        if score > good - 0.3 + ROUNDING:
            wrong.append("at least .3 below it expected")
        if made.rating == "good":
            wrong.append("rated good")
    elif kind == "stuffing":
        if score > good + ROUNDING:
            wrong.append("not above it expected")
        if not made.warnings:
            wrong.append("no warning")
    elif kind == "ramble_with_answer":
        if abs(score - good) > 0.1 + ROUNDING:
            wrong.append("within .1 of it expected")
    else:
        raise ValueError(f"no expectation for the kind {case.kind}")
    return f"{shown}; {', '.join(wrong)}" if wrong else ""


def name(value: Any) -> str:
    """Return a readable id for a case."""
    if isinstance(value, Case) and value.kind in NOTHING_KINDS:
        return f"{value.card}-{value.kind}-{common()[value.kind].index(value.text) + 1}"
    return f"{value.card}-{value.kind}"


@pytest.mark.parametrize("case", cases(ENFORCED), ids=name)
def test_an_answer_lands_in_the_band_of_its_kind(case: Case) -> None:
    assert complaint(case) == ""


@pytest.mark.parametrize("case", nothing_cases(), ids=name)
def test_saying_nothing_earns_nothing(case: Case) -> None:
    assert complaint(case) == ""


@pytest.mark.parametrize("ref", answers())
def test_the_answers_are_of_the_kinds_they_say(ref: str) -> None:
    written = answers()[ref]
    card = library().card(ref)
    kinds = {*ENFORCED, *REPORTED} - {"copied", "ramble_with_answer"}
    assert card.points
    assert kinds - OPTIONAL <= set(written) <= kinds
    assert "swapped" in written or "swapped_reasons" in written
    assert 60 <= len((text_of(ref, "ramble") or "").split()) <= 120
    assert written["ramble"].count("{answer}") == 1
    rewritten = set(written["typos"].split()) - set(written["good"].split())
    assert 2 <= len(rewritten) <= 4, rewritten


def test_the_suite_covers_what_it_should() -> None:
    cards = [library().card(ref) for ref in answers()]
    scenarios = [card for card in cards if card.kind == "scenario"]
    by_deck = Counter(library().cards[ref].deck for ref in answers())
    assert all(by_deck[deck] >= CARDS_A_DECK for deck in library().decks), by_deck
    assert len(scenarios) >= 17
    assert len(cards) - len(scenarios) >= 10
    decisions = {
        "both" if card.verdict.all else card.verdict.accept[0] for card in scenarios if card.verdict
    }
    assert decisions >= {"RAG", "fine-tuning", "both"}
    assert (len(common()["empty"]), len(common()["dont-know"])) == (2, 10)


def report() -> None:
    """Print what doesn't hold, by kind, and how many of each kind hold."""
    held: dict[str, list[bool]] = defaultdict(list)
    for kind in (*ENFORCED, *NOTHING_KINDS, *REPORTED):
        for case in nothing_cases() if kind in NOTHING_KINDS else cases((kind,)):
            if case.kind != kind:
                continue
            said = complaint(case)
            held[kind].append(not said)
            if said:
                print(f"{kind:18} {case.card:52} {said}")
    print()
    for kind, outcomes in held.items():
        note = "  reported only" if kind in REPORTED else ""
        print(f"{kind:18} {sum(outcomes):3} of {len(outcomes):3} hold{note}")
    enforced = [held[kind] for kind in held if kind not in REPORTED]
    print(f"{'enforced':18} {sum(map(sum, enforced)):3} of {sum(map(len, enforced)):3} hold")


if __name__ == "__main__":
    report()
