"""What a rating does: steps as Anki does them, intervals, study days."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbench import AGAIN, EASY, GOOD, HARD

from trainer.scheduling import schedule
from trainer.scheduling.days import DAY, MINUTE, Moment, day_start, parse_iso
from trainer.scheduling.fuzz import fuzz_factor, fuzzed
from trainer.scheduling.memory import interval_days, recall
from trainer.scheduling.schedule import Memory, Rating, advance
from trainer.scheduling.settings import FSRS_DEFAULTS, DeckSettings, Settings

NINE = parse_iso("2026-05-11T09:00:00Z")
DEFAULT = Settings()
NO_STEPS = Settings(learning_steps=(), relearning_steps=())
RATINGS = st.sampled_from(Rating)


def rate(
    before: Memory | None,
    rating: Rating,
    instant: int = NINE,
    settings: Settings = DEFAULT,
    offset: int = 0,
) -> Memory:
    at = Moment(instant, offset)
    return advance("d/c", before, rating, at, at.day(settings.rollover), settings)


def rate_when_due(
    ratings: Sequence[Rating], settings: Settings = DEFAULT, instant: int = NINE
) -> list[Memory]:
    """Answer a new card with the ratings, each at the moment, or at nine on the day, it is due."""
    memories: list[Memory] = []
    memory: Memory | None = None
    for rating in ratings:
        if memory is not None and memory.due_at is not None:
            instant = memory.due_at
        elif memory is not None:
            instant = day_start(memory.due_day, 0, settings.rollover) + 5 * 60 * MINUTE
        memory = rate(memory, rating, instant, settings)
        memories.append(memory)
    return memories


def minutes(memory: Memory, since: int = NINE) -> float:
    assert memory.due_at is not None
    return (memory.due_at - since) / MINUTE


def test_published_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    """py-fsrs, `test_review_card`: learning steps, six reviews, a lapse, and no fuzz."""

    def nearest(interval: float, factor: float, minimum: int, maximum: int) -> int:
        return min(max(round(interval), minimum), maximum)

    # Each review is on its due day, ten minutes or whole days later: in whole 24 hours, which
    # py-fsrs counts, and in study days the same time passes.
    monkeypatch.setattr(schedule, "fuzzed", nearest)
    settings = Settings(learning_steps=(1.0, 10.0), relearning_steps=(10.0,))
    ratings = [*[GOOD] * 6, AGAIN, AGAIN, *[GOOD] * 5]
    intervals = [memory.interval for memory in rate_when_due(ratings, settings)]
    assert intervals == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_an_evening_and_the_next_morning_are_a_day_apart() -> None:
    evening = rate(None, GOOD, parse_iso("2026-05-11T21:00:00Z"), NO_STEPS)
    morning = rate(evening, GOOD, parse_iso("2026-05-12T08:00:00Z"), NO_STEPS)
    known = (evening.stability, evening.difficulty)
    assert (morning.stability, morning.difficulty) == recall(known, 3, 1)
    assert morning.stability == pytest.approx(7.32, abs=0.01)


def test_a_night_at_the_desk_is_one_day() -> None:
    evening = rate(None, GOOD, parse_iso("2026-05-11T21:00:00Z"), NO_STEPS)
    late = rate(evening, GOOD, parse_iso("2026-05-12T03:59:00Z"), NO_STEPS)
    assert late.stability == recall((evening.stability, evening.difficulty), 3, 0)[0]


def test_a_clock_set_back_counts_as_the_same_day() -> None:
    learnt = rate(None, EASY)
    back = rate(learnt, GOOD, NINE - 3 * DAY)
    assert back.stability == recall((learnt.stability, learnt.difficulty), 3, 0)[0]
    assert back.due_day == Moment(NINE - 3 * DAY, 0).day(4) + back.interval


@pytest.mark.parametrize(
    ("steps", "ratings", "waits"),
    [
        # One step: Hard waits half as long again.
        ((10.0,), [AGAIN], 10),
        ((10.0,), [HARD], 15),
        # Two: Hard on the first waits their average, on the second it repeats.
        ((1.0, 10.0), [AGAIN], 1),
        ((1.0, 10.0), [HARD], 5.5),
        ((1.0, 10.0), [GOOD], 10),
        ((1.0, 10.0), [GOOD, HARD], 10),
        ((1.0, 10.0), [GOOD, AGAIN], 1),
        ((1.0, 10.0), [HARD, GOOD], 10),
        ((1.0, 10.0, 60.0), [GOOD, GOOD], 60),
        ((0.5,), [AGAIN], 0.5),
    ],
)
def test_steps(steps: tuple[float, ...], ratings: list[Rating], waits: float) -> None:
    memory: Memory | None = None
    for rating in ratings:
        memory = rate(memory, rating, settings=Settings(learning_steps=steps))
    assert memory is not None
    assert (memory.phase, minutes(memory), memory.interval) == ("learning", waits, 0)


@pytest.mark.parametrize(
    ("steps", "ratings"),
    [
        ((10.0,), [GOOD]),
        ((10.0,), [EASY]),
        ((10.0,), [AGAIN, GOOD]),
        ((1.0, 10.0), [GOOD, GOOD]),
        ((1.0, 10.0), [AGAIN, EASY]),
        ((), [AGAIN]),
        ((), [HARD]),
        ((), [GOOD]),
    ],
)
def test_graduating(steps: tuple[float, ...], ratings: list[Rating]) -> None:
    memory: Memory | None = None
    for rating in ratings:
        memory = rate(memory, rating, settings=Settings(learning_steps=steps))
    assert memory is not None
    assert (memory.phase, memory.due_at, memory.lapses) == ("review", None, 0)
    assert memory.interval >= 1
    assert memory.due_day == Moment(NINE, 0).day(4) + memory.interval
    assert memory.reps == len(ratings)


def test_again_on_a_review_is_a_lapse() -> None:
    met, failed, relearnt = rate_when_due([EASY, AGAIN, GOOD])
    assert (met.phase, met.lapses) == ("review", 0)
    assert (failed.phase, failed.lapses, failed.interval) == ("relearning", 1, 0)
    assert failed.due_at is not None
    assert failed.stability < met.stability
    assert (relearnt.phase, relearnt.lapses) == ("review", 1)
    assert relearnt.interval < met.interval


def test_again_while_relearning_is_no_second_lapse() -> None:
    assert [m.lapses for m in rate_when_due([EASY, AGAIN, AGAIN, AGAIN])] == [0, 1, 1, 1]


def test_a_lapse_without_steps_stays_in_review() -> None:
    met, failed = rate_when_due([EASY, AGAIN], NO_STEPS)
    assert (failed.phase, failed.lapses, failed.due_at) == ("review", 1, None)
    assert 1 <= failed.interval < met.interval


def test_relearning_has_steps_of_its_own() -> None:
    settings = Settings(learning_steps=(1.0,), relearning_steps=(30.0,))
    met = rate(None, EASY, settings=settings)
    assert minutes(rate(met, AGAIN, settings=settings)) == 30


def test_fewer_steps_than_when_the_card_was_met() -> None:
    waiting = rate(None, GOOD, settings=Settings(learning_steps=(1.0, 10.0, 60.0)))
    assert waiting.step == 1
    assert minutes(rate(waiting, HARD)) == 15
    assert rate(waiting, GOOD).phase == "review"
    assert rate(waiting, HARD, settings=NO_STEPS).phase == "review"


def test_a_step_over_the_rollover_is_due_on_the_next_day() -> None:
    late = parse_iso("2026-05-12T03:55:00Z")
    assert rate(None, AGAIN, late).due_day == Moment(late, 0).day(4) + 1
    assert rate(None, AGAIN, NINE).due_day == Moment(NINE, 0).day(4)


def test_reviews_are_due_on_the_persons_own_day() -> None:
    far_east = rate(None, EASY, parse_iso("2026-05-11T20:00:00Z"), offset=9 * 60)
    here = rate(None, EASY, parse_iso("2026-05-11T20:00:00Z"))
    assert far_east.due_day == here.due_day + 1


@given(st.lists(RATINGS, min_size=1, max_size=12))
def test_a_better_rating_never_comes_back_sooner(history: list[Rating]) -> None:
    memory = rate_when_due(history)[-1]
    instant = memory.due_at or day_start(memory.due_day, 0, 4)
    again, hard, good, easy = (rate(memory, rating, instant) for rating in Rating)
    if memory.phase == "review":
        assert 1 <= hard.interval < good.interval or good.interval == 36_500
    assert good.interval < easy.interval or easy.interval == 36_500
    assert again.due_day <= good.due_day


@given(st.lists(st.sampled_from([HARD, GOOD, EASY]), min_size=1, max_size=10))
def test_an_interval_that_should_grow_never_shrinks(history: list[Rating]) -> None:
    memories = rate_when_due([EASY, *history])
    for before, after in pairwise(memories):
        ideal = interval_days(after.stability, 0.9)
        shrinks = ideal > before.interval >= after.interval
        assert not shrinks or after.interval == 36_500


@given(st.lists(RATINGS, min_size=1, max_size=12), st.integers(1, 60))
def test_the_maximum_interval_holds(history: list[Rating], most: int) -> None:
    memories = rate_when_due(history, Settings(maximum_interval=most))
    assert all(memory.interval <= most for memory in memories)


def test_a_higher_wish_for_recall_asks_sooner() -> None:
    keen, lax = (
        rate_when_due([GOOD] * 5, Settings(retention=wish))[-1].interval for wish in (0.95, 0.8)
    )
    assert keen < lax


@given(st.lists(RATINGS, min_size=1, max_size=8))
def test_the_same_answers_give_the_same_memory(history: list[Rating]) -> None:
    assert rate_when_due(history) == rate_when_due(history)


def test_an_early_review_counts_the_days_that_passed() -> None:
    met = rate(None, EASY, settings=NO_STEPS)
    early = rate(met, GOOD, NINE + DAY, NO_STEPS)
    assert early.stability == recall((met.stability, met.difficulty), 3, 1)[0]
    assert early.first_day == met.first_day
    assert early.last_day == met.last_day + 1


def test_an_interval_is_rounded_before_it_is_fuzzed_only_on_leaving_the_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ideals: list[float] = []

    def note(interval: float, factor: float, minimum: int, maximum: int) -> int:
        ideals.append(interval)
        return fuzzed(interval, factor, minimum, maximum)

    monkeypatch.setattr(schedule, "fuzzed", note)
    met, *_, failed = rate_when_due([GOOD, HARD, AGAIN], Settings(relearning_steps=()))
    # A first interval, one in review, and one after a lapse without steps.
    assert [ideal == round(ideal) for ideal in ideals] == [True, False, True]
    assert ideals[0] == 2 < met.stability < 2.5
    assert ideals[2] == max(1, round(failed.stability))


def test_only_the_interval_of_a_review_is_to_grow() -> None:
    for reps in range(20):
        learning = rate(None, AGAIN)._replace(stability=30.0, reps=reps)
        assert rate(learning._replace(interval=29), GOOD) == rate(learning, GOOD)


def test_a_late_review_is_worth_more_than_one_on_time() -> None:
    met = rate(None, EASY, settings=NO_STEPS)
    on_time, late = (
        rate(met, GOOD, NINE + days * DAY, NO_STEPS) for days in (met.interval, 10 * met.interval)
    )
    known = (met.stability, met.difficulty)
    assert late.stability == recall(known, 3, 10 * met.interval)[0] > on_time.stability
    assert late.interval > on_time.interval


def test_a_review_years_late_is_still_one() -> None:
    met = rate(None, GOOD, settings=NO_STEPS)
    late = rate(met, GOOD, NINE + 9_000 * DAY, NO_STEPS)
    assert late.stability == recall((met.stability, met.difficulty), 3, 9_000)[0]
    assert (late.phase, late.last_day - met.last_day) == ("review", 9_000)


@pytest.mark.parametrize("rating", [HARD, GOOD, EASY])
def test_a_review_on_the_day_of_the_last_one(rating: Rating) -> None:
    met = rate(None, EASY)
    again = rate(met, rating, NINE + 60 * MINUTE)
    assert again.stability == recall((met.stability, met.difficulty), rating, 0)[0]
    assert again.due_day == met.last_day + again.interval
    # Hard and Good leave the stability as it is here, so the interval needs not grow.
    assert again.interval >= (met.interval if rating is EASY else 1)


def test_a_long_list_of_relearning_steps() -> None:
    steps = tuple(float(wait) for wait in range(5, 55, 5))
    settings = Settings(relearning_steps=steps)
    met, *failed, learnt = rate_when_due([EASY, AGAIN, *[GOOD] * 10], settings)
    assert [memory.step for memory in failed] == list(range(10))
    assert {memory.phase for memory in failed} == {"relearning"}
    waits = [two.due_at - one.due_at for one, two in pairwise(failed)
             if one.due_at is not None and two.due_at is not None]  # fmt: skip
    assert waits == [wait * MINUTE for wait in steps[1:]]
    assert (learnt.phase, learnt.lapses, learnt.reps) == ("review", 1, 12)
    assert learnt.interval <= met.interval
    assert learnt.due_day > failed[-1].last_day


def test_steps_of_days_are_steps_all_the_same() -> None:
    settings = Settings(learning_steps=(10.0, 1440.0, 3 * 1440.0))
    first, second, third, met = rate_when_due([AGAIN, GOOD, GOOD, GOOD], settings)
    assert [memory.phase for memory in (first, second, third, met)] == [*["learning"] * 3, "review"]
    assert second.due_day == first.due_day + 1
    assert third.due_day == second.due_day + 3
    assert met.stability == recall((third.stability, third.difficulty), 3, 3)[0]


OTHER_PARAMETERS = (*(2 * first for first in FSRS_DEFAULTS[:4]), *FSRS_DEFAULTS[4:])


@pytest.mark.parametrize(
    ("own", "same"),
    [
        (DeckSettings("d", retention=0.8), Settings(retention=0.8)),
        (DeckSettings("d", parameters=OTHER_PARAMETERS), Settings(parameters=OTHER_PARAMETERS)),
        (DeckSettings("d", 0.8, OTHER_PARAMETERS), Settings(0.8, parameters=OTHER_PARAMETERS)),
        (DeckSettings("e", 0.8, OTHER_PARAMETERS), DEFAULT),
    ],
)
def test_a_deck_may_have_settings_of_its_own(own: DeckSettings, same: Settings) -> None:
    ratings = [AGAIN, GOOD, GOOD, HARD, AGAIN, GOOD, EASY]
    decks = DEFAULT._replace(decks=(own,))
    assert rate_when_due(ratings, decks) == rate_when_due(ratings, same)
    changed = rate_when_due(ratings, decks) != rate_when_due(ratings)
    assert changed == (own.deck == "d")


def plainly(before: Memory, rating: Rating, elapsed: int, settings: Settings) -> int:
    """Return the interval after a pass in review, worked out rating by rating."""
    days = 0
    for each in (HARD, GOOD, EASY)[: rating - 1]:
        stability, _ = recall((before.stability, before.difficulty), each, elapsed)
        ideal = interval_days(stability, settings.retention)
        least = days + 1
        if ideal > before.interval:
            least = max(least, before.interval + 1)
        factor = fuzz_factor("d/c", before.reps + 1)
        days = fuzzed(ideal, factor, least, settings.maximum_interval)
    return days


@given(
    st.lists(RATINGS, max_size=8), st.sampled_from([HARD, GOOD, EASY]), st.integers(0, 900),
    st.floats(0.7, 0.97), st.sampled_from([5, 100, 36_500]),
)  # fmt: skip
def test_an_interval_is_that_of_each_rating_up_to_it(
    history: list[Rating], rating: Rating, elapsed: int, wish: float, most: int
) -> None:
    settings = Settings(retention=wish, maximum_interval=most)
    met = rate_when_due([EASY, *history], settings)[-1]
    met = met._replace(phase="review", due_at=None)
    after = rate(met, rating, day_start(met.last_day + elapsed, 0, 4), settings)
    assert after.interval == plainly(met, rating, elapsed, settings)
    known = (met.stability, met.difficulty)
    assert (after.stability, after.difficulty) == recall(known, rating, elapsed)


LIVES = st.lists(
    st.tuples(RATINGS, st.one_of(
        st.integers(-3 * DAY, DAY), st.integers(0, 60 * DAY), st.integers(0, 4_000 * DAY)
    )),
    min_size=1, max_size=60,
)  # fmt: skip
STEPS = st.lists(st.floats(0.5, 3_000), max_size=12).map(tuple)


@given(LIVES, st.integers(0, 23), STEPS, STEPS, st.integers(-660, 780))
def test_any_log_replays_into_a_sound_memory(
    life: list[tuple[Rating, int]],
    rollover: int,
    learning: tuple[float, ...],
    relearning: tuple[float, ...],
    offset: int,
) -> None:
    """Same days, long gaps, clocks set back: whatever a real log may hold."""
    settings = Settings(rollover=rollover, learning_steps=learning, relearning_steps=relearning)
    memory: Memory | None = None
    instant = NINE
    for reviews, (rating, gap) in enumerate(life, start=1):
        instant = max(0, instant + gap)
        before, memory = memory, rate(memory, rating, instant, settings, offset)
        today = Moment(instant, offset).day(rollover)
        assert 0 < memory.stability < float("inf")
        assert 1 <= memory.difficulty <= 10
        assert memory.reps == reviews
        assert (memory.last_day, memory.first_day) == (today, before.first_day if before else today)
        assert memory.lapses - (before.lapses if before else 0) == (
            before is not None and before.phase == "review" and rating is AGAIN
        )
        assert not memory.is_due(today, instant)
        if memory.phase == "review":
            assert memory.due_at is None
            assert 1 <= memory.interval <= settings.maximum_interval
            assert memory.due_day == today + memory.interval
        else:
            assert memory.due_at is not None
            assert memory.interval == 0
            assert memory.due_day == Moment(memory.due_at, offset).day(rollover)


def test_hundreds_of_reviews_of_one_card() -> None:
    draw = random.Random(6)
    ratings = draw.choices([AGAIN, HARD, GOOD, EASY], (3, 2, 12, 1), k=600)
    memories = rate_when_due([EASY, *ratings])
    assert memories[-1].reps == 601
    lapses = sum(
        two.phase == "relearning" and one.phase == "review" for one, two in pairwise(memories)
    )
    assert 0 < memories[-1].lapses == lapses
    assert 1 < max(memory.interval for memory in memories) <= 36_500
    # Answered when they were due, days only go on.
    assert all(one.last_day <= two.last_day == one.due_day for one, two in pairwise(memories))


def test_settings_go_through_the_log_and_back() -> None:
    settings = Settings(0.85, 23, (1.0, 10.0), (), 100)
    assert Settings.from_json(settings.to_json()) == settings
    assert Settings.from_json({"retention": 0.8}) == Settings(retention=0.8)
