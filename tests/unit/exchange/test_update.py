"""Three sides are compared: the source now, the deck now, and what both said last."""

from __future__ import annotations

from typing import Any

import pytest

from trainer.decks.model import Card, Deck, Point
from trainer.exchange.note import Fields, Note
from trainer.exchange.record import Record
from trainer.exchange.update import Update, plan
from trainer.exchange.whole import agreed_on, completed, digests, rest, unite, whole

FIELDS = {"kind": "question", "prompt": "Why?", "answer": "So.", "tags": ["t"]}


def note(guid: str = "n", **fields: Any) -> Note:
    return Note(f"cards.csv:{guid}", {**FIELDS, **fields}, guid=guid)


def deck(*cards: Card, **fields: Any) -> Deck:
    return Deck(schema=1, deck="d", cards=cards, **fields)


def first(*notes: Note) -> tuple[Deck, Record]:
    """Return the deck that notes make, and what was agreed on."""
    update = plan(notes or [note()], deck(), {})
    assert not update.skipped
    return deck(*update.new, topics=update.topics), update.record


def edit(before: Deck, **fields: Any) -> Deck:
    """Return a deck whose only card the person has edited."""
    (card,) = before.cards
    known = {name: getattr(card, name) for name in card.__struct_fields__}
    return deck(Card(**{**known, **fields}), topics=before.topics)


def outcome(update: Update) -> tuple[int, dict[str, Any], int, int, list[str]]:
    fields = [conflict.field for conflict in update.conflicts]
    return len(update.new), update.changed, update.unchanged, update.kept, fields


def test_what_is_new_is_added() -> None:
    update = plan([note("a"), note("b", prompt="How?")], deck(), {})
    assert [card.id for card in update.new] == ["a", "b"]
    assert update.new[0] == Card(id="a", prompt="Why?", answer="So.", tags=("t",))


def test_the_same_again_is_unchanged() -> None:
    assert outcome(plan([note()], *first())) == (0, {}, 1, 0, [])


def test_what_changed_at_the_source_alone_is_updated() -> None:
    update = plan([note(answer="Thus.", tags=[])], *first())
    assert outcome(update) == (0, {"n": {"answer": "Thus.", "tags": ()}}, 0, 0, [])


def test_what_changed_here_alone_is_kept() -> None:
    before, record = first()
    here = edit(before, answer="Mine.", hint="Think.")
    update = plan([note()], here, record)
    assert outcome(update) == (0, {}, 0, 1, [])
    # And once more: the source still says what it said.
    assert outcome(plan([note()], here, update.record)) == (0, {}, 0, 1, [])


def test_edits_on_both_sides_meet_field_by_field() -> None:
    before, record = first()
    update = plan([note(prompt="Why so?")], edit(before, answer="Mine."), record)
    assert outcome(update) == (0, {"n": {"prompt": "Why so?"}}, 0, 0, [])


def test_one_field_changed_on_both_sides_is_a_conflict_until_it_is_settled() -> None:
    before, record = first()
    here, there = edit(before, answer="Mine."), note(answer="Theirs.")
    for _ in range(2):
        update = plan([there], here, record)
        assert outcome(update) == (0, {}, 0, 0, ["answer"])
        (conflict,) = update.conflicts
        assert (conflict.here, conflict.there) == ("Mine.", "Theirs.")
        assert conflict.place == "cards.csv:n"
        record = update.record
    settled = edit(before, answer="Theirs.")
    update = plan([there], settled, record)
    assert outcome(update) == (0, {}, 1, 0, [])
    assert outcome(plan([note(answer="New.")], settled, update.record))[1]


def test_the_same_edit_on_both_sides_is_none() -> None:
    before, record = first()
    assert outcome(plan([note(answer="One.")], edit(before, answer="One."), record))[2] == 1


def test_what_the_person_took_out_stays_out() -> None:
    _, record = first()
    update = plan([note(answer="New.")], deck(), record)
    assert (update.new, update.gone, update.skipped) == ([], 1, [])


@pytest.mark.parametrize("former", ["n", "d/n"])
def test_a_card_renamed_here_is_still_the_same(former: str) -> None:
    before, record = first()
    here = edit(before, id="new-name", formerly=(former,))
    update = plan([note(answer="Thus.")], here, record)
    assert outcome(update) == (0, {"new-name": {"answer": "Thus."}}, 0, 0, [])
    assert outcome(plan([note()], here, record)) == (0, {}, 1, 0, [])


def test_without_a_record_nothing_that_says_something_is_overwritten() -> None:
    here = deck(Card(id="n", prompt="Why?", answer="Mine."))
    update = plan([note(answer="Theirs.", hint="H")], here, {})
    assert outcome(update) == (0, {"n": {"tags": ("t",), "hint": "H"}}, 0, 0, ["answer"])


def test_an_old_source_does_not_undo_an_edit_that_went_out_and_came_back() -> None:
    before, record = first()
    here = edit(before, answer="Mine.")
    (card,) = here.cards
    left = rest(whole(card), {"prompt", "answer"})
    back = Note("out.csv:2", unite({"prompt": "Why?", "answer": "Mine."}, left), ref="d/n")
    back = back._replace(agreed=digests(left))
    update = plan([back], here, record)
    assert outcome(update) == (0, {}, 1, 0, [])
    assert outcome(plan([note()], here, update.record)) == (0, {}, 0, 1, [])


