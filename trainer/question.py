"""A card as it is asked: which of its prompts, which order of its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trainer.decks.library import Library
from trainer.progress.records import Draft
from trainer.progress.store import Store
from trainer.scheduling.queues import Weakness
from trainer.scheduling.schedule import Memory

if TYPE_CHECKING:
    from trainer.decks.model import Card


class Question(NamedTuple):
    """A card as it is asked now.

    `prompt` is the text shown (of `variant`, 0 being the card's own), `options` what can be picked
    in the order shown (`order` gives each one's place in the card). `number` counts the sitting's
    questions from 1, `left` how many more are planned; `draft` is an answer once given, not rated;
    `weakness` is why the card was chosen where weak cards are asked.
    """

    ref: str
    card: Card
    deck_title: str
    topic_title: str
    prompt: str
    variant: int
    options: tuple[str, ...]
    order: tuple[int, ...]
    number: int
    left: int
    memory: Memory | None
    draft: Draft
    weakness: Weakness | None = None

    @property
    def asked(self) -> str:
        """The whole question in words: the prompt and, of a choice, the numbered options."""
        lines = [self.prompt]
        lines += [f"{i}. {option}" for i, option in enumerate(self.options, 1)]
        return "\n".join(lines)


def ask(
    library: Library,
    ref: str,
    memory: Memory | None,
    *,
    number: int,
    left: int,
    draft: Draft,
    weakness: Weakness | None = None,
) -> Question:
    """Return the question that a card is at this repetition of it."""
    info = library.cards[ref]
    deck = library.decks[info.deck]
    reps = memory.reps if memory else 0
    card = library.card(ref, reps)
    prompts = prompts_of(card)
    variant = reps % len(prompts)
    if card.noted and draft.prompt != prompts[variant]:
        draft = Draft()  # it answers another composition, from before the deck was edited
    order = _shuffled(len(card.choices), f"{ref}\n{reps}")
    return Question(
        ref=ref,
        card=card,
        deck_title=deck.title,
        topic_title=deck.topics.get(info.topic, info.topic),
        prompt=prompts[variant],
        variant=variant,
        options=tuple(card.choices[i].text for i in order),
        order=order,
        number=number,
        left=left,
        memory=memory,
        draft=draft,
        weakness=weakness,
    )


def taught_of(store: Store, ref: str, card: Card) -> list[tuple[str, str]]:
    """Return the phrases taught for the points of a card as it is asked: point and phrase.

    Of a composed card each point is another signal's, and so is what was taught for it.
    """
    if not card.noted:
        return [(each.point, each.phrase) for each in store.taught(ref)]
    deck = ref.partition("/")[0]
    owners = {f"{deck}/{point.id}": point.id for point in card.points}
    return [(owners[each.card], each.phrase) for each in store.taught() if each.card in owners]


def prompts_of(card: Card) -> tuple[str, ...]:
    """Return the texts in which the card can be asked, its own prompt first."""
    if card.kind == "cloze":
        from trainer.decks.model import blanked

        return ("\n\n".join(text for text in (card.prompt, blanked(card.text)) if text),)
    return (card.prompt, *card.variants)


def _shuffled(number: int, seed: str) -> tuple[int, ...]:
    if not number:
        return ()
    from hashlib import blake2b

    def key(index: int) -> bytes:
        return blake2b(f"{seed}\n{index}".encode(), digest_size=8).digest()

    return tuple(sorted(range(number), key=key))
