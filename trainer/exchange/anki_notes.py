"""Trainer's own note types in Anki: their fields and templates, and a card as their fields.

There are two, since Anki makes gaps only in notes of a type that is for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, get_args

from trainer.decks.model import Card, Kind
from trainer.exchange.cells import kind_of, lacking
from trainer.exchange.cloze import from_ours, to_anki
from trainer.exchange.html import from_text, to_text
from trainer.exchange.note import Fields, Note, is_ref
from trainer.exchange.whole import digests, rest, unite, whole


class NoteType(NamedTuple):
    """A note type: its name, the names of its fields, and the two sides of its one card."""

    name: str
    fields: tuple[str, ...]
    front: str
    back: str
    cloze: bool


_ANSWERED: Final = """
{{#Answer}}<div class="answer">{{Answer}}</div>{{/Answer}}
{{#Points}}<div class="points">{{Points}}</div>{{/Points}}
{{#Source}}<div class="source">{{Source}}</div>{{/Source}}
"""
_HINTED: Final = "\n{{#Hint}}<div>{{hint:Hint}}</div>{{/Hint}}"
_ASKED: Final = """<div class="prompt">{{Prompt}}</div>
{{#Choices}}<div class="choices">{{Choices}}</div>{{/Choices}}"""
_GAPPED: Final = """{{#Prompt}}<div class="prompt">{{Prompt}}</div>{{/Prompt}}
<div>{{cloze:Text}}</div>"""

TRAINER: Final = NoteType(
    name="Trainer",
    fields=(
        "Prompt", "Answer", "Points", "Choices", "Hint", "Kind", "Topic", "Source", "Rest",
    ),
    front=_ASKED + _HINTED,
    back=f'<div class="back">{_ASKED}<hr id="answer">{_ANSWERED}</div>',
    cloze=False,
)  # fmt: skip
TRAINER_CLOZE: Final = NoteType(
    name="Trainer cloze",
    fields=("Text", "Prompt", "Answer", "Hint", "Topic", "Source", "Rest"),
    front=_GAPPED + _HINTED,
    back=_GAPPED + '<hr id="answer">' + re.sub(r"\{\{#Points.*\n", "", _ANSWERED),
    cloze=True,
)
NOTE_TYPES: Final = {each.name: each for each in (TRAINER, TRAINER_CLOZE)}

CSS: Final = """.card { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 40em; margin: 1em auto; \
padding: 0 1em; color: #1b1b1b; background: #fdfdfd; }
.prompt { font-weight: 600; }
.choices ul, .points ul { padding-left: 1.2em; }
.back .right { font-weight: 600; color: #17692f; }
.back .right::after { content: " ✓"; }
.source { font-size: .85em; opacity: .7; }
.cloze { font-weight: 600; color: #1d4ed8; }
.nightMode.card { color: #e6e6e6; background: #1e1e1e; }
.nightMode .back .right { color: #7ad694; }
.nightMode .cloze { color: #8ab4f8; }
"""

_ITEM: Final = re.compile(r"<li\b([^<>]*)>(.*?)(?=<li\b|</[uo]l\b|\Z)", re.DOTALL | re.IGNORECASE)
_RIGHT: Final = re.compile(r"""\bclass\s*=\s*["']?[^"'>]{0,200}\bright\b""", re.IGNORECASE)
_NOT_IN_A_TAG: Final = re.compile(r"[\s\"]+")


def note_type_of(card: Card) -> NoteType:
    """Return the note type that a card has in Anki."""
    return TRAINER_CLOZE if card.kind == "cloze" else TRAINER


def values_of(card: Card, topic: str) -> list[str]:
    """Return the fields of a card's note as HTML, in their type's order; `topic` is its title."""
    kind = note_type_of(card)
    told = {
        "Prompt": from_text(card.prompt),
        "Answer": from_text(card.answer),
        "Hint": from_text(card.hint),
        "Topic": from_text(topic),
        "Source": from_text(card.source),
    }
    if kind.cloze:
        told["Text"] = to_anki(card.text)
    else:
        told["Kind"] = card.kind
        told["Points"] = _list((point.say, "") for point in card.points)
        told["Choices"] = _list((each.text, "right" * each.right) for each in card.choices)
    told["Rest"] = from_text(rest(whole(card), [name.lower() for name in kind.fields] + ["kind"]))
    return [told[name] for name in kind.fields]


def fields_of(kind: NoteType, values: Mapping[str, str], tags: Iterable[str]) -> Fields:
    """Return the fields of the card of a note of one of our types.

    `values` are its fields by name, as HTML; one that isn't there is not known. Raises ValueError,
    with what is wrong, where its kind or its rest is not what Trainer wrote.
    """
    fields: Fields = {}
    for name in kind.fields:
        if name not in values or name == "Rest":
            continue
        field, value = name.lower(), values[name]
        if name in ("Points", "Choices"):
            fields[field] = [
                {"say": text} if name == "Points" else {"text": text, "right": right}
                for text, right in _items(value)
            ]
        else:
            fields[field] = from_ours(value) if name == "Text" else to_text(value)
    if kind.cloze:
        fields["kind"] = "cloze"
    elif fields.get("kind", "question") not in get_args(Kind):
        raise ValueError(f"its field Kind is none of {', '.join(get_args(Kind))}")
    try:
        found = unite(fields, to_text(values["Rest"]) if "Rest" in values else None)
    except (ValueError, RecursionError):
        raise ValueError("its field Rest is not what Trainer wrote there") from None
    return {**found, "tags": tags_of(tags, found.get("tags") or ())}


def note_of(
    kind: NoteType, values: Mapping[str, str], tags: Iterable[str], by_default: str, note: Note
) -> Note:
    """Return a note of one of our types with the fields of its card; its guid is `deck/card`.

    One that somebody made in Anki has a guid of Anki's, and may tell no kind: it is `by_default`.
    Raises ValueError, with why, where it makes no card.
    """
    ref = note.guid if is_ref(note.guid) else ""
    tells_kind = kind.cloze or bool(values.get("Kind"))
    known = {name: value for name, value in values.items() if name != "Kind" or value}
    fields = fields_of(kind, known, tags)
    if not tells_kind:
        fields.pop("kind", None)
        if not ref:
            fields["kind"] = kind_of(fields, by_default)
    lack = lacking(fields, ref)
    if lack:
        raise ValueError(lack)
    agreed = digests(to_text(values["Rest"]) if "Rest" in values else None)
    return note._replace(fields=fields, ref=ref, guid="" if ref else note.guid, agreed=agreed)


def deck_name(title: str, topic: str) -> str:
    """Return the name of a deck in Anki: there is one for each topic below the deck's own."""
    parts = [re.sub("::+", ":", " ".join(part.split())).strip(":") for part in (title, topic)]
    return "::".join(part for part in parts if part)


def anki_tag(tag: str) -> str:
    """Return a tag as Anki has it: without spaces, and each part of its path has a name."""
    spaceless = _NOT_IN_A_TAG.sub("_", unicodedata.normalize("NFC", tag))
    return re.sub("::+", "::", spaceless).strip(":_") or "_"


def tags_of(tags: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return a note's tags as they are here: those that are known as such, in their order, first.

    Anki has its own order, and its own mind on small and capital letters.
    """
    there = {tag.casefold(): tag for tag in tags}
    by_tag = {tag: anki_tag(tag).casefold() for tag in known}
    left = there.keys() - by_tag.values()
    return [tag for tag, name in by_tag.items() if name in there] + [
        tag for name, tag in there.items() if name in left
    ]


def _list(items: Iterable[tuple[str, str]]) -> str:
    """Return texts as a list in HTML, each of the class beside it."""
    shown = [
        f'<li class="{name}">{from_text(text)}</li>' if name else f"<li>{from_text(text)}</li>"
        for text, name in items
    ]
    return f"<ul>{''.join(shown)}</ul>" if shown else ""


def _items(html: str) -> list[tuple[str, bool]]:
    """Return the texts of a list in HTML, and whether each is of the class `right`.

    What somebody wrote there without a list is a text a line.
    """
    if not html:
        return []
    items = [(to_text(text), bool(_RIGHT.search(tag))) for tag, text in _ITEM.findall(html)]
    if not items:
        items = [(line.strip(), False) for line in to_text(html).split("\n")]
    return [(text, right) for text, right in items if text]
