"""What a deck is besides its cards, as other programs are told of it."""

from __future__ import annotations

from collections.abc import Sequence

from trainer.decks.model import Deck
from trainer.text import count


def title_of(deck: Deck) -> str:
    """Return what people call a deck."""
    return deck.title or deck.deck


def topic_of(deck: Deck, topic: str) -> str:
    """Return what people call a topic of a deck: its title, or its id where that is clearer.

    What is returned names this topic only, whether it is taken for a title or for an id.
    """
    title = deck.topics.get(topic, "")
    shared = title in deck.topics or [*deck.topics.values()].count(title) > 1
    return topic if shared or not title else title


def left_behind(decks: Sequence[Deck], kind: str, *, synonyms: bool = True) -> list[str]:
    """Return sentences on what of the decks a file of this kind doesn't take along."""
    signals = sum(len(framework.signals) for deck in decks for framework in deck.frameworks)
    groups = sum(len(deck.synonyms) for deck in decks) if synonyms else 0
    told = []
    if signals:
        told.append(
            f"{count(signals, 'composed scenario')} stayed behind: {kind} has no frameworks "
            "(json takes them along)"
        )
    if groups:
        told.append(
            f"{count(groups, 'group')} of synonyms stayed behind: {kind} has no place for them "
            "(json takes them along)"
        )
    return told
