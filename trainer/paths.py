"""Where files live. Functions only: nothing is looked up or made on import."""

from __future__ import annotations

import os
from typing import NamedTuple

from trainer.errors import TrainerError
from trainer.text import clean


class Paths(NamedTuple):
    """The files and folders of one person's Trainer, as absolute paths."""

    data: str
    progress: str
    backups: str
    decks: str
    config: str
    cache: str
    bundled: str


def locate(data: str | None = None) -> Paths:
    """Return the paths below `data`, else below $TRAINER_HOME, else the platform's own.

    Raises TrainerError where that is not a folder; that there is none yet is fine.
    """
    home = data or os.environ.get("TRAINER_HOME")
    if home:
        try:
            folder = os.path.abspath(os.path.expanduser(home))
        except OSError as error:
            raise TrainerError(
                f"{clean(home)} can't be looked for: this folder is gone", mend="cd to another one"
            ) from error
        config, cache = folder, os.path.join(folder, "cache")
    else:
        from platformdirs import PlatformDirs

        dirs = PlatformDirs("interview-trainer", appauthor=False)
        folder, config, cache = dirs.user_data_dir, dirs.user_config_dir, dirs.user_cache_dir
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise TrainerError(
            "this is not a folder", place=clean(folder), mend="name one with --data DIR"
        )
    return Paths(
        data=folder,
        progress=os.path.join(folder, "progress.db"),
        backups=backups_of(os.path.join(folder, "progress.db")),
        decks=os.path.join(folder, "decks"),
        config=os.path.join(config, "config.toml"),
        cache=cache,
        bundled=bundled_decks(),
    )


def backups_of(progress: str) -> str:
    """Return the folder of the copies that are made of a progress file."""
    return os.path.join(os.path.dirname(progress), "backups")


def bundled_decks() -> str:
    """Return the folder of the decks that come with Trainer.

    In a wheel they lie inside the package; in a checkout and an editable install beside it.
    """
    package = os.path.dirname(os.path.abspath(__file__))
    installed = os.path.join(package, "bundled")
    if os.path.isdir(installed):
        return installed
    return os.path.join(os.path.dirname(package), "decks")


def make_folder(path: str) -> None:
    """Make the folder and those above it.

    Raises TrainerError where it can't be made.
    """
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise TrainerError(
            f"this folder can't be made ({error.strerror})",
            place=clean(path),
            mend="choose another with --data DIR",
        ) from error
