"""Bringing notes into the person's decks: what would happen, and doing it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import convert
from msgspec.structs import replace as with_values

from trainer.decks.library import Library
from trainer.decks.model import Card, Deck, Framework
from trainer.decks.reader import read_text
from trainer.decks.source import MAX_BYTES, Refused, read_bytes
from trainer.editor import is_bundled
from trainer.errors import TrainerError
from trainer.exchange.deckfile import edited
from trainer.exchange.homes import Homes
from trainer.exchange.note import HEED_EACH, Head, Heed, Note, Skipped, Source
from trainer.exchange.record import Record, read_record, write_record
from trainer.exchange.update import Conflict, Update, plan
from trainer.exchange.whole import whole
from trainer.exchange.writing import deck_text
from trainer.files import create, replace
from trainer.paths import Paths
from trainer.text import clean, clip


class Counts(NamedTuple):
    """What happens to a deck's cards, how many of each."""

    new: int
    updated: int
    unchanged: int
    kept: int
    gone: int


class Arrival(NamedTuple):
    """What happens to one deck: its file at `path` becomes `after`, stays where that is None.

    `taken` are the notes with their cards' `deck/card`; `before` is what the file holds, None
    where there is none yet; `record` is what will have been agreed on.
    """

    deck: str
    path: str
    counts: Counts
    conflicts: list[Conflict]
    skipped: list[Skipped]
    taken: list[tuple[str, Note]]
    before: bytes | None
    after: bytes | None
    record: Record

    def write(self, decks: str) -> None:
        """Write the deck file, whole or not at all, and what was agreed on. Raises TrainerError.

        `decks` is the person's deck folder.
        """
        if self.after is not None and self.before is None:
            create(self.path, self.after)
        elif self.after is not None:
            if _read(self.path) != self.before:
                raise TrainerError(
                    "this deck was changed meanwhile; nothing was written to it",
                    place=clean(self.path),
                    mend="import again",
                )
            replace(self.path, self.after)
        if self.record:
            try:
                write_record(decks, self.deck, self.record)
            except TrainerError as error:
                raise TrainerError(
                    f"the deck {self.deck} is written, what was agreed on can't be kept beside it",
                    place=error.place,
                    mend="import again once this can be written",
                ) from error


def arrivals(
    source: Source, path: str, library: Library, paths: Paths, deck: str, heed: Heed
) -> list[Arrival]:
    """Return what is to happen to each deck that the notes of a file belong to.

    `deck` is the id of the one that all go to, empty where each goes to its own. Nothing is written
    yet. Raises TrainerError.
    """
    only = [*source.heads.values()] if len(source.heads) == 1 else []
    homes = Homes(library, paths.decks, by_guid=source.has_guids)
    found = []
    done = 0
    for name, (title, notes) in _grouped(source, path, homes, deck).items():
        head = source.heads.get(name, (only or [Head(title)])[0])
        found.append(_arrival(name, head, _heeded(notes, heed, done), library, paths, heed))
        done += len(notes)
    return found


def _heeded(notes: Iterable[Note], heed: Heed, done: int) -> Iterator[Note]:
    """Yield the notes, and say how many of all have been dealt with, `done` before these."""
    for number, note in enumerate(notes, done + 1):
        if number % HEED_EACH == 0:
            heed(number)
        yield note


def _grouped(
    source: Source, path: str, homes: Homes, deck: str
) -> dict[str, tuple[str, list[Note]]]:
    """Return the notes of each deck with its title, a sub-deck's as notes of a topic."""
    stem = os.path.splitext(os.path.basename(path))[0]
    title = source.title or " ".join(clean(stem).replace("_", " ").split()) or "Imported"
    tops = {note.deck[0] for note in source.notes if note.deck}
    titled: dict[str, list[tuple[Note, tuple[str, ...]]]] = {}
    for note in source.notes:
        there = () if note.deck == ("Default",) else note.deck
        below = there[len(tops) == 1 :] if deck else there[1:]
        titled.setdefault(there[0] if there else title, []).append((note, below))
    groups: dict[str, tuple[str, list[Note]]] = {}
    for shown, placed in titled.items():
        found = homes.of([note for note, _ in placed], shown)
        for (note, below), home in zip(placed, found, strict=True):
            if below and not note.fields.get("topic"):
                note = note._replace(fields={**note.fields, "topic": "::".join(below)})
            groups.setdefault(deck or home, (clip(clean(shown), 200), []))[1].append(note)
    if not deck:
        for name, head in source.heads.items():  # one may have frameworks and no cards
            groups.setdefault(name, (head.title, []))
    return groups


