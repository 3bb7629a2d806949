"""Packages between Trainer and Anki's own code, both ways."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from card_texts import card_of
from msgspec.structs import replace

from trainer.decks.model import Card, Choice, Deck, Point
from trainer.exchange import apkg_write
from trainer.exchange.apkg import read
from trainer.exchange.history import events_of
from trainer.exchange.html import to_text
from trainer.exchange.note import Answer, Source
from trainer.progress.store import Store
from trainer.scheduling.days import Moment

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what it is built on
    pytest.importorskip("anki", exc_type=ImportError)
    from anki.collection import (
        Collection,
        ExportAnkiPackageOptions,
        ImportAnkiPackageOptions,
        ImportAnkiPackageRequest,
    )

# Anki's own code warns of what it will do otherwise some day.
pytestmark = pytest.mark.filterwarnings("ignore")

DECK = Deck(
    schema=1,
    deck="rag",
    title="RAG or not",
    topics={"cost": "Cost"},
    cards=(
        Card(
            id="why",
            topic="cost",
            tags=("vector db", "RAG"),
            prompt="Why <RAG>?\n  Say it.",
            hint="Think of lists.",
            answer="Fresh & cited.",
            points=(Point(id="fresh", say="It is fresh.", accept=("new",), weight=2),),
        ),
        Card(
            id="which",
            kind="choice",
            prompt="Which?",
            choices=(Choice("RAG", right=True), Choice("Tuning", why="No.")),
        ),
        Card(id="where", kind="cloze", text="In {{std::map|a map}} or {{weights}}.", answer="So."),
    ),
)


class Taken(NamedTuple):
    """How many notes a package brought."""

    new: int
    updated: int


class Anki:
    """Somebody's Anki."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.col = Collection(str(folder / "mine.anki2"))

    def take(self, *decks: Deck) -> Taken:
        """Import a package of decks, as a click in Anki does."""
        path = self.folder / "in.apkg"
        with path.open("wb") as out:
            apkg_write.write(decks, out, lambda _: None)
        options = ImportAnkiPackageOptions(with_scheduling=True)
        request = ImportAnkiPackageRequest(package_path=str(path), options=options)
        log = self.col.import_anki_package(request).log
        return Taken(len(log.new), len(log.updated))

    def give(self, *, legacy: bool) -> Source:
        """Export all, and return what is read of that."""
        path = str(self.folder / "out.apkg")
        options = ExportAnkiPackageOptions(
            with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy
        )
        self.col.export_anki_package(out_path=path, options=options, limit=None)
        return read(path, "question", lambda _: None)

    def add(self, kind: str, deck: str, *fields: str, tags: str = "") -> Any:
        note = self.col.new_note(self.col.models.by_name(kind))
        note.fields[: len(fields)] = fields
        note.tags = tags.split()
        self.col.add_note(note, self.col.decks.id(deck))
        return note

    def answer(self, deck: str, rating: int) -> None:
        """Answer the card that is next in a deck."""
        self.col.decks.select(self.col.decks.id(deck))
        card = self.col.sched.getCard()
        card.start_timer()
        self.col.sched.answerCard(card, rating)


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[Anki]:
    opened = Anki(tmp_path)
    yield opened
    opened.col.close()


def test_our_package_opens_with_all_that_is_in_it(anki: Anki) -> None:
    assert anki.take(DECK) == Taken(3, 0)
    by_guid = {note.guid: note for note in map(anki.col.get_note, anki.col.find_notes(""))}
    assert by_guid.keys() == {"rag/why", "rag/which", "rag/where"}
    why = by_guid["rag/why"]
    assert sorted(why.tags) == ["RAG", "vector_db"]
    assert why["Prompt"] == "Why &lt;RAG&gt;?<br>&nbsp;&nbsp;Say it."
    (card,) = why.cards()
    assert anki.col.decks.name(card.did) == "RAG or not::Cost"
    assert "Fresh &amp; cited." not in card.question()
    assert "Fresh &amp; cited." in card.answer()
    assert "<li>It is fresh.</li>" in card.answer()
    (cloze,) = by_guid["rag/where"].cards()
    assert to_text(cloze.question()) == "In [...] or [...]."
    assert "So." in cloze.answer()
    assert anki.col.fix_integrity()[1]


@pytest.mark.parametrize("legacy", [True, False])
def test_cards_come_back_whole_through_anki(anki: Anki, legacy: bool) -> None:
    anki.take(DECK)
    source = anki.give(legacy=legacy)
    assert not source.skipped
    # A topic is told by its title.
    back = {note.ref: replace(_card(note.ref, note.fields), topic="") for note in source.notes}
    assert back == {f"rag/{card.id}": replace(card, topic="") for card in DECK.cards}


def _card(ref: str, fields: dict[str, Any]) -> Card:
    return card_of(fields, ref.partition("/")[2])


