"""Decks as JSON, with all that their files have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO, NoReturn

import msgspec
from msgspec import ValidationError, convert

from trainer.decks.model import Card, Deck
from trainer.errors import TrainerError
from trainer.exchange.heads import title_of
from trainer.exchange.note import HEED_EACH, Head, Heed, Note, Skipped, Source
from trainer.exchange.separated import checked
from trainer.exchange.textfile import read_text
from trainer.exchange.whole import agreed_on, through_the_door, whole
from trainer.text import clean, clip

_SCHEMA = 1
_FORM = (
    'write {"schema": 1, "decks": [...]}, or one deck: {"schema": 1, "deck": ..., "cards": [...]}'
)


def read(path: str, kind: str, heed: Heed) -> Source:
    """Read a JSON file of decks, or of one deck. What is wrong in it is told by its key."""
    del kind  # each card tells its own
    whole_file = _loaded(path)
    if not isinstance(whole_file, dict) or not {"decks", "deck"} & whole_file.keys():
        raise TrainerError("this isn't a file of decks", place=clean(path), mend=_FORM)
    agreed: Any = {}
    if "decks" in whole_file:
        _check_schema(path, whole_file)
        unknown = sorted(whole_file.keys() - {"schema", "decks", "agreed"})
        if unknown:
            raise _wrong(path, unknown[0], "there is no such key here")
        agreed = _as(path, "agreed", whole_file.get("agreed", {}), dict[str, dict[str, str]])
        decks = _as(path, "decks", whole_file["decks"], list[dict[str, Any]])
        keyed = [(f"decks[{number}].", deck) for number, deck in enumerate(decks)]
    else:
        keyed = [("", whole_file)]
    source = Source([], [], [], heads={})
    heads: dict[str, Head] = {}
    number = 0
    for above, deck in keyed:
        _check_schema(path, deck, above)
        cards = _as(path, f"{above}cards", deck.pop("cards", []), list[Any])
        known = _as(path, above[:-1], deck, Deck)
        if known.deck in heads:
            raise _wrong(path, f"{above}deck", f"the deck `{known.deck}` is already there")
        heads[known.deck] = Head(
            known.title, known.topics, known.synonyms, deck.get("frameworks", ())
        )
        for place, card in enumerate(cards):
            number = checked(number + 1, path)
            if number % HEED_EACH == 0:
                heed(number)
            where = f"{above}cards[{place}]"
            try:
                found = _as(path, where, card, Card)
            except TrainerError as error:
                source.skipped.append(Skipped(error.place, error.message))
                continue
            ref = f"{known.deck}/{found.id}"
            source.notes.append(
                Note(
                    f"{clean(path)}:{where}", whole(found), ref,
                    deck=(title_of(known),), agreed=agreed.get(ref),
                )
            )  # fmt: skip
    return source._replace(heads=heads)


def write(decks: Sequence[Deck], out: BinaryIO, heed: Heed) -> list[str]:
    """Write whole decks. Beside them stands what each field said, so that changes are seen."""
    agreed = {}
    for deck in decks:
        for card in deck.cards:
            agreed[f"{deck.deck}/{card.id}"] = agreed_on(whole(card))
            if len(agreed) % HEED_EACH == 0:
                heed(len(agreed))
    data = msgspec.json.encode({"schema": _SCHEMA, "decks": decks, "agreed": agreed})
    out.write(msgspec.json.format(data, indent=2) + b"\n")
    return []


def _loaded(path: str) -> Any:
    def once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise _wrong(path, clip(clean(key), 80), "this key is there twice in one object")
            found[key] = value
        return found

    def no_number(name: str) -> NoReturn:
        raise TrainerError(f"{name} is no number of JSON", place=clean(path))

    text = read_text(path)
    try:
        found = json.loads(text, object_pairs_hook=once, parse_constant=no_number)
        return through_the_door(found)
    except json.JSONDecodeError as error:
        place = f"{clean(path)}:{error.lineno}:{error.colno}"
        said = error.msg[:1].lower() + error.msg[1:]
        raise TrainerError(f"this isn't JSON: {said}", place=place) from error
    except RecursionError as error:
        raise TrainerError("this is nested too deep", place=clean(path)) from error
    except ValueError as error:
        raise TrainerError("a number is too long here", place=clean(path)) from error


def _check_schema(path: str, told: dict[str, Any], above: str = "") -> None:
    schema = told.get("schema")
    if isinstance(schema, int) and schema > _SCHEMA:
        raise TrainerError(
            f"this was written by a newer Trainer (schema {clip(str(schema), 20)})",
            place=f"{clean(path)}:{above}schema",
            mend="update Trainer",
        )
    if schema != _SCHEMA:
        raise _wrong(path, f"{above}schema", "the schema has to be 1")


def _as(path: str, key: str, value: Any, type_: Any) -> Any:
    """Return a value as what it has to be. Raises TrainerError with the key that is wrong."""
    try:
        return convert(value, type_)
    except ValidationError as error:
        said, _, below = str(error).partition(" - at `$")
        where = f"{key}{below.rstrip('`')}".lstrip(".")
        raise _wrong(path, where, said[:1].lower() + said[1:]) from error


def _wrong(path: str, key: str, message: str) -> TrainerError:
    place = f"{clean(path)}:{key}" if key else clean(path)
    return TrainerError(clip(message, 200), place=place)