def _arrival(
    name: str, head: Head, notes: Iterable[Note], library: Library, paths: Paths, heed: Heed
) -> Arrival:
    there = library.decks.get(name)
    if there is None:
        return _new_deck(name, head, notes, paths)
    before = _read(there.path)
    known = library.contents(name)
    record = read_record(paths.decks, name)
    update = plan(notes, known, record, head.topics)
    if head.frameworks and convert(head.frameworks, tuple[Framework, ...]) != known.frameworks:
        update.skipped.append(
            Skipped(clean(there.path), "its frameworks are others than the source's, and stay so")
        )
    if not update.new and not update.changed:
        return _arrived(name, there.path, update, before, None)
    after, stuck = edited(before, there.path, update.new, update.changed, update.topics, heed)
    update = _without(update, stuck, known, record)
    _prove(after, there.path, known, update)
    if is_bundled(there.path, paths):
        return _arrived(name, _free_path(there.path, paths), update, None, after)
    return _arrived(name, there.path, update, before, after)


def _new_deck(name: str, head: Head, notes: Iterable[Note], paths: Paths) -> Arrival:
    path = os.path.join(paths.decks, f"{name}.yaml")
    if os.path.lexists(path):
        raise TrainerError(
            "this file stands where the deck would be written, and is not that deck",
            place=clean(path),
            mend="`trainer check` says what is wrong in it; or name another deck with --deck",
        )
    told = {
        "schema": 1,
        "deck": name,
        "title": head.title,
        "topics": head.topics,
        "synonyms": head.synonyms,
        "frameworks": head.frameworks,
    }
    empty = convert(told, Deck)
    update = plan(notes, empty, {})
    made = with_values(empty, cards=tuple(update.new), topics={**empty.topics, **update.topics})
    if not update.new and not made.frameworks:
        return _arrived(name, path, update, None, None)
    return _arrived(name, path, update, None, deck_text(made).encode())


def _arrived(
    name: str, path: str, update: Update, before: bytes | None, after: bytes | None
) -> Arrival:
    if after is not None and len(after) > MAX_BYTES:
        raise TrainerError(
            "with these cards the deck would be larger than the 16 MiB a deck may have",
            place=clean(path),
            mend="split the file, and import each part into a deck of its own with --deck",
        )
    history = [(f"{name}/{card}", note) for card, note in update.taken]
    counts = Counts(
        len(update.new), len(update.changed), update.unchanged, update.kept, update.gone
    )
    return Arrival(
        name, path, counts, update.conflicts, update.skipped, history, before, after, update.record
    )


def _without(update: Update, stuck: list[str], known: Deck, record: Record) -> Update:
    """Return an update without the cards that can't be changed in place: they are conflicts."""
    if not stuck:
        return update
    cards = {card.id: whole(card) for card in known.cards}
    places = {card: note.place for card, note in update.taken}
    conflicts = [
        Conflict(card, field, cards[card][field], value, places[card])
        for card in stuck
        for field, value in update.changed[card].items()
    ]
    changed = {card: each for card, each in update.changed.items() if card not in stuck}
    known_of = {card: record[card] for card in stuck if card in record}
    agreed = {card: each for card, each in update.record.items() if card not in stuck}
    return update._replace(
        changed=changed,
        conflicts=[*update.conflicts, *conflicts],
        record={**agreed, **known_of},
    )


def _prove(after: bytes, path: str, known: Deck, update: Update) -> None:
    """Hold the new bytes to what they shall say: nothing is written that reads as something else.

    Raises TrainerError.
    """
    cards = [
        convert({**whole(card), **update.changed.get(card.id, {}), "id": card.id}, Card)
        for card in known.cards
    ]
    wanted = with_values(
        known, cards=(*cards, *update.new), topics={**known.topics, **update.topics}
    )
    if read_text(after, path).deck != wanted:
        raise TrainerError(
            "this deck is written in a way in which it can't be changed safely; it is as it was",
            place=clean(path),
            mend="import into another deck with --deck",
        )


def _free_path(bundled: str, paths: Paths) -> str:
    """Return where in the person's deck folder a bundled deck's own copy goes."""
    stem, suffix = os.path.splitext(os.path.basename(bundled))
    number, name = 1, f"{stem}{suffix}"
    while os.path.lexists(os.path.join(paths.decks, name)):
        number += 1
        name = f"{stem}-{number}{suffix}"
    return os.path.join(paths.decks, name)


def _read(path: str) -> bytes:
    try:
        return read_bytes(path)
    except Refused as refused:
        raise TrainerError(refused.message, place=clean(path), mend=refused.mend) from refused
