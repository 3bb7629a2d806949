"""Bringing a progress file of an earlier version up to this one."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable

from trainer.paths import backups_of
from trainer.progress.backup import backup_now
from trainer.progress.database import transaction, version_of
from trainer.progress.replay import rebuild
from trainer.progress.schema import (
    COMPANION,
    DRAFT,
    LIBRARY,
    LOG,
    LOG_INDEXES,
    SCHEMA_VERSION,
)
from trainer.progress.store import note_companions
from trainer.scheduling.days import now


def migrate_file(db: sqlite3.Connection, path: str) -> None:
    """Bring the open file at `path` up to date, keeping a backup of it as it was."""
    backup_now(path, backups_of(path), now())
    migrate(db)


def migrate(db: sqlite3.Connection) -> None:
    """Bring a database up to date, in one transaction, and derive anew what follows."""
    with transaction(db):
        version = version_of(db)
        if version == SCHEMA_VERSION:
            return
        while version < SCHEMA_VERSION:  # another trainer may have been quicker
            _STEPS[version](db)
            version += 1
            db.execute(f"PRAGMA user_version = {version}")
        rebuild(db)


def _from_1(db: sqlite3.Connection) -> None:
    """Each event gets a checksum."""
    for table in ("memory", "review"):
        db.execute(f"DROP TABLE {table}")
    known = db.execute("SELECT former, card FROM alias").fetchall()
    db.execute("DROP TABLE alias")
    for name in ("order", "card", "target", "settings", "teach"):
        db.execute(f"DROP INDEX log_{name}")
    db.execute("ALTER TABLE log RENAME TO former_log")
    for statement in (LOG, *LOG_INDEXES, *LIBRARY):
        db.execute(statement)
    db.create_function("crc", 1, lambda body: zlib.crc32(body.encode()), deterministic=True)
    db.execute(
        "INSERT INTO log SELECT seq, id, at, type, card, target, body, crc(body) "
        "FROM former_log ORDER BY seq"
    )
    db.execute("DROP TABLE former_log")
    db.executemany("INSERT INTO alias VALUES (?, ?)", known)


def _from_2(db: sqlite3.Connection) -> None:
    """Reviews are found by the cards composed with theirs; drafts say what they answer."""
    db.execute(COMPANION)
    for seq, body in db.execute("SELECT seq, body FROM log WHERE type = 'review'").fetchall():
        if '"rubric":' in body:
            note_companions(db, seq, json.loads(body))
    db.execute("ALTER TABLE draft RENAME TO former_draft")
    db.execute(DRAFT)
    db.execute("INSERT INTO draft SELECT card, answer, at, submitted, hint, '' FROM former_draft")
    db.execute("DROP TABLE former_draft")


_STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _from_1, 2: _from_2}
