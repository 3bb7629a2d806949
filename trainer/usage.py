"""What can be asked for on the command line: the commands and their options."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, NoReturn

from trainer import __version__
from trainer.text import clean

_KINDS: Final = ("scenario", "question", "flashcard", "choice", "cloze")


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


class Option(NamedTuple):
    """An option that stands in several commands, or may stand before one."""

    flag: str
    settings: dict[str, Any]


_COMMON = (
    Option("--data", {"metavar": "DIR", "help": "the folder for progress, config, your decks"}),
    Option(
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
_JSON = Option("--json", {"action": "store_true", "help": "print one JSON document"})
_JSON_LINES = Option("--json", {"action": "store_true", "help": "the same: it is JSON Lines"})
_PATHS = Option("paths", {"nargs": "*", "metavar": "PATH", "help": "deck files or folders"})
_CARD = Option("--card", {"metavar": "DECK/CARD", "required": True, "help": "the card"})
_MERGE = Option(
    "--merge",
    {"metavar": "FILE", "nargs": "+", "default": [], "help": "unite these logs with this one"},
)
_ORPHANS = Option(
    "--orphans", {"action": "store_true", "help": "list progress whose card is in no deck"}
)
_SAMPLES = Option(
    "--samples", {"metavar": "N", "type": int, "help": "also compose N scenarios, to be read"}
)
_WATCH = Option(
    "--watch", {"action": "store_true", "help": "check again on every save, until Ctrl+C"}
)
_CHECK = (_ORPHANS, _SAMPLES, _WATCH, _JSON)
_JSON_SCHEMA = Option("--json", {"action": "store_true", "help": "the same: it is JSON"})
_NEW = (
    Option(
        "what", {"choices": ("deck", "card", "framework"), "help": "a framework is a deck, too"}
    ),
    Option("title", {"nargs": "*", "metavar": "TITLE", "help": "what the new deck is called"}),
    Option("--deck", {"metavar": "ID", "default": "", "help": "the deck that the card is for"}),
)
_BACKUP = Option("file", {"metavar": "FILE", "nargs": "?", "help": "where to (the backups)"})
_RESTORE = Option("file", {"metavar": "FILE", "help": "a backup, or a copy of a progress file"})
_WORDS = Option(
    "words",
    {"nargs": "+", "metavar": "WORD", "help": "in its texts, or deck: topic: tag: kind: is:"},
)
_MOST = Option("--limit", {"metavar": "N", "type": int, "help": "show at most N cards"})
_FORGET = Option("--forget", {"metavar": "ID", "help": "take back what was taught under ID"})
_FILES = Option("files", {"metavar": "FILE", "nargs": "+", "help": "files with cards"})
_IMPORT = (
    Option("--deck", {"metavar": "ID", "default": "", "help": "bring all into this deck"}),
    Option("--format", {"metavar": "F", "default": "", "help": "csv, tsv, anki, …"}),
    Option(
        "--kind",
        {
            "choices": ("question", "flashcard"),
            "default": "question",
            "help": "what a front with a back becomes (question)",
        },
    ),
    Option("--dry-run", {"action": "store_true", "help": "show what would happen"}),
)
_OUT = Option("file", {"metavar": "FILE", "nargs": "?", "help": "where to (standard output)"})
_EXPORT = (
    Option("--deck", {"metavar": "ID", "default": "", "help": "only this deck"}),
    Option(
        "--format",
        {
            "metavar": "F",
            "required": True,
            "help": "anki, anki-text, csv, markdown or json",
        },
    ),
)
_QUIZ = (
    Option(
        "--mode", {"choices": ("daily", "drill", "weak", "mock"), "help": "what to ask (daily)"}
    ),
    Option("--deck", {"metavar": "ID", "default": "", "help": "only this deck"}),
    Option("--topic", {"metavar": "T", "default": "", "help": "only this topic"}),
    Option("--tag", {"metavar": "T", "default": "", "help": "only cards with this tag"}),
    Option("--kind", {"choices": _KINDS, "default": "", "help": "only cards of this kind"}),
    Option("--card", {"metavar": "DECK/CARD", "default": "", "help": "only this card"}),
    Option("--limit", {"metavar": "N", "type": int, "help": "ask at most N questions"}),
    Option("--minutes", {"metavar": "M", "type": float, "help": "ask nothing after M minutes"}),
    Option(
        "--new",
        {"metavar": "N", "type": int, "default": 0, "help": "up to N new cards beyond the limit"},
    ),
    Option(
        "--no-count",
        {"action": "store_true", "help": "log the answers, leave the schedule as it is"},
    ),
    Option("--plain", {"action": "store_true", "help": "line by line, without the app"}),
    Option("--ask", {"metavar": "WHAT", "default": "", "help": "with --plain: confidence,unsure"}),
)


class Command(NamedTuple):
    """A command: its name, what it says of itself, and its options."""

    name: str
    text: str
    options: tuple[Option, ...]


# Each command with what it says of itself and its options.
COMMANDS: Final = (
    Command("quiz", "Open straight at the first question.", _QUIZ),
    Command("check", "Validate decks and run their examples.", (_PATHS, *_CHECK)),
    Command("new", "Write a deck, a card or a framework to begin with.", (*_NEW, _JSON)),
    Command("schema", "Print the JSON Schema of decks, for editors.", (_JSON_SCHEMA,)),
    Command("due", "Show what is due, by deck and topic.", (_JSON,)),
    Command("search", "Find cards by words and filters.", (_WORDS, _MOST, _JSON)),
    Command("stats", "Show retention, streak and mastery by topic.", (_JSON,)),
    Command("forecast", "Show what the coming days hold, and the interview's plan.", (_JSON,)),
    Command("grade", "Grade an answer read from standard input.", (_CARD, _JSON)),
    Command("log", "Print every event as JSON Lines, oldest first.", (_MERGE, _JSON_LINES)),
    Command("taught", "List the phrases you taught the grader.", (_FORGET, _JSON)),
    Command("doctor", "Check the progress file, and mend what can be mended.", (_JSON,)),
    Command("backup", "Copy the progress file.", (_BACKUP, _JSON)),
    Command("restore", "Put a backup in the progress file's place.", (_RESTORE, _JSON)),
    Command("import", "Bring cards in from other programs.", (_FILES, *_IMPORT, _JSON)),
    Command("export", "Write cards for other programs.", (_OUT, *_EXPORT)),
    Command("paths", "Show where everything lives.", (_JSON,)),
)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return what is asked for; `command` is the command's name, empty where there is none.

    Prints help or what is wrong, and leaves by SystemExit.
    """
    words = command_first(argv)
    for command in COMMANDS:
        if words and words[0] == command.name:
            # The others' parsers take as long to make as all else here.
            made = _parser(f"trainer {command.name}", command.text, command.options)
            return made.parse_intermixed_args(words[1:], argparse.Namespace(command=words[0]))
    made = _parser(
        "trainer",
        "Interview questions in the terminal, graded point by point and asked again "
        "when they are due.",
        (),
    )
    made.add_argument("--version", action="version", version=f"trainer {__version__}")
    listed = made.add_subparsers(metavar="COMMAND", prog="trainer", parser_class=_Parser)
    for command in COMMANDS:
        listed.add_parser(command.name, help=command.text)
    return made.parse_args(words, argparse.Namespace(command=""))


def _parser(name: str, text: str, options: Sequence[Option]) -> _Parser:
    made = _Parser(prog=name, description=text, allow_abbrev=False, formatter_class=_Help)
    for option in (*_COMMON, *options):
        made.add_argument(option.flag, **option.settings)
    return made


def command_first(argv: Sequence[str]) -> list[str]:
    """Return the arguments with the command's name first, so that options may stand before it."""
    takes_value = {
        option.flag
        for option in (*_COMMON, *(each for command in COMMANDS for each in command.options))
        if option.settings.get("action") in (None, "append")
    }
    place = 0
    while place < len(argv) and argv[place].startswith("-") and argv[place] != "--":
        place += 2 if argv[place] in takes_value else 1
    if place >= len(argv):
        return list(argv)
    return [argv[place], *argv[:place], *argv[place + 1 :]]
