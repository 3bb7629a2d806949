"""What a sitting can do to cards while it goes on, and what it tells of time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workbench import AGAIN, CHOICE, GOOD, QUESTION, Clock, deck, desk, events, flashcards, library

from trainer.desk import Desk
from trainer.progress.records import Mark
from trainer.scheduling.schedule import Rating
from trainer.selection import Selection
from trainer.session import Sitting


@pytest.fixture
def desks(tmp_path: Path, clock: Clock) -> Iterator[Any]:
    """Make a desk on decks given as text; its store is closed at the end."""
    opened: list[Desk] = []

    def make(*decks: str) -> Desk:
        opened.append(desk(tmp_path, clock, *decks))
        return opened[-1]

    yield make
    for each in opened:
        each.store.close()


def rest_of(sitting: Sitting) -> str:
    """Answer all that is left and return the card ids in the order asked."""
    refs = []
    while (question := sitting.next()) is not None:
        refs.append(question.ref.partition("/")[2])
        sitting.submit("")
        sitting.rate(Rating.EASY)
    return "".join(refs)


@pytest.mark.parametrize("put_away", [Sitting.suspend, Sitting.bury])
def test_a_card_put_away_is_not_rated_and_not_asked_again(desks: Any, put_away: Any) -> None:
    at = desks(deck(QUESTION, *flashcards(*"ab")))
    sitting = at.sitting()
    first = sitting.next().ref
    sitting.submit("speed")
    put_away(sitting, first)
    rest_of(sitting)
    reviewed = {event["card"] for event in events(at.store, "review")}
    assert reviewed == {"d/why", "d/a", "d/b"} - {first}
    assert at.store.draft(first).answer == "speed"


def test_a_card_in_steps_that_is_put_away_does_not_come_back_today(desks: Any) -> None:
    at = desks(deck(*flashcards(*"ab")))
    sitting = at.sitting("drill")
    sitting.next()
    sitting.submit("")
    sitting.rate(AGAIN)
    sitting.bury("d/a")
    assert rest_of(sitting) == "b"


def test_an_undone_card_that_is_put_away_is_not_asked(desks: Any) -> None:
    at = desks(deck(*flashcards(*"ab")))
    sitting = at.sitting("drill")
    sitting.next()
    sitting.submit("")
    sitting.rate(GOOD)
    sitting.next()
    sitting.undo()
    sitting.suspend("d/a")
    assert rest_of(sitting) == "b"


def test_a_flag_goes_on_and_off(desks: Any) -> None:
    at = desks(deck(*flashcards("a")))
    sitting = at.sitting("drill")
    assert sitting.mark("d/a") == Mark()
    assert sitting.flag("d/a") == 1
    assert sitting.mark("d/a") == Mark(flag=1)
    assert sitting.flag("d/a") == 0


def test_time_counts_up_from_the_question_and_down_to_the_end(desks: Any, clock: Clock) -> None:
    at = desks(deck(*flashcards("a")))
    sitting = at.sitting("drill", minutes=2)
    sitting.next()
    clock.pass_(minutes=0.5)
    assert (sitting.elapsed(), sitting.remaining()) == (30_000, 90_000)
    clock.pass_(minutes=9)
    assert sitting.remaining() == 0
    assert at.sitting("drill").remaining() is None
    clock.pass_(minutes=-60)
    assert sitting.elapsed() == 0


@pytest.mark.parametrize("hand_in", [True, False])
def test_an_answer_takes_until_it_was_finished(desks: Any, clock: Clock, hand_in: bool) -> None:
    at = desks(deck(QUESTION))
    sitting = at.sitting("mock" if hand_in else "drill")
    sitting.next()
    clock.pass_(minutes=1)
    elapsed = sitting.elapsed()
    clock.pass_(minutes=5)  # while the person says how sure they are
    if hand_in:
        saved = sitting.hand_in("speed", confidence=4, elapsed_ms=elapsed)
    else:
        sitting.submit("speed", elapsed_ms=elapsed)
        saved = sitting.rate(GOOD, confidence=4)
    assert saved.elapsed_ms == 60_000
    assert events(at.store, "review")[0]["confidence"] == 4


def edited(at: Desk, folder: Path, *decks: str) -> Any:
    """Return the library of the decks as they are now."""
    changed = folder / "changed"
    changed.mkdir()
    at.library = library(changed, *decks)
    return at.library


def test_an_answer_in_hand_is_graded_by_the_card_as_it_is_now(desks: Any, tmp_path: Path) -> None:
    at = desks(deck(QUESTION))
    sitting = at.sitting("drill")
    sitting.next()
    before = sitting.submit("It is quick.")
    assert before.suggested is AGAIN
    points = [{"id": "speed", "say": "Lookups become quick.", "accept": ["quick"]}]
    card = {**QUESTION, "prompt": "Why an index?", "points": points}
    sitting.use_library(edited(at, tmp_path, deck(card)))
    after = sitting.feedback
    assert after.suggested is GOOD
    # What was asked is what the log shall say.
    assert after.question.prompt == before.question.prompt
    assert sitting.rate(GOOD).card == "d/why"


def test_cards_that_went_are_asked_no_more_and_an_answer_to_one_can_be_rated(
    desks: Any, tmp_path: Path
) -> None:
    at = desks(deck(QUESTION, *flashcards(*"ab")))
    sitting = at.sitting()
    while sitting.next().ref != "d/why":
        sitting.submit("")
        sitting.rate(Rating.EASY)
    feedback = sitting.submit("speed")
    sitting.use_library(edited(at, tmp_path, deck(*flashcards("c"))))
    assert sitting.feedback == feedback
    assert sitting.decide("order", True).grade.points[1].hit
    sitting.rate(GOOD)
    assert rest_of(sitting) == ""


def test_picks_stay_as_they_were_graded(desks: Any, tmp_path: Path) -> None:
    at = desks(deck(CHOICE))
    sitting = at.sitting("drill")
    sitting.next()
    feedback = sitting.submit("1")
    choices = [*reversed(CHOICE["choices"]), {"text": "Neither"}]
    sitting.use_library(edited(at, tmp_path, deck({**CHOICE, "choices": choices})))
    assert sitting.feedback == feedback


def test_a_selection_of_which_nothing_is_left_ends_the_sitting(desks: Any, tmp_path: Path) -> None:
    at = desks(deck(*flashcards(*"ab")))
    sitting = at.sitting("drill", Selection(card="d/a"))
    sitting.use_library(edited(at, tmp_path, deck(*flashcards("b"))))
    assert sitting.next() is None
