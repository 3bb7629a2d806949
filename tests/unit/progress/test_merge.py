"""Uniting the logs of several machines."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbench import AGAIN, EASY, GOOD, Clock, Placed, deck, desk, events, rebuilt, review, table

from trainer.config import Config
from trainer.errors import ProgressError
from trainer.progress.database import connect
from trainer.progress.events import encode, parse
from trainer.progress.log import Timeline
from trainer.progress.merge import Merged, Problem
from trainer.progress.store import Store
from trainer.report import due_document, due_text, merged_document, merged_text, stats_text
from trainer.scheduling.days import parse_day
from trainer.scheduling.settings import DeckSettings, Settings

AT = "2026-05-11T09:00:00.000Z"


def line(kind: str = "review", name: str = "x1", at: str = AT, **fields: Any) -> str:
    """Return a line of a log, of a review of d/a unless told otherwise."""
    known: dict[str, Any] = {"card": "d/a", "rating": 3} if kind == "review" else {}
    return json.dumps({"type": kind, "id": name, "at": at, **known, **fields})


@pytest.fixture
def merge(store: Store, tmp_path: Path) -> Callable[..., Merged]:
    """Unite lines, or the bytes of a file, with the store."""

    def unite(*lines: str, data: bytes | None = None) -> Merged:
        path = tmp_path / "other.jsonl"
        path.write_bytes("".join(f"{each}\n" for each in lines).encode() if data is None else data)
        return store.unite([str(path)])

    return unite


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Open progress files by name."""
    opened: list[Store] = []

    def make(name: str) -> Store:
        opened.append(Store.open(str(tmp_path / f"{name}.db")))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def exported(store: Store, folder: str) -> str:
    """Write the store's log as `trainer log` prints it, and return its path."""
    handle, path = tempfile.mkstemp(".jsonl", dir=folder)
    with open(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{each}\n" for each in store.lines())
    return path


def known(store: Store) -> dict[str, Any]:
    """Return all that two machines with one log have to agree on."""
    return {
        "lines": [*store.lines()],
        "memories": store.memories(),
        "marks": store.marks(),
        "misses": sorted(store.misses(0)),
        "taught": store.taught(),
        "days": store.review_days(),
        "calibration": sorted(store.calibration()),
        "points": table(store, "point"),
        "settings": Timeline(store._db)._changes,
    }


# All machines agree

STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),  # the machine
        st.one_of(
            st.tuples(st.just("review"), st.sampled_from(["d/a", "d/b", "e/a"]), st.integers(1, 4)),
            st.just(("undo",)),
            st.tuples(
                st.sampled_from(["suspend", "unsuspend", "bury", "reset", "flag", "teach"]),
                st.sampled_from(["d/a", "d/b"]),
            ),
            st.just(("forget",)),
            st.tuples(st.just("settings"), st.sampled_from([0.8, 0.9, 0.95])),
            st.tuples(st.just("minutes"), st.integers(-20, 2_000)),
        ),
    ),
    max_size=25,
)


def happens(store: Store, clock: Clock, what: str, *args: Any) -> None:
    at = clock()
    if what == "review":
        points = {"p": 0.0 if args[1] < 3 else 1.0}
        store.add_review(review(*args, points=points, confidence=3), at, clock.day)
    elif what == "undo":
        store.undo_last(at)
    elif what in ("suspend", "unsuspend"):
        store.suspend(args[0], at, suspended=what == "suspend")
    elif what == "bury":
        store.bury(args[0], at, clock.day)
    elif what == "reset":
        store.reset(args[0], at)
    elif what == "flag":
        store.flag(args[0], at, 3)
    elif what == "teach":
        store.teach(args[0], "p", "phrase", at)
    elif what == "forget":
        store.forget(store.taught()[0].id if store.taught() else "", at)
    elif what == "settings":
        store.use_settings(Settings(args[0], decks=(DeckSettings("e", 0.7),)), at)


def united(logs: list[str], path: str = ":memory:") -> dict[str, Any]:
    with contextlib.closing(connect(path)) as db:
        store = Store(db, path)
        for log in logs:
            merged = store.unite([log])
            assert merged[2:] == ((), ())
        assert rebuilt(store) == {}
        return known(store)


