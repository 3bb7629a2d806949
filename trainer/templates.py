"""New decks and cards: their texts, which pass `trainer check` as they are, and their files."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Collection

from trainer.errors import TrainerError
from trainer.files import create, replace
from trainer.text import clean

_DECK = """\
# A deck for Trainer. Write cards, save, and look with `trainer check` whether all is well.
# Put a text in quotes where it holds a colon and a space, or begins with a sign.
schema: 1
deck: {id}  # its name for ever: what you learn hangs on it
title: {title}
topics:
  basics: The basics  # a topic's name in a card, and how it is shown
# synonyms:  # phrases that mean the same in answers to this deck
#   - [RAG, retrieval-augmented generation]

cards:
"""
_CARD = """\
- id: {id}  # for ever, too; all else may be edited
  # A prompt and an answer are enough. With points, an answer is graded point by point.
  prompt: What would an interviewer ask?
  answer: >
    What a strong candidate says. Say it as you would aloud.
  # kind: scenario  # also: question (as here), flashcard, choice, cloze
  # topic: basics
  # tags: [tag]
  # hint: A nudge that gives nothing away.
  # points:
  #   - id: first
  #     say: One thing the answer should say.
  #     accept: [a phrase that says it, another one]
  #     required: true  # without it the answer fails
  # mistakes:
  #   - say: Something that is wrong here.
  #     match: [a phrase that gives it away]
  #     why: Why it is wrong.
  # verdict: {{accept: [the decision], reject: [the other one]}}  # of a scenario
  # choices: [{{text: This one, right: true}}, {{text: Not this one, why: Because.}}]  # of a choice
  # text: "A gap is {{{{what goes here|another word for it}}}}."  # of a cloze
  # follow_ups: ["What would an interviewer ask next?"]
"""


def id_from(title: str, taken: Collection[str] = (), otherwise: str = "deck") -> str:
    """Return an id made of a title's letters and digits, none of those taken.

    `otherwise` is its beginning where the title has neither.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:70].rstrip("-") or otherwise
    return _free(base, taken)


def deck_text(deck: str, title: str) -> str:
    """Return a deck of one card, with what else a deck may hold in comments."""
    quoted = json.dumps(clean(title), ensure_ascii=False)
    return _DECK.format(id=deck, title=quoted) + card_text("first-card", 2)


def card_text(card: str, indent: int) -> str:
    """Return a card as an item of a deck's list of cards, indented as the list's others are."""
    lines = _CARD.format(id=card).splitlines(keepends=True)
    return "".join(" " * indent + line for line in lines)


def new_deck(folder: str, title: str, taken: Collection[str]) -> str:
    """Write a new deck into the folder, never over a file, and return its path.

    `taken` are the ids of the decks there are. Raises TrainerError.
    """
    title = " ".join(clean(title).split())
    if not title:
        raise TrainerError("a deck needs a title")
    files = os.listdir(folder) if os.path.isdir(folder) else []
    stems = [os.path.splitext(name)[0].lower() for name in files]
    deck = id_from(title, {*taken, *stems})
    path = os.path.join(folder, f"{deck}.yaml")
    create(path, deck_text(deck, title).encode())
    return path


def add_card(path: str) -> int:
    """Add a card to the end of a deck file, and return the line it begins in.

    All that stands there stays as it is. Raises TrainerError where the deck has errors, or ends
    with something else than its cards.
    """
    from trainer.decks.reader import read_text

    place = clean(path)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise TrainerError(f"this can't be read ({reason})", place=place) from error
    before = read_text(data, path)
    if before.deck is None:
        raise TrainerError(
            "this deck has errors", place=place, mend="mend them before you add a card"
        )
    last = max((before.lines[each.id] for each in before.deck.cards), default=0)
    lines = data.decode("utf-8-sig").splitlines()
    listed = lines[last - 1] if last else ""
    indent = len(listed) - len(listed.lstrip(" ")) if listed.lstrip().startswith("-") else 2
    card = _free("new-card", before.lines)
    rest = b"" if data.endswith(b"\n") else b"\n"
    added = data + rest + b"\n" + card_text(card, indent).encode()
    after = read_text(added, path)
    there = [each.id for each in after.deck.cards] if after.deck is not None else []
    if there != [*(each.id for each in before.deck.cards), card]:
        raise TrainerError(
            "a card can't be added below the last line: the deck doesn't end with its cards",
            place=place,
            mend="write it where the others are",
        )
    replace(path, added)
    return after.lines[card]


def _free(name: str, taken: Collection[str]) -> str:
    """Return the first of `name`, `name-2`, `name-3`, … that isn't taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
