"""The store: what was answered stays answered."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbench import AGAIN, EASY, GOOD, Clock, events, review

from trainer.decks.index import CardInfo
from trainer.errors import ProgressError
from trainer.progress.database import connect
from trainer.progress.records import Draft, Undone
from trainer.progress.store import Store
from trainer.scheduling.days import DAY, Moment, parse_iso
from trainer.scheduling.schedule import Memory, Rating, advance
from trainer.scheduling.settings import Settings


def add(store: Store, clock: Clock, card: str = "d/c", rating: int = 3, **fields: object) -> str:
    return store.add_review(review(card, rating, **fields), clock(), clock.day)


def replayed(clock: Clock, *ratings: int, card: str = "d/c") -> Memory:
    """Return the memory that ratings given at one and the same moment lead to."""
    memory: Memory | None = None
    for rating in ratings:
        memory = advance(card, memory, type(GOOD)(rating), clock(), clock.day, Settings())
    assert memory is not None
    return memory


@pytest.fixture
def full(store: Store, clock: Clock) -> Store:
    """A store on a disk that has no room left; `make_room` gives it some."""
    add(store, clock, "d/old")
    (pages,) = store._db.execute("PRAGMA page_count").fetchone()
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    return store


def make_room(store: Store) -> None:
    store._db.execute("PRAGMA max_page_count = 1000000")


# Answers


def test_a_review_is_there_for_another_reader_at_once(store: Store, clock: Clock, db: str) -> None:
    added = add(store, clock)
    with Store.open(db) as other:
        assert [event["id"] for event in events(other, "review")] == [added]
        assert other.memory("d/c") == replayed(clock, 3) == store.memory("d/c")


def test_a_review_survives_without_closing(
    store: Store, clock: Clock, db: str, tmp_path: Path
) -> None:
    added = add(store, clock)
    store.keep_draft("d/x", Draft("half"), clock())
    # What a crash would leave behind.
    (tmp_path / "after").mkdir()
    for name in ("progress.db", "progress.db-wal"):
        shutil.copy(tmp_path / name, tmp_path / "after" / name)
    with Store.open(str(tmp_path / "after" / "progress.db")) as found:
        assert [event["id"] for event in events(found)] == [added]
        assert found.memory("d/c") == store.memory("d/c")
        assert found.draft("d/x").answer == "half"


def test_a_torn_write_loses_nothing_before_it(
    store: Store, clock: Clock, db: str, tmp_path: Path
) -> None:
    first = add(store, clock)
    whole = Path(f"{db}-wal").read_bytes()
    add(store, clock, "d/other")
    torn = Path(f"{db}-wal").read_bytes()[: len(whole) + 5000]
    (tmp_path / "torn").mkdir()
    shutil.copy(db, tmp_path / "torn" / "progress.db")
    (tmp_path / "torn" / "progress.db-wal").write_bytes(torn)
    with Store.open(str(tmp_path / "torn" / "progress.db")) as found:
        assert [event["id"] for event in events(found)] == [first]
        assert [*found.memories()] == ["d/c"]


def test_the_log_keeps_what_was_given(store: Store, clock: Clock) -> None:
    given = review("d/c", 2, answer="größer 🎯\nals", points={"a": 0.25}, confidence=2, hint=True)
    store.add_review(given, clock(), clock.day)
    (event,) = events(store)
    told = {name: value for name, value in given._asdict().items() if name in event}
    assert {name: event[name] for name in told} == told
    assert given._asdict().keys() - told.keys() == {"rubric", "verdict"}


def test_the_log_is_in_the_order_of_time(store: Store, clock: Clock) -> None:
    later = add(store, clock)
    clock.pass_(days=-3)
    earlier = add(store, clock, "d/b")
    assert [event["id"] for event in events(store)] == [earlier, later]


def test_what_happens_later_comes_later_with_the_clock_set_back_a_little(
    store: Store, clock: Clock
) -> None:
    first = add(store, clock)
    clock.pass_(minutes=-30)
    second = add(store, clock, rating=1)
    store.flag("d/c", clock(), 3)
    store.flag("d/c", clock(), 4)
    assert [event["id"] for event in events(store, "review")] == [first, second]
    assert store.marks()["d/c"].flag == 4


def test_all_events_of_a_file_name_one_device(store: Store, clock: Clock, db: str) -> None:
    add(store, clock)
    with Store.open(db) as other:
        add(other, clock)
    with Store.open(f"{db}2") as elsewhere:
        add(elsewhere, clock)
        (foreign,) = {event["device"] for event in events(elsewhere)}
    (device,) = {event["device"] for event in events(store)}
    assert device
    assert device != foreign


def test_a_clock_set_back_keeps_cards_askable(store: Store, clock: Clock) -> None:
    add(store, clock, rating=4)
    clock.pass_(days=-3)
    add(store, clock, rating=3)
    memory = store.memory("d/c")
    assert memory is not None
    # Replayed in the order of time: the review made last is the one of three days ago.
    assert memory.reps == 2
    assert memory.due_day > clock.day


def test_what_is_only_practised_is_logged_and_not_trained_on(store: Store, clock: Clock) -> None:
    add(store, clock)
    before = store.memory("d/c")
    add(store, clock, rating=1, counts=False)
    assert store.memory("d/c") == before
    assert store.misses(0) == []
    assert store.totals() == (1, 1)
    assert len(events(store, "review")) == 2


# Counts


def test_day_counts(store: Store, clock: Clock) -> None:
    add(store, clock, "d/a", 4)
    add(store, clock, "d/b", 1)
    add(store, clock, "d/b", 3)
    assert store.day_counts(clock.day) == (2, 0, 4500)
    clock.pass_(days=30)
    add(store, clock, "d/a", 1)
    # Its step afterwards is no other review.
    add(store, clock, "d/a", 3)
    assert store.day_counts(clock.day) == (0, 1, 3000)
    assert store.day_counts(clock.day - 30) == (2, 0, 4500)
    store.undo_last(clock())
    store.undo_last(clock())
    assert store.day_counts(clock.day) == (0, 0, 0)


def test_an_early_review_is_none_of_the_days_due_ones(store: Store, clock: Clock) -> None:
    add(store, clock)
    add(store, clock)
    clock.pass_(days=1)
    add(store, clock)
    assert store.day_counts(clock.day) == (0, 0, 1500)
    assert [row[1] for row in store.review_days(clock.day)] == ["early"]
    clock.pass_(days=60)
    add(store, clock)
    assert store.day_counts(clock.day) == (0, 1, 1500)


def test_misses(store: Store, clock: Clock) -> None:
    add(store, clock, "d/a", 2, points={"p": 0.49, "q": 0.5, "r": 0.0})
    clock.pass_(days=2)
    # Where the answer failed and no point says why, the answer is what was missed.
    add(store, clock, "d/b", 1, points={})
    add(store, clock, "d/b", 1, points={"p": 1.0})
    add(store, clock, "d/b", 1, points={"p": 0.2})
    for rating in (2, 3, 4):
        add(store, clock, "d/b", rating, points={"p": 1.0})
    today = [("d/b", "", clock.day), ("d/b", "", clock.day), ("d/b", "p", clock.day)]
    before = [("d/a", "p", clock.day - 2), ("d/a", "r", clock.day - 2)]
    assert store.misses(clock.day - 2) == before + today
    assert store.misses(clock.day - 1) == today


def test_review_days(store: Store, clock: Clock) -> None:
    add(store, clock, "d/a", 4, elapsed_ms=100)
    add(store, clock, "d/b", 4, elapsed_ms=20)
    clock.pass_(days=40)
    add(store, clock, "d/a", 1, elapsed_ms=3)
    assert store.review_days() == [
        (clock.day - 40, "new", 4, 2, 120),
        (clock.day, "young", 1, 1, 3),
    ]
    assert store.review_days(clock.day) == [(clock.day, "young", 1, 1, 3)]


def test_what_a_review_was_of(store: Store, clock: Clock) -> None:
    phases: list[str] = []
    # Learnt, asked on its day, early, when mature, forgotten, and learnt anew.
    for rating, when in ((1, 0), (3, 0), (4, "due"), (3, 1), (4, "due"), (1, "due"), (3, 0)):
        memory = store.memory("d/a")
        assert memory is not None or not phases
        days = memory.due_day - clock.day if memory and when == "due" else when
        assert isinstance(days, int)
        clock.pass_(days=days)
        if days > 21:
            phases.append("long")
        add(store, clock, "d/a", rating)
        row = store._db.execute("SELECT phase FROM review ORDER BY seq DESC").fetchone()
        phases.append(row[0])
    assert phases[:3] == ["new", "learning", "young"]
    assert phases[3] == "early"
    # From three weeks on a card is mature.
    after_long = [phase for before, phase in pairwise(phases) if before == "long"]
    assert {*after_long} == {"mature"}
    assert phases[-1] == "relearning"


def test_runs_of_study_days(store: Store, clock: Clock) -> None:
    assert store.run(clock.day) is None
    for days in (0, 1, 1, 2):
        clock.pass_(days=days)
        add(store, clock)
    assert store.run(clock.day) == (clock.day, clock.day)
    assert store.run(clock.day + 1) == (clock.day, clock.day)
    assert store.run(clock.day + 2) is None
    assert store.run(clock.day - 1) == (clock.day - 4, clock.day - 2)


def test_time_spent(store: Store, clock: Clock) -> None:
    add(store, clock, elapsed_ms=100)
    add(store, clock, elapsed_ms=100, counts=False)
    clock.pass_(days=2)
    add(store, clock, elapsed_ms=20)
    assert store.spent(clock.day - 2) == (2, 120)
    assert store.spent(clock.day - 1) == (1, 20)
    assert store.spent(clock.day + 1) == (0, 0)
    assert store.totals() == (2, 2)


def test_what_was_answered_to_a_card(store: Store, clock: Clock) -> None:
    first = add(store, clock, "d/old", 1, answer="one", points={"p": 0.0})
    second = add(store, clock, "d/new", 4, answer="two", points={"p": 0.0})
    third = store.add_retry(review("d/new", 3, answer="three"), clock(), clock.day)
    add(store, clock, "d/other")
    store.undo_last(clock())
    undone = add(store, clock, "d/new", 2, answer="four", points={"p": 0.0})
    store.undo_last(clock())
    store.use_aliases({"d/old": "d/new"}, {"d"})
    for name in ("d/new", "d/old"):
        assert [past.id for past in store.history(name)] == [undone, third, second, first]
        assert {past.card for past in store.history(name)} == {"d/new"}
    # What was taken back is in no point's misses.
    missed = store.answers_that_missed("d/new", "p", 9)
    assert [past.id for past in missed] == [second, first]
    assert [past.id for past in store.answers_that_missed("d/new", "p", 1)] == [second]
    assert store.answers_that_missed("d/new", "q", 9) == []


# Undo


def test_undo_takes_back_the_last_review(store: Store, clock: Clock) -> None:
    add(store, clock, "d/a")
    before = store.memory("d/a")
    added = add(store, clock, "d/a", 1)
    undone = store.undo_last(clock())
    assert undone == Undone(added, "d/a", "Because.")
    assert store.memory("d/a") == before
    # Nothing leaves the log.
    assert [event["type"] for event in events(store)] == ["review", "review", "undo"]
    assert events(store, "undo")[0]["target"] == added


def test_undo_of_the_first_review_makes_the_card_new(store: Store, clock: Clock) -> None:
    add(store, clock)
    store.undo_last(clock())
    assert store.memory("d/c") is None
    assert store.memories() == {}
    assert store.review_days() == []


def test_undo_goes_back_one_by_one_and_ends(store: Store, clock: Clock) -> None:
    added = [add(store, clock, card) for card in ("d/a", "d/b", "d/a")]
    undone = [store.undo_last(clock()) for _ in range(4)]
    assert [back.id if back else None for back in undone] == [*reversed(added), None]
    assert len(events(store, "undo")) == 3


def test_undo_across_reopening(db: str, clock: Clock) -> None:
    with Store.open(db) as store:
        added = add(store, clock)
    with Store.open(db) as store:
        undone = store.undo_last(clock())
        assert undone is not None
        assert undone.id == added
    with Store.open(db) as store:
        assert store.memory("d/c") is None
        assert store.undo_last(clock()) is None


def test_undo_then_rate_again(store: Store, clock: Clock) -> None:
    add(store, clock, rating=1)
    store.undo_last(clock())
    again = add(store, clock, rating=4)
    assert store.memory("d/c") == replayed(clock, 4)
    undone = store.undo_last(clock())
    assert undone is not None
    assert undone.id == again


@pytest.mark.parametrize("back", [{"minutes": -30}, {"days": -3}])
def test_undo_takes_what_was_saved_last_whatever_its_time(
    store: Store, clock: Clock, back: dict[str, float]
) -> None:
    add(store, clock, "d/a")
    clock.pass_(**back)
    last = add(store, clock, "d/b")
    undone = store.undo_last(clock())
    assert undone == Undone(last, "d/b", "Because.")
    assert [*store.memories()] == ["d/a"]


def test_undo_leaves_the_reviews_of_other_machines(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    own = add(store, clock, "d/a")
    with Store.open(str(tmp_path / "other.db")) as other:
        add(other, clock, "d/b")
    store.unite([str(tmp_path / "other.db")])
    undone = store.undo_last(clock())
    assert undone is not None
    assert undone.id == own
    assert store.undo_last(clock()) is None
    assert [*store.memories()] == ["d/b"]


def test_undo_takes_back_what_did_not_count_and_no_retry(store: Store, clock: Clock) -> None:
    first = add(store, clock)
    before = store.memory("d/c")
    second = add(store, clock, rating=1, counts=False)
    store.add_retry(review("d/c", 1), clock(), clock.day)
    assert store.memory("d/c") == before
    undone = store.undo_last(clock())
    assert undone is not None
    assert undone.id == second
    assert store.memory("d/c") == before
    undone = store.undo_last(clock())
    assert undone is not None
    assert undone.id == first


# Changing and retrying


def test_a_changed_review_is_an_undo_and_a_review(store: Store, clock: Clock) -> None:
    first = add(store, clock, rating=1)
    second = store.change_review(first, review("d/c", 4), clock(), clock.day)
    assert [event["type"] for event in events(store)] == ["review", "undo", "review"]
    assert events(store, "undo")[0]["target"] == first
    memory = store.memory("d/c")
    assert memory is not None
    assert (memory.reps, memory.phase) == (1, "review")
    assert store.misses(0) == []
    undone = store.undo_last(clock())
    assert undone is not None
    assert undone.id == second
    assert store.memory("d/c") is None


def test_a_review_is_changed_wholly_or_not_at_all(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = add(store, clock, rating=1)
    before = store.memory("d/c")
    with monkeypatch.context() as patched:
        patched.setattr(store, "_add_review", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.change_review(first, review("d/c", 4), clock(), clock.day)
    assert store.memory("d/c") == before
    assert [event["id"] for event in events(store)] == [first]


def test_a_retry_is_logged_and_counts_nowhere(store: Store, clock: Clock) -> None:
    store.keep_draft("d/c", Draft("first", True, False), clock())
    added = store.add_retry(review("d/c", 1, answer="second"), clock(), clock.day)
    (event,) = events(store)
    assert (event["type"], event["id"], event["counts"]) == ("retry", added, False)
    assert event["answer"] == "second"
    assert store.memories() == {}
    assert store.misses(0) == []
    assert store.totals() == (0, 0)
    # The first answer still waits for its rating.
    assert store.draft("d/c") == Draft("first", True, False)


# Drafts


def test_drafts_survive_and_are_forgotten_when_rated(db: str, clock: Clock) -> None:
    with Store.open(db) as store:
        store.keep_draft("d/a", Draft("half an\nanswer"), clock())
        store.keep_draft("d/b", Draft("another"), clock())
    with Store.open(db) as store:
        assert store.draft("d/a").answer == "half an\nanswer"
        add(store, clock, "d/a")
        assert store.draft("d/a").answer == ""
        assert store.draft("d/b").answer == "another"
        store.keep_draft("d/b", Draft(""), clock())
        assert store.draft("d/b").answer == ""


def test_a_draft_follows_its_card_to_a_new_name(store: Store, clock: Clock) -> None:
    store.keep_draft("d/old", Draft("half"), clock())
    store.use_aliases({"d/old": "d/new"}, {"d", "e"})
    assert store.draft("d/new").answer == "half"
    add(store, clock, "d/new")
    assert store.draft("d/new").answer == ""


def test_a_draft_submitted_before_today_is_as_good_as_unseen(store: Store, clock: Clock) -> None:
    store.keep_draft("d/c", Draft("x", True, True), clock())
    assert store.draft("d/c", since=clock.instant) == Draft("x", True, True)
    assert store.draft("d/c", since=clock.instant + 1) == Draft("x", False, True)


# Settings


def test_settings_are_logged_only_when_they_change(store: Store, clock: Clock) -> None:
    keen = Settings(retention=0.95)
    for settings in (Settings(), keen, keen, Settings(), Settings()):
        store.use_settings(settings, clock.pass_(minutes=1))
    assert [event["retention"] for event in events(store, "settings")] == [0.95, 0.9]


def test_settings_are_logged_once_with_the_clock_set_back(store: Store, clock: Clock) -> None:
    store.use_settings(Settings(retention=0.95), clock())
    clock.pass_(days=-1)
    for _ in range(3):
        store.use_settings(Settings(retention=0.8), clock.pass_(minutes=1))
    assert [event["retention"] for event in events(store, "settings")] == [0.95, 0.8]


def test_each_review_counts_by_the_settings_then_in_force(store: Store, clock: Clock) -> None:
    long = Settings(learning_steps=(1.0, 60.0))
    store.use_settings(long, clock())
    add(store, clock, "d/a")
    before = store.memory("d/a")
    store.use_settings(Settings(learning_steps=()), clock.pass_(minutes=5))
    # Derived anew from the log, the first review's step is still of an hour.
    add(store, clock, "d/a", 1)
    store.undo_last(clock())
    assert store.memory("d/a") == before
    assert before is not None
    assert before.phase == "learning"
    add(store, clock, "d/b")
    after = store.memory("d/b")
    assert after is not None
    assert after.phase == "review"


# Renames


def test_a_rename_keeps_the_history_and_can_be_taken_back(store: Store, clock: Clock) -> None:
    add(store, clock, "d/old", 1, points={})
    add(store, clock, "d/old", 3)
    before = store.memory("d/old")
    log = [*store.lines()]
    store.use_aliases({"d/old": "d/new"}, {"d", "e"})
    assert store.memories() == {"d/new": before}
    assert store.misses(0) == [("d/new", "", clock.day)]
    store.use_aliases({}, {"d", "e"})
    assert store.memories() == {"d/old": before}
    assert [*store.lines()] == log


def test_renames_of_a_deck_that_is_not_loaded_now_stay(store: Store, clock: Clock) -> None:
    add(store, clock, card="d/old")
    store.use_aliases({"d/old": "d/new"}, {"d"})
    store.use_aliases({}, {"e"})
    assert store.memory("d/new") is not None
    store.use_aliases({}, {"d", "e"})
    assert store.memory("d/new") is None


def test_a_rename_survives_reopening(db: str, clock: Clock) -> None:
    with Store.open(db) as store:
        add(store, clock, "d/old")
        store.use_aliases({"d/old": "d/new"}, {"d", "e"})
    with Store.open(db) as store:
        assert [*store.memories()] == ["d/new"]
        add(store, clock, "d/new")
        memory = store.memory("d/new")
        assert memory is not None
        assert memory.reps == 2


def test_two_histories_become_one(store: Store, clock: Clock) -> None:
    add(store, clock, "d/new")
    add(store, Clock("2026-05-10T09:00:00Z"), "e/old", 1)
    store.use_aliases({"e/old": "d/new"}, {"d", "e"})
    memory = store.memory("d/new")
    assert memory is not None
    assert (memory.reps, memory.first_day) == (2, clock.day - 1)
    assert [*store.memories()] == ["d/new"]


def test_former_names_may_move_to_other_cards(store: Store, clock: Clock) -> None:
    names = [str(number) for number in range(12)]
    for name in names:
        add(store, clock, f"d/old{name}")
    store.use_aliases({f"d/old{name}": f"d/a{name}" for name in names}, {"d", "e"})
    store.use_aliases({f"d/old{name}": f"d/b{name}" for name in names}, {"d", "e"})
    assert {*store.memories()} == {f"d/b{name}" for name in names}


def test_a_window_opened_before_the_rename(store: Store, clock: Clock, db: str) -> None:
    with Store.open(db) as other:
        other.use_aliases({"d/old": "d/new"}, {"d", "e"})
    add(store, clock, "d/old")
    assert store.memory("d/old") == store.memory("d/new") is not None
    assert [*store.memories()] == ["d/new"]


def test_undo_of_a_renamed_card(store: Store, clock: Clock) -> None:
    add(store, clock, "d/old")
    store.use_aliases({"d/old": "d/new"}, {"d", "e"})
    undone = store.undo_last(clock())
    assert undone is not None
    assert undone.card == "d/new"
    assert store.memories() == {}


# When the disk fails


def test_a_full_disk_saves_all_or_nothing(full: Store, clock: Clock, db: str) -> None:
    before = full.memories()
    with pytest.raises(ProgressError, match="disk is full") as caught:
        add(full, clock, answer="long " * 5_000)
    assert caught.value.place == db
    assert caught.value.mend
    assert full.memories() == before
    assert len(events(full)) == 1
    make_room(full)
    added = add(full, clock, answer="long " * 5_000)
    assert events(full)[-1]["id"] == added
    assert full.memory("d/c") == replayed(clock, 3)


def test_what_fails_between_log_and_memory_leaves_neither(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Memory:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("trainer.progress.replay.advance", fails)
        with pytest.raises(KeyboardInterrupt):
            add(store, clock)
    assert events(store) == []
    add(store, clock)
    assert store.memory("d/c") == replayed(clock, 3)


def test_a_disk_that_fails_is_told(db: str) -> None:
    # The limit on file sizes stands for the disk: it fails in the midst of a write.
    code = """
