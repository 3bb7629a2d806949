"""New decks and cards: their texts, which pass `trainer check` as they are, and their files.

Decks name the schema by which editors complete them as a file beside them, which is put there with
a new deck. So the line holds on every machine that has the folder, and after an upgrade.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from trainer.decks.source import Refused, read_bytes
from trainer.errors import TrainerError
from trainer.files import create, replace
from trainer.text import clean

if TYPE_CHECKING:
    from trainer.decks.model import Deck

# The schema's file, and how a deck's first line names it to editors.
SCHEMA_FILE = "deck.schema.json"
_HINT = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"

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
_FRAMEWORK = """\
# A deck that composes scenarios, other ones each time. This one works; put your decision in its
# place: first the verdicts, then what speaks for each. `trainer check --samples 10` shows some.
schema: 1
deck: {id}  # its name for ever: what you learn hangs on it
title: {title}
topics:
  basics: The basics

frameworks:
  - id: queue-or-call
    topic: basics
    # The decisions: phrases that assert each in an answer, and those of the others.
    verdicts:
      queue: {{accept: [message queue, queue], reject: [direct call, synchronous call]}}
      call: {{accept: [direct call, synchronous call], reject: [message queue, queue]}}
      both: {{all: [[message queue, queue], [direct call, synchronous call]]}}
    # What a signal bears on, and what that is called: “A queue for the load and …”.
    axes: {{load: the load, reply: the reply}}
    # How a prompt begins. Tags are what signals may go by, with `only_with` and `never_with`.
    subjects:
      - {{id: orders, text: Orders of a shop, tags: [requests]}}
      - {{id: reports, text: Reports on demand, tags: [requests]}}
    # The ideas. Each is a card; a prompt shows the cues of two to four of them.
    signals:
      - id: bursts  # for ever, too
        favours: queue
        axis: load
        cues: [ten times the load at noon, everybody clicks at nine]
        point:
          say: Peaks are taken in and worked off later instead of failing.  # names no verdict
          accept: [absorb the peaks, work off later, buffer the burst, smooth the load]
      - id: outages
        favours: queue
        axis: load
        cues: [the receiver is down now and then, "no request may get lost"]
        point:
          say: What can't be handled now has to be kept and tried again.
          accept: [try again, retry, kept until it is back, survives the outage]
      - id: waiting
        favours: call
        axis: reply
        cues: [somebody waits at the screen, shown at once or not at all]
        point:
          say: The person waits, so the result has to be there at once.
          accept: [the person waits, result at once, immediate response]
        # only_with: [requests]  # tags of which the subject has one
      - id: next-step
        favours: call
        axis: reply
        cues: [the next step needs the answer, refused where the check says no]
        point:
          say: What comes next can't begin before the outcome is known.
          accept: [next step depends on it, needs the outcome first, outcome decides what follows]
    # The first rule that fits decides; what none decides is never asked.
    rules:
      - {{when: {{load: queue, reply: call}}, verdict: both}}
      - {{when: {{load: queue}}, verdict: queue}}
      - {{when: {{reply: call}}, verdict: call}}
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
    return _filled(_DECK, deck, title) + card_text("first-card", 2)


def framework_text(deck: str, title: str) -> str:
    """Return a deck of one framework, small and whole, with what its parts are in comments."""
    return _filled(_FRAMEWORK, deck, title)


def _filled(template: str, deck: str, title: str) -> str:
    quoted = json.dumps(clean(title), ensure_ascii=False)
    for odd in "\ufffe\uffff":  # which YAML holds only by their numbers
        quoted = quoted.replace(odd, f"\\u{ord(odd):04x}")
    return _HINT + template.format(id=deck, title=quoted)


def card_text(card: str, indent: int) -> str:
    """Return a card as an item of a deck's list of cards, indented as the list's others are."""
    lines = _CARD.format(id=card).splitlines(keepends=True)
    return "".join(" " * indent + line for line in lines)


