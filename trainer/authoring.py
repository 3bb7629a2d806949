"""The commands by which decks are written: checking them, and beginning new ones."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TextIO

from trainer.decks.check import Checker, files_named, report, sound_decks
from trainer.decks.library import Library, library_files
from trainer.decks.reader import read_deck
from trainer.decks.walk import did_you_mean
from trainer.editor import drop_unchanged, is_bundled, own_copy
from trainer.errors import TrainerError, UsageError
from trainer.grading import grade
from trainer.paths import Paths
from trainer.report import as_json, check_text
from trainer.templates import add_card, deck_text, framework_text, new_deck
from trainer.text import clean

if TYPE_CHECKING:
    import argparse

    from trainer.decks.check import Found
    from trainer.decks.model import Card, Deck
    from trainer.grading.model import Grade

# Between two looks at what is watched, in seconds. A look at a hundred decks takes milliseconds.
_PAUSE = 0.5


def check_decks(paths: Paths, args: argparse.Namespace) -> int:
    """Check the decks that are named, or all there are."""
    if args.samples is not None and args.samples < 1:
        raise UsageError("--samples takes a number above 0")
    found = _find(paths, args, may_lack=False)
    if args.watch:
        checker = Checker(lambda: _find(paths, args, may_lack=True), _grade)
        watch(checker, sys.stdout, lambda: time.sleep(_PAUSE))
        return 0
    results = Checker(lambda: found, _grade).changed() or []
    document, text = report(results), check_text(results)
    if args.samples:
        from trainer.decks.framework_check import samples
        from trainer.report import samples_text

        files = [path for layer in found[0] for path in layer]
        made = samples(sound_decks(files), args.samples)
        document["samples"] = [sample._asdict() for sample in made]
        text += "\n" + samples_text(made)
    print(as_json(document) if args.json else text)
    return 0 if document["ok"] else 1


def _find(paths: Paths, args: argparse.Namespace, *, may_lack: bool) -> Found:
    """Return the deck files to check. What was named may be gone only once it is watched."""
    if args.paths:
        return files_named(args.paths, may_lack=may_lack)
    if not may_lack:
        return library_files(paths.bundled, paths.decks, args.decks)
    layers, problems = library_files(paths.bundled, paths.decks)
    more, met = files_named(args.decks, may_lack=True)
    return [*layers, *more], [*problems, *met]


def _grade(card: Card, answer: str, deck: Deck) -> Grade:
    return grade(card, answer, ref=f"{deck.deck}/{card.id}", synonyms=deck.synonyms)


def watch(checker: Checker, out: TextIO, wait: Callable[[], None]) -> None:
    """Print what checking gives, and again after each change, until Ctrl+C; `wait` pauses.

    On a terminal the screen is cleared between two rounds; elsewhere a line stands there.
    """
    rounds = 0
    with suppress(KeyboardInterrupt):
        while True:
            results = checker.changed()
            if results is not None:
                if rounds:
                    out.write("\x1b[2J\x1b[H" if out.isatty() else "---\n")
                rounds += 1
                print(check_text(results), file=out)
                print("watching for changes; Ctrl+C ends", file=out, flush=True)
            wait()


class _Made(NamedTuple):
    """What was written: the file, the line it begins in, and its deck and card."""

    path: str
    line: int
    deck: str
    card: str


def new(paths: Paths, library: Library, args: argparse.Namespace) -> int:
    """Write a deck or a framework of this title, or a card for the deck that is named."""
    title = " ".join(args.title)
    if args.what == "card":
        if title:
            raise UsageError("a card is written in its file; `trainer new card` takes --deck alone")
        if not args.deck:
            raise UsageError("a card needs a deck: name it with --deck ID")
        made = _new_card(args.deck, paths, library)
    else:
        if args.deck:
            raise UsageError(f"--deck goes with `trainer new card`; a {args.what} needs a title")
        if not title:
            raise UsageError(f"a {args.what} needs a title: `trainer new {args.what} TITLE`")
        text_of = deck_text if args.what == "deck" else framework_text
        taken = {*library.decks, *_broken(library)}
        path = new_deck(paths.decks, title, taken, text_of)
        made = _Made(path, 1, read_deck(path).deck_id, "")
    place = f"{made.path}:{made.line}" if made.card else made.path
    print(as_json(made._asdict()) if args.json else clean(place))
    return 0


def _new_card(deck: str, paths: Paths, library: Library) -> _Made:
    """Add a card to a deck, to a copy of it where it came with Trainer."""
    path = _broken(library).get(deck)  # it may stand in for one that is sound
    if path is None and deck in library.decks:
        path = library.decks[deck].path
    if path is None:
        raise TrainerError(
            f"there is no deck {clean(deck)}",
            mend=did_you_mean(deck, library.decks) or "`trainer check` lists the deck files",
        )
    original = path
    if is_bundled(path, paths):
        path = own_copy(path, paths)
    try:
        line = add_card(path)
    finally:
        if path != original:
            drop_unchanged(path, original)
    if path != original:
        said = f"this is a copy of {clean(original)}; it takes that deck's place from now on"
        print(f"trainer: {said}", file=sys.stderr)
    return _Made(path, line, deck, next(n for n, at in read_deck(path).lines.items() if at == line))


def _broken(library: Library) -> dict[str, str]:
    """Return the files of the decks that have errors, by their ids."""
    wrong = {each.path for each in library.problems if each.severity == "error"}
    loaded = {deck.path for deck in library.decks.values()}
    files = [path for path in library.files if clean(path) in wrong and path not in loaded]
    readings = [(read_deck(path), path) for path in files]
    return {read.deck_id: path for read, path in readings if read.deck is None and read.deck_id}
