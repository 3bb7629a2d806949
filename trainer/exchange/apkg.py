"""Reading Anki's packages (.apkg, .colpkg): their notes, and how these were answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from trainer.exchange.anki_collection import Collection, NoteKind, opened, too_much
from trainer.exchange.anki_notes import NOTE_TYPES, NoteType, note_of
from trainer.exchange.anki_template import Template
from trainer.exchange.cloze import from_anki
from trainer.exchange.html import media_in, media_left_out
from trainer.exchange.limits import MAX_COLLECTION, MAX_FIELD, MAX_NOTES, MAX_TOLD
from trainer.exchange.note import HEED_EACH, Answer, Fields, Heed, Note, Skipped, Source
from trainer.exchange.package import unpacked
from trainer.text import clean

# What a revlog row is of: learning steps, and what was no answer at all.
_STEPS: Final = (0, 2)
_CRAMMED, _MANUAL, _RESCHEDULED = 3, 4, 5
_DAY_MS: Final = 86_400_000
# The year 3000, in milliseconds.
_LAST_INSTANT: Final = 32_503_680_000_000


class _Card(NamedTuple):
    """A row of Anki's cards: its number among its note's (from 0), deck, and marks."""

    id: int
    number: int
    deck: int
    suspended: bool
    flag: int


def read(path: str, kind: str, heed: Heed, most: int = MAX_COLLECTION) -> Source:
    """Return the notes of a package, a note for each card in Anki.

    At most `most` bytes are unpacked. Raises TrainerError where the package can't be read.
    """
    place = clean(path)
    with unpacked(path, most) as (file, form), opened(file, place) as collection:
        old_steps = collection.old_steps and form == "collection.anki2"
        reader = _Reader(collection, place, kind, old_steps)
        return reader.read(heed)


class _Reader:
    """Makes notes of a collection's rows."""

    def __init__(self, collection: Collection, place: str, kind: str, old_steps: bool) -> None:
        self._collection = collection
        self._place = place
        self._kind = kind
        self._templates: dict[tuple[int, int], tuple[Template, Template]] = {}
        self._answers = _answers(collection, old_steps)
        self._cards = _cards(collection)
        self._notes: list[Note] = []
        self._skipped: list[Skipped] = []
        self._media = 0
        self._told = 0  # characters

    def read(self, heed: Heed) -> Source:
        """Return all that the collection holds."""
        rows = self._collection.db.execute(
            "SELECT CAST(id AS INTEGER), CAST(guid AS TEXT), CAST(mid AS INTEGER), "
            "CAST(tags AS TEXT), CASE WHEN length(flds) <= ? THEN CAST(flds AS TEXT) END "
            "FROM notes ORDER BY id",
            (4 * MAX_FIELD,),
        )
        for number, (name, guid, kind, tags, fields) in enumerate(rows):
            if number % HEED_EACH == 0:
                heed(number)
            place = f"{self._place} nid:{name}"
            if len(self._notes) >= MAX_NOTES:
                self._skipped.append(
                    Skipped(place, f"a file's first {MAX_NOTES:,} notes are taken")
                )
                break
            try:
                self._add(place, name, clean(guid), kind, clean(tags).split(), fields)
            except ValueError as error:
                self._skipped.append(Skipped(place, str(error)))
        return Source(self._notes, self._skipped, media_left_out(self._media), has_guids=True)

    def _add(
        self, place: str, name: int, guid: str, kind: int, tags: list[str], fields: str | None
    ) -> None:
        """Add the cards of a note. Raises ValueError, with the reason, where it has none."""
        values = fields.split("\x1f") if fields is not None else []
        if fields is None or any(len(value) > MAX_FIELD for value in values):
            raise ValueError(f"a field of it is longer than {MAX_FIELD:,} characters")
        note_kind = self._collection.kinds.get(kind)
        if note_kind is None:
            raise ValueError("its note type is not in the package")
        told = dict(zip(note_kind.fields, values, strict=False))
        cards = self._cards.get(name, [])
        if not cards:
            raise ValueError("it has no cards")
        before = len(self._notes)
        ours = _our_type(note_kind)
        if ours is not None:
            note = self._note(place, guid, cards[0], {})
            self._take(note_of(ours, told, tags, self._kind, note))
        else:
            make = self._clozes if note_kind.cloze else self._sides
            for card, shown in make(place, kind, note_kind, told, cards):
                self._take(self._note(place, guid, card, {**shown, "tags": tags}))
        if len(self._notes) > before:
            self._media += sum(map(media_in, values))

    def _note(self, place: str, guid: str, card: _Card, fields: Fields) -> Note:
        return Note(
            place=place,
            fields=fields,
            guid=f"{guid} {card.number + 1}" if card.number else guid,
            deck=self._collection.decks.get(card.deck, ()),
            answers=tuple(self._answers.get(card.id, ())),
            offset=self._collection.offset,
            suspended=card.suspended,
            flag=card.flag,
        )

    def _take(self, note: Note) -> None:
        self._told += sum(len(each) for each in note.fields.values() if isinstance(each, str))
        if self._told > MAX_TOLD:
            raise too_much(self._place)
        self._notes.append(note)

    def _sides(
        self, place: str, kind: int, note_kind: NoteKind, told: dict[str, str], cards: list[_Card]
    ) -> Iterator[tuple[_Card, Fields]]:
        """Yield the cards of a note with a front and a back."""
        for card in cards:
            front, back = self._template(kind, note_kind, card.number)
            asked = front.side(told, 0, MAX_FIELD)
            answer = back.side(told, 0, MAX_FIELD, is_back=True).text
            answer = answer.removeprefix(asked.text).strip() or answer
            missing = "" if asked.text and answer else "back" if asked.text else "front"
            if missing:
                self._skipped.append(Skipped(place, f"the {missing} of a card shows no text"))
                continue
            fields: Fields = {"kind": self._kind, "prompt": asked.text, "answer": answer}
            yield card, {**fields, "hint": asked.hint} if asked.hint else fields

    def _clozes(
        self, place: str, kind: int, note_kind: NoteKind, told: dict[str, str], cards: list[_Card]
    ) -> Iterator[tuple[_Card, Fields]]:
        """Yield the cards of a note with gaps."""
        front, back = self._template(kind, note_kind, 0)
        gapped = told.get(front.cloze or next(iter(told), ""), "")
        if "image-occlusion:" in gapped:
            raise ValueError("it hides parts of a picture")
        by_number = {number: (text, hint) for number, text, hint in from_anki(gapped)}
        if not by_number:
            raise ValueError("no gap of it holds text")
        for card in cards:
            number = card.number + 1
            if number not in by_number:
                self._skipped.append(Skipped(place, f"gap {number} of it holds no text"))
                continue
            text, hint = by_number[number]
            asked = front.side(told, number, MAX_FIELD)
            answer = back.side(told, number, MAX_FIELD, is_back=True).text
            answer = answer.removeprefix(asked.text).strip()
            fields = {
                "prompt": asked.text,
                "answer": answer,
                "hint": " / ".join(filter(None, (hint, asked.hint))),
            }
            shown = {name: value for name, value in fields.items() if value}
            yield card, {"kind": "cloze", "text": text, **shown}

    def _template(self, kind: int, note_kind: NoteKind, number: int) -> tuple[Template, Template]:
        if (kind, number) not in self._templates:
            if number not in note_kind.templates:
                raise ValueError("its note type lacks the template of a card")
            front, back = map(Template, note_kind.templates[number])
            self._templates[kind, number] = front, back
        return self._templates[kind, number]