def test_a_second_package_updates_and_does_not_double(
    anki: Anki, monkeypatch: pytest.MonkeyPatch
) -> None:
    anki.take(DECK)
    anki.answer("RAG or not::Cost", 3)
    mine = anki.col.models.by_name("Trainer")
    mine["css"] += ".mine {}"
    anki.col.models.update_dict(mine)
    first, *others = DECK.cards
    new = Card(id="new", prompt="New?", answer="Yes.")
    changed = replace(DECK, cards=(new, replace(first, answer="Otherwise."), *others))
    later = Moment(int(time.time() + 5) * 1000, 0)
    monkeypatch.setattr(apkg_write, "now", lambda: later)
    assert anki.take(changed).new == 1
    assert len(anki.col.find_notes("")) == 4
    assert len(anki.col.find_cards("")) == 4
    (note,) = map(anki.col.get_note, anki.col.find_notes("Otherwise"))
    assert note.guid == "rag/why"
    assert note.cards()[0].reps == 1
    assert ".mine" in anki.col.models.by_name("Trainer")["css"]
    assert {each["name"] for each in anki.col.models.all()} >= {"Trainer", "Trainer cloze"}
    assert not [each for each in anki.col.models.all() if each["name"].startswith("Trainer-")]


def test_an_edit_in_anki_comes_back(anki: Anki) -> None:
    anki.take(DECK)
    (note,) = map(anki.col.get_note, anki.col.find_notes("tag:vector_db"))
    note["Answer"] = "<div>Edited <b>there</b>.</div>"
    note.tags = [*note.tags, "mine"]
    anki.col.update_note(note)
    (back,) = [each for each in anki.give(legacy=False).notes if each.ref == "rag/why"]
    assert back.fields["answer"] == "Edited there."
    assert back.fields["tags"] == ["vector db", "RAG", "mine"]
    assert back.fields["points"][0]["accept"] == ["new"]


def test_a_note_of_our_type_that_was_made_in_anki_comes_as_a_card(anki: Anki) -> None:
    anki.take(DECK)
    made = anki.add("Trainer", "RAG or not", "New?", "Yes.", "<ul><li>It is.</li></ul>", tags="t")
    (back,) = [note for note in anki.give(legacy=False).notes if not note.ref]
    assert back.guid == made.guid
    back.fields["points"][0]["id"] = "p"  # which else is given where it becomes a card
    assert _card("/x", back.fields) == Card(
        id="x",
        prompt="New?",
        answer="Yes.",
        points=(Point(id="p", say="It is."),),
        tags=("t",),
    )


@pytest.mark.parametrize("legacy", [True, False])
def test_a_package_of_anki_s_comes_in_whole(anki: Anki, legacy: bool, tmp_path: Path) -> None:
    picture = anki.col.media.write_data("x.png", b"not really")
    html = f'<div>What is <b>RAG</b>?</div><img src="{picture}">'
    plain = anki.add("Basic", "Jobs::RAG::Deep", html, "Retrieval&nbsp;&amp; more", tags="a::b c")
    both = anki.add("Basic (and reversed card)", "Jobs", "front", "back")
    gaps = anki.add("Cloze", "Jobs::RAG", "{{c1::One::first?}} then {{c2::two}}", "Extra.")
    typed = anki.add("Basic (type in the answer)", "Jobs", "Spell it", "embedding")
    anki.col.sched.suspend_cards([gaps.cards()[1].id])
    anki.col.set_user_flag_for_cards(3, [both.cards()[0].id])

    source = anki.give(legacy=legacy)
    assert not source.skipped
    assert source.left_out
    by_guid = {note.guid: note for note in source.notes}
    assert len(by_guid) == len(source.notes) == 6
    note = by_guid[plain.guid]
    assert note.deck == ("Jobs", "RAG", "Deep")
    assert note.fields["prompt"] == "What is RAG?"
    assert note.fields["answer"] == "Retrieval & more"
    assert sorted(note.fields["tags"]) == ["a::b", "c"]
    turned = by_guid[f"{both.guid} 2"].fields
    assert (turned["prompt"], turned["answer"]) == ("back", "front")
    assert by_guid[both.guid].flag == 3
    first, second = by_guid[gaps.guid], by_guid[f"{gaps.guid} 2"]
    assert (first.fields["text"], first.fields["hint"]) == ("{{One}} then two", "first?")
    assert second.fields["text"] == "One then {{two}}"
    assert first.fields["answer"] == "Extra."
    assert (first.suspended, second.suspended) == (False, True)
    spelt = by_guid[typed.guid].fields
    assert (spelt["prompt"], spelt["answer"]) == ("Spell it", "embedding")


@pytest.mark.parametrize("legacy", [True, False])
def test_what_was_answered_in_anki_comes_along(anki: Anki, legacy: bool, store: Store) -> None:
    note = anki.add("Basic", "Jobs", "a", "b")
    anki.answer("Jobs", 1)
    anki.answer("Jobs", 3)
    anki.col.set_config("creationOffset", 480)  # Los Angeles
    anki.col.sched.set_due_date([note.cards()[0].id], "3")  # leaves an entry that is no answer
    assert anki.col.db.scalar("select count() from revlog") == 3
    rows = anki.col.db.all("select id, ease, time from revlog where ease > 0 order by id")
    # As if they had been given in May.
    may = 1_778_490_000_000
    for number, (entry, _, _) in enumerate(rows):
        anki.col.db.execute(
            "update revlog set id = ?, time = 4000 where id = ?", may + number, entry
        )
    (back,) = anki.give(legacy=legacy).notes
    assert back.guid == note.guid
    assert back.answers == (Answer(may, 1, 4_000), Answer(may + 1, 3, 4_000))
    assert back.offset == -480
    assert store.unite_events(events_of([("jobs/a", back)])).added == 2
