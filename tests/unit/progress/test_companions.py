"""Reviews of composed cards: whose history each of their points is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from workbench import AGAIN, GOOD, Clock, events, rebuilt, review, table

from trainer.progress.events import Review, companions, parse
from trainer.progress.records import Draft
from trainer.progress.store import Store

VERDICT = {"accept": ["RAG"], "reject": ["fine-tuning"]}


def composed(card: str, rating: int = GOOD, **points: float) -> Review:
    rubric = [{"id": point, "say": f"{point}."} for point in points]
    return review(card, rating, points=points, rubric=rubric, verdict=VERDICT, prompt="It, a → ?")


def points(store: Store) -> dict[str, tuple[str, int, int]]:
    return {card: (point, asked, made) for card, point, asked, made in table(store, "point")}


def test_each_point_is_its_own_cards_history(store: Store, clock: Clock) -> None:
    store.add_review(composed("d/a", a=1.0, b=0.0, c=1.0), clock(), clock.day)
    store.add_review(composed("d/b", AGAIN, b=0.0, a=0.0), clock(), clock.day)
    assert points(store) == {"d/a": ("a", 2, 1), "d/b": ("b", 2, 0), "d/c": ("c", 1, 1)}
    assert [miss[:2] for miss in store.misses(0)] == [("d/b", "b"), ("d/a", "a"), ("d/b", "b")]
    # Nothing but the asked card's memory has changed.
    assert {*store.memories()} == {"d/a", "d/b"}
    assert store.memory("d/c") is None
    assert rebuilt(store) == {}


def test_the_answers_that_missed_a_point_are_those_beside_others_too(
    store: Store, clock: Clock
) -> None:
    store.add_review(composed("d/a", a=1.0, b=0.0), clock(), clock.day)
    (past,) = store.answers_that_missed("d/b", "b", 5)
    assert past.prompt == "It, a → ?"
    assert past.verdict == VERDICT
    assert store.history("d/b") == []
    assert [each.verdict for each in store.history("d/a")] == [VERDICT]


def test_the_log_keeps_the_rubric_and_the_verdict_of_composed_cards_only(
    store: Store, clock: Clock
) -> None:
    store.add_review(composed("d/a", a=1.0, b=0.0), clock(), clock.day)
    store.add_review(review("d/x"), clock(), clock.day)
    store.add_retry(composed("d/a", a=1.0, b=0.0), clock(), clock.day)
    one, other, again = events(store)
    for event in (one, again):
        assert [point["id"] for point in event["rubric"]] == ["a", "b"]
        assert event["verdict"] == VERDICT
    assert not {"rubric", "verdict"} & {*other}
    # A retry is nobody's history.
    assert points(store)["d/b"] == ("b", 1, 0)


def test_an_undo_takes_all_points_back(store: Store, clock: Clock) -> None:
    store.add_review(composed("d/b", b=1.0, a=1.0), clock(), clock.day)
    before = points(store)
    store.add_review(composed("d/a", AGAIN, a=0.0, b=0.0), clock(), clock.day)
    undone = store.undo_last(clock())
    assert undone is not None
    assert undone.prompt == "It, a → ?"
    assert points(store) == before
    assert store.misses(0) == []
    assert rebuilt(store) == {}


def test_a_changed_rating_counts_the_points_once(store: Store, clock: Clock) -> None:
    first = store.add_review(composed("d/a", a=1.0, b=0.0), clock(), clock.day)
    store.change_review(first, composed("d/a", AGAIN, a=1.0, b=0.0), clock(), clock.day)
    assert points(store) == {"d/a": ("a", 1, 1), "d/b": ("b", 1, 0)}
    assert rebuilt(store) == {}


def test_what_does_not_count_is_nobodys_history(store: Store, clock: Clock) -> None:
    given = composed("d/a", a=1.0, b=0.0)._replace(counts=False)
    store.add_review(given, clock(), clock.day)
    assert points(store) == {}


def test_a_renamed_signal_takes_its_points_along(store: Store, clock: Clock) -> None:
    store.add_review(composed("d/a", a=1.0, b=0.0), clock(), clock.day)
    store.use_aliases({"d/b": "e/new"}, {"d", "e"})
    assert points(store) == {"d/a": ("a", 1, 1), "e/new": ("new", 1, 0)}
    store.add_review(composed("d/a", a=1.0, b=0.0), clock(), clock.day)
    assert points(store)["e/new"] == ("new", 2, 0)
    assert rebuilt(store) == {}
    store.use_aliases({}, {"d", "e"})
    assert points(store)["d/b"] == ("b", 2, 0)
    assert rebuilt(store) == {}


def test_two_signals_that_became_one(store: Store, clock: Clock) -> None:
    store.use_aliases({"d/a": "d/n", "d/b": "d/n", "d/c": "d/n"}, {"d"})
    store.add_review(composed("d/a", AGAIN, a=1.0, b=0.0), clock(), clock.day)
    store.add_review(composed("d/x", AGAIN, x=1.0, b=0.0, c=0.0), clock(), clock.day)
    assert points(store) == {"d/n": ("n", 2, 1), "d/x": ("x", 1, 1)}
    assert rebuilt(store) == {}


def test_merged_logs_agree_whatever_came_first(tmp_path: Path, clock: Clock) -> None:
    def machine(name: str) -> Store:
        return Store.open(str(tmp_path / f"{name}.db"))

    with machine("one") as one, machine("two") as two:
        one.add_review(composed("d/a", a=1.0, b=0.0), clock(), clock.day)
        clock.pass_(minutes=5)
        two.add_review(composed("d/b", b=1.0, a=0.0, c=1.0), clock(), clock.day)
        undone = two.add_review(composed("d/c", c=0.0, a=0.0), clock(), clock.day)
        two.undo_last(clock())
        assert undone
        for store, other in ((one, two), (two, one)):
            path = tmp_path / "log.jsonl"
            path.write_text("".join(f"{line}\n" for line in other.lines()))
            store.unite([str(path)])
        wanted = {"d/a": ("a", 2, 1), "d/b": ("b", 2, 1), "d/c": ("c", 1, 1)}
        assert points(one) == points(two) == wanted
        assert rebuilt(one) == rebuilt(two) == {}


def test_of_two_contents_under_one_id_one_is_counted(store: Store, tmp_path: Path) -> None:
    def line(**earned: float) -> str:
        event = {"type": "review", "id": "x1", "at": "2026-05-11T09:00:00.000Z", "card": "d/a",
                 "rating": 3, "points": earned, "rubric": [{"id": "a"}]}  # fmt: skip
        return json.dumps(event) + "\n"

    path = tmp_path / "log.jsonl"
    for text in (line(a=1.0, b=1.0), line(a=1.0, c=0.0), line(a=1.0, b=1.0)):
        path.write_text(text)
        store.unite([str(path)])
        assert rebuilt(store) == {}
    assert points(store) == {"d/a": ("a", 1, 1), "d/b": ("b", 1, 1)}
    assert table(store, "companion") == [("d/b", 1)]
    store._db.execute("DELETE FROM companion")
    assert rebuilt(store) == {}
    assert points(store) == {"d/a": ("a", 1, 1), "d/b": ("b", 1, 1)}


@pytest.mark.parametrize(
    ("rubric", "earned"),
    [
        (None, {"a": 0.0, "b": 0.0}),
        ([], {"a": 0.0, "b": 0.0}),
        ([1, {"id": []}, "x"], {"a": 0.0, "../x": 0.0, "": 1.0, "b/c": 0.5, "\x1b[31m": 0.0}),
        ([{"id": "a"}], None),
        ([{"id": "a"}], {}),
    ],
)
def test_what_others_wrote_into_a_log_breaks_nothing(
    store: Store, tmp_path: Path, rubric: Any, earned: Any
) -> None:
    event = {"type": "review", "id": "x1", "at": "2026-05-11T09:00:00.000Z", "card": "d/a",
             "rating": 1, "points": earned, "rubric": rubric, "verdict": None}  # fmt: skip
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps(event) + "\n")
    assert store.unite([str(path)]).problems == ()
    assert rebuilt(store) == {}
    assert {card for card, *_ in table(store, "point")} <= {"d/a"}


@pytest.mark.parametrize(("field", "value"), [("rubric", "x"), ("rubric", 3), ("verdict", [])])
def test_what_can_be_no_rubric_is_refused(field: str, value: object) -> None:
    event = {"type": "review", "id": "x", "at": "2026-05-11T09:00:00.000Z", "card": "d/a",
             "rating": 1, field: value}  # fmt: skip
    with pytest.raises(ValueError, match=field):
        parse(json.dumps(event))


def test_companions_are_cards() -> None:
    event = {"type": "review", "card": "d/a", "rubric": [{}], "points": {"a": 1, "b": 0, "!": 0}}
    assert companions(event) == ["d/b"]
    assert companions({**event, "type": "retry"}) == []
    assert companions({**event, "card": None}) == []


def test_a_draft_keeps_what_it_answers(store: Store, clock: Clock) -> None:
    draft = Draft("RAG", submitted=True, hint=False, prompt="It, a → ?")
    store.keep_draft("d/a", draft, clock())
    assert store.draft("d/a") == draft


def test_a_log_of_an_earlier_version_that_took_in_composed_reviews(
    tmp_path: Path, clock: Clock, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer.progress.migrate import migrate

    with Store.open(db) as store:
        store.add_review(composed("d/a", a=1.0, b=0.0), clock(), clock.day)
        wanted = points(store)
        for statement in (
            "DROP TABLE companion",
            "ALTER TABLE draft DROP COLUMN prompt",
            "PRAGMA user_version = 2",
        ):
            store._db.execute(statement)
        migrate(store._db)
        assert points(store) == wanted
        assert table(store, "companion") == [("d/b", 1)]
        assert rebuilt(store) == {}


def test_derived_anew_at_once_as_one_by_one(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add: Callable[..., str] = store.add_review
    for number in range(20):
        card = f"d/{'abc'[number % 3]}"
        add(composed(card, 1 + number % 4, a=1.0, b=number % 2, c=0.0), clock(), clock.day)
        clock.pass_(days=1)
    path = tmp_path / "log.jsonl"
    path.write_text("".join(f"{line}\n" for line in store.lines()))
    for many in (0, 500):
        monkeypatch.setattr("trainer.progress.merge._MANY", many)
        with Store.open(str(tmp_path / f"{many}.db")) as other:
            other.unite([str(path)])
            for name in ("point", "miss", "memory"):
                assert table(other, name) == table(store, name)