def test_a_note_that_trainer_wrote_needs_no_record() -> None:
    card = Card(id="n", prompt="Why?", answer="So.", points=(Point("p", "Say", ("it",), weight=2),))
    left = rest(whole(card), {"prompt", "answer", "points"})
    shown = {"prompt": "Why so?", "answer": "So.", "points": [{"say": "Say"}, {"say": "More"}]}
    there = Note("out.csv:2", unite(shown, left), ref="d/n", agreed=digests(left))
    update = plan([there], deck(card), {})
    assert update.changed["n"]["prompt"] == "Why so?"
    kept, added = update.changed["n"]["points"]
    assert kept == {"id": "p", "say": "Say", "accept": ("it",), "weight": 2}
    assert added == {"id": "more", "say": "More"}
    # What was edited here meanwhile stays, and where both were edited it is a conflict.
    here = deck(Card(id="n", prompt="Why?", answer="Mine.", points=card.points))
    assert "answer" not in plan([there], here, {}).changed["n"]
    here = deck(Card(id="n", prompt="Mine?", answer="So.", points=card.points))
    assert [each.field for each in plan([there], here, {}).conflicts] == ["prompt"]


def test_points_that_come_as_texts_keep_what_is_known_of_them_here() -> None:
    point = Point("p", "Say", ("it",), required=True)
    here = deck(Card(id="n", prompt="Why?", answer="So.", tags=("t",), points=(point,)))
    there = note(points=[{"say": "Say"}])
    assert outcome(plan([there], here, {})) == (0, {}, 1, 0, [])


def test_an_item_whose_text_was_edited_keeps_all_else() -> None:
    first, second = Point("p", "Say", ("it",), weight=2), Point("q", "More", ("else",))
    points = whole(Card(id="n", points=(first, second)))["points"]
    shown: list[Fields] = [{"say": "Say it"}, {"say": "More"}]
    assert completed("points", shown, points) == [{**points[0], "say": "Say it"}, points[1]]
    # Where one was added, taken out or moved, nobody can tell which is which.
    assert completed("points", shown[:1], points) == shown[:1]
    assert completed("points", shown[::-1], points) == [points[1], shown[0]]
    choices: list[Fields] = [{"text": "This", "right": True}, {"text": "That", "why": "Because."}]
    assert completed("choices", [choices[0], {"text": "It"}], choices)[1] == {
        "text": "It",
        "why": "Because.",
    }


@pytest.mark.parametrize("agreed", [True, False])
def test_what_the_source_says_of_a_point_itself_is_taken(agreed: bool) -> None:
    points = (Point("p", "Say", ("it",)),)
    card = Card(id="n", prompt="Why?", answer="So.", points=points)
    told = {**whole(card), "points": [{"id": "p", "say": "Say", "accept": ["that"]}]}
    there = Note("decks.json", told, guid="n", agreed=agreed_on(whole(card)) if agreed else None)
    record = {} if agreed else {"n": agreed_on(whole(card))}
    update = plan([there], deck(card), record)
    assert update.changed["n"]["points"][0]["accept"] == ("that",)


def test_topics_are_found_by_id_or_title_and_made_where_need_be() -> None:
    known = deck(topics={"gc": "Garbage"})
    notes = [note("a", topic="gc"), note("b", topic="garbage"), note("c", topic="The GIL: locks")]
    update = plan(notes, known, {})
    assert [card.topic for card in update.new] == ["gc", "gc", "the-gil-locks"]
    assert update.topics == {"the-gil-locks": "The GIL: locks"}


def test_where_topics_are_not_declared_they_stay_so() -> None:
    known = deck(Card(id="x", prompt="Q", answer="A", topic="loose"))
    update = plan([note(topic="Other one")], known, {})
    assert (update.new[0].topic, update.topics) == ("Other one", {})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (note("b", prompt=""), "needs `prompt`"),
        (note("b", answer="  \n "), "needs `answer`"),
        (note("b", kind="cloze"), "needs `text`"),
        (note("b", kind="riddle"), "none of a card"),
        (note("b", colour="red"), "none of a card"),
        (note("b", difficulty="7"), "none of a card"),
        (note("b", choices=[{"text": "x"}]), "doesn't use `choices`"),
        (note("a"), "the same note as the one at cards.csv:a"),
    ],
)
def test_what_makes_no_card_is_skipped_and_the_rest_taken(wrong: Note, said: str) -> None:
    update = plan([note("a"), wrong, note("c")], deck(), {})
    assert [card.id for card in update.new] == ["a", "c"]
    (skipped,) = update.skipped
    assert skipped.place == wrong.place
    assert said in skipped.reason


def test_what_comes_in_is_cleaned() -> None:
    (card,) = plan([note(prompt=" \x1b[31mred\u202e ", tags=["a\x07"])], deck(), {}).new
    assert (card.prompt, card.tags) == ("\ufffd[31mred\ufffd", ("a\ufffd",))