def exchange(steps: list[tuple[int, tuple[Any, ...]]]) -> None:
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        stores = [
            Store(stack.enter_context(contextlib.closing(connect(":memory:"))), "in memory")
            for _ in range(3)
        ]
        # Clocks that are minutes apart, one of them in another zone.
        clocks = [Clock(offset=120), Clock("2026-05-11T09:07:00Z"), Clock("2026-05-11T08:55:00Z")]
        for number, (what, *args) in steps:
            if what == "minutes":
                for clock in clocks:
                    clock.pass_(minutes=args[0])
            else:
                # Nobody does two things in one millisecond, in which ids alone would tell the order
                # (three machines share this process, and with it what makes ids ascend).
                clocks[number].pass_(minutes=1 / 60_000)
                happens(stores[number], clocks[number], what, *args)
        logs = [exported(store, folder) for store in stores]
        results = [united([*order]) for order in permutations(logs)]
        # Whole logs that were united before, and the same one twice.
        with contextlib.closing(connect(":memory:")) as db:
            pair = Store(db, "in memory")
            pair.unite(logs[:2])
            results.append(united([logs[2], exported(pair, folder), logs[0], logs[2]]))
        for store in stores:
            for _ in range(2):
                store.unite(logs)
            assert rebuilt(store) == {}
            results.append(known(store))
        assert all(result == results[0] for result in results)


@given(STEPS)
@settings(max_examples=40)
def test_all_orders_of_uniting_lead_to_the_same(steps: list[tuple[int, tuple[Any, ...]]]) -> None:
    exchange(steps)


@pytest.mark.long
@given(STEPS)
@settings(max_examples=600)
def test_all_orders_of_uniting_lead_to_the_same_at_length(
    steps: list[tuple[int, tuple[Any, ...]]],
) -> None:
    exchange(steps)


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["d/a", "d/b"]), st.integers(1, 4)),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60)
def test_two_contents_under_one_id_whatever_the_order(
    rows: list[tuple[int, str, int]], random: Any
) -> None:
    lines = [
        line(name=f"x{number}", card=card, rating=rating, points={"p": rating / 4})
        for number, card, rating in rows
    ]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(3):
            random.shuffle(lines)
            path = Path(folder, "log")
            path.write_text("\n".join([*lines, ""]))
            with contextlib.closing(connect(":memory:")) as db:
                store = Store(db, "in memory")
                store.unite([str(path)])
                assert rebuilt(store) == {}
                results.append(known(store))
    assert results[0] == results[1] == results[2]


def test_two_machines_that_exchanged_their_logs_agree(
    machine: Callable[[str], Store], tmp_path: Path
) -> None:
    here, there = machine("here"), machine("there")
    mine, theirs = Clock(), Clock("2026-05-11T09:04:00Z", offset=120)
    mine_first = here.add_review(review("d/a", 1, points={"p": 0.0}), mine(), mine.day)
    there.add_review(review("d/a", 4), theirs(), theirs.day)
    here.suspend("d/b", mine())
    there.flag("d/b", theirs(), 2)
    here.teach("d/a", "p", "mine", mine())
    there.teach("d/a", "p", "theirs", theirs())
    there.use_settings(Settings(0.8), theirs())
    ours, others = exported(here, str(tmp_path)), exported(there, str(tmp_path))
    assert here.unite([others]) == (4, 0, (), ())
    assert there.unite([ours]) == (3, 0, (), ())
    assert known(here) == known(there)
    assert here.marks() == {"d/b": (True, 0, 2)}
    assert {taught.phrase for taught in here.taught()} == {"mine", "theirs"}
    # And after an undo of what the other has already.
    undone = here.undo_last(mine.pass_(minutes=30))
    assert undone is not None
    assert undone.id == mine_first
    assert there.unite([exported(here, str(tmp_path))]).added == 1
    assert known(here) == known(there)
    assert there.misses(0) == []


