"""What the coming days hold, and how a plan spends them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.scheduling.days import MINUTE, Moment, day_start
from trainer.scheduling.forecast import Plan, plan, today, upcoming
from trainer.scheduling.memory import interval_days, retrievability
from trainer.scheduling.projection import Capacity, DayLoad
from trainer.scheduling.schedule import Memory, Rating, advance
from trainer.scheduling.settings import FSRS_DEFAULTS, DeckSettings, Settings

TODAY = 739_000
DEFAULT = Settings()
AMPLE = Capacity(20, 1_000)


def met(
    stability: float = 10.0,
    last: int = 5,
    due: int | None = None,
    *,
    difficulty: float = 5.0,
    first: int = 50,
) -> Memory:
    """Return the memory of a card answered `last` days ago and due in `due` days."""
    due = round(stability) - last if due is None else due
    interval = max(1, last + due)
    return Memory(
        "review", 0, stability, difficulty, interval, TODAY + due, None,
        TODAY - last, TODAY - first, 3, 0,
    )  # fmt: skip


def step(last: int = 0) -> Memory:
    """Return the memory of a card whose step ends today, answered `last` days ago."""
    at = day_start(TODAY, 0, 4)
    return Memory("learning", 0, 2.0, 5.0, 0, TODAY, at, TODAY - last, TODAY - last, 1, 0)


def mixed(count: int, seed: int = 0, longest: float = 100.0) -> dict[str, Memory]:
    """Return cards of many stabilities, some overdue and most not due yet."""
    random = Random(seed)
    memories = {}
    for number in range(count):
        stability = longest ** random.random()
        memories[f"d/c{number:04}"] = met(
            stability, 1 + int(1.2 * random.random() * stability), difficulty=random.uniform(1, 10)
        )
    return memories


def fresh(count: int) -> list[str]:
    return [f"d/n{number:04}" for number in range(count)]


def planned(
    memories: dict[str, Memory],
    new: Sequence[str],
    days: int,
    capacity: Capacity = AMPLE,
    given: Settings = DEFAULT,
) -> Plan:
    return plan(memories, new, TODAY, TODAY + days, given, capacity)


SEEDS = st.integers(0, 10_000)
COUNTS = st.integers(0, 40)
DAYS = st.integers(1, 30)
CAPACITIES = st.builds(Capacity, st.integers(0, 20), st.integers(0, 40))
SETTINGS = st.sampled_from(
    [
        DEFAULT,
        Settings(retention=0.8, relearning_steps=()),
        Settings(retention=0.85, learning_steps=(1.0, 10.0)),
        Settings(learning_steps=(), relearning_steps=()),
    ]
)
some = settings(max_examples=40, deadline=None)


# The coming days


def test_the_first_day_has_what_is_due_now() -> None:
    memories = {"a": met(due=0), "b": met(due=-3), "c": met(due=1), "d": met(due=4)}
    first, second, *_ = upcoming(memories, [], TODAY, DEFAULT, AMPLE, days=2)
    assert first == DayLoad(TODAY, 2.0, 0)
    assert second.day == TODAY + 1
    assert second.reviews >= 1


def test_the_days_follow_one_another() -> None:
    load = upcoming(mixed(20), fresh(5), TODAY, DEFAULT, AMPLE)
    assert [each.day for each in load] == list(range(TODAY, TODAY + 30))


@pytest.mark.parametrize("days", [0, -1])
def test_no_days_have_no_load(days: int) -> None:
    assert upcoming(mixed(3), [], TODAY, DEFAULT, AMPLE, days) == []


def test_new_cards_are_met_by_the_limit() -> None:
    load = upcoming({}, fresh(50), TODAY, DEFAULT, Capacity(20, 100), 4)
    assert [each.new for each in load] == [20, 20, 10, 0]


def test_what_a_day_cannot_take_goes_over() -> None:
    memories = {f"d/{number:02}": met(30.0, 40, -10) for number in range(25)}
    load = upcoming(memories, [], TODAY, DEFAULT, Capacity(0, 10), 3)
    assert [each.reviews for each in load[:2]] == [10.0, 10.0]
    # The five left, and those of the first day's that were forgotten and are back.
    assert 5 < load[2].reviews <= 10


def test_a_review_comes_back_after_its_interval() -> None:
    memory = met(10.0, 10, 0)
    load = upcoming({"a": memory}, [], TODAY, DEFAULT, AMPLE, 60)
    at = Moment(day_start(TODAY, 0, 4), 0)
    good = advance("a", memory, Rating.GOOD, at, TODAY, DEFAULT)
    days = round(interval_days(good.stability, 0.9))
    assert load[days].reviews == pytest.approx(0.9, abs=0.02)
    # Forgotten, it is back much sooner.
    assert sum(each.reviews for each in load[1:days]) > 0.1


def test_the_mean_card_comes_back_before_it_is_forgotten() -> None:
    load = upcoming({}, fresh(1), TODAY, DEFAULT, AMPLE, 4)
    assert load[0] == DayLoad(TODAY, 0.0, 1)
    assert sum(each.reviews for each in load[1:]) > 0.9


@some
@given(SEEDS, COUNTS, COUNTS, CAPACITIES, SETTINGS)
def test_no_day_has_more_than_it_allows(
    seed: int, count: int, new: int, capacity: Capacity, given: Settings
) -> None:
    load = upcoming(mixed(count, seed), fresh(new), TODAY, given, capacity, 10)
    for each in load:
        assert each.reviews >= 0
        assert each.reviews + each.new <= capacity.answers + 1e-6
        assert each.new <= capacity.new
    assert sum(each.new for each in load) <= new


@some
@given(SEEDS, st.integers(1, 40), st.integers(1, 20))
def test_each_due_card_is_counted(seed: int, count: int, answers: int) -> None:
    memories = mixed(count, seed)
    days = 2 * count // answers + 60
    load = upcoming(memories, [], TODAY, DEFAULT, Capacity(0, answers), days)
    due = sum(memory.due_day <= TODAY for memory in memories.values())
    assert load[0].reviews == min(due, answers)
    falling_due = sum(memory.due_day < TODAY + days for memory in memories.values())
    if max(each.reviews for each in load) < answers:
        assert sum(each.reviews for each in load) >= falling_due - 1e-6


def test_a_step_of_today_is_no_answer_of_its_own() -> None:
    load = upcoming({"a": step()}, [], TODAY, DEFAULT, AMPLE, 5)
    assert load[0].reviews == 0
    assert sum(each.reviews for each in load) >= 1


def test_a_step_left_yesterday_is_due_before_anything_else() -> None:
    memories = {"a": step(1), "b": met(5.0, 50, -40)}
    one = Capacity(0, 1)
    first, second = upcoming(memories, [], TODAY, DEFAULT, one, 2)
    assert (first.reviews, second.reviews) == (1.0, 1.0)
    done = advance("a", memories["a"], Rating.GOOD, Moment(0, 0), TODAY, DEFAULT)
    assert upcoming(memories | {"a": done}, [], TODAY, DEFAULT, one, 1)[0].reviews == 0


def test_what_was_answered_today_counts_towards_today() -> None:
    memories = {"a": met(last=0), "b": met(last=0, first=0), "c": met(due=0), "d": met(due=0)}
    first, second, *_ = upcoming(memories, fresh(9), TODAY, DEFAULT, Capacity(2, 4), 2)
    assert first == DayLoad(TODAY, 1.0, 1)
    assert second.new == 2


def test_a_deck_has_its_own_retention() -> None:
    memories = {f"{deck}/{n}": met(20.0, 20, 0) for deck in ("hard", "soft") for n in range(10)}
    strict = Settings(decks=(DeckSettings("hard", retention=0.97),))

    def reviews(deck: str) -> float:
        own = {card: memory for card, memory in memories.items() if card.startswith(deck)}
        return sum(each.reviews for each in upcoming(own, [], TODAY, strict, AMPLE, 60))

    assert reviews("hard") > 1.5 * reviews("soft")


# The plan


@pytest.mark.parametrize("days", [0, -1, -400])
def test_an_interview_today_or_past_leaves_nothing_to_plan(days: int) -> None:
    memories = mixed(10)
    got = planned(memories, fresh(30), days)
    assert (got.days_left, got.new_today, got.extra, got.load) == (0, 20, (), ())
    assert (got.cards_a_day, got.unseen) == (0.0, 30)
    known = sum(
        retrievability(memory.stability, TODAY - memory.last_day) for memory in memories.values()
    )
    assert got.recall_planned == got.recall_usual == got.recall_none
    assert got.recall_none == pytest.approx(known / 40)


def test_with_a_day_left_everything_is_answered_today() -> None:
    memories = {"a": met(2.0, 1, 1), "b": met(20.0, 30, -10), "c": met(9.0, 3, 6)}
    got = planned(memories, fresh(5), 1)
    assert got.new_today == 5
    assert set(got.extra) == {"a", "c"}
    assert got.cards_a_day == pytest.approx(8)
    assert [(each.reviews, each.new) for each in got.load] == [(3.0, 5)]


def test_without_cards_there_is_nothing() -> None:
    got = planned({}, [], 10)
    assert (got.new_today, got.extra, got.unseen, got.cards_a_day) == (0, (), 0, 0.0)
    assert (got.recall_planned, got.recall_usual, got.recall_none) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("answers", [0, -5])
def test_without_time_nothing_is_asked(answers: int) -> None:
    got = planned(mixed(10), fresh(7), 10, Capacity(5, answers))
    assert (got.new_today, got.extra, got.unseen, got.cards_a_day) == (0, (), 7, 0.0)
    assert got.recall_planned == got.recall_usual == got.recall_none


def test_nothing_more_is_planned_where_nothing_can_be_gained() -> None:
    memories = {f"d/{n}": met(20_000.0, 1, 19_000) for n in range(10)}
    got = planned(memories, [], 20)
    assert got.extra == ()
    assert got.cards_a_day == 0
    assert got.recall_planned == got.recall_usual == got.recall_none > 0.999


def test_what_is_due_anyhow_leaves_nothing_to_plan() -> None:
    memories = {f"d/{n:03}": met(5.0, 100, -95) for n in range(100)}
    got = planned(memories, [], 5, Capacity(0, 10))
    assert got.extra == ()
    assert got.recall_planned == pytest.approx(got.recall_usual)


@some
@given(SEEDS, COUNTS, COUNTS, DAYS, CAPACITIES, SETTINGS)
def test_everything_is_seen_that_there_is_time_for(
    seed: int, count: int, new: int, days: int, capacity: Capacity, given: Settings
) -> None:
    got = planned(mixed(count, seed), fresh(new), days, capacity, given)
    assert got.unseen == max(0, new - days * capacity.answers)
    assert sum(each.new for each in got.load) == new - got.unseen


@some
@given(SEEDS, COUNTS, COUNTS, DAYS, CAPACITIES, SETTINGS)
def test_a_plan_is_within_each_day(
    seed: int, count: int, new: int, days: int, capacity: Capacity, given: Settings
) -> None:
    memories = mixed(count, seed)
    got = planned(memories, fresh(new), days, capacity, given)
    assert len(got.load) == days == got.days_left
    for each in got.load:
        assert each.reviews + each.new <= capacity.answers + 1e-6
    due = sum(memory.due_day <= TODAY for memory in memories.values())
    assert got.load[0].new == got.new_today
    assert got.load[0].reviews == min(due, capacity.answers - got.new_today) + len(got.extra)
    assert got.cards_a_day <= capacity.answers + 1e-6


@settings(max_examples=80, deadline=None)
@given(SEEDS, COUNTS, COUNTS, DAYS, CAPACITIES, SETTINGS)
def test_a_plan_leaves_no_less_than_the_ordinary_days_and_these_no_less_than_nothing(
    seed: int, count: int, new: int, days: int, capacity: Capacity, given: Settings
) -> None:
    got = planned(mixed(count, seed), fresh(new), days, capacity, given)
    # With few answers to many new cards the order in which they are met can cost a little.
    assert got.recall_planned >= got.recall_usual - 0.01
    assert got.recall_usual >= got.recall_none - 1e-9
    assert 0 <= got.recall_none <= got.recall_planned <= 1


@some
@given(SEEDS, st.integers(1, 40), DAYS, CAPACITIES, SETTINGS)
def test_early_reviews_alone_never_cost_anything(
    seed: int, count: int, days: int, capacity: Capacity, given: Settings
) -> None:
    got = planned(mixed(count, seed), [], days, capacity, given)
    assert got.recall_planned >= got.recall_usual - 0.001


@some
@given(SEEDS, COUNTS, COUNTS, DAYS, CAPACITIES, st.integers(1, 20))
def test_more_time_never_hurts(
    seed: int, count: int, new: int, days: int, capacity: Capacity, more: int
) -> None:
    memories = mixed(count, seed)
    less = planned(memories, fresh(new), days, capacity)
    greater = planned(
        memories, fresh(new), days, capacity._replace(answers=capacity.answers + more)
    )
    assert greater.recall_planned >= less.recall_planned - 0.015
    assert greater.unseen <= less.unseen


@some
@given(SEEDS, COUNTS, COUNTS, DAYS, CAPACITIES, SETTINGS)
def test_today_is_the_first_day_of_the_plan(
    seed: int, count: int, new: int, days: int, capacity: Capacity, given: Settings
) -> None:
    memories = mixed(count, seed)
    got = planned(memories, fresh(new), days, capacity, given)
    now = today(memories, fresh(new), TODAY, TODAY + days, given, capacity)
    assert now == (got.new_today, got.extra)
    assert len(set(now.extra)) == len(now.extra)
    assert all(memories[card].due_day > TODAY for card in now.extra)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_the_order_in_which_memories_come_is_of_no_account(seed: int) -> None:
    memories = mixed(30, seed)
    cards = list(memories)
    Random(seed).shuffle(cards)
    shuffled = {card: memories[card] for card in cards}
    capacity = Capacity(5, 8)
    assert planned(memories, fresh(9), 6, capacity) == planned(shuffled, fresh(9), 6, capacity)


def test_cards_alike_are_taken_by_name() -> None:
    memories = {f"d/{n}": met(10.0, 2, 8) for n in (3, 1, 2, 0)}
    assert today(memories, [], TODAY, TODAY + 1, DEFAULT, Capacity(0, 2)).extra == ("d/0", "d/1")


def test_early_reviews_wait_as_long_as_there_is_time() -> None:
    memories = {f"d/{n:02}": met(60.0, 5, 55) for n in range(30)}
    got = planned(memories, [], 20, Capacity(0, 10))
    assert [each.reviews for each in got.load] == pytest.approx([0] * 17 + [10] * 3)
    assert got.extra == ()


def test_what_keeps_best_is_taken_first_when_it_cannot_wait() -> None:
    memories = {"d/short": met(8.0, 2, 6), "d/long": met(80.0, 20, 60)}
    capacity = Capacity(0, 1)
    assert today(memories, [], TODAY, TODAY + 3, DEFAULT, capacity).extra == ()
    assert today(memories, [], TODAY, TODAY + 2, DEFAULT, capacity).extra == ("d/long",)
    assert today(memories, [], TODAY, TODAY + 1, DEFAULT, capacity).extra == ("d/short",)


def test_what_is_recalled_anyhow_is_left_out() -> None:
    memories = {"d/short": met(8.0, 2, 6), "d/long": met(9_000.0, 20, 8_000)}
    assert today(memories, [], TODAY, TODAY + 1, DEFAULT, AMPLE).extra == ("d/short",)


def test_the_most_useful_comes_first() -> None:
    memories = {f"d/{n}": met(stability, 2, 5) for n, stability in enumerate((40, 5, 25, 12))}
    extra = today(memories, [], TODAY, TODAY + 1, DEFAULT, AMPLE).extra
    assert extra == ("d/1", "d/3", "d/2", "d/0")


def test_new_cards_are_ahead_of_an_even_pace_and_done_before_the_end() -> None:
    got = planned({}, fresh(120), 60, Capacity(1, 100))
    new = [each.new for each in got.load]
    assert got.new_today == new[0] == 6
    assert all(later <= sooner for sooner, later in pairwise(new))
    assert sum(new[:30]) > 100
    assert sum(new[-2:]) == 0


def test_new_cards_come_before_reviews_when_time_is_short() -> None:
    memories = {f"d/{n:02}": met(5.0, 9, -4) for n in range(20)}
    got = planned(memories, fresh(20), 2, Capacity(1, 10))
    assert [each.new for each in got.load] == [10, 10]


def test_a_second_sitting_of_the_day_goes_on_where_the_first_ended() -> None:
    memories = mixed(60, 3)
    capacity = Capacity(5, 20)
    new = fresh(12)
    interview = TODAY + 4
    first = today(memories, new, TODAY, interview, DEFAULT, capacity)
    assert first.new > 2
    at = Moment(day_start(TODAY, 0, 4), 0)
    for card in new[:2]:
        memories[card] = advance(card, None, Rating.GOOD, at, TODAY, DEFAULT)
    second = today(memories, new[2:], TODAY, interview, DEFAULT, capacity)
    assert second.new == first.new - 2
    for card in new[2 : first.new]:
        memories[card] = advance(card, None, Rating.GOOD, at, TODAY, DEFAULT)
    assert today(memories, new[first.new :], TODAY, interview, DEFAULT, capacity).new == 0


def test_early_reviews_done_are_not_asked_for_again_today() -> None:
    memories = {f"d/{n:02}": met(30.0, 5, 25) for n in range(25)}
    capacity = Capacity(0, 10)
    interview = TODAY + 3
    extra = today(memories, [], TODAY, interview, DEFAULT, capacity).extra
    assert len(extra) == 5
    at = Moment(day_start(TODAY, 0, 4), 0)
    for done, card in enumerate(extra, 1):
        memories[card] = advance(card, memories[card], Rating.GOOD, at, TODAY, DEFAULT)
        left = today(memories, [], TODAY, interview, DEFAULT, capacity).extra
        assert len(left) == 5 - done


def test_a_clock_set_back_does_no_harm() -> None:
    memories = {"d/a": met(10.0, -3, 13), "d/b": met(10.0, -1, 0)}
    got = planned(memories, fresh(2), 5)
    assert got.unseen == 0
    assert 0.9 < got.recall_planned <= 1


def test_each_deck_is_planned_by_its_own_parameters() -> None:
    steep = (*FSRS_DEFAULTS[:20], 0.8)
    given = Settings(decks=(DeckSettings("steep", parameters=steep),))
    memories = {"flat/a": met(5.0, 10, 9), "steep/a": met(5.0, 10, 9)}
    capacity = Capacity(0, 1)
    assert plan(memories, [], TODAY, TODAY + 1, given, capacity).extra == ("steep/a",)


# Following it


def follow(
    memories: dict[str, Memory],
    new: list[str],
    days: int,
    capacity: Capacity,
    rate: Callable[[float], Rating],
) -> tuple[dict[str, Memory], list[str]]:
    """Live the days by `today`, planned anew each morning; return the memories and the unseen.

    `rate` gets the probability of recall; Again is followed by Good after its step.
    """
    memories, new = dict(memories), list(new)
    interview = TODAY + days
    for day in range(TODAY, interview):
        at = Moment(day_start(day, 0, 4) + 60 * MINUTE, 0)

        def chance(card: str, day: int = day) -> float:
            memory = memories[card]
            return retrievability(memory.stability, day - memory.last_day)

        now = today(memories, new, day, interview, DEFAULT, capacity)
        due = sorted((card for card in memories if memories[card].due_day <= day), key=chance)
        due = due[: capacity.answers - now.new]
        asked = [*due, *now.extra, *new[: now.new]]
        assert len(asked) <= capacity.answers
        for card in asked:
            before = memories.get(card)
            rating = rate(chance(card) if before else 0.76)
            memory = advance(card, before, rating, at, day, DEFAULT)
            if memory.due_at is not None:
                later = Moment(memory.due_at, 0)
                memory = advance(card, memory, Rating.GOOD, later, day, DEFAULT)
            memories[card] = memory
        del new[: now.new]
    return memories, new


def recalled(memories: dict[str, Memory], days: int) -> float:
    chances = [
        retrievability(memory.stability, TODAY + days - memory.last_day)
        for memory in memories.values()
    ]
    return sum(chances) / len(chances)


SITUATIONS = [
    pytest.param(80, 40, 20, Capacity(5, 15), id="some of both"),
    pytest.param(0, 60, 14, Capacity(5, 12), id="all new"),
    pytest.param(120, 0, 10, Capacity(5, 20), id="all met"),
    pytest.param(60, 30, 30, Capacity(5, 100), id="ample time"),
    pytest.param(60, 60, 6, Capacity(5, 15), id="little time"),
]


@pytest.mark.parametrize(("count", "new", "days", "capacity"), SITUATIONS)
def test_followed_with_good_answers_it_keeps_its_word(
    count: int, new: int, days: int, capacity: Capacity
) -> None:
    memories = mixed(count, 1)
    got = planned(memories, fresh(new), days, capacity)
    after, unseen = follow(memories, fresh(new), days, capacity, lambda _: Rating.GOOD)
    assert unseen == []
    assert recalled(after, days) >= got.recall_planned - 0.01


@pytest.mark.parametrize(("count", "new", "days", "capacity"), SITUATIONS)
def test_followed_with_answers_as_likely_it_keeps_its_word(
    count: int, new: int, days: int, capacity: Capacity
) -> None:
    memories = mixed(count, 1)
    got = planned(memories, fresh(new), days, capacity)
    random = Random(7)

    def rate(chance: float) -> Rating:
        return Rating.GOOD if random.random() < chance else Rating.AGAIN

    after, unseen = follow(memories, fresh(new), days, capacity, rate)
    assert unseen == []
    assert recalled(after, days) == pytest.approx(got.recall_planned, abs=0.02)
    assert got.recall_planned > got.recall_usual