import resource, sys
from workbench import Clock, events, review
from trainer.errors import ProgressError
from trainer.progress.store import Store
clock, store = Clock(), Store.open(sys.argv[1])
store.add_review(review("d/a"), clock(), clock.day)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
try:
    store.add_review(review("d/b", answer="x" * 200_000), clock(), clock.day)
except ProgressError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print(*store.memories())
store.add_review(review("d/b", answer="x" * 200_000), clock(), clock.day)
print(*sorted(store.memories()), len(events(store)))
"""
    here = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code, db],
        capture_output=True, text=True, check=False, env={"PYTHONPATH": here},
    )  # fmt: skip
    said, left, then = done.stdout.splitlines() or [done.stderr, "", ""]
    assert said.startswith(f"{db}: the disk failed")
    assert (left, then) == ("d/a", "d/a d/b 2")


def test_whatever_fails_in_sqlite_is_a_progress_error(db: str, clock: Clock) -> None:
    cards = [CardInfo("d/c", "d", "question", "", (), 1, 1)]
    tries: dict[str, Callable[[Store], object]] = {
        "add_review": lambda store: add(store, clock),
        "add_retry": lambda store: store.add_retry(review("d/c"), clock(), 1),
        "change_review": lambda store: store.change_review("x", review("d/c"), clock(), 1),
        "undo_last": lambda store: store.undo_last(clock()),
        "suspend": lambda store: store.suspend("d/c", clock()),
        "bury": lambda store: store.bury("d/c", clock(), 1),
        "flag": lambda store: store.flag("d/c", clock(), 1),
        "reset": lambda store: store.reset("d/c", clock()),
        "teach": lambda store: store.teach("d/c", "p", "x", clock()),
        "forget": lambda store: store.forget("x", clock()),
        "keep_draft": lambda store: store.keep_draft("d/c", Draft("x"), clock()),
        "draft": lambda store: store.draft("d/c"),
        "use_settings": lambda store: store.use_settings(Settings(0.8), clock()),
        "use_aliases": lambda store: store.use_aliases({"d/a": "d/b"}, {"d", "e"}),
        "use_cards": lambda store: store.use_cards("x", cards),
        "unite": lambda store: store.unite([]),
        "memory": lambda store: store.memory("d/c"),
        "memories": lambda store: store.memories(),
        "due_memories": lambda store: store.due_memories(1),
        "steps": lambda store: store.steps(1),
        "new_cards": lambda store: [*store.new_cards(1)],
        "is_askable": lambda store: store.is_askable("d/c", 1, 1),
        "topic_counts": lambda store: store.topic_counts(1, 1),
        "marks": lambda store: store.marks(),
        "hidden": lambda store: store.hidden(1),
        "day_counts": lambda store: store.day_counts(1),
        "run": lambda store: store.run(1),
        "spent": lambda store: store.spent(1),
        "totals": lambda store: store.totals(),
        "falling_due": lambda store: store.falling_due(1),
        "expected": lambda store: store.expected(1, [1], (0.9, -0.1)),
        "history": lambda store: store.history("d/c"),
        "answers_that_missed": lambda store: store.answers_that_missed("d/c", "p", 1),
        "weakest_points": lambda store: store.weakest_points(1),
        "hardest": lambda store: store.hardest(1),
        "calibration": lambda store: store.calibration(),
        "sure_and_wrong": lambda store: store.sure_and_wrong(1),
        "orphans": lambda store: store.orphans(),
        "misses": lambda store: store.misses(1),
        "review_days": lambda store: store.review_days(),
        "taught": lambda store: store.taught(),
        "lines": lambda store: [*store.lines()],
        "last_event": lambda store: store.last_event(),
        "device": lambda store: store.device,
    }
    store = Store.open(db)
    store.close()
    told = []
    for name, attempt in tries.items():
        with contextlib.suppress(ProgressError):
            attempt(store)
            continue
        told.append(name)
    assert told == [*tries]


# Two at once


def test_what_was_taught_is_listed_until_it_is_forgotten(store: Store, clock: Clock) -> None:
    first = store.teach("d/a", "p", "one phrase", clock())
    second = store.teach("d/b", "p", "another", clock.pass_(minutes=1))
    assert [(each.id, each.phrase) for each in store.taught()] == [
        (first, "one phrase"),
        (second, "another"),
    ]
    assert [each.id for each in store.taught("d/b")] == [second]
    assert store.forget("nothing", clock()) is None
    assert store.forget(first, clock()) is not None
    assert store.forget(first, clock()) is None
    assert [each.id for each in store.taught()] == [second]
    assert [event["type"] for event in map(json.loads, store.lines())] == [
        "teach",
        "teach",
        "forget",
    ]


def test_what_was_taught_follows_a_rename(store: Store, clock: Clock) -> None:
    store.teach("d/old", "p", "phrase", clock())
    store.use_aliases({"d/old": "d/new"}, {"d", "e"})
    assert [each.card for each in store.taught("d/new")] == ["d/new"]


def test_two_stores_on_one_file(store: Store, clock: Clock, db: str) -> None:
    with Store.open(db) as other:
        for _ in range(3):
            add(store, clock)
            add(other, clock)
        assert store.memory("d/c") == other.memory("d/c") == replayed(clock, *[3] * 6)
        undone = store.undo_last(clock())
        assert undone is not None
        assert other.memory("d/c") == replayed(clock, *[3] * 5)


def test_a_reader_does_not_stand_in_the_way(store: Store, clock: Clock, db: str) -> None:
    add(store, clock, "d/a")
    add(store, clock, "d/b")
    with Store.open_for_reading(db) as reader:
        lines = reader.lines()
        json.loads(next(lines))
        add(store, clock, "d/c")
        assert len([*lines]) == 1
        assert len([*reader.lines()]) == 3


def test_a_file_held_by_another_program(store: Store, clock: Clock, db: str) -> None:
    store._db.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ProgressError, match="another program holds"):
        add(store, clock)
    assert store.memories() == {}
    other.execute("ROLLBACK")
    other.close()
    add(store, clock)
    assert [*store.memories()] == ["d/c"]


def test_ratings_are_replayed_as_they_were_given(store: Store, clock: Clock) -> None:
    memory: Memory | None = None
    for rating in (AGAIN, GOOD, GOOD, AGAIN, GOOD, EASY):
        at = clock.pass_(days=1)
        memory = advance("d/c", memory, rating, at, clock.day, Settings())
        add(store, clock, rating=rating)
        assert store.memory("d/c") == memory


STEPS = st.one_of(
    st.tuples(st.sampled_from(["d/a", "d/b", "e/a"]), st.integers(1, 4)),
    st.tuples(st.just("undo"), st.just(0)),
    st.tuples(st.just("minutes"), st.integers(-90, 90)),
    st.tuples(st.just("days"), st.integers(-2, 40)),
    st.tuples(st.just("rename"), st.integers(0, 1)),
)


@given(st.lists(STEPS, max_size=25))
def test_what_is_known_is_what_the_log_says(steps: list[tuple[str, int]]) -> None:
    clock = Clock()
    names: dict[str, str] = {}
    kept: list[tuple[int, str, str, int, int]] = []
    with contextlib.closing(Store(connect(":memory:"), "in memory")) as store:
        for what, number in steps:
            if what == "undo":
                undone = store.undo_last(clock())
                assert (undone.id if undone else None) == (kept[-1][1] if kept else None)
                del kept[-1:]
            elif what == "rename":
                names = {"d/a": "d/new"} if number else {}
                store.use_aliases(names, {"d", "e"})
            elif what in ("minutes", "days"):
                clock.pass_(**{what: number})
            else:
                added = add(store, clock, what, number)
                kept.append((clock.instant, added, what, number, clock.day))
        # A clock set back a little doesn't move what comes later before what was.
        instants = {event["id"]: parse_iso(event["at"]) for event in events(store)}
        for instant, added, *_ in kept:
            assert instants[added] == instant or 0 < instants[added] - instant < DAY
        expected: dict[str, Memory] = {}
        clocks = {added: instant for instant, added, *_ in kept}
        for _, added, card, rating, day in sorted((instants[row[1]], *row[1:]) for row in kept):
            name = names.get(card, card)
            at = Moment(clocks[added], 0)  # a step's time is the clock's, wherever it is in the log
            before = expected.get(name)
            expected[name] = advance(card, before, Rating(rating), at, day, Settings())
        assert store.memories() == expected