def test_settings_of_one_machine_decide_due_dates_on_the_other(
    machine: Callable[[str], Store], tmp_path: Path, clock: Clock
) -> None:
    here, there = machine("here"), machine("there")
    for store, name in ((here, "d/here"), (there, "d/there")):
        for _ in range(2):
            store.add_review(review(name, 4), clock.pass_(days=5), clock.day)
    before = here.memory("d/here")
    # Settings older than the reviews, in a log of their own: the reviews are derived anew.
    settings = {**Settings(learning_steps=(1.0, 60.0), maximum_interval=2).to_json()}
    path = tmp_path / "settings.jsonl"
    path.write_text(line("settings", at="2026-05-01T00:00:00Z", **settings) + "\n")
    here.unite([str(path)])
    after = here.memory("d/here")
    assert before is not None
    assert after is not None
    assert before.interval > 2 >= after.interval
    assert rebuilt(here) == {}
    there.unite([exported(here, str(tmp_path))])
    here.unite([exported(there, str(tmp_path))])
    assert known(here) == known(there)


def test_what_is_done_after_a_merge_comes_after_it(
    machine: Callable[[str], Store], tmp_path: Path
) -> None:
    here, there = machine("here"), machine("there")
    mine, theirs = Clock(), Clock("2026-05-11T09:10:00Z")
    there.flag("d/a", theirs(), 2)
    there.suspend("d/a", theirs())
    here.unite([exported(there, str(tmp_path))])
    # Our clock is ten minutes behind theirs.
    here.flag("d/a", mine(), 5)
    here.suspend("d/a", mine(), suspended=False)
    assert here.marks() == {"d/a": (False, 0, 5)}


def test_ones_own_settings_hold_after_a_merge_with_a_machine_that_is_ahead(
    machine: Callable[[str], Store], tmp_path: Path
) -> None:
    there, theirs = machine("there"), Clock("2026-05-11T09:10:00Z")
    there.use_settings(Settings(learning_steps=(3.0,)), theirs())
    there.add_review(review("d/a"), theirs(), theirs.day)
    clock = Clock()
    # Here it is one step of ten minutes, as the person's config says.
    with desk(tmp_path, clock, deck({"id": "b", "prompt": "?", "answer": "!"})) as at:
        at.store.unite([exported(there, str(tmp_path))])
        sitting = at.sitting()
        assert sitting.next() is not None
        outcome = sitting.submit("x").outcomes[EASY]
        assert sitting.rate(EASY).memory == outcome
        sitting = at.sitting("drill")
        assert sitting.next() is not None
        outcome = sitting.submit("x").outcomes[AGAIN]
        memory = sitting.rate(AGAIN).memory
        assert memory is not None
        assert memory._replace(due_at=None) == outcome._replace(due_at=None)


def test_ones_own_steps_hold_after_a_merge_with_a_machine_that_is_ahead(
    machine: Callable[[str], Store], tmp_path: Path
) -> None:
    there, theirs = machine("there"), Clock("2026-05-11T09:10:00Z")
    there.use_settings(Settings(learning_steps=()), theirs())
    there.add_review(review("d/a"), theirs(), theirs.day)
    with desk(tmp_path, Clock(), deck({"id": "b", "prompt": "?", "answer": "!"})) as at:
        at.store.unite([exported(there, str(tmp_path))])
        sitting = at.sitting()
        assert sitting.next() is not None
        assert sitting.submit("x").outcomes[GOOD].phase == "review"
        assert sitting.submit("x").outcomes[AGAIN].phase == "learning"
        memory = sitting.rate(AGAIN).memory
        assert memory is not None
        assert memory.phase == "learning"


def test_a_machine_that_studied_a_renamed_card_by_its_former_name(
    store: Store, merge: Callable[..., Merged], clock: Clock
) -> None:
    store.add_review(review("d/new"), clock(), clock.day)
    store.use_aliases({"d/old": "d/new"}, {"d"})
    merge(line(card="d/old", at="2026-05-10T09:00:00Z", points={"p": 0.0}))
    memory = store.memory("d/new")
    assert memory is not None
    assert (memory.reps, memory.first_day) == (2, clock.day - 1)
    assert [each.card for each in store.misses(0)] == ["d/new"]
    assert rebuilt(store) == {}


def test_a_merged_card_of_the_library_is_counted(
    store: Store, merge: Callable[..., Merged], clock: Clock
) -> None:
    store.use_cards("x", [Placed("d/a", "t"), Placed("d/b", "t")])
    merge(line(rating=1), line(name="x2", card="gone/x"))
    (counts,) = store.topic_counts(clock.day, clock.instant)
    assert (counts.new, counts.learning) == (1, 1)


