"""Reading Anki's packages."""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
import zstandard
from packages import Anki, package, read_from

from trainer.errors import TrainerError
from trainer.exchange.apkg import read
from trainer.exchange.note import Answer, Skipped


@pytest.fixture
def anki(tmp_path: Path) -> Anki:
    return Anki(tmp_path)


def refused(path: str, most: int = 1 << 29) -> str:
    """Return what the refusal of a package says."""
    with pytest.raises(TrainerError) as caught:
        read(path, "question", lambda _: None, most)
    assert caught.value.place == path
    assert caught.value.mend
    return caught.value.message


def test_a_note_comes_as_it_is_shown(anki: Anki, tmp_path: Path) -> None:
    anki.basic("What is <b>RAG</b>?", "Retrieval &amp; more<br>x", tags=" a::b  c ")
    (note,) = read_from(tmp_path, anki).notes
    assert note.fields == {
        "kind": "question",
        "prompt": "What is RAG?",
        "answer": "Retrieval & more\nx",
        "tags": ["a::b", "c"],
    }
    assert (note.guid, note.ref, note.deck) == ("g1", "", ("Jobs", "RAG"))
    assert note.place.endswith("cards.apkg nid:1")


def test_each_template_makes_a_card_with_a_guid_of_its_own(tmp_path: Path) -> None:
    templates = [
        {"ord": 0, "qfmt": "{{Front}}", "afmt": "{{Front}}<hr id=answer>{{Back}}"},
        {
            "ord": 1,
            "qfmt": "{{#Back}}{{text:Back}}?{{/Back}}{{^Front}}no{{/Front}} {{hint:Front}}"
            "{{type:Front}} {{Tags}}",
            "afmt": "{{FrontSide}}<hr id='answer'>{{Front}}",
        },
    ]
    anki = Anki(tmp_path, tmpls=templates)
    anki.basic("f", "b")
    anki.card(1, 1)
    first, second = read_from(tmp_path, anki).notes
    assert (first.guid, first.fields["prompt"], first.fields["answer"]) == ("g1", "f", "b")
    assert second.guid == "g1 2"
    assert second.fields["prompt"] == "b?"
    assert (second.fields["answer"], second.fields["hint"]) == ("f", "f")


def test_gaps_become_cloze_cards(anki: Anki, tmp_path: Path) -> None:
    note = anki.note("{{c1::RAG::what?}} is {{c2::fresh}}", "More.", kind=2)
    for number in (0, 1, 7):
        anki.card(note, number)
    first, second = read_from(tmp_path, anki).notes
    assert first.fields == {
        "kind": "cloze",
        "text": "{{RAG}} is fresh",
        "answer": "More.",
        "hint": "what?",
        "tags": [],
    }
    assert (second.guid, second.fields["text"]) == ("g1 2", "RAG is {{fresh}}")


def test_what_was_answered_comes_along(anki: Anki, tmp_path: Path) -> None:
    anki.note("a", "b")
    card = anki.card(queue=-1, flags=8 + 3)
    anki.answer(card, 1_700_000_000_002, 3)
    anki.answer(card, 1_700_000_000_001, 1, kind=0)
    anki.answer(card, 1_700_000_000_003, 0, kind=4)  # by hand
    anki.answer(card, 1_700_000_000_004, 3, kind=5)  # rescheduled
    anki.answer(card, 1_700_000_000_005, 3, kind=3, factor=0)  # crammed
    anki.answer(card, 1_700_000_000_006, 7)
    anki.answer(card, -5, 3)
    (note,) = read_from(tmp_path, anki).notes
    assert note.answers == (
        Answer(1_700_000_000_001, 1, 4_000),
        Answer(1_700_000_000_002, 3, 4_000),
    )
    assert (note.suspended, note.flag) == (True, 3)


@pytest.mark.parametrize(("version", "ratings"), [(1, [1, 3, 4, 2]), (2, [1, 2, 3, 2])])
def test_steps_of_the_old_scheduler_had_three_answers(
    anki: Anki, tmp_path: Path, version: int, ratings: list[int]
) -> None:
    anki.db.execute("UPDATE col SET conf = ?", (f'{{"schedVer": {version}}}',))
    anki.note("a", "b")
    card = anki.card()
    for at, ease, kind in [(1, 1, 0), (2, 2, 0), (3, 3, 2), (4, 2, 1)]:
        anki.answer(card, at, ease, kind)
    (note,) = read_from(tmp_path, anki).notes
    assert [answer.rating for answer in note.answers] == ratings


