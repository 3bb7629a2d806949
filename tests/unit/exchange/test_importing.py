"""Notes go into deck files, each whole or not at all, and come again without harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hostile import heed
from workbench import deck, flashcards

from trainer.decks.library import Library, open_library
from trainer.decks.reader import read_deck
from trainer.errors import TrainerError
from trainer.exchange.importing import Arrival, arrivals
from trainer.exchange.note import Note, Skipped, Source, card_id
from trainer.paths import Paths, locate


def note(guid: str = "n", *path: str, ref: str = "", **fields: Any) -> Note:
    known = {"kind": "flashcard", "prompt": f"{guid}?", "answer": f"{guid}!"}
    return Note(f"in.csv:{guid}", {**known, **fields}, ref=ref, guid=guid, deck=path)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    bundled = tmp_path / "bundled"
    bundled.mkdir()
    (bundled / "theirs.yaml").write_text(deck(*flashcards("a"), name="theirs"))
    return locate(str(tmp_path / "home"))._replace(bundled=str(bundled))


def library(paths: Paths, *more: str) -> Library:
    return open_library(paths.bundled, paths.decks, more, paths.cache)


def bring(
    paths: Paths, *notes: Note, deck: str = "", title: str = "", has_guids: bool = False
) -> list[Arrival]:
    source = Source([*notes], [], [], title, has_guids=has_guids)
    coming = arrivals(source, "in/my notes.csv", library(paths), paths, deck, heed)
    for arrival in coming:
        arrival.write(paths.decks)
    return coming


def own(paths: Paths, name: str) -> Path:
    return Path(paths.decks, f"{name}.yaml")


def test_a_file_without_decks_becomes_one_named_after_it(paths: Paths) -> None:
    (coming,) = bring(paths, note("a"), note("b"))
    assert (coming.deck, coming.path) == ("my-notes", str(own(paths, "my-notes")))
    assert own(paths, "my-notes").read_text() == (
        "schema: 1\ndeck: my-notes\ntitle: my notes\ncards:\n"
        "  - id: a\n    kind: flashcard\n    prompt: a?\n    answer: a!\n\n"
        "  - id: b\n    kind: flashcard\n    prompt: b?\n    answer: b!\n"
    )


def test_the_same_again_writes_nothing(paths: Paths) -> None:
    bring(paths, note("a"))
    before = own(paths, "my-notes").stat()
    (coming,) = bring(paths, note("a"))
    assert coming.counts == (0, 0, 1, 0, 0)
    assert own(paths, "my-notes").stat() == before


def test_sub_decks_become_topics(paths: Paths) -> None:
    notes = [note("a", "Python"), note("b", "Python", "GIL"), note("c", "Python", "GC", "Cycles")]
    (coming,) = bring(paths, *notes)
    assert coming.deck == "python"
    found = read_deck(coming.path).deck
    assert found is not None
    assert found.title == "Python"
    assert found.topics == {"gil": "GIL", "gc-cycles": "GC::Cycles"}
    assert [card.topic for card in found.cards] == ["", "gil", "gc-cycles"]


def test_several_decks_become_several_or_topics_of_the_one_that_is_named(paths: Paths) -> None:
    notes = [note("a", "Python"), note("b", "Go", "Channels")]
    assert [arrival.deck for arrival in bring(paths, *notes)] == ["python", "go"]
    (coming,) = bring(paths, *notes, deck="both")
    found = read_deck(coming.path).deck
    assert found is not None
    assert [*found.topics.values()] == ["Python", "Go::Channels"]


def test_decks_whose_names_an_id_can_t_tell_apart_stay_apart(paths: Paths) -> None:
    names = ["日本語", "中文", "C", "C++", "C#", "..", "🧠 Café"]
    notes = [note(f"n{place}", name) for place, name in enumerate(names)]
    came = bring(paths, *notes)
    assert len({arrival.deck for arrival in came}) == len(names)
    assert [came[2].deck, came[6].deck] == ["c", "cafe"]
    assert {arrival.counts for arrival in bring(paths, *notes)} == {(0, 0, 1, 0, 0)}


def test_a_deck_that_is_there_is_known_by_its_title(paths: Paths) -> None:
    own(paths, "mine").parent.mkdir(parents=True)
    own(paths, "mine").write_text(deck(*flashcards("a"), name="mine", title="My deck"))
    assert [arrival.deck for arrival in bring(paths, note("b", "My Deck"))] == ["mine"]


def test_notes_stay_in_their_deck_when_it_is_renamed_at_the_source(paths: Paths) -> None:
    bring(paths, note("a", "Python"), note("b", "Python"), has_guids=True)
    renamed = [note("a", "Python 3"), note("b", "Python 3"), note("c", "Python 3")]
    (coming,) = bring(paths, *renamed, has_guids=True)
    assert (coming.deck, coming.counts) == ("python", (1, 0, 2, 0, 0))


def test_a_note_that_was_moved_at_the_source_is_not_doubled(paths: Paths) -> None:
    bring(paths, note("a", "Python"), note("b", "Python"), has_guids=True)
    moved = [note("a", "Python"), note("b", "Go"), note("c", "Go"), note("d", "Go")]
    first, second = bring(paths, *moved, has_guids=True)
    assert (first.deck, first.counts) == ("python", (0, 0, 2, 0, 0))
    assert (second.deck, second.counts) == ("go", (2, 0, 0, 0, 0))


def test_notes_that_are_only_numbered_are_others_in_another_deck(paths: Paths) -> None:
    bring(paths, note("1", "Python"))
    (coming,) = bring(paths, note("1", "Go"))
    assert (coming.deck, coming.counts.new) == ("go", 1)


def test_what_comes_from_trainer_goes_where_it_came_from(paths: Paths) -> None:
    (coming,) = bring(paths, note(ref="theirs/a", prompt="a?", answer="New."))
    assert coming.counts == (0, 0, 0, 0, 0)  # nothing says that it is not the older one
    assert [conflict.field for conflict in coming.conflicts] == ["answer"]


def test_a_bundled_deck_is_copied_before_it_changes(paths: Paths) -> None:
    before = Path(paths.bundled, "theirs.yaml").read_bytes()
    (coming,) = bring(paths, note("b"), deck="theirs")
    assert coming.path == str(own(paths, "theirs"))
    assert Path(paths.bundled, "theirs.yaml").read_bytes() == before
    assert [*library(paths).cards] == ["theirs/a", "theirs/b"]


def test_a_deck_is_changed_where_it_lies(paths: Paths, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "x.yaml").write_text(deck(*flashcards("a"), name="x"))
    source = Source([note("b")], [], [])
    (coming,) = arrivals(source, "in.csv", library(paths, str(folder)), paths, "x", heed)
    coming.write(paths.decks)
    assert coming.path == str(folder / "x.yaml")
    assert [*library(paths, str(folder)).cards] == ["theirs/a", "x/a", "x/b"]


def test_edits_survive_and_the_source_is_followed(paths: Paths) -> None:
    bring(paths, note("a"), note("b"))
    path = own(paths, "my-notes")
    path.write_text(path.read_text().replace("a!", "mine  # a comment").replace("b?", "B?"))
    (coming,) = bring(paths, note("a", prompt="A?"), note("b", prompt="Bb?"), note("c"))
    assert coming.counts == (1, 1, 0, 0, 0)
    (conflict,) = coming.conflicts
    assert (conflict.card, conflict.here, conflict.there) == ("b", "B?", "Bb?")
    text = path.read_text()
    assert "answer: mine  # a comment" in text
    assert "prompt: A?" in text
    assert "prompt: B?" in text


def test_without_what_was_agreed_on_nothing_is_overwritten(paths: Paths) -> None:
    bring(paths, note("a"))
    (record,) = Path(paths.decks, ".exchanged").iterdir()
    for broken in ("", "{", "[]", '{"cards": {"a": [1]}}', '{"cards": {"a": {"prompt": 7}}}'):
        record.write_text(broken)
        (coming,) = bring(paths, note("a", answer="New."))
        assert [conflict.here for conflict in coming.conflicts] == ["a!"]


@pytest.mark.parametrize("text", ["no deck", "schema: 1\ndeck: my-notes\ncards: [{id: x}]\n"])
def test_a_file_in_the_way_is_left_alone(paths: Paths, text: str) -> None:
    own(paths, "my-notes").parent.mkdir(parents=True)
    own(paths, "my-notes").write_text(text)
    with pytest.raises(TrainerError, match="stands where the deck would be written"):
        bring(paths, note("a"))
    assert own(paths, "my-notes").read_text() == text


def test_a_deck_that_changes_meanwhile_is_left_alone(paths: Paths) -> None:
    bring(paths, note("a"))
    (coming,) = arrivals(
        Source([note("b")], [], []), "my notes.csv", library(paths), paths, "", heed
    )
    own(paths, "my-notes").write_text(deck(*flashcards("z"), name="my-notes"))
    with pytest.raises(TrainerError, match="changed meanwhile"):
        coming.write(paths.decks)
    assert [*library(paths).cards] == ["theirs/a", "my-notes/z"]


def test_a_deck_too_large_is_refused_before_anything_is_written(paths: Paths) -> None:
    notes = [note(f"n{place}", answer="x" * 900_000) for place in range(19)]
    with pytest.raises(TrainerError, match="larger than the 16 MiB"):
        bring(paths, *notes)
    assert not Path(paths.decks).exists()


def test_a_deck_taken_away_comes_back_whole(paths: Paths) -> None:
    bring(paths, note("a"))
    own(paths, "my-notes").unlink()
    (coming,) = bring(paths, note("a"))
    assert coming.counts.new == 1


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (note("abc-1"), "abc-1"),
        (note("x", ref="d/card.2"), "card.2"),
        (note("a/b"), "note-8f1d19cf4f86"),
        (note("G5k0#xJ*;d"), "note-48bf3926b179"),
    ],
)
def test_the_same_note_has_the_same_id_for_ever(given: Note, wanted: str) -> None:
    assert card_id(given) == wanted


def test_what_is_skipped_says_where(paths: Paths) -> None:
    (coming,) = bring(paths, note("a"), note("a"), note("b", prompt=""))
    assert coming.skipped == [
        Skipped("in.csv:a", "it is the same note as the one at in.csv:a"),
        Skipped("in.csv:b", "a flashcard card needs `prompt`"),
    ]


def test_what_goes_on_is_told_while_cards_are_compared_and_changed(paths: Paths) -> None:
    told: list[int] = []
    for answer, expected in (("a", [500, 1000]), ("b", [500, 1000, 500, 1000])):
        notes = [note(str(number), answer=answer) for number in range(1000)]
        source = Source(notes, [], [])
        told.clear()
        (coming,) = arrivals(source, "in.csv", library(paths), paths, "", told.append)
        coming.write(paths.decks)
        assert told == expected


def test_a_deck_that_is_written_is_told_where_the_record_is_not(paths: Paths) -> None:
    own(paths, "x").parent.mkdir(parents=True)
    Path(paths.decks, ".exchanged").write_text("in the way")
    with pytest.raises(TrainerError, match="the deck my-notes is written, what was agreed on"):
        bring(paths, note("a"))
    assert [*library(paths).cards] == ["theirs/a", "my-notes/a"]
