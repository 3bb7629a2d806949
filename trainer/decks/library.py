"""The library: every deck there is, and what is known of it without opening it.

Layers in turn: the bundled decks, the person's own, and folders named for one run. What was read
once is kept in a cache, so that opening the library on unchanged files imports neither the YAML
reader nor the deck model; a card's contents are fetched when it is asked for.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from trainer.decks.entry import Entry
from trainer.decks.fetch import Fetch
from trainer.decks.index import CardInfo, DeckInfo, Problem
from trainer.decks.scan import deck_files
from trainer.errors import TrainerError, UsageError
from trainer.garbage import uncollected
from trainer.text import clean, count

if TYPE_CHECKING:
    from trainer.decks.frameworks import Composer
    from trainer.decks.model import Card, Deck, Excerpt


class Library:
    """What is loaded: the decks, their cards in deck order, and what is wrong.

    `aliases` maps the former `deck/card` of a card to its present one; `files` are all deck
    files found, also those that didn't load; `disabled` are decks left out at the person's wish;
    `fingerprint` is another one whenever the cards are, but for their contents; `unkept` is the
    reason why what was read could not be cached, empty where it could.
    """

    def __init__(
        self,
        layers: Sequence[Sequence[Entry]],
        problems: Sequence[Problem],
        fetch: Fetch,
        disabled: Collection[str] = (),
    ) -> None:
        self.decks: dict[str, DeckInfo] = {}
        self.aliases: dict[str, str] = {}
        self.files: tuple[str, ...] = tuple([e.path for layer in layers for e in layer])
        self._fetch = fetch
        self._entries: dict[str, Entry] = {}
        self._layer_of: dict[str, int] = {}
        found = list(problems)
        for number, layer in enumerate(layers):
            found += self._add_layer(layer, number)
        self.disabled: dict[str, DeckInfo] = {}
        for name in disabled:
            entry = self._entries.pop(name, None)
            if entry is not None and entry.deck is not None:
                self.disabled[name] = entry.deck
        for entry in self._entries.values():
            if entry.deck is not None:
                self.decks[entry.deck.id] = entry.deck
        found += self._name_aliases()
        self.problems: tuple[Problem, ...] = tuple(found)
        self.unkept = fetch.refusal
        self.fingerprint = " ".join(
            [f"{name}={entry.shape}" for name, entry in self._entries.items()]
        )

    @cached_property
    def cards(self) -> dict[str, CardInfo]:
        """All cards by `deck/card`, in deck order; put together when they are asked for."""
        with uncollected():  # thousands of tuples are made, and none is garbage
            return {card.ref: card for entry in self._entries.values() for card in entry.cards}

    def __iter__(self) -> Iterator[CardInfo]:
        """Iterate over what is known of all cards, in deck order."""
        return iter(self.cards.values())

    @property
    def notices(self) -> list[str]:
        """A sentence on each deck file that has errors."""
        errors = Counter(each.path for each in self.problems if each.severity == "error")
        return [
            f"{clean(path)}: {count(number, 'error')}; see `trainer check`"
            for path, number in errors.items()
        ]

    def card(self, ref: str, repetition: int = 0) -> Card:
        """Return a card's contents, by any name that `resolve` knows.

        A signal is composed as it is asked at this `repetition` of it.
        """
        info = self.cards[self.resolve(ref)]
        card_id = info.ref.partition("/")[2]
        card: Card | None = None
        if not info.framework:
            card = self._fetch.card(self._entries[info.deck], card_id)
        elif composer := self._composer(info):
            from trainer.decks.composed import composed

            card = composed(composer, card_id, info.ref, repetition)
        if card is None:
            raise TrainerError(
                f"the card {info.ref} is no longer in its file",
                place=clean(self._entries[info.deck].path),
                mend="start again to read the changed file",
            )
        return card

    def card_anew(self, ref: str, asked: Card) -> Card:
        """Return what a card, once asked, is by now; a composed scenario stays the same one."""
        info = self.cards[self.resolve(ref)]
        if not info.framework:
            return self.card(ref)
        from trainer.decks.composed import read_anew

        composer = self._composer(info)
        return (composer and read_anew(composer, asked)) or asked

    def _composer(self, info: CardInfo) -> Composer | None:
        composer = self._fetch.composer(self._entries[info.deck], info.framework)
        known = composer is not None and composer.knows(info.ref.partition("/")[2])
        return composer if known else None

    def introduction(self) -> list[str]:
        """Return the `deck/card` of all cards in the order in which new ones are met.

        What the person added comes before what came with Trainer. Decks of one layer are met side
        by side, each at a pace that has all of them end together, and so are a deck's cards and
        its composed scenarios.
        """
        lanes: dict[tuple[int, str, bool], list[str]] = {}
        for card in self.cards.values():
            lane = -self._layer_of[card.deck], card.deck, bool(card.framework)
            lanes.setdefault(lane, []).append(card.ref)
        paced = [
            (layer, (place + 0.5) / len(refs), ref)
            for (layer, _, _), refs in lanes.items()
            for place, ref in enumerate(refs)
        ]
        paced.sort(key=lambda each: each[:2])
        return [ref for _, _, ref in paced]

    def excerpts(self) -> dict[str, Excerpt]:
        """Return what a search goes by of every card, by `deck/card`."""
        with uncollected():
            return {
                f"{deck}/{excerpt.id}": excerpt
                for deck in self.decks
                for excerpt in self._fetch.excerpts(self._entries[deck])
            }

    def contents(self, deck: str) -> Deck:
        """Return all of a deck, by its id; one without cards where its file is no longer one."""
        with uncollected():
            return self._fetch.contents(self._entries[deck])

    def resolve(self, text: str) -> str:
        """Return the `deck/card` that is meant: itself, a former one, or a card id alone."""
        if text in self.cards:
            return text
        if text in self.aliases:
            return self.aliases[text]
        named = [ref for ref in self.cards if ref.partition("/")[2] == text]
        if len(named) == 1:
            return named[0]
        self._unknown(text, named)

    def synonyms(self, deck_id: str) -> tuple[tuple[str, ...], ...]:
        """Return the synonym groups that a deck declares."""
        entry = self._entries.get(deck_id)
        return entry.synonyms if entry is not None else ()

    def _unknown(self, text: str, named: list[str]) -> NoReturn:
        shown = clean(text)
        if named:
            raise TrainerError(
                f"several decks have a card {shown}", mend=f"name one of {', '.join(named)}"
            )
        import difflib

        near = difflib.get_close_matches(text, self.cards, 3, 0.6)
        if not near:
            by_id = {ref.partition("/")[2]: ref for ref in self.cards}
            wanted = text.rpartition("/")[2]
            near = [by_id[name] for name in difflib.get_close_matches(wanted, by_id, 3, 0.6)]
        raise TrainerError(
            f"there is no card {shown}",
            mend=f"did you mean {' or '.join(near)}?" if near else "",
        )

    def _add_layer(self, layer: Sequence[Entry], number: int) -> list[Problem]:
        """Add a layer's decks over those before it; return what was wrong in its files."""
        problems: list[Problem] = []
        ours: dict[str, Entry] = {}
        for entry in layer:
            problems += entry.problems
            if entry.deck is None:
                continue
            first = ours.setdefault(entry.deck.id, entry)
            if first is not entry:
                problems.append(_clash(entry, first))
        self._entries.update(ours)
        for name in ours:  # a copy of a bundled deck is met as that is
            self._layer_of.setdefault(name, number)
        return problems

    def _name_aliases(self) -> list[Problem]:
        problems: list[Problem] = []
        for entry in self._entries.values():
            for former, ref, line, column in entry.formers:
                if former in self.cards:
                    said = f"`{former}` is a card of the library, so it can't be a former name"
                    mend = "remove this entry, or rename that card"
                elif former in self.aliases:
                    said = f"`{former}` is already claimed by the card `{self.aliases[former]}`"
                    mend = "keep it at the card that carries its history on"
                else:
                    self.aliases[former] = ref
                    continue
                problems.append(Problem(clean(entry.path), line, column, said, mend))
        return problems


