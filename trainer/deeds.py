"""What can be done with cards: each is an event a card in the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from trainer.progress.store import Store
from trainer.scheduling.days import Moment
from trainer.standing import Standing


class Deed(NamedTuple):
    """Something to be done with each of the cards, and what is said of those it was done with."""

    cards: Sequence[str]
    said: str
    do: Callable[[str], None]


Clock = Callable[[], Moment]
Choose = Callable[[Sequence[str], Standing, Store, Clock], Deed]


def suspend(cards: Sequence[str], known: Standing, store: Store, clock: Clock) -> Deed:
    """Suspend the cards; where all of them are, take them in again."""
    asked = [card for card in cards if not known.mark(card).suspended]
    if asked:
        return Deed(asked, "suspended", lambda card: store.suspend(card, clock()))
    return Deed(
        cards, "no longer suspended", lambda card: store.suspend(card, clock(), suspended=False)
    )


def bury(cards: Sequence[str], known: Standing, store: Store, clock: Clock) -> Deed:
    """Leave the cards out until tomorrow."""
    day = known.day
    there = [card for card in cards if known.mark(card).buried_day < day]
    return Deed(there, "buried until tomorrow", lambda card: store.bury(card, clock(), day))


def flag(cards: Sequence[str], known: Standing, store: Store, clock: Clock) -> Deed:
    """Flag the cards; where all of them are, take their flags off."""
    bare = [card for card in cards if not known.mark(card).flag]
    if bare:
        return Deed(bare, "flagged", lambda card: store.flag(card, clock(), 1))
    return Deed(cards, "no longer flagged", lambda card: store.flag(card, clock(), 0))


def reset(cards: Sequence[str], known: Standing, store: Store, clock: Clock) -> Deed:
    """Have the cards be new again; those that are stay as they are."""
    met = [card for card in cards if card in known.memories]
    return Deed(met, "new again", lambda card: store.reset(card, clock()))
