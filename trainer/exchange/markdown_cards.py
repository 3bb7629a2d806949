"""Markdown as hashcards has it: `Q:` and `A:`, and `C:` with what is asked in brackets.

What hashcards has no place for stands in a comment before each card of ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, BinaryIO

from trainer.decks.model import GAP, Deck
from trainer.exchange.cells import in_part, kind_of, lacking, too_long
from trainer.exchange.heads import left_behind
from trainer.exchange.markdown_file import Block, blocks, front_matter, front_matter_of
from trainer.exchange.markdown_text import (
    COMMENT,
    bracketed,
    bulleted,
    guarded,
    tagged,
    unbracketed,
    unbulleted,
)
from trainer.exchange.note import HEED_EACH, Fields, Head, Heed, Note, Skipped, Source, is_ref
from trainer.exchange.separated import checked
from trainer.exchange.textfile import read_text
from trainer.exchange.whole import blank, digests, rest, told, united, whole
from trainer.text import clean, count

_COMMENT = re.compile(r"<!-- trainer:\s*+([^\s{]\S*+)?+\s*+(\{.*\})?\s*+-->\s*")
_BOX = re.compile(r"\[([ xX])\] +")
_POINTS = re.compile(r"(?:\A|\n)Points:\n+(?=- )")


def read(path: str, kind: str, heed: Heed) -> Source:
    """Read the cards of a Markdown file.

    A `C:` with several brackets is one card with several gaps.
    """
    lines = read_text(path).split("\n")
    left_out: list[str] = []
    begin, title, heads = front_matter(lines, left_out)
    notes: list[Note] = []
    skipped: list[Skipped] = []
    stray: list[int] = []
    for number, block in enumerate(blocks(lines, begin, stray), 1):
        if checked(number, path) % HEED_EACH == 0:
            heed(number)
        place = f"{clean(path)}:{block.line}"
        try:
            notes.append(_note(block, kind, place, heads))
        except ValueError as error:
            skipped.append(Skipped(place, str(error)))
    if stray:
        lines_were = f"{count(len(stray), 'line')} {'was' if len(stray) == 1 else 'were'}"
        left_out.append(f"{lines_were} left out, the first in line {stray[0]}: they are of no card")
    return Source(notes, skipped, left_out, title, heads)


def write(decks: Sequence[Deck], out: BinaryIO, heed: Heed) -> list[str]:
    """Write the cards of decks with a front matter that tells of the decks."""
    out.write(front_matter_of(decks).encode())
    number = 0
    for deck in decks:
        for card in deck.cards:
            separator = "\n---\n\n" if number else "\n"
            out.write((separator + _card(f"{deck.deck}/{card.id}", whole(card))).encode())
            number += 1
            if number % HEED_EACH == 0:
                heed(number)
    return left_behind(decks, "markdown", synonyms=False)


def _card(ref: str, fields: Fields) -> str:
    """Return a card as lines: its comment, and its texts behind their tags."""
    if fields["kind"] == "cloze":
        text = _gapped(fields)
        block = tagged("C:", text)
        shown = ["text"] if unbracketed(text) == fields["text"] else []
    else:
        front, back = _front(fields), _back(fields)
        block = f"{tagged('Q:', front)}\n{tagged('A:', back)}"
        shown = ["prompt"] if _prompt(front, fields["choices"]) == fields["prompt"] else []
        of_back = _of_back(back)
        if all(value == _in_part(name, fields[name]) for name, value in of_back.items()):
            shown += of_back
    # Without these signs a comment can't end before its end.
    left = rest(fields, shown).replace("<", "\\u003c").replace(">", "\\u003e")
    return f"{COMMENT} {ref} {left} -->\n{block}\n"


def _gapped(fields: Fields) -> str:
    return guarded(bracketed(fields["text"])).strip()


def _front(fields: Fields) -> str:
    """Return what is asked: the prompt, and what there is to choose from."""
    prompt = guarded(fields["prompt"])
    if fields["choices"]:
        prompt += "\n\n" + bulleted(choice["text"] for choice in fields["choices"])
    return prompt.strip()


def _prompt(front: str, choices: Sequence[Fields]) -> str:
    """Return what is asked without the list of what there is to choose from."""
    before, _, options = front.rpartition("\n\n- ")
    listed = unbulleted(f"- {options}") if choices and before else None
    return before if listed and len(listed) == len(choices) else front


def _back(fields: Fields) -> str:
    """Return the answer: which choices are right, the model answer, and its points."""
    parts = []
    if fields["choices"]:
        marks = [("x" if each.get("right") else " ", each["text"]) for each in fields["choices"]]
        parts.append(bulleted(f"[{mark}] {text}" for mark, text in marks))
    if fields["answer"]:
        parts.append(guarded(fields["answer"]))
    if fields["points"]:
        parts.append("Points:\n\n" + bulleted(point["say"] for point in fields["points"]))
    return "\n\n".join(parts).strip()


def _of_back(back: str) -> Fields:
    """Return what stands behind an `A:`."""
    choices, answer = _chosen(back)
    points: list[str] = []
    ends = [found.span() for found in _POINTS.finditer(answer)]
    if ends and (found := unbulleted(answer[ends[-1][1] :])):
        answer, points = answer[: ends[-1][0]], found
    return {
        "answer": answer.strip(),
        "points": [{"say": say} for say in points],
        "choices": choices,
    }


def _chosen(back: str) -> tuple[list[Fields], str]:
    """Return the choices that an answer begins with, ticked and not, and what follows them."""
    lines = back.split("\n")
    end = 0
    for line in lines:
        box = line.startswith("- ") and _BOX.match(line, 2)
        if not box and not (end and (line.startswith("  ") or not line)):
            break
        end += 1
    choices: list[Fields] = []
    for item in unbulleted("\n".join(lines[:end])) or ():
        box = _BOX.match(item)
        if box is None:
            return [], back
        right = {"right": True} if box[1] != " " else {}
        choices.append({"text": item[box.end() :], **right})
    if len(choices) < 2 or not any("right" in choice for choice in choices):
        return [], back
    return choices, "\n".join(lines[end:])


def _in_part(name: str, value: Any) -> Any:
    return value if name == "answer" else in_part(name, value)


def _note(block: Block, kind: str, place: str, heads: dict[str, Head]) -> Note:
    """Return the card that a block makes. Raises ValueError, with why, where it makes none."""
    if not block.texts:
        raise ValueError("no card follows this comment")
    long = too_long(block.texts)
    if long:
        raise ValueError(long)
    ref, left = _meta(block.comment)
    known = told(left) if left else {}
    fields = _shown(block.texts, known)
    if left:
        fields = united(fields, known)
    else:
        fields = {name: value for name, value in fields.items() if value or isinstance(value, str)}
        if not ref:
            fields["kind"] = kind_of(fields, kind)
    lack = lacking(fields, ref)
    if lack:
        raise ValueError(lack)
    head = heads.get(ref.partition("/")[0])
    deck = (head.title,) if head and head.title else ()
    return Note(place, fields, ref, deck=deck, agreed=digests(left))


def _meta(comment: str) -> tuple[str, str]:
    """Return the ref that a comment names, and the rest in it."""
    found = _COMMENT.fullmatch(comment) if comment else None
    if comment and (found is None or (found[1] and not is_ref(found[1]))):
        raise ValueError("the comment before it is not what Trainer wrote there")
    return (found[1] or "", found[2] or "") if found else ("", "")


def _shown(texts: dict[str, str], known: Fields) -> Fields:
    """Return what the texts of a block say, but for what is known and still shown by them."""
    full = {**blank(), **known}
    if "C" in texts:
        if "text" in known and _gapped(full) == texts["C"]:
            return {}
        text = unbracketed(texts["C"])
        if not GAP.search(text):
            raise ValueError("nothing in it is in [brackets]")
        return {"text": text}
    if "Q" not in texts:
        raise ValueError("there is no question before this answer")
    if "A" not in texts:
        raise ValueError("there is no answer to this question")
    fields = {} if known and _back(full) == texts["A"] else _of_back(texts["A"])
    choices = fields.get("choices", full["choices"])
    if "prompt" not in known or _front({**full, "choices": choices}) != texts["Q"]:
        fields["prompt"] = _prompt(texts["Q"], choices)
    return fields