@pytest.mark.parametrize(
    ("told", "offset"), [("-540", 540), ("480", -480), ("null", 0), ("99999", 0), ('"x"', 0)]
)
def test_where_the_collection_was_begun(anki: Anki, tmp_path: Path, told: str, offset: int) -> None:
    anki.db.execute("UPDATE col SET conf = ?", (f'{{"creationOffset": {told}}}',))
    anki.basic("a")
    (note,) = read_from(tmp_path, anki).notes
    assert note.offset == offset


def test_media_are_left_out_and_said(anki: Anki, tmp_path: Path) -> None:
    anki.basic("a<img src=x.png>[sound:y.mp3]")
    anki.basic("<img src=x.png>", name=2, guid="g2")
    source = read_from(tmp_path, anki)
    assert source.left_out == ["2 pictures or sounds were left out: a card here is text"]
    assert [each.reason for each in source.skipped] == ["the front of a card shows no text"]


def test_what_can_t_be_taken_is_told_and_the_others_are_taken(anki: Anki, tmp_path: Path) -> None:
    anki.basic("good", name=1)
    anki.note("no cards", "b", name=2)
    anki.basic("long" * 300_000, name=3)
    anki.basic("no type", name=4, kind=9)
    anki.basic("no back", "<img src=x>", name=5)
    anki.card(anki.note("image-occlusion:rect", "b", name=6, kind=2))
    anki.card(anki.note("no gap", "b", name=7, kind=2))
    anki.card(anki.note("second", "b", name=8), 1)
    anki.card(anki.note("x" * 5_000_000, "b", name=9))
    source = read_from(tmp_path, anki)
    assert [note.fields["prompt"] for note in source.notes] == ["good"]
    assert [(each.place[-5:], each.reason) for each in source.skipped] == [
        ("nid:2", "it has no cards"),
        ("nid:3", "a field of it is longer than 1,000,000 characters"),
        ("nid:4", "its note type is not in the package"),
        ("nid:5", "the back of a card shows no text"),
        ("nid:6", "it hides parts of a picture"),
        ("nid:7", "no gap of it holds text"),
        ("nid:8", "its note type lacks the template of a card"),
        ("nid:9", "a field of it is longer than 1,000,000 characters"),
    ]


def test_a_template_that_shows_a_field_a_thousand_times_fills_no_memory(tmp_path: Path) -> None:
    front = "{{Front}}" * 10_000
    anki = Anki(tmp_path, tmpls=[{"ord": 0, "qfmt": front, "afmt": "{{Back}}"}])
    anki.basic("x" * 1_000_000)
    (skipped,) = read_from(tmp_path, anki).skipped
    assert skipped.reason == "its card is longer than 1,000,000 characters"


def test_two_notes_of_one_guid_are_both_given(anki: Anki, tmp_path: Path) -> None:
    anki.basic("a")
    anki.basic("b", name=2)
    assert [note.guid for note in read_from(tmp_path, anki).notes] == ["g1", "g1"]


def test_escapes_and_markup_are_made_harmless(anki: Anki, tmp_path: Path) -> None:
    anki.basic(
        "\x1b]0;x\x07a&#27;[2J\u202e [@click=app.quit]q[/]<script>alert(1)</script>",
        guid="g\x1b[2J",
        tags="t\x1b[1m",
    )
    (note,) = read_from(tmp_path, anki).notes
    assert note.fields["prompt"] == "\ufffd]0;x\ufffda[2J\ufffd [@click=app.quit]q[/]"
    assert (note.guid, note.fields["tags"]) == ("g\ufffd[2J", ["t\ufffd[1m"])


def test_bytes_that_are_no_text_are_read_as_far_as_they_go(anki: Anki, tmp_path: Path) -> None:
    anki.basic("a")
    anki.db.execute("UPDATE notes SET flds = CAST(x'61ff1f62' AS TEXT), guid = x'ff', tags = 7")
    (note,) = read_from(tmp_path, anki).notes
    assert note.fields["prompt"] == "a\ufffd"


