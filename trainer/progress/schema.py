"""The tables of the progress file: what is kept, and what follows from it."""

from __future__ import annotations

SCHEMA_VERSION = 3
APPLICATION_ID = 0x54524E52

# What happened. `crc` is the CRC-32 of the body in UTF-8: SQLite itself doesn't notice a page
# whose contents were lost.
LOG = """CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  card TEXT,
  target TEXT,
  body TEXT NOT NULL,
  crc INTEGER NOT NULL
)"""
LOG_INDEXES = (
    "CREATE INDEX log_order ON log (at, id)",
    "CREATE INDEX log_card ON log (card, at, id) WHERE card IS NOT NULL",
    "CREATE INDEX log_target ON log (target) WHERE target IS NOT NULL",
    "CREATE INDEX log_settings ON log (at, id) WHERE type = 'settings'",
    "CREATE INDEX log_teach ON log (at, id) WHERE type = 'teach'",
)
# The cards whose points were noted in a review of another card, to be found by.
COMPANION = """CREATE TABLE companion (
  card TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (card, seq)
) WITHOUT ROWID"""
DRAFT = """CREATE TABLE draft (
  card TEXT PRIMARY KEY,
  answer TEXT NOT NULL,
  at INTEGER NOT NULL,
  submitted INTEGER NOT NULL,
  hint INTEGER NOT NULL,
  prompt TEXT NOT NULL
) WITHOUT ROWID"""
META = "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
DEVICE = "INSERT INTO meta VALUES ('device', lower(hex(randomblob(8))))"

# Of the library: renames, and each card's topic and place.
LIBRARY = (
    "CREATE TABLE alias (former TEXT PRIMARY KEY, card TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE topic (
  id INTEGER PRIMARY KEY,
  deck TEXT NOT NULL,
  topic TEXT NOT NULL,
  cards INTEGER NOT NULL,
  UNIQUE (deck, topic)
)""",
    """CREATE TABLE card (
  card TEXT PRIMARY KEY,
  topic INTEGER NOT NULL,
  place INTEGER NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX card_place ON card (place)",
)

# What follows from the log. A row of `memory` is a card that was reviewed: `ask_at` is the instant
# its step ends, else it is asked from the study day `ask_day` on; `topic` is NULL where it isn't
# in the library or is suspended. The partial indexes hold `ask_at` too, or SQLite would look each
# row up to see that it is NULL. `review` holds the reviews that count, by the log's seq.
DERIVED = (
    """CREATE TABLE memory (
  card TEXT PRIMARY KEY,
  topic INTEGER,
  ask_day INTEGER NOT NULL,
  ask_at INTEGER,
  phase TEXT NOT NULL,
  step INTEGER NOT NULL,
  stability REAL NOT NULL,
  difficulty REAL NOT NULL,
  interval INTEGER NOT NULL,
  due_day INTEGER NOT NULL,
  due_at INTEGER,
  last_day INTEGER NOT NULL,
  first_day INTEGER NOT NULL,
  reps INTEGER NOT NULL,
  lapses INTEGER NOT NULL
) WITHOUT ROWID""",
    """CREATE TABLE mark (
  card TEXT PRIMARY KEY,
  suspended INTEGER NOT NULL,
  buried_day INTEGER NOT NULL,
  flag INTEGER NOT NULL
) WITHOUT ROWID""",
    """CREATE TABLE review (
  seq INTEGER PRIMARY KEY,
  card TEXT NOT NULL,
  day INTEGER NOT NULL,
  phase TEXT NOT NULL,
  rating INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  confidence INTEGER,
  at INTEGER NOT NULL
)""",
    """CREATE TABLE miss (
  card TEXT NOT NULL,
  seq INTEGER NOT NULL,
  point TEXT NOT NULL,
  day INTEGER NOT NULL,
  PRIMARY KEY (card, seq, point)
) WITHOUT ROWID""",
    """CREATE TABLE point (
  card TEXT NOT NULL,
  point TEXT NOT NULL,
  asked INTEGER NOT NULL,
  made INTEGER NOT NULL,
  PRIMARY KEY (card, point)
) WITHOUT ROWID""",
    """CREATE TABLE day (
  day INTEGER NOT NULL,
  phase TEXT NOT NULL,
  rating INTEGER NOT NULL,
  reviews INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  PRIMARY KEY (day, phase, rating)
) WITHOUT ROWID""",
    """CREATE TABLE calibration (
  confidence INTEGER NOT NULL,
  rating INTEGER NOT NULL,
  reviews INTEGER NOT NULL,
  PRIMARY KEY (confidence, rating)
) WITHOUT ROWID""",
)
DERIVED_TABLES = ("memory", "mark", "review", "miss", "point", "day", "calibration")
DERIVED_INDEXES = (
    "CREATE INDEX memory_first ON memory (first_day)",
    """CREATE INDEX memory_day ON memory (ask_day, topic, ask_at)
  WHERE ask_at IS NULL AND topic IS NOT NULL""",
    """CREATE INDEX memory_topic ON memory (topic, ask_day, ask_at)
  WHERE ask_at IS NULL AND topic IS NOT NULL""",
    """CREATE INDEX memory_step ON memory (ask_at, topic)
  WHERE ask_at IS NOT NULL AND topic IS NOT NULL""",
    "CREATE INDEX memory_hard ON memory (lapses DESC, difficulty DESC) WHERE lapses > 0",
    "CREATE INDEX review_card ON review (card)",
    """CREATE INDEX review_sure ON review (confidence DESC, at DESC)
  WHERE confidence >= 3 AND rating = 1""",
    "CREATE INDEX miss_day ON miss (day, card, point)",
    "CREATE INDEX point_share ON point (made * 1.0 / asked, asked DESC)",
)
# The sums keep step with `review`.
TRIGGERS = (
    """CREATE TRIGGER review_added AFTER INSERT ON review BEGIN
  INSERT INTO day VALUES (new.day, new.phase, new.rating, 1, new.elapsed_ms)
    ON CONFLICT DO UPDATE SET reviews = reviews + 1, elapsed_ms = elapsed_ms + new.elapsed_ms;
  INSERT INTO calibration SELECT new.confidence, new.rating, 1 WHERE new.confidence IS NOT NULL
    ON CONFLICT DO UPDATE SET reviews = reviews + 1;
END""",
    """CREATE TRIGGER review_removed AFTER DELETE ON review BEGIN
  UPDATE day SET reviews = reviews - 1, elapsed_ms = elapsed_ms - old.elapsed_ms
    WHERE day = old.day AND phase = old.phase AND rating = old.rating;
  DELETE FROM day
    WHERE day = old.day AND phase = old.phase AND rating = old.rating AND reviews = 0;
  UPDATE calibration SET reviews = reviews - 1
    WHERE confidence = old.confidence AND rating = old.rating;
  DELETE FROM calibration
    WHERE confidence = old.confidence AND rating = old.rating AND reviews = 0;
END""",
)
# The same sums over all reviews at once.
SUMS = (
    """INSERT INTO day SELECT day, phase, rating, count(*), sum(elapsed_ms)
  FROM review GROUP BY day, phase, rating""",
    """INSERT INTO calibration SELECT confidence, rating, count(*)
  FROM review WHERE confidence IS NOT NULL GROUP BY confidence, rating""",
)
WHOLE = (
    META, LOG, *LOG_INDEXES, COMPANION, DRAFT, *LIBRARY, *DERIVED, *DERIVED_INDEXES, *TRIGGERS,
    DEVICE,
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)  # fmt: skip
