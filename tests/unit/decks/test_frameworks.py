"""Composing: what each composition keeps to, whatever the framework."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from time import perf_counter

import pytest
from framework_texts import framework, signal, subject
from hypothesis import given
from hypothesis import strategies as st

from trainer.decks.frameworks import FEWEST, MOST, Composer, Composition
from trainer.decks.model import Framework, Rule, Signal, Subject

AXES, FAVOURED, TAGS = ("x", "y", "z"), ("rag", "tune"), ("a", "b", "c")


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    names = [f"s{number}" for number in range(draw(st.integers(2, 5)))]
    some = st.lists(st.sampled_from(TAGS), max_size=2, unique=True).map(tuple)
    shunned = st.lists(st.sampled_from([*TAGS, *names]), max_size=2, unique=True)
    signals = [
        signal(
            name,
            draw(st.sampled_from((*FAVOURED, "both"))),
            draw(st.sampled_from(AXES)),
            tuple(f"{name} {number}" for number in range(draw(st.integers(1, 3)))),
            only_with=draw(some),
            never_with=tuple(each for each in draw(shunned) if each != name),
        )
        for name in names
    ]
    tags = st.lists(st.sampled_from(TAGS), min_size=1, max_size=3, unique=True)
    subjects = [subject(f"u{n}", *draw(tags)) for n in range(draw(st.integers(1, 4)))]
    when = st.dictionaries(st.sampled_from(AXES), st.sampled_from(FAVOURED), max_size=3)
    rules = st.tuples(when, st.sampled_from((*FAVOURED, "both")))
    return framework(signals, subjects, *draw(st.lists(rules, min_size=1, max_size=4)))


def decided(of: Framework, about: Subject, signals: tuple[Signal, ...]) -> Rule | None:
    """Return the rule of a scenario as the guide for authors puts it, None where it is none."""
    for one in signals:
        if one.only_with and not {*one.only_with} & {*about.labels}:
            return None
        if {*one.never_with} & {*about.labels, *(other.id for other in signals)}:
            return None
    votes: dict[str, str] = {}
    for one in signals:
        if votes.setdefault(one.axis, one.favours) != one.favours:
            return None
    for rule in of.rules:
        if rule.when.items() <= votes.items():
            reasons = all(s.axis in rule.when or s.favours == rule.verdict for s in signals)
            return rule if reasons else None
    return None


def scenarios(of: Framework, asked: Signal) -> list[tuple[Subject, frozenset[str]]]:
    """Return every scenario in which a signal can be asked, by trying all."""
    others = [each for each in of.signals if each is not asked]
    return [
        (about, frozenset(each.id for each in chosen))
        for about in of.subjects
        for size in range(FEWEST - 1, MOST)
        for beside in combinations(others, size)
        if decided(of, about, chosen := (asked, *beside))
    ]


@given(frameworks(), st.integers(0, 50))
def test_a_composition_is_a_scenario_that_its_rule_decides(of: Framework, start: int) -> None:
    composer = Composer(of)
    for asked in of.signals:
        possible = scenarios(of, asked)
        assert composer.can_be_asked(asked.id) is bool(possible)
        before = None
        for repetition in range(start, start + 4):
            made = composer.compose(asked.id, f"d/{asked.id}", repetition)
            if made is None:
                assert not possible
                continue
            assert (made.subject, frozenset(s.id for s in made.signals)) in possible
            assert made.signals[0] is asked
            assert made.rule is decided(of, made.subject, made.signals)
            assert composer.rule_for([each.id for each in made.signals]) is made.rule
            assert all(cue in of_.cues for of_, cue in zip(made.signals, made.cues, strict=True))
            assert sorted(made.order) == [*range(len(made.signals))]
            # What comes next is never what was there before.
            assert made.prompt != before
            before = made.prompt
            assert composer.compose(asked.id, f"d/{asked.id}", repetition) == made


@given(frameworks())
def test_pairs_are_all_that_can_meet_by_themselves(of: Framework) -> None:
    wanted = {
        frozenset((one.id, other.id))
        for one, other in combinations(of.signals, 2)
        if any(decided(of, about, (one, other)) for about in of.subjects)
    }
    made = [*Composer(of).pairs()]
    assert {frozenset(s.id for s in each.signals) for each in made} == wanted
    assert len(made) == len(wanted)
    for each in made:
        assert decided(of, each.subject, each.signals) is each.rule


@given(frameworks())
def test_a_rule_fires_where_it_can(of: Framework) -> None:
    composer = Composer(of)
    fired = {
        id(decided(of, about, tuple(s for s in of.signals if s.id in chosen)))
        for asked in of.signals
        for about, chosen in scenarios(of, asked)
    }
    for place, rule in enumerate(of.rules):
        # The same rule twice: the second is never reached.
        if rule not in of.rules[:place]:
            assert composer.can_fire(place) is (id(rule) in fired)


PAIR = framework([signal("a"), signal("b")], [subject("u")], ({"facts": "rag"}, "rag"))


def prompts(of: Framework, asked: str, repetitions: int = 12) -> list[str]:
    composer = Composer(of)
    made = [composer.compose(asked, f"d/{asked}", number) for number in range(repetitions)]
    return [each.prompt for each in made if each is not None]


def test_where_all_else_is_the_same_the_cues_change_places() -> None:
    one, other = "Subject u, cue of a, cue of b → ?", "Subject u, cue of b, cue of a → ?"
    found = prompts(PAIR, "a", 4)
    assert found in ([one, other, one, other], [other, one, other, one])


def test_the_subject_and_the_cue_move_on() -> None:
    many = framework(
        [signal("a", cues=("one", "two")), signal("b")],
        [subject(str(number)) for number in range(5)],
        ({"facts": "rag"}, "rag"),
    )
    made = prompts(many, "a", 5)
    assert len({prompt.split(",")[0] for prompt in made}) == 5
    ones = ["one" in prompt for prompt in made]
    assert ones in ([True, False, True, False, True], [False, True, False, True, False])


def test_other_names_are_asked_in_another_order() -> None:
    many = framework(
        [signal("a"), signal("b")],
        [subject(str(number)) for number in range(40)],
        ({"facts": "rag"}, "rag"),
    )
    composer = Composer(many)
    one, other = (composer.compose("a", name, 0) for name in ("d/a", "e/a"))
    assert one is not None
    assert one != other


def test_one_that_no_rule_decides_is_never_composed() -> None:
    alone = framework(
        [signal("a"), signal("b", "tune", "behaviour")], [subject("u")], ({"facts": "rag"}, "rag")
    )
    composer = Composer(alone)
    assert composer.compose("a", "d/a", 0) is None
    assert not composer.can_be_asked("b")
    assert composer.rule_for(["a", "b"]) is None
    assert composer.rule_for(["a", "gone"]) is None
    assert [*composer.pairs()] == []


def test_a_rule_of_more_axes_than_fit_never_fires() -> None:
    axes = [f"x{number}" for number in range(MOST + 1)]
    wide = framework(
        [signal(axis, "rag", axis) for axis in axes],
        [subject("u")],
        (dict.fromkeys(axes, "rag"), "both"),
        ({"x0": "rag"}, "rag"),
    )
    composer = Composer(wide)
    assert not composer.can_fire(0)
    assert composer.can_fire(1)


def test_never_with_goes_both_ways() -> None:
    shy = framework(
        [signal("a"), signal("b", never_with=("a",)), signal("c")],
        [subject("u")],
        ({"facts": "rag"}, "rag"),
    )
    for asked, shunned in (("a", "b"), ("b", "a")):
        found = prompts(shy, asked)
        assert found
        assert not any(f"cue of {shunned}" in prompt for prompt in found)


def test_a_domain_is_a_tag() -> None:
    clinical = Subject(id="u", text="U", domain="clinic", tags=("x",))
    of = framework(
        [signal("a", only_with=("clinic",)), signal("b"), signal("c", never_with=("clinic",))],
        [clinical, subject("v", "y")],
        ({"facts": "rag"}, "rag"),
    )
    made = [Composer(of).compose("a", "d/a", number) for number in range(6)]
    assert {each.subject.id for each in made if each} == {"u"}
    assert {s.id for each in made if each for s in each.signals} == {"a", "b"}


def test_it_is_the_same_in_another_process() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_frameworks import MANY, prompts\nprint(prompts(MANY, 's1', 3))"
    )
    here = __file__.rpartition("/")[0]
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, here],
            capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert done.stdout.strip() == str(prompts(MANY, "s1", 3))


def test_millions_of_combinations_are_not_enumerated() -> None:
    composer = Composer(MANY)
    begin = perf_counter()
    for repetition in range(200):
        assert composer.compose("s1", "d/s1", repetition)
    # Where nothing else runs, a fifth of a millisecond each.
    assert (perf_counter() - begin) / 200 < 0.005


@pytest.mark.parametrize("tries", [1, 2])
def test_a_search_that_gives_up_goes_on_in_the_order_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tries: int
) -> None:
    monkeypatch.setattr("trainer.decks.frameworks._TRIES", tries)
    made = Composer(PAIR).compose("a", "d/a", 0)
    assert (made is None) is (tries == 1)
    assert made is None or isinstance(made, Composition)


MANY = framework(
    [
        signal(f"s{number}", ("rag", "tune")[number % 2], ("facts", "behaviour")[number % 2])
        for number in range(60)
    ],
    [subject(f"u{number}") for number in range(200)],
    ({"facts": "rag", "behaviour": "tune"}, "both"),
    ({"facts": "rag"}, "rag"),
    ({"behaviour": "tune"}, "tune"),
)
