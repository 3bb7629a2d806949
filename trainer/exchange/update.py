"""What is to happen to a deck when notes come in: three sides are compared, field by field.

What the source says, what the deck says, and what both said last (`record`): a field that only the
source changed is updated, one that only the person changed is kept, and where both did it is a
conflict, which is listed and left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from msgspec import ValidationError, convert

from trainer.decks.model import Card, Deck
from trainer.decks.rules import cards_of, check_card
from trainer.exchange.note import Fields, Note, Skipped, card_id
from trainer.exchange.record import Record
from trainer.exchange.whole import SHOWN, blank, completed, digest, whole
from trainer.templates import id_from
from trainer.text import clean

_NONE: Final[Mapping[str, str]] = {}


class Conflict(NamedTuple):
    """A field that was changed on both sides since they agreed: what each says now."""

    card: str
    field: str
    here: Any
    there: Any
    place: str


class Update(NamedTuple):
    """What is to happen to a deck.

    `changed` are the new values by card id and field (empty ones say that the field goes); `kept`
    counts cards with edits of the person's that the source knows nothing of, `gone` those the
    person has taken out. `record` is what will have been agreed on, `taken` each note with its
    card's id.
    """

    new: list[Card]
    changed: dict[str, Fields]
    unchanged: int
    kept: int
    gone: int
    conflicts: list[Conflict]
    skipped: list[Skipped]
    topics: dict[str, str]
    record: Record
    taken: list[tuple[str, Note]]


def plan(
    notes: Iterable[Note], deck: Deck, record: Record, topics: Mapping[str, str] = _NONE
) -> Update:
    """Return what is to happen to a deck, which may be one without cards, when notes come in.

    `topics` are those the source has, by their ids.
    """
    return _Plan(deck, record, topics).of(notes)


class _Plan:
    def __init__(self, deck: Deck, record: Record, topics: Mapping[str, str]) -> None:
        self._deck = deck
        self._there = topics
        self._id_there = {title.casefold(): topic for topic, title in topics.items()}
        self._cards = {card.id: card for card in deck.cards}
        self._signals = {card.id for _, card in cards_of(deck)} - self._cards.keys()
        # A card that was renamed here is the one that its former names came in as.
        self._present = {
            former.removeprefix(f"{deck.deck}/"): card.id
            for card in deck.cards
            for former in card.formerly
        }
        self._topics = dict(deck.topics)
        self._by_title = {title.casefold(): topic for topic, title in deck.topics.items()}
        # Where some topics are declared all have to be.
        self._undeclared = not deck.topics and any(card.topic for card in deck.cards)
        self._places: dict[str, str] = {}
        self._blank = blank()
        agreed = {self._present.get(name, name): fields for name, fields in record.items()}
        self._update = Update([], {}, 0, 0, 0, [], [], {}, agreed, [])
        self._unchanged = self._kept = self._gone = 0

    def of(self, notes: Iterable[Note]) -> Update:
        for note in notes:
            reason = self._take(note)
            if reason:
                self._update.skipped.append(Skipped(note.place, reason))
        return self._update._replace(unchanged=self._unchanged, kept=self._kept, gone=self._gone)

    def _take(self, note: Note) -> str:
        """Plan what becomes of a note; return why nothing does."""
        name = card_id(note)
        name = self._present.get(name, name)
        if name in self._places:
            return f"it is the same note as the one at {self._places[name]}"
        if name in self._signals:
            return f"`{name}` is a signal of a framework here, and no card"
        here = self._cards.get(name)
        if here is None and name in self._update.record:
            self._places[name] = note.place
            self._gone += 1
            return ""
        told = self._told(note, here)
        if isinstance(told, str):
            return told
        changes, conflicts = told, list[Conflict]()
        known = self._blank if here is None else whole(here)
        if here is not None:
            changes, conflicts = self._compared(name, known, told, note)
        merged = {**known, **changes}
        card, wrong = self._checked(name, merged)
        if card is None:
            return wrong
        self._places[name] = note.place
        self._update.taken.append((name, note))
        self._update.conflicts.extend(conflicts)
        if note.agreed is None:
            self._agree(name, told, conflicts)
        if here is None:
            self._update.new.append(card)
        elif changes:
            self._update.changed[name] = changes
        elif not conflicts:
            edits = any(known[field] != there for field, there in told.items())
            self._kept += edits
            self._unchanged += not edits
        return ""

    def _told(self, note: Note, here: Card | None) -> Fields | str:
        """Return what a note says as a card has it, or why that can't be had."""
        fields = {name: _cleaned(value) for name, value in note.fields.items()}
        if here is not None and note.agreed is None:  # else the note knows all of the card
            known = whole(here)
            for name in SHOWN.keys() & fields.keys():
                fields[name] = completed(name, fields[name], known[name])
        for point in fields.get("points", ()):
            taken = {each.get("id") for each in fields["points"]}
            if "id" not in point:
                words = " ".join(str(point["say"]).split()[:4])
                point["id"] = id_from(words, taken, "point")
        if "topic" in fields:
            fields["topic"] = self._topic(fields["topic"])
        try:
            card = convert({**fields, "id": "x"}, Card, strict=False)
        except ValidationError as error:
            return f"its fields are none of a card ({clean(str(error))})"
        told = whole(card)
        return {name: told[name] for name in fields}

    def _topic(self, text: str) -> str:
        """Return the id of a topic that is meant by its id or title, a new one if need be."""
        title = " ".join(str(text).split())
        if not title or title in self._topics or self._undeclared:
            return title
        known = self._by_title.get(title.casefold())
        if known is None:
            there = title if title in self._there else self._id_there.get(title.casefold(), "")
            title = self._there.get(there, title)
            known = there if there and there not in self._topics else ""
            known = known or id_from(title, self._topics, "topic")
            self._topics[known] = self._update.topics[known] = title
            self._by_title[title.casefold()] = known
        return known

    def _compared(
        self, name: str, here: Fields, told: Fields, note: Note
    ) -> tuple[Fields, list[Conflict]]:
        """Return what is to change of a card that is here, and what can't be decided."""
        changes: Fields = {}
        conflicts: list[Conflict] = []
        sides = [each for each in (note.agreed, self._update.record.get(name)) if each is not None]
        for field, there in told.items():
            ours = here[field]
            if there == ours:
                continue
            # Of a card of which nothing is known, what says something overwrites nothing else.
            agreed = {side.get(field, "") for side in sides} if sides else {""}
            if self._digest(field, ours) in agreed:
                changes[field] = there
            elif self._digest(field, there) not in agreed:
                conflicts.append(Conflict(name, field, ours, there, note.place))
        return changes, conflicts

    def _checked(self, name: str, fields: Fields) -> tuple[Card | None, str]:
        """Return the card that the fields make, or what is wrong with it."""
        card: Card = convert({**fields, "id": name}, Card)
        for finding in check_card(card, self._deck, False):
            if finding.severity == "error":
                return None, finding.message
        return card, ""

    def _agree(self, name: str, told: Fields, conflicts: list[Conflict]) -> None:
        undecided = {conflict.field for conflict in conflicts}
        agreed = dict(self._update.record.get(name, {}))
        for field, there in told.items():
            if field not in undecided:
                agreed[field] = self._digest(field, there)
        self._update.record[name] = {field: each for field, each in agreed.items() if each}

    def _digest(self, field: str, value: Any) -> str:
        """Return what stands for a field's value, nothing for one that says nothing."""
        return digest(value) if value and value != self._blank[field] else ""


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return (value if value.isprintable() else clean(value)).strip()
    if isinstance(value, list | tuple):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {clean(str(name)): _cleaned(each) for name, each in value.items()}
    return value
