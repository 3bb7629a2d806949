"""Which cards a sitting draws from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from trainer.decks.index import CardInfo
from trainer.decks.library import Library
from trainer.errors import TrainerError
from trainer.text import clean


class Selection(NamedTuple):
    """Which cards a sitting draws from; an empty field leaves all of them in.

    `card` names one card, `refs` are any number of them.
    """

    deck: str = ""
    topic: str = ""
    tag: str = ""
    kind: str = ""
    card: str = ""
    refs: tuple[str, ...] = ()

    def cards(self, library: Library) -> list[CardInfo]:
        """Return the cards selected, in deck order.

        Raises TrainerError where the library has no such deck, topic, tag, kind or card.
        """
        cards = list(library.cards.values())
        if self.card:
            cards = [library.cards[library.resolve(self.card)]]
        if self.refs:
            named = {library.resolve(ref) for ref in self.refs}
            cards = [card for card in cards if card.ref in named]
        for field, of in _FIELDS.items():
            wanted = getattr(self, field)
            if not wanted:
                continue
            there = {value for card in cards for value in of(card) if value}
            if wanted not in there:
                names = ", ".join(sorted(there)) or "none"
                raise TrainerError(f"no card has the {field} {clean(wanted)} (there are: {names})")
            cards = [card for card in cards if wanted in of(card)]
        return cards


_FIELDS: dict[str, Callable[[CardInfo], Sequence[str]]] = {
    "deck": lambda card: (card.deck,),
    "topic": lambda card: (card.topic,),
    "tag": lambda card: card.tags,
    "kind": lambda card: (card.kind,),
}