def _our_type(kind: NoteKind) -> NoteType | None:
    """Return which of our note types one is; Anki puts something behind the name of a second."""
    ours = NOTE_TYPES["Trainer cloze" if kind.cloze else "Trainer"]
    is_ours = kind.name.startswith(ours.name) and {ours.fields[0], "Rest"} <= {*kind.fields}
    return ours if is_ours else None


def _cards(collection: Collection) -> dict[int, list[_Card]]:
    """Return each note's cards, in the order of their numbers."""
    found: dict[int, list[_Card]] = {}
    rows = collection.db.execute(
        "SELECT CAST(nid AS INTEGER), CAST(id AS INTEGER), CAST(ord AS INTEGER), "
        "CAST(iif(odid, odid, did) AS INTEGER), queue = -1, CAST(flags AS INTEGER) & 7 FROM cards"
    )
    for note, card, number, deck, suspended, flag in rows:
        if 0 <= number < MAX_NOTES:
            there = found.setdefault(note, [])
            there.append(_Card(card, number, deck, bool(suspended), flag))
    for cards in found.values():
        cards.sort(key=lambda card: card.number)
    return found


def _answers(collection: Collection, old_steps: bool) -> dict[int, list[Answer]]:
    """Return each card's answers, oldest first.

    What was rescheduled by hand or crammed without effect is none.
    """
    found: dict[int, list[Answer]] = {}
    rows = collection.db.execute(
        "SELECT CAST(cid AS INTEGER), CAST(id AS INTEGER), CAST(ease AS INTEGER), "
        "CAST(time AS INTEGER), CAST(type AS INTEGER) FROM revlog "
        f"WHERE type NOT IN ({_MANUAL}, {_RESCHEDULED}) AND NOT (type = {_CRAMMED} AND factor = 0) "
        "AND ease BETWEEN 1 AND 4 ORDER BY id"
    )
    for card, at, ease, elapsed, kind in rows:
        if not 0 < at < _LAST_INSTANT:
            continue
        if old_steps and kind in _STEPS and ease > 1:
            ease = min(4, ease + 1)  # again, good, easy were the three there were
        found.setdefault(card, []).append(Answer(at, ease, min(max(0, elapsed), _DAY_MS)))
    return found