def test_the_latest_of_the_answers_sure_and_wrong_is_the_same_on_all_machines(
    machine: Callable[[str], Store], tmp_path: Path
) -> None:
    here, there = machine("here"), machine("there")
    early, late = Clock(), Clock("2026-05-15T09:00:00Z")
    there.add_review(review("d/early", 1, confidence=4), early(), early.day)
    here.add_review(review("d/late", 1, confidence=4), late(), late.day)
    here.unite([exported(there, str(tmp_path))])
    there.unite([exported(here, str(tmp_path))])
    for store in (there, here):
        assert [each.card for each in store.sure_and_wrong(5)] == ["d/late", "d/early"]


# Files


def test_ones_own_log_adds_nothing(store: Store, clock: Clock, tmp_path: Path) -> None:
    store.use_settings(Settings(0.8), clock())
    store.add_review(review("d/a", answer='größer 🎯\nals \\ "2"', score=1 / 3), clock(), 1)
    store.suspend("d/a", clock())
    store.teach("d/a", "p", "x", clock())
    before = known(store)
    assert store.unite([exported(store, str(tmp_path)), store.path]) == (0, 8, (), ())
    assert known(store) == before


def test_a_progress_file_in_a_logs_place(
    machine: Callable[[str], Store], clock: Clock, tmp_path: Path
) -> None:
    here, there = machine("here"), machine("there")
    there.add_review(review("d/a"), clock(), clock.day)
    there.flag("d/a", clock(), 3)
    # Both as it is written to, and as a copy that was closed.
    assert here.unite([there.path]) == (2, 0, (), ())
    assert known(here) == known(there)
    there.close()
    shutil.copy(there.path, tmp_path / "copy")
    before = (tmp_path / "copy").read_bytes()
    assert here.unite([str(tmp_path / "copy")]) == (0, 2, (), ())
    assert (tmp_path / "copy").read_bytes() == before


def test_several_files_at_once(store: Store, tmp_path: Path) -> None:
    (tmp_path / "one").write_text(line() + "\n")
    (tmp_path / "two").write_text(line(name="x2") + "\n" + line() + "\nbad\n")
    merged = store.unite([str(tmp_path / "one"), str(tmp_path / "two")])
    assert merged[:3] == (2, 1, ())
    assert [problem.place for problem in merged.problems] == [f"{tmp_path / 'two'}:3"]


def test_a_file_that_is_not_there(store: Store, tmp_path: Path) -> None:
    (tmp_path / "one").write_text(line() + "\n")
    with pytest.raises(ProgressError, match="can't be read") as caught:
        store.unite([str(tmp_path / "one"), str(tmp_path / "none\x1b")])
    assert caught.value.place == str(tmp_path / "none\ufffd")
    assert [*store.lines()] == []
    with pytest.raises(ProgressError, match="can't be read"):
        store.unite([str(tmp_path)])


def test_a_database_of_something_else(store: Store, tmp_path: Path) -> None:
    with contextlib.closing(connect(str(tmp_path / "other"))) as db:
        db.execute("PRAGMA application_id = 7")
    with pytest.raises(ProgressError, match="not a progress file"):
        store.unite([str(tmp_path / "other")])


def test_an_empty_file(merge: Callable[..., Merged]) -> None:
    assert merge(data=b"") == (0, 0, (), ())
    assert merge(data=b"\n \n\r\n") == (0, 0, (), ())


def test_blank_lines_and_repeated_ones(merge: Callable[..., Merged]) -> None:
    assert merge("", line(), " ", line(), line(name="x2"), "") == (2, 1, (), ())


def test_lines_of_windows_after_a_byte_order_mark(
    store: Store, merge: Callable[..., Merged]
) -> None:
    data = f"{line()}\r\n\r\n{line(name='x2')}\r\n".encode()
    assert merge(data=b"\xef\xbb\xbf" + data) == (2, 0, (), ())
    assert all("\r" not in each for each in store.lines())


def test_a_last_line_without_its_end(merge: Callable[..., Merged]) -> None:
    assert merge(data=f"{line()}\n{line(name='x2')}".encode()) == (2, 0, (), ())