def new_deck(
    folder: str,
    title: str,
    taken: Collection[str],
    text_of: Callable[[str, str], str] = deck_text,
) -> str:
    """Write a new deck into the folder, never over a file, and return its path.

    `taken` are the ids of the decks there are; `text_of` makes the text of an id and a title.
    Raises TrainerError.
    """
    title = " ".join(clean(title).split())
    if not title:
        raise TrainerError("a deck needs a title")
    files = os.listdir(folder) if os.path.isdir(folder) else []
    stems = [os.path.splitext(name)[0].lower() for name in files]
    deck = id_from(title, {*taken, *stems})
    path = os.path.join(folder, f"{deck}.yaml")
    put_schema(folder)
    create(path, text_of(deck, title).encode())
    return path


def put_schema(folder: str) -> None:
    """Put the schema that decks name into the folder, over an older one but over nothing else.

    Raises TrainerError.
    """
    from trainer.decks.schema import COMMENT, schema_text

    path, data = os.path.join(folder, SCHEMA_FILE), schema_text().encode()
    try:
        with open(path, "rb") as file:
            present = file.read()
    except FileNotFoundError:
        create(path, data)
    except OSError:
        return  # whatever it is, it isn't ours
    else:
        if present != data and COMMENT.encode() in present[:200]:
            replace(path, data)


def add_card(path: str) -> int:
    """Add a card to a deck file below its last one, and return the line it begins in.

    All that stands there stays as it is. Raises TrainerError where the deck has errors, or its
    cards aren't a list of lines with dashes.
    """
    from trainer.decks.reader import read_text

    place = clean(path)
    try:
        data = read_bytes(path)
    except Refused as refused:
        raise TrainerError(refused.message, place=place, mend=refused.mend) from refused
    before = read_text(data, path)
    if before.deck is None:
        first = next(each for each in before.problems if each.severity == "error")
        raise TrainerError(
            f"this deck has errors, the first of them here: {first.message}",
            place=f"{place}:{first.line}:{first.column}" if first.line else place,
            mend="mend them before you add a card",
        )
    last = max((before.lines[each.id] for each in before.deck.cards), default=0)
    card = _free("new-card", before.lines)
    for added in _added(data.decode(), last, card):
        after = read_text(added.encode(), path)
        if after.deck is not None and _without(after.deck, card) == before.deck:
            if data.startswith(_HINT.encode()):
                put_schema(os.path.dirname(path))
            replace(path, added.encode())
            return after.lines[card]
    raise TrainerError(
        "a card can't be added to this deck, whose cards aren't a list of lines with dashes",
        place=f"{place}:{last}" if last else place,
        mend="write it where the others are",
    )


def _added(text: str, last: int, card: str) -> Iterator[str]:
    """Yield the texts to try: the card below the one that begins in line `last`, or in a new list.

    `last` is 0 where there are no cards.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    if lines[-1]:
        lines[-1] += "" if lines[-1].endswith(("\n", "\r")) else end
    listed = lines[last - 1] if last else ""
    indent = _indent(listed) if listed.lstrip().startswith("-") else 2
    added = [line + end for line in ["", *card_text(card, indent).splitlines()]]
    below = _end_of_card(lines, last, indent) if last else len(lines)
    yield "".join([*lines[:below], *added, *lines[below:]])
    if not last:
        yield "".join([*lines, end, "cards:", *added])


def _end_of_card(lines: list[str], first: int, indent: int) -> int:
    """Return how many lines there are up to the end of the card that begins in line `first`.

    Comments further left belong to what comes next; at the end of the file, nothing does.
    """
    following = [
        number
        for number in range(first, len(lines))
        if lines[number].strip() and _indent(lines[number]) <= indent
    ]
    below = next((n for n in following if not lines[n].lstrip().startswith("#")), None)
    if below is None:
        return len(lines)
    while below - 1 in following or not lines[below - 1].strip():
        below -= 1
    return below


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _without(deck: Deck, card: str) -> Deck:
    from msgspec.structs import replace as changed

    return changed(deck, cards=tuple([each for each in deck.cards if each.id != card]))


def _free(name: str, taken: Collection[str]) -> str:
    """Return the first of `name`, `name-2`, `name-3`, … that isn't taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
