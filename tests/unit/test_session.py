"""One sitting: what is asked, what is saved, what can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
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
    refs = []
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
    saved = answer(at.sitting(), EASY)
    clock.pass_(days=saved.memory.interval - 1)
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
    assert again.draft == ("a long answer, rated wrongly", False, False)


def test_an_answer_seen_beside_the_models_is_known_as_such(desks: Any) -> None:
    at = desks(deck(QUESTION, topics={"t": "T"}))
    sitting = at.sitting()
    sitting.next()
    sitting.submit("my own words", hint_used=True)
    assert at.sitting().next().draft == ("my own words", True, True)


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
    assert undone == (first.id, "d/a", "an answer")
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