@pytest.mark.parametrize("cut", [1, 20, -1])
def test_a_torn_last_line(
    store: Store, merge: Callable[..., Merged], tmp_path: Path, cut: int
) -> None:
    last = line(name="x2", answer="größer").encode()
    merged = merge(data=f"{line()}\n".encode() + last[:cut])
    (problem,) = merged.problems
    assert problem == (f"{tmp_path}/other.jsonl:2", "the last line was cut short", True)
    assert merged.added == 1
    assert "all before it was taken" in merged_text(merged)
    assert len(store.memories()) == 1


def test_a_line_torn_within_a_letter(merge: Callable[..., Merged]) -> None:
    data = f"{line()}\n".encode() + '{"type":"ü'.encode()[:-1]
    assert [problem.torn for problem in merge(data=data).problems] == [True]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nothing", "it is not JSON"),
        ("[1]", "it is not a JSON object"),
        ('"text"', "it is not a JSON object"),
        ("{" * 5, "it is not JSON"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"type":"review"}', "it has no id"),
        ("{}", "it has no type"),
        (line(at="soon"), "its at is not one that can be used"),
        (line(at="1969-12-31T23:59:59Z"), "its at is not one"),
        (line(at="9999-12-31T23:59:59Z"), "its at is not one"),
        (line(at="0001-01-01T00:00:00+23:00"), "its at is not one"),
        (line(at=7), "its at is not one"),  # type: ignore[arg-type]
        (line(name=""), "its id is not one"),
        (line(name="a b"), "its id is not one"),
        (line(name=None), "its id is not one"),  # type: ignore[arg-type]
        (line(kind=""), "its type is not one"),
        (line(kind=["review"]), "its type is not one"),  # type: ignore[arg-type]
        (json.dumps({"type": "review", "id": "a", "at": AT, "card": "d/a"}), "it has no rating"),
        (json.dumps({"type": "review", "id": "a", "at": AT, "rating": 3}), "it has no card"),
        (line(card="a"), "its card is not one"),
        (line(card="a/b/c"), "its card is not one"),
        (line(card=None), "its card is not one"),
        (line(card={"a": 1}), "its card is not one"),
        (line(rating=0), "its rating is not one"),
        (line(rating=5), "its rating is not one"),
        (line(rating=True), "its rating is not one"),
        (line(rating=2.5), "its rating is not one"),
        (line(rating="3"), "its rating is not one"),
        (line(rating=None), "its rating is not one"),
        (line(day="today"), "its day is not one"),
        (line(day=7), "its day is not one"),
        (line(offset=5_000), "its offset is not one"),
        (line(offset="+2"), "its offset is not one"),
        (line(confidence=5), "its confidence is not one"),
        (line(elapsed_ms=-1), "its elapsed_ms is not one"),
        (line(elapsed_ms=1 << 70), "its elapsed_ms is not one"),
        (line(counts="yes"), "its counts is not one"),
        (line(points=[1]), "its points is not one"),
        (line(points={"p": "all"}), "its points is not one"),
        (line(points={"p": 10**400}), "its points is not one"),
        (line(score=10**400), "its score is not one"),
        (line(points={"p": 1.0})[:-2] + "e999}}", "1.0e999 is too large a number"),
        (line(points={"p": float("nan")}), "NaN is not JSON"),
        (line(score=float("inf")), "Infinity is not JSON"),
        (line(answer=7), "its answer is not one"),
        (line("undo"), "it has no target"),
        (line("undo", target=7), "its target is not one"),
        (line("forget"), "it has no target"),
        (line("suspend"), "it has no card"),
        (line("unsuspend"), "it has no card"),
        (line("reset"), "it has no card"),
        (line("retry"), "it has no card"),
        (line("bury", card="d/a"), "it has no day"),
        (line("bury", card="d/a", day=None), "its day is not one"),
        (line("flag", card="d/a"), "it has no value"),
        (line("flag", card="d/a", value=8), "its value is not one"),
        (line("flag", card="d/a", value="red"), "its value is not one"),
        (line("teach", card="d/a", point="p"), "it has no phrase"),
        (line("teach", card="d/a", point="p", phrase=7), "its phrase is not one"),
        (line("settings", retention=2), "retention can't be scheduled by"),
        (line("settings", rollover=24), "rollover can't be scheduled by"),
        (line("settings", learning_steps=[0]), "learning_steps can't be scheduled by"),
        (line("settings", parameters=[1]), "parameters can't be scheduled by"),
        (line("settings", maximum_interval=0), "maximum_interval can't be scheduled by"),
        (line("settings", decks=[]), "decks is not a table"),
        (line("settings", decks={"d": 1}), "a deck's settings are not a table"),
        (line("settings", decks={"d": {"retention": 9}}), "retention can't be scheduled by"),
    ],
)
def test_a_bad_line_is_named_and_the_good_ones_are_taken(
    store: Store, merge: Callable[..., Merged], tmp_path: Path, text: str, says: str
) -> None:
    merged = merge(line(name="first"), text, line(name="last"))
    assert merged[:3] == (2, 0, ())
    (problem,) = merged.problems
    assert problem.place == f"{tmp_path}/other.jsonl:2"
    assert problem.message.startswith(says)
    assert problem.torn is False
    assert f"other.jsonl:2: {problem.message}; it was left out" in merged_text(merged)
    assert len([*store.lines()]) == 2
    json.dumps(merged_document(merged), allow_nan=False)