def _clash(entry: Entry, first: Entry) -> Problem:
    """Return what is wrong with two files of one deck id, of which `first` is loaded."""
    name = entry.deck.id if entry.deck is not None else ""
    return Problem(
        clean(entry.path),
        *entry.place,
        f"the deck id `{name}` is already used by {clean(first.path)}, which is loaded instead",
        "give one of the two another id, or remove it",
    )


def open_library(
    bundled: str,
    user: str,
    extra: Sequence[str] = (),
    cache: str | None = None,
    disabled: Collection[str] = (),
    *,
    keep: bool = True,
) -> Library:
    """Read every deck of the bundled folder, the person's folder, and the `extra` ones.

    A later layer's deck replaces an earlier one of the same id. Raises UsageError for an extra
    folder or file that can't be read. `cache` is the folder for what was read, to which nothing is
    added without `keep`; decks whose ids are `disabled` are read and left out.
    """
    layers, problems = library_files(bundled, user, extra)
    fetch = Fetch(cache)
    with uncollected():  # thousands of small tuples are made, and none is garbage
        entries = [[fetch.entry(path) for path in files] for files in layers]
        if keep:
            fetch.keep({path for files in layers for path in files})
        return Library(entries, problems, fetch, disabled)


def library_files(
    bundled: str, user: str, extra: Sequence[str] = ()
) -> tuple[list[list[str]], list[Problem]]:
    """Return the deck files of each layer, and what kept others from being found.

    Raises UsageError for an extra folder or file that can't be read.
    """
    problems: list[Problem] = []
    layers: list[list[str]] = []
    for folder, may_lack in ((bundled, False), (user, True)):
        try:
            files, met = deck_files(folder)
        except OSError as error:
            files, met = [], []
            if not (may_lack and isinstance(error, FileNotFoundError)):
                problems.append(_unlisted(folder, error))
        layers.append(files)
        problems += met
    for name in extra:
        files, met = _extra_files(name)
        layers.append(files)
        problems += met
    return layers, problems


def _unlisted(folder: str, error: OSError) -> Problem:
    reason = (error.strerror or "no reason given").lower()
    return Problem(clean(folder), 0, 0, f"this folder of decks can't be read ({reason})", "")


def _extra_files(name: str) -> tuple[list[str], list[Problem]]:
    if os.path.isfile(name):
        return [name], []
    try:
        return deck_files(name)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not one the system knows"
        raise UsageError(
            f"the folder of decks {clean(name)} can't be read ({reason.lower()})",
            mend="name a folder that holds decks, or one deck file",
        ) from error
