"""Where what is known of a deck file comes from: the cache while it is unchanged, else the file.

On unchanged files nothing here imports the YAML reader or the deck model. Of a changed file that
was cut between its cards, only those that are new are read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from trainer.decks.entry import Entry, entry_of, pack, unpack
from trainer.decks.source import Refused, read_stamped, refuse_special

if TYPE_CHECKING:
    from trainer.decks.cache import Addition, Cache, Row
    from trainer.decks.cuts import Cut
    from trainer.decks.frameworks import Composer
    from trainer.decks.model import Card, Deck, Excerpt
    from trainer.decks.outline import Outline

_Record = TypeVar("_Record")

# A file written this shortly before it was read can be written again without a new time stamp.
_FRESH_NS: Final = 2_000_000_000


class _Source:
    """Where the contents of an entry's cards are: in the cache below `file`, or in hand.

    `digest` tells the file's content apart, `outline` is that of a file that is cut. `new` are
    packed cards by key, `deck` is the whole deck where it was read.
    """

    __slots__ = ("deck", "digest", "file", "new", "outline")

    def __init__(self, digest: bytes = b"", file: int = 0, outline: Outline | None = None) -> None:
        self.digest = digest
        self.file = file
        self.outline = outline
        self.new: dict[bytes, bytes] = {}
        self.deck: Deck | None = None

    def key(self, name: str) -> bytes:
        """Return the key of what isn't cut out: its name, and what tells all such content apart."""
        return (self.outline.frame if self.outline else self.digest) + name.encode()