@pytest.mark.parametrize(
    "settings",
    [
        {"retention": 1e-300},
        {"retention": 1e-16},
        {"retention": 10**400},
        {"learning_steps": [1e300]},
        {"learning_steps": [1e14]},
        {"relearning_steps": [1e308]},
        {"learning_steps": [10.0] * 5_000},
        {"decks": {"d": {"retention": 1e-300}}},
    ],
)
def test_settings_beyond_all_measure_do_no_harm(
    merge: Callable[..., Merged], tmp_path: Path, clock: Clock, settings: dict[str, Any]
) -> None:
    text = deck({"id": "a", "prompt": "?", "answer": "!"})
    merge(line("settings", name="s", at="2026-05-01T00:00:00Z", **settings), line(rating=1))
    # Refused or held to: what follows can be worked out, and told.
    with desk(tmp_path, clock, text) as at:
        for rating in (1, 3, 4):
            at.store.add_review(review("d/a", rating), clock.pass_(days=1), clock.day)
            due_text(at.due(clock()), clock())
            stats_text(at.stats(clock()))


@pytest.mark.parametrize(
    "text",
    [
        line(day="9999-12-31"),
        line(day="0001-01-01"),
        line(at="6400-01-01T00:00:00Z"),
        line(at="1970-01-01T00:00:00Z", offset=-1_440),
        line("bury", card="d/a", day="9999-12-31"),
        line("bury", card="d/a", day="0001-01-01"),
        line(elapsed_ms=1 << 40, confidence=4, rating=1),
        line(points={"p": -1e308, "": 1e308, "x" * 5_000: 10**300}),
        line(extra=1 << 70, nested={"deep": [[[]]]}),
        line(value=False, target="", point="", phrase=""),
        line(suggested="maybe", variant="first", hint=7, mode=["x"]),
    ],
)
def test_the_furthest_that_is_taken_does_no_harm(
    store: Store, merge: Callable[..., Merged], tmp_path: Path, clock: Clock, text: str
) -> None:
    merge(line(name="first", at="2026-05-01T09:00:00Z"), text)
    with desk(tmp_path, clock, deck({"id": "a", "prompt": "?", "answer": "!"})) as at:
        due_text(at.due(clock()), clock())
        json.dumps(due_document(at.due(clock()), clock()))
        stats_text(at.stats(clock()))
        at.sitting().next_due()
        assert rebuilt(at.store) == {}


def test_numbers_that_json_has_no_name_for_are_not_taken(
    store: Store, merge: Callable[..., Merged]
) -> None:
    merge(line(extra=1)[:-1].replace('"extra": 1', '"extra": 1e999') + "}", line(name="x2"))
    for each in store.lines():
        json.loads(each, parse_constant=lambda name: pytest.fail(f"{name} is in the log"))
    assert store.memory("d/a") is not None


