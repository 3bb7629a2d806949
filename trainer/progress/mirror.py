"""The library's cards in the progress file, so that counting what is due needs no deck."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trainer.progress.records import Placed


def mirror(
    db: sqlite3.Connection,
    fingerprint: str,
    cards: Sequence[Placed],
    introduction: Iterable[str] | None = None,
) -> None:
    """Bring the tables `topic` and `card`, and each memory's topic, to these cards.

    `introduction` are their references in the order in which new ones are met, if not in theirs.
    To be called inside a transaction.
    """
    sizes: dict[tuple[str, str], int] = {}
    for card in cards:
        key = card.deck, card.topic
        sizes[key] = sizes.get(key, 0) + 1
    db.execute("DELETE FROM topic")
    db.executemany(
        "INSERT INTO topic VALUES (?, ?, ?, ?)",
        [(number, *key, size) for number, (key, size) in enumerate(sizes.items(), 1)],
    )
    numbers = {key: number for number, key in enumerate(sizes, 1)}
    there = set(db.execute("SELECT card, topic, place FROM card"))
    topics = {card.ref: numbers[card.deck, card.topic] for card in cards}
    met = topics if introduction is None else introduction
    wanted = {(ref, topics[ref], place) for place, ref in enumerate(met)}
    gone = [(card,) for card, _, _ in there - wanted]
    come = sorted(wanted - there)
    db.executemany("DELETE FROM card WHERE card = ?", gone)
    db.executemany("INSERT INTO card VALUES (?, ?, ?)", come)
    changed = {*gone, *((card,) for card, _, _ in come)}
    db.executemany(
        "UPDATE memory SET topic = (SELECT topic FROM card WHERE card.card = memory.card) "
        "WHERE card = ? AND card NOT IN (SELECT card FROM mark WHERE suspended)",
        sorted(changed),
    )
    db.execute("INSERT OR REPLACE INTO meta VALUES ('library', ?)", (fingerprint,))
