"""Opening deck files in the person's own editor: the command, and a copy of what is not theirs."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping

from trainer.errors import TrainerError
from trainer.paths import Paths, make_folder
from trainer.text import clean

# How editors are told the line, by the name of their program; others get the file alone.
_PLUS = "vi vim nvim gvim view nano pico emacs emacsclient micro kak joe jed mg ne jove"
_COLON = "hx helix subl sublime_text zed zeditor atom"
_GOTO = "code code-insiders codium vscodium cursor windsurf"
_LINE = "kate gedit mate kwrite"
_STYLES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_PLUS.split(), ("+{line}", "{path}")),
    **dict.fromkeys(_COLON.split(), ("{path}:{line}",)),
    **dict.fromkeys(_GOTO.split(), ("--goto", "{path}:{line}")),
    **dict.fromkeys(_LINE.split(), ("--line", "{line}", "{path}")),
}


def command(path: str, line: int, environment: Mapping[str, str]) -> list[str]:
    """Return the command that opens a file at a line (from 1), by $VISUAL, else $EDITOR.

    Raises TrainerError, with the file and line, where neither says how.
    """
    for name in ("VISUAL", "EDITOR"):
        value = environment.get(name, "").strip()
        if not value:
            continue
        try:
            words = shlex.split(value, posix=os.name != "nt")
        except ValueError as error:
            raise TrainerError(
                f"${name} is {clean(value)}, which has a quote without its end",
                place=f"{clean(path)}:{line}",
                mend="mend it, or open the file yourself",
            ) from error
        program = os.path.basename(words[0].strip('"')).lower().removesuffix(".exe")
        style = _STYLES.get(program, ("{path}",))
        return words + [part.replace("{line}", str(line)).replace("{path}", path) for part in style]
    raise TrainerError(
        "no editor is named",
        place=f"{clean(path)}:{line}",
        mend="set $VISUAL or $EDITOR, or open the file yourself",
    )


def is_bundled(path: str, paths: Paths) -> bool:
    """Whether a deck file came with Trainer."""
    bundled = os.path.join(os.path.realpath(paths.bundled), "")
    return os.path.realpath(path).startswith(bundled)


def own_copy(path: str, paths: Paths) -> str:
    """Copy a bundled deck into the person's deck folder, where it takes its place; return where.

    Raises TrainerError where it can't be copied.
    """
    make_folder(paths.decks)
    stem, suffix = os.path.splitext(os.path.basename(path))
    number = 1
    while True:
        name = stem + (f"-{number}" if number > 1 else "") + suffix
        copy = os.path.join(paths.decks, name)
        try:
            with open(path, "rb") as source:
                content = source.read()
            with open(copy, "xb") as target:
                target.write(content)
        except FileExistsError:
            number += 1
        except OSError as error:
            raise TrainerError(
                f"this deck can't be copied ({error.strerror})",
                place=clean(copy),
                mend="make the folder writable, or free some space",
            ) from error
        else:
            return copy


def drop_unchanged(copy: str, path: str) -> bool:
    """Remove a copy that is as the bundled deck still; return whether it was.

    Left there, it would hide what later versions of Trainer mend in that deck.
    """
    try:
        with open(copy, "rb") as ours, open(path, "rb") as theirs:
            same = ours.read() == theirs.read()
        if same:
            os.remove(copy)
    except OSError:
        return False
    return same
