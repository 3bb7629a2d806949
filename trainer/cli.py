"""The commands. Each is a call into the modules that do the work; no logic lives here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NoReturn, TextIO

from trainer.errors import TrainerError, UsageError
from trainer.paths import Paths, locate
from trainer.text import clean
from trainer.usage import parse

if TYPE_CHECKING:
    import argparse

    from trainer.decks.library import Library
    from trainer.desk import Desk
    from trainer.exchange.telling import Told
    from trainer.planning import Mode
    from trainer.selection import Selection
    from trainer.session import Sitting


def run() -> NoReturn:
    """Run the command line of this process."""
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run a command and return its exit code: 0 done, 1 it is not so, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # closed before we began: nobody listens
            # A file or a pipe gets UTF-8 whatever the locale, so that a log loses nothing.
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")  # type: ignore[union-attr]
    try:
        args = parse(argv)
        code = _RUN[args.command](args)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except TrainerError as error:
        print(f"trainer: {clean(str(error))}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing is to be said at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.filename is not None:
            place = clean(os.fsdecode(error.filename))
            print(f"trainer: {place}: {error.strerror}", file=sys.stderr)
            return 1
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"trainer: the output can't be written ({error.strerror})", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


# The commands


def _app(args: argparse.Namespace) -> int:
    from trainer.terminal import keys_kept

    _need_terminal("the app needs a terminal; `trainer quiz --plain` works without one")
    _make_way_to_app()
    with keys_kept(), _desk(args, for_reading=False) as desk:
        return _open_app(desk)


def _quiz(args: argparse.Namespace) -> int:
    from trainer.selection import Selection

    for name in ("limit", "minutes"):
        value = getattr(args, name)
        if value is not None and not 0 < value < float("inf"):
            raise UsageError(f"--{name} takes a number above 0")
    if args.new < 0:
        raise UsageError("--new takes a number from 0 on")
    selection = Selection(args.deck, args.topic, args.tag, args.kind, args.card)
    mode: Mode = args.mode or ("drill" if args.card else "daily")
    if args.plain:
        return _plain_quiz(args, mode, selection)
    if args.ask:
        raise UsageError("--ask goes with --plain")
    _need_terminal("the quiz needs a terminal; add --plain to answer line by line")
    _make_way_to_app()
    from trainer.terminal import keys_kept

    with keys_kept(), _desk(args, for_reading=False) as desk:
        return _open_app(desk, _sitting(desk, args, mode, selection))


def _open_app(desk: Desk, sitting: Sitting | None = None) -> int:
    from trainer.tui.app import run_app

    return run_app(desk, sitting)


def _plain_quiz(args: argparse.Namespace, mode: Mode, selection: Selection) -> int:
    from trainer.mockfile import folder_beside
    from trainer.plain import Dialogue

    asks = {what for what in args.ask.split(",") if what}
    if asks - {"confidence", "unsure"}:
        raise UsageError("--ask takes confidence, unsure, or both with a comma between")
    stdin = _input()
    with _desk(args, for_reading=False) as desk:
        sitting = _sitting(desk, args, mode, selection)
        mocks = folder_beside(desk.store.path)
        dialogue = Dialogue(sitting, stdin, sys.stdout, ask=asks, mocks=mocks)
        return dialogue.run()


def _sitting(desk: Desk, args: argparse.Namespace, mode: Mode, selection: Selection) -> Sitting:
    return desk.sitting(
        mode, selection, args.limit, args.minutes, more_new=args.new, counts=not args.no_count
    )


def _check(args: argparse.Namespace) -> int:
    if args.watch and (args.json or args.samples or args.orphans):
        raise UsageError("--watch goes with none of --json, --samples and --orphans")
    if args.orphans:
        return _orphans(args)
    from trainer.authoring import check_decks

    return check_decks(locate(args.data), args)


def _new(args: argparse.Namespace) -> int:
    from trainer.authoring import new

    paths = locate(args.data)
    return new(paths, _library(paths, args), args)


def _schema(args: argparse.Namespace) -> int:
    from trainer.decks.schema import schema_text

    print(schema_text(), end="")
    return 0


def _orphans(args: argparse.Namespace) -> int:
    from trainer.report import as_json, orphans_text

    with _desk(args) as desk:
        orphans = desk.store.orphans()
    document = [{"card": card, "reviews": reviews} for card, reviews in orphans]
    print(as_json(document) if args.json else clean(orphans_text(orphans)))
    return 0


def _due(args: argparse.Namespace) -> int:
    from trainer.report import as_json, due_document, due_text

    with _desk(args) as desk:
        at = desk.clock()
        due = desk.due(at)
    print(as_json(due_document(due, at)) if args.json else due_text(due, at))
    return 0


def _search(args: argparse.Namespace) -> int:
    from trainer.report import as_json, found_document, found_text
    from trainer.search import search
    from trainer.terminal import width

    if args.limit is not None and args.limit < 1:
        raise UsageError("--limit takes a number above 0")
    with _desk(args) as desk:
        found = search(desk.library, desk.standing(), " ".join(args.words))[: args.limit]
    if args.json:
        print(as_json(found_document(found)))
    elif not found:
        raise TrainerError("no card matches", mend="`trainer search --help` names the filters")
    else:
        print(found_text(found, width()))
    return 0 if found else 1


def _stats(args: argparse.Namespace) -> int:
    from trainer.report import as_json, stats_document, stats_text

    with _desk(args) as desk:
        at = desk.clock()
        stats = desk.stats(at)
    print(as_json(stats_document(stats, at)) if args.json else stats_text(stats))
    return 0


def _forecast(args: argparse.Namespace) -> int:
    from trainer.report import as_json, forecast_document, forecast_text

    with _desk(args) as desk:
        at = desk.clock()
        forecast = desk.forecast(at)
    print(as_json(forecast_document(forecast, at)) if args.json else forecast_text(forecast))
    return 0


def _grade(args: argparse.Namespace) -> int:
    from trainer.report import as_json, grade_text

    with _desk(args) as desk:
        ref = desk.library.resolve(args.card)
        card = desk.asked(ref)
        if card.noted:  # what is composed can be known from here alone
            print(f"trainer: asked: {card.prompt}", file=sys.stderr, flush=True)
        # Spans count the answer as it came, so a line's end stays as long as it is.
        answer = clean(_input(newline="").read())
        graded = desk.grade(ref, answer)
    if args.json:
        from msgspec import to_builtins

        print(as_json(to_builtins(graded)))
    else:
        print(grade_text(graded, answer, card))
    return 0


def _log(args: argparse.Namespace) -> int:
    from trainer.progress.store import Store

    if args.merge:
        return _merge(args)
    with Store.open_for_reading(locate(args.data).progress) as store:
        for line in store.lines():
            print(line)
    return 0


def _merge(args: argparse.Namespace) -> int:
    from trainer.report import as_json, merged_document, merged_text

    with _desk(args, for_reading=False) as desk:
        desk.back_up()
        merged = desk.store.unite(args.merge)
    print(as_json(merged_document(merged)) if args.json else merged_text(merged))
    return 0 if all(problem.torn for problem in merged.problems) else 1


def _taught(args: argparse.Namespace) -> int:
    from trainer.report import as_json, taught_document, taught_text

    if args.forget:
        return _forget(args)
    with _desk(args) as desk:
        taught = desk.store.taught()
    print(as_json(taught_document(taught)) if args.json else taught_text(taught))
    return 0


def _forget(args: argparse.Namespace) -> int:
    from trainer.report import as_json, taught_document

    with _desk(args, for_reading=False) as desk:
        forgotten = desk.store.forget(args.forget, desk.clock())
    if forgotten is None:
        raise TrainerError(
            f"nothing was taught under the id {args.forget}", mend="`trainer taught` lists them"
        )
    print(as_json(taught_document([forgotten])) if args.json else f"forgotten {forgotten.id}")
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from trainer.progress.doctor import examine
    from trainer.report import as_json, findings_document, findings_text
    from trainer.scheduling.days import now

    paths = locate(args.data)
    findings = examine(paths.progress, paths.backups, now())
    print(as_json(findings_document(findings)) if args.json else findings_text(findings))
    return 0 if findings.sound else 1


def _backup(args: argparse.Namespace) -> int:
    from trainer.progress.backup import backup_now, copy_to
    from trainer.report import as_json
    from trainer.scheduling.days import now

    paths = locate(args.data)
    if not os.path.lexists(paths.progress):
        raise TrainerError("there is no progress file yet", place=clean(paths.progress))
    if args.file:
        made = os.path.abspath(os.path.expanduser(args.file))
        copy_to(paths.progress, made)
    else:
        made = backup_now(paths.progress, paths.backups, now())
    print(as_json({"backup": made}) if args.json else f"backed up to {clean(made)}")
    return 0


def _restore(args: argparse.Namespace) -> int:
    from trainer.progress.backup import restore
    from trainer.report import as_json
    from trainer.scheduling.days import now

    paths = locate(args.data)
    file = os.path.abspath(os.path.expanduser(args.file))
    kept = restore(file, paths.progress, paths.backups, now())
    if args.json:
        print(as_json({"restored": file, "kept": kept}))
    else:
        print(f"restored {clean(file)}")
        if kept:
            print(f"what was there before is kept in {clean(kept)}")
    return 0


def _import(args: argparse.Namespace) -> int:
    from trainer.exchange.bringing import Bringer, Wishes
    from trainer.exchange.telling import Ticker, document, text
    from trainer.report import as_json

    paths, ticker = locate(args.data), Ticker(sys.stderr)
    wishes = Wishes(args.deck, args.format, args.kind, args.dry_run)

    def library() -> Library:
        return _library(paths, args, keep=not args.dry_run)

    def desk() -> Desk:
        return _desk(args, for_reading=False)

    bringer = Bringer(wishes, paths, library, desk, ticker)
    told: list[Told] = []
    try:
        for file in args.files:
            told.append(bringer.bring(os.path.expanduser(file)))
    finally:  # what was brought in is told also where the next file can't be
        ticker.done()
        if told:
            print(as_json(document(told, args.dry_run)) if args.json else text(told, args.dry_run))
    return 0 if all(each.whole for each in told) else 1


def _export(args: argparse.Namespace) -> int:
    from trainer.exchange.exporting import decks_of, export_to
    from trainer.exchange.formats import write
    from trainer.exchange.telling import Ticker

    ticker = Ticker(sys.stderr)
    library = _library(locate(args.data), args)
    for sentence in library.notices:
        print(f"trainer: {sentence}", file=sys.stderr)
    decks = decks_of(library, args.deck)
    try:
        if args.file:
            path = os.path.abspath(os.path.expanduser(args.file))
            behind = export_to(path, decks, args.format, ticker.heed)
        elif args.format == "anki" and sys.stdout.isatty():
            raise UsageError("an Anki package is no text to be shown", mend="name a file for it")
        else:
            behind = write(decks, args.format, sys.stdout.buffer, ticker.heed)
    finally:
        ticker.done()
    for sentence in behind:
        print(f"trainer: {clean(sentence)}", file=sys.stderr)
    return 0


def _paths(args: argparse.Namespace) -> int:
    from trainer.report import as_json, paths_text

    paths = locate(args.data)
    print(as_json(paths._asdict()) if args.json else paths_text(paths))
    return 0


# What they share


def _library(paths: Paths, args: argparse.Namespace, *, keep: bool = True) -> Library:
    from trainer.decks.library import open_library

    return open_library(paths.bundled, paths.decks, args.decks, paths.cache, keep=keep)


def _desk(args: argparse.Namespace, *, for_reading: bool = True) -> Desk:
    from trainer.desk import Desk

    desk = Desk.open(locate(args.data), args.decks, for_reading=for_reading)
    for sentence in desk.notices:
        print(f"trainer: {clean(sentence)}", file=sys.stderr)
    return desk


def _make_way_to_app() -> None:
    """Leave garbage alone: nothing made on the way to the first paint is any."""
    import gc

    gc.disable()  # the app turns it on again


def _need_terminal(message: str) -> None:
    if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        raise UsageError(message)


def _input(newline: str | None = None) -> TextIO:
    if sys.stdin is None:
        raise UsageError("there is no standard input to read the answer from")
    sys.stdin.reconfigure(errors="replace", newline=newline)  # type: ignore[union-attr]
    return sys.stdin


_RUN: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "": _app,
    "quiz": _quiz,
    "check": _check,
    "new": _new,
    "schema": _schema,
    "due": _due,
    "search": _search,
    "stats": _stats,
    "forecast": _forecast,
    "grade": _grade,
    "log": _log,
    "taught": _taught,
    "doctor": _doctor,
    "backup": _backup,
    "restore": _restore,
    "import": _import,
    "export": _export,
    "paths": _paths,
}
