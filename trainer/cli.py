"""The commands. Each is a call into the modules that do the work; no logic lives here."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TextIO

from trainer import __version__
from trainer.errors import TrainerError, UsageError
from trainer.paths import Paths, locate
from trainer.text import clean

if TYPE_CHECKING:
    from trainer.decks.library import Library
    from trainer.desk import Desk
    from trainer.exchange.telling import Told
    from trainer.planning import Mode
    from trainer.selection import Selection
    from trainer.session import Sitting

_Command = Callable[[argparse.Namespace], int]
_KINDS = ("scenario", "question", "flashcard", "choice", "cloze")


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
        words = command_first(argv)
        args = _parser(words[0] if words else "").parse_args(words)
        code: int = args.run(args)
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


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal, which argparse would import half of shutil to ask."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns
        except OSError:
            width = 80
        super().__init__(prog, width=max(40, width - 2))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        super().error(clean(message))


class _Option(NamedTuple):
    """An option that stands in several commands, or may stand before one."""

    flag: str
    settings: dict[str, Any]


_COMMON = (
    _Option("--data", {"metavar": "DIR", "help": "the folder for progress, config, your decks"}),
    _Option(
        "--decks",
        {
            "metavar": "DIR",
            "action": "append",
            "default": [],
            "type": os.path.expanduser,
            "help": "also load these decks",
        },
    ),
)
_JSON = _Option("--json", {"action": "store_true", "help": "print one JSON document"})
_JSON_LINES = _Option("--json", {"action": "store_true", "help": "the same: it is JSON Lines"})
_PATHS = _Option("paths", {"nargs": "*", "metavar": "PATH", "help": "deck files or folders"})
_CARD = _Option("--card", {"metavar": "DECK/CARD", "required": True, "help": "the card"})
_MERGE = _Option(
    "--merge",
    {"metavar": "FILE", "nargs": "+", "default": [], "help": "unite these logs with this one"},
)
_ORPHANS = _Option(
    "--orphans", {"action": "store_true", "help": "list progress whose card is in no deck"}
)
_SAMPLES = _Option(
    "--samples", {"metavar": "N", "type": int, "help": "also compose N scenarios, to be read"}
)
_WATCH = _Option(
    "--watch", {"action": "store_true", "help": "check again on every save, until Ctrl+C"}
)
_CHECK = (_ORPHANS, _SAMPLES, _WATCH, _JSON)
_JSON_SCHEMA = _Option("--json", {"action": "store_true", "help": "the same: it is JSON"})
_NEW = (
    _Option(
        "what", {"choices": ("deck", "card", "framework"), "help": "a framework is a deck, too"}
    ),
    _Option("title", {"nargs": "*", "metavar": "TITLE", "help": "what the new deck is called"}),
    _Option("--deck", {"metavar": "ID", "default": "", "help": "the deck that the card is for"}),
)
_BACKUP = _Option("file", {"metavar": "FILE", "nargs": "?", "help": "where to (the backups)"})
_RESTORE = _Option("file", {"metavar": "FILE", "help": "a backup, or a copy of a progress file"})
_WORDS = _Option(
    "words",
    {"nargs": "+", "metavar": "WORD", "help": "in its texts, or deck: topic: tag: kind: is:"},
)
_MOST = _Option("--limit", {"metavar": "N", "type": int, "help": "show at most N cards"})
_FORGET = _Option("--forget", {"metavar": "ID", "help": "take back what was taught under ID"})
_FILES = _Option("files", {"metavar": "FILE", "nargs": "+", "help": "files with cards"})
_IMPORT = (
    _Option("--deck", {"metavar": "ID", "default": "", "help": "bring all into this deck"}),
    _Option("--format", {"metavar": "F", "default": "", "help": "csv, tsv, anki, …"}),
    _Option(
        "--kind",
        {
            "choices": ("question", "flashcard"),
            "default": "question",
            "help": "what a front with a back becomes (question)",
        },
    ),
    _Option("--dry-run", {"action": "store_true", "help": "show what would happen"}),
)
_OUT = _Option("file", {"metavar": "FILE", "nargs": "?", "help": "where to (standard output)"})
_EXPORT = (
    _Option("--deck", {"metavar": "ID", "default": "", "help": "only this deck"}),
    _Option(
        "--format",
        {
            "metavar": "F",
            "required": True,
            "help": "anki, anki-text, csv, markdown or json",
        },
    ),
)
_QUIZ = (
    _Option(
        "--mode", {"choices": ("daily", "drill", "weak", "mock"), "help": "what to ask (daily)"}
    ),
    _Option("--deck", {"metavar": "ID", "default": "", "help": "only this deck"}),
    _Option("--topic", {"metavar": "T", "default": "", "help": "only this topic"}),
    _Option("--tag", {"metavar": "T", "default": "", "help": "only cards with this tag"}),
    _Option("--kind", {"choices": _KINDS, "default": "", "help": "only cards of this kind"}),
    _Option("--card", {"metavar": "DECK/CARD", "default": "", "help": "only this card"}),
    _Option("--limit", {"metavar": "N", "type": int, "help": "ask at most N questions"}),
    _Option("--minutes", {"metavar": "M", "type": float, "help": "ask nothing after M minutes"}),
    _Option(
        "--new",
        {"metavar": "N", "type": int, "default": 0, "help": "up to N new cards beyond the limit"},
    ),
    _Option(
        "--no-count",
        {"action": "store_true", "help": "log the answers, leave the schedule as it is"},
    ),
    _Option("--plain", {"action": "store_true", "help": "line by line, without the app"}),
    _Option("--ask", {"metavar": "WHAT", "default": "", "help": "with --plain: confidence,unsure"}),
)


def _parser(named: str) -> argparse.ArgumentParser:
    """Return the parser; only the command that is `named` gets its options, for they cost time."""
    parser = _Parser(
        prog="trainer",
        allow_abbrev=False,
        formatter_class=_Help,
        description="Interview questions in the terminal, graded point by point and asked again "
        "when they are due.",
    )
    parser.add_argument("--version", action="version", version=f"trainer {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", prog="trainer", parser_class=_Parser)

    def fill(target: argparse.ArgumentParser, do: _Command, *options: _Option) -> None:
        for option in (*_COMMON, *options):
            target.add_argument(option.flag, **option.settings)
        target.set_defaults(run=do)

    def add(name: str, text: str, do: _Command, *options: _Option) -> None:
        made = commands.add_parser(
            name, help=text, description=text, allow_abbrev=False, formatter_class=_Help
        )
        if name == named:
            fill(made, do, *options)

    fill(parser, _app)
    add("quiz", "Open straight at the first question.", _quiz, *_QUIZ)
    add("check", "Validate decks and run their examples.", _check, _PATHS, *_CHECK)
    add("new", "Write a deck, a card or a framework to begin with.", _new, *_NEW, _JSON)
    add("schema", "Print the JSON Schema of decks, for editors.", _schema, _JSON_SCHEMA)
    add("due", "Show what is due, by deck and topic.", _due, _JSON)
    add("search", "Find cards by words and filters.", _search, _WORDS, _MOST, _JSON)
    add("stats", "Show retention, streak and mastery by topic.", _stats, _JSON)
    add("forecast", "Show what the coming days hold, and the interview's plan.", _forecast, _JSON)
    add("grade", "Grade an answer read from standard input.", _grade, _CARD, _JSON)
    add("log", "Print every event as JSON Lines, oldest first.", _log, _MERGE, _JSON_LINES)
    add("taught", "List the phrases you taught the grader.", _taught, _FORGET, _JSON)
    add("doctor", "Check the progress file, and mend what can be mended.", _doctor, _JSON)
    add("backup", "Copy the progress file.", _backup, _BACKUP, _JSON)
    add("restore", "Put a backup in the progress file's place.", _restore, _RESTORE, _JSON)
    add("import", "Bring cards in from other programs.", _import, _FILES, *_IMPORT, _JSON)
    add("export", "Write cards for other programs.", _export, _OUT, *_EXPORT)
    add("paths", "Show where everything lives.", _paths, _JSON)
    return parser


def command_first(argv: Sequence[str]) -> list[str]:
    """Return the arguments with the command's name first, so that options may stand before it."""
    takes_value = {
        option.flag
        for option in (*_COMMON, *_QUIZ, *_CHECK, *_IMPORT, *_EXPORT, _MOST, _FORGET, _MERGE)
        if option.settings.get("action") in (None, "append")
    }
    place = 0
    while place < len(argv) and argv[place].startswith("-") and argv[place] != "--":
        place += 2 if argv[place] in takes_value else 1
    if place >= len(argv):
        return list(argv)
    return [argv[place], *argv[:place], *argv[place + 1 :]]


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