class Fetch:
    """Where entries and cards come from: the cache for what is unchanged, else the files."""

    def __init__(self, cache: str | None) -> None:
        self._cache: Cache | None = None
        self._rows: dict[bytes, Row] = {}
        self._sources: dict[str, _Source] = {}
        self._composers: dict[tuple[str, str], Composer | None] = {}
        self._additions: list[Addition] = []
        if cache is not None:
            from trainer.decks.cache import Cache

            self._cache = Cache(cache)
            self._rows = self._cache.rows()

    def entry(self, path: str) -> Entry:
        """Return what is known of a file, reading it if the cache doesn't know it as it is."""
        row = self._rows.get(os.fsencode(os.path.abspath(path)))
        try:
            status = os.stat(path)
            refuse_special(status)
            if row is not None and row.stamp == _stamp(status):
                known = self._from_row(path, row)
                if known is not None:
                    return known
            data, status = read_stamped(path)
        except (Refused, OSError, ValueError):
            from trainer.decks.reader import read_deck

            return entry_of(read_deck(path))
        return self._read(path, data, "" if _is_fresh(status) else _stamp(status), row)

    def card(self, entry: Entry, card_id: str) -> Card | None:
        """Return a card of a file: from memory, from the cache, or reading the file again."""
        from trainer.decks.model import Card

        card = self._cached(entry, card_id, Card)
        cards = self._deck(entry).cards if card is None else ()
        return card or next((each for each in cards if each.id == card_id), None)

    def composer(self, entry: Entry, name: str) -> Composer | None:
        """Return a framework of a file ready to compose, from where `card` has them."""
        key = entry.path, name
        if key not in self._composers:
            from trainer.decks.frameworks import Composer
            from trainer.decks.model import Framework

            framework = self._cached(entry, f"/{name}", Framework)
            if framework is None:
                frameworks = self._deck(entry).frameworks
                framework = next((each for each in frameworks if each.id == name), None)
            self._composers[key] = Composer(framework) if framework is not None else None
        return self._composers[key]

    def excerpts(self, entry: Entry) -> list[Excerpt]:
        """Return what a search goes by of all cards of a file, from where `card` has them."""
        from trainer.decks.model import Excerpt, excerpts_of

        excerpts = self._all_cached(entry, Excerpt)
        return excerpts if excerpts is not None else excerpts_of(self._deck(entry))

    def contents(self, entry: Entry) -> Deck:
        """Return the deck of a file, from where `card` has its cards."""
        from trainer.decks.model import Card, Deck

        info, cards = entry.deck, None
        # What an entry doesn't tell: whether the title is the deck's own, and the frameworks.
        if info is not None and info.title != info.id and not any(c.framework for c in entry.cards):
            cards = self._all_cached(entry, Card)
        if info is None or cards is None:
            return self._deck(entry)
        return Deck(
            schema=1,
            deck=info.id,
            title=info.title,
            topics=info.topics,
            synonyms=entry.synonyms,
            cards=tuple(cards),
        )

    def _all_cached(self, entry: Entry, kind: type[_Record]) -> list[_Record] | None:
        """Return what is packed of all cards of a file that wasn't read, in its order."""
        source = self._source(entry)
        if source.deck is not None or self._cache is None:
            return None
        from msgspec import DecodeError, msgpack

        decode = msgpack.Decoder(kind).decode
        packed = self._cache.cards(source.file) | source.new
        outline = self._outline(source)
        keys = outline.card_keys() if outline is not None else []
        others = entry.cards[len(keys) :]
        keys += [source.key(card.ref.partition("/")[2]) for card in others]
        try:
            return [decode(packed[key]) for key in keys]
        except (DecodeError, KeyError):
            return None

    def keep(self, found: set[str]) -> None:
        """Put what was read into the cache, and drop from it the files that are gone."""
        if self._cache is None or not self._additions:
            return
        here = {os.fsencode(os.path.abspath(path)) for path in found}
        gone = [path for path in self._rows if path not in here and not os.path.exists(path)]
        self._cache.keep(self._additions, gone)
        self._additions = []

    @property
    def refusal(self) -> str:
        """Why what was read could not be kept, empty where it could."""
        return self._cache.refusal if self._cache is not None else ""

    def _source(self, entry: Entry) -> _Source:
        source = self._sources.get(entry.path)
        if source is None:
            source = self._sources[entry.path] = _Source()
        return source

    def _cached(self, entry: Entry, name: str, kind: type[_Record]) -> _Record | None:
        """Return what is packed of a file that wasn't read: a card, or a framework as `/id`."""
        source = self._source(entry)
        if source.deck is not None or self._cache is None:
            return None
        key = self._key(source, entry, name)
        packed = source.new.get(key) or self._cache.card(source.file, key)
        if packed is None:
            return None
        from msgspec import DecodeError, msgpack

        try:
            return msgpack.decode(packed, type=kind)
        except DecodeError:
            return None

    def _key(self, source: _Source, entry: Entry, name: str) -> bytes:
        """Return the key of a card, or of a framework as `/id`."""
        outline = self._outline(source)
        if outline is not None and entry.deck is not None:
            ref = f"{entry.deck.id}/{name}"
            for number, card in enumerate(entry.cards):
                if card.ref == ref:
                    return outline.key(number) or source.key(name)
        return source.key(name)

    def _outline(self, source: _Source) -> Outline | None:
        """Return the outline of a cached file, None where it isn't cut."""
        if source.outline is None and self._cache is not None:
            from trainer.decks.outline import Outline

            packed = self._cache.outline(source.file, source.digest)
            source.outline = Outline.unpack(packed) if packed else None
        return source.outline

    def _deck(self, entry: Entry) -> Deck:
        """Return all of a file, an empty deck where it can't be read any more."""
        from trainer.decks.model import Deck

        source = self._source(entry)
        if source.deck is None:
            from trainer.decks.reader import read_deck

            source.deck = read_deck(entry.path).deck or Deck(schema=1, deck="")
        return source.deck

    def _from_row(self, path: str, row: Row) -> Entry | None:
        try:
            entry = unpack((row.about, row.cards), path)
        except (ValueError, TypeError, KeyError):
            return None
        self._sources[path] = _Source(row.digest, row.id)
        return entry

    def _read(self, path: str, data: bytes, stamp: str, row: Row | None) -> Entry:
        """Return what is known of a file that may have changed since it was cached."""
        from trainer.decks.cuts import cut, key_of

        known = self._from_row(path, row) if row is not None else None
        if row is not None and known is not None:
            was = self._outline(self._sources[path])
            made = cut(data, was.tail) if was is not None else None
            if row.digest == (made.digest if made is not None else key_of(data)):
                if stamp != row.stamp:
                    self._add(path, stamp, row.digest)
                return known
            if was is not None and made is not None:
                changed = self._read_changes(known, was, made, stamp, row)
                if changed is not None:
                    return changed
        return self._read_whole(path, data, stamp)

    def _read_changes(
        self, known: Entry, was: Outline, made: Cut, stamp: str, row: Row
    ) -> Entry | None:
        """Read only the cards that are new, None where that can't be told apart."""
        from trainer.decks.changes import read_changes

        changed = read_changes(known, was, made)
        if changed is None:
            return None
        from msgspec import msgpack

        source = _Source(made.digest, row.id, changed.outline)
        source.new = {key: msgpack.encode(card) for key, card in changed.new.items()}
        self._sources[known.path] = source
        self._add(
            known.path, stamp, source.digest, changed.entry, changed.outline,
            [*source.new.items()], row.digest, changed.gone,
        )  # fmt: skip
        return changed.entry

    def _read_whole(self, path: str, data: bytes, stamp: str) -> Entry:
        from trainer.decks.cuts import cards_fit, cut, key_of
        from trainer.decks.reader import read_text

        reading = read_text(data, path)
        entry = entry_of(reading)
        made = cut(data) if reading.deck is not None else None
        if made is not None and cards_fit(reading, made):
            source = _Source(made.digest, 0, made.outline(made.lines()[-1]))
        else:
            source = _Source(key_of(data))
        source.deck = reading.deck
        self._sources[path] = source
        if self._cache is not None:
            packed = _packed(source, reading.deck) if reading.deck is not None else []
            self._add(path, stamp, source.digest, entry, source.outline, packed)
        return entry

    def _add(
        self,
        path: str,
        stamp: str,
        digest: bytes,
        entry: Entry | None = None,
        outline: Outline | None = None,
        cards: Sequence[tuple[bytes, bytes]] = (),
        before: bytes = b"",
        gone: Collection[bytes] = (),
    ) -> None:
        from trainer.decks.cache import Addition

        packed = pack(entry) if entry is not None else None
        cuts = outline.pack() if outline is not None else b""
        key = os.path.abspath(path)
        self._additions.append(Addition(key, stamp, digest, packed, cuts, cards, before, gone))


def _packed(source: _Source, deck: Deck) -> list[tuple[bytes, bytes]]:
    """Return what the cache keeps of a deck's contents, by key.

    A signal is asked by way of its framework, so of it there is only what is searched.
    """
    from msgspec import msgpack

    from trainer.decks.model import excerpt_of

    keys = source.outline and source.outline.card_keys()
    keys = keys or [source.key(card.id) for card in deck.cards]
    packed = [(key, msgpack.encode(card)) for key, card in zip(keys, deck.cards, strict=True)]
    for framework in deck.frameworks:
        packed.append((source.key(f"/{framework.id}"), msgpack.encode(framework)))
        for signal in framework.signals:
            packed.append((source.key(signal.id), msgpack.encode(excerpt_of(signal))))
    return packed


def _stamp(status: os.stat_result) -> str:
    """Return what changes when a file does; its content is compared where this is not enough."""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}"


def _is_fresh(status: os.stat_result) -> bool:
    return time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) < _FRESH_NS