# What nobody should open


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("../../evil", "leads out of it"),
        ("/etc/passwd", "leads out of it"),
        ("C:\\x", "leads out of it"),
        ("a\\..\\b", "leads out of it"),
        ("a/../b\nc", "leads out of it"),
    ],
)
def test_names_that_lead_elsewhere(anki: Anki, tmp_path: Path, name: str, wrong: str) -> None:
    path = package(tmp_path, {"collection.anki2": anki.data(), name: b"x"})
    shown = name.replace("\n", " ")
    assert refused(path) == f"`{shown}` in this package {wrong}; nothing was read"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_collection_that_is_there_twice(anki: Anki, tmp_path: Path) -> None:
    path = package(tmp_path, {"collection.anki2": anki.data()})
    with ZipFile(path, "a") as archive:
        archive.writestr("collection.anki2", b"other")
    assert "is there twice" in refused(path)


def test_an_encrypted_package(anki: Anki, tmp_path: Path) -> None:
    path = Path(package(tmp_path, {"collection.anki2": anki.data()}))
    data = path.read_bytes()
    head = data.rindex(b"PK\1\2") + 8
    path.write_bytes(data[:head] + bytes([data[head] | 1]) + data[head + 1 :])
    assert "`collection.anki2` in this package is encrypted" in refused(str(path))


def test_a_packing_that_anki_does_not_use(anki: Anki, tmp_path: Path) -> None:
    path = str(tmp_path / "x.apkg")
    with ZipFile(path, "w", ZIP_BZIP2) as archive:
        archive.writestr("collection.anki2", anki.data())
    assert "packed in a way that Anki doesn't use" in refused(path)


@pytest.mark.parametrize("newest", [False, True])
def test_a_bomb_is_stopped_while_it_unpacks(tmp_path: Path, newest: bool) -> None:
    bomb = bytes(8 << 20)
    name = "collection.anki2"
    if newest:
        name, bomb = "collection.anki21b", zstandard.compress(bomb)
    path = str(tmp_path / "x.apkg")
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, bomb)
    assert refused(path, 1 << 20) == "the collection in this package is larger than 1 MiB"


def test_a_size_that_is_not_true_is_no_help(tmp_path: Path) -> None:
    path = tmp_path / "x.apkg"
    size = 8 << 20
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", bytes(size))
    told = path.read_bytes().replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    path.write_bytes(told)
    refused(str(path), 1 << 20)


@pytest.mark.parametrize("tenth", range(10))
@pytest.mark.parametrize("newest", [False, True])
def test_a_package_cut_short(anki: Anki, tmp_path: Path, tenth: int, newest: bool) -> None:
    anki.basic("a")
    data = anki.data()
    members = {"collection.anki21b": zstandard.compress(data)} if newest else {}
    path = Path(package(tmp_path, {"collection.anki2": data, **members}))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * tenth // 10])
    assert refused(str(path)) == "this is not a whole Anki package"


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_collection_cut_short(anki: Anki, tmp_path: Path, tenth: int) -> None:
    for number in range(200):
        anki.basic("a" * 200, name=number, guid=str(number))
    data = anki.data()
    cut = data[: len(data) * tenth // 10]
    path = package(tmp_path, {"collection.anki21b": zstandard.compress(cut)})
    assert refused(path) == "the collection in this package is damaged, or not one of Anki's"


def test_a_zstd_frame_that_is_none(tmp_path: Path) -> None:
    path = package(tmp_path, {"collection.anki21b": b"(\xb5/\xfd" + b"x" * 100})
    assert refused(path) == "this is not a whole Anki package"


def test_a_wrong_checksum(anki: Anki, tmp_path: Path) -> None:
    data = anki.data()
    path = Path(package(tmp_path, {"collection.anki2": data}))
    sum_ = zlib.crc32(data).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(sum_, b"\1\2\3\4"))
    assert refused(str(path)) == "this is not a whole Anki package"


def _views(anki: Anki) -> None:
    anki.db.executescript(
        "ALTER TABLE notes RENAME TO n; CREATE VIEW notes AS SELECT * FROM n, n AS m;"
    )


def _worked_out(anki: Anki) -> None:
    anki.db.executescript(
        "DROP TABLE notes; CREATE TABLE notes (id integer primary key, guid text, mid integer, "
        "tags text, flds text AS (hex(zeroblob(100000000))));"
    )


def _of_strings(anki: Anki) -> None:
    anki.db.execute("UPDATE col SET models = ?", ('{"1": []}',))


def _nested(anki: Anki) -> None:
    anki.db.execute("UPDATE col SET models = ?", ("[" * 100_000,))


def _other_json(anki: Anki) -> None:
    anki.db.execute("UPDATE col SET models = '[]'")


def _nothing(anki: Anki) -> None:
    anki.db.execute("DELETE FROM col")


def _no_cards(anki: Anki) -> None:
    anki.db.execute("DROP TABLE cards")