@pytest.mark.parametrize("depth", [100, 300, 450, 600, 900])
def test_what_is_nested_deeply_is_taken_or_refused(
    store: Store, merge: Callable[..., Merged], depth: int
) -> None:
    nested = line(extra=0)[:-1].replace('"extra": 0', '"extra": ' + "[" * depth + "]" * depth)
    merged = merge(nested + "}", line(name="x2"))
    assert merged.added + len(merged.problems) == 2
    assert store.memory("d/a") is not None


# What is taken


def test_what_a_minimal_review_lacks_is_worked_out(
    store: Store, merge: Callable[..., Merged]
) -> None:
    merge(
        line(name="a", card="d/a", at="2026-05-11T03:59:00Z"),
        line(name="b", card="d/b", at="2026-05-11T04:00:00Z"),
        line(name="c", card="d/c", at="2026-05-11T03:59:00Z", offset=1),
        line(name="d", card="d/d", at="2026-05-11T04:00:00Z", offset=-1),
        line(name="e", card="d/e", at="2026-05-11T10:00:00+05:00"),
        line(name="f", card="d/f", at="2026-05-11T10:00:00", day="2026-05-07"),
        line(
            name="g", card="d/g", at="2026-05-11T10:00:00", day=None, confidence=None, points=None
        ),
    )
    day = parse_day("2026-05-11")
    assert {card: memory.first_day - day for card, memory in store.memories().items()} == {
        "d/a": -1, "d/b": 0, "d/c": 0, "d/d": -1, "d/e": 0, "d/f": -4, "d/g": 0,
    }  # fmt: skip
    assert store.totals() == (7, 3)
    assert store.review_days()[-1] == (day, "new", 3, 4, 0)
    assert store.misses(0) == []
    assert rebuilt(store) == {}


def test_the_day_of_a_minimal_review_is_by_the_rollover_then(
    store: Store, merge: Callable[..., Merged]
) -> None:
    merge(
        line("settings", name="s", at="2026-05-12T00:00:00Z", rollover=0),
        line(name="a", card="d/a", at="2026-05-11T01:00:00Z"),
        line(name="b", card="d/b", at="2026-05-13T01:00:00Z"),
    )
    day = parse_day("2026-05-11")
    assert store.memories()["d/a"].first_day == day - 1
    assert store.memories()["d/b"].first_day == day + 2


def test_an_undo_waits_for_what_it_takes_back(store: Store, merge: Callable[..., Merged]) -> None:
    assert merge(line("undo", name="u", target="x1", at="2026-05-01T00:00:00Z")).added == 1
    assert merge(line(name="x2", points={"p": 0.0})).added == 1
    before = known(store)
    assert merge(line(rating=1, points={"p": 0.0})).added == 1
    assert {**known(store), "lines": 0} == {**before, "lines": 0}
    assert rebuilt(store) == {}


def test_a_forgetting_waits_for_what_was_taught(store: Store, merge: Callable[..., Merged]) -> None:
    merge(line("forget", name="f", target="x1"))
    merge(line("teach", card="d/a", point="p", phrase="x"))
    assert store.taught() == []


def test_kinds_of_events_from_the_future_are_kept(
    store: Store, merge: Callable[..., Merged]
) -> None:
    future = line("celebrate", name="f", how=["cake", {"candles": 7}], card="d/a")
    assert merge(future) == (1, 0, (), ())
    assert [json.loads(each) for each in store.lines()] == [json.loads(future)]
    assert store.memories() == {}
    assert rebuilt(store) == {}


def test_what_an_unknown_kind_calls_a_value_is_its_own_affair(
    store: Store, merge: Callable[..., Merged]
) -> None:
    future = line("celebrate", name="f", value="cake", day=7, rating="great", points=3, answer=None)
    assert merge(future) == (1, 0, (), ())
    assert [json.loads(each) for each in store.lines()] == [json.loads(future)]


def test_the_texts_pass_the_door(store: Store, merge: Callable[..., Merged]) -> None:
    hostile = "\x1b]0;x\x07\u202e\x9b\ud800 [red]"
    merge(
        line(answer=hostile, prompt=hostile, points={hostile: 0.0}, confidence=4, rating=1,
             device=hostile, other={hostile: [hostile]}),
        line("teach", name="x2", card="d/a", point="p", phrase=hostile),
        line(hostile, name="x3"),
    )  # fmt: skip
    bad = {"\x1b", "\x07", "\u202e", "\x9b", "\ud800"}
    assert not bad & set("".join(store.lines()))
    assert not any("\\u" in each for each in store.lines())
    assert not bad & set(store.taught()[0].phrase + store.misses(0)[0].point)
    assert store.sure_and_wrong(1)[0].answer.endswith("[red]")


