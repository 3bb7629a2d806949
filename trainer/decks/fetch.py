"""Where what is known of a deck file comes from: the cache while it is unchanged, else the file.

On unchanged files nothing here imports the YAML reader or the deck model.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final, TypeVar

from trainer.decks.entry import Entry, entry_of, pack, unpack
from trainer.decks.source import Refused, read_stamped, refuse_special

if TYPE_CHECKING:
    from trainer.decks.cache import Addition, Cache, Row
    from trainer.decks.frameworks import Composer
    from trainer.decks.model import Card, Deck, Excerpt

_Record = TypeVar("_Record")

# A file written this shortly before it was read can be written again without a new time stamp.
_FRESH_NS: Final = 2_000_000_000


class Fetch:
    """Where entries and cards come from: the cache for what is unchanged, else the files."""

    def __init__(self, cache: str | None) -> None:
        self._cache: Cache | None = None
        self._rows: dict[bytes, Row] = {}
        self._digests: dict[str, bytes] = {}
        self._decks: dict[str, Deck | None] = {}
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
            if row is not None and row[0] == _stamp(status):
                known = self._from_row(path, row)
                if known is not None:
                    return known
            data, status = read_stamped(path)
        except (Refused, OSError, ValueError):
            from trainer.decks.reader import read_deck

            return entry_of(read_deck(path))
        return self._read(path, data, status, row)

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
        path = entry.path
        digest = self._digests.get(path)
        if path not in self._decks and self._cache is not None and digest is not None:
            from msgspec import DecodeError, msgpack

            from trainer.decks.model import Excerpt

            decode = msgpack.Decoder(Excerpt).decode
            try:
                excerpts = [decode(packed) for packed in self._cache.cards(digest)]
            except DecodeError:
                excerpts = []
            if len(excerpts) == len(entry.cards):
                return excerpts
        from trainer.decks.model import excerpts_of

        return excerpts_of(self._deck(entry))

    def _cached(self, entry: Entry, name: str, kind: type[_Record]) -> _Record | None:
        """Return what the cache has of an unchanged file that wasn't read."""
        digest = self._digests.get(entry.path)
        if entry.path in self._decks or self._cache is None or digest is None:
            return None
        packed = self._cache.card(digest, name)
        if packed is None:
            return None
        from msgspec import DecodeError, msgpack

        try:
            return msgpack.decode(packed, type=kind)
        except DecodeError:
            return None

    def _deck(self, entry: Entry) -> Deck:
        """Return all of a file, an empty deck where it can't be read any more."""
        from trainer.decks.model import Deck

        if entry.path not in self._decks:
            from trainer.decks.reader import read_deck

            self._decks[entry.path] = read_deck(entry.path).deck
        return self._decks[entry.path] or Deck(schema=1, deck="")

    def digest(self, entry: Entry) -> str:
        """Return the digest of the content from which an entry was read."""
        return self._digests.get(entry.path, b"").hex()

    def keep(self, found: set[str]) -> None:
        """Put what was read into the cache, and drop from it the files that are gone."""
        if self._cache is None or not self._additions:
            return
        here = {os.fsencode(os.path.abspath(path)) for path in found}
        gone = [path for path in self._rows if path not in here and not os.path.exists(path)]
        self._cache.keep(self._additions, gone)
        self._additions = []

    def _read(self, path: str, data: bytes, status: os.stat_result, row: Row | None) -> Entry:
        from hashlib import blake2b

        digest = blake2b(data, digest_size=16).digest()
        stamp = "" if _is_fresh(status) else _stamp(status)
        key = os.path.abspath(path)
        if row is not None and row[1] == digest:
            known = self._from_row(path, row)
            if known is not None:
                if stamp != row[0]:
                    self._additions.append((key, (stamp, digest, row[2]), None))
                return known
        from trainer.decks.reader import read_text

        reading = read_text(data, path)
        entry = entry_of(reading)
        self._decks[path] = reading.deck
        self._digests[path] = digest
        if self._cache is not None:
            packed = _packed(reading.deck) if reading.deck is not None else []
            self._additions.append((key, (stamp, digest, pack(entry)), packed))
        return entry

    def _from_row(self, path: str, row: Row) -> Entry | None:
        try:
            entry = unpack(row[2], path)
        except (ValueError, TypeError, KeyError):
            return None
        self._digests[path] = row[1]
        return entry


def _packed(deck: Deck) -> list[tuple[str, bytes]]:
    """Return what the cache keeps of a deck's contents, by name.

    A signal is asked by way of its framework, so of it there is only what is searched.
    """
    from msgspec import msgpack

    from trainer.decks.model import excerpt_of

    packed = [(card.id, msgpack.encode(card)) for card in deck.cards]
    for framework in deck.frameworks:
        packed.append((f"/{framework.id}", msgpack.encode(framework)))
        packed += [(each.id, msgpack.encode(excerpt_of(each))) for each in framework.signals]
    return packed


def _stamp(status: os.stat_result) -> str:
    """Return what changes when a file does; its content is compared where this is not enough."""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}"


def _is_fresh(status: os.stat_result) -> bool:
    return time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) < _FRESH_NS
