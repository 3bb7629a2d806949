"""One sitting: what is asked, what is saved, what can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from workbench import (
    AGAIN,
    CHOICE,
    CLOZE,
    EASY,
    FLASHCARD,
    GOOD,
    QUESTION,
    SCENARIO,
    Clock,
    deck,
    desk,
    events,
    flashcards,
    review,
)

from trainer.config import Config
from trainer.desk import Desk
from trainer.errors import ProgressError, TrainerError
from trainer.progress.records import Draft, Undone
from trainer.progress.store import Store
from trainer.scheduling.schedule import Rating
from trainer.scheduling.settings import Settings
from trainer.selection import Selection
from trainer.session import Saved, Sitting


@pytest.fixture
def desks(tmp_path: Path, clock: Clock) -> Iterator[Any]:
    """Make a desk on decks given as text; its store is closed at the end."""
    opened: list[Desk] = []

    def make(*decks: str, config: Config | None = None) -> Desk:
        opened.append(desk(tmp_path, clock, *decks, config=config))
        return opened[-1]

    yield make
    for each in opened:
        each.store.close()


def answer(sitting: Sitting, rating: Rating = GOOD, text: str = "an answer") -> Saved:
    """Take the next question, answer and rate it."""
    assert sitting.next() is not None
    sitting.submit(text)
    return sitting.rate(rating)


def asked(sitting: Sitting, rating: Rating = EASY, most: int = 20) -> str:
    """Answer all there is and return the card ids in the order asked."""
    refs: list[str] = []
    while len(refs) < most and (question := sitting.next()) is not None:
        refs.append(question.ref.partition("/")[2])
        sitting.submit("x")
        sitting.rate(rating)
    return "".join(refs)


# Which cards


def test_a_day_of_new_cards(desks: Any) -> None:
    at = desks(deck(*flashcards(*"abc")), config=Config(new=2))
    assert asked(at.sitting()) == "ab"
    # The day's new cards are used up, whoever asks.
    assert asked(at.sitting()) == ""


def test_the_next_day_brings_more(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards(*"abc")), config=Config(new=2))
    assert asked(at.sitting()) == "ab"
    clock.pass_(days=1)
    assert asked(at.sitting()) == "c"


def test_reviews_come_back_when_due(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards("a")))
    memory = answer(at.sitting(), EASY).memory
    assert memory is not None
    clock.pass_(days=memory.interval - 1)
    assert at.sitting().next() is None
    clock.pass_(days=1)
    assert asked(at.sitting()) == "a"


def test_a_card_in_steps_is_asked_before_the_others_once_its_time_has_come(
    desks: Any, clock: Clock
) -> None:
    sitting = desks(deck(*flashcards(*"abc"))).sitting()
    answer(sitting, AGAIN)
    answer(sitting, EASY)
    clock.pass_(minutes=10)
    assert asked(sitting) == "ac"


def test_with_only_steps_left_they_are_asked_ahead(desks: Any) -> None:
    sitting = desks(deck(*flashcards(*"ab"))).sitting()
    answer(sitting, AGAIN)
    assert asked(sitting) == "ba"


def test_a_long_step_ends_the_sitting_and_says_when(desks: Any, clock: Clock) -> None:
    settings = Settings(learning_steps=(30.0,))
    sitting = desks(deck(*flashcards("a")), config=Config(settings=settings)).sitting()
    answer(sitting, AGAIN)
    assert sitting.next() is None
    assert sitting.next_due() == clock.instant + 30 * 60_000


def test_nothing_met_is_nothing_due(desks: Any) -> None:
    assert desks(deck(*flashcards("a"))).sitting().next_due() is None


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (Selection(deck="e"), "xd"),
        (Selection(topic="u"), "bd"),
        (Selection(deck="d", topic="u"), "b"),
        (Selection(tag="hard"), "c"),
        (Selection(kind="flashcard"), "abx"),
        (Selection(card="d/b"), "b"),
        (Selection(card="x"), "x"),
    ],
)
def test_selections(desks: Any, selection: Selection, ids: str) -> None:
    plain = {"prompt": "?", "answer": "!"}
    at = desks(
        deck(*flashcards(*"ab", topics="tu"), {"id": "c", "tags": ["hard"], **plain}),
        deck(*flashcards("x"), {"id": "d", "topic": "u", **plain}, name="e"),
    )
    assert sorted(asked(at.sitting("drill", selection))) == sorted(ids)


@pytest.mark.parametrize(
    "selection",
    [
        Selection(deck="no"),
        Selection(topic="no"),
        Selection(tag="no"),
        Selection(kind="cloze"),
        Selection(card="d/no"),
        Selection(deck="d", topic="v"),
    ],
)
def test_what_is_not_there_is_said(desks: Any, selection: Selection) -> None:
    at = desks(deck(*flashcards("a", topics="t")), deck(*flashcards("x", topics="v"), name="e"))
    with pytest.raises(TrainerError):
        at.sitting("drill", selection)


def test_one_card_is_asked_whether_due_or_not(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards(*"ab")))
    card = Selection(card="d/a")
    assert asked(at.sitting("drill", card)) == "a"
    assert asked(at.sitting("drill", card)) == "a"
    memory = at.store.memory("d/a")
    assert memory.reps == 2


def test_a_card_is_found_by_its_former_name(desks: Any) -> None:
    (card,) = flashcards("new")
    at = desks(deck({**card, "formerly": ["old"]}))
    assert asked(at.sitting("drill", Selection(card="d/old"))) == "new"


def test_drill_asks_each_card_once(desks: Any) -> None:
    at = desks(deck(*flashcards(*"abcd")))
    assert sorted(asked(at.sitting("drill"))) == [*"abcd"]
    assert sorted(asked(at.sitting("drill"))) == [*"abcd"]


def test_weak_asks_what_was_missed(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards(*"abc")))
    sitting = at.sitting()
    answer(sitting, AGAIN)
    answer(sitting, EASY)
    answer(sitting, AGAIN)
    clock.pass_(days=1)
    again = at.sitting("drill", Selection(card="c"))
    answer(again, AGAIN)
    clock.pass_(days=1)
    # Both wait in a step that has ended; the others were never missed.
    assert sorted(asked(at.sitting("weak"))) == ["a", "c"]


def test_weak_with_nothing_missed(desks: Any) -> None:
    assert desks(deck(*flashcards("a"))).sitting("weak").next() is None


# Limits


def test_the_limit_counts_questions_shown(desks: Any) -> None:
    sitting = desks(deck(*flashcards(*"abc"))).sitting(limit=2)
    first = sitting.next()
    assert (first.number, first.left) == (1, 1)
    sitting.submit("")
    sitting.rate(EASY)
    assert sitting.next().number == 2
    assert sitting.next() is None


def test_an_undone_question_does_not_count_twice(desks: Any) -> None:
    sitting = desks(deck(*flashcards(*"abc"))).sitting(limit=2)
    answer(sitting)
    assert sitting.next().ref == "d/b"
    sitting.undo()
    assert asked(sitting) == "ab"


def test_what_undo_brings_back_is_asked_whatever_the_limits(desks: Any, clock: Clock) -> None:
    desk = desks(deck(*flashcards(*"abc")))
    sitting = desk.sitting(minutes=5)
    answer(sitting)
    clock.pass_(minutes=6)
    assert sitting.next() is None
    sitting.undo()
    assert asked(sitting) == "a"

    sitting = desk.sitting(limit=1)
    assert sitting.next().ref == "d/b"
    sitting.undo()
    assert asked(sitting) == "ab"


def test_the_minutes_limit_lets_a_question_be_finished(desks: Any, clock: Clock) -> None:
    sitting = desks(deck(*flashcards(*"abc"))).sitting(minutes=5)
    answer(sitting)
    clock.pass_(minutes=4.9)
    assert sitting.next() is not None
    clock.pass_(minutes=1)
    sitting.submit("x")
    sitting.rate(GOOD)
    assert sitting.next() is None


def test_more_minutes_than_there_are(desks: Any) -> None:
    assert asked(desks(deck(*flashcards("a"))).sitting(minutes=1e306)) == "a"


# How a card is asked


def test_variants_rotate_by_repetition(desks: Any) -> None:
    (card,) = flashcards("a")
    at = desks(deck({**card, "variants": ["second", "third"]}))
    prompts = []
    for _ in range(4):
        sitting = at.sitting("drill")
        prompts.append(sitting.next().prompt)
        sitting.submit("x")
        sitting.rate(EASY)
    assert prompts == ["a?", "second", "third", "a?"]
    assert [event["variant"] for event in events(at.store, "review")] == [0, 1, 2, 0]
    assert [event["prompt"] for event in events(at.store, "review")] == prompts


def test_choices_are_shuffled_the_same_for_the_same_repetition(desks: Any) -> None:
    names = [*"ABCDEF"]
    choices = [{"text": name, "right": name == "A"} for name in names]
    at = desks(deck({"id": "c", "kind": "choice", "prompt": "?", "choices": choices}))
    orders = []
    for _ in range(4):
        shown = at.sitting("drill").next()
        assert at.sitting("drill").next().options == shown.options
        assert sorted(shown.options) == names
        assert [names[place] for place in shown.order] == [*shown.options]
        orders.append(shown.options)
        answer(at.sitting("drill"), EASY)
    assert len(set(orders)) > 1


def test_a_pick_counts_as_it_was_shown(desks: Any) -> None:
    at = desks(deck(CHOICE))
    for _ in range(4):
        sitting = at.sitting("drill")
        question = sitting.next()
        right = [str(n) for n, text in enumerate(question.options, 1) if text != "Brick"]
        assert sitting.submit(",".join(right)).suggested is GOOD
        sitting.rate(EASY)
        assert "Brick" in question.asked


def test_each_kind(desks: Any) -> None:
    at = desks(deck(QUESTION, SCENARIO, FLASHCARD, CHOICE, CLOZE, topics={"t": "Topic"}))
    right = {
        "why": "Lookups become fast, and rows come sorted.",
        "formulary": "RAG, since it updates monthly.",
        "pick": "apple, pear",
        "gap": "an index; the weights",
    }
    sitting = at.sitting("drill")
    while question := sitting.next():
        feedback = sitting.submit(right.get(question.card.id, ""))
        assert feedback.suggested is (None if question.card.id == "flip" else GOOD)
        sitting.rate(EASY)
    logged = {event["card"]: event for event in events(at.store, "review")}
    assert len(logged) == 5
    assert logged["d/flip"]["score"] is None
    assert logged["d/flip"]["suggested"] is None
    assert logged["d/why"]["points"] == {"speed": 1.0, "order": 1.0}
    assert logged["d/gap"]["prompt"] == "RAG keeps facts in ____ (1), tuning in ____ (2)."
    assert "1. " in logged["d/pick"]["prompt"]


# Answers


def test_a_saved_answer_is_in_the_log(desks: Any, clock: Clock) -> None:
    at = desks(deck(QUESTION))
    sitting = at.sitting()
    sitting.next()
    clock.pass_(minutes=2)
    sitting.submit("speed\x1b and order", hint_used=True)
    clock.pass_(minutes=1)
    saved = sitting.rate(EASY, confidence=3)
    (event,) = events(at.store)
    assert event["id"] == saved.id
    assert event["answer"] == "speed� and order"
    # Reading the model answer is not answering.
    assert event["elapsed_ms"] == 120_000
    assert (event["rating"], event["confidence"], event["hint"]) == (4, 3, True)
    assert (event["mode"], event["kind"], event["counts"]) == ("daily", "question", True)
    assert saved.memory == at.store.memory("d/why")
    assert sitting.saved == [saved]


def test_outcomes_are_what_the_ratings_lead_to(desks: Any) -> None:
    for rating in Rating:
        at = desks(deck(*flashcards(f"card{rating}")))
        sitting = at.sitting()
        sitting.next()
        outcome = sitting.submit("x").outcomes[rating]
        assert sitting.rate(rating).memory == outcome


def test_an_unrated_answer_survives_as_a_draft(desks: Any) -> None:
    at = desks(deck(QUESTION))
    sitting = at.sitting()
    question = sitting.next()
    sitting.keep_draft(question, "half an ans")
    assert at.sitting().next().draft.answer == "half an ans"
    sitting.submit("half an answer")
    again = at.sitting()
    assert again.next().draft.answer == "half an answer"
    again.submit("whole")
    again.rate(EASY)
    assert at.store.draft("d/why").answer == ""
    assert len(events(at.store, "review")) == 1


def test_a_failing_disk_leaves_the_answer_to_be_rated_again(desks: Any) -> None:
    at = desks(deck(*flashcards(*"ab")))
    sitting = at.sitting()
    sitting.next()
    sitting.submit("long " * 5000)
    (pages,) = at.store._db.execute("PRAGMA page_count").fetchone()
    at.store._db.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(2):
        with pytest.raises(ProgressError):
            sitting.rate(GOOD)
    assert sitting.saved == []
    at.store._db.execute("PRAGMA max_page_count = 100000")
    saved = sitting.rate(GOOD)
    assert [event["id"] for event in events(at.store, "review")] == [saved.id]
    assert sitting.next().ref == "d/b"


def test_what_was_undone_is_there_to_be_mended(desks: Any) -> None:
    sitting = desks(deck(QUESTION, topics={"t": "T"})).sitting()
    answer(sitting, text="a long answer, rated wrongly")
    sitting.undo()
    again = sitting.next()
    assert again.draft == Draft("a long answer, rated wrongly", False, False)


def test_an_answer_seen_beside_the_models_is_known_as_such(desks: Any) -> None:
    at = desks(deck(QUESTION, topics={"t": "T"}))
    sitting = at.sitting()
    sitting.next()
    sitting.submit("my own words", hint_used=True)
    assert at.sitting().next().draft == Draft("my own words", True, True)


def test_a_draft_that_cannot_be_kept_does_not_keep_back_the_grade(desks: Any) -> None:
    at = desks(deck(QUESTION))
    sitting = at.sitting()
    sitting.next()
    (pages,) = at.store._db.execute("PRAGMA page_count").fetchone()
    at.store._db.execute(f"PRAGMA max_page_count = {pages}")
    assert sitting.submit("speed and sorted rows " * 1000).grade.card == "d/why"


# Undo


def test_undo_asks_the_card_again_and_then_the_interrupted_one(desks: Any) -> None:
    at = desks(deck(*flashcards(*"abc")))
    sitting = at.sitting()
    first = answer(sitting, EASY)
    sitting.next()
    sitting.submit("half-way")
    undone = sitting.undo()
    assert undone == Undone(first.id, "d/a", "an answer")
    assert sitting.saved == []
    assert at.store.memory("d/a") is None
    question = sitting.next()
    assert (question.ref, question.number) == ("d/a", 1)
    sitting.submit("x")
    sitting.rate(EASY)
    question = sitting.next()
    assert (question.ref, question.number, question.draft.answer) == ("d/b", 2, "half-way")
    sitting.submit("x")
    sitting.rate(EASY)
    assert asked(sitting) == "c"


def test_undo_of_an_earlier_sitting(desks: Any) -> None:
    at = desks(deck(*flashcards(*"ab")))
    answer(at.sitting(), EASY)
    sitting = at.sitting()
    assert sitting.next().ref == "d/b"
    assert sitting.undo().card == "d/a"
    assert asked(sitting) == "ab"


def test_undo_before_the_first_question_and_with_nothing_to_undo(desks: Any) -> None:
    at = desks(deck(*flashcards(*"ab")))
    sitting = at.sitting()
    assert sitting.undo() is None
    assert sitting.next().ref == "d/a"
    assert sitting.undo() is None
    # Nothing happened: the question stands.
    sitting.submit("x")
    sitting.rate(EASY)
    assert asked(sitting) == "b"


def test_undo_of_a_card_whose_deck_has_gone(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards("a")))
    at.store.add_review(review("gone/x"), clock(), clock.day)
    sitting = at.sitting()
    sitting.next()
    assert sitting.undo().card == "gone/x"
    assert asked(sitting) == "a"


# Two windows


def test_another_process_answer_is_seen_at_the_next_question(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards(*"abc")))
    sitting = at.sitting()
    sitting.next()
    with Store.open(at.store.path) as other:
        other.add_review(review("d/b", 4), clock(), clock.day)
    sitting.submit("x")
    sitting.rate(EASY)
    assert asked(sitting) == "c"


def test_two_sittings_at_once_save_both(desks: Any, tmp_path: Path, clock: Clock) -> None:
    here, there = (desks(deck(*flashcards(*"ab"))).sitting() for _ in range(2))
    for sitting in (here, there):
        assert sitting.next().ref == "d/a"
        sitting.submit("x")
    first, second = here.rate(EASY), there.rate(EASY)
    assert (first.memory.reps, second.memory.reps) == (1, 2)
    assert here.next().ref == "d/b"


# Settings and names


def test_settings_enter_the_log_when_they_change(desks: Any) -> None:
    cards = deck(*flashcards("a"))
    keen = Config(settings=Settings(retention=0.95))
    for config in (None, keen, keen, None):
        last = desks(cards, config=config)
        last.sitting()
    assert [event["retention"] for event in events(last.store)] == [0.95, 0.9]


def test_a_renamed_card_keeps_its_history(desks: Any) -> None:
    at = desks(deck(*flashcards("old")))
    answer(at.sitting(), EASY)
    (card,) = flashcards("new")
    renamed = desks(deck({**card, "formerly": ["old"]}))
    assert renamed.sitting().next() is None
    assert renamed.store.memory("d/new").reps == 1
    # And back.
    back = desks(deck(*flashcards("old")))
    assert back.sitting().next() is None
    assert [*back.store.memories()] == ["d/old"]


def test_the_study_day_is_the_one_of_the_settings(desks: Any, clock: Clock) -> None:
    clock.instant = Clock("2026-05-12T05:30:00Z").instant
    at = desks(deck(*flashcards("a")), config=Config(settings=Settings(rollover=6)))
    answer(at.sitting(), EASY)
    assert events(at.store, "review")[0]["day"] == "2026-05-11"
    assert at.store.memory("d/a").first_day == clock.day - 1


# Teaching and deciding


def test_a_taught_phrase_counts_now_and_next_time(desks: Any) -> None:
    sitting = desks(deck(QUESTION, topics={"t": "T"})).sitting("drill")
    sitting.next()
    before = sitting.submit("they lie neatly in line")
    assert [point.hit for point in before.grade.points] == [False, False]
    after = sitting.teach("order", "lie neatly\n in line")
    assert [point.hit for point in after.grade.points] == [False, True]
    match = after.grade.points[1].matches[0]
    assert (match.phrase, match.how) == ("lie neatly in line", "taught")
    sitting.rate(GOOD)

    again = desks(deck(QUESTION, topics={"t": "T"})).sitting("drill")
    again.next()
    assert again.submit("all lie neatly in line").grade.points[1].hit


def test_what_would_break_an_example_is_not_taught(desks: Any) -> None:
    example = {"answer": "It has buckets.", "rating": "again", "misses": ["order"]}
    desk = desks(deck({**QUESTION, "examples": [example]}, topics={"t": "T"}))
    sitting = desk.sitting("drill")
    sitting.next()
    sitting.submit("buckets")
    with pytest.raises(TrainerError, match=r"It has buckets.*should miss `order`"):
        sitting.teach("order", "buckets")
    assert desk.store.taught() == []


def test_no_words_are_not_taught(desks: Any) -> None:
    sitting = desks(deck(QUESTION, topics={"t": "T"})).sitting("drill")
    sitting.next()
    sitting.submit("x")
    with pytest.raises(TrainerError, match="no words"):
        sitting.teach("order", " \n ")


def test_a_close_call_is_the_persons_to_decide(desks: Any) -> None:
    desk = desks(deck(QUESTION, topics={"t": "T"}))
    sitting = desk.sitting("drill")
    sitting.next()
    assert sitting.submit("something else").suggested is AGAIN
    sitting.decide("speed", True)
    settled = sitting.decide("order", True)
    assert settled.suggested is GOOD
    assert sitting.decide("order", False).grade.points[1].hit is False
    sitting.rate(GOOD)
    assert events(desk.store, "review")[0]["points"] == {"speed": 1.0, "order": 0.0}


# A mock interview


def questions(*ids: str, topics: str = "") -> list[dict[str, Any]]:
    """Return cards that are answered in words; `topics` gives each its topic, a letter a card."""
    point = {"id": "p", "say": "An index is fast.", "accept": ["fast index", "fast"]}
    return [
        {"id": name, "prompt": f"{name}?", "answer": "An index is fast.", "points": [point],
         **({"topic": topic} if topic else {})}
        for name, topic in zip(ids, topics or [""] * len(ids), strict=True)
    ]  # fmt: skip


def interview(sitting: Sitting, text: str = "fast", most: int = 30) -> list[str]:
    """Answer all there is in a mock interview and return the cards in the order asked."""
    refs: list[str] = []
    while len(refs) < most and (question := sitting.next()) is not None:
        refs.append(question.ref)
        sitting.hand_in(text)
    return refs


def test_a_mock_saves_each_answer_at_once_with_its_suggestion(desks: Any) -> None:
    at = desks(deck(*questions(*"ab")))
    sitting = at.sitting("mock")
    assert sitting.next() is not None
    right = sitting.hand_in("It is fast.", confidence=4)
    assert [event["id"] for event in events(at.store, "review")] == [right.id]
    assert sitting.next() is not None
    wrong = sitting.hand_in("No idea.", hint_used=True)
    assert sitting.next() is None
    assert (right.rating, wrong.rating) == (GOOD, AGAIN)
    first, second = events(at.store, "review")
    assert (first["rating"], first["suggested"], first["mode"]) == (3, 3, "mock")
    assert (first["confidence"], first["counts"]) == (4, True)
    assert (second["rating"], second["suggested"], second["hint"]) == (1, 1, True)
    assert [each.saved for each in sitting.handed_in] == [right, wrong] == sitting.saved
    assert [each.feedback.answer for each in sitting.handed_in] == ["It is fast.", "No idea."]
    assert at.store.draft(right.card).answer == at.store.draft(wrong.card).answer == ""


def test_a_mock_asks_nothing_twice_and_no_flashcards(desks: Any) -> None:
    at = desks(deck(*questions(*"abcd", topics="ttuu"), *flashcards(*"xy", topics="vv"),
                    topics={"t": "T", "u": "U", "v": "V"}))  # fmt: skip
    refs = interview(at.sitting("mock"), "no idea")
    assert sorted(refs) == ["d/a", "d/b", "d/c", "d/d"]
    # Topics take turns.
    assert {refs[0], refs[1]} & {"d/a", "d/b"}
    assert {refs[0], refs[1]} & {"d/c", "d/d"}


def test_a_mock_is_drawn_anew_after_an_answer_or_a_day(desks: Any, clock: Clock) -> None:
    at = desks(deck(*questions(*"abcdefgh")))
    orders = []
    for _ in range(5):
        plan = at.sitting("mock")._plan
        assert at.sitting("mock")._plan == plan
        orders.append(tuple(plan))
        interview(at.sitting("mock"), most=1)
    assert len(set(orders)) > 1
    orders = [tuple(at.sitting("mock")._plan)]
    clock.pass_(days=1)
    assert tuple(at.sitting("mock")._plan) not in orders


def test_two_mocks_on_one_log_are_the_same(desks: Any) -> None:
    at = desks(deck(*questions(*"abcdefgh")))
    plans = [at.sitting("mock", counts=counts)._plan for counts in (True, False, True)]
    assert plans[0] == plans[1] == plans[2]


def test_how_long_a_mock_is(desks: Any, clock: Clock) -> None:
    at = desks(deck(*questions(*"abcdefghijklm")))
    assert len(interview(at.sitting("mock"))) == 10
    assert len(interview(at.sitting("mock", limit=3))) == 3
    sitting = at.sitting("mock", minutes=5)
    for _ in range(11):
        assert sitting.next() is not None
        sitting.hand_in("fast")
    clock.pass_(minutes=5)
    assert sitting.next() is None


def test_a_changed_rating_is_an_undo_and_a_review(desks: Any) -> None:
    at = desks(deck(*questions(*"ab")))
    sitting = at.sitting("mock")
    interview(sitting)
    was, other = sitting.saved
    changed = sitting.change(0, AGAIN)
    assert changed.rating is AGAIN
    assert sitting.saved == [changed, other]
    assert sitting.handed_in[0].saved == changed
    log = events(at.store)
    assert [event["type"] for event in log] == ["review", "review", "undo", "review"]
    assert log[2]["target"] == was.id
    same = {"answer", "card", "suggested", "score", "points", "mode", "elapsed_ms", "prompt"}
    assert {name: log[3][name] for name in same} == {
        name: {event["id"]: event for event in log}[was.id][name] for name in same
    }
    memory = at.store.memory(was.card)
    assert memory == changed.memory
    assert (memory.reps, memory.phase) == (1, "learning")
    # And changed again.
    again = sitting.change(0, EASY)
    assert at.store.memory(was.card).reps == 1
    assert sitting.saved == [again, other]


def test_a_change_that_fails_leaves_the_rating(desks: Any) -> None:
    at = desks(deck(*questions(*"ab")))
    sitting = at.sitting("mock")
    interview(sitting, "fast " * 2_000)
    before = at.store.memories()
    at.store._db.execute("VACUUM")
    (pages,) = at.store._db.execute("PRAGMA page_count").fetchone()
    at.store._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(ProgressError):
        sitting.change(0, AGAIN)
    assert at.store.memories() == before
    assert len(events(at.store)) == 2
    assert sitting.handed_in[0].saved.rating is GOOD


def test_an_answer_that_could_not_be_handed_in_can_be_again(desks: Any) -> None:
    at = desks(deck(*questions(*"ab")))
    sitting = at.sitting("mock")
    question = sitting.next()
    (pages,) = at.store._db.execute("PRAGMA page_count").fetchone()
    at.store._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(ProgressError):
        sitting.hand_in("fast " * 2_000)
    assert sitting.handed_in == sitting.saved == []
    at.store._db.execute("PRAGMA max_page_count = 1000000")
    saved = sitting.hand_in("fast " * 2_000)
    assert saved.card == question.ref
    assert len(sitting.handed_in) == 1


def test_a_mock_of_a_selection(desks: Any) -> None:
    at = desks(deck(*questions(*"abc", topics="ttu"), topics={"t": "T", "u": "U"}))
    assert sorted(interview(at.sitting("mock", Selection(topic="t")))) == ["d/a", "d/b"]
    at = desks(deck(*questions("a"), *flashcards("x")))
    assert interview(at.sitting("mock", Selection(kind="flashcard"))) == []


# Retries, and what doesn't count


def test_a_retry_is_logged_and_the_first_answer_still_waits(desks: Any) -> None:
    at = desks(deck(*questions("a")))
    sitting = at.sitting()
    sitting.next()
    feedback = sitting.submit("No idea.")
    graded = sitting.retry("It is fast\x1b.")
    assert graded.rating == "good"
    (event,) = events(at.store)
    assert (event["type"], event["answer"], event["counts"]) == (
        "retry",
        "It is fast\ufffd.",
        False,
    )
    assert (event["rating"], event["suggested"], event["points"]) == (3, 3, {"p": 1.0})
    assert at.store.memories() == {}
    assert at.store.draft("d/a") == Draft("No idea.", True, False)
    saved = sitting.rate(feedback.suggested)
    assert saved.rating is AGAIN
    assert events(at.store, "review")[0]["answer"] == "No idea."
    assert len(sitting.saved) == 1
    # Undoing takes back the review, not the retry.
    assert sitting.undo().id == saved.id
    assert sitting.undo() is None


def test_what_does_not_count_changes_nothing_but_the_log(desks: Any, clock: Clock) -> None:
    at = desks(deck(*questions(*"ab")))
    answer(at.sitting(), AGAIN)
    clock.pass_(minutes=10)
    before = at.store.memories()
    due = at.due(clock())
    sitting = at.sitting("drill", counts=False)
    assert sorted(asked(sitting)) == ["a", "b"]
    assert at.store.memories() == before
    assert at.due(clock()) == due
    assert at.store.misses(0) == [("d/a", "p", clock.day)]
    assert [event["counts"] for event in events(at.store, "review")] == [True, False, False]
    assert [saved.memory for saved in sitting.saved] == [before["d/a"], None]


@pytest.mark.parametrize("mode", ["daily", "drill", "weak", "mock"])
def test_what_does_not_count_is_asked_once(desks: Any, clock: Clock, mode: Any) -> None:
    at = desks(deck(*questions(*"abc")))
    for _ in range(3):
        answer(at.sitting(), AGAIN)
    clock.pass_(minutes=60)
    found = asked(at.sitting(mode, counts=False), AGAIN)
    assert len(found) == len(set(found))
    if mode != "daily":
        assert sorted(found) == [*"abc"]


# The day's limits


def test_more_new_cards_than_the_day_allows(desks: Any) -> None:
    at = desks(deck(*flashcards(*"abcdefgh")), config=Config(new=2))
    assert asked(at.sitting()) == "ab"
    assert asked(at.sitting()) == ""
    assert asked(at.sitting(more_new=2)) == "cd"
    assert asked(at.sitting()) == ""


def test_more_new_cards_can_be_asked_for_again(desks: Any) -> None:
    at = desks(deck(*flashcards(*"abcdefgh")), config=Config(new=2))
    assert asked(at.sitting()) == "ab"
    assert asked(at.sitting(more_new=2)) == "cd"
    assert asked(at.sitting(more_new=2)) == "ef"


def test_more_new_cards_after_a_drill_of_new_ones(desks: Any) -> None:
    at = desks(
        deck(*flashcards(*"abcdef", topics="tttuuu"), topics={"t": "T", "u": "U"}),
        config=Config(new=1),
    )
    assert len(asked(at.sitting("drill", Selection(topic="t")))) == 3
    assert asked(at.sitting(more_new=1)) == "d"


def test_more_new_cards_of_a_selection(desks: Any) -> None:
    at = desks(
        deck(*flashcards(*"abcd", topics="ttuu"), topics={"t": "T", "u": "U"}),
        config=Config(new=0),
    )
    assert asked(at.sitting("daily", Selection(topic="u"), more_new=1)) == "c"


def test_a_days_minutes_end_the_sitting(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards(*"abcdefgh")), config=Config(minutes=10))
    sitting = at.sitting()
    for _ in range(2):
        sitting.next()
        clock.pass_(minutes=4)
        sitting.submit("x")
        sitting.rate(EASY)
    # Two minutes are left, whatever happened between the sittings.
    clock.pass_(minutes=60)
    assert sitting.next() is None
    sitting = at.sitting()
    sitting.next()
    clock.pass_(minutes=3)
    sitting.submit("x")
    sitting.rate(EASY)
    assert sitting.next() is None
    assert at.sitting().next() is None
    assert at.due(clock()).today.new == 0
    clock.pass_(days=1)
    assert at.sitting().next() is not None


def test_a_days_minutes_hold_for_the_daily_sitting_alone(desks: Any, clock: Clock) -> None:
    at = desks(deck(*questions(*"abc")), config=Config(minutes=1))
    sitting = at.sitting()
    sitting.next()
    clock.pass_(minutes=5)
    sitting.submit("x")
    sitting.rate(EASY)
    assert at.sitting().next() is None
    assert at.sitting("drill").next() is not None
    assert at.sitting("mock").next() is not None
    assert at.sitting(minutes=5) is not None


def test_a_days_minutes_plan_by_how_long_answers_take(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards(*"abcdefghijkl")), config=Config(new=99, minutes=2))
    # Half a minute an answer, until there are some to go by.
    assert at.due(clock()).today.new == 4
    sitting = at.sitting()
    sitting.next()
    clock.pass_(minutes=1)
    sitting.submit("x")
    sitting.rate(EASY)
    assert at.due(clock()).today.new == 1


# A backlog


def overdue(at: Desk, clock: Clock, names: str) -> None:
    """Have the cards been learnt long ago."""
    for name in names:
        at.store.add_review(review(f"d/{name}", 4), clock(), clock.day)
    clock.pass_(days=100)


NAMES = "abcdefghijklmnopqrstuvwx"


@pytest.mark.parametrize("days", [1, 2, 5])
def test_a_backlog_is_asked_over_the_days(desks: Any, clock: Clock, days: int) -> None:
    at = desks(deck(*flashcards(*NAMES)), config=Config(backlog_days=days))
    overdue(at, clock, NAMES)
    found = []
    for _ in range(days):
        found.append(asked(at.sitting(), EASY, most=99))
        # The rest isn't asked the same day.
        assert asked(at.sitting()) == ""
        clock.pass_(days=1)
    assert {*"".join(found)} == {*NAMES}
    assert (len(found[0]) < len(NAMES)) == (days > 1)


def test_a_backlog_holds_back_nothing_that_is_due_today(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards(*NAMES)), config=Config(backlog_days=30))
    for name in NAMES:
        at.store.add_review(review(f"d/{name}", 4), clock(), clock.day)
    memories = at.store.memories()
    first = min(memory.due_day for memory in memories.values())
    clock.pass_(days=first - clock.day)
    due = {ref[-1] for ref, memory in memories.items() if memory.due_day == first}
    assert {*asked(at.sitting(), EASY, most=99)} == due


def test_a_backlog_of_steps_is_asked_at_once(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards(*NAMES)), config=Config(backlog_days=30, new=99))
    for name in NAMES:
        at.store.add_review(review(f"d/{name}", 1), clock(), clock.day)
    clock.pass_(days=40)
    assert {*asked(at.sitting(), EASY, most=99)} == {*NAMES}


# An interview


def test_before_an_interview_all_new_cards_are_met(desks: Any, clock: Clock) -> None:
    names = "abcdefghijkl"
    config = Config(new=1, reviews=100, interview=clock.day + 6)
    at = desks(deck(*flashcards(*names)), config=config)
    for _ in range(6):
        asked(at.sitting(), GOOD, most=99)
        clock.pass_(days=1)
    assert {*at.store.memories()} == {f"d/{name}" for name in names}


@pytest.mark.parametrize("days", [0, -5])
def test_from_the_interviews_day_on_the_limits_hold_again(
    desks: Any, clock: Clock, days: int
) -> None:
    config = Config(new=1, interview=clock.day + days)
    at = desks(deck(*flashcards(*"abc")), config=config)
    assert asked(at.sitting()) == "a"


def test_before_an_interview_cards_are_reviewed_early(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards(*"abc")))
    assert sorted(asked(at.sitting())) == [*"abc"]
    clock.pass_(days=2)
    assert at.sitting().next() is None
    due = min(memory.due_day for memory in at.store.memories().values())
    assert due > clock.day + 1
    config = Config(interview=clock.day + 1)
    at = desks(deck(*flashcards(*"abc")), config=config)
    found = asked(at.sitting(), GOOD)
    assert sorted(found) == [*"abc"]
    assert [row[1] for row in at.store.review_days(clock.day)] == ["early"]
    # Not again on the same day.
    assert asked(at.sitting(), GOOD) == ""


# Weak points, and the order of all queues


def test_weak_says_why(desks: Any, clock: Clock) -> None:
    at = desks(deck(*questions(*"abc", topics="ttt"), topics={"t": "T"}))
    for card, times in (("d/a", 2), ("d/b", 1)):
        for _ in range(times):
            at.store.add_review(review(card, 3, points={"p": 0.0}), clock(), clock.day)
    sitting = at.sitting("weak")
    reasons = {}
    while question := sitting.next():
        assert question.weakness is not None
        reasons[question.ref] = question.weakness[2:]
        sitting.submit("fast")
        sitting.rate(EASY)
    assert [*reasons.items()] == [
        ("d/a", ((("p", 2),), 1)),
        ("d/b", ((("p", 1),), 2)),
        ("d/c", ((), 3)),
    ]
    assert at.sitting("drill").next().weakness is None


def test_what_was_missed_a_month_ago_is_forgiven(desks: Any, clock: Clock) -> None:
    at = desks(deck(*questions("a")))
    at.store.add_review(review("d/a", 3, points={"p": 0.0}), clock(), clock.day)
    clock.pass_(days=30)
    assert at.sitting("weak").next() is not None
    clock.pass_(days=1)
    assert at.sitting("weak").next() is None


@pytest.mark.parametrize("mode", ["daily", "drill", "weak", "mock"])
def test_a_queue_is_the_same_each_time(desks: Any, clock: Clock, mode: Any) -> None:
    text = deck(*questions(*NAMES, topics="tuv" * 8), topics={"t": "T", "u": "U", "v": "V"})
    at = desks(text)
    for number, name in enumerate(NAMES[:12]):
        given = review(f"d/{name}", 1 + number % 4, points={"p": number % 2})
        at.store.add_review(given, clock(), clock.day)
    clock.pass_(days=30)
    plans = [opened.sitting(mode)._plan for opened in (at, at, desks(text))]
    assert plans[0]
    assert plans[0] == plans[1] == plans[2]


@pytest.mark.parametrize("mode", ["daily", "mock"])
def test_no_two_of_a_topic_in_a_row(desks: Any, clock: Clock, mode: Any) -> None:
    text = deck(*questions(*NAMES, topics="tttttttttttt" + "uuuuuu" + "vvvvvv"),
                topics={"t": "T", "u": "U", "v": "V"})  # fmt: skip
    at = desks(text, config=Config(new=99))
    for name in NAMES[::2]:
        at.store.add_review(review(f"d/{name}", 4), clock(), clock.day)
    clock.pass_(days=30)
    plan = at.sitting(mode, limit=18)._plan
    topics = [at.library.cards[ref].topic for ref in plan]
    # A mock interview is no longer than this one.
    shown = topics if mode == "daily" else topics[:18]
    assert all(one != other for one, other in pairwise(shown))


# The clock


@pytest.mark.parametrize("minutes", [-5, -90])
def test_a_step_takes_as_long_as_was_said_with_the_clock_set_back(
    desks: Any, clock: Clock, minutes: int
) -> None:
    at = desks(deck(*questions(*"ab")))
    answer(at.sitting(), EASY)
    clock.pass_(minutes=minutes)
    sitting = at.sitting()
    sitting.next()
    outcome = sitting.submit("x").outcomes[AGAIN]
    memory = sitting.rate(AGAIN).memory
    assert abs(memory.due_at - outcome.due_at) < 60_000
    # And so it is asked again in the same sitting.
    assert sitting.next() is not None


def test_settings_hold_at_once_with_the_clock_set_back(desks: Any, clock: Clock) -> None:
    cards = deck(*questions(*"ab"))
    keen = Config(settings=Settings(learning_steps=()))
    answer(desks(cards, config=keen).sitting(), EASY)
    clock.pass_(minutes=-30)
    sitting = desks(cards).sitting()
    sitting.next()
    outcome = sitting.submit("x").outcomes[AGAIN]
    assert outcome.phase == "learning"
    assert sitting.rate(AGAIN).memory.phase == "learning"
