"""Checking the progress file, and saving what can be read of a damaged one."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import zlib
from typing import NamedTuple

from trainer.errors import DamagedError, ProgressError
from trainer.progress.backup import backups, check_file, reading, restore
from trainer.progress.database import refuse_emptied
from trainer.progress.events import parse
from trainer.progress.salvage import Gap, Salvaged, salvage
from trainer.progress.store import Store
from trainer.scheduling.days import Moment
from trainer.text import clean


class Findings(NamedTuple):
    """What was found, and done about it.

    `events` are those that the file has now. `differing` are the tables of derived state that had
    rows otherwise than the log says (put right), with how many. Of a damaged file, the original
    is `kept` where that path says; `read` events were read from it, `restored` came from the
    backup at `backup`, and `gaps` are rows of the log that neither has.
    """

    path: str
    exists: bool
    events: int = 0
    differing: tuple[tuple[str, int], ...] = ()
    kept: str = ""
    read: int = 0
    restored: int = 0
    backup: str = ""
    gaps: tuple[Gap, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether there was nothing to mend."""
        return not (self.kept or self.differing)


def examine(path: str, folder: str, at: Moment) -> Findings:
    """Check the progress file and work out anew what follows from its log.

    Where the file is damaged, it is kept, and one is put in its place of what can be read of it
    and of the newest sound backup in `folder`. Raises ProgressError where it can't be read at
    all, is no progress file, or is of a newer format; then nothing was changed.
    """
    if not os.path.lexists(path):
        return Findings(path, exists=False)
    try:
        refuse_emptied(path)
        check_file(path)
        _check_log(path)
    except DamagedError as damage:
        return _saved(path, folder, at, damage)
    with Store.open(path) as store:
        differing = store.rebuild()
        events = sum(1 for _ in store.lines())
    wrong = tuple((table, rows) for table, rows in differing.items() if rows)
    return Findings(path, exists=True, events=events, differing=wrong)


def _check_log(path: str) -> None:
    """Raise DamagedError where an event isn't what was written."""
    with reading(path) as db:
        if not db.execute("SELECT 1 FROM pragma_table_info('log') WHERE name = 'crc'").fetchone():
            return
        for body, crc in db.execute("SELECT body, crc FROM log"):
            if not isinstance(body, str) or zlib.crc32(body.encode()) != crc:
                raise DamagedError(
                    "an event of the log is damaged", place=clean(path), mend="run `trainer doctor`"
                )


def _saved(path: str, folder: str, at: Moment, damage: DamagedError) -> Findings:
    try:
        found = salvage(path)
    except OSError as error:
        raise ProgressError(
            f"the progress file can't be read ({error.strerror})",
            place=clean(path),
            mend="see that the disk is sound; the file was left as it is",
        ) from error
    backup, before = _newest_sound(folder)
    if not (found.events or before):
        raise damage
    # The damaged file's own numbers say best in which order its events arrived.
    seqs = {**{seq: name for seq, (name, _) in before.items()}, **found.seqs}
    whole = found._replace(
        events={**dict(before.values()), **found.events},
        seqs=seqs,
        last=max([found.last, *seqs]),
    )
    made = f"{path}.salvaged"
    try:
        _remove(made)
        _write(made, whole, path)
        kept = restore(made, path, folder, at)
    finally:
        _remove(made)
    return Findings(
        path,
        exists=True,
        events=len(whole.events),
        kept=kept or "",
        read=len(found.events),
        restored=len(whole.events) - len(found.events),
        backup=backup,
        gaps=tuple(whole.gaps()),
    )


def _newest_sound(folder: str) -> tuple[str, dict[int, tuple[str, str]]]:
    """Return the path of the newest backup that is sound, and its events by the log's seq."""
    for backup in backups(folder):
        with contextlib.suppress(ProgressError):
            check_file(backup.path)
            _check_log(backup.path)
            with reading(backup.path) as db:
                rows = db.execute("SELECT seq, id, body FROM log")
                return backup.path, {seq: (name, body) for seq, name, body in rows}
    return "", {}


def _write(made: str, whole: Salvaged, original: str) -> None:
    """Make a progress file of the events, with what else the original still tells."""
    known = set(whole.seqs.values())
    names = [whole.seqs[seq] for seq in sorted(whole.seqs)]
    names += [name for name in whole.events if name not in known]
    device, drafts = _rest(original)
    with Store.open(made) as store:
        store.fill([parse(whole.events[name]) for name in names], device, drafts)


def _rest(original: str) -> tuple[str, list[tuple[object, ...]]]:
    """Return the machine's id and the unrated answers, as far as a damaged file tells them."""
    device = ""
    drafts: list[tuple[object, ...]] = []
    with contextlib.suppress(ProgressError), reading(original) as db:
        with contextlib.suppress(sqlite3.Error, TypeError):
            (device,) = db.execute("SELECT value FROM meta WHERE key = 'device'").fetchone()
        with contextlib.suppress(sqlite3.Error):
            # In files of earlier versions a draft doesn't say what it answers.
            drafts = [(*row, "")[:6] for row in db.execute("SELECT * FROM draft")]
    return device, drafts


def _remove(path: str) -> None:
    for beside in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.remove(path + beside)