def test_problems_pass_the_door(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "\x1b[31m"
    path.write_text("bad\n")
    merged = store.unite([str(path)])
    assert "\x1b" not in merged_text(merged) + merged.problems[0].place


# Two contents under one id


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_contents_under_one_id_the_smaller_is_kept(
    store: Store, merge: Callable[..., Merged], first: int
) -> None:
    lines = [line(answer="a", rating=1), line(answer="b", rating=4)]
    merge(lines[first])
    merged = merge(lines[1 - first], line(name="x2", card="d/z"))
    assert (merged.added, merged.known, merged.differing) == (1, 0, ("x1",))
    assert "x1: two contents under one id" in merged_text(merged)
    kept, _ = events(store)
    assert kept["answer"] == "a"
    memory = store.memory("d/a")
    assert memory is not None
    assert memory.phase == "learning"
    assert [each.card for each in store.misses(0)] == ["d/a"]
    assert rebuilt(store) == {}


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("cards", [("d/a", "d/b"), ("d/b", "d/a")])
def test_of_two_cards_under_one_id_one_is_kept(
    store: Store, merge: Callable[..., Merged], cards: tuple[str, str], first: int
) -> None:
    lines = [line(answer="a", card=cards[0]), line(answer="b", card=cards[1])]
    merge(lines[first])
    assert merge(lines[1 - first]).differing == ("x1",)
    assert [*store.memories()] == [cards[0]]
    assert rebuilt(store) == {}


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_kinds_under_one_id_one_is_kept(
    store: Store, merge: Callable[..., Merged], first: int
) -> None:
    lines = [
        line("undo", at="2026-05-01T00:00:00Z", target="x2"),
        line(answer="b", rating=4, at="2026-05-02T00:00:00Z"),
    ]
    kept = min(lines, key=lambda text: encode(parse(text)))
    merge(line(name="x2", card="d/z"), lines[first])
    merge(lines[1 - first])
    assert sorted(store.memories()) == (["d/a", "d/z"] if kept == lines[1] else [])
    assert rebuilt(store) == {}


def test_of_two_targets_under_one_id_one_is_kept(
    store: Store, merge: Callable[..., Merged]
) -> None:
    merge(line(), line(name="x2", card="d/b"), line("undo", name="u", target="x2"))
    assert [*store.memories()] == ["d/a"]
    merge(line("undo", name="u", target="x1"))
    assert [*store.memories()] == ["d/b"]
    assert rebuilt(store) == {}


def test_a_merge_is_all_or_nothing(
    store: Store, merge: Callable[..., Merged], monkeypatch: pytest.MonkeyPatch
) -> None:
    merge(line())
    before = known(store)
    with monkeypatch.context() as patched:
        patched.setattr("trainer.progress.merge.derive", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            merge(line(name="x2"), line(name="x3"))
    assert known(store) == before
    assert merge(line(name="x2")).added == 1


def test_many_cards_at_once(store: Store, merge: Callable[..., Merged]) -> None:
    merge(*(line(name=f"x{number}", card=f"d/c{number}") for number in range(700)))
    assert len(store.memories()) == 700
    assert rebuilt(store) == {}


def test_what_came_of_it_in_words() -> None:
    merged = Merged(1, 2, ("x",), (Problem("f:3", "it is not JSON (x)", False),))
    assert merged_text(merged) == (
        "1 event added, 2 known already.\n"
        "x: two contents under one id; the smaller is kept\n"
        "f:3: it is not JSON (x); it was left out"
    )
    assert json.loads(json.dumps(merged_document(merged))) == {
        "added": 1,
        "known": 2,
        "differing": ["x"],
        "problems": [{"place": "f:3", "message": "it is not JSON (x)", "torn": False}],
    }


def test_the_preferences_are_not_of_the_log(store: Store) -> None:
    assert not {*Config._fields} & {*Settings().to_json()}