def _old(anki: Anki) -> None:
    anki.db.execute("UPDATE col SET ver = 3")


def _tables_missing(anki: Anki) -> None:
    anki.db.execute("UPDATE col SET ver = 18")


@pytest.mark.parametrize(
    "spoil",
    [
        _views,
        _worked_out,
        _of_strings,
        _other_json,
        _nested,
        _nothing,
        _no_cards,
        _old,
        _tables_missing,
    ],
)  # fmt: skip
def test_a_database_that_is_no_collection(
    anki: Anki, tmp_path: Path, spoil: Callable[[Anki], Any]
) -> None:
    spoil(anki)
    path = package(tmp_path, {"collection.anki2": anki.data()})
    assert refused(path) == "the collection in this package is damaged, or not one of Anki's"


@pytest.mark.parametrize("limit", ["anki_collection.MAX_CARDS", "apkg.MAX_TOLD"])
def test_more_than_the_memory_would_hold(
    anki: Anki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    for number in range(3):
        anki.basic("a", name=number)
    monkeypatch.setattr(f"trainer.exchange.{limit}", 2)
    path = package(tmp_path, {"collection.anki2": anki.data()})
    assert refused(path) == "this package holds more than can be taken at once"


@pytest.mark.parametrize(
    "config",
    [
        b"\x08\x80\x80\x80\x80\x80\x80\x80\x80\x10\x12\x01a",  # a number for a text
        b"\x0a\xff\xff\xff\xff\x0f",  # longer than it is
        b"\x0b",
        b"\x80" * 20,
    ],
)
def test_a_template_that_is_no_message(anki: Anki, tmp_path: Path, config: bytes) -> None:
    anki.db.executescript(
        "UPDATE col SET ver = 18; CREATE TABLE notetypes (id, name, config); "
        "CREATE TABLE fields (ntid, ord, name); CREATE TABLE templates (ntid, ord, config); "
        "CREATE TABLE decks (id, name); CREATE TABLE config (key, val); "
        "INSERT INTO notetypes VALUES (1, 'Basic', x''); "
        f"INSERT INTO templates VALUES (1, 0, x'{config.hex()}');"
    )
    path = package(tmp_path, {"collection.anki2": anki.data()})
    assert refused(path) == "the collection in this package is damaged, or not one of Anki's"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = package(tmp_path, {"collection.anki2": b"no database at all"})
    assert "is damaged" in refused(path)


def test_a_newer_schema(anki: Anki, tmp_path: Path) -> None:
    anki.db.execute("UPDATE col SET ver = 19")
    path = package(tmp_path, {"collection.anki2": anki.data()})
    assert refused(path) == (
        "this package's collection has Anki's schema 19, and 18 is the newest that is known here"
    )


def test_a_newer_form_of_package(anki: Anki, tmp_path: Path) -> None:
    path = package(tmp_path, {"meta": b"\x08\x04", "collection.anki2": anki.data()})
    assert refused(path) == "this package is of a newer form than is known here"


def test_the_collection_that_asks_for_an_update_is_not_taken_for_the_cards(
    anki: Anki, tmp_path: Path
) -> None:
    anki.basic("Please update to the latest Anki version.")
    path = package(tmp_path, {"meta": b"\x08\x03", "collection.anki2": anki.data()})
    assert refused(path) == "there is no collection of cards in this package"


def test_a_package_without_a_collection(tmp_path: Path) -> None:
    path = package(tmp_path, {"media": b"{}"})
    assert refused(path) == "there is no collection of cards in this package"


def test_no_package_at_all(tmp_path: Path) -> None:
    (tmp_path / "x.apkg").write_bytes(b"PK\5\6 and so on")
    assert refused(str(tmp_path / "x.apkg")) == "this is not a whole Anki package"
    assert "can't be unpacked" in refused(str(tmp_path / "none.apkg"))


def test_the_newest_form_needs_one_more_package(
    anki: Anki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    path = package(tmp_path, {"collection.anki21b": b"", "collection.anki2": anki.data()})
    with pytest.raises(TrainerError, match=re.escape("pip install 'interview-trainer[anki]'")):
        read(path, "question", lambda _: None)


def test_skipped_notes_are_told_with_their_place(anki: Anki, tmp_path: Path) -> None:
    anki.basic("")
    path = str(tmp_path / "cards.apkg")
    assert read_from(tmp_path, anki).skipped == [
        Skipped(f"{path} nid:1", "the front of a card shows no text")
    ]
