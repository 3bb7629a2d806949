"""Finding cards by words and filters, as they are typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from trainer.decks.index import CardInfo, DeckInfo
from trainer.errors import UsageError
from trainer.garbage import uncollected
from trainer.standing import STATES, Standing
from trainer.text import clean

if TYPE_CHECKING:
    from trainer.decks.library import Library
    from trainer.decks.model import Excerpt

FIELDS = ("deck", "topic", "tag", "kind")
_WORD = re.compile(r"[^\W_]+")


class Query(NamedTuple):
    """What is looked for: all of it has to hold.

    `words` stand somewhere in the card's texts; `filters` are pairs of one of FIELDS and the
    beginning of words in it; `states` are of STATES; `unknown` are states that aren't, as typed
    (empty where it is still to come), and exclude nothing.
    """

    words: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    states: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def narrows(self, other: Query) -> bool:
        """Whether all that this finds the other finds as well."""
        return (
            all(any(word in ours for ours in self.words) for word in other.words)
            and all(
                any(name == field and ours.startswith(value) for name, ours in self.filters)
                for field, value in other.filters
            )
            and {*other.states} <= {*self.states}
        )


def parse(text: str) -> Query:
    """Return what is looked for: `citations deck:rag is:due`. A filter without a value is none."""
    words, filters, states, unknown = [], [], [], []
    for part in text.split():
        name, colon, value = part.partition(":")
        name = name.casefold()
        if colon and name in FIELDS:
            if named := _named(value):
                filters.append((name, named))
        elif colon and name == "is":
            if value.casefold() in STATES:
                states.append(value.casefold())
            else:
                unknown.append(value)
        else:
            words.append(_folded(part))
    return Query(tuple(words), tuple(filters), tuple(states), tuple(unknown))


class Found(NamedTuple):
    """A card that was found, the title of its topic or deck, and its prompt."""

    card: CardInfo
    title: str
    prompt: str


def search(library: Library, known: Standing, text: str) -> list[Found]:
    """Return the cards that have all that is looked for, in deck order.

    Raises UsageError for a state that cards aren't in.
    """
    query = parse(text)
    if query.unknown:
        raise UsageError(
            f"no card is ever {clean(query.unknown[0]) or 'nothing'}",
            mend=f"after `is:` comes one of {', '.join(STATES)}",
        )
    index = Index(library, library.decks, library.excerpts())
    return [Found(each, index.title(each), index.prompt(each)) for each in index.find(query, known)]


class Index:
    """The cards, ready to be searched: ten thousand take a few milliseconds."""

    def __init__(
        self,
        cards: Iterable[CardInfo],
        decks: Mapping[str, DeckInfo],
        excerpts: Mapping[str, Excerpt],
    ) -> None:
        self._decks = decks
        # Each card's excerpt; once the texts are put together, of it only the prompt.
        self._known: Mapping[str, Excerpt | str] = excerpts
        self.cards = [card for card in cards if card.ref in excerpts]
        self._last: tuple[Query, Standing, Sequence[int]] | None = None

    def find(self, query: Query, known: Standing) -> list[CardInfo]:
        """Return the cards that have all that is looked for, in the order given."""
        cards = self.cards
        places: Sequence[int] = range(len(cards))
        # What is typed mostly narrows what was typed before.
        if self._last is not None and self._last[1] is known and query.narrows(self._last[0]):
            places = self._last[2]
        for field, value in query.filters:
            names = self._names[field]
            places = [place for place in places if value in names[place]]
        for state in query.states:
            places = [place for place in places if known.is_(state, cards[place].ref)]
        texts = self._texts if query.words else []
        for word in query.words:
            places = [place for place in places if word in texts[place]]
        self._last = query, known, places
        return [cards[place] for place in places]

    def prompt(self, card: CardInfo) -> str:
        """Return a card's prompt as it is asked."""
        return _prompt(self._known[card.ref])

    def prepare(self) -> None:
        """Do ahead what the first search needs."""
        _ = self._texts, self._names

    def title(self, card: CardInfo) -> str:
        """Return the title of a card's topic, of its deck where it has none."""
        return self._topic(card) or self._decks[card.deck].title

    def _topic(self, card: CardInfo) -> str:
        return self._decks[card.deck].topics.get(card.topic, card.topic)

    @cached_property
    def _texts(self) -> list[str]:
        """What words are looked for in, card by card."""
        texts: list[str] = []
        prompts: dict[str, str] = {}
        with uncollected():
            for card in self.cards:
                excerpt = self._known[card.ref]
                assert not isinstance(excerpt, str)
                told = (card.ref, self._topic(card), *card.tags, *_texts(excerpt))
                texts.append(_folded("\n".join(told)))
                prompts[card.ref] = _prompt(excerpt)
        self._known = prompts
        return texts

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        """What each filter's value is looked for in, card by card."""
        decks, known = self._decks, dict[tuple[str, ...], str]()

        def named(*texts: str) -> str:
            if texts not in known:
                known[texts] = "".join(_named(text) for text in texts)
            return known[texts]

        of: dict[str, Callable[[CardInfo], str]] = {
            "deck": lambda card: named(card.deck, decks[card.deck].title),
            "topic": lambda card: named(card.topic, decks[card.deck].topics.get(card.topic, "")),
            "tag": lambda card: named(*card.tags),
            "kind": lambda card: named(card.kind),
        }
        return {field: [*map(of[field], self.cards)] for field in FIELDS}


def _prompt(excerpt: Excerpt | str) -> str:
    if isinstance(excerpt, str):
        return excerpt
    if not excerpt.text:
        return excerpt.prompt
    from trainer.decks.model import blanked

    return "\n\n".join(text for text in (excerpt.prompt, blanked(excerpt.text)) if text)


def _texts(excerpt: Excerpt) -> list[str]:
    choices = [choice.text for choice in excerpt.choices]
    return [excerpt.prompt, excerpt.answer, excerpt.text, *choices]


def _folded(text: str) -> str:
    return normalize("NFC", text).casefold()


def _named(text: str) -> str:
    """Return the words of a name, each after a space, so that one is found by its beginning."""
    return "".join(f" {word}" for word in _WORD.findall(_folded(text)))
